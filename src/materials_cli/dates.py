"""Dates and durations as typed in options, searches and materials.toml. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.patterns import regex
from materials_cli.values import frozen

_CALENDAR = regex(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", re.ASCII)
_DURATION = regex(r"(\d{1,6})\s*(min|[mhdw])", re.ASCII)
CLOCK_ERROR = timedelta(hours=1)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def local_time(time: datetime) -> str:
    """A time as people here read their clocks, with its distance from UTC: 2025-06-24 15:30 +05:00."""
    local = time.astimezone()
    written = local.isoformat(" ", "minutes")
    return f"{written[:16]} {written[16:] if local.utcoffset() else 'UTC'}"


def rfc3339(time: datetime | None) -> str | None:
    """A time in UTC, with Z, and with milliseconds only if there are any."""
    if time is None:
        return None
    precision = "milliseconds" if time.microsecond >= 1000 else "seconds"
    time = time if time.tzinfo is UTC else time.astimezone(UTC)
    return f"{time.isoformat(timespec=precision)[:-6]}Z"


@frozen()
class Period:
    """From `start` up to, but not including, `end`, in local time. The two are the same for a single moment."""

    start: datetime
    end: datetime


def read_period(text: str, now: datetime, *, fix: Message | None = None) -> Period:
    """The period that a date denotes; raise bad_usage. fix: how to write it, if more than a date is accepted.

    Accepted are a year, month or day ("2025", "2025-06", "2025-06-01", "today", "yesterday"), a time in ISO 8601 (local
    unless it states an offset), and an age ("30d", "36h").
    """
    try:
        return _period(text.strip(), now)
    except (ValueError, OverflowError) as error:
        what = msg("“{text}” is not a date.", text=text)
        fix = fix or msg("Write it like 2025-06-01, 2025-06, yesterday or 30d.")
        raise MaterialsError(Code.BAD_USAGE, what, fix=fix) from error


def read_duration(text: str) -> timedelta:
    """A duration such as "90m", "36h", "30d" or "2w"; raise ValueError."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def believable(time: datetime, now: datetime) -> bool:
    """Whether a stored time can be true: one in the future was written while a clock was wrong."""
    return time - now < CLOCK_ERROR


def _period(text: str, now: datetime) -> Period:
    today = now.astimezone().date()
    if (word := text.lower()) in {"today", "yesterday"}:
        return _days(today - timedelta(days=word == "yesterday"))
    if found := _CALENDAR.fullmatch(text):
        year, month, day = (int(part) if part else None for part in found.groups())
        first = date(year or 0, month or 1, day or 1)
        if day:
            return _days(first)
        return _days(first, date(first.year + 1, 1, 1) if month in {None, 12} else first.replace(month=first.month + 1))
    ago = _DURATION.fullmatch(word)
    moment = now.astimezone() - read_duration(word) if ago else datetime.fromisoformat(text).astimezone()
    return Period(moment, moment)


def _days(first: date, after: date | None = None) -> Period:
    """Whole days, up to but not including `after`; one day without it."""
    return Period(_midnight(first), _midnight(after or first + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()
