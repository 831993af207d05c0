"""Spreadsheets (.xlsx, .xlsm, .xls, .ods) by sheet: cells through calamine; comments, text boxes and charts from the XML."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import python_calamine as calamine

from materials_cli.extract import oleinfo
from materials_cli.extract.drawing import alt_texts, paragraph, paragraphs, related_texts
from materials_cli.extract.odf import odf_properties, texts_outside_cells
from materials_cli.extract.package import DAMAGED, LOCKED, Package, UnreadableError, attribute, local, properties
from materials_cli.messages import msg
from materials_cli.model import Section, Text

_MAX_CELLS = 500_000
_COMMENTS = {"comments", "threadedComment"}


def read_sheets(path: Path, ole: Any) -> Text:
    """Read a binary workbook (.xls)."""
    return _read(path, {}, oleinfo.properties(ole))


def read_package(package: Package) -> Text:
    """Read a zip package (.xlsx, .ods …); raise UnreadableError."""
    package.refuse_bombs()
    if package.damaged:
        raise UnreadableError(msg(DAMAGED))
    if "content.xml" in package:
        return _read(package.path, texts_outside_cells(package), odf_properties(package))
    return _read(package.path, _texts_outside_cells(package), properties(package))


def _read(path: Path, others: Mapping[str, list[str]], metadata: dict[str, str]) -> Text:
    """Each sheet's cells, one line a row, then its other texts. The title is the name of the sheet."""
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        read = [_sheet(book, name, number, others.get(name, [])) for number, name in enumerate(book.sheet_names, 1)]
    except calamine.PasswordError as error:
        raise UnreadableError(msg(LOCKED)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError(msg(DAMAGED)) from error
    except BaseException as error:
        # A Rust panic is not an Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(msg(DAMAGED)) from error
    note = None
    if any(is_cut for _, is_cut in read):
        note = msg("Only the first {count} cells of a very large sheet were read.", count=f"{_MAX_CELLS:,}")
    return Text("sheet", tuple(section for section, _ in read), metadata, note)


def _sheet(book: calamine.CalamineWorkbook, name: str, number: int, others: list[str]) -> tuple[Section, bool]:
    lines, seen = [], 0
    for row in book.get_sheet_by_name(name).iter_rows():
        cells = [text for cell in row if (text := _cell(cell))]
        seen += len(cells)
        if cells:
            lines.append("\t".join(cells))
        if seen > _MAX_CELLS:
            break
    visible = next((meta.visible for meta in book.sheets_metadata if meta.name == name), None)
    hidden = visible is not None and visible != calamine.SheetVisibleEnum.Visible
    return Section(number, name, "\n".join((*lines, *others)), hidden=hidden), seen > _MAX_CELLS


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _texts_outside_cells(package: Package) -> dict[str, list[str]]:
    """Comments, text boxes, charts and links of each sheet of an Excel package, by the sheet's name."""
    main = package.main_part() or "xl/workbook.xml"
    relations = package.relations(main)
    # A binary workbook (.xlsb) has no XML.
    sheets = [node for node in package.readable_xml(main).iter() if local(node) == "sheet"]
    parts = {sheet.get("name", ""): relations.get(attribute(sheet, "id", of="relationships"), ("", ""))[1] for sheet in sheets}
    return {name: list(dict.fromkeys(_texts_of_sheet(package, part))) for name, part in parts.items()}


def _texts_of_sheet(package: Package, part: str) -> Iterator[str]:
    yield from related_texts(package, part)
    for kind, target in package.relations(part).values():
        root = package.readable_xml(target) if kind in {"drawing", *_COMMENTS} else None
        if root is None:
            continue
        if kind == "drawing":
            yield from (*paragraphs(root), *alt_texts(root), *related_texts(package, target))
        else:
            yield from (paragraph(node) or node.text or "" for node in root.iter("{*}text"))
