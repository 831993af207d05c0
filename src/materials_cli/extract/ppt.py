"""Binary PowerPoint (.ppt, PowerPoint 97–2003), slide by slide, from the records of its stream.

After Microsoft's open specification [MS-PPT]: SlideListWithTextContainer has the outline text of the slides in order,
each slide's drawing the text in text boxes, and speaker notes are slides of their own.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from materials_cli.extract import oleinfo
from materials_cli.extract.fonts import family
from materials_cli.extract.officeart import PROPERTIES, words_of_shape
from materials_cli.extract.package import DAMAGED, LOCKED, UnreadableError, unread_inside
from materials_cli.extract.pptfonts import FONT, as_seen, name_of
from materials_cli.extract.remarks import as_remark
from materials_cli.extract.repeated import told_once
from materials_cli.messages import msg, msgid
from materials_cli.model import Section, Text

_DOCUMENT, _SLIDE_LIST, _SLIDE_PERSIST, _USER_EDIT, _PERSIST = 0x03E8, 0x0FF0, 0x03F3, 0x0FF5, 0x1772
_TEXT_HEADER, _CHARS, _BYTES, _STRING = 0x0F9F, 0x0FA0, 0x0FA8, 0x0FBA
_NOTES_OF, _SHOW_INFO, _COMMENT, _FOOTER, _LINK, _LINK_NUMBER, _OBJECTS, _EMBEDDED = (
    0x03F1, 0x03F9, 0x2EE0, 0x0FD9, 0x0FD7, 0x0FD3, 0x0409, 0x0FCC,
)  # fmt: skip
_INTERACTION, _TAG_DATA, _STYLE = 0x0FF3, 0x138B, 0x0FA1
_CONTAINER = 0xF
_HIDDEN = 0x0004
_TITLE_TYPES = {0, 6}
_SLIDES, _MASTERS, _NOTES = 0, 1, 2
_EDGES = {b"\x09", b"\x0a"}  # placeholders for a footer and a header
_SHAPE, _PLACEHOLDER, _SLIDE_ATOM, _SHOWS_MASTER = 0xF004, 0x0BC3, 0x03EF, 1
_DUAL = "PP97_DUALSTORAGE"
OLD = msgid("The presentation was saved by a PowerPoint version older than 97, which cannot be read.")
_COMMENT_WORDS, _FOOTER_WORDS, _LINK_TARGET = 1, 2, 1
_MAX_DEPTH = 32
_MAX_RECORDS = 500_000
_ENCRYPTED = b"\xdf\xc4\xd1\xf3"


@dataclass(frozen=True, slots=True)
class _Record:
    """One record: its version (0xF: a container), instance, type, and the position of its content in the stream."""

    version: int
    instance: int
    kind: int
    first: int
    last: int


@dataclass(slots=True)
class _Slide:
    """What was found on one slide: texts with their types (title, body …), other texts, and the numbers of links.

    master: the id of the slide whose own shapes are shown on it, too.
    """

    texts: list[tuple[int, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    hidden: bool = False
    notes_of: int = 0
    master: int = 0

    @property
    def words(self) -> list[str]:
        """The texts without their types."""
        return [text for _, text in self.texts]


def read_ppt(ole: Any) -> Text:
    """Slides in order with titles, texts, comments, links and speaker notes; raise UnreadableError."""
    # A file for 95 and for 97 has both; that for 97 lies in a folder.
    folder = [_DUAL] if ole.exists(_DUAL) else []
    if not folder and ole.exists("Text_Content"):
        raise UnreadableError(msg(OLD))
    stream = ole.openstream([*folder, "PowerPoint Document"]).read()
    user = [*folder, "Current User"]
    current = ole.openstream(user).read() if ole.exists(user) else b""
    properties = oleinfo.properties(ole)
    if current[12:16] == _ENCRYPTED:
        raise UnreadableError(msg(LOCKED))
    offsets = _persisted(stream, current)
    document = _document(stream)
    targets, embedded = _objects(stream, document)
    families = _families(stream, document)
    notes = _notes(stream, document, offsets, families)
    masters = {
        identity: [*shown.words, *shown.others]
        for identity, reference, _ in _listed(stream, document, _MASTERS, families)
        for shown in [_drawn(stream, offsets.get(reference), families, of_master=True)]
    }
    slides = []
    for number, (identity, reference, outline) in enumerate(_listed(stream, document, _SLIDES, families), 1):
        drawn = _drawn(stream, offsets.get(reference), families)
        slide = _section(number, outline, drawn, targets, notes.get(identity, ""))
        slides.append((slide, masters.get(drawn.master, ())))
    sections = told_once(slides)
    if not sections:
        loose = _gathered(stream, _Record(_CONTAINER, 0, 0, 0, len(stream)), families).texts
        if not loose:
            raise UnreadableError(msg(DAMAGED))
        sections = (Section(1, "", "\n".join(text for _, text in loose)),)
    return Text("slide", sections, properties, unread_inside(embedded))


def _notes(stream: bytes, document: _Record | None, offsets: Mapping[int, int], families: Sequence[str]) -> dict[int, str]:
    """The speaker notes by the id of their slide."""
    pages = [
        _drawn(stream, offsets.get(reference), families) for _, reference, _ in _listed(stream, document, _NOTES, families)
    ]
    return {page.notes_of: "\n".join(page.words) for page in pages}


def _section(number: int, outline: _Slide, drawn: _Slide, targets: Mapping[int, str], notes: str) -> Section:
    """A slide from its outline and its drawing. targets: of all links, by number."""
    texts = [*outline.texts, *drawn.texts]
    title = next((text for kind, text in texts if kind in _TITLE_TYPES), "")
    links = [targets[link] for link in (*outline.links, *drawn.links) if link in targets]
    body = [text for text in dict.fromkeys((*(text for _, text in texts), *drawn.others, *links)) if text != title]
    return Section(number, " ".join(title.split()), "\n".join(body), notes, hidden=drawn.hidden)


def _records(stream: bytes, start: int, end: int) -> Iterator[_Record]:
    """The records of one level."""
    count = 0
    while start + 8 <= end and count < _MAX_RECORDS:
        head, kind, length = struct.unpack_from("<HHI", stream, start)
        yield _Record(head & 0xF, head >> 4, kind, start + 8, min(start + 8 + length, end))
        start += 8 + length
        count += 1


def _inside(stream: bytes, above: _Record, depth: int = 0) -> Iterator[tuple[_Record, _Record]]:
    """All records in a container, each with its parent."""
    if depth > _MAX_DEPTH:
        return
    for record in _records(stream, above.first, above.last):
        yield record, above
        if record.version == _CONTAINER or record.kind == _TAG_DATA:
            yield from _inside(stream, record, depth + 1)


def _number(stream: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", stream, at)[0]) if at >= 0 and at + 4 <= len(stream) else 0


def _families(stream: bytes, document: _Record | None) -> list[str]:
    """The families of the fonts, by number; none if all are what they seem."""
    inside = _inside(stream, document) if document else ()
    fonts = {record.instance: name_of(stream[record.first : record.last]) for record, _ in inside if record.kind == FONT}
    families = [family(fonts.get(number)) for number in range(max(fonts, default=-1) + 1)]
    return families if any(families) else []


def _characters(stream: bytes, record: _Record) -> str:
    raw = stream[record.first : record.last]
    return raw.decode("latin-1") if record.kind == _BYTES else raw.decode("utf-16-le", "replace")


def _string(stream: bytes, record: _Record) -> str:
    return _tidy(_characters(stream, record))


def _tidy(text: str) -> str:
    return text.replace("\r", "\n").replace("\x0b", "\n").strip()


def _gathered(stream: bytes, above: _Record, families: Sequence[str]) -> _Slide:
    """Everything that can be read in a record. families: of the fonts that its texts refer to."""
    found = _Slide()
    kind_of_text, text = -1, ""
    for record, parent in _inside(stream, above):
        if record.kind == _TEXT_HEADER:
            kind_of_text = _number(stream, record.first)
        elif record.kind in {_CHARS, _BYTES}:
            text = _characters(stream, record)
            if _tidy(text) and text != "*":
                found.texts.append((kind_of_text, _tidy(text)))
        elif record.kind == _STYLE and families and found.texts and found.texts[-1][1] == _tidy(text):
            seen = as_seen(text, stream[record.first : record.last], families)
            found.texts[-1] = (kind_of_text, _tidy(seen))
        elif record.kind == _STRING and (parent.kind, record.instance) in {
            (_COMMENT, _COMMENT_WORDS),
            (_FOOTER, _FOOTER_WORDS),
        }:
            found.others += filter(None, [_written(_string(stream, record), parent)])
        elif record.kind in PROPERTIES:
            found.others += map(_tidy, words_of_shape(record.instance, stream[record.first : record.last]))
        elif record.kind == _INTERACTION:
            found.links.append(_number(stream, record.first + 4))
        else:
            _take_setting(stream, record, found)
    return found


def _take_setting(stream: bytes, record: _Record, found: _Slide) -> None:
    if record.kind == _SHOW_INFO:
        found.hidden = bool(_number(stream, record.first + 8) >> 16 & _HIDDEN)
    elif record.kind == _NOTES_OF:
        found.notes_of = _number(stream, record.first)
    elif record.kind == _SLIDE_ATOM and _number(stream, record.first + 20) & _SHOWS_MASTER:
        found.master = _number(stream, record.first + 12)


def _written(text: str, parent: _Record) -> str:
    """A text beside those of the slide: a comment, marked, or a footer."""
    return as_remark(text) if parent.kind == _COMMENT else text


def _drawn(stream: bytes, offset: int | None, families: Sequence[str], *, of_master: bool = False) -> _Slide:
    """The slide, or notes, at this offset; of a master only what its own shapes show, not what its placeholders ask for."""
    page = next(_records(stream, offset, len(stream)), None) if offset is not None else None
    if page is None:
        return _Slide()
    if not of_master:
        return _gathered(stream, page, families)
    shapes = [record for record, _ in _inside(stream, page) if record.kind == _SHAPE]
    own = [_gathered(stream, shape, families) for shape in shapes if _is_shown(stream, shape)]
    return _Slide([text for shape in own for text in shape.texts], [text for shape in own for text in shape.others])


def _is_shown(stream: bytes, shape: _Record) -> bool:
    """Whether slides show the text of a shape of their master."""
    kinds = (stream[inner.first + 4 : inner.first + 5] for inner, _ in _inside(stream, shape) if inner.kind == _PLACEHOLDER)
    return all(kind in _EDGES for kind in kinds)


def _document(stream: bytes) -> _Record | None:
    """The document container; after several edits, the last one."""
    return next((r for r in reversed(list(_records(stream, 0, len(stream)))) if r.kind == _DOCUMENT), None)


def _objects(stream: bytes, document: _Record | None) -> tuple[dict[int, str], int]:
    """The targets of all links by number, and the number of embedded files."""
    targets: dict[int, str] = {}
    embedded = 0
    lists = [r for r in _records(stream, document.first, document.last) if r.kind == _OBJECTS] if document else []
    for record in (entry for above in lists for entry in _records(stream, above.first, above.last)):
        embedded += record.kind == _EMBEDDED
        if record.kind == _LINK:
            parts = list(_records(stream, record.first, record.last))
            number = next((_number(stream, part.first) for part in parts if part.kind == _LINK_NUMBER), 0)
            for part in parts:
                target = _string(stream, part) if part.kind == _STRING and part.instance == _LINK_TARGET else ""
                if target.startswith(("http://", "https://", "mailto:")):
                    targets[number] = target
    return targets, embedded


def _listed(stream: bytes, document: _Record | None, which: int, families: Sequence[str]) -> Iterator[tuple[int, int, _Slide]]:
    """For each slide (or notes) in order: its id, its reference, and its outline texts."""
    lists = _records(stream, document.first, document.last) if document else ()
    for above in lists:
        if above.kind != _SLIDE_LIST or above.instance != which:
            continue
        entries = [record for record in _records(stream, above.first, above.last) if record.kind == _SLIDE_PERSIST]
        ends = [entry.first - 8 for entry in entries[1:]] + [above.last]
        for entry, end in zip(entries, ends, strict=True):
            outline = _gathered(stream, _Record(_CONTAINER, 0, 0, entry.last, end), families)
            yield _number(stream, entry.first + 12), _number(stream, entry.first), outline


def _persisted(stream: bytes, current: bytes) -> dict[int, int]:
    """The offset of each referenced object, after the newest edit that contains it."""
    offsets: dict[int, int] = {}
    if len(current) < 20:
        return offsets
    edit = _number(current, 16)
    for _ in range(1000):
        if not 0 < edit + 36 <= len(stream) or struct.unpack_from("<H", stream, edit + 2)[0] != _USER_EDIT:
            break
        previous, directory = struct.unpack_from("<II", stream, edit + 16)
        _collect(stream, directory, offsets)
        if previous == 0 or previous >= edit:
            break
        edit = previous
    # An edit that is damaged breaks the chain; its lists are still there.
    for record in reversed(list(_records(stream, 0, len(stream)))):
        if record.kind == _PERSIST:
            _collect(stream, record.first - 8, offsets)
    return offsets


def _collect(stream: bytes, directory: int, offsets: dict[int, int]) -> None:
    if directory + 8 > len(stream) or struct.unpack_from("<H", stream, directory + 2)[0] != _PERSIST:
        return
    at, end = directory + 8, min(directory + 8 + _number(stream, directory + 4), len(stream))
    while at + 4 <= end:
        head = _number(stream, at)
        first, count = head & 0xFFFFF, head >> 20
        at += 4
        for index in range(count):
            if at + 4 > end:
                return
            offset = _number(stream, at)
            if offset + 8 <= len(stream):
                offsets.setdefault(first + index, offset)
            at += 4
