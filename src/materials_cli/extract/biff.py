"""Cells of binary workbooks (.xls, Excel 5 to 2003), record by record, shown as Excel shows them; comments, text boxes, charts.

A damaged sheet, a macro sheet or a stray cell costs only itself. After Microsoft's open specification [MS-XLS].
"""

import datetime as dt
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from materials_cli.extract.encodings import decode, known_encoding
from materials_cli.extract.numbers import BUILT_IN, shown, text_shown
from materials_cli.extract.officeart import words_drawn
from materials_cli.extract.package import LOCKED, UnreadableError
from materials_cli.extract.printed import of_excel
from materials_cli.extract.workbook import Sheet, choices
from materials_cli.messages import msg

_BOF, _EOF, _SHEET, _CONTINUE, _LOCKED = 0x0809, 0x000A, 0x0085, 0x003C, 0x002F
_SHARED, _FORMAT, _STYLE, _SINCE_1904, _CODEPAGE = 0x00FC, 0x041E, 0x00E0, 0x0022, 0x0042
_INDEX, _LABEL, _RICH, _NUMBER, _SHORT, _SHORTS, _BOOLEAN, _STRING = (
    0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, 0x00BD, 0x0205, 0x0207,
)  # fmt: skip
_FORMULAS = {0x0006, 0x0206, 0x0406}
_BOX, _LINK, _CHART_TEXT = 0x01B6, 0x01B8, 0x100D
_HEADER, _FOOTER, _VALIDATION, _TOOLTIP, _DRAWING = 0x0014, 0x0015, 0x01BE, 0x0800, 0x00EC
_BESIDE = {_HEADER, _FOOTER, _VALIDATION, _TOOLTIP}
_LIST, _LITERAL = 3, 0x17
_WIDE, _RICH_TEXT, _PHONETIC = 1, 8, 4
_BIFF_8 = 0x0600
_CODE_PAGES = {1200: "utf-16-le", 10000: "mac_roman", 10007: "mac_cyrillic", 32768: "mac_roman", 32769: "cp1252"}
_HTTP = ("http".encode("utf-16-le"), "mailto:".encode("utf-16-le"))

Record = tuple[int, bytes]


@dataclass(slots=True)
class _Book:
    """What all sheets share. strings: by number; formats: the codes of the styles, by number."""

    is_wide: bool = True
    encoding: str = ""
    strings: Sequence[str] = ()
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    origin: dt.datetime = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
    sheets: list[tuple[str, int, bool]] = field(default_factory=list)

    def text(self, content: bytes, *, long: bool = True) -> str:
        """A string with its length before it, of 16 bits if it is long, else 8."""
        count = int.from_bytes(content[: 2 if long else 1], "little")
        at = 2 if long else 1
        if not self.is_wide:
            return decode(content[at : at + count], self.encoding)
        wide = content[at] & _WIDE
        chars = content[at + 1 : at + 1 + count * (2 if wide else 1)]
        return chars.decode("utf-16-le" if wide else "latin-1", "replace")

    def shown(self, value: float, style: int) -> str:
        """A number as its style shows it."""
        return shown(value, self._code(style), self.origin)

    def shown_text(self, text: str, style: int) -> str:
        """A text as its style shows it."""
        return text_shown(text, self._code(style)) if text else ""

    def _code(self, style: int) -> str:
        number = self.styles[style] if style < len(self.styles) else 0
        return self.codes.get(number, BUILT_IN.get(str(number), ""))


def read_workbook(stream: bytes, most: int) -> list[Sheet]:
    """The sheets, of each at most so many cells; raise UnreadableError."""
    book = _globals(stream)
    sheets = []
    for name, start, hidden in book.sheets:
        found = _Cells(book, most)
        damaged = False
        try:
            for kind, content in _substream(stream, start):
                if found.cut_at:
                    break
                found.take(kind, content)
        except (struct.error, IndexError, ValueError, OverflowError):
            damaged = True
        lines = ["\t".join(cells) for _, cells in sorted(found.rows.items())]
        beside = list(dict.fromkeys(filter(None, (*found.others, *words_drawn(bytes(found.drawing))))))
        sheets.append(Sheet(name, lines, hidden, found.cut_at, damaged, beside, list(of_excel(found.printed))))
    return sheets


