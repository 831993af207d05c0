"""Spreadsheets of OpenDocument (.ods, .fods): cells as they are shown, comments, text boxes and charts, by sheet."""

import itertools
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from materials_cli.extract.odf import (
    FlatFile,
    embedded_in,
    line,
    lines_of,
    odf_properties,
    other_texts,
    printed_on,
    refuse_locked,
)
from materials_cli.extract.package import Package, attribute, local
from materials_cli.extract.remarks import as_remarks
from materials_cli.extract.workbook import Sheet, choices
from materials_cli.messages import Message

_MOST_ROWS_ALIKE, _MOST_COLUMNS, _LONGEST_NUMBER = 100, 100, 10
_LIST, _LITERAL = "cell-content-is-in-list(", re.compile(r'"((?:[^"]|"")*)"')
_SHAPES = ("{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}*", "{http://openoffice.org/2000/drawing}*")
_TIME = re.compile(r"PT(\d\d)H(\d\d)M")


def read_sheets(package: Package | FlatFile, most: int) -> tuple[list[Sheet], dict[str, str], Message | None]:
    """The sheets, of each at most so many cells, what the file says of itself, and a note on files inside."""
    refuse_locked(package)
    root = package.xml("content.xml")
    hidden = _hidden(root)
    rules = {attribute(rule, "name"): list(_prompts(rule)) for rule in root.iter("{*}content-validation")}
    printed = _printed(package, root)
    sheets = [
        _sheet(table, most)._replace(
            hidden=attribute(table, "style-name") in hidden,
            beside=_beside(package, table, rules),
            printed=printed.get(attribute(table, "style-name"), ()),
        )
        for table in _tables(root)
    ]
    return sheets, odf_properties(package), embedded_in(root)


def read_tables(package: Package, most: int) -> Iterator[tuple[str, list[list[str]]]]:
    """The name and the rows of each visible sheet, every cell in its column, dates and times as ISO has them."""
    refuse_locked(package)
    root = package.xml("content.xml")
    hidden = _hidden(root)
    for table in _tables(root):
        if attribute(table, "style-name") not in hidden:
            yield attribute(table, "name"), list(itertools.islice(_rows(table), most))


def _tables(root: etree._Element) -> list[etree._Element]:
    """The sheets; in the first versions of OpenOffice, nothing stands around them."""
    return root.findall(".//{*}spreadsheet/{*}table") or root.findall("{*}body/{*}table")


def _rows(table: etree._Element) -> Iterator[list[str]]:
    for row in table.iter("{*}table-row"):
        cells: list[str] = []
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            cells += [_stated(cell)] * min(_count(cell, "number-columns-repeated"), _MOST_COLUMNS - len(cells))
        while cells and not cells[-1]:
            cells.pop()
        yield from itertools.repeat(cells, min(_count(row, "number-rows-repeated"), _MOST_ROWS_ALIKE) if cells else 1)


def _stated(cell: etree._Element) -> str:
    """A date or a time by its value, anything else as it is shown."""
    if time := _TIME.match(attribute(cell, "time-value")):
        return f"{time[1]}:{time[2]}"
    return attribute(cell, "date-value").removesuffix("T00:00:00") or "\n".join(_shown(cell)).strip()


def _count(node: etree._Element, name: str) -> int:
    stated = attribute(node, name)
    return int(stated) if stated.isdecimal() and len(stated) < _LONGEST_NUMBER else 1


def _hidden(root: etree._Element) -> set[str]:
    """The styles of tables that are not shown."""
    return {
        attribute(style, "name")
        for style in root.iter("{*}style")
        if any(attribute(shown, "display") == "false" for shown in style.iterfind("{*}table-properties"))
    }


def _sheet(table: etree._Element, most: int) -> Sheet:
    lines: list[str] = []
    seen = number = 0
    for row in table.iter("{*}table-row"):
        count = _count(row, "number-rows-repeated")
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


def _beside(package: Package | FlatFile, table: etree._Element, rules: Mapping[str, list[str]]) -> list[str]:
    """Texts of drawings, comments, charts, controls, and what is shown beside cells that are chosen."""
    drawn = (node for shape in table.iter(*_SHAPES) for node in shape.iter("{*}p", "{*}h"))
    said = (node for note in table.iter("{*}annotation") for node in note.iter("{*}p", "{*}h"))
    used = dict.fromkeys(attribute(cell, "content-validation-name") for cell in table.iter("{*}table-cell"))
    prompts = (text for name in used for text in rules.get(name, ()))
    return list(dict.fromkeys((*lines_of(drawn), *as_remarks(lines_of(said)), *other_texts(package, table), *prompts)))


def _prompts(rule: etree._Element) -> Iterator[str]:
    """What is shown beside a cell, and the choices that it offers."""
    for shown in rule.iterfind("{*}help-message"), rule.iterfind("{*}error-message"):
        for node in shown:
            yield from filter(None, (attribute(node, "title").strip(), *lines_of(node.iter("{*}p"))))
    if _LIST in (condition := attribute(rule, "condition")):
        yield choices(choice.replace('""', '"') for choice in _LITERAL.findall(condition))


def _printed(package: Package | FlatFile, root: etree._Element) -> dict[str, list[str]]:
    """The words of headers and footers, by the style of the sheets on whose pages they are printed."""
    masters = package.readable_xml("styles.xml").iter("{*}master-page")
    found = {attribute(master, "name"): printed_on(master) for master in masters}
    styles = root.iterfind("{*}automatic-styles/{*}style")
    return {attribute(style, "name"): found.get(attribute(style, "master-page-name"), []) for style in styles}
