"""Documents in other forms than their names say: Office files saved as XML (2003), as web pages, or as plain text."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from materials_cli.extract.drawing import paragraph
from materials_cli.extract.package import DAMAGED, Package, UnreadableError, local, parse_xml
from materials_cli.extract.plain import page_text
from materials_cli.messages import msg, msgn
from materials_cli.model import Section, Text

_MAX_BYTES = 64 * 1024 * 1024


def read_office_xml(path: Path) -> Text:
    """A document that Word or Excel 2003 saved as XML."""
    with path.open("rb") as file:
        root = parse_xml(file.read(_MAX_BYTES))
    if local(root) == "Workbook":
        return Text("sheet", tuple(_sheet(sheet, number) for number, sheet in enumerate(root.iter("{*}Worksheet"), 1)))
    lines = [text for node in root.iter("{*}p") if (text := paragraph(node)).strip()]
    return Text("section", (Section(1, "", "\n".join(lines)),) if lines else ())


def _sheet(sheet: etree._Element, number: int) -> Section:
    name = next((str(value) for key, value in sheet.items() if str(key).endswith("}Name")), "")
    rows = ("\t".join(filter(None, map(_data, row.iter("{*}Data")))) for row in sheet.iter("{*}Row"))
    return Section(number, name, "\n".join(filter(None, rows)))


def _data(cell: etree._Element) -> str:
    return "".join(map(str, cell.itertext())).strip()


def read_epub(package: Package) -> Text:
    """The chapters of a book, in the order of reading."""
    parts = list(_chapters(package))
    read = [page_text(package.read(part)) for part in parts if part in package]
    sections = [section for text in read for section in text.sections]
    lost = len(parts) - len(read)
    note = (
        msgn("{count} chapter is missing from the book.", "{count} chapters are missing from the book.", lost) if lost else None
    )
    return Text("section", tuple(Section(n, each.title, each.body) for n, each in enumerate(sections, 1)), note=note)


def _chapters(package: Package) -> Iterator[str]:
    """The names of the parts with text, in the order that the book states."""
    container = package.readable_xml("META-INF/container.xml")
    book = next((node.get("full-path", "") for node in container.iter("{*}rootfile")), "")
    if book not in package:
        raise UnreadableError(msg(DAMAGED))
    folder = f"{book.rpartition('/')[0]}/" if "/" in book else ""
    root = package.xml(book)
    items = {item.get("id"): item.get("href", "") for item in root.iter("{*}item")}
    for reference in root.iter("{*}itemref"):
        if href := items.get(reference.get("idref")):
            yield posixpath.normpath(folder + unquote(href.partition("#")[0]))
