"""Apple iWork (.key, .pages, .numbers): slides in order, sheets, or all the text of a document.

Since 2013 the objects are protocol buffers, compressed with Snappy, in files Index/*.iwa; the numbers of types and fields
are those that the programs themselves carry, as github.com/psobot/keynote-parser extracts them. Before, it was XML.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from lxml import etree

from materials_cli.extract.package import DAMAGED, LOCKED, Package, UnreadableError, attribute, local
from materials_cli.extract.snappy import decompress, varint
from materials_cli.messages import msg, msgid
from materials_cli.model import Section, Text

_UNKNOWN = msgid("This Apple iWork document is in an unknown format, so its text cannot be read. A PDF of it could be.")
_DOCUMENT, _SHOW, _NODE, _STORAGE, _TABLE_STRINGS = 1, 2, 4, 2001, 6005
_SLIDES = {5, 6}
_NOTE_KIND = 4
_MAX_BYTES = 64 * 1024**2
_OLD = ("index.apxl", "index.xml")
_OLD_TEMPLATES = ("{*}section-prototypes", "{*}tabular-prototypes")
_OLD_TEXTS = ("{*}p", "{*}tabular-model", "{*}ct", "{*}n", "{*}rn", "{*}d")
_UNNAMED_TABLE = "Unnamed Table"
_EPOCH = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
_TEMPLATES = ("MasterSlide", "TemplateSlide", "DocumentStylesheet", "ThemeStylesheet")

Fields = dict[int, list[int | bytes]]


@dataclass(frozen=True, slots=True)
class _Object:
    """One object: its type, its bytes, the file that contains it, and the numbers of the objects it refers to."""

    kind: int
    content: bytes
    file: str
    references: tuple[int, ...]


def read_iwork(package: Package) -> Text:
    """Keynote by slide, with notes and skipped slides; Numbers before 2013 by sheet; all else as one section."""
    if ".iwpv2" in package:
        raise UnreadableError(msg(LOCKED))
    old = next((name for name in _OLD if name in package), None)
    if old:
        return _read_xml(package, old)
    objects = dict(_objects(package))
    if not objects:
        raise UnreadableError(msg(_UNKNOWN))
    try:
        return _text(objects)
    except (ValueError, IndexError) as error:
        raise UnreadableError(msg(DAMAGED)) from error


def _text(objects: dict[int, _Object]) -> Text:
    show = next((found for found in objects.values() if found.kind == _SHOW), None)
    nodes = [_reference(node) for tree in _inner(show, 3) for node in tree.get(2, [])] if show else []
    if nodes:
        return Text("slide", tuple(_slide(objects, objects.get(node), number) for number, node in enumerate(nodes, 1)))
    words = "\n".join(text for found in objects.values() if not found.file.startswith(_TEMPLATES) for text in _texts(found))
    return Text("section", (Section(1, "", words),) if words else ())


def _slide(objects: dict[int, _Object], node: _Object | None, number: int) -> Section:
    if node is None:
        return Section(number)
    fields = _fields(node.content)
    identity = _reference(fields.get(2, [b""])[0])
    slide = objects.get(identity)
    if slide is None:
        return Section(number)
    holders = [objects[found] for found in map(_reference, _fields(slide.content).get(5, [])) if found in objects]
    titles = {
        _reference(storage)
        for holder in holders
        for shape in _inner(holder, 1)
        for storage in (*shape.get(4, []), *shape.get(2, []))
    }
    title, body, notes = "", [], []
    for found in _reached(objects, identity):
        texts = list(_texts(objects[found]))
        if found in titles:
            title = " ".join(" ".join(texts).split())
        elif objects[found].kind == _STORAGE and _fields(objects[found].content).get(1) == [_NOTE_KIND]:
            notes += texts
        else:
            body += texts
    return Section(number, title, "\n".join(body), "\n".join(notes), hidden=fields.get(4) == [1])


def _reached(objects: dict[int, _Object], start: int) -> list[int]:
    """All objects that a slide refers to, directly or not, except its template and other slides."""
    found = {start: None}
    waiting = [start]
    for number in waiting:
        for other in objects[number].references:
            target = objects.get(other)
            beyond = target is None or target.kind in {_DOCUMENT, _SHOW, _NODE, *_SLIDES} or target.file.startswith(_TEMPLATES)
            if not beyond and other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _texts(found: _Object) -> Iterator[str]:
    """The text of an object: a paragraph, or the cells of a table; none for other objects."""
    if found.kind == _STORAGE:
        words = [_string(piece) for piece in _fields(found.content).get(3, [])]
    elif found.kind == _TABLE_STRINGS:
        words = [_string(piece) for entry in _inner(found, 3) for piece in entry.get(3, [])]
    else:
        return
    yield from (word for word in words if word)


def _string(piece: int | bytes) -> str:
    """Text without the marks of attachments, and with line feeds for iWork's own line breaks."""
    text = piece.decode("utf-8", "replace") if isinstance(piece, bytes) else ""
    return text.replace("\ufffc", "").replace("\u2028", "\n").replace("\u2029", "\n").strip()


