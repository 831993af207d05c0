"""OpenDocument presentations and texts (.odp, .odt): slides with notes, or sections by heading."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lxml import etree

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.headings import by_heading
from materials_cli.extract.package import LOCKED, Package, UnreadableError, attribute, local, parse_xml, unread_inside
from materials_cli.extract.printed import NUMBER, telling
from materials_cli.extract.remarks import as_remark
from materials_cli.extract.repeated import told_once
from materials_cli.extract.runs import respell_spans
from materials_cli.messages import Message, msg
from materials_cli.model import Section, Text

_META = {
    "title": "title", "creator": "author", "initial-creator": "author", "keyword": "keywords", "creation-date": "created",
    "date": "modified", "language": "language", "generator": "application", "subject": "subject", "description": "description",
}  # fmt: skip
_LEFT_OUT = {"page-number", "page-count", "sheet-name"}
_PRINTED = tuple(f"{{*}}{place}{pages}" for place in ("header", "footer") for pages in ("", "-first", "-left"))
_READ_SEPARATELY = {*_LEFT_OUT, "note", "annotation", "frame", "custom-shape", "rect", "ellipse"}
_DECLARED_AS = {f"{kind}-decl": f"use-{kind}-name" for kind in ("header", "footer", "date-time")}
_DECLARED = tuple(f"{{*}}{name}" for name in _DECLARED_AS)
_SHOWN = {"", "header", "footer", "date-time"}  # the classes of frames on a master page whose text is seen on slides
_MAX_BYTES = 64 * 1024 * 1024
# Words that stand in attributes: what is shown only sometimes, and what can be chosen.
_STATED_IN = {
    "title": (), "desc": (), "object": (), "a": ("title",), "label": ("value",), "text-input": ("description",),
    "conditional-text": ("string-value-if-true", "string-value-if-false"),
}  # fmt: skip
_STATED = ("{*}label", "{*}text-input", "{*}conditional-text")
_FORMS, _FORM_WORDS = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}*", ("label", "current-value")
_SIGNS = ("{*}mi", "{*}mn", "{*}mo", "{*}mtext")
_NUMBER = re.compile(r"[\d\s.,%+–-]*")


class FlatFile:
    """An OpenDocument file in one piece of XML (.fodp, .fodt), in the place of a package."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root

    def __contains__(self, name: str) -> bool:
        """No part is apart."""
        return False

    def xml(self, _: str) -> etree._Element:
        """All of it."""
        return self._root

    def readable_xml(self, name: str) -> etree._Element:
        """All of it, for the parts that every file has."""
        return self._root if name in {"content.xml", "styles.xml", "meta.xml"} else etree.Element("none")


def read_odf(package: Package | FlatFile) -> Text:
    """The text of an OpenDocument presentation, drawing or text, by page or by heading."""
    refuse_locked(package)
    root = respell_spans(package.xml("content.xml"), package.readable_xml("styles.xml"))
    _remove_deleted(root)
    properties = odf_properties(package)
    pages = list(root.iter("{*}page"))
    if pages:
        hidden = _hidden_styles(root)
        masters, declared = _masters(package), _declared(root, pages)
        slides = (
            (_page(package, page, n, hidden), [*declared[n - 1], *masters.get(attribute(page, "master-page-name"), ())])
            for n, page in enumerate(pages, 1)
        )
        return Text("slide", told_once(slides), properties, embedded_in(root))
    lines = [
        (as_remark(text) if next(node.iterancestors("{*}annotation"), None) is not None else text, local(node) == "h")
        for node in root.iter("{*}p", "{*}h")
        if (text := line(node)).strip()
    ]
    others = (*other_texts(package, root), *_headers(package))
    return Text("section", by_heading((*lines, *((text, False) for text in others))), properties, embedded_in(root))


def read_flat(path: Path) -> Text:
    """The text of an OpenDocument file in one piece of XML."""
    return read_odf(flat_file(path))


