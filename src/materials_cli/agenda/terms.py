"""The words that agendas use: of columns, days, sessions, speakers and pauses (see words.toml). Pure."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from materials_cli.describe.countries import country_code

_NUMBERS = {
    **{word: number for number, word in enumerate(("one", "two", "three", "four", "five"), 1)},
    **{word: number for number, word in enumerate(("первый", "второй", "третий", "четвертый", "пятый"), 1)},
}
_SHORTEST_COUNTRY = 4
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_SEPARATOR = re.compile(r"^[\s:.,;–—―|)\]-]+|[\s:;–—―|(\[-]+$")


class Marked(NamedTuple):
    """A line that begins with a mark: the number in the mark ("" for none), and what follows it."""

    number: str
    rest: str


def column_of(cell: str) -> str | None:
    """What a column is about, by its heading; None for an unknown heading."""
    heading = _SEPARATOR.sub("", cell.casefold().strip())
    return next((name for name, pattern in _patterns("columns").items() if pattern.fullmatch(heading)), None)


def marked(kind: str, line: str) -> Marked | None:
    """What a line that begins with "Day 2", "Session 3:", "Speakers:" or "Moderator:" says; None for another line.

    kind: day, session, speaker or moderator. A speaker's or a moderator's mark ends with a colon, a dash, or the line.
    """
    text = line.strip()
    found = _patterns("lines")[kind].match(text.casefold().replace("ё", "е"))
    if not found:
        return None
    rest = text[found.end() :]
    if kind in {"speaker", "moderator"} and rest.strip() and not re.match(r"\s*(\([^)]*\)\s*)?[:–—-]", rest):
        return None
    number = next(filter(None, found.groupdict().values()), "")
    return Marked(_plain_number(number), clean(re.sub(r"^\s*\([^)]*\)\s*(?=[:–—-])", "", rest)))


def numbers(kind: str, text: str) -> list[str]:
    """The numbers of all sessions, or days, that a text names anywhere."""
    found = _patterns("lines")[kind].finditer(text.casefold().replace("ё", "е"))
    return [_plain_number(next(filter(None, match.groupdict().values()), "")) for match in found]


def is_pause(title: str) -> bool:
    """Whether an entry has no slides to expect: a break, a ceremony, a discussion."""
    return _patterns("pauses")["begins"].match(clean(title).casefold()) is not None


def is_country(text: str) -> bool:
    """Whether a text is the name of a country, in any language; a code such as AI (Anguilla) is none."""
    return not (text.isascii() and len(text) < _SHORTEST_COUNTRY) and country_code(text) is not None


def clean(text: str) -> str:
    """A text without the punctuation that joined it to something else."""
    return " ".join(_SEPARATOR.sub("", text).split())


def _plain_number(number: str) -> str:
    if number in _ROMAN:
        return str(_ROMAN.index(number)) if number else ""
    return str(_NUMBERS.get(number, number))


@cache
def _patterns(table: str) -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile("|".join(f"(?:{part})" for part in parts)) for name, parts in _data()[table].items()}


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