def _records(stream: bytes, at: int) -> Iterator[Record]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _substream(stream: bytes, start: int) -> Iterator[Record]:
    """The records of one sheet, those of the charts in it included; raise ValueError where it has no beginning or no end."""
    depth = 0
    for kind, content in _records(stream, start):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            if kind == _EOF:
                return
            break
        yield kind, content
    raise ValueError(start)


def _globals(stream: bytes) -> _Book:
    book = _Book()
    shared: list[bytes] = []
    before = 0
    for kind, content in _substream(stream, 0):
        if kind == _LOCKED:
            raise UnreadableError(msg(LOCKED))
        before = before if kind == _CONTINUE else kind
        if before == _SHARED:
            shared.append(content)
        else:
            _take_global(book, kind, content)
    book.strings = _shared_strings(shared)
    return book


def _take_global(book: _Book, kind: int, content: bytes) -> None:
    if kind == _BOF:
        book.is_wide = struct.unpack_from("<H", content)[0] >= _BIFF_8
    elif kind == _CODEPAGE:
        (page,) = struct.unpack_from("<H", content)
        book.encoding = _CODE_PAGES.get(page) or known_encoding(f"cp{page}")
    elif kind == _SHEET:
        start, hidden = struct.unpack_from("<IB", content)
        book.sheets.append((book.text(content[6:], long=False), start, bool(hidden & 3)))
    elif kind == _FORMAT:
        book.codes[struct.unpack_from("<H", content)[0]] = book.text(content[2:], long=book.is_wide)
    elif kind == _STYLE:
        book.styles.append(struct.unpack_from("<2xH", content)[0])
    elif kind == _SINCE_1904 and content[:1] == b"\1":
        book.origin = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a cell has no zone


