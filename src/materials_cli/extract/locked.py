"""Documents that Office encrypted with a password of its own, and opens without asking.

These are workbooks whose structure is protected, and presentations that are protected against changes only.
After Microsoft's open specification [MS-OFFCRYPTO].
"""

import io
import struct
from pathlib import Path
from typing import Any

_RECORD, _LONGEST = struct.Struct("<HH"), 0xFFFF
_KNOWN = ("VelvetSweatshop", "/01Hannes Ruescher/01")


def unlocked(path: Path) -> bytes | None:
    """The document without its encryption; None if somebody has chosen the password."""
    import msoffcrypto  # noqa: PLC0415 - draws in cryptography, for few files
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError  # noqa: PLC0415 - as above

    damaged = (OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, struct.error)
    for password in _KNOWN:
        content = io.BytesIO()
        try:
            with path.open("rb") as file:
                document = msoffcrypto.OfficeFile(file)
                document.load_key(password=password)
                _close_padding(document)
                document.decrypt(content)
        except (DecryptionError, FileFormatError, InvalidKeyError, ParseError, *damaged):
            continue
        return content.getvalue()
    return None


def _close_padding(document: Any) -> None:
    """Make the zeros after the last record of a workbook part of records: msoffcrypto reads records to the end of a stream.

    Excel fills up the stream of a small .xls with zeros, whose number need not be that of whole records.
    """
    workbook = getattr(getattr(document, "data", None), "workbook", None)
    if workbook is None:
        return
    content, last, at = workbook.getbuffer(), 0, 0
    while at + _RECORD.size <= len(content) and (found := _RECORD.unpack_from(content, at)) != (0, 0):
        last, at = at, at + _RECORD.size + found[1]
    while (left := len(content) - at - _RECORD.size) >= 0:
        size = left if left <= _LONGEST else _LONGEST - _RECORD.size  # so that what is left makes a record, too
        _RECORD.pack_into(content, at, 0, size)
        at += _RECORD.size + size
    if len(content) - at > 0 and not any(content[at:]):  # too few for a record: they are the end of the last one
        kind, size = _RECORD.unpack_from(content, last)
        _RECORD.pack_into(content, last, kind, min(size + len(content) - at, _LONGEST))
