"""OpenDocument presentations and texts (.odp, .odt): slides with notes, or sections by heading."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.headings import by_heading
from materials_cli.extract.package import LOCKED, Package, UnreadableError, attribute, local, parse_xml
from materials_cli.extract.remarks import as_remark
from materials_cli.extract.repeated import told_once
from materials_cli.extract.runs import respell_spans
from materials_cli.messages import msg
from materials_cli.model import Section, Text

_META = {
    "title": "title", "creator": "author", "initial-creator": "author", "keyword": "keywords", "creation-date": "created",
    "date": "modified", "language": "language", "generator": "application", "subject": "subject", "description": "description",
}  # fmt: skip
_LEFT_OUT = {"page-number", "page-count"}
_READ_SEPARATELY = {*_LEFT_OUT, "note", "annotation", "frame", "custom-shape", "rect", "ellipse"}
_MAX_BYTES = 64 * 1024 * 1024
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
    for deleted in list(root.iter("{*}tracked-changes")):
        deleted.getparent().remove(deleted)  # type: ignore[union-attr]
    properties = odf_properties(package)
    pages = list(root.iter("{*}page"))
    if pages:
        hidden = _hidden_styles(root)
        footers = {attribute(node, "name"): "".join(lines_of([node])) for node in root.iter("{*}footer-decl")}
        masters = _masters(package)
        slides = [
            (_page(package, page, n, hidden), [footers.get(attribute(page, "use-footer-name"), ""), *_shown(masters, page)])
            for n, page in enumerate(pages, 1)
        ]
        return Text("slide", told_once((slide, list(filter(None, texts))) for slide, texts in slides), properties)
    lines = [
        (as_remark(text) if next(node.iterancestors("{*}annotation"), None) is not None else text, local(node) == "h")
        for node in root.iter("{*}p", "{*}h")
        if (text := line(node)).strip()
    ]
    others = (*other_texts(package, root), *_headers(package))
    return Text("section", by_heading((*lines, *((text, False) for text in others))), properties)


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
    """What each master page shows on its slides, by its name: its own texts, not those of placeholders and its notes."""
    found: dict[str, list[str]] = {}
    for master in package.readable_xml("styles.xml").iter("{*}master-page"):
        own = (node for node in master if local(node) != "notes" and not attribute(node, "class", of="presentation:1.0"))
        found[attribute(master, "name")] = list(lines_of(each for node in own for each in node.iter("{*}p", "{*}h")))
    return found


def _shown(masters: Mapping[str, list[str]], page: etree._Element) -> list[str]:
    return masters.get(attribute(page, "master-page-name"), [])


def picture_parts(package: Package, number: int) -> list[str]:
    """The names of the pictures on one slide, counted from 1; all pictures if the document has no slides."""
    root = package.xml("content.xml")
    pages = list(root.iter("{*}page"))
    place = pages[number - 1] if pages else root
    shown = (attribute(image, "href", of="xlink").removeprefix("./") for image in place.iter("{*}image"))
    return list(dict.fromkeys(name for name in shown if name in package))


def _hidden_styles(root: etree._Element) -> set[str]:
    """The names of the styles of hidden slides."""
    return {
        attribute(style, "name")
        for style in root.iter("{*}style")
        if any(attribute(p, "visibility") == "hidden" for p in style.iterfind("{*}drawing-page-properties"))
    }


def other_texts(package: Package | FlatFile, element: etree._Element) -> Iterator[str]:
    """Texts outside paragraphs: alternative texts, the targets of links, and charts, which are documents of their own."""
    links: set[str] = set()
    for node in element.iter("{*}title", "{*}desc", "{*}a", "{*}object"):
        name, target = local(node), attribute(node, "href", of="xlink")
        if name in {"title", "desc"} and node.text and is_written_by_hand(node.text, _name_above(node)):
            yield node.text.strip()
        elif name == "a" and target.startswith(("http://", "https://", "mailto:")) and target not in links:
            links.add(target)
            yield target
        elif name == "object" and target:
            yield from _object(package, f"{target.removeprefix('./')}/content.xml")


def _name_above(node: etree._Element) -> str:
    above = node.getparent()
    return "" if above is None else attribute(above, "name")


def _object(package: Package | FlatFile, part: str) -> list[str]:
    """The texts of an embedded chart or formula, each once, without its numbers."""
    texts = lines_of(package.readable_xml(part).iter("{*}p"))
    return list(dict.fromkeys(text for text in texts if not _NUMBER.fullmatch(text)))


def _headers(package: Package | FlatFile) -> list[str]:
    """Headers and footers, which are stored with the styles."""
    names = ("header", "footer", "header-first", "footer-first", "header-left", "footer-left")
    areas = package.readable_xml("styles.xml").iter(*(f"{{*}}{name}" for name in names))
    return list(dict.fromkeys(text for area in areas for text in lines_of(area.iter("{*}p", "{*}h"))))


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
