"""Words in the drawings of binary Office files that are no text of a shape: artful letters, and alternative texts.

After Microsoft's open specification [MS-ODRAW]: a drawing is a tree of records, and a shape has a list of properties.
"""

import struct
from collections.abc import Iterator

from materials_cli.extract.alternative import is_written_by_hand

_CONTAINER, PROPERTIES = 0xF, {0xF00B, 0xF121, 0xF122}
_ARTFUL, _NAME, _DESCRIPTION = 0x00C0, 0x0380, 0x0381
_NUMBER, _HAS_CONTENT = 0x3FFF, 0x8000
_MAX_DEPTH, _MAX_RECORDS = 16, 200_000


def words_drawn(content: bytes) -> Iterator[str]:
    """The words in a drawing; as far as it can be read."""
    for instance, kind, piece in _records(content, 0):
        if kind in PROPERTIES:
            yield from words_of_shape(instance, piece)


def _records(content: bytes, depth: int) -> Iterator[tuple[int, int, bytes]]:
    at = count = 0
    while at + 8 <= len(content) and count < _MAX_RECORDS:
        head, kind, length = struct.unpack_from("<HHI", content, at)
        piece = content[at + 8 : at + 8 + length]
        if head & 0xF == _CONTAINER and depth < _MAX_DEPTH:
            yield from _records(piece, depth + 1)
        else:
            yield head >> 4, kind, piece
        at += 8 + length
        count += 1


def words_of_shape(count: int, piece: bytes) -> Iterator[str]:
    """The words among the properties of a shape: so many numbers and values, then the contents of those that are long."""
    texts: dict[int, str] = {}
    at = 6 * count
    for place in range(min(count, len(piece) // 6)):
        number, size = struct.unpack_from("<HI", piece, 6 * place)
        if number & _HAS_CONTENT:
            texts[number & _NUMBER] = piece[at : at + size].decode("utf-16-le", "replace").strip("\0 ")
            at += size
    if drawn := texts.get(_ARTFUL):
        yield drawn
    described = texts.get(_DESCRIPTION, "")
    # Programs described a picture by the name of its file.
    if " " in described and is_written_by_hand(described, texts.get(_NAME, "")):
        yield described
