"""Word packages (.docx, .docm): sections by heading, since a Word file has no fixed pages."""

import re
from collections.abc import Iterator

from lxml import etree

from materials_cli.extract.drawing import alt_texts, embedded_note, image_parts, paragraph, related_texts
from materials_cli.extract.headings import by_heading
from materials_cli.extract.package import Package, attribute, local, properties
from materials_cli.model import Text

_HEADING = re.compile(
    r"(?:heading|title|заголовок|überschrift|titre|제목|başlıq|sarlavha|тақырып|сарлавҳа)\s*\d*$", re.IGNORECASE
)
_LONGEST_HEADING = 300
_OTHER_PARTS = {"footnotes", "endnotes", "comments", "header", "footer"}


def read_docx(package: Package) -> Text:
    """All paragraphs, tables, text boxes, notes, comments, headers and footers."""
    main = _main(package)
    root = package.xml(main)
    headings = _heading_styles(package, main)
    lines = [
        (text, _style(node) in headings and len(text) < _LONGEST_HEADING)
        for node in _paragraphs(root)
        if (text := paragraph(node)).strip()
    ]
    others = (*alt_texts(root), *related_texts(package, main), *_other_texts(package, main))
    sections = by_heading((*lines, *((text, False) for text in others)))
    return Text("section", sections, properties(package), embedded_note(package, [main]))


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


def _style(node: etree._Element) -> str:
    for style in node.iterfind("{*}pPr/{*}pStyle"):
        return attribute(style, "val")
    return ""


def _heading_styles(package: Package, main: str) -> set[str]:
    """The ids of heading styles, recognised by name or outline level."""
    part = next((t for kind, t in package.relations(main).values() if kind == "styles"), "")
    found = set()
    for style in package.readable_xml(part).iter("{*}style"):
        name = style.find("{*}name")
        outline = style.find("{*}pPr/{*}outlineLvl")
        if outline is not None or (name is not None and _HEADING.match(attribute(name, "val"))):
            found.add(attribute(style, "styleId"))
    return found


def _other_texts(package: Package, main: str) -> Iterator[str]:
    """Notes, comments, headers and footers, each text once."""
    parts = [target for kind, target in package.relations(main).values() if kind in _OTHER_PARTS]
    texts = (paragraph(node) for part in parts for node in _paragraphs(package.readable_xml(part)))
    yield from dict.fromkeys(text for text in texts if text.strip())
