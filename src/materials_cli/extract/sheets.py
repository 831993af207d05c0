"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods) by sheet: their cells, comments, text boxes and charts."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import python_calamine as calamine

from materials_cli.extract import biff, biff12, oleinfo, opensheet, workbook
from materials_cli.extract.drawing import alt_texts, embedded_note, paragraph, paragraphs, related_texts
from materials_cli.extract.odf import FlatFile, flat_file
from materials_cli.extract.package import DAMAGED, LOCKED, Package, UnreadableError, attribute, local, properties, unread_inside
from materials_cli.extract.printed import of_excel
from materials_cli.extract.remarks import as_remarks
from materials_cli.extract.repeated import told_once
from materials_cli.messages import Message, combined, msg
from materials_cli.model import Section, Text

_MAX_CELLS = 500_000
_COMMENTS = {"comments", "threadedComment"}
# What authors call a filter that is shown beside the cells, and a table in place of its picture; labels of buttons.
_CAPTIONED = {"slicer": ("caption",), "timeline": ("caption",), "table": ("altText", "altTextSummary")}
_EMBEDDED = "MBD"  # how the storage of a file inside a binary workbook begins
_CONTROLS = {"vmlDrawing"}


def read_sheets(ole: Any) -> Text:
    """Read a binary workbook (.xls)."""
    stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
    inside = {entry[0] for entry in ole.listdir(storages=True) if entry[0].upper().startswith(_EMBEDDED)}
    return _text(biff.read_workbook(stream, _MAX_CELLS), oleinfo.properties(ole), unread_inside(len(inside)))


def read_package(package: Package) -> Text:
    """Read a zip package (.xlsx, .ods …); raise UnreadableError."""
    package.refuse_bombs()
    if "content.xml" in package:
        return read_open_document(package)
    main = package.main_part() or "xl/workbook.xml"
    binary = next((name for name in package.names if name.endswith("workbook.bin")), "")
    parts = _parts_of_sheets(package, binary or main)
    read = _binary_sheets(package, parts) if binary else workbook.read_sheets(package, _MAX_CELLS)
    sheets = [
        sheet._replace(beside=list(dict.fromkeys((*_texts_of_sheet(package, parts.get(sheet.name, "")), *sheet.beside))))
        for sheet in read
    ]
    return _text(sheets, properties(package), embedded_note(package, parts.values()))


def read_open_document(package: Package | FlatFile) -> Text:
    """Read a spreadsheet of OpenDocument (.ods, .fods)."""
    return _text(*opensheet.read_sheets(package, _MAX_CELLS))


def read_flat(path: Path) -> Text:
    """Read a spreadsheet of OpenDocument in one piece of XML (.fods)."""
    return read_open_document(flat_file(path))


def _text(sheets: Sequence[workbook.Sheet], metadata: dict[str, str], inside: Message | None = None) -> Text:
    """The text of a workbook: each sheet's cells, then its other texts. The title is the name of the sheet."""
    sections = (
        (Section(number, sheet.name, "\n".join((*sheet.lines, *sheet.beside)), hidden=sheet.hidden), sheet.printed)
        for number, sheet in enumerate(sheets, 1)
    )
    damaged = None
    if lost := [sheet.name for sheet in sheets if sheet.is_damaged]:
        damaged = msg("Some sheets are damaged, and only their beginning could be read: {names}.", names=", ".join(lost))
    cut = (
        msg("The sheet “{name}” is very large: its first {row} rows were read.", name=sheet.name, row=f"{sheet.cut_at:,}")
        for sheet in sheets
        if sheet.cut_at
    )
    return Text("sheet", told_once(sections), metadata, combined(damaged, *cut, inside))


def _binary_sheets(package: Package, parts: Mapping[str, str]) -> list[workbook.Sheet]:
    """The sheets of a binary package (.xlsb), whose cells calamine reads. parts: those that hold them, by name."""
    if package.damaged:
        raise UnreadableError(msg(DAMAGED))
    with _damage():
        book = calamine.CalamineWorkbook.from_filelike(package.file())
        names = book.sheet_names
        drawn = {meta.name for meta in book.sheets_metadata if meta.typ != calamine.SheetTypeEnum.WorkSheet}
    sheets = []
    for name in names:
        if name in drawn:
            sheets.append(workbook.Sheet(name, [], hidden=False))
            continue
        try:
            with _damage():
                sheets.append(_sheet(book, name))
        except UnreadableError:
            sheets.append(workbook.Sheet(name, [], hidden=False, is_damaged=True))
    return [sheet._replace(printed=_printed(package, parts.get(sheet.name, ""))) for sheet in sheets]


def _printed(package: Package, part: str) -> list[str]:
    with suppress(UnreadableError):
        return list(of_excel(biff12.printed(package.read(part))))
    return []


@contextmanager
def _damage() -> Iterator[None]:
    """The border around calamine."""
    try:
        yield
    except calamine.PasswordError as error:
        raise UnreadableError(msg(LOCKED)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError(msg(DAMAGED)) from error
    except BaseException as error:
        # A Rust panic is not an Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(msg(DAMAGED)) from error


def _sheet(book: calamine.CalamineWorkbook, name: str) -> workbook.Sheet:
    lines, seen, cut_at = [], 0, 0
    for number, row in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
        cells = [text for cell in row if (text := _cell(cell))]
        seen += len(cells)
        if cells:
            lines.append("\t".join(cells))
        if seen > _MAX_CELLS:
            cut_at = number
            break
    visible = next((meta.visible for meta in book.sheets_metadata if meta.name == name), None)
    hidden = visible is not None and visible != calamine.SheetVisibleEnum.Visible
    return workbook.Sheet(name, lines, hidden, cut_at)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _parts_of_sheets(package: Package, main: str) -> dict[str, str]:
    """The names of the parts that hold the sheets, by the sheet's name. main: the part that lists them."""
    relations = package.relations(main)
    if main.endswith(".bin"):
        listed = biff12.sheets(package.read(main))
    else:
        nodes = (node for node in package.readable_xml(main).iter() if local(node) == "sheet")
        listed = ((attribute(node, "id", of="relationships"), node.get("name", "")) for node in nodes)
    return {name: relations.get(identity, ("", ""))[1] for identity, name in listed}


def _texts_of_sheet(package: Package, part: str) -> Iterator[str]:
    """Comments, text boxes, charts, links and labels of a sheet."""
    yield from related_texts(package, part)
    for kind, target in package.relations(part).values():
        root = package.readable_xml(target) if kind in {"drawing", *_COMMENTS, *_CAPTIONED, *_CONTROLS} else None
        if root is None:
            continue
        if kind == "drawing":
            yield from (*paragraphs(root), *alt_texts(root), *related_texts(package, target))
        elif kind in _CAPTIONED:
            captions = (node.get(name, "") for node in root.iter("*") for name in _CAPTIONED[kind])
            yield from filter(None, map(workbook.unescaped, captions))
        elif kind in _CONTROLS:
            labels = (" ".join(" ".join(map(str, box.itertext())).split()) for box in root.iter("{*}textbox"))
            yield from filter(None, labels)
        elif target.endswith(".bin"):
            with suppress(UnreadableError):
                yield from as_remarks(biff12.comments(package.read(target)))
        else:
            yield from as_remarks(paragraph(node) or node.text or "" for node in root.iter("{*}text"))
