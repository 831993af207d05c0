"""Whether bytes that came without a length or a digest are whole and of their kind: transfers can end early without any error.

Reported of exports (mschilli/net-google-drive-simple#26, onyx-dot-app/onyx#1665) and of pages that a middlebox cut.
"""

import os
from typing import BinaryIO

_PACKAGES = {".pptx", ".docx", ".xlsx", ".odp", ".odt", ".ods", ".epub", ".zip"}
_ENDS = {".pdf": b"%%EOF", ".html": b"</html", ".htm": b"</html", ".rtf": b"}"}
_LAST = 2048
_RECORD, _RECORD_SIZE, _LONGEST_COMMENT, _PADDING = b"PK\x05\x06", 22, 65_535, 64
_MAGIC = {
    **dict.fromkeys((".pptx", ".docx", ".xlsx", ".odp", ".odt", ".ods", ".epub"), b"PK"),
    ".pdf": b"%PDF",
    ".rtf": b"{\\rtf",
    ".png": b"\x89PNG",
    ".jpg": b"\xff\xd8\xff",
}


def is_whole(file: BinaryIO, name: str) -> bool:
    """Whether a file has the end that one of its kind has; true for kinds without one. It is left at its end."""
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix in _PACKAGES:
        return _is_package(_last(file, _RECORD_SIZE + _LONGEST_COMMENT + _PADDING))
    return _ENDS.get(suffix, b"").lower() in _last(file, _LAST).lower()


def _last(file: BinaryIO, count: int) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - count))
    return file.read()


def _is_package(last: bytes) -> bool:
    """Whether a zip archive ends with its last record and its comment, not with those of an archive inside it."""
    found = last.rfind(_RECORD)
    rest = last[found:] if found >= 0 else b""
    comment = int.from_bytes(rest[_RECORD_SIZE - 2 : _RECORD_SIZE], "little")
    return _RECORD_SIZE + comment <= len(rest) <= _RECORD_SIZE + comment + _PADDING


def begins_as(file: BinaryIO, suffix: str) -> bool:
    """Whether a file begins as its format does; true for one of which that is not known."""
    file.seek(0)
    return file.read(8).startswith(_MAGIC.get(suffix, b""))