def flat_file(path: Path) -> FlatFile:
    """An OpenDocument file in one piece of XML; raise UnreadableError."""
    with path.open("rb") as file:
        return FlatFile(parse_xml(file.read(_MAX_BYTES)))


def refuse_locked(package: Package | FlatFile) -> None:
    """Raise UnreadableError for a file that is protected with a password."""
    if next(package.readable_xml("META-INF/manifest.xml").iter("{*}encryption-data"), None) is not None:
        raise UnreadableError(msg(LOCKED))


def _remove_deleted(root: etree._Element) -> None:
    """Take out what was deleted with changes tracked: it is kept apart, or marked in its place."""
    regions = (region for region in root.iter("{*}changed-region") if region.find("{*}deletion") is not None)
    deleted = {attribute(region, "id") for region in regions}
    etree.strip_elements(root, "{*}tracked-changes", with_tail=False)
    within: set[str] = set()
    for event, node in etree.iterwalk(root, ("start", "end")) if deleted else ():
        if event == "start":
            if local(node) == "change-start":
                within |= {attribute(node, "change-id")} & deleted
            elif local(node) == "change-end":
                within.discard(attribute(node, "change-id"))
            node.text = None if within else node.text
        elif within:
            node.tail = None


def _page(package: Package | FlatFile, page: etree._Element, number: int, hidden: set[str]) -> Section:
    title, body, notes = "", [], []
    for node in page.iter("{*}p", "{*}h"):
        text = line(node)
        if not text.strip():
            continue
        above = list(node.iterancestors())
        if any(local(a) == "notes" for a in above):
            notes.append(text)
        elif not title and any(attribute(a, "class", of="presentation:1.0") == "title" for a in above):
            title = " ".join(text.split())
        elif any(local(a) == "annotation" for a in above):
            body.append(as_remark(text))
        else:
            body.append(text)
    body += other_texts(package, page)
    is_hidden = attribute(page, "visibility") == "hidden" or attribute(page, "style-name") in hidden
    return Section(number, title, "\n".join(body), "\n".join(notes), is_hidden)


def _masters(package: Package | FlatFile) -> dict[str, list[str]]:
    """What each master page shows on its slides, by its name: its own texts, not its notes and what placeholders ask for."""
    found: dict[str, list[str]] = {}
    for master in package.readable_xml("styles.xml").iter("{*}master-page"):
        frames = (node for node in master if local(node) != "notes")
        shown = (node for node in frames if attribute(node, "class", of="presentation:1.0") in _SHOWN)
        lines = (_numbered(each) for node in shown for each in node.iter("{*}p", "{*}h"))
        found[attribute(master, "name")] = list(telling(lines))
    return found


def _declared(root: etree._Element, pages: Sequence[etree._Element]) -> list[list[str]]:
    """Of each page the header, footer and date that are declared once; what no page uses is with the first."""
    found = {(local(node), attribute(node, "name")): line(node).strip() for node in root.iter(*_DECLARED)}
    used = [[(kind, attribute(page, use)) for kind, use in _DECLARED_AS.items()] for page in pages]
    everywhere = {key for keys in used for key in keys}
    used[0] += [key for key in found if key not in everywhere]
    return [[text for key in keys if (text := found.get(key))] for keys in used]


def picture_parts(package: Package, number: int) -> list[str]:
    """The names of the pictures on one slide, counted from 1; all pictures if the document has no slides."""
    root = package.xml("content.xml")
    pages = list(root.iter("{*}page"))
    place = pages[number - 1] if pages else root
    shown = (posixpath.normpath(attribute(image, "href", of="xlink")) for image in place.iter("{*}image"))
    return list(dict.fromkeys(name for name in shown if name in package))


def _hidden_styles(root: etree._Element) -> set[str]:
    """The names of the styles of hidden slides."""
    return {
        attribute(style, "name")
        for style in root.iter("{*}style")
        if any(attribute(p, "visibility") == "hidden" for p in style.iterfind("{*}drawing-page-properties"))
    }


