"""An agenda in a table: rows of cells, as a spreadsheet, a CSV file or a table of Word has them. Pure.

The columns are known by their headings, in any order; a row with one text states the day or the session for those below it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from materials_cli.agenda.lines import Reader
from materials_cli.agenda.slots import Slot, Speaker
from materials_cli.agenda.speakers import speakers_in
from materials_cli.agenda.terms import clean, column_of, is_pause, marked
from materials_cli.search.values import days_in

_FEWEST_HEADINGS = 2
_ROWS_BEFORE_HEADINGS = 15
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)")
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})?")

Row = Sequence[str]


def slots_in(rows: Sequence[Row]) -> tuple[Slot, ...]:
    """The entries of a table; none if no row of it is headings."""
    for at, row in enumerate(rows[:_ROWS_BEFORE_HEADINGS]):
        columns = {name: index for index, cell in reversed(list(enumerate(row))) if (name := column_of(cell))}
        if len(columns) >= _FEWEST_HEADINGS and columns.keys() & {"title", "session", "speaker"}:
            return _Table(columns).read(rows[:at], rows[at + 1 :])
    return ()


class _Table:
    """Reads the rows below the headings."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._columns = columns
        self._state = Reader()
        self._slots: list[Slot] = []
        self._start = ""

    def read(self, above: Sequence[Row], rows: Sequence[Row]) -> tuple[Slot, ...]:
        """The entries of all rows. above: what stands over the headings, where the day often is."""
        for row in above:
            self._state.on_day(clean(" ".join(dict.fromkeys(row))))
        for row in rows:
            texts = list(dict.fromkeys(cell.strip() for cell in row if cell.strip()))
            if len(texts) == 1 and len(self._columns) > 1:
                self._single(texts[0])
            elif texts:
                self._entry(row)
        return tuple(self._slots)

    def _cell(self, row: Row, name: str) -> str:
        index = self._columns.get(name)
        return row[index].strip() if index is not None and index < len(row) else ""

    def _single(self, text: str) -> None:
        """A row with one text: a day, a session, or a talk without any detail."""
        if self._state.on_day(text):
            return
        if session := marked("session", text):
            self._state.number, self._state.session = session.number, session.rest
            self._start = ""
        elif not is_pause(text) and not _CLOCK.search(text):
            self._add(text, ())

    def _entry(self, row: Row) -> None:
        day, time = self._cell(row, "day"), self._cell(row, "time")
        for text in (day, time):
            if text and not _CLOCK.match(text):
                self._day(text)
        if found := _CLOCK.search(time):
            self._start = f"{int(found[1]):02}:{found[2]}"
        session = self._cell(row, "session")
        if session:
            self._session(session)
        title, *below = self._cell(row, "title").splitlines() or [""]
        own = marked("session", title)
        if own:
            self._session(title)
            title = own.rest or title
        if is_pause(title) or (not title and is_pause(session)):
            return
        self._add(title, self._speakers(row, below), own_session=bool(own) or not title)

    def _day(self, text: str) -> None:
        number = re.fullmatch(r"\d{1,2}", text)
        if number:
            self._state.day_number = int(text)
        elif not self._state.on_day(text) and (days := days_in(text)):
            self._state.day = days[0]

    def _session(self, text: str) -> None:
        found = marked("session", text)
        number = found.number if found else text if _NUMBER.fullmatch(text) else ""
        self._state.number = number
        self._state.session = found.rest if found else "" if number else clean(text)

    def _speakers(self, row: Row, below: Sequence[str]) -> tuple[Speaker, ...]:
        """The speakers by their column, or else by the lines below the title in its cell."""
        organisation, country = self._cell(row, "organisation"), self._cell(row, "country")
        listed = self._cell(row, "speaker") or "\n".join(
            mark.rest if (mark := marked("speaker", line)) else line for line in below if not marked("moderator", line)
        )
        found = speakers_in(listed)
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


def _nth(lines: Sequence[str], place: int, count: int) -> str:
    """What belongs to one of several speakers in a cell: the line of the same place, or the one line for all."""
    lines = [clean(line) for line in lines if line.strip()]
    return lines[place] if len(lines) == count else lines[0] if len(lines) == 1 else ""
