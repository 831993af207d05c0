"""Numbers, dates and texts as a spreadsheet shows them by their format; numbers without one are as short as they are. Pure."""

import datetime as dt
import math
import operator
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from materials_cli.extract.months import Names, day, month, names_in
from materials_cli.extract.numerals import around, written
from materials_cli.extract.numerals import plain as plain_number

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_BETWEEN = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')  # outside quotes
_QUOTED = re.compile(r'"([^"]*)"')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_MEETS = MappingProxyType({
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
})  # fmt: skip
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_SECONDS = MappingProxyType({"h": 3600, "m": 60, "s": 1})
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|y+|m+|d+|h+|s+|am/pm|a/p|(?<=s)\.0+|(?<=s\])\.0+|.', re.IGNORECASE)
_HALVES = MappingProxyType({"am/pm": ("AM", "PM"), "a/p": ("A", "P")})
_LONGEST_CODE = 255  # in Excel
_LATEST = 2_958_466  # 10000-01-01

# The formats that files do not spell out. Those of a date follow the country of the reader, and so do those of money, left out.
BUILT_IN: Mapping[str, str] = MappingProxyType({
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?",
    "13": "# ??/??",
    "37": "#,##0;-#,##0", "38": "#,##0;-#,##0", "39": "#,##0.00;-#,##0.00", "40": "#,##0.00;-#,##0.00",
    "45": "mm:ss", "46": "[h]:mm:ss", "47": "mm:ss.0", "48": "##0.0E+0",
    **dict.fromkeys(("14", "15", "16", "17", *map(str, range(27, 32)), "36", "50", "57"), "yyyy-mm-dd"),
    "18": r"h:mm\ AM/PM", "19": r"h:mm:ss\ AM/PM", "20": "h:mm", "21": "h:mm:ss", "22": r"yyyy-mm-dd\ hh:mm",
})  # fmt: skip


def shown(value: float, code: str, origin: dt.datetime) -> str:
    """A number as its format shows it. code: in Excel's notation, empty for none; origin: day 0 of the workbook.

    What a format hides is told as it is stored, for it is in the file, unless it is a zero.
    """
    if not code or code == "General" or len(code) > _LONGEST_CODE or not math.isfinite(value):
        return plain_number(value)
    part, signed = _part(value, code)
    if _is_date(part):
        return _date(value, part, origin) if 0 <= value < _LATEST else plain_number(value)
    is_hidden = value and not _LITERAL.sub("", part).strip()
    return written(value, part, signed=signed) or (plain_number(value) if is_hidden else "")


def text_shown(text: str, code: str) -> str:
    """A text as its format shows it: what stands around the @ of a format, or of its last part."""
    if "@" not in code or len(code) > _LONGEST_CODE:
        return text
    part = _parts(code)[-1]
    return around(text, part) if "@" in _LITERAL.sub("", part) else text


def _part(value: float, code: str) -> tuple[str, bool]:
    """The part of a format for a number, and whether a minus is to be shown.

    It is chosen by the sign or, if any part states a condition, it is the first that is met or has none.
    """
    numbers, conditions = _parts_of_numbers(code)
    if not conditions:
        if value < 0 and len(numbers) > 1:
            return numbers[1], False
        return (numbers[2] if not value and len(numbers) > 2 else numbers[0]), True
    for place, condition in enumerate(conditions, 1):
        is_rest = value < 0 or place == len(conditions)
        if _MEETS[condition[1]](value, float(condition[2])) if condition else is_rest:
            return numbers[place - 1], True
    return "General", True


@lru_cache(maxsize=256)
def _parts_of_numbers(code: str) -> tuple[list[str], list[re.Match[str] | None]]:
    """The parts of a format that are for numbers, and the condition of each if any has one."""
    parts = _parts(code)
    numbers = (parts[:-1] if len(parts) > 1 and "@" in _LITERAL.sub("", parts[-1]) else parts)[:3]
    conditions = [_CONDITION.search(_QUOTED.sub("", part)) for part in numbers]
    return numbers, conditions if any(conditions) else []


