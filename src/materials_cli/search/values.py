"""Dates and numbers in a query: the ways in which texts write the same date or number. Pure.

12.05.2020, 2020-05-12, 12 мая 2020 and May 12, 2020 are one date; 1 000 000, 1,000,000 and 1 млн are one number.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from materials_cli.patterns import regex
from materials_cli.tables import table
from materials_cli.words.fold import fold, word_pattern

_NUMERIC = regex(r"(?<![\d.,/-])(?:(\d{4})(?:[-/]|\. ?)(\d\d?)(?:[-/]|\. ?)(\d\d?)|(\d\d?)[./-](\d\d?)[./-](\d{4}))(?![\d/-])")
_KOREAN = regex(r"(?:(\d{4})년 ?)?(\d\d?)월 ?(\d\d?)일")
_DAY_MONTH = regex(r"(?<!\d)(\d\d?)(?:st|nd|rd|th)?[ -]([^\W\d_]+),?(?: (\d{4}))?")
_MONTH_DAY = regex(r"([^\W\d_]+) (\d\d?)(?:st|nd|rd|th)?(?:,? (\d{4}))?(?!\d)")
_NUMBER = regex(
    r"(?<![\d.,])(\d{1,3}(?:[ \u00a0\u202f,.]\d{3}){1,4}|\d{4,12})(?:[.,](\d\d?))?(?![\d.,]*\d)"
    r"|(?<![\d.,])(\d{1,4}(?:[.,]\d{1,2})?) ?([^\W\d_]+)(?= ([^\W\d_]+)|)\.?"
)
# A whole number below 1,000 with one or two decimals, to which nothing is joined, and what tells that it is an amount.
_CURRENCIES = "$€£¥₸₽₩₾֏₼৳₱₫₭៛"
_DECIMAL = regex(
    rf"(?<![\d.,/:-])(?<![^\W\d_])(?P<before>[{_CURRENCIES}] ?)?(?P<whole>\d{{1,3}})[.,](?P<part>\d\d?)"
    rf"(?![/:-]|\S*(?:\d|[^\W\d_]|\*))(?P<behind> ?[%‰{_CURRENCIES}])?"
)
_LAST_NUMBER = 31  # what follows a point up to here may be a day, a month, or the number of a section: 2.10 is not 2.1
_FEWEST = 1000
_FIRST_YEAR, _LAST_YEAR = 1900, 2099  # what may be one of these is no number of things
_MAN = 10_000


class Value(NamedTuple):
    """A date or number in a text: where it stands (offsets in characters), and all ways to write it, as typed first."""

    start: int
    end: int
    spellings: tuple[str, ...]


def values_in(text: str) -> list[Value]:
    """The dates and numbers of a text, in order; none that overlaps another, or of which only the beginning was typed."""
    if not any(map(str.isdecimal, text)):
        return []
    found = sorted((*_dates(text), *_numbers(text), *_decimals(text)), key=lambda value: (value.start, -value.end))
    apart = [value for place, value in enumerate(found) if not any(before.end > value.start for before in found[:place])]
    return [value for value in apart if not text.startswith("*", value.end)]


def days_in(text: str) -> list[dt.date]:
    """The days that a text names with their year, in its order."""
    return [dt.date(*parts) for parts in dates_in(text) if parts[0]]


def dates_in(text: str) -> list[tuple[int, int, int]]:
    """The dates that a text names, in its order: year (0 if it is not stated), month and day."""
    return [parts for _, parts in sorted((match.start(), parts) for match, parts in _dated(text))]


def _dates(text: str) -> Iterator[Value]:
    for match, parts in _dated(text):
        ways, joined = (match[0], *_ways(*parts)), _joined(text, match.end())
        if joined:  # a mark of the year, which texts may leave out
            ways = (f"{match[0]}{joined}", *ways, *(f"{way}{joined}" for way in ways if way[-1].isdecimal()))
        yield Value(match.start(), match.end() + len(joined), tuple(dict.fromkeys(ways)))


def _dated(text: str) -> Iterator[tuple[re.Match[str], tuple[int, int, int]]]:
    """Each date of a text: where it stands; year (0 if it is not stated), month and day."""
    for pattern in (_NUMERIC, _KOREAN, _DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            parts = _parts(match, pattern)
            if parts[1] and _exists(*parts):
                yield match, parts


def _parts(match: re.Match[str], pattern: re.Pattern[str]) -> tuple[int, int, int]:
    """Year, month and day; the year is 0 when it is not stated, the month when the word is none."""
    if pattern is _NUMERIC:
        year, month, day = match.groups()[:3] if match[1] else (match[6], match[5], match[4])
    elif pattern is _KOREAN:
        year, month, day = match.groups()
    else:
        day, name, year = match.groups() if pattern is _DAY_MONTH else (match[2], match[1], match[3])
        month = str(numbers_of_months().get(fold(name), 0))
    return int(year or 0), int(month), int(day)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year or 2000, month, day)
    except ValueError:
        return False
    return not year or year >= 1000


def _ways(year: int, month: int, day: int) -> Iterator[str]:
    if year:
        yield from (
            f"{day:02}.{month:02}.{year}",
            f"{day}.{month}.{year}",
            f"{year}-{month:02}-{day:02}",
            f"{year}.{month}.{day}",
        )
    end = f" {year}" if year else ""
    for name in names_of_months()[month - 1]:
        yield from (f"{day} {name}{end}", f"{name} {day}{end}")
        if year:
            yield f"{year} {name} {day}"
    yield f"{year}년 {month}월 {day}일" if year else f"{month}월 {day}일"


def _numbers(text: str) -> Iterator[Value]:
    for match in _NUMBER.finditer(text):
        if match[1]:
            value = int(re.sub(r"\D", "", match[1]))
        else:
            worth = _worth(match[4]) or _worth(f"{match[4]} {match[5]}")
            value = round(float(match[3].replace(",", ".")) * worth)
        if value >= _FEWEST and not _FIRST_YEAR <= value <= _LAST_YEAR:
            ways = _ways_of_decimal(value, fold(match[2])) if match[2] else _ways_of(value)
            joined = _joined(text, match.end()) if match[1] else ""
            if joined:  # what is counted, which texts may set apart
                counts = [way for way in (match[0], *ways) if not any(map(str.isalpha, way))]
                ways = (f"{way}{space}{joined}" for space in ("", " ") for way in counts)
            yield Value(match.start(), match.end() + len(joined), tuple(dict.fromkeys((f"{match[0]}{joined}", *ways))))


def _worth(name: str) -> int:
    """How much a unit is; 0 for what is none."""
    return worth_of_units().get(fold(name), 0)


def _joined(text: str, end: int) -> str:
    """What is joined to a value that ends there, and begins with a letter."""
    rest = word_pattern().match(text, end) if text[end : end + 1].isalpha() else None
    return rest[0] if rest else ""


def _decimals(text: str) -> Iterator[Value]:
    """The amounts whose last decimal is a zero, or may be: 2.5 and 2.50, but not 2.1, which 2.10 need not be."""
    for match in _DECIMAL.finditer(text):
        part = fold(match["part"])
        stated = bool(match["before"] or match["behind"]) or int(match["whole"]) == 0
        if part[1:] in {"", "0"} and (stated or int(f"{part[0]}0") > _LAST_NUMBER):
            whole = fold(match["whole"])
            ways = (f"{whole}.{part}", *(f"{whole}.{each}" for each in (part[0], f"{part[0]}0")))
            yield Value(match.start("whole"), match.end(), tuple(dict.fromkeys(ways)))


def _ways_of_decimal(value: int, decimals: str) -> Iterator[str]:
    """A number with one or two decimals, of which the second may be a zero."""
    for each in (decimals[:1], f"{decimals[:1]}0") if decimals[1:] in {"", "0"} else (decimals,):
        yield from (f"{value}.{each}", f"{value:,}.{each}".replace(",", " "))


def _ways_of(value: int) -> Iterator[str]:
    yield from (str(value), f"{value:,}".replace(",", " "))
    for unit in sorted(set(worth_of_units().values())):
        count = f"{value / unit:.2f}".rstrip("0").rstrip(".")
        if value >= unit and round(float(count) * unit) == value:
            names = [name for name, worth in worth_of_units().items() if worth == unit]
            yield from (f"{count} {name}" for name in names)
    if value % _MAN == 0:
        yield f"{value // _MAN}만"


@cache
def _data() -> dict[str, dict[str, str]]:
    return table(__file__, "values.toml")


@cache
def names_of_months() -> list[list[str]]:
    """The names of each month in all languages."""
    languages = [[names.split("|") for names in months.split()] for months in _data()["months"].values()]
    return [list(dict.fromkeys(name for language in languages for name in language[month])) for month in range(12)]


@cache
def numbers_of_months() -> dict[str, int]:
    """The number of each month by its names, as they are compared."""
    return {fold(name): month for month, names in enumerate(names_of_months(), 1) for name in names}


@cache
def worth_of_units() -> dict[str, int]:
    """How much a thousand, a million … is, by its names, as they are compared."""
    return {fold(name): int(worth) for worth, names in _data()["units"].items() for name in names.split("|")}
