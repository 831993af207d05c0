"""Spreadsheets of OpenDocument (.ods, .fods): cells as they are shown, comments, text boxes and charts, by sheet."""

from collections.abc import Iterator

from lxml import etree

from materials_cli.extract.odf import FlatFile, line, lines_of, odf_properties, other_texts, refuse_locked
from materials_cli.extract.package import Package, attribute, local
from materials_cli.extract.remarks import as_remarks
from materials_cli.extract.workbook import Sheet

_MOST_ROWS_ALIKE = 100


def read_sheets(package: Package | FlatFile, most: int) -> tuple[list[Sheet], dict[str, list[str]], dict[str, str]]:
    """The sheets, of each at most so many cells; the texts outside their cells by name; and what the file says of itself."""
    refuse_locked(package)
    root = package.xml("content.xml")
    hidden = {
        attribute(style, "name")
        for style in root.iter("{*}style")
        if any(attribute(shown, "display") == "false" for shown in style.iterfind("{*}table-properties"))
    }
    tables = list(root.iterfind(".//{*}spreadsheet/{*}table"))
    sheets = [_sheet(table, most)._replace(hidden=attribute(table, "style-name") in hidden) for table in tables]
    others = {attribute(table, "name"): _outside(package, table) for table in tables}
    return sheets, others, odf_properties(package)


def _sheet(table: etree._Element, most: int) -> Sheet:
    lines: list[str] = []
    seen = number = 0
    for row in table.iter("{*}table-row"):
        alike = attribute(row, "number-rows-repeated")
        count = int(alike) if alike.isdecimal() else 1
        number += count
        cells = [text for cell in row.iterfind("{*}table-cell") if (text := " ".join(_shown(cell)).strip())]
        for _ in range(min(count, _MOST_ROWS_ALIKE) if cells else 0):
            lines.append("\t".join(cells))
            seen += len(cells)
        if seen > most:
            return Sheet(attribute(table, "name"), lines, hidden=False, cut_at=number)
    return Sheet(attribute(table, "name"), lines, hidden=False)


def _shown(cell: etree._Element) -> Iterator[str]:
    """The paragraphs of a cell, not those of a comment or a drawing in it."""
    return (line(node) for node in cell if local(node) in {"p", "h"})


def _outside(package: Package | FlatFile, table: etree._Element) -> list[str]:
    drawn = (node for frame in table.iter("{*}frame", "{*}custom-shape") for node in frame.iter("{*}p", "{*}h"))
    said = (node for note in table.iter("{*}annotation") for node in note.iter("{*}p", "{*}h"))
    return list(dict.fromkeys((*lines_of(drawn), *as_remarks(lines_of(said)), *other_texts(package, table))))
