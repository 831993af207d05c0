"""The metadata of a binary Office file (OLE): its title, author, company and times.

After Microsoft's open specification [MS-OLEPS]. olefile's own reader is not used, since damaged bytes can keep it busy for
minutes.
"""

import datetime as dt
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from materials_cli.extract.encodings import decode, known_encoding

_SUMMARY, _DOCUMENT, _HANGUL = "\x05SummaryInformation", "\x05DocumentSummaryInformation", "\x05HwpSummaryInformation"
_PROPERTIES: Mapping[str, Mapping[int, str]] = {
    _SUMMARY: {
        2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "description", 12: "created", 13: "modified", 14: "pages",
        18: "application",
    },
    _DOCUMENT: {7: "pages", 15: "company"},
    _HANGUL: {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "description", 12: "created", 13: "modified"},
}  # fmt: skip
_CODEPAGE = 1
_SHORT, _LONG, _STRING, _WIDE_STRING, _TIME = 0x02, 0x03, 0x1E, 0x1F, 0x40
_MAX_PROPERTIES = 200
_LONGEST = 2000
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


def properties(ole: Any) -> dict[str, str]:
    """The metadata in an open olefile.OleFileIO; none from a damaged stream."""
    found: dict[str, str] = {}
    for stream, names in _PROPERTIES.items():
        if not ole.exists(stream):
            continue
        try:
            values = dict(_values(ole.openstream(stream).read(1 << 20)))
        except (struct.error, OSError, ValueError, IndexError, OverflowError):
            continue
        page = values.get(_CODEPAGE, 0)
        encoding = known_encoding(f"cp{page & 0xFFFF}") if isinstance(page, int) and page else ""
        for number, name in names.items():
            text = _text(values.get(number), encoding)
            if text and text != "0":
                found.setdefault(name, text)
    return found


def _values(stream: bytes) -> Iterator[tuple[int, int | bytes | str | dt.datetime]]:
    """The properties in the first set by number, if their type is supported."""
    (start,) = struct.unpack_from("<I", stream, 44)
    (count,) = struct.unpack_from("<I", stream, start + 4)
    for entry in range(min(count, _MAX_PROPERTIES)):
        number, offset = struct.unpack_from("<II", stream, start + 8 + 8 * entry)
        at = start + offset
        kind, value = struct.unpack_from("<IH", stream, at)
        if kind == _SHORT:
            yield number, value
        elif kind == _LONG:
            yield number, struct.unpack_from("<I", stream, at + 4)[0]
        elif kind in {_STRING, _WIDE_STRING}:
            length = min(struct.unpack_from("<I", stream, at + 4)[0], _LONGEST) * (2 if kind == _WIDE_STRING else 1)
            raw = stream[at + 8 : at + 8 + length]
            yield number, raw.decode("utf-16-le", "replace") if kind == _WIDE_STRING else raw
        elif kind == _TIME:
            (ticks,) = struct.unpack_from("<Q", stream, at + 4)
            if ticks:
                yield number, _EPOCH + dt.timedelta(microseconds=ticks // 10)


def _text(value: int | bytes | str | dt.datetime | None, encoding: str) -> str:
    if isinstance(value, bytes):
        return decode(value.rstrip(b"\0"), encoding).strip()
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return "" if value is None else str(value).strip("\0 ")
