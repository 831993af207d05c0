"""An agenda in lines, as it is pasted from a page or a message. Pure.

A line with a time, or one that is marked as a session, begins an entry; a marked or listed line below it names speakers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from materials_cli.agenda.clock import timed
from materials_cli.agenda.slots import Slot, Speaker
from materials_cli.agenda.speakers import speakers_in
from materials_cli.agenda.talk_lines import listed, people_in, talk_of, titled, without_bullet
from materials_cli.agenda.terms import clean, is_pause, marked
from materials_cli.search.values import dates_in
from materials_cli.words.grammar import is_grammar

_QUOTED = re.compile(r"^[\s>|]*>\s?")
_MARKDOWN = re.compile(r"\*{2,3}|__|^\s{0,3}#{1,6}\s+")
_EMPHASIS = re.compile(r"^\s*[*_](\S[^*]*)[*_]\s*$")
_INITIALS = re.compile(r"[^\W\d_]\.\s?[^\W\d_]\.")
_WORD = re.compile(r"[^\W\d_]+")
_RANGE = re.compile(r"(?<![\d:./-])\d{1,2}\s*일?\s*(?:[-–—~]|to|and|и)\s*\d{1,2}(?![\d:.])\s*[^\W\d]")
_LONGEST_DAY_LINE = 90
_MOST_WORDS, _MOST_WORDS_WITHOUT_YEAR = 6, 3


@dataclass(slots=True)
class Reader:
    """Collects entries from lines: the day and session that hold until another is stated, and the entry that is open."""

    day: date | None = None
    day_number: int = 0
    session: str = ""
    number: str = ""
    slots: list[Slot] = field(default_factory=list)
    _year: int = 0
    _days: list[tuple[int, int]] = field(default_factory=list)
    _open: Slot | None = None
    _moderating: bool = False
    _paused: bool = False
    _timed_sessions: bool = False

    def read(self, lines: Iterable[str]) -> tuple[Slot, ...]:
        """The entries that the lines tell, and those of all lines before them."""
        self.take(lines)
        return tuple(self.slots)

    def take(self, lines: Iterable[str]) -> None:
        """Read further lines, which end with a whole entry."""
        for line in lines:
            if line.strip():
                self._line(line)
        self._close()

    def on_day(self, line: str) -> bool:
        """Take a line that states the day, and nothing else; False for another line."""
        if len(line) > _LONGEST_DAY_LINE or timed(line):
            return False
        named = marked("day", line)
        text = named.rest if named else line
        dates = dates_in(text)
        self._year = next((year for year, _, _ in dates if year), self._year)
        if not (named or dates) or len(dates) > 1 or (dates and _RANGE.search(text)):
            return False
        if not named and len(_WORD.findall(text)) > (_MOST_WORDS if dates[0][0] else _MOST_WORDS_WITHOUT_YEAR):
            return False
        self._close()
        self.session = self.number = ""
        self._on(named.number if named else "", *dates)
        return True

    def _on(self, number: str, *dates: tuple[int, int, int]) -> None:
        for year, month, day in dates:
            self._days += [] if (month, day) in self._days else [(month, day)]
            self.day = date(year or self._year, month, day) if year or self._year else None
            self.day_number = self._days.index((month, day)) + 1
        self.day_number = int(number) if number else self.day_number

    def _line(self, line: str) -> None:
        if self.on_day(line):
            return
        time = timed(line)
        text = clean(time.rest) if time else line.strip()
        if time:
            self._close()
            if self._timed_sessions:
                self.session = self.number = ""
            self._open = Slot("", day=self.day, day_number=self.day_number, start=time.start)
            self._moderating = self._paused = False
        if (session := marked("session", text)) and (time or without_bullet(line) == line.strip()):
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
        if not self._open.title and not (speaker and speaker.rest):
            self._entitle(text)
        elif speaker:
            self._moderating = False
            who, title = talk_of(speaker.rest)
            self._add(who or speakers_in(speaker.rest), title)
        elif self._moderating or self._paused:
            return
        elif without_bullet(line) != line.strip():
            self._add(*listed(line))
        elif found := people_in(text):
            self._add(found)
        elif talk_of(text)[0]:
            self._add(*talk_of(text))

    def _entitle(self, text: str) -> None:
        """Give the open entry its title, and the speaker that stands in the same line."""
        who, title = titled(without_bullet(text))
        self._paused = is_pause(title)
        if self._open:
            self._open = replace(self._open, title=title, speakers=who)

    def _add(self, speakers: tuple[Speaker, ...], title: str = "") -> None:
        if self._open is None or (title and is_pause(title)):
            return
        if title:
            session = self._open.session or self._open.title
            self.slots.append(replace(self._open, title=clean(title), session=session, speakers=speakers, together=True))
        else:
            self._open = replace(self._open, speakers=(*self._open.speakers, *speakers))

    def _close(self) -> None:
        """Keep the open entry, if slides can be expected of it, and its talks were not listed one by one."""
        slot, self._open = self._open, None
        if slot is None or not (slot.title or slot.speakers) or is_pause(slot.title):
            return
        last = self.slots[-1] if self.slots else slot
        has_talks = (last.session, last.day, last.start) == (slot.title, slot.day, slot.start)
        if slot.speakers or not has_talks:
            belongs = self.number and not slot.number
            self.slots.append(replace(slot, number=self.number, session=self.session) if belongs else slot)


def unbroken(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a text without the marks of a quoted message and of Markdown, and what a page's width broke joined again."""
    before = ""
    for raw in lines:
        line = _EMPHASIS.sub(r"\1", _MARKDOWN.sub("", _QUOTED.sub("", raw.strip("\f"))))
        if before.strip() and _continues(before, line):
            before = f"{before.rstrip()} {line.strip()}"
        else:
            yield before
            before = line
    yield before


def _continues(before: str, line: str) -> bool:
    text = line.strip()
    if not text or timed(line) or without_bullet(line) != text or any(marked(kind, text) for kind in ("day", "session")):
        return False
    if any(marked(kind, text) for kind in ("speaker", "moderator")) or not (text[0] == "(" or text[0].isalpha()):
        return False
    last = re.findall(r"[^\W\d_]+|\S", before)[-1]
    unfinished = last in {",", "–", "—", "-", "("} or before.count("(") > before.count(")") or is_grammar(last)
    return unfinished or text[0].islower() or text[0] == "(" or _INITIALS.match(text) is not None
