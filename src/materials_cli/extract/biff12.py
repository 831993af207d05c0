"""Binary packages (.xlsb), record by record: cells, shown as Excel shows them, what is printed, comments.

A damaged sheet costs only itself, and no sheet is held in memory as a whole. After Microsoft's open specification [MS-XLSB]:
each record begins with its kind and its size, 7 bits in a byte.
"""

import datetime as dt
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Protocol

from materials_cli.extract.biff import short_number
from materials_cli.extract.numbers import BUILT_IN, shown, text_shown
from materials_cli.extract.package import DAMAGED, Package, UnreadableError
from materials_cli.extract.printed import of_excel
from materials_cli.extract.workbook import Sheet
from materials_cli.messages import msg

_ROW, _SHORT, _BOOLEAN, _REAL, _TEXT, _SHARED, _RICH = 0, 2, 4, 5, 6, 7, 62
_FORMULAS = {8: _TEXT, 9: _REAL, 10: _BOOLEAN}  # what a formula results in, as a cell that holds it
_WITHOUT_COLUMN = range(12, 19)  # the same cells, each beside the one before
_STRING, _FORMAT, _STYLE, _STYLES, _END_OF_STYLES = 19, 44, 47, 617, 618
_BOOK, _SHEET, _PRINTED, _COMMENT = 153, 156, 479, 637
_NOTHING = 0xFFFFFFFF
_PIECE, _LARGEST = 1 << 20, 1 << 24
_MOST_STRINGS = 2_000_000


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(slots=True)
class _Book:
    """What all sheets share.

    sheets: the id of the relation to each sheet's part, its name, whether it is hidden. is_damaged: whether it lacks strings.
    """

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    origin: dt.datetime = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
    strings: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    is_damaged: bool = False

    def code(self, cell: bytes, at: int) -> str:
        """The format of a cell; at: where its style is."""
        style = int.from_bytes(cell[at : at + 3], "little")
        return self.styles[style] if style < len(self.styles) else ""


def sheets(content: bytes) -> Iterator[tuple[str, str, bool]]:
    """The id of the relation to each sheet's part, the sheet's name, and whether it is hidden; of those that are whole."""
    for kind, record in _records(BytesIO(content)):
        if kind == _SHEET and len(named := _texts(record, 8, 2)) == 2:
            yield named[0], named[1], record[:1] != b"\0"


def read_sheets(package: Package, main: str, most: int) -> list[Sheet]:
    """The sheets of a workbook, of each at most so many cells. main: the part that lists them; raise UnreadableError for it."""
    content = package.read(main)
    relations = package.relations(main)
    parts = dict(relations.values())
    book = _Book(list(sheets(content)))
    if any(kind == _BOOK and record[:1] and record[0] & 1 for kind, record in _records(BytesIO(content))):
        book.origin = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a cell has no zone
    with suppress(UnreadableError):
        book.styles = list(_styles(package.read(parts.get("styles", ""))))
    if "sharedStrings" in parts:
        try:
            with package.open(parts["sharedStrings"]) as part:
                for kind, record in _records(part):
                    if kind == _STRING and len(book.strings) < _MOST_STRINGS:
                        book.strings.append("".join(_texts(record, 1, 1)))
        except UnreadableError:
            book.is_damaged = True
    return [_sheet(package, relations.get(identity, ("", ""))[1], book, most)._replace(name=name, hidden=hidden)
            for identity, name, hidden in book.sheets]  # fmt: skip


def comments(content: bytes) -> Iterator[str]:
    """The texts of a part with comments."""
    return (text for kind, record in _records(BytesIO(content)) if kind == _COMMENT for text in _texts(record, 1, 1))


def _styles(content: bytes) -> Iterator[str]:
    """The number format of each style."""
    codes, are_cells = dict[int, str](), False
    for kind, record in _records(BytesIO(content)):
        if kind == _FORMAT:
            codes[int.from_bytes(record[:2], "little")] = "".join(_texts(record, 2, 1))
        elif kind in {_STYLES, _END_OF_STYLES}:
            are_cells = kind == _STYLES
        elif kind == _STYLE and are_cells:
            number = int.from_bytes(record[2:4], "little")
            yield codes.get(number, BUILT_IN.get(str(number), ""))


def _sheet(package: Package, part: str, book: _Book, most: int) -> Sheet:
    rows: list[list[str]] = []
    printed: list[str] = []
    cut_at, number, is_damaged = 0, 0, book.is_damaged
    try:
        with package.open(part) as stream:
            for kind, record in _records(stream):
                if kind == _ROW:
                    if most < 0:
                        cut_at = number
                        break
                    number = int.from_bytes(record[:4], "little") + 1
                    if not rows or rows[-1]:  # millions of empty rows would take as many lists
                        rows.append([])
                elif kind == _PRINTED:
                    printed += _texts(record, 2, 6)
                elif rows and (text := _cell(kind, record, book)):
                    rows[-1].append(text)
                    most -= 1
    except (UnreadableError, struct.error, ValueError, OverflowError):
        is_damaged = True
    lines = ["\t".join(row) for row in rows if row]
    return Sheet("", lines, False, cut_at, is_damaged, printed=list(of_excel(printed)))


def _cell(kind: int, record: bytes, book: _Book) -> str:
    """What a cell shows; empty for an error, for nothing, and for a record that is no cell."""
    style, at = (0, 4) if kind in _WITHOUT_COLUMN else (4, 8)
    kind = _FORMULAS.get(kind, kind - 11 if kind in _WITHOUT_COLUMN else kind)
    if kind == _SHORT:
        return shown(short_number(record[at : at + 4]), book.code(record, style), book.origin)
    if kind == _REAL:
        return shown(struct.unpack_from("<d", record, at)[0], book.code(record, style), book.origin)
    if kind == _BOOLEAN:
        return "TRUE" if record[at : at + 1] == b"\1" else "FALSE"
    if kind in {_TEXT, _RICH}:
        text = "".join(_texts(record, at + (kind == _RICH), 1))
    elif kind == _SHARED:
        index = int.from_bytes(record[at : at + 4], "little")
        text = book.strings[index] if index < len(book.strings) else ""
    else:
        return ""
    return text_shown(text, book.code(record, style)) if text else ""


def _records(stream: _Readable) -> Iterator[tuple[int, bytes]]:
    """The records that are whole; raise UnreadableError where one is larger than any is."""
    held = b""
    while piece := stream.read(_PIECE):
        held += piece
        at = 0
        with suppress(IndexError):
            while True:
                kind, start = _number(held, at, 2)
                size, start = _number(held, start, 4)
                if size > _LARGEST:
                    raise UnreadableError(msg(DAMAGED))
                if start + size > len(held):
                    break
                yield kind, held[start : start + size]
                at = start + size
        held = held[at:]


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return value, at


def _texts(record: bytes, at: int, count: int) -> list[str]:
    """So many texts; as many as are whole."""
    found = []
    try:
        for _ in range(count):
            text, at = _text(record, at)
            found.append(" ".join(text.split("\xa0")).strip())
    except struct.error:
        pass
    return found


def _text(record: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", record, at)
    if count == _NOTHING:
        return "", at + 4
    return record[at + 4 : at + 4 + 2 * count].decode("utf-16-le", "replace"), at + 4 + 2 * count
