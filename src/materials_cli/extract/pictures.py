"""The size of pictures, and their metadata (EXIF). Pixels are not decoded.

After the specifications of PNG (chunks IHDR, eXIf, tEXt, iTXt), JPEG (segments SOFn, APP1), GIF, WebP (RIFF), BMP and TIFF.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from materials_cli.extract.encodings import decode
from materials_cli.model import Text

_MAX_BYTES = 8 * 1024**2
_MAX_ENTRIES = 500
_TAGS = {0x010E: "title", 0x013B: "author", 0x0132: "created", 0x9003: "created", 0x0131: "application", 0x8298: "company"}
_EXIF_TIME = re.compile(r"^(\d{4}):(\d\d):(\d\d) ")
_WIDTH, _HEIGHT, _EXIF = 0x0100, 0x0101, 0x8769
_WORDS = {
    b"Title": "title",
    b"Author": "author",
    b"Description": "subject",
    b"Creation Time": "created",
    b"Software": "application",
}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def is_picture(head: bytes) -> bool:
    """Whether a file with these first bytes is a picture in a supported format."""
    return head.startswith(_STARTS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def read_picture(path: Path) -> Text:
    """A Text without sections; its properties are width and height in pixels, description, artist, time and program."""
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES)
    found = _found(content)
    if "created" in found:
        found["created"] = _EXIF_TIME.sub(r"\1-\2-\3T", found["created"])
    return Text("picture", properties=found)


def pixels(content: bytes) -> int:
    """The number of pixels of a picture, or 0 if unknown."""
    found = _found(content)
    return int(found.get("width", 0)) * int(found.get("height", 0))


def _found(content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    # A damaged header ends the search; what was found before it counts.
    with suppress(struct.error, IndexError):
        for name, value in _facts(content):
            if value.strip():
                found.setdefault(name, value.strip())
    return found


def _facts(content: bytes) -> Iterator[tuple[str, str]]:
    if content.startswith(b"\x89PNG"):
        yield from _png(content)
    elif content.startswith(b"\xff\xd8"):
        yield from _jpeg(content)
    elif content.startswith(b"GIF8"):
        yield from _size(*struct.unpack_from("<HH", content, 6))
    elif content.startswith(b"BM"):
        yield from _size(*struct.unpack_from("<II", content, 18))
    elif content.startswith((b"II*\0", b"MM\0*")):
        yield from _tiff(content)
    elif content[:4] == b"RIFF":
        yield from _webp(content)


def _size(width: int, height: int) -> Iterator[tuple[str, str]]:
    yield "width", str(width)
    yield "height", str(height)


def _png(content: bytes) -> Iterator[tuple[str, str]]:
    at = 8
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        data = content[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            yield from _size(*struct.unpack_from(">II", data))
        elif kind == b"eXIf":
            yield from _tiff(data)
        elif kind in {b"tEXt", b"iTXt"}:
            word, _, value = data.partition(b"\0")
            packed = kind == b"iTXt" and value[:1] == b"\1"
            if word in _WORDS and not packed:
                yield _WORDS[word], decode(value.split(b"\0", 4)[-1])
        at += 12 + length


def _jpeg(content: bytes) -> Iterator[tuple[str, str]]:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        kind, length = content[at + 1], struct.unpack_from(">H", content, at + 2)[0]
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            yield from _size(width, height)
            return
        if kind == 0xE1 and content[at + 4 : at + 10] == b"Exif\0\0":
            yield from _tiff(content[at + 10 : at + 2 + length], measured=False)
        at += 2 + length


def _webp(content: bytes) -> Iterator[tuple[str, str]]:
    at = 12
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        data = content[at + 8 : at + 8 + length]
        if kind == b"VP8X":
            yield from _size(1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
        elif kind == b"VP8 ":
            yield from _size(*(side & 0x3FFF for side in struct.unpack_from("<HH", data, 6)))
        elif kind == b"VP8L":
            bits = struct.unpack_from("<I", data, 1)[0]
            yield from _size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        elif kind == b"EXIF":
            yield from _tiff(data.removeprefix(b"Exif\0\0"), measured=False)
        at += 8 + length + (length & 1)


def _tiff(content: bytes, *, measured: bool = True) -> Iterator[tuple[str, str]]:
    """The tags of a TIFF file, or of EXIF data, which has the same format. measured: whether its size is the picture's."""
    order = "<" if content.startswith(b"II") else ">"
    waiting = [struct.unpack_from(f"{order}I", content, 4)[0]]
    for directory in waiting:
        (count,) = struct.unpack_from(f"{order}H", content, directory)
        for number in range(min(count, _MAX_ENTRIES)):
            entry = directory + 2 + 12 * number
            tag, kind, length = struct.unpack_from(f"{order}HHI", content, entry)
            value = struct.unpack_from(f"{order}H" if kind == 3 else f"{order}I", content, entry + 8)[0]
            if tag == _EXIF and len(waiting) < 2:
                waiting.append(value)
            elif tag in {_WIDTH, _HEIGHT} and measured:
                yield ("width" if tag == _WIDTH else "height"), str(value)
            elif tag in _TAGS and kind == 2:
                start = value if length > 4 else entry + 8
                yield _TAGS[tag], decode(content[start : start + min(length, 2000)].rstrip(b"\0"))