@lru_cache(maxsize=256)
def _parts(code: str) -> list[str]:
    return _BETWEEN.split(code)


def moment(value: float, code: str, origin: dt.datetime) -> dt.datetime | None:
    """The date and time that a number stands for, if its format shows any of it."""
    part = code.partition(";")[0]
    dated = _is_date(part) and not _ELAPSED.search(part) and 0 <= value < _LATEST
    return origin + dt.timedelta(seconds=round(value * 86_400)) if dated else None


@lru_cache(maxsize=256)
def _is_date(part: str) -> bool:
    bare = _LITERAL.sub("", part)
    return bool(_ELAPSED.search(part) or ("general" not in bare.lower() and _DATE.search(bare)))


class _Moment(NamedTuple):
    """A format of dates: its pieces, each with whether it means minutes, and what decides how they are written."""

    pieces: tuple[tuple[str, bool], ...]
    places: int  # behind the point, of seconds
    twelve: bool
    has_day: bool
    names: Names


def _date(value: float, code: str, origin: dt.datetime) -> str:
    """A date or time: `m` means minutes beside hours or seconds, months elsewhere; in brackets, all that have passed."""
    layout = _moment(code)
    whole = round(value * 86_400, layout.places)
    when = origin + dt.timedelta(seconds=whole)
    pieces: list[str] = []
    for token, is_minutes in layout.pieces:
        if token[:2] == ".0":
            pieces.append(f"{whole % 1:.{layout.places}f}"[1:])
        elif passed := _ELAPSED.fullmatch(token):
            pieces.append(f"{int(whole // _SECONDS[passed[1][0].lower()]):0{len(passed[1])}}")
        else:
            pieces.append(_piece(token, when, layout, is_minutes=is_minutes))
    return "".join(pieces).strip()


@lru_cache(maxsize=256)
def _moment(code: str) -> _Moment:
    tokens = [token for token in _TOKEN.findall(code) if token not in {"@", "_", "*"}]
    lowered = {token.lower() for token in tokens}
    return _Moment(
        tuple((token, token[0] in "mM" and _is_minutes(tokens, place)) for place, token in enumerate(tokens)),
        max((len(token) - 1 for token in tokens if token[:2] == ".0"), default=0),
        not lowered.isdisjoint(_HALVES),
        not lowered.isdisjoint({"d", "dd"}),
        names_in(code),
    )


def _is_minutes(tokens: list[str], place: int) -> bool:
    before = next((token.strip("[]")[0].lower() for token in reversed(tokens[:place]) if _is_letter(token)), "")
    after = next((token[0].lower() for token in tokens[place + 1 :] if token[0].isalpha()), "")
    return before == "h" or after == "s"


def _is_letter(token: str) -> bool:
    return token[0].isalpha() or bool(_ELAPSED.fullmatch(token))


def _piece(token: str, when: dt.datetime, layout: _Moment, *, is_minutes: bool) -> str:
    size = len(token)
    match token[0].lower():
        case "y":
            return f"{when.year:04}" if size > 2 else f"{when.year % 100:02}"
        case "m" if not is_minutes and size > 2:
            return month(when.month, layout.names, size, beside_day=layout.has_day)
        case "d" if size > 2:
            return day(when.weekday(), layout.names, size)
        case "h" if layout.twelve:
            return _padded((when.hour - 1) % 12 + 1, size)
        case "m" | "d" | "h" | "s" as letter:
            numbers = {"m": when.minute if is_minutes else when.month, "d": when.day, "h": when.hour, "s": when.second}
            return _padded(numbers[letter], size)
        case "a" if token.lower() in _HALVES:
            return _HALVES[token.lower()][when.hour >= 12]
        case "[":
            return ""
        case "\\":
            return token[1:]
    return token.strip('"')


def _padded(number: int, size: int) -> str:
    return f"{number:02}" if size > 1 else str(number)