def other_texts(package: Package | FlatFile, element: etree._Element) -> Iterator[str]:
    """Texts outside paragraphs, each once.

    They are alternative texts, targets of links, choices, forms, and charts, which are documents of their own.
    """
    yield from dict.fromkeys(filter(None, _other_texts(package, element)))


def _other_texts(package: Package | FlatFile, element: etree._Element) -> Iterator[str]:
    for node in element.iter("{*}title", "{*}desc", "{*}a", "{*}object", *_STATED, _FORMS):
        name, target = local(node), attribute(node, "href", of="xlink")
        if name in {"title", "desc"} and node.text and is_written_by_hand(node.text, _name_above(node)):
            yield node.text.strip()
        elif name == "a" and target.startswith(("http://", "https://", "mailto:")):
            yield target
        elif name == "object":
            yield from _object(package.readable_xml(posixpath.normpath(f"{target}/content.xml")) if target else node)
        for stated in _STATED_IN.get(name, _FORM_WORDS):
            yield attribute(node, stated).strip()


def embedded_in(root: etree._Element) -> Message | None:
    """A note on the files of other programs inside; None if there are none."""
    return unread_inside(sum(1 for _ in root.iter("{*}object-ole")))


def _name_above(node: etree._Element) -> str:
    above = node.getparent()
    return "" if above is None else attribute(above, "name")


def _object(root: etree._Element) -> list[str]:
    """The texts of an embedded chart or formula, each once, without its numbers."""
    formula = " ".join("".join(map(str, sign.itertext())).strip() for sign in root.iter(*_SIGNS))
    texts = (*lines_of(root.iter("{*}p")), formula)
    return list(dict.fromkeys(text for text in texts if not _NUMBER.fullmatch(text)))


def _headers(package: Package | FlatFile) -> Iterator[str]:
    """Headers and footers, which are stored with the styles, with what stands in them beside their lines."""
    root = package.readable_xml("styles.xml")
    yield from dict.fromkeys(text for master in root.iter("{*}master-page") for text in printed_on(master))
    for area in root.iter(*_PRINTED):
        yield from other_texts(package, area)


def printed_on(master: etree._Element) -> list[str]:
    """The lines of the headers and footers of these pages, without those that only number them."""
    shown = (area for area in master.iterchildren(*_PRINTED) if attribute(area, "display") != "false")
    return list(telling(_numbered(node) for area in shown for node in area.iter("{*}p", "{*}h")))


def _numbered(node: etree._Element) -> str:
    """The text of a paragraph, with a sign for the numbers of pages in it."""
    counts = any(True for _ in node.iter("{*}page-number", "{*}page-count"))
    return f"{line(node)}{NUMBER}" if counts else line(node)


def lines_of(nodes: Iterable[etree._Element]) -> Iterator[str]:
    """The text of these paragraphs, of each that has any."""
    for node in nodes:
        if text := line(node).strip():
            yield text


def line(node: etree._Element) -> str:
    """The text of one paragraph, without paragraphs inside it (notes, text boxes), which are read separately."""
    pieces = [node.text or ""]
    for child in node:
        name = local(child)
        if name == "s":
            count = attribute(child, "c")
            pieces.append(" " * min(int(count) if count.isdecimal() else 1, 100))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name == "hidden-text":
            pieces.append(attribute(child, "string-value") or line(child))
        elif name and name not in _READ_SEPARATELY:
            pieces.append(line(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def odf_properties(package: Package | FlatFile) -> dict[str, str]:
    """The metadata of an OpenDocument file."""
    found: dict[str, str] = {}
    root = package.readable_xml("meta.xml")
    for element in root.iter():
        name, text = _META.get(local(element)), (element.text or "").strip()
        if name and text:
            found.setdefault(name, text)
    for counted in root.iter("{*}document-statistic"):
        found.update({"pages": attribute(counted, "page-count")} if attribute(counted, "page-count") else {})
    return found
