"""The words that agendas use: of columns, days, sessions, speakers and pauses (see words.toml). Pure."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from materials_cli.describe.countries import country_code
from materials_cli.tables import table

_NUMBERS = {
    **{word: number for number, word in enumerate(("one", "two", "three", "four", "five"), 1)},
    **{word: number for number, word in enumerate(("первый", "второй", "третий", "четвертый", "пятый"), 1)},
}
_SHORTEST_COUNTRY = 4
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_FORM_OF_STATE = re.compile(r"^(?:the )?(?:republic of )?(?:the )?|^республика ", re.IGNORECASE)
_SPACED_HANGUL = re.compile("(?<=[가-힣]) (?=[가-힣])")
_SEPARATOR = re.compile(r"^[\s:.,;–—―|)\]-]+|(?<![\s:;–—―|(\[-])[\s:;–—―|(\[-]+$")


class Marked(NamedTuple):
    """A line that begins with a mark: the number in the mark ("" for none), and what follows it."""

    number: str
    rest: str


def column_of(cell: str) -> str | None:
    """What a column is about, by its heading; None for an unknown heading."""
    heading = re.sub(r" ?\d$", "", clean(_SPACED_HANGUL.sub("", cell.casefold())))
    stated = (heading, *map(clean, re.split(r"[/(,\n]|\s(?:and|и|및)\s", heading)))
    return next((name for text in stated for name, pattern in _patterns("columns").items() if pattern.fullmatch(text)), None)


def marked(kind: str, line: str) -> Marked | None:
    """What a line that begins with "Day 2", "Session 3:", "Speakers:" or "Moderator:" says; None for another line.

    kind: day, session, speaker, moderator or delegation. The mark of a speaker or moderator ends with a colon, a dash, or
    the line.
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


def is_nobody(text: str) -> bool:
    """Whether a text in the place of a speaker names none: "all participants", "online"."""
    return _patterns("lines")["nobody"].fullmatch(text.casefold()) is not None


def is_besides(name: str, *, slides: bool) -> bool:
    """Whether the name of a file or folder is that of something besides the talks: photos, certificates, a list."""
    kinds = ("pictures",) if slides else ("pictures", "documents")
    found = re.findall(r"[^\W\d_]+", name.casefold())
    return any(_patterns("files")[kind].fullmatch(word) for kind in kinds for word in found)


def is_country(text: str) -> bool:
    """Whether a text is the name of a country, in any language; a code such as AI (Anguilla) is none."""
    name = _FORM_OF_STATE.sub("", text)
    return not (name.isascii() and len(name) < _SHORTEST_COUNTRY) and (country_code(text) or country_code(name)) is not None


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
    return table(__file__, "words.toml")
