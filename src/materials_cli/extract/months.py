"""The names of months and of days of the week as Excel writes them: in Russian if a format asks for it, else in English. Pure.

A format states a language by a number of Windows, of which the last ten bits tell the language and the others the country.
Source: MS-LCID.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_LANGUAGE = re.compile(r"\[\$[^\]-]*-([0-9a-f]{1,8})\]", re.IGNORECASE)
_LANGUAGE_BITS = 0x3FF
_RUSSIAN_NUMBER = 0x19


class Names(NamedTuple):
    """Twelve months, alone and beside a day, and seven days from Monday on."""

    alone: tuple[str, ...]
    beside_day: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH = Names(_MONTHS, _MONTHS, _DAYS, tuple(day[:3] for day in _DAYS))
_RUSSIAN = Names(
    ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
)


@lru_cache(maxsize=256)
def names_in(code: str) -> Names:
    """The names in the language that a format of Excel's states."""
    stated = _LANGUAGE.search(code)
    return _RUSSIAN if stated and int(stated[1], 16) & _LANGUAGE_BITS == _RUSSIAN_NUMBER else _ENGLISH


def month(number: int, names: Names, size: int, *, beside_day: bool) -> str:
    """A month (1 to 12) as so many letters of a format ask for: three for a short name, five for its first letter."""
    if size == 4 or size > 5:
        return (names.beside_day if beside_day else names.alone)[number - 1]
    return names.alone[number - 1][: 3 if size == 3 else 1]


def day(number: int, names: Names, size: int) -> str:
    """A day of the week (0 for Monday) as so many letters of a format ask for: three for a short name, more for a long one."""
    return (names.short_days if size == 3 else names.days)[number]
