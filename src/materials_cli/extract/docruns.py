"""What binary Word says of its characters and paragraphs: which are deleted, which are headings, where a row of a table ends.

After Microsoft's open specification [MS-DOC], 2.8 and 2.9: both lists consist of pages of 512 bytes, which name ranges of
the file and what was set for each.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_CHARACTERS, _PARAGRAPHS = 0x00FA, 0x0102
_PAGE = 512
_MAX_PAGES = 100_000
_DELETED, _ROW_END, _LEVEL = 0x0800, 0x2417, 0x2640
_TABLES = {0xD606, 0xD608}
_BODY_LEVEL = 9
_HEADINGS = range(1, 10)
# The length of what is set, by the highest three bits of its number; 6 states its own, in two bytes for tables.
_LENGTHS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


class Kind(NamedTuple):
    """A paragraph: whether it is a heading, and whether it ends a row of a table."""

    is_heading: bool = False
    ends_row: bool = False


class Runs:
    """Answers for a place in the file."""

    def __init__(self, main: bytes, table: bytes) -> None:
        self._deleted = [(start, end) for start, end, set_ in _ranges(main, table, _CHARACTERS) if _is_deleted(set_)]
        paragraphs = sorted((start, _kind(set_)) for start, _, set_ in _ranges(main, table, _PARAGRAPHS))
        self._starts = [start for start, _ in paragraphs]
        self._kinds = [kind for _, kind in paragraphs]

    def deleted_in(self, start: int, end: int) -> list[tuple[int, int]]:
        """The ranges between these places whose text was deleted with changes tracked, in their order."""
        return sorted((max(first, start), min(last, end)) for first, last in self._deleted if first < end and last > start)

    def paragraph(self, place: int) -> Kind:
        """The paragraph that contains the character at a place."""
        number = bisect_right(self._starts, place) - 1
        return self._kinds[number] if number >= 0 else Kind()


def _ranges(main: bytes, table: bytes, place: int) -> Iterator[tuple[int, int, bytes]]:
    """The ranges of one list, each with the bytes that say what was set."""
    start, length = struct.unpack_from("<II", main, place)
    count = max(min(length, len(table) - start) - 4, 0) // 8
    for number in range(min(count, _MAX_PAGES)):
        at = struct.unpack_from("<I", table, start + 4 * (count + 1 + number))[0] & 0x3FFFFF
        page = main[at * _PAGE : (at + 1) * _PAGE]
        if len(page) == _PAGE:
            yield from _on_page(page, 1 if place == _CHARACTERS else 13)


def _on_page(page: bytes, step: int) -> Iterator[tuple[int, int, bytes]]:
    count = page[-1]
    if 4 * (count + 1) + step * count >= _PAGE:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for number in range(count):
        at = 2 * page[4 * (count + 1) + step * number]
        length = page[at] if at else 0
        if step > 1 and at:  # paragraphs count in words, and in a byte more when they begin with 0
            at, length = (at + 1, 2 * page[at + 1]) if not length else (at, 2 * length - 1)
        yield bounds[number], bounds[number + 1], page[at + 1 : at + 1 + length]


def _settings(content: bytes) -> Iterator[tuple[int, int]]:
    """What was set, by number, with the first byte of its value."""
    at = 0
    while at + 3 <= len(content):
        (number,) = struct.unpack_from("<H", content, at)
        yield number, content[at + 2]
        stated = content[at + 2] + (256 * content[at + 3] if number in _TABLES and at + 3 < len(content) else 0)
        at += 2 + _LENGTHS.get(number >> 13, 1 + stated)


def _is_deleted(content: bytes) -> bool:
    return any(number == _DELETED and value for number, value in _settings(content))


def _kind(content: bytes) -> Kind:
    if len(content) < 2:
        return Kind()
    (style,) = struct.unpack_from("<H", content)
    values = dict(_settings(content[2:]))
    level = values.get(_LEVEL)
    is_heading = style in _HEADINGS if level is None else level < _BODY_LEVEL
    return Kind(is_heading, bool(values.get(_ROW_END)))
