"""Spreadsheets (.xlsx, .xlsm, .xls, .ods) by sheet, through calamine."""

import datetime as dt
from pathlib import Path

import python_calamine as calamine

from materials_cli.extract.package import Package, UnreadableError, properties
from materials_cli.model import Section, Text

_MOST_CELLS = 500_000


def read_sheets(path: Path) -> Text:
    """Each sheet's cells, a line a row; the sheet's name is the title."""
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sections = tuple(_sheet(book, name, number) for number, name in enumerate(book.sheet_names, 1))
    except calamine.PasswordError as error:
        raise UnreadableError("The file is protected by a password, so its text cannot be read.") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError("The file is damaged or not complete, so its text cannot be read.") from error
    return Text("sheet", sections, _properties(path))


def _sheet(book: calamine.CalamineWorkbook, name: str, number: int) -> Section:
    lines, seen = [], 0
    sheet = book.get_sheet_by_name(name)
    for row in sheet.iter_rows():
        cells = [text for cell in row if (text := _cell(cell))]
        seen += len(cells)
        if cells:
            lines.append("\t".join(cells))
        if seen > _MOST_CELLS:
            break
    visible = next((meta.visible for meta in book.sheets_metadata if meta.name == name), None)
    hidden = visible is not None and visible != calamine.SheetVisibleEnum.Visible
    return Section(number, name, "\n".join(lines), hidden=hidden)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _properties(path: Path) -> dict[str, str]:
    try:
        with Package(path) as package:
            return properties(package)
    except UnreadableError:
        return {}