def _objects(package: Package) -> Iterator[tuple[int, _Object]]:
    with package.inner("Index.zip") if "Index.zip" in package else nullcontext(package) as index:
        for name in index.names:
            if name.startswith("Index/") and name.endswith(".iwa"):
                # A damaged part is left out; the others can still be read.
                with suppress(ValueError, IndexError, UnreadableError):
                    yield from _in_file(b"".join(_chunks(index.read(name))), name.rpartition("/")[2])


def _chunks(content: bytes) -> Iterator[bytes]:
    at, room = 0, _MAX_BYTES
    while at + 4 <= len(content):
        length = int.from_bytes(content[at + 1 : at + 4], "little")
        chunk = decompress(content[at + 4 : at + 4 + length], room)
        room -= len(chunk)
        yield chunk
        at += 4 + length


def _in_file(content: bytes, file: str) -> Iterator[tuple[int, _Object]]:
    """The objects of one file. A header before each has its number and the type, length and references of its messages."""
    at = 0
    while at < len(content):
        length, at = varint(content, at)
        header = _fields(content[at : at + length])
        at += length
        for place, value in enumerate(header.get(2, [])):
            message = _fields(value if isinstance(value, bytes) else b"")
            kind, size = (next((n for n in message.get(field, []) if isinstance(n, int)), 0) for field in (1, 3))
            if place == 0:
                identity = next((n for n in header.get(1, []) if isinstance(n, int)), 0)
                yield identity, _Object(kind, content[at : at + size], file, tuple(_numbers(message.get(5, []))))
            at += size


def _fields(content: bytes) -> Fields:
    """The values of a protocol buffer by field number."""
    found: Fields = {}
    at = 0
    while at < len(content):
        key, at = varint(content, at)
        value: int | bytes
        if key & 7 == 0:
            value, at = varint(content, at)
        elif key & 7 == 2:
            length, at = varint(content, at)
            value = content[at : at + length]
            at += length
        elif key & 7 in {1, 5}:
            at += 8 if key & 7 == 1 else 4
            continue
        else:
            raise ValueError(key)
        found.setdefault(key >> 3, []).append(value)
    return found


def _inner(found: _Object, field: int) -> list[Fields]:
    """The messages in one field of an object."""
    return [_fields(value) for value in _fields(found.content).get(field, []) if isinstance(value, bytes)]


def _reference(value: int | bytes) -> int:
    """The number of the object referred to, or 0."""
    number = _fields(value).get(1, [0])[0] if isinstance(value, bytes) else 0
    return number if isinstance(number, int) else 0


def _numbers(values: list[int | bytes]) -> Iterator[int]:
    """The numbers in a field, which may be packed into one value."""
    for value in values:
        if isinstance(value, int):
            yield value
            continue
        at = 0
        while at < len(value):
            number, at = varint(value, at)
            yield number


def _read_xml(package: Package, part: str) -> Text:
    """Read the XML that iWork wrote before 2013."""
    root = package.xml(part)
    etree.strip_elements(root, *_OLD_TEMPLATES, with_tail=False)
    _keep_chosen(root)
    if slides := list(root.iter("{*}slide")):
        return Text("slide", tuple(_xml_slide(slide, number) for number, slide in enumerate(slides, 1)))
    if sheets := list(root.iter("{*}workspace")):
        return Text("sheet", tuple(_xml_sheet(sheet, number) for number, sheet in enumerate(sheets, 1)))
    sheet = _xml_sheet(root, 1)
    return Text("section", (sheet,) if sheet.body else ())


def _keep_chosen(root: etree._Element) -> None:
    """Remove all but the chosen entry of each pop-up menu in a cell."""
    for menu in root.iter("{*}menu-choices"):
        chosen = {attribute(reference, "IDREF") for reference in menu.itersiblings("{*}proxied-cell-ref")}
        for choice in list(menu):
            if attribute(choice, "ID") not in chosen:
                menu.remove(choice)


def _xml_slide(slide: etree._Element, number: int) -> Section:
    parts: dict[str, list[str]] = {"title-placeholder": [], "notes": [], "": []}
    for node in slide.iter(*_OLD_TEXTS):
        above = (local(element) for element in node.iterancestors())
        parts[next((name for name in above if name in parts), "")].append(_xml_text(node))
    title, notes, body = ("\n".join(filter(None, lines)) for lines in parts.values())
    return Section(number, " ".join(title.split()), body, notes, hidden=attribute(slide, "hidden") == "true")


def _xml_sheet(sheet: etree._Element, number: int) -> Section:
    return Section(number, attribute(sheet, "workspace-name"), "\n".join(filter(None, map(_xml_text, sheet.iter(*_OLD_TEXTS)))))


def _xml_text(node: etree._Element) -> str:
    """A paragraph, the name of a table, or the value of a cell: text, a number, or a date in seconds since 2001."""
    kind = local(node)
    with suppress(ValueError, OverflowError):
        if kind == "p":
            return " ".join("".join(map(str, node.itertext())).split())
        if kind == "ct":
            return " ".join(attribute(node, "s").split())
        if kind == "tabular-model":
            return attribute(node, "name").replace(_UNNAMED_TABLE, "")
        if kind == "d":
            return f"{_EPOCH + dt.timedelta(seconds=float(attribute(node, 'cell-date'))):%Y-%m-%d}"
        return f"{float(attribute(node, 'v')):.15g}"
    return ""
