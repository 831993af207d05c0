"""Word packages (.docx, .docm): sections by heading, since a Word file has no fixed pages."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from materials_cli.extract.drawing import alt_texts, embedded_note, image_parts, paragraph, related_texts
from materials_cli.extract.encodings import decode
from materials_cli.extract.fieldcode import shown_by
from materials_cli.extract.headings import by_heading
from materials_cli.extract.mail import mail_text
from materials_cli.extract.package import Package, attribute, local, properties
from materials_cli.extract.plain import page_text
from materials_cli.extract.remarks import as_remark
from materials_cli.extract.runs import families_of_styles, respell_runs
from materials_cli.model import Section, Text

_HEADING = re.compile(
    r"(?:heading|title|заголовок|überschrift|titre|제목|başlıq|sarlavha|тақырып|сарлавҳа)\s*\d*$", re.IGNORECASE
)
_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"')
_LONGEST_HEADING = 300
_BODY_LEVEL = "9"
_MAX_BASES = 12
_OTHER_PARTS = {"footnotes", "endnotes", "comments", "header", "footer"}


def read_docx(package: Package) -> Text:
    """All paragraphs, tables, text boxes, notes, comments, headers and footers."""
    main = _main(package)
    styles = _styles(package, main)
    families = families_of_styles(styles)
    root = respell_runs(_with_fields(package.xml(main)), families)
    headings = heading_styles(styles)
    lines = [
        (text, is_heading(node, headings) and len(text) < _LONGEST_HEADING)
        for node in _paragraphs(root)
        if (text := paragraph(node)).strip()
    ]
    chunks = [_chunk(package.read(part)) for part in _chunk_parts(package, main, root) if part in package]
    inside = [line for text in chunks for section in text.sections for line in ((section.title, True), (section.body, False))]
    others = (*_beside(package, main, root), *_other_texts(package, main, families))
    sections = by_heading((*lines, *(line for line in inside if line[0]), *((text, False) for text in others)))
    return Text("section", sections, properties(package), embedded_note(package, [main]))


def _chunk_parts(package: Package, main: str, root: etree._Element) -> list[str]:
    """The names of the parts that stand for a part of the text (altChunk), in the order of the document."""
    relations = package.relations(main)
    return [relations.get(attribute(node, "id", of="relationships"), ("", ""))[1] for node in root.iter("{*}altChunk")]


def _chunk(content: bytes) -> Text:
    """The text of such a part: a web page, a web archive, or text."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"mime-version" in head or b"content-type: multipart" in head:
        return mail_text(content)
    return page_text(content) if head.startswith(b"<") else Text("section", (Section(1, "", decode(content)),))


def picture_parts(package: Package, _: int) -> list[str]:
    """The names of all pictures in the document, which has no pages of its own."""
    return image_parts(package, _main(package))


def _main(package: Package) -> str:
    return package.main_part() or "word/document.xml"