class _Cells:
    """The cells of one sheet by row, in the order of the file, and its other texts."""

    def __init__(self, book: _Book, most: int) -> None:
        self._book = book
        self._left = most
        self._asked: int | None = None  # the formula whose text follows
        self._awaited = 0  # the characters of a text box that the next record holds
        self.cut_at = 0  # the row after which no more is read
        self.rows: dict[int, list[str]] = {}
        self.others: list[str] = []
        self.printed: list[str] = []
        self.drawing = bytearray()

    def take(self, kind: int, content: bytes) -> None:
        awaited, self._awaited = self._awaited, _length_in_box(content) if kind == _BOX else 0
        if kind == _CONTINUE and awaited and content:
            wide = content[0] & _WIDE
            letters = content[1 : 1 + awaited * (2 if wide else 1)]
            self.others.append(letters.decode("utf-16-le" if wide else "latin-1", "replace").strip())
        elif kind == _CHART_TEXT:
            self.others.append(self._book.text(content[2:], long=False).strip())
        elif kind == _LINK:
            self.others.append(_address(content))
        elif kind == _DRAWING:
            self.drawing += content
        elif kind in _BESIDE:
            with suppress(struct.error, IndexError):
                self._take_beside(kind, content)
        elif kind == _STRING and self._asked is not None:
            self._put(self._asked, self._book.text(content))
        elif len(content) >= 6:
            self._take_cell(kind, content)

    def _take_beside(self, kind: int, content: bytes) -> None:
        """What stands beside the cells; if it is damaged, they are not."""
        if kind == _TOOLTIP:
            self.others.append(content[10:].decode("utf-16-le", "replace").partition("\0")[0].strip())
        elif kind == _VALIDATION:
            self.others.extend(_prompts(content))
        else:
            self.printed.append(self._book.text(content, long=self._book.is_wide))

    def _take_cell(self, kind: int, content: bytes) -> None:
        row, _, style = struct.unpack_from("<HHH", content)
        if kind == _INDEX:
            (index,) = struct.unpack_from("<I", content, 6)
            text = self._book.strings[index] if index < len(self._book.strings) else ""
            self._put(row, self._book.shown_text(text, style))
        elif kind in {_LABEL, _RICH}:
            self._put(row, self._book.shown_text(self._book.text(content[6:]), style))
        elif kind == _NUMBER:
            self._put(row, self._book.shown(struct.unpack_from("<d", content, 6)[0], style))
        elif kind == _SHORT:
            self._put(row, self._book.shown(short_number(content[6:10]), style))
        elif kind == _SHORTS:
            for place in range((len(content) - 6) // 6):
                style, number = struct.unpack_from("<H4s", content, 4 + 6 * place)
                self._put(row, self._book.shown(short_number(number), style))
        elif kind == _BOOLEAN and not content[7]:
            self._put(row, "TRUE" if content[6] else "FALSE")
        elif kind in _FORMULAS:
            self._formula(row, style, content[6:14])

    def _formula(self, row: int, style: int, result: bytes) -> None:
        self._asked = None
        if result[6:8] != b"\xff\xff":
            self._put(row, self._book.shown(struct.unpack("<d", result)[0], style))
        elif result[0] == 0:
            self._asked = row
        elif result[0] == 1:
            self._put(row, "TRUE" if result[2] else "FALSE")

    def _put(self, row: int, text: str) -> None:
        text = " ".join(text.split(" ")).strip()
        if text:
            self._left -= 1
            self.rows.setdefault(row, []).append(text)
            if self._left < 0:
                self.cut_at = row + 1


def _length_in_box(content: bytes) -> int:
    return int.from_bytes(content[10:12], "little")


def _prompts(content: bytes) -> Iterator[str]:
    """What Excel shows beside a cell, and the choices that it offers: four texts, then a formula."""
    at = 4
    for _ in range(4):
        count, wide = struct.unpack_from("<HB", content, at)
        size = count * (2 if wide & _WIDE else 1)
        yield content[at + 3 : at + 3 + size].decode("utf-16-le" if wide & _WIDE else "latin-1", "replace").strip("\0 ")
        at += 3 + size
    kind, (length,) = content[0] & 0xF, struct.unpack_from("<H", content, at)
    formula = content[at + 4 : at + 4 + length]
    if kind == _LIST and formula[:1] == bytes([_LITERAL]):
        literal = formula[3:].decode("utf-16-le" if formula[2] & _WIDE else "latin-1", "replace")
        yield choices(literal.split("\0"))


def short_number(number: bytes) -> float:
    """A number of 30 bits: an integer, or the upper half of a float, in hundredths if the lowest bit says so."""
    bits = int.from_bytes(number, "little", signed=True)
    upper = (bits & ~3 & 0xFFFFFFFF).to_bytes(4, "little")
    value: float = float(bits >> 2) if bits & 2 else struct.unpack("<d", bytes(4) + upper)[0]
    return value / 100 if bits & 1 else value


def _address(content: bytes) -> str:
    """The target of a link on the web; empty for a place in the workbook or a file."""
    start = min((at for sign in _HTTP if (at := content.find(sign)) >= 0), default=-1)
    if start < 0:
        return ""
    return content[start:].decode("utf-16-le", "ignore").partition("\0")[0]


def _shared_strings(chunks: Sequence[bytes]) -> list[str]:
    """The texts that cells refer to, from a record and those that continue it; as many as are whole."""
    reader = _Chunks(chunks)
    found: list[str] = []
    try:
        reader.take(8)
        while not reader.is_done:
            found.append(reader.string())
    except (struct.error, IndexError):
        pass
    return found


class _Chunks:
    """Reads strings that go on from one record to the next, where each begins by saying how wide its characters are."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = [chunk for chunk in chunks if chunk]
        self._number = 0
        self._at = 0

    @property
    def is_done(self) -> bool:
        last = len(self._chunks) - 1
        return self._number > last or (self._number == last and self._at >= len(self._chunks[last]))

    def string(self) -> str:
        count, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _RICH_TEXT else 0
        sounds = struct.unpack("<I", self.take(4))[0] if flags & _PHONETIC else 0
        text = self._characters(count, flags & _WIDE)
        self.take(4 * runs + sounds)
        return text

    def take(self, count: int) -> bytes:
        taken = b""
        while count:
            self._step()
            piece = self._chunks[self._number][self._at : self._at + count]
            self._at += len(piece)
            count -= len(piece)
            taken += piece
        return taken

    def _characters(self, count: int, wide: int) -> str:
        pieces = []
        while count:
            if self._step():
                wide = self.take(1)[0] & _WIDE
            size = 2 if wide else 1
            piece = self._chunks[self._number][self._at : self._at + count * size]
            self._at += len(piece)
            count -= max(len(piece) // size, 1)
            pieces.append(piece.decode("utf-16-le" if wide else "latin-1", "replace"))
        return "".join(pieces)

    def _step(self) -> bool:
        """Go on to the next record where one ends; raise IndexError after the last."""
        if self._at < len(self._chunks[self._number]):
            return False
        self._number += 1
        self._at = 0
        self._chunks[self._number]
        return True
