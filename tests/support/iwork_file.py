"""Writes iWork documents for tests: protocol buffers compressed with Snappy, and the XML of before 2013.

The numbers of types and fields are those of Keynote's own definitions (github.com/psobot/keynote-parser).
"""

import io
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


def item(number: int, kind: int, content: bytes, references: Iterable[int] = ()) -> bytes:
    """One object after its header, which has its type, length and references."""
    fields = message((1, kind), (3, len(content)), (5, b"".join(map(varint, references))))
    header = message((1, number), (2, fields))
    return varint(len(header)) + header + content


def storage(text: str, kind: int = 3) -> bytes:
    return message((1, kind), (3, text))


def packed(content: bytes) -> bytes:
    """Snappy's simplest form: pieces as they are."""
    pieces = [content[at : at + 60] for at in range(0, len(content), 60)]
    snappy = varint(len(content)) + b"".join(bytes([len(piece) - 1 << 2]) + piece for piece in pieces)
    return b"\0" + len(snappy).to_bytes(3, "little") + snappy


def write_iwork(path: Path | io.BytesIO, files: Mapping[str, Iterable[bytes]]) -> None:
    with zipfile.ZipFile(path, "w") as made:
        for name, objects in files.items():
            made.writestr(f"Index/{name}.iwa", packed(b"".join(objects)))


def write_bundle(path: Path, bundle: str, files: Mapping[str, Iterable[bytes]]) -> None:
    """A document that macOS keeps as a folder, zipped by the Finder, with the objects in a zip file of their own."""
    index = io.BytesIO()
    write_iwork(index, files)
    with zipfile.ZipFile(path, "w") as made:
        made.mkdir(bundle)
        made.writestr(f"{bundle}/Index.zip", index.getvalue())
        made.writestr(f"{bundle}/Metadata/DocumentIdentifier", "0")
        made.writestr(f"__MACOSX/{bundle}/._Index.zip", b"\0\5\x16\7")


def write_old_iwork(path: Path, part: str, root: str, content: str) -> None:
    """The XML of before 2013: what is inside the element `root`, with the prefixes key, ls, sl, sf and sfa declared."""
    spaces = {"key": "keynote2", **{name: name for name in ("ls", "sl", "sf", "sfa")}}
    declared = " ".join(f'xmlns:{prefix}="http://developer.apple.com/namespaces/{name}"' for prefix, name in spaces.items())
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(part, f"<{root} {declared}>{content}</{root}>")


def write_locked_old_iwork(path: Path, part: str) -> None:
    """A part as iWork ’09 writes it encrypted: marked by a compression method that only Apple uses."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(part, bytes(range(256)))
    content = bytearray(path.read_bytes())
    for signature, method_at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        at = content.index(signature) + method_at
        content[at : at + 2] = (25452).to_bytes(2, "little")
    path.write_bytes(content)
