"""Writes iWork's objects for tests: protocol buffers, packed as Snappy packs them, in files as Keynote names them.

The numbers of types and fields are those of Keynote's own definitions (github.com/psobot/keynote-parser).
"""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """A protocol buffer of numbers, texts and messages."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def reference(number: int) -> bytes:
    return message((1, number))


def item(number: int, kind: int, content: bytes, leads_to: Iterable[int] = ()) -> bytes:
    """One object, with the head that tells its type, its length and what it leads to."""
    told = message((1, kind), (3, len(content)), (5, b"".join(map(varint, leads_to))))
    head = message((1, number), (2, told))
    return varint(len(head)) + head + content


def storage(text: str, kind: int = 3) -> bytes:
    return message((1, kind), (3, text))


def packed(content: bytes) -> bytes:
    """Snappy's simplest form: pieces as they are."""
    pieces = [content[at : at + 60] for at in range(0, len(content), 60)]
    snappy = varint(len(content)) + b"".join(bytes([len(piece) - 1 << 2]) + piece for piece in pieces)
    return b"\0" + len(snappy).to_bytes(3, "little") + snappy


def write_iwork(path: Path, files: Mapping[str, Iterable[bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, objects in files.items():
            made.writestr(f"Index/{name}.iwa", packed(b"".join(objects)))
    return path
