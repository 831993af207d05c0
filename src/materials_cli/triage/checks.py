"""Whether digits are a number of its kind: check digits, dates of birth, lengths. Pure.

Each function takes the text that a pattern of numbers.toml matched, in plain digits, and returns how much of it is the
number: its length, or 0 if it is none.
"""

import calendar
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from materials_cli.patterns import regex

_ANOTHER = regex("[^0-9]")
_DATE = regex(
    r"(?:0?[1-9]|[12][0-9]|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)?[0-9]{2}"
    r"|(?:19|20)[0-9]{2}(?:[ ./-]+(?:19|20)?[0-9]{2}){1,2}"
    r"|(?:19|20)[0-9]{2}[ /-]+(?:19|20)[0-9]{2}(?:[ /-]+(?:19|20)[0-9]{2})*"
)
_YEARS = regex("(?:19|20)[0-9]{2}(?:[ -](?:19|20)[0-9]{2})*")
_YEAR_ALONE = regex("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
THOUSANDS = regex("[0-9]{1,3}(?:[ .][0-9]{3})+(?: ?[0-9]{1,3}(?: [0-9]{3})+)*")
# How many digits follow the country codes of the region.
_NATIONAL = MappingProxyType(
    {"7": (10,), "996": (9,), "998": (9,), "992": (9,), "374": (8,), "995": (9,), "994": (9,), "976": (8,), "880": (10, 9, 8),
     "855": (9, 8), "856": (10, 9, 8), "82": (11, 10, 9, 8), "63": (10, 9, 8), "1": (10,)}
)  # fmt: skip
_ELSEWHERE = range(9, 15)  # digits with the country code


def digits(text: str) -> str:
    """The digits of a text."""
    return _ANOTHER.sub("", text)


def kazakh(text: str) -> int:
    """IIN: YYMMDD, century and sex, serial number, check digit. That of a company has no date there."""
    number = digits(text)
    if number[6] not in "0123456" or not _is_day(number[4:6], number[2:4]):
        return 0
    total = _weighted(number, range(1, 12)) % 11
    if total == 10:
        total = _weighted(number, (*range(3, 12), 1, 2)) % 11
    return len(text) * (total == int(number[11]))


def uzbek(text: str) -> int:
    """PINFL: sex and century, DDMMYY, district, serial number, check digit."""
    fits = _is_day(text[1:3], text[3:5]) and _weighted(text, (7, 3, 1) * 4 + (7,)) % 10 == int(text[13])
    return len(text) * fits


def uzbek_date(text: str) -> int:
    """The same where it is labelled, whatever its check digit."""
    return len(text) * _is_day(text[1:3], text[3:5])


def kyrgyz(text: str) -> int:
    """PIN: sex, DDMMYYYY, five digits."""
    return len(text) * (_is_day(text[1:3], text[3:5]) and 1900 <= int(text[5:9]) <= datetime.now(UTC).year)


def armenian(text: str) -> int:
    """Public services number: the day of birth + 10 or + 50, month, year."""
    day = int(text[:2])
    return len(text) * (_is_day(f"{day - 50 if day > 50 else day - 10:02}", text[2:4]) if 11 <= day <= 81 else False)


def mongolian(text: str) -> int:
    """Register number: two letters, YYMMDD, from 2000 on with month + 20."""
    number = digits(text)
    month = int(number[2:4])
    return len(text) * _is_day(number[4:6], f"{month - 20 if month > 20 else month:02}")


def korean_date(text: str) -> int:
    """RRN with its hyphen: YYMMDD."""
    return len(text) * _is_day(text[4:6], text[2:4])


def korean(text: str) -> int:
    """RRN without hyphen: YYMMDD and the check digit that was given until 2020."""
    check = (11 - _weighted(text, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return korean_date(text) * (text[6] in "1234" and check == int(text[12]))


def snils(text: str) -> int:
    """SNILS: nine digits, and their weighted sum modulo 101."""
    number = digits(text)
    return len(text) * (_weighted(number, range(9, 0, -1)) % 101 % 100 == int(number[9:]))


def inn(text: str) -> int:
    """INN of a person in Russia: two check digits."""
    weights = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    first = _weighted(text, weights) % 11 % 10 == int(text[10])
    return len(text) * (first and _weighted(text, (3, *weights)) % 11 % 10 == int(text[11]))


def luhn(text: str) -> int:
    """Payment cards (ISO/IEC 7812)."""
    number = digits(text)
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    total = sum(doubled) + sum(map(int, number[-1::-2]))
    return no_years(text) * (total % 10 == 0 and len(set(number)) > 2)


def iban(text: str) -> int:
    """IBAN (ISO 13616): the remainder modulo 97. Words may follow in capitals, so that the longest valid beginning counts."""
    for end in range(len(text), 14, -1):
        number = text[:end].replace(" ", "")
        if text[end - 1] != " " and 15 <= len(number) <= 34:
            letters = "".join(str(int(char, 36)) for char in number[4:] + number[:4])
            if int(letters) % 97 == 1:
                return end
    return 0


def international(text: str) -> int:
    """A telephone number with its country code: as many digits as such numbers have, up to the end of a group."""
    number = digits(text)
    number = number.removeprefix("00") if text.lstrip("(").startswith("00") else number
    code = next((code for code in _NATIONAL if number.startswith(code)), "")
    wanted = sorted((len(code) + count for count in _NATIONAL[code]), reverse=True) if code else reversed(_ELSEWHERE)
    if not code and THOUSANDS.fullmatch(text.lstrip("+ ")):
        return 0
    ends = [place + 1 for place, char in enumerate(text) if char.isdigit()][len(digits(text)) - len(number) :]
    for count in wanted:
        if count <= len(ends) and not text[ends[count - 1] : ends[count - 1] + 1].isdigit():
            return ends[count - 1]
    return 0


def eleven(text: str) -> int:
    """A number of eleven digits."""
    return len(text) * (len(digits(text)) == 11)


def trunk(text: str) -> int:
    """A telephone number with its trunk prefix, in groups: no date, and no year among them."""
    return len(text) * (9 <= len(digits(text)) <= 11 and not _YEAR_ALONE.search(text))


def no_date(text: str) -> int:
    """Anything but dates and years."""
    return len(text) * (not _DATE.fullmatch(text))


def no_years(text: str) -> int:
    """Anything but a row of years."""
    return len(text) * (not _YEARS.fullmatch(text))


def _is_day(day: str, month: str) -> bool:
    """Whether there is such a day, in any year."""
    return 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(2000, int(month))[1]


def _weighted(number: str, weights: Sequence[int]) -> int:
    """The sum of the first digits, each with its weight."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


CHECKS: MappingProxyType[str, Callable[[str], int]] = MappingProxyType(
    {each.__name__: each for each in (
        kazakh, uzbek, uzbek_date, kyrgyz, armenian, mongolian, korean_date, korean, snils, inn, luhn, iban, international,
        eleven, trunk, no_date, no_years,
    )}
)  # fmt: skip
