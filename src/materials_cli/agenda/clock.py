"""Times of day as agendas write them: "09.30 – 10:00", "9:15 a.m.", "1:30 - 3 pm", "오후 2:00~". Pure."""

import re
from typing import NamedTuple

_HOUR = (
    r"(?:(오전|오후)\s*)?(?:([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)(?:\s*(?:([ap])\.?m\b\.?|[hч]\b))?"
    r"|(1[0-2]|0?[1-9])\s*([ap])\.?m\b\.?)"
)
_TO = r"\s*(?:-|–|—|~|\bto\b|\buntil\b|\bдо\b|\bпо\b)\s*"
_LENGTH = r"(?:\s*\(\s*\d{1,3}\s*(?:['′’]|분|min\w*\.?|мин\w*\.?)\s*\))?"
_ANYWHERE = re.compile(rf"(?<![\d.]){_HOUR}(?:{_TO}{_HOUR})?(?!\.?\d)", re.IGNORECASE)
_AT_START = re.compile(rf"\W*(?:с |from )?{_HOUR}(?:{_TO}{_HOUR})?(?!\.?\d){_LENGTH}[\s:|~–—-]*", re.IGNORECASE)
_NOON = 12
_AFTERNOON = {"p", "오후"}


class Timed(NamedTuple):
    """A line that begins with a time: when it starts, as "09:30", and what follows the time."""

    start: str
    rest: str


def timed(line: str) -> Timed | None:
    """The time that a line begins with; None if it begins with none."""
    found = _AT_START.match(line)
    return Timed(_start(found), line[found.end() :]) if found else None


def time_in(text: str) -> str:
    """The first time that a text states, as "09:30"; empty if there is none."""
    found = _ANYWHERE.search(text)
    return _start(found) if found else ""


def _start(found: re.Match[str]) -> str:
    first, last = _read(found.groups()[:6]), _read(found.groups()[6:])
    hour, minute, half = first
    if not half and last[2]:  # "9:30 – 11 am", "11:30 – 1 pm": the last one tells of both
        half = "a" if last[2] in _AFTERNOON and hour % _NOON > last[0] % _NOON else last[2]
    if half:
        hour = hour % _NOON + (_NOON if half in _AFTERNOON else 0) if hour <= _NOON else hour
    return f"{hour:02}:{minute:02}"


def _read(groups: tuple[str | None, ...]) -> tuple[int, int, str]:
    before, hour, minute, after, whole, half = groups
    return int(hour or whole or 0), int(minute or 0), (before or after or half or "").lower()
