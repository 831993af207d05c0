"""Where a photo was taken is found in every format that tells it, also inside a deck, with the slide that shows it."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation

from materials_cli.triage.look import seen
from materials_cli.triage.photos import locations

SAMARKAND = ["39.65472, 66.97583"]


def tiff(order: str = "<", sides: bytes = b"NE") -> bytes:
    """EXIF data with a place: 39° 39' 17" and 66° 58' 33"."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    gps = 8 + 2 + 12 + 4
    values = gps + 2 + 4 * 12 + 4
    first = struct.pack(f"{order}HHHII", 1, 0x8825, 4, 1, gps) + struct.pack(f"{order}I", 0)
    entries = [
        struct.pack(f"{order}HHI", 1, 2, 2) + sides[:1] + b"\0\0\0",
        struct.pack(f"{order}HHII", 2, 5, 3, values),
        struct.pack(f"{order}HHI", 3, 2, 2) + sides[1:] + b"\0\0\0",
        struct.pack(f"{order}HHII", 4, 5, 3, values + 24),
    ]
    fractions = struct.pack(f"{order}12I", 39, 1, 39, 1, 17, 1, 66, 1, 58, 1, 33, 1)
    return head + first + struct.pack(f"{order}H", 4) + b"".join(entries) + struct.pack(f"{order}I", 0) + fractions


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(exif: bytes) -> bytes:
    header, pixels = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), zlib.compress(b"\0\0")
    chunks = (chunk(b"IHDR", header), chunk(b"eXIf", exif), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg(exif: bytes) -> bytes:
    data = b"Exif\0\0" + exif
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(data) + 2) + data + b"\xff\xd9"


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_place_is_found_in_every_format(order: str) -> None:
    exif = tiff(order)
    heic = b"\0\0\0\x18ftypheic" + bytes(200) + b"\0\0\0\x06Exif\0\0" + exif
    webp = b"RIFF" + bytes(4) + b"WEBPEXIF" + struct.pack("<I", len(exif) + 6) + b"Exif\0\0" + exif
    for content in (jpeg(exif), png(exif), exif, heic, webp, b"%PDF-1.7 stream " + jpeg(exif)):
        assert locations(content) == SAMARKAND
    assert locations(jpeg(tiff(order, b"SW"))) == ["-39.65472, -66.97583"]
    assert locations(b'<x exif:GPSLatitude="39,39.2833N" exif:GPSLongitude="66,58.55E"/>') == ["39.65472, 66.97583"]
    assert locations(b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+39.6547+066.9758/") == ["39.65470, 66.97580"]


def test_a_camera_without_reception_tells_no_place() -> None:
    empty = tiff()[:-48] + struct.pack("<12I", 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)
    assert locations(jpeg(empty)) == []


@given(st.binary(max_size=200), st.integers(0, 100))
def test_no_bytes_can_break_it(junk: bytes, cut: int) -> None:
    exif = tiff()
    assert isinstance(locations(jpeg(exif[:cut] + junk)), list)


def test_a_photo_in_a_deck_is_told_with_its_slide(tmp_path: Path) -> None:
    made = Presentation()
    for _ in range(3):
        made.slides.add_slide(made.slide_layouts[6])
    made.slides[1].shapes.add_picture(io.BytesIO(png(tiff())), 0, 0)
    made.core_properties.last_modified_by = "Nino Beridze"
    made.save(str(tmp_path / "deck.pptx"))
    found = list(seen(tmp_path / "deck.pptx", "deck.pptx"))
    assert ("location", 2, SAMARKAND[0]) in found
    assert ("person", 0, "Nino Beridze") in found
