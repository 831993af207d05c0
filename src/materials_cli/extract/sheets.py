"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods) by sheet: their cells, comments, text boxes and charts."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from materials_cli.extract import biff, biff12, oleinfo, opensheet, workbook
from materials_cli.extract.drawing import alt_texts, embedded_note, paragraph, paragraphs, related_texts
from materials_cli.extract.odf import FlatFile, flat_file
from materials_cli.extract.package import Package, UnreadableError, attribute, local, properties, unread_inside
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
    read = biff12.read_sheets(package, binary, _MAX_CELLS) if binary else workbook.read_sheets(package, _MAX_CELLS)
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


def _parts_of_sheets(package: Package, main: str) -> dict[str, str]:
    """The names of the parts that hold the sheets, by the sheet's name. main: the part that lists them."""
    relations = package.relations(main)
    if main.endswith(".bin"):
        listed = ((identity, name) for identity, name, _ in biff12.sheets(package.read(main)))
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
