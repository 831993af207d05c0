"""Hangul documents of version 5 (.hwp): all paragraphs, also those in tables, notes, headers, frames and hidden comments.

After Hancom's open specification "한글 문서 파일 구조 5.0". A section is a stream of records, each with its kind, its level and
its size; a paragraph's text is UTF-16 in which a control character stands for what lies in the paragraph, with its own records
behind it. The sections of a document made for distribution are encrypted with a key that is in the document itself.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice, repeat
from typing import Any

from materials_cli.extract.hangul import PARTLY, body_of, read_preview
from materials_cli.extract.oleinfo import properties
from materials_cli.extract.package import DAMAGED, LOCKED, PROTECTED, UnreadableError
from materials_cli.messages import Message, msg
from materials_cli.model import Text

_SECTION = re.compile(r"section(\d{1,5})", re.IGNORECASE)
_FLAGS, _COMPRESSED, _PASSWORD, _DISTRIBUTED = 36, 1, 2, 4
_RIGHTS, _CERTIFICATE, _RIGHTS_OF_CERTIFICATE = 0x10, 0x100, 0x400
_KEY, _KEY_SIZE = 0x10 + 12, 256
_TEXT, _CONTROL, _EQUATION = 0x10 + 51, 0x10 + 55, 0x10 + 72
# Controls that are letters: where their texts begin, each with its length before it, and how many texts they have.
_LETTERS = {b"tudt": (4, 2), b"spct": (4, 1)}  # with small ones above or below them; composed of several
_LARGEST_SECTION, _PIECE = 64 * 1024 * 1024, 4096
# Control characters of one unit, and what they are in a text; all others below a space are the first of eight units.
_ALONE = {0: "", 10: "\n", 13: "", 24: "-", 25: "", 26: "", 27: "", 28: "", 29: "", 30: "\xa0", 31: " "}
_TAB, _UNITS = 9, 8


def read_hwp(ole: Any) -> Text:
    """The paragraphs of all sections, in their order; raise UnreadableError."""
    with ole.openstream("FileHeader") as stream:
        (flags,) = struct.unpack_from("<I", stream.read(_FLAGS + 4), _FLAGS)
    if flags & _PASSWORD:
        raise UnreadableError(msg(LOCKED))
    distributed = bool(flags & _DISTRIBUTED)
    sections = _sections(ole, "viewtext" if distributed else "bodytext")
    if not sections:
        return read_preview(ole)
    lines, damaged = list[str](), False
    for entry in sections:
        with ole.openstream(entry) as stream:
            data = _decrypted(stream.read()) if distributed else stream.read()
        data, whole = _unpacked(data) if flags & _COMPRESSED else (data, True)
        lines += filter(None, map(str.strip, _paragraphs(data)))
        damaged = damaged or not whole or _is_cut(data)
    if damaged and not lines:
        raise UnreadableError(_reason(flags))
    return body_of("\n".join(lines), properties(ole), msg(PARTLY) if damaged else None)


def _reason(flags: int) -> Message:
    """Why nothing of a document can be read."""
    if flags & (_RIGHTS | _RIGHTS_OF_CERTIFICATE):
        return msg(PROTECTED)
    return msg(LOCKED if flags & _CERTIFICATE else DAMAGED)


def _sections(ole: Any, storage: str) -> list[list[str]]:
    """The streams of all sections in a storage, in their order."""
    entries = (entry for entry in ole.listdir() if len(entry) == 2 and entry[0].lower() == storage)
    numbered = [(int(found[1]), entry) for entry in entries if (found := _SECTION.fullmatch(entry[1]))]
    return [entry for _, entry in sorted(numbered)]


def _decrypted(data: bytes) -> bytes:
    """A section for distribution. Its first record hides the key of the rest, by the numbers of a generator."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - for few files

    kind, head = next(_records(data), (0, b""))
    if kind != _KEY or len(head) != _KEY_SIZE:
        return b""
    (seed,) = struct.unpack_from("<I", head)
    mask = bytes(islice(_mask(seed), _KEY_SIZE))
    start = 4 + (seed & 0xF)
    key = bytes(one ^ other for one, other in zip(head, mask, strict=True))[start : start + 16]
    blocks = data[4 + _KEY_SIZE :]
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 - as the format has it
    return decryptor.update(blocks[: len(blocks) // 16 * 16]) + decryptor.finalize()


def _mask(seed: int) -> Iterator[int]:
    """Bytes that are repeated 1 to 16 times, by the generator of random numbers of Microsoft's C library."""
    while True:
        seed = (seed * 214013 + 2531011) & 0xFFFFFFFF
        byte = seed >> 16 & 0xFF
        seed = (seed * 214013 + 2531011) & 0xFFFFFFFF
        yield from repeat(byte, (seed >> 16 & 0xF) + 1)


def _unpacked(data: bytes) -> tuple[bytes, bool]:
    """What a stream holds, as far as it can be unpacked, and whether that is all of it."""
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    found = bytearray()
    try:
        for start in range(0, len(data), _PIECE):
            found += unpacking.decompress(data[start : start + _PIECE], _LARGEST_SECTION - len(found) + 1)
            if len(found) > _LARGEST_SECTION or unpacking.eof:
                break
    except zlib.error:
        return bytes(found), False
    return bytes(found), unpacking.eof and len(found) <= _LARGEST_SECTION


def _paragraphs(data: bytes) -> Iterator[str]:
    for kind, content in _records(data):
        if kind == _TEXT:
            yield _shown(content)
        elif kind == _EQUATION:
            yield from _texts(content, 4, 1)
        elif kind == _CONTROL and content[:4] in _LETTERS:
            yield " ".join(_texts(content, *_LETTERS[content[:4]]))


def _texts(content: bytes, at: int, count: int) -> Iterator[str]:
    """So many texts from there on, each with its length before it."""
    for _ in range(count):
        length = int.from_bytes(content[at : at + 2], "little")
        yield content[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
        at += 2 + 2 * length


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record."""
    return ((kind, data[start:end]) for kind, start, end in _places(data))


def _is_cut(data: bytes) -> bool:
    """Whether the last record claims more than there is, or lacks a part of its header."""
    end = max((end for _, _, end in _places(data)), default=0)
    return end > len(data) or any(data[end:])


def _places(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of each record: its header has 10 bits of kind, 10 of level, 12 of size; a large size follows it."""
    end = 0
    while end + 4 <= len(data):
        (header,) = struct.unpack_from("<I", data, end)
        start, size = end + 4, header >> 20
        if size == 0xFFF and start + 4 <= len(data):
            (size,) = struct.unpack_from("<I", data, start)
            start += 4
        end = start + size
        yield header & 0x3FF, start, end


def _shown(content: bytes) -> str:
    """The letters of a paragraph, without its controls."""
    units = struct.unpack(f"<{len(content) // 2}H", content[: len(content) // 2 * 2])
    kept, at = list[bytes](), 0
    while at < len(units):
        unit = units[at]
        letter = chr(unit) if unit >= 32 else "\t" if unit == _TAB else _ALONE.get(unit, "")
        kept.append(struct.pack("<H", unit) if unit >= 32 else letter.encode("utf-16-le"))
        at += 1 if unit >= 32 or unit in _ALONE else _UNITS
    return b"".join(kept).decode("utf-16-le", "replace")
