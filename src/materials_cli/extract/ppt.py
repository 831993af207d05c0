"""Binary PowerPoint (.ppt, PowerPoint 97–2003), slide by slide, from the records of its stream.

After Microsoft's open specification [MS-PPT]: SlideListWithTextContainer keeps the outline text of the slides in their
order, each slide's own drawing keeps what stands in text boxes.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from materials_cli.extract.package import UnreadableError
from materials_cli.model import Section, Text

_DOCUMENT, _SLIDE, _NOTES, _SLIDE_LIST = 0x03E8, 0x03EE, 0x03F0, 0x0FF0
_SLIDE_PERSIST, _TEXT_HEADER, _CHARS, _BYTES, _USER_EDIT, _PERSIST = 0x03F3, 0x0F9F, 0x0FA0, 0x0FA8, 0x0FF5, 0x1772
_TITLE_TYPES = {0, 6}
_DEEPEST = 32
_MOST_RECORDS = 500_000


def read_ppt(path: Path) -> Text:
    """Slides in their order with titles and texts; encrypted and older files are told apart."""
    with olefile.OleFileIO(path) as ole:
        if not ole.exists("PowerPoint Document"):
            raise UnreadableError("The presentation is of a PowerPoint older than 97, which cannot be read.")
        stream = ole.openstream("PowerPoint Document").read()
        current = ole.openstream("Current User").read() if ole.exists("Current User") else b""
        meta = ole.get_metadata()
        properties = {
            name: _decoded(value)
            for name, value in (("title", meta.title), ("author", meta.author), ("company", meta.company))
            if value and _decoded(value)
        }
    if current[12:16] == b"\xdf\xc4\xd1\xf3":
        raise UnreadableError("The file is protected by a password, so its text cannot be read.")
    offsets = _persisted(stream, current)
    slides: list[tuple[str, list[str]]] = []
    for reference, outline in _outline(stream):
        title = next((text for kind, text in outline if kind in _TITLE_TYPES), "")
        body = [text for kind, text in outline if text != title]
        at = offsets.get(reference)
        drawn = [text for _, text in _texts(stream, at, at + 8 + _length(stream, at))] if at is not None else []
        body += [text for text in drawn if text != title and text not in body]
        slides.append((" ".join(title.split()), body))
    if not slides:
        loose = [text for _, text in _texts(stream, 0, len(stream))]
        if not loose:
            raise UnreadableError("The file is damaged or not complete, so its text cannot be read.")
        slides = [("", loose)]
    return Text("slide", tuple(Section(n, title, "\n".join(body)) for n, (title, body) in enumerate(slides, 1)), properties)


def _decoded(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.strip("\0 ")


def _records(stream: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Records of one level: (version, instance, type, first byte, past the last byte)."""
    while start + 8 <= end:
        head, kind, length = struct.unpack_from("<HHI", stream, start)
        stop = min(start + 8 + length, end)
        yield head & 0xF, head >> 4, kind, start + 8, stop
        start = start + 8 + length


def _length(stream: bytes, at: int) -> int:
    return struct.unpack_from("<I", stream, at + 4)[0] if at + 8 <= len(stream) else 0


def _texts(stream: bytes, start: int, end: int, depth: int = 0) -> Iterator[tuple[int, str]]:
    """All texts below, each with the type its header gives (title, body, other)."""
    kind_of_text = -1
    for count, (version, _, kind, first, last) in enumerate(_records(stream, start, end)):
        if count > _MOST_RECORDS or depth > _DEEPEST:
            return
        if kind == _TEXT_HEADER and last - first >= 4:
            kind_of_text = struct.unpack_from("<I", stream, first)[0]
        elif kind in {_CHARS, _BYTES}:
            raw = stream[first:last]
            text = raw.decode("utf-16-le", "replace") if kind == _CHARS else raw.decode("latin-1")
            text = text.replace("\r", "\n").replace("\x0b", "\n").strip()
            if text and text != "*":
                yield kind_of_text, text
        elif version == 0xF:
            yield from _texts(stream, first, last, depth + 1)


def _outline(stream: bytes) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """For each slide in order: its reference and its outline texts. Only the last document container counts."""
    document = None
    for _, _, kind, first, last in _records(stream, 0, len(stream)):
        if kind == _DOCUMENT:
            document = (first, last)
    if document is None:
        return
    for _, instance, kind, first, last in _records(stream, *document):
        if kind != _SLIDE_LIST or instance != 0:
            continue
        reference, start = None, first
        for _, _, inner, inner_first, inner_last in (
            *_records(stream, first, last),
            (0, 0, _SLIDE_PERSIST, last + 8, last),
        ):
            if inner != _SLIDE_PERSIST:
                continue
            if reference is not None:
                yield reference, list(_texts(stream, start, inner_first - 8))
            if inner_first + 4 <= len(stream) and inner_last > inner_first:
                reference = struct.unpack_from("<I", stream, inner_first)[0]
            start = inner_last


def _persisted(stream: bytes, current: bytes) -> dict[int, int]:
    """Where each referenced object stands, newest edit first."""
    offsets: dict[int, int] = {}
    if len(current) < 20:
        return offsets
    edit = struct.unpack_from("<I", current, 16)[0]
    for _ in range(1000):
        if not 0 < edit + 36 <= len(stream) or struct.unpack_from("<H", stream, edit + 2)[0] != _USER_EDIT:
            break
        previous, directory = struct.unpack_from("<II", stream, edit + 16)
        _collect(stream, directory, offsets)
        if previous == 0 or previous >= edit:
            break
        edit = previous
    return offsets


def _collect(stream: bytes, directory: int, offsets: dict[int, int]) -> None:
    if directory + 8 > len(stream) or struct.unpack_from("<H", stream, directory + 2)[0] != _PERSIST:
        return
    at, end = directory + 8, min(directory + 8 + _length(stream, directory), len(stream))
    while at + 4 <= end:
        head = struct.unpack_from("<I", stream, at)[0]
        first, count = head & 0xFFFFF, head >> 20
        at += 4
        for index in range(count):
            if at + 4 > end:
                return
            offset = struct.unpack_from("<I", stream, at)[0]
            if offset + 8 <= len(stream):
                offsets.setdefault(first + index, offset)
            at += 4
