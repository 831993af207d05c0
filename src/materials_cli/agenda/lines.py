"""An agenda in lines, as it is pasted from a page or a message. Pure.

A line with a time, or one that is marked as a session, begins an entry; a marked or listed line below it names speakers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from materials_cli.agenda.slots import Slot, Speaker
from materials_cli.agenda.speakers import is_person, name_of, speakers_in
from materials_cli.agenda.terms import clean, is_country, is_pause, marked
from materials_cli.search.values import days_in

_CLOCK = r"(?:[01]?\d|2[0-3])[:.][0-5]\d"
_TIME = re.compile(
    rf"^\W*({_CLOCK})(?:\s*(?:am|pm|h|ч))?(?:\s*(?:-|–|—|~|to|до|по)\s*{_CLOCK}(?:\s*(?:am|pm|h|ч))?)?(?![\d.])[\s:|–—-]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-–—•*◦○▪·‧]|\d{1,2}[.)]|[a-zа-я]\))\s+")
# How a line states speaker and title: the pattern, the group of the speaker, that of the title.
_BOTH = (
    (re.compile(r"^(.{2,80}?)\s*(?::|\s[–—-]\s)\s*(.+)$"), 1, 2),
    (re.compile(r"^(.+)\s*\(([^()]{3,100})\)$"), 2, 1),
    (re.compile(r"^(.+)(?:\s[–—-]\s|:\s|/\s)\s*(.{3,100})$"), 2, 1),
)
_LONGEST_DAY_LINE = 90


@dataclass(slots=True)
class Reader:
    """Collects entries from lines: the day and session that hold until another is stated, and the entry that is open."""

    day: date | None = None
    day_number: int = 0
    session: str = ""
    number: str = ""
    slots: list[Slot] = field(default_factory=list)
    _open: Slot | None = None
    _moderating: bool = False
    _paused: bool = False
    _timed_sessions: bool = False

    def read(self, lines: Iterable[str]) -> tuple[Slot, ...]:
        """The entries that the lines tell."""
        for line in lines:
            if line.strip():
                self._line(line)
        self._close()
        return tuple(self.slots)

    def on_day(self, line: str) -> bool:
        """Take a line that states the day, and nothing else; False for another line."""
        named, dates = marked("day", line), days_in(line)
        if len(line) > _LONGEST_DAY_LINE or not (named or dates) or _TIME.match(line):
            return False
        if not named and len(re.findall(r"[^\W\d_]+", line)) > 6:
            return False
        self._close()
        if named and named.number:
            self.day_number = int(named.number)
        if dates:
            self.day = dates[0]
        if not named:
            self.day_number = len({slot.day for slot in self.slots if slot.day} | {self.day})
        return True

    def _line(self, line: str) -> None:
        if self.on_day(line):
            return
        time = _TIME.match(line)
        text = clean(line[time.end() :]) if time else line.strip()
        if time:
            self._close()
            if self._timed_sessions:
                self.session = self.number = ""
            self._open = Slot("", day=self.day, day_number=self.day_number, start=time[1].replace(".", ":").zfill(5))
            self._moderating = self._paused = False
        if (session := marked("session", text)) and not _BULLET.match(line):
            self._begin_session(session.number, session.rest, timed=bool(time))
        elif text:
            self._text(text, line)

    def _begin_session(self, number: str, title: str, *, timed: bool) -> None:
        start = self._open.start if self._open and (timed or not self._open.title) else ""
        if not timed:
            self._close()
        self.number, self.session, self._timed_sessions = number, title, timed
        self._paused = self._moderating = False
        self._open = Slot(title, number, "", self.day, self.day_number, start)

    def _text(self, text: str, line: str) -> None:
        if moderator := marked("moderator", text):
            self._moderating = not moderator.rest
            return
        if self._open is None:
            return
        speaker = marked("speaker", text)
        if speaker:
            self._moderating = False
            self._add(speakers_in(speaker.rest))
        elif not self._open.title:
            self._open = replace(self._open, title=text)
            self._paused = is_pause(text)
        elif self._moderating or self._paused:
            return
        elif _BULLET.match(line):
            self._listed(_BULLET.sub("", line).strip())
        elif found := self._people(text):
            self._add(found)
        elif self._halves(text)[0]:
            self._listed(text)

    def _listed(self, text: str) -> None:
        """A listed line below an entry: a talk of a session, with its speaker, or a speaker alone."""
        if people := self._people(text):
            self._add(people)
        else:
            who, title = self._halves(text)
            self._add(who, title or text)

    def _halves(self, text: str) -> tuple[tuple[Speaker, ...], str]:
        """The speakers and the title of a line that states both: "Georgia: digital identity (Nino Beridze)"."""
        who: tuple[Speaker, ...] = ()
        for pattern, name, title in _BOTH:
            found = pattern.match(text)
            if found and (people := self._people(found[name]) or self._country(found[name])):
                who, text = _joined(who, people), clean(found[title])
        return who, text if who else ""

    def _country(self, text: str) -> tuple[Speaker, ...]:
        return (Speaker("", "", clean(text)),) if is_country(clean(text)) else ()

    def _people(self, text: str) -> tuple[Speaker, ...]:
        """The speakers in a line that names nothing else."""
        found = speakers_in(text)
        first = clean(re.split(r"[,(–—]|\s-\s", text)[0])
        named = found and first in {found[0].name, found[0].country, name_of(found[0].name)}
        return found if ":" not in text and (named or is_person(first)) else ()

    def _add(self, speakers: tuple[Speaker, ...], title: str = "") -> None:
        if self._open is None:
            return
        if title:
            talk = replace(
                self._open, title=clean(title), session=self._open.session or self._open.title, speakers=speakers, together=True
            )
            self.slots.append(talk)
        else:
            self._open = replace(self._open, speakers=(*self._open.speakers, *speakers))

    def _close(self) -> None:
        """Keep the open entry, if slides can be expected of it, and its talks were not listed one by one."""
        slot, self._open = self._open, None
        if slot is None or not (slot.title or slot.speakers) or is_pause(slot.title):
            return
        listed = any(s.session == slot.title and s.day == slot.day and s.start == slot.start for s in self.slots)
        if slot.speakers or not listed:
            belongs = self.number and not slot.number
            self.slots.append(replace(slot, number=self.number, session=self.session) if belongs else slot)


def _joined(some: tuple[Speaker, ...], others: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
    """Speakers from two places of one line: a country in one belongs to the person in the other."""
    if len(some) == len(others) == 1:
        a, b = some[0], others[0]
        return (Speaker(a.name or b.name, a.organisation or b.organisation, a.country or b.country),)
    return (*some, *others)
