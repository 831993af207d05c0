"""Dates of events in EDTF, the Extended Date/Time Format of ISO 8601-2: to the year, month or day, or an interval. Pure.

Understood is what people write of workshops: level 0 without times of day, and of level 1 the marks ? ~ %, X for digits that
are not known, seasons (2025-21 is spring 2025), and intervals that are open (..) or end on an unknown day.
Source: https://www.loc.gov/standards/datetime/
"""

import re
from datetime import date, timedelta

from materials_cli.patterns import regex
from materials_cli.values import frozen

_DATE = regex(r"(\d{4}|\d{3}X|\d{2}XX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?[?~%]?", re.ASCII)
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


@frozen()
class Dates:
    """A date in EDTF. first, last: the days that it can begin and end on; None where it is open. exact: both are known days."""

    text: str
    first: date | None
    last: date | None
    exact: bool = False


def read_edtf(text: str) -> Dates:
    """The days that a text in EDTF denotes; raise ValueError."""
    start, slash, end = text.strip().partition("/")
    if not slash:
        days = _days(start)
        return Dates(start, *days, exact=days[0] == days[1])
    first = _days(start)[0] if start not in {"", ".."} else None
    last = _days(end)[1] if end not in {"", ".."} else None
    if (first is None and last is None) or (first and last and last < first):
        raise ValueError(text)
    exact = all(_days(part)[0] == _days(part)[1] for part in (start, end)) if first and last else False
    return Dates(f"{start}/{end}", first, last, exact=exact)


def _days(text: str) -> tuple[date, date]:
    """The first and the last day of a year, season, month or day."""
    found = _DATE.fullmatch(text)
    if (
        found is None
        or ("X" in found[1] and found[2] not in {None, "XX"})
        or (found[2] == "XX" and found[3] not in {None, "XX"})
    ):
        raise ValueError(text)
    first_year, last_year = int(found[1].replace("X", "0")), int(found[1].replace("X", "9"))
    if found[2] in {None, "XX"}:
        return date(first_year, 1, 1), date(last_year, 12, 31)
    month = int(found[2])
    first_month, last_month = _SEASONS.get(month, (month, month)) if found[3] is None else (month, month)
    if found[3] in {None, "XX"}:
        return date(first_year, first_month, 1), _last_day(last_year, last_month)
    return date(first_year, month, int(found[3])), date(first_year, month, int(found[3]))


def _last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
