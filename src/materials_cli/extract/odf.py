"""OpenDocument presentations and texts (.odp, .odt): slides with notes, or sections by heading."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from materials_cli.extract.package import Package, UnreadableError, local
from materials_cli.model import Section, Text

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_META = {
    "title": "title", "creator": "author", "initial-creator": "author", "keyword": "keywords", "creation-date": "created",
    "date": "modified", "language": "language", "generator": "application",
}  # fmt: skip


def read_odf(path: Path) -> Text:
    """The text of an OpenDocument file, by page or by heading."""
    with Package(path) as package:
        root = package.xml("content.xml")
        pages = list(root.iter(f"{_DRAW}page"))
        if pages:
            sections = tuple(_page(page, number) for number, page in enumerate(pages, 1))
            return Text("slide", sections, _properties(package))
        return Text("section", tuple(_by_heading(root)), _properties(package))


def _page(page: etree._Element, number: int) -> Section:
    title, body, notes = "", [], []
    for node in page.iter(f"{_TEXT}p", f"{_TEXT}h"):
        text = _line(node)
        if not text.strip():
            continue
        above = list(node.iterancestors())
        if any(a.tag == f"{_PRESENTATION}notes" for a in above):
            notes.append(text)
        elif not title and any(a.get(f"{_PRESENTATION}class") == "title" for a in above):
            title = " ".join(text.split())
        else:
            body.append(text)
    hidden = page.get(f"{_PRESENTATION}visibility") == "hidden"
    return Section(number, title, "\n".join(body), "\n".join(notes), hidden)


def _by_heading(root: etree._Element) -> Iterator[Section]:
    title, number = "", 1
    lines: list[str] = []
    for node in root.iter(f"{_TEXT}p", f"{_TEXT}h"):
        text = _line(node)
        if not text.strip():
            continue
        if local(node) == "h":
            if title or lines:
                yield Section(number, title, "\n".join(lines))
                number += 1
            title, lines = " ".join(text.split()), []
        else:
            lines.append(text)
    if title or lines:
        yield Section(number, title, "\n".join(lines))


def _line(node: etree._Element) -> str:
    """One paragraph; a paragraph inside it (a note, a text box) comes on its own."""
    pieces = [node.text or ""]
    for child in node:
        name = local(child)
        if name == "s":
            pieces.append(" " * min(int(child.get(f"{_TEXT}c") or 1), 100))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name and name not in {"note", "annotation", "frame", "custom-shape"}:
            pieces.append(_line(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _properties(package: Package) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        root = package.xml("meta.xml")
    except UnreadableError:
        return found
    for element in root.iter():
        name, text = _META.get(local(element)), (element.text or "").strip()
        if name and text:
            found.setdefault(name, text)
    return found
