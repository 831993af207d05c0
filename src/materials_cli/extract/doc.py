"""Binary Word (.doc, Word 6 to 2003): its text, assembled from the pieces in the piece table.

After Microsoft's open specification [MS-DOC]: the file information block has the position of the piece table; each piece
is 8-bit or UTF-16 text. Body, footnotes, headers, comments, endnotes and text boxes are one sequence of characters.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from materials_cli.extract.docdata import words_in_data
from materials_cli.extract.docruns import Runs
from materials_cli.extract.encodings import decode
from materials_cli.extract.fieldcode import shown_by
from materials_cli.extract.headings import by_heading
from materials_cli.extract.officeart import words_drawn
from materials_cli.extract.oleinfo import properties
from materials_cli.extract.package import DAMAGED, LOCKED, UnreadableError, unread_inside
from materials_cli.messages import msg
from materials_cli.model import Text

_WORD_97 = 0xA5EC
_WORD_6 = {0xA5DC, 0xA697, 0xA698, 0xA699}  # the last three: made in East Asia
_ENCRYPTED, _TABLE_1, _COMPLEX, _WIDE = 0x0100, 0x0200, 0x0004, 0x1000
# The encodings of East Asian languages, by the number that Windows gives them.
_ENCODINGS = {0x0404: "big5", 0x0411: "cp932", 0x0412: "cp949", 0x0804: "gb18030", 0x0C04: "big5", 0x1004: "gb18030"}
_DRAWINGS = 0x022A
_EIGHT_BIT = 0x4000_0000
_MAX_DEPTH = 30
_BEGIN, _MIDDLE, _END = "\x13", "\x14", "\x15"
_LINK = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]+)"')
_END_OF_PARAGRAPH = re.compile("[\r\x07]")
_HEADING = "\ue000"  # of our own, at the end of a heading
_SIGNS = str.maketrans({"\x07": "\t", "\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\r": "\n", "\x1e": "-", "\x1f": None})


def read_doc(ole: Any) -> Text:
    """One section with all text; raise UnreadableError if the file is encrypted or damaged."""
    main = ole.openstream("WordDocument").read()
    if len(main) < 0x200:
        raise UnreadableError(msg(DAMAGED))
    kind, flags = struct.unpack_from("<H", main)[0], struct.unpack_from("<H", main, 0x0A)[0]
    if flags & _ENCRYPTED:
        raise UnreadableError(msg(LOCKED))
    if kind in _WORD_6:
        text = _old_text(main, flags)
    else:
        name = "1Table" if flags & _TABLE_1 else "0Table"
        if kind != _WORD_97 or not ole.exists(name):
            raise UnreadableError(msg("The Word file is in an unknown format, so its text cannot be read."))
        start, length = struct.unpack_from("<II", main, 0x01A2)
        table = ole.openstream(name).read()
        runs = Runs(main, table)
        text = "".join(_piece(main, *piece, runs) for piece in _pieces(table[start : start + length]))
        data = ole.openstream("Data").read() if ole.exists("Data") else b""
        text += "\n".join(("", *dict.fromkeys((*_drawn(main, table), *words_in_data(data)))))
    lines = (line.rstrip() for line in _plain(text).splitlines())
    sections = by_heading((line.removesuffix(_HEADING), line.endswith(_HEADING)) for line in lines if line.strip(_HEADING))
    return Text("section", sections, properties(ole), unread_inside(_embedded(ole)))


def _embedded(ole: Any) -> int:
    """The number of files inside."""
    return len({entry[1] for entry in ole.listdir(storages=True) if entry[0].lower() == "objectpool" and len(entry) > 1})


def _drawn(main: bytes, table: bytes) -> Iterator[str]:
    """The words in the drawings of the text and of its headers: each follows a byte, after what both share."""
    start, length = struct.unpack_from("<II", main, _DRAWINGS)
    content = table[start : start + length]
    at = 0
    while at + 8 <= len(content):
        size = 8 + struct.unpack_from("<I", content, at + 4)[0]
        yield from words_drawn(content[at : at + size])
        at += size + 1


def _old_text(main: bytes, flags: int) -> str:
    """Word 6 and 95: text in the encoding of its author's computer, or in UTF-16, in one run unless it was fast-saved."""
    first, last = struct.unpack_from("<II", main, 0x18)
    size = 2 if flags & _WIDE else 1
    start, length = struct.unpack_from("<II", main, 0x0160)
    pieces = _pieces(main[start : start + length]) if flags & _COMPLEX else ((first, (last - first) // size),)
    content = b"".join(main[at : at + size * count] for at, count in pieces)
    (language,) = struct.unpack_from("<H", main, 6)
    return content.decode("utf-16-le", "replace") if size == 2 else decode(content, _ENCODINGS.get(language, ""))


def _pieces(table: bytes) -> Iterator[tuple[int, int]]:
    """The position (as stored, with its flag) and number of characters of each piece, in text order."""
    at = 0
    while at + 3 <= len(table) and table[at] == 1:
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at + 5 > len(table) or table[at] != 2:
        raise UnreadableError(msg(DAMAGED))
    at += 5
    count = min(struct.unpack_from("<I", table, at - 4)[0], len(table) - at) // 12
    ends = struct.unpack_from(f"<{count + 1}I", table, at) if count else (0,)
    for number in range(count):
        place = struct.unpack_from("<I", table, at + 4 * (count + 1) + 8 * number + 2)[0]
        if ends[number + 1] > ends[number]:
            yield place, ends[number + 1] - ends[number]


def _piece(main: bytes, place: int, count: int, runs: Runs) -> str:
    """The text of a piece without what was deleted; the ends of headings and of rows are marked."""
    narrow = bool(place & _EIGHT_BIT)
    start, size = ((place & ~_EIGHT_BIT) // 2, 1) if narrow else (place, 2)
    end = min(start + size * count, len(main))
    kept = []
    for first, last in (*runs.deleted_in(start, end), (end, end)):
        text = main[start:first].decode("cp1252" if narrow else "utf-16-le", "replace")
        kept.append(_END_OF_PARAGRAPH.sub(partial(_marked, runs, start, size), text))
        start = max(start, last)
    return "".join(kept)


def _marked(runs: Runs, start: int, size: int, end: re.Match[str]) -> str:
    kind = runs.paragraph(start + size * end.start())
    if kind.ends_row:
        return "\r"
    return f"{_HEADING}{end[0]}" if kind.is_heading and end[0] == "\r" else end[0]


@dataclass(slots=True)
class _Field:
    """An open field: its instruction as it is read, and where its result begins in the text, once it does."""

    instruction: list[str] = field(default_factory=list)
    result: int | None = None


def _plain(text: str) -> str:
    """Text without the instructions of fields, of which the targets of links are kept, and what a field shows of its own."""
    kept: list[str] = []
    fields: list[_Field] = []
    for piece in re.split(f"([{_BEGIN}{_MIDDLE}{_END}])", text):
        if piece == _BEGIN and len(fields) < _MAX_DEPTH:
            fields.append(_Field())
        elif piece == _MIDDLE and fields:
            link = _LINK.search("".join(fields[-1].instruction)) if fields[-1].result is None else None
            kept += [f"{link[1]} "] if link else []
            fields[-1].result = len(kept)
        elif piece == _END and fields:
            _close(fields, kept)
        else:
            _reader(fields, kept).append(piece)
    return "".join(kept).translate(_SIGNS)


def _close(fields: list[_Field], kept: list[str]) -> None:
    """End a field; without a result, it may show a part of its instruction."""
    closed = fields.pop()
    shown = shown_by("".join(closed.instruction))
    if shown and (closed.result is None or not "".join(kept[closed.result :]).strip()):
        _reader(fields, kept).append(shown)


def _reader(fields: list[_Field], kept: list[str]) -> list[str]:
    """What a text belongs to: the innermost instruction that is being read, or the text itself."""
    return next((each.instruction for each in reversed(fields) if each.result is None), kept)
