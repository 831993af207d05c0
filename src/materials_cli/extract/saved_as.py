"""Documents in other forms than their names say: Office files saved as XML (2003), as web pages, or as plain text."""

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from materials_cli.extract.docx import heading_styles, is_heading
from materials_cli.extract.drawing import alt_texts, paragraph
from materials_cli.extract.headings import by_heading
from materials_cli.extract.numerals import plain as plain_number
from materials_cli.extract.package import DAMAGED, Package, UnreadableError, attribute, local, parse_xml
from materials_cli.extract.plain import page_text
from materials_cli.extract.printed import of_excel
from materials_cli.extract.remarks import as_remarks
from materials_cli.extract.repeated import lacking, told_once
from materials_cli.extract.workbook import choices
from materials_cli.messages import msg, msgn
from materials_cli.model import Section, Text

_LIST = "application/x-dtbncx+xml"
_PROPERTIES = {
    "Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords", "Description": "description",
    "Created": "created", "LastSaved": "modified", "Company": "company",
}  # fmt: skip
_STATED = {
    "title": "title", "creator": "author", "subject": "keywords", "description": "description", "language": "language",
    "date": "created",
}  # fmt: skip
_MAX_BYTES = 64 * 1024 * 1024


def read_office_xml(path: Path) -> Text:
    """A document that Word or Excel 2003 saved as XML."""
    with path.open("rb") as file:
        root = parse_xml(file.read(_MAX_BYTES))
    stated = ((_PROPERTIES.get(local(node)), (node.text or "").strip()) for node in root.iterfind("{*}DocumentProperties/*"))
    properties = {name: text for name, text in stated if name and text}
    if local(root) == "Workbook":
        sheets = (_sheet(sheet, number) for number, sheet in enumerate(root.iter("{*}Worksheet"), 1))
        return Text("sheet", told_once(sheets), properties)
    headings = heading_styles(root)
    lines = [(text, is_heading(node, headings)) for node in root.iter("{*}p") if (text := _own_text(node)).strip()]
    links = (attribute(link, name).strip() for link in root.iter("{*}hlink") for name in ("dest", "screenTip"))
    beside = (text for text in (*alt_texts(root), *dict.fromkeys(links)) if text)
    return Text("section", by_heading((*lines, *((text, False) for text in beside))), properties)


def _own_text(node: etree._Element) -> str:
    """The text of a paragraph, without those that stand in it: comments, notes, text boxes."""
    if node.find(".//{*}p") is None:
        return paragraph(node)
    copy = etree.fromstring(etree.tostring(node, with_tail=False))
    etree.strip_elements(copy, "{*}p", with_tail=False)
    return paragraph(copy)


def _sheet(sheet: etree._Element, number: int) -> tuple[Section, list[str]]:
    """A sheet, and what is printed on each of its pages."""
    rows = ("\t".join(filter(None, map(_data, row.iterfind("{*}Cell/{*}Data")))) for row in sheet.iter("{*}Row"))
    said = as_remarks(_data(comment) for comment in sheet.iter("{*}Comment"))
    links = (attribute(cell, name) for cell in sheet.iter("{*}Cell") for name in ("HRef", "HRefScreenTip"))
    prompts = (text for rule in sheet.iter("{*}DataValidation") for text in _prompts(rule))
    body = "\n".join(filter(None, (*rows, *said, *dict.fromkeys((*filter(_is_shown, links), *prompts)))))
    printed = (attribute(edge, "Data") for edge in sheet.iter("{*}Header", "{*}Footer"))
    return Section(number, attribute(sheet, "Name"), body), list(of_excel(printed))


def _is_shown(link: str) -> bool:
    """Whether this is an address on the web, or what is shown of a link, and no place in the workbook."""
    return bool(link) and not link.startswith("#")


def _prompts(rule: etree._Element) -> Iterator[str]:
    for name in ("InputTitle", "InputMessage", "ErrorTitle", "ErrorMessage"):
        yield (rule.findtext(f"{{*}}{name}") or "").strip()
    offered = rule.findtext("{*}Value") or ""
    if offered.startswith('"'):
        yield choices(offered.strip('"').split(","))


def _data(cell: etree._Element) -> str:
    text = "".join(map(str, cell.itertext())).strip()
    if attribute(cell, "Type") != "Number":
        return text.removesuffix("T00:00:00.000")
    with suppress(ValueError, OverflowError):
        return plain_number(float(text))
    return text


def read_epub(package: Package) -> Text:
    """The chapters of a book, in the order of reading, under the names that its contents give them."""
    container = package.readable_xml("META-INF/container.xml")
    place = next((node.get("full-path", "") for node in container.iter("{*}rootfile")), "")
    if place not in package:
        raise UnreadableError(msg(DAMAGED))
    book = package.xml(place)
    parts = list(_chapters(book, place))
    names = _names(package, book, place)
    read = [(part, page_text(package.read(part))) for part in parts if part in package]
    sections = [_named(section, names.get(part, [])) for part, text in read for section in text.sections]
    lost = len(parts) - len(read)
    note = (
        msgn("{count} chapter is missing from the book.", "{count} chapters are missing from the book.", lost) if lost else None
    )
    stated = (
        (_STATED.get(local(node)), (node.text or "").strip()) for node in book.iter("{http://purl.org/dc/elements/1.1/}*")
    )
    properties = {name: text for name, text in reversed(list(stated)) if name and text}
    return Text("section", tuple(replace(each, number=n) for n, each in enumerate(sections, 1)), properties, note)


def _chapters(book: etree._Element, place: str) -> Iterator[str]:
    """The names of the parts with text, in the order that the book states."""
    items = {item.get("id"): item.get("href", "") for item in book.iter("{*}item")}
    for reference in book.iter("{*}itemref"):
        if href := items.get(reference.get("idref")):
            yield _part(place, href)


def _names(package: Package, book: etree._Element, place: str) -> dict[str, list[str]]:
    """What the contents of a book call its parts, and places in them: in a page of its own or, before EPUB 3, a list."""
    found: dict[str, list[str]] = {}
    for item in book.iter("{*}item"):
        contents = _part(place, item.get("href", ""))
        links: list[tuple[str, etree._Element]] = []
        if "nav" in item.get("properties", "").split():
            lists = (nav for nav in package.readable_xml(contents).iter("{*}nav") if attribute(nav, "type") in {"", "toc"})
            links = [(node.get("href", ""), node) for nav in lists for node in nav.iter("{*}a")]
        elif item.get("media-type") == _LIST:
            points = package.readable_xml(contents).iter("{*}navPoint")
            links = [
                (content.get("src", ""), label)
                for point in points
                for content, label in zip(point.iterfind("{*}content"), point.iterfind("{*}navLabel"), strict=False)
            ]
        for href, label in links:
            if name := " ".join("".join(map(str, label.itertext())).split()):
                found.setdefault(_part(contents, href), []).append(name)
    return found


def _named(section: Section, names: list[str]) -> Section:
    """A chapter under its name in the contents, with those that the contents give to places in it, and its text lacks."""
    if not names:
        return section
    said = " ".join(section.body.split())
    others = lacking((name for name in dict.fromkeys((section.title, *names[1:])) if name and name != names[0]), said)
    return replace(section, title=names[0], body="\n".join((*others, section.body)))


def _part(place: str, href: str) -> str:
    """The name of the part to which another, or the list of all, refers."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(href.partition("#")[0])))
