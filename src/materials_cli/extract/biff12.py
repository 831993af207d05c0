"""What stands beside the cells of binary packages (.xlsb), record by record: names of sheets, what is printed, comments.

After Microsoft's open specification [MS-XLSB]: each record begins with its kind and its size, 7 bits in a byte.
"""

import struct
from collections.abc import Iterator

_SHEET, _PRINTED, _COMMENT = 156, 479, 637
_END_OF_CELLS = b"\x92\x01\0"
_NOTHING = 0xFFFFFFFF


def sheets(content: bytes) -> Iterator[tuple[str, str]]:
    """The id of the relation to each sheet's part, and the sheet's name; of those that are whole."""
    for kind, record in _records(content):
        if kind == _SHEET and len(named := _texts(record, 8, 2)) == 2:
            yield named[0], named[1]


def printed(content: bytes) -> list[str]:
    """The headers and footers of a sheet, with their codes: they stand behind its cells, of which there may be millions."""
    behind = content[max(content.rfind(_END_OF_CELLS), 0) :]
    return [text for kind, record in _records(behind) if kind == _PRINTED for text in _texts(record, 2, 6)]


def comments(content: bytes) -> Iterator[str]:
    """The texts of a part with comments."""
    return (text for kind, record in _records(content) if kind == _COMMENT for text in _texts(record, 1, 1))


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    try:
        while at < len(content):
            kind, at = _number(content, at, 2)
            size, at = _number(content, at, 4)
            yield kind, content[at : at + size]
            at += size
    except IndexError:
        return


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
            found.append(text.strip())
    except struct.error:
        pass
    return found


def _text(record: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", record, at)
    if count == _NOTHING:
        return "", at + 4
    return record[at + 4 : at + 4 + 2 * count].decode("utf-16-le", "replace"), at + 4 + 2 * count
