"""Reads an agenda from what organisers have: CSV, Excel, .ods, a table in Word, iCalendar, frab's schedule.xml, pasted text."""

import csv
import datetime as dt
import html
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from materials_cli.agenda.lines import Reader, unbroken
from materials_cli.agenda.slots import Agenda, Slot, Speaker
from materials_cli.agenda.tables import Row, slots_in
from materials_cli.agenda.terms import is_pause
from materials_cli.disk import disk_errors
from materials_cli.errors import Code, MaterialsError
from materials_cli.extract import opensheet
from materials_cli.extract.encodings import decode
from materials_cli.extract.package import Package, UnreadableError
from materials_cli.extract.workbook import read_tables
from materials_cli.messages import Message, msg, msgid

_LARGEST = 16 * 1024 * 1024
_MOST_LINES, _LONGEST_LINE = 10_000, 600
_MOST_CELLS, _LONGEST_CELL = 100, 2_000
_BLANKS = re.compile(r"[^\S\n]{2,}")
_MOST_ENTRIES = 1_000
_TOO_LARGE = msgid("It is larger than any agenda.")
_BREAK, _TAG = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE), re.compile(r"<[^<>]{1,300}>")
_DELIMITERS = ("\t", ";", ",", "|")


def read_agenda(file: Path) -> Agenda:
    """The agenda in a file; raise bad_agenda when it has none. The first bytes decide on the format, not the name."""
    with disk_errors():
        if file.stat().st_size > _LARGEST:
            raise _unreadable(file, msg(_TOO_LARGE))
        content = file.read_bytes()
    try:
        slots = _zipped(file) if content.startswith(b"PK") else _text(file, content)
    except UnreadableError as error:
        raise _unreadable(file, error.note) from error
    return _known(file, slots)


def read_pasted(pasted: BinaryIO) -> Agenda:
    """The agenda in a text that was pasted, or comes through a pipe and may never end; raise bad_agenda."""
    content, nowhere = pasted.read(_LARGEST + 1), Path("-")
    if len(content) > _LARGEST:
        raise _unreadable(nowhere, msg(_TOO_LARGE))
    try:
        return _known(nowhere, _text(nowhere, content))
    except UnreadableError as error:
        raise _unreadable(nowhere, error.note) from error


def _known(file: Path, slots: tuple[Slot, ...]) -> Agenda:
    if len(slots) > _MOST_ENTRIES:
        raise _unreadable(file, msg(_TOO_LARGE))
    if not slots:
        raise _unreadable(file, msg("No session or talk was recognised in it."))
    return Agenda(slots)


def _unreadable(file: Path, why: Message) -> MaterialsError:
    return MaterialsError(Code.BAD_AGENDA, msg("No agenda can be read from this file."), where=str(file), why=why)


def _text(file: Path, content: bytes) -> tuple[Slot, ...]:
    text = decode(content)
    if text.lstrip().startswith("BEGIN:VCALENDAR"):
        return tuple(_calendar(file, content))
    if text.lstrip().startswith("<") and "<schedule" in text[:4096]:
        return tuple(_schedule(content))
    if content.startswith(b"%PDF") or "\0" in text[:4096]:
        raise _unreadable(file, msg("It is neither text nor a table. Copy its text and paste it: materials agenda -"))
    return _pasted(text)


def _separated(text: str) -> tuple[Slot, ...]:
    """A table with any of the usual delimiters: the one that gives most entries."""
    tables = (list(_rows(text.splitlines(keepends=True), delimiter)) for delimiter in _DELIMITERS)
    return max((slots_in([_cut(rows)]) for rows in tables), key=len)


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Row]:
    """The rows of a table; those before a field that is longer than any file of this kind has."""
    with suppress(csv.Error):
        yield from csv.reader(lines, delimiter=delimiter)


def _pasted(text: str) -> tuple[Slot, ...]:
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()]
    if len(lines) > _MOST_LINES:
        raise UnreadableError(msg(_TOO_LARGE))
    return _separated(text) or Reader().read(unbroken(lines))


def _zipped(file: Path) -> tuple[Slot, ...]:
    with Package(file) as package:
        package.refuse_bombs()
        main = package.main_part()
        if main.startswith("word/"):
            return _of_word(package)
        read = opensheet.read_tables if not main and "content.xml" in package else read_tables
        sheets = [_cut([[name], *rows]) for name, rows in read(package, _MOST_LINES + 1)]
    return slots_in(sheets) or _by_lines(itertools.chain.from_iterable(sheets))


