"""Numbers as a spreadsheet shows them: percentages and dates by their format, others as short as they are. Pure."""

import datetime as dt
import operator
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_BETWEEN = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')  # outside quotes
_QUOTED = re.compile(r'"([^"]*)"')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_MEETS = MappingProxyType({
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
})  # fmt: skip
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|y+|m+|d+|h+|s+|am/pm|.', re.IGNORECASE)
_PLACES = re.compile(r"\.([0#?]+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_CODE = 255  # in Excel
_LATEST = 2_958_466  # 10000-01-01

# The dates and percentages among the formats that files do not spell out; those of a date follow the country of the reader.
BUILT_IN: Mapping[str, str] = MappingProxyType({
    "9": "0%", "10": "0.00%",
    **dict.fromkeys(("14", "15", "16", "17", *map(str, range(27, 32)), "36", "50", "57"), "yyyy-mm-dd"),
    "18": r"h:mm\ AM/PM", "19": r"h:mm:ss\ AM/PM", "20": "h:mm", "21": "h:mm:ss", "22": r"yyyy-mm-dd\ hh:mm",
})  # fmt: skip


def shown(value: float, code: str, origin: dt.datetime) -> str:
    """A number as its format shows it. code: in Excel's notation, empty for none; origin: day 0 of the workbook."""
    first = code.partition(";")[0]
    bare = _LITERAL.sub("", first)
    if (word := _word(value, code)) is not None:
        return word
    if "%" in bare:
        places = _PLACES.search(bare)
        return f"{value * 100:.{len(places[1]) if places else 0}f}%"
    if moment(value, code, origin):
        return _date(value, first, origin)
    return plain_number(value)


def _word(value: float, code: str) -> str | None:
    """What a format shows in place of a number, such as "Yes" for 1; None if it shows the number."""
    if '"' not in code or len(code) > _LONGEST_CODE:
        return None
    part = _part(value, _parts(code))
    words = "".join(_QUOTED.findall(part)).strip()
    return words if words and not _LITERAL.sub("", part).strip() else None


def _part(value: float, parts: Sequence[str]) -> str:
    """The part of a format for a number: by its sign or, if any part states a condition, the first that is met or has none."""
    conditions = [_CONDITION.search(_QUOTED.sub("", part)) for part in parts[:3]]
    if not any(conditions):
        return parts[2] if not value and len(parts) > 2 else parts[1] if value < 0 and len(parts) > 1 else parts[0]
    for place, condition in enumerate(conditions, 1):
        is_rest = value < 0 or place == len(conditions)
        if _MEETS[condition[1]](value, float(condition[2])) if condition else is_rest:
            return parts[place - 1]
    return ""


@lru_cache(maxsize=256)
def _parts(code: str) -> list[str]:
    return _BETWEEN.split(code)


def plain_number(value: float) -> str:
    """A number without a format, as short as it is."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def moment(value: float, code: str, origin: dt.datetime) -> dt.datetime | None:
    """The date and time that a number stands for, if its format shows any of it."""
    bare = _LITERAL.sub("", code.partition(";")[0])
    dated = bare.lower() != "general" and _DATE.search(bare) and 0 <= value < _LATEST
    return origin + dt.timedelta(seconds=round(value * 86_400)) if dated else None


def _date(value: float, code: str, origin: dt.datetime) -> str:
    """A date or time: `m` means minutes beside hours or seconds, months elsewhere."""
    when = origin + dt.timedelta(seconds=round(value * 86_400))
    tokens = [token for token in _TOKEN.findall(code) if token not in {"@", "_", "*"}]
    pieces: list[str] = []
    for place, token in enumerate(tokens):
        minutes = token[0] in "mM" and _is_minutes(tokens, place)
        pieces.append(_piece(token, when, minutes=minutes, twelve=any(each.lower() == "am/pm" for each in tokens)))
    return "".join(pieces).strip()


def _is_minutes(tokens: list[str], place: int) -> bool:
    before = next((token[0].lower() for token in reversed(tokens[:place]) if token[0].isalpha()), "")
    after = next((token[0].lower() for token in tokens[place + 1 :] if token[0].isalpha()), "")
    return before == "h" or after == "s"


def _piece(token: str, when: dt.datetime, *, minutes: bool, twelve: bool) -> str:
    lowered, long = token.lower(), len(token) > 1
    parts = {
        "y": f"{when.year:04}" if len(token) > 2 else f"{when.year % 100:02}",
        "m": _padded(when.minute, long=long) if minutes else _month(when, token),
        "d": "" if len(token) > 2 else _padded(when.day, long=long),
        "h": _padded((when.hour - 1) % 12 + 1 if twelve else when.hour, long=long),
        "s": _padded(when.second, long=long),
        "a": "AM" if when.hour < 12 else "PM",
        "[": "",
    }
    if lowered[0] in parts and (lowered[0] != "a" or lowered == "am/pm"):
        return parts[lowered[0]]
    return token[1:] if token[0] == "\\" else token.strip('"')


def _month(when: dt.datetime, token: str) -> str:
    return _MONTHS[when.month - 1] if len(token) > 2 else _padded(when.month, long=len(token) > 1)


def _padded(number: int, *, long: bool) -> str:
    return f"{number:02}" if long else str(number)
