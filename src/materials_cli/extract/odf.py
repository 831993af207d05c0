"""OpenDocument presentations and texts (.odp, .odt): slides with notes, or sections by heading."""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from materials_cli.extract.drawing import is_written_by_hand
from materials_cli.extract.package import Package, UnreadableError, attribute, local
from materials_cli.model import Section, Text

_META = {
    "title": "title", "creator": "author", "initial-creator": "author", "keyword": "keywords", "creation-date": "created",
    "date": "modified", "language": "language", "generator": "application", "subject": "subject", "description": "description",
}  # fmt: skip
_ON_ITS_OWN = {"note", "annotation", "frame", "custom-shape", "rect", "ellipse"}
_NUMBER = re.compile(r"[\d\s.,%+–-]*")


def read_odf(package: Package) -> Text:
    """The text of an OpenDocument file, by page or by heading."""
    root = package.xml("content.xml")
    found = odf_properties(package)
    pages = list(root.iter("{*}page"))
    if pages:
        hidden = _hidden_styles(root)
        footers = {attribute(node, "name"): "".join(_texts([node])) for node in root.iter("{*}footer-decl")}
        return Text("slide", tuple(_page(package, page, n, hidden, footers) for n, page in enumerate(pages, 1)), found)
    sections = list(_by_heading(root))
    beside = [*_beside(package, root), *_headers(package)]
    if beside:
        last = sections.pop() if sections else Section(1)
        sections.append(Section(last.number, last.title, "\n".join(filter(None, (last.body, *beside)))))
    return Text("section", tuple(sections), found)


def _page(package: Package, page: etree._Element, number: int, hidden: set[str], footers: dict[str, str]) -> Section:
    title, body, notes = "", [], []
    for node in page.iter("{*}p", "{*}h"):
        text = _line(node)
        if not text.strip():
            continue
        above = list(node.iterancestors())
        if any(local(a) == "notes" for a in above):
            notes.append(text)
        elif not title and any(attribute(a, "class", of="presentation:1.0") == "title" for a in above):
            title = " ".join(text.split())
        else:
            body.append(text)
    body += filter(None, [footers.get(attribute(page, "use-footer-name"))])
    body += _beside(package, page)
    is_hidden = attribute(page, "visibility") == "hidden" or attribute(page, "style-name") in hidden
    return Section(number, title, "\n".join(body), "\n".join(notes), is_hidden)


def picture_parts(package: Package, number: int) -> list[str]:
    """The pictures on one slide, counted from 1; all of them in a text."""
    root = package.xml("content.xml")
    pages = list(root.iter("{*}page"))
    place = pages[number - 1] if pages else root
    shown = (attribute(image, "href", of="xlink").removeprefix("./") for image in place.iter("{*}image"))
    return list(dict.fromkeys(name for name in shown if name in package))


def beside_cells(package: Package) -> dict[str, list[str]]:
    """Comments, text boxes and charts of each sheet of a spreadsheet, by the sheet's name."""
    try:
        root = package.xml("content.xml")
    except UnreadableError:
        return {}
    return {
        attribute(table, "name"): _beside_table(package, table) for table in root.iterfind("{*}body/{*}spreadsheet/{*}table")
    }


def _beside_table(package: Package, table: etree._Element) -> list[str]:
    drawn = (
        node for frame in table.iter("{*}annotation", "{*}frame", "{*}custom-shape") for node in frame.iter("{*}p", "{*}h")
    )
    return list(dict.fromkeys((*_texts(drawn), *_beside(package, table))))


def _hidden_styles(root: etree._Element) -> set[str]:
    """The styles of pages that are not shown."""
    return {
        attribute(style, "name")
        for style in root.iter("{*}style")
        if any(attribute(told, "visibility") == "hidden" for told in style.iterfind("{*}drawing-page-properties"))
    }


def _by_heading(root: etree._Element) -> Iterator[Section]:
    title, number = "", 1
    lines: list[str] = []
    for node in root.iter("{*}p", "{*}h"):
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


def _beside(package: Package, element: etree._Element) -> Iterator[str]:
    """What is no paragraph: alt texts, where links lead, and the words of charts, each of which is a document of its own."""
    links: set[str] = set()
    for node in element.iter("{*}title", "{*}desc", "{*}a", "{*}object"):
        name, target = local(node), attribute(node, "href", of="xlink")
        if name in {"title", "desc"} and node.text and is_written_by_hand(node.text):
            yield node.text.strip()
        elif name == "a" and target.startswith(("http://", "https://", "mailto:")) and target not in links:
            links.add(target)
            yield target
        elif name == "object" and target:
            yield from _object(package, f"{target.removeprefix('./')}/content.xml")


def _object(package: Package, part: str) -> list[str]:
    """The words of a chart or formula inside, each once; not its numbers."""
    try:
        root = package.xml(part)
    except UnreadableError:
        return []
    return list(dict.fromkeys(text for text in _texts(root.iter("{*}p")) if not _NUMBER.fullmatch(text)))


def _headers(package: Package) -> list[str]:
    """Headers and footers, which stand with the styles."""
    try:
        root = package.xml("styles.xml")
    except UnreadableError:
        return []
    areas = root.iter("{*}header", "{*}footer", "{*}header-first", "{*}footer-first", "{*}header-left", "{*}footer-left")
    return list(dict.fromkeys(text for area in areas for text in _texts(area.iter("{*}p", "{*}h"))))


def _texts(nodes: Iterable[etree._Element]) -> Iterator[str]:
    for node in nodes:
        text = _line(node).strip()
        if text:
            yield text


def _line(node: etree._Element) -> str:
    """One paragraph; a paragraph inside it (a note, a text box) comes on its own."""
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
        elif name and name not in _ON_ITS_OWN:
            pieces.append(_line(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def odf_properties(package: Package) -> dict[str, str]:
    """What an OpenDocument file says about itself."""
    found: dict[str, str] = {}
    try:
        root = package.xml("meta.xml")
    except UnreadableError:
        return found
    for element in root.iter():
        name, text = _META.get(local(element)), (element.text or "").strip()
        if name and text:
            found.setdefault(name, text)
    for counted in root.iter("{*}document-statistic"):
        found.update({"pages": attribute(counted, "page-count")} if attribute(counted, "page-count") else {})
    return found