def _paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs in document order; those in text boxes separately, alternative content once."""
    for node in root.iter("{*}p"):
        if not any(local(above) == "Fallback" for above in node.iterancestors()):
            yield _without_boxes(node)


def _without_boxes(node: etree._Element) -> etree._Element:
    inner = list(node.iter("{*}txbxContent"))
    if not inner:
        return node
    copy = etree.fromstring(etree.tostring(node, with_tail=False))
    for box in list(copy.iter("{*}txbxContent")):
        parent = box.getparent()
        if parent is not None:
            parent.remove(box)
    return copy


def is_heading(node: etree._Element, styles: set[str]) -> bool:
    """Whether a paragraph is a heading: by its own outline level, else by its style."""
    if (level := node.find("{*}pPr/{*}outlineLvl")) is not None:
        return attribute(level, "val") != _BODY_LEVEL
    style = node.find("{*}pPr/{*}pStyle")
    return style is not None and attribute(style, "val") in styles


def _styles(package: Package, main: str) -> etree._Element:
    return package.readable_xml(next((t for kind, t in package.relations(main).values() if kind == "styles"), ""))


def heading_styles(root: etree._Element) -> set[str]:
    """The ids of heading styles: by their outline level or name, or that of the style on which they are based."""
    styles = {attribute(style, "styleId"): style for style in root.iter("{*}style")}
    return {name for name in styles if _is_style_of_headings(styles, name)}


def _is_style_of_headings(styles: Mapping[str, etree._Element], name: str) -> bool:
    for _ in range(_MAX_BASES):
        style = styles.get(name)
        if style is None:
            return False
        if (outline := style.find("{*}pPr/{*}outlineLvl")) is not None:
            return attribute(outline, "val") != _BODY_LEVEL
        label = style.find("{*}name")
        if label is not None and _HEADING.match(attribute(label, "val")):
            return True
        base = style.find("{*}basedOn")
        name = "" if base is None else attribute(base, "val")
    return False


def _with_fields(root: etree._Element) -> etree._Element:
    """The same tree, with the text of fields that show a part of their own instruction, unless their result is stored."""
    if next(root.iter("{*}instrText"), None) is not None:
        _show_instructions(root)
    for each in root.iter("{*}fldSimple"):
        text = shown_by(attribute(each, "instr"))
        if text and not "".join(map(str, each.itertext())).strip():
            etree.SubElement(each, str(each.tag).replace("fldSimple", "t")).text = text
    return root


def _show_instructions(root: etree._Element) -> None:
    opened: list[tuple[list[etree._Element], list[str]]] = []  # of each open field: its instruction, and its result
    for node in root.iter("{*}fldChar", "{*}instrText", "{*}t"):
        kind = attribute(node, "fldCharType") or local(node)
        if kind == "begin":
            opened.append(([], []))
        elif not opened:
            continue
        elif kind == "instrText":
            opened[-1][0].append(node)
        elif kind == "t":
            opened[-1][1].append(node.text or "")
        elif kind == "end":
            instruction, result = opened.pop()
            _show(instruction, "" if "".join(result).strip() else shown_by("".join(part.text or "" for part in instruction)))


def _show(instruction: Sequence[etree._Element], text: str) -> None:
    """Put a text in the place of an instruction."""
    if text:
        instruction[0].tag, instruction[0].text = str(instruction[0].tag).replace("instrText", "t"), text


def _links(root: etree._Element) -> Iterator[str]:
    """The targets of links that are stated in fields."""
    stated = "".join(node.text or "" for node in root.iter("{*}instrText"))
    targets = (
        *_LINK.findall(stated),
        *_LINK.findall("\n".join(attribute(node, "instr") for node in root.iter("{*}fldSimple"))),
    )
    yield from dict.fromkeys(target for target in targets if target.startswith(("http://", "https://", "mailto:")))


def _beside(package: Package, part: str, root: etree._Element) -> Iterator[str]:
    """What stands beside the paragraphs of a part: alternative texts, charts, the targets of links, choices, and help."""
    yield from (*alt_texts(root), *related_texts(package, part), *_links(root))
    offered = (attribute(node, "displayText") or attribute(node, "val") for node in root.iter("{*}listItem", "{*}listEntry"))
    helping = (
        attribute(node, "val") for node in root.iter("{*}helpText", "{*}statusText") if attribute(node, "type") == "text"
    )
    yield from dict.fromkeys(text for each in (*offered, *helping) if (text := each.strip()))


def _other_texts(package: Package, main: str, families: Mapping[str, str]) -> Iterator[str]:
    """Notes, comments, headers and footers, each text once."""
    yield from dict.fromkeys(text for text in _texts_of_parts(package, main, families) if text.strip())


def _texts_of_parts(package: Package, main: str, families: Mapping[str, str]) -> Iterator[str]:
    for kind, part in package.relations(main).values():
        if kind in _OTHER_PARTS:
            root = respell_runs(_with_fields(package.readable_xml(part)), families)
            texts = (paragraph(node) for node in _paragraphs(root))
            yield from map(as_remark, texts) if kind == "comments" else texts
            yield from _beside(package, part, root)
