"""Numbers of people in a text: identity documents, passports, accounts, telephones. Pure; the formats lie in numbers.toml."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from materials_cli.patterns import regex
from materials_cli.tables import table
from materials_cli.triage.checks import CHECKS, THOUSANDS

_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1810, 0x17E0, 0xFF10)
_ALIKE = str.maketrans(
    {
        **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
        **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\uff0d\ufe63"), "-"),
        **dict.fromkeys(map(ord, "\u00a0\u2007\u2008\u2009\u200a\u202f\u3000\t"), " "),
        ord("＋"): "+",
        **dict.fromkeys(map(ord, "＠﹫"), "@"),
        ord("．"): ".",
        ord("："): ":",
        ord("（"): "(",
        ord("）"): ")",
    }
)
# Where a number can begin: there are at least five digits in one line, or it begins with letters.
_BEGINNING = regex(
    r"(?<![0-9A-Za-z_])(?<![0-9][.,/:-])(?<![A-Za-z]-)"
    r"(?:(?=[+(0-9])(?=[^0-9\n]{0,3}(?:[0-9][^0-9\n]{0,4}){4}[0-9])"
    r"|(?=[A-ZА-ЯЁӨҮ]{1,5}[ №No.<]{0,4}[0-9<]|P[A-Z]|[0-9A-Z]{7}(?![0-9A-Za-z])))"
)
_BEHIND = r"(?![0-9A-Za-z_])(?![.:-][0-9])"
_ADDRESS = regex(r"(?:https?://|www\.)[^\s<>\"|]{1,500}")
_UNSPACED = regex("[\u0e80-\u0eff\u1780-\u17ff\u1100-\u11ff\uac00-\ud7a3]")
_ANOTHER = regex("[0-9]{4}")
_NOTHING = " \n\t:;№#.,-–—(+*|/՝៖"
_NEAR = 60
_LONGEST_ENDING = 20
_UNSURE, _BESIDE = 1000, 12


class Number(NamedTuple):
    """A number in a text. rank: how far its label is from it; 0 if it needs none, so that the lowest one is the surest."""

    kind: str
    name: str
    start: int
    end: int
    rank: int


class _Format(NamedTuple):
    """A row of the table. letters: whether it can begin with a letter. near, somewhere: words of which it needs one."""

    kind: str
    name: str
    letters: bool
    pattern: re.Pattern[str]
    check: Callable[[str], int]
    near: str
    somewhere: str


def plain(text: str) -> str:
    """A text of the same length in which digits, dashes and blanks of every script are those of ASCII."""
    return text.translate(_ALIKE)


def lowered(text: str) -> str:
    """A text of the same length in lower case."""
    lower = text.replace("İ", "i").lower()
    return lower if len(lower) == len(text) else text


def numbers_in(text: str) -> Iterator[Number]:
    """The numbers in a plain text. They can overlap."""
    beginnings = [found.start() for found in _BEGINNING.finditer(text)]
    if not beginnings:
        return
    labels = _Labels(text)
    rows = [row for row in _formats() if labels.has(row.near) and labels.has(row.somewhere)]
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    for start in _outside(beginnings, addresses):
        letter = text[start].isalpha()
        for row in rows:
            if (row.letters or not letter) and (number := _number(row, text, start, labels)):
                yield number


def _number(row: _Format, text: str, start: int, labels: "_Labels") -> Number | None:
    """The number of a format that begins at a place; None if none does."""
    found = row.pattern.match(text, start)
    if not found:
        return None
    rank = labels.before(row.near, start, alone=row.kind != "phone") if row.near else _UNSURE * bool(row.somewhere)
    if rank is None or (row.kind == "phone" and rank > _BESIDE and THOUSANDS.fullmatch(found[0])):
        return None
    length = row.check(found[0])
    return Number(row.kind, row.name, start, min(found.end(), start + length), rank) if length else None


class _Labels:
    """Where the words of labels stand in a text, found when they are first asked for."""

    def __init__(self, text: str) -> None:
        self._text, self._lower = text, lowered(text)
        self._ends: dict[str, list[int]] = {"": [0]}

    def has(self, words: str) -> bool:
        """Whether any of these words stands anywhere."""
        if words not in self._ends:
            found = _words()[words].finditer(self._lower)
            self._ends[words] = [_end(self._lower, word.end()) for word in found if _begins(self._lower, word.start())]
        return bool(self._ends[words])

    def before(self, words: str, start: int, *, alone: bool) -> int | None:
        """How far before a place the last of these words ends, if it is near enough; None if none is.

        alone: no other number may stand between them.
        """
        at = bisect_right(self._ends[words], start)
        end = self._ends[words][at - 1] if at else -_NEAR
        between = self._text[end:start]
        if start - end >= _NEAR or ("\n" in between and between.strip(_NOTHING)):
            return None
        return None if alone and _ANOTHER.search(between) else start - end + 1


def _outside(places: list[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    """The places that lie in none of these spans, which are in order."""
    starts = [start for start, _ in spans]
    for place in places:
        at = bisect_right(starts, place)
        if not at or place >= spans[at - 1][1]:
            yield place


@cache
def _formats() -> tuple[_Format, ...]:
    return tuple(
        _Format(
            row["kind"],
            row["name"],
            row.get("letters", False),
            re.compile(f"(?:{row['pattern']}){_BEHIND}"),
            CHECKS[row["check"]] if "check" in row else len,
            row.get("near", ""),
            row.get("somewhere", ""),
        )
        for row in table(__file__, "numbers.toml")["number"]
    )


@cache
def _words() -> Mapping[str, re.Pattern[str]]:
    """The words of labels as patterns."""
    listed = table(__file__, "numbers.toml")["words"]
    return {name: re.compile("|".join(map(re.escape, text.split("|")))) for name, text in listed.items()}


def _end(text: str, end: int) -> int:
    """Where the word ends in which a label does."""
    last = min(len(text), end + _LONGEST_ENDING)
    while end < last and text[end].isalpha():
        end += 1
    return end


def _begins(text: str, start: int) -> bool:
    """Whether a label that begins with a letter begins a word."""
    return not (start and text[start].isalnum() and text[start - 1].isalnum()) or bool(_UNSPACED.match(text, start))
