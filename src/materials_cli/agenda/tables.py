"""An agenda in a table: rows of cells, as a spreadsheet, a CSV file or a table of Word has them. Pure.

The columns are known by their headings, in any order; a row with one text states the day or the session for those below it.
Columns that only name rooms are parallel sessions. A table without headings is read line by line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from materials_cli.agenda.clock import time_in, timed
from materials_cli.agenda.lines import Reader
from materials_cli.agenda.slots import Slot, Speaker
from materials_cli.agenda.speakers import speakers_in
from materials_cli.agenda.talk_lines import listed, people_in, titled, without_bullet
from materials_cli.agenda.terms import clean, column_of, is_pause, marked

_FEWEST_HEADINGS = 2
_ROWS_BEFORE_HEADINGS = 15
_SEVERAL = {"speaker", "organisation", "country"}
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})?")

Row = Sequence[str]


def slots_in(tables: Iterable[Sequence[Row]]) -> tuple[Slot, ...]:
    """The entries of tables that follow each other; none if no row of them is headings."""
    state, slots = Reader(), list[Slot]()
    for rows in tables:
        slots += _of_one(rows, state)
    return tuple(slots)


def _of_one(rows: Sequence[Row], state: Reader) -> list[Slot]:
    for at, row in enumerate(rows[:_ROWS_BEFORE_HEADINGS]):
        columns: dict[str, list[int]] = {}
        for index, name in enumerate(map(column_of, row)):
            columns.setdefault(name or "", []).append(index)
        rooms = [index for index in columns.pop("", []) if row[index].strip()]
        if len(columns) >= _FEWEST_HEADINGS and columns.keys() & {"title", "session", "speaker"}:
            return _Table(columns, state).read(rows[:at], rows[at + 1 :])
        if columns.keys() == {"time"} and len(rooms) > 1:
            above = [[cell] for row in rows[:at] for cell in row]
            return _parallel(columns["time"][0], rooms, (*above, *rows[at + 1 :]), state)
    return []


def _parallel(time: int, rooms: Sequence[int], rows: Iterable[Row], state: Reader) -> list[Slot]:
    """The entries of a table with a column for each room."""
    before, start = len(state.slots), ""
    for row in rows:
        texts = list(dict.fromkeys(cell.strip() for cell in row if cell.strip()))
        if len(texts) == 1 and state.on_day(texts[0]):
            continue
        start = (time_in(row[time]) if len(row) > time else "") or start
        for text in dict.fromkeys(row[room].strip() for room in rooms if room < len(row)):
            if text and start:
                state.take(f"{start} {text}".splitlines())
    return state.slots[before:]


class _Table:
    """Reads the rows below the headings."""

    def __init__(self, columns: Mapping[str, Sequence[int]], state: Reader) -> None:
        self._columns = columns
        self._state = state
        self._slots: list[Slot] = []
        self._start = ""

    def read(self, above: Sequence[Row], rows: Sequence[Row]) -> list[Slot]:
        """The entries of all rows. above: what stands over the headings, where the day often is."""
        for row in above:
            self._state.on_day(clean(" ".join(dict.fromkeys(row))))
        for row in rows:
            texts = list(dict.fromkeys(cell.strip() for cell in row if cell.strip()))
            if len(texts) == 1 and len(self._columns) > 1:
                self._single(texts[0])
            elif texts:
                self._entry(row)
        return self._slots

    def _cell(self, row: Row, name: str) -> str:
        """What a row says in a column; in all columns of people, if there are several ("Speaker 1", "Speaker 2")."""
        cells = [row[index].strip() for index in self._columns.get(name, ()) if index < len(row)]
        return "\n".join(filter(None, cells if name in _SEVERAL else cells[:1]))

    def _single(self, text: str) -> None:
        """A row with one text: a day, a session, or a talk without any detail."""
        if self._state.on_day(clean(text)):
            return
        if session := marked("session", text):
            self._state.number, self._state.session = session.number, session.rest
            self._start = ""
        elif not is_pause(text) and not time_in(text):
            self._add(text, ())

    def _entry(self, row: Row) -> None:
        day, time, session = self._cell(row, "day"), self._cell(row, "time"), self._cell(row, "session")
        for text in (day, time):
            if text and not timed(text):
                self._day(text)
        self._start = time_in(time) or self._start
        if session and not self._state.on_day(clean(session)):
            self._session(session)
        else:
            session = ""
        title, *below = self._cell(row, "title").splitlines() or [""]
        own = marked("session", title)
        if own:
            self._session(title)
            title = own.rest or title
        if is_pause(title) or (not title and is_pause(session)):
            return
        self._talks(row, title, below, own_session=bool(own) or not title)

    def _day(self, text: str) -> None:
        if re.fullmatch(r"\d{1,2}", text):
            self._state.day_number = int(text)
        else:
            self._state.on_day(clean(text))

    def _session(self, text: str) -> None:
        found = marked("session", text)
        number = found.number if found else text.rstrip(".") if _NUMBER.fullmatch(text.rstrip(".")) else ""
        self._state.number = number
        self._state.session = found.rest if found else "" if number else clean(text)

    def _talks(self, row: Row, title: str, below: Sequence[str], *, own_session: bool) -> None:
        """The entry of a row, or the talks that its cell of speakers lists with their titles."""
        stated = self._cell(row, "speaker").splitlines()
        talks, who = _spoken(stated, below)
        if not (stated or talks or who):
            who, title = titled(title)
        if who or not talks:
            moderated = stated and all(marked("moderator", without_bullet(line)) for line in stated)
            self._add(title, () if moderated else self._placed(row, who), own_session=own_session)
        if talks and not own_session:
            self._state.session = clean(title)
        for about, speakers in talks:
            self._add(about, self._placed(row, speakers))

    def _placed(self, row: Row, found: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
        """Speakers with what the columns of organisation and country say of them."""
        organisation, country = self._cell(row, "organisation"), self._cell(row, "country")
        if not found:
            return (Speaker("", clean(organisation), clean(country)),) if organisation or country else ()
        organisations, countries = organisation.splitlines(), country.splitlines()
        return tuple(
            replace(
                speaker,
                organisation=speaker.organisation or _nth(organisations, place, len(found)),
                country=speaker.country or _nth(countries, place, len(found)),
            )
            for place, speaker in enumerate(found)
        )

    def _add(self, title: str, speakers: tuple[Speaker, ...], *, own_session: bool = False) -> None:
        state = self._state
        title = clean(title) or ("" if speakers else state.session)
        if not title and not speakers:
            return
        self._slots.append(
            Slot(
                title or state.session,
                state.number,
                "" if own_session and title else state.session,
                state.day,
                state.day_number,
                self._start,
                speakers,
                together=not own_session and len({(one.organisation, one.country) for one in speakers}) <= 1,
            )
        )


def _spoken(stated: Sequence[str], below: Sequence[str]) -> tuple[list[tuple[str, tuple[Speaker, ...]]], tuple[Speaker, ...]]:
    """The talks with their speakers, and the further speakers, of a cell of speakers, or else of the lines below a title."""
    talks, others = [], []
    for line in stated or below:
        who, about = listed(line)
        text = without_bullet(line)
        speaker = marked("speaker", text)
        if who and about:
            talks.append((about, who))
        elif (stated or speaker or people_in(text)) and not marked("moderator", text):
            others.append(speaker.rest if speaker else text)
    return talks, speakers_in("\n".join(others))


def _nth(lines: Sequence[str], place: int, count: int) -> str:
    """What belongs to one of several speakers in a cell: the line of the same place, or the one line for all."""
    lines = [clean(line) for line in lines if line.strip()]
    return lines[place] if len(lines) == count else lines[0] if len(lines) == 1 else ""
