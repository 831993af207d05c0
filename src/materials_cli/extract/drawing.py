"""The text in DrawingML, which slides, documents and sheets share: paragraphs, tables, groups, charts, SmartArt."""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.package import Package, attribute, local, unread_inside
from materials_cli.messages import Message

_LINK = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)
_EMBEDDED = {"oleObject", "package"}
# Elements whose words stand in an attribute: artful letters of old, tooltips, what stands in place of a table.
_STATED = {
    "textpath": "string", "hyperlink": "tooltip", "hlinkClick": "tooltip", "hlinkHover": "tooltip",
    "hlinkMouseOver": "tooltip", "tblCaption": "val", "tblDescription": "val",
}  # fmt: skip
_DELETED = {"del", "moveFrom"}
_SIGNS = {"br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}
_CHART_WORDS = {"strCache", "strLit", "strDim", "multiLvlStrCache", "tx", "txData"}


def paragraphs(element: etree._Element) -> Iterator[str]:
    """The paragraphs in an element that have text, in document order; alternative content once."""
    for node in walk(element):
        name = local(node)
        if name == "p":
            text = paragraph(node)
            if text.strip():
                yield text


def walk(element: etree._Element, *, into_paragraphs: bool = False) -> Iterator[etree._Element]:
    """All descendants; of alternative content, only the first choice that is not empty."""
    for child in element:
        if local(child) == "AlternateContent":
            branches = [branch for branch in child if len(branch)]
            if branches:
                yield from walk(branches[0], into_paragraphs=into_paragraphs)
        elif isinstance(child.tag, str):
            yield child
            if into_paragraphs or local(child) != "p":
                yield from walk(child, into_paragraphs=into_paragraphs)


def paragraph(node: etree._Element) -> str:
    """The text of one paragraph: runs, fields, line breaks, tabs, hyphens, equations."""
    pieces: list[str] = []
    for part in _parts(node):
        name = local(part)
        if name == "t" and part.text:
            pieces.append(part.text)
        elif name in _SIGNS:
            pieces.append(_SIGNS[name])
        elif name == "tab" and local(part.getparent()) == "r":  # type: ignore[arg-type]  # no part is a root
            pieces.append("\t")
    return "".join(pieces)


def _parts(node: etree._Element) -> Iterator[etree._Element]:
    """The elements of a paragraph in the order of reading: alternative content once, a word before its pronunciation."""
    for child in node:
        name = local(child)
        if name == "AlternateContent":
            branches = [branch for branch in child if len(branch)]
            yield from _parts(branches[0]) if branches else ()
        elif name == "ruby":
            for part in (*child.iterfind("{*}rubyBase"), *child.iterfind("{*}rt")):
                yield from _parts(part)
        elif name and name not in _DELETED:
            yield child
            yield from _parts(child)


def alt_texts(element: etree._Element) -> Iterator[str]:
    """The alternative texts of pictures and tables that authors wrote, tooltips, and the words of old WordArt."""
    for node in walk(element, into_paragraphs=True):
        name = local(node)
        if stated := attribute(node, _STATED[name]).strip() if name in _STATED else "":
            yield stated
        elif is_written_by_hand(old := node.get("alt", "")):
            yield old.strip()
        elif name in {"cNvPr", "docPr"}:
            for text in (node.get("title"), node.get("descr")):
                if text and is_written_by_hand(text, node.get("name", "")):
                    yield text.strip()


def related_texts(package: Package, part: str) -> Iterator[str]:
    """Texts in parts of their own (charts, SmartArt), and the targets of links."""
    links: set[str] = set()
    for kind, target in package.relations(part).values():
        if kind == "hyperlink" and _LINK.match(target) and target not in links:
            links.add(target)
            yield target
        elif kind == "chart" or kind.startswith("chartEx"):
            yield from chart_texts(package.readable_xml(target))
            drawn = (drawing for use, drawing in package.relations(target).values() if use == "chartUserShapes")
            for drawing in drawn:
                yield from paragraphs(package.readable_xml(drawing))
        elif kind == "diagramData":
            yield from paragraphs(package.readable_xml(target))


def embedded_note(package: Package, parts: Iterable[str]) -> Message | None:
    """A note on files embedded in these parts; None if there are none."""
    embedded = {
        target for part in parts for kind, target in package.relations(part).values() if kind in _EMBEDDED and target in package
    }
    return unread_inside(len(embedded))


def image_parts(package: Package, part: str) -> list[str]:
    """The names of the pictures in a part, each once."""
    return list(dict.fromkeys(target for kind, target in package.relations(part).values() if kind == "image"))


def chart_texts(root: etree._Element) -> Iterator[str]:
    """Titles, series and categories of a chart, without its numbers."""
    yield from paragraphs(root)
    seen: set[str] = set()
    for node in root.iter():
        if local(node) in _CHART_WORDS:
            for value in node.iter():
                if local(value) in {"v", "pt"} and value.text and value.text.strip() and value.text not in seen:
                    seen.add(value.text)
                    yield value.text.strip()
