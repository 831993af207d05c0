"""What binary Word keeps beside its text, in a stream of data: pictures with alternative texts, and fields of forms.

After Microsoft's open specification [MS-DOC]: PICFAndOfficeArtData and NilPICFAndBinData, each with its length before it.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress

from materials_cli.extract.officeart import words_drawn

_HEAD, _NAMED, _FORM, _DROP_DOWN = 0x44, 0x66, b"\xff\xff\xff\xff", 2
_HELPS, _NAMES = 2, 2  # what is shown beside a field; then the names of its macros
_MOST = 200


def words_in_data(data: bytes) -> Iterator[str]:
    """The words, as far as the stream can be read."""
    at = 0
    while at + _HEAD <= len(data):
        size, head, kind = struct.unpack_from("<IHH", data, at)
        if size < _HEAD or head != _HEAD:
            return
        piece = data[at + _HEAD : at + size]
        if piece.startswith(_FORM):
            yield from filter(None, _words_of_field(piece))
        else:
            yield from words_drawn(piece[1 + piece[0] :] if kind == _NAMED and piece else piece)
        at += size


def _words_of_field(piece: bytes) -> Iterator[str]:
    """The help of a field, and its choices; as far as it is whole."""
    with suppress(struct.error, IndexError):
        kind = piece[4] & 3
        _, at = _text(piece, 10)
        if kind:
            at += 2
        else:
            _, at = _text(piece, at)
        _, at = _text(piece, at)
        for _ in range(_HELPS):
            helping, at = _text(piece, at)
            yield helping
        for _ in range(_NAMES):
            _, at = _text(piece, at)
        if kind == _DROP_DOWN:
            yield from _choices(piece, at)


def _text(piece: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it and a zero after it, and where it ends."""
    (count,) = struct.unpack_from("<H", piece, at)
    end = at + 2 + 2 * count
    return piece[at + 2 : end].decode("utf-16-le", "replace").strip(), end + 2


def _choices(piece: bytes, at: int) -> Iterator[str]:
    mark, count, extra = struct.unpack_from("<HHH", piece, at)
    at += 6 if mark == 0xFFFF else len(piece)
    for _ in range(min(count, _MOST)):
        (length,) = struct.unpack_from("<H", piece, at)
        yield piece[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace").strip()
        at += 2 + 2 * length + extra
