"""Where pictures were taken: the GPS coordinates in their metadata (EXIF, XMP, and the place of videos). Pure.

A block of EXIF is found by its signature, whatever file it lies in: JPEG, HEIC, WebP, a PDF or an old Office file.
Sources: Exif 2.32 (JEITA CP-3451), tags 0x8825, 1 to 4; XMP specification part 2; ISO 6709 in QuickTime.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import suppress

_SIGNATURE, _TIFF = b"Exif\0\0", (b"II*\0", b"MM\0*")
_PNG_CHUNK = b"eXIf"
_GPS, _MOST_ENTRIES, _MOST_BLOCKS = 0x8825, 500, 2000
_XMP = re.compile(
    rb"GPS(Latitude|Longitude)(?:=\"|=')?>?([0-9]{1,3}),([0-9]{1,2}(?:[.,][0-9]{1,12})?)(?:,([0-9.]{1,12}))?([NSEW])"
)
_VIDEO = re.compile(rb"\xa9xyz.{4}([+-][0-9]{2}(?:\.[0-9]{1,9})?)([+-][0-9]{3}(?:\.[0-9]{1,9})?)", re.DOTALL)


def locations(content: bytes) -> list[str]:
    """The places, as “latitude, longitude” in degrees, each once."""
    return list(dict.fromkeys(f"{latitude:.5f}, {longitude:.5f}" for latitude, longitude in _found(content)))


def _found(content: bytes) -> Iterator[tuple[float, float]]:
    for start in _blocks(content):
        with suppress(struct.error, IndexError, ZeroDivisionError):
            if place := _of_exif(content, start):
                yield place
    stated: dict[bytes, float] = {}
    for axis, degrees, minutes, seconds, side in _XMP.findall(content):
        value = int(degrees) + float(minutes.replace(b",", b".")) / 60 + float(seconds or 0) / 3600
        stated[axis] = -value if side in b"SW" else value
        if len(stated) == 2:
            yield stated[b"Latitude"], stated[b"Longitude"]
            stated.clear()
    for latitude, longitude in _VIDEO.findall(content):
        yield float(latitude), float(longitude)


def _blocks(content: bytes) -> Iterator[int]:
    """Where the TIFF headers of EXIF blocks are."""
    if content.startswith(_TIFF):
        yield 0
    for signature in (_SIGNATURE, _PNG_CHUNK):
        at, count = content.find(signature), 0
        while at >= 0 and count < _MOST_BLOCKS:
            start = at + len(signature)
            if content.startswith(_TIFF, start):
                yield start
            at, count = content.find(signature, start), count + 1


def _of_exif(content: bytes, start: int) -> tuple[float, float] | None:
    """The place in a block that begins here; None if it has none, or only zeros, as cameras without reception write."""
    order = "<" if content.startswith(b"II", start) else ">"
    (first,) = struct.unpack_from(f"{order}I", content, start + 4)
    directory = next((value for tag, _, value in _entries(content, start, first, order) if tag == _GPS), None)
    if directory is None:
        return None
    entries = {tag: (place, value) for tag, place, value in _entries(content, start, directory, order)}
    if not {1, 2, 3, 4} <= entries.keys():
        return None
    latitude, longitude = (_degrees(content, start + entries[tag][1], order) for tag in (2, 4))
    sides = [content[entries[tag][0] : entries[tag][0] + 1] for tag in (1, 3)]
    found = -latitude if sides[0] == b"S" else latitude, -longitude if sides[1] == b"W" else longitude
    return found if any(found) and abs(found[0]) <= 90 and abs(found[1]) <= 180 else None


def _entries(content: bytes, start: int, directory: int, order: str) -> Iterator[tuple[int, int, int]]:
    """The tags of a directory, with the place of each value, and the value as a number."""
    (count,) = struct.unpack_from(f"{order}H", content, start + directory)
    for number in range(min(count, _MOST_ENTRIES)):
        entry = start + directory + 2 + 12 * number
        tag, value = struct.unpack_from(f"{order}H6xI", content, entry)
        yield tag, entry + 8, value


def _degrees(content: bytes, at: int, order: str) -> float:
    """Degrees, minutes and seconds, three fractions, as degrees."""
    numbers = struct.unpack_from(f"{order}6I", content, at)
    parts: list[float] = [numbers[place] / numbers[place + 1] if numbers[place + 1] else 0.0 for place in (0, 2, 4)]
    return parts[0] + parts[1] / 60 + parts[2] / 3600