def _cut(rows: Sequence[Row]) -> list[Row]:
    """Rows with cells that an agenda can have; raise UnreadableError for more of them than any has."""
    if len(rows) > _MOST_LINES:
        raise UnreadableError(msg(_TOO_LARGE))
    return [[_BLANKS.sub(" ", cell[:_LONGEST_CELL]) for cell in row[:_MOST_CELLS]] for row in rows]


def _by_lines(rows: Iterable[Row]) -> tuple[Slot, ...]:
    """The entries of rows that have no headings: each cell is read as lines."""
    return Reader().read(line for row in rows for cell in row for line in cell.splitlines())


def _of_word(package: Package) -> tuple[Slot, ...]:
    """The tables of a Word document, with the days and sessions that stand between them; without tables, its lines."""
    body = next(package.xml(package.main_part()).iter("{*}body"), None)
    rows: list[Row] = []
    for block in _opened(body) if body is not None else ():
        if etree.QName(block).localname == "p":
            rows.append([_word_text(block)])
        elif etree.QName(block).localname == "tbl":
            rows += [[_word_cell(cell) for cell in _opened(row, "tc")] for row in _opened(block, "tr")]
    rows = _cut(rows)
    return slots_in([rows]) or _by_lines(rows)


def _opened(parent: etree._Element, name: str = "*") -> Iterator[etree._Element]:
    """The children of this name, also those in a content control or another element that only marks what is in it."""
    for child in parent.iterchildren(f"{{*}}{name}", "{*}sdt", "{*}sdtContent", "{*}customXml"):
        if etree.QName(child).localname in {"sdt", "sdtContent", "customXml"}:
            yield from _opened(child, name)
        else:
            yield child


def _word_cell(cell: etree._Element) -> str:
    return "\n".join(_word_text(paragraph) for paragraph in cell.iter("{*}p"))


def _word_text(paragraph: etree._Element) -> str:
    breaks = {"br": "\n", "cr": "\n", "tab": "\t"}
    return "".join(
        node.text or "" if (name := etree.QName(node).localname) == "t" else breaks.get(name, "")
        for node in paragraph.iter("{*}t", "{*}br", "{*}cr", "{*}tab")
    ).strip()


def _calendar(file: Path, content: bytes) -> Iterator[Slot]:
    """The events of an iCalendar file (RFC 5545), by time. Its descriptions name the speakers."""
    from icalendar import Calendar  # noqa: PLC0415 - only such a file needs it

    if content.count(b"BEGIN:VEVENT") > _MOST_ENTRIES:
        raise UnreadableError(msg(_TOO_LARGE))
    try:
        events = [
            (event.decoded("DTSTART"), event) for event in Calendar.from_ical(content).walk("VEVENT") if "DTSTART" in event
        ]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _unreadable(file, msg("It is a damaged calendar.")) from error
    days: list[dt.date] = []
    timed = any(isinstance(start, dt.datetime) for start, _ in events)
    for start, event in sorted(events, key=lambda event: str(event[0])):
        if timed and not isinstance(start, dt.datetime):
            continue  # of a whole day: the event itself
        day = start.date() if isinstance(start, dt.datetime) else start
        days += [] if day in days else [day]
        time = f"{start:%H:%M} " if isinstance(start, dt.datetime) else "00:00 "
        lines = [time + str(event.get("SUMMARY", "")), *_plain(str(event.get("DESCRIPTION", ""))).splitlines()]
        yield from Reader(day, len(days)).read(unbroken(lines))


def _plain(text: str) -> str:
    """A description without the tags that Google Calendar writes."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))


def _schedule(content: bytes) -> Iterator[Slot]:
    """The talks of a schedule.xml of frab or pretalx."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(msg("It is damaged XML.")) from error
    for number, day in enumerate(root.iterfind("day"), 1):
        talks = sorted(day.iter("event"), key=lambda talk: talk.findtext("start") or "")
        for talk in talks:
            title = " ".join((talk.findtext("title") or "").split())
            people = tuple(Speaker((person.text or "").strip()) for person in talk.iterfind("persons/person"))
            if title and (people or not is_pause(title)):
                yield Slot(
                    title,
                    session=(talk.findtext("track") or "").strip(),
                    day=_date(day.get("date", "")),
                    day_number=number,
                    start=talk.findtext("start") or "",
                    speakers=() if is_pause(title) else people,
                    together=True,
                )


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
