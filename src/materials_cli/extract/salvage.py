"""Reads the parts of a zip package that was truncated or has lost its table of contents.

After PKWARE's APPNOTE: each part follows a local header with its name and, usually, its size.
"""

import re
import struct
import zlib
from pathlib import Path

_HEADER = re.compile(rb"PK\x03\x04")
_MAX_BYTES = 256 * 1024**2
_MAX_PARTS = 5000
_STORED, _DEFLATED = 0, 8


def salvage(path: Path, largest_part: int, largest_whole: int) -> dict[str, bytes]:
    """The complete parts by name, up to the limits in bytes; of two with one name, the first."""
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES)
    found: dict[str, bytes] = {}
    room, after = largest_whole, 0
    starts = [header.start() for header in _HEADER.finditer(content)]
    for start, next_start in zip(starts, [*starts[1:], len(content)], strict=True):
        if start < after or start + 30 > len(content) or len(found) >= _MAX_PARTS:
            continue
        flags, method, size, name_length, extra = struct.unpack_from("<6xHH8xI4xHH", content, start)
        data = start + 30 + name_length + extra
        name = content[start + 30 : start + 30 + name_length].decode("utf-8", "replace").lstrip("/")
        end = data + size if size else next_start
        part = None if flags & 1 else _part(content[data:end], method, size, min(room, largest_part))
        if part is not None and name and not name.endswith("/"):
            found.setdefault(name, part)
            room -= len(part)
            after = end
    return found


def _part(packed: bytes, method: int, size: int, max_size: int) -> bytes | None:
    """One part, or None if it is incomplete, too large, or compressed in a way that documents do not use."""
    if method == _STORED:
        return packed if 0 < len(packed) <= max_size and len(packed) == size else None
    if method != _DEFLATED or max_size <= 0:
        return None
    inflate = zlib.decompressobj(-15)
    try:
        part = inflate.decompress(packed, max_size)
    except zlib.error:
        return None
    return part if inflate.eof else None
