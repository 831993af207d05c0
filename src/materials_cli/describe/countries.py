"""Countries by their names in the project's languages. Pure; the table is made by tools/countries.py from the Unicode CLDR."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from materials_cli.tables import table
from materials_cli.words.fold import Forms, begins_unspaced, fold, words

_CASELESS = frozenset(map(chr, range(0x10D0, 0x1100)))  # Georgian counts as lower case
_LONGEST = 6  # words of a name
_SHORTEST, _LONGEST_ENDING = 5, 4  # letters
_ENDINGS = frozenset(["n", "ns", "s", "i", "an", "ans", "da", "dan", "ga", "ni", "ning"])  # in Latin letters: English and Uzbek
# Names that are also common words of their language count only where they stand alone.
_AMBIGUOUS = ("수단", "이란", "오만", "인도", "가나", "말리", "차드", "기니", "ລາວ")


class _Names(NamedTuple):
    """The names of all countries in one alphabet: by their folded words, and by the stems of these; the first words of both."""

    folded: dict[tuple[str, ...], str]
    stemmed: dict[tuple[str, ...], str]
    firsts: frozenset[str]


class _Unspaced(NamedTuple):
    """The names of all countries in scripts without spaces, and what finds those in a run that are no common words as well."""

    codes: dict[str, str]
    pattern: re.Pattern[str]


def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given by its code or its name in any language; None for anything else."""
    code = text.strip().upper()
    if code in _table():
        return code
    found = [word.forms for word in words(text)]
    if any(forms.unspaced for forms in found):
        return unspaced_names().codes.get("".join(forms.fold for forms in found))
    return _names_like(found[0].fold).folded.get(tuple(forms.fold for forms in found)) if found else None


def country_name(code: str, *, russian: bool = False) -> str:
    """The English or Russian name of a country, which stand first in the table; the code itself if it is none."""
    names = _table().get(code, (code,))
    return names[1] if russian and len(names) > 1 else names[0]


def countries_in(text: str, *, name: bool = False) -> tuple[str, ...]:
    """The codes of the countries that a text names, in its order. name: it is a name, in which nobody minds capitals."""
    return tuple(dict.fromkeys(_found(text, name=name)))


def _found(text: str, *, name: bool) -> Iterator[str]:
    found, at = list(words(text)), 0
    while at < len(found):
        first = found[at]
        letter = text[first.start]
        if first.forms.unspaced:
            yield from _in_run(first.forms, name=name)
        elif name or not letter.islower() or letter in _CASELESS:
            run = [word.forms for word in found[at : at + _LONGEST]]
            code, length = _longest(run, capital=letter.isupper())
            if code:
                yield code
                at += length - 1
        at += 1


def _longest(run: list[Forms], *, capital: bool) -> tuple[str, int]:
    """The country whose name begins a run of words, and of how many words it is; empty if none does."""
    names = _names_like(run[0].fold)
    begins = run[0].fold in names.firsts or (capital and run[0].stem in names.firsts)
    for length in range(len(run) if begins else 0, 0, -1):
        forms = run[:length]
        code = names.folded.get(tuple(each.fold for each in forms))
        if code is None and capital and any(each.fold != each.stem for each in forms):
            code = names.stemmed.get(tuple(each.stem for each in forms))
        if code:
            return code, length
    return _with_ending(run[0].fold, names), 1


def _with_ending(word: str, names: _Names) -> str:
    """The country whose name a word begins with, in a language that adds endings; empty if there is none."""
    for length in range(1, _LONGEST_ENDING + 1):
        name, ending = word[:-length], word[-length:]
        if len(name) >= _SHORTEST and (not word.isascii() or ending in _ENDINGS) and (code := names.folded.get((name,))):
            return code
    return ""


def _in_run(forms: Forms, *, name: bool) -> Iterator[str]:
    names = unspaced_names()
    if forms.fold in names.codes:
        yield names.codes[forms.fold]
        return
    for match in names.pattern.finditer(forms.fold) if name else filter(None, [names.pattern.match(forms.fold)]):
        yield names.codes[match[0]]


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """The names of each country; the first is English."""
    listed = table(__file__, "countries.toml")
    return {code: tuple(names.split("|")) for code, names in listed.items()}


def spaced_names() -> dict[tuple[str, ...], str]:
    """The names of all countries in scripts with spaces, by their folded words."""
    alphabets = dict.fromkeys(_alphabet(name) for names in _table().values() for name in names)
    return {words: code for alphabet in alphabets for words, code in _names_in(alphabet).folded.items()}


def _names_like(folded: str) -> _Names:
    return _names_in(_alphabet(folded))


def _alphabet(word: str) -> str:
    """The alphabet of a word, told by its first letter: LATIN, CYRILLIC. A folded word has that of the word itself."""
    return unicodedata.name(word[0], "").partition(" ")[0]


@cache
def _names_in(alphabet: str) -> _Names:
    """The names of countries in one alphabet, as they are compared: those of all take 0.1 s, and few archives have all."""
    folded: dict[tuple[str, ...], str] = {}
    stemmed: dict[tuple[str, ...], str] = {}
    for code, names in _table().items():
        for name in names:
            if _alphabet(name) != alphabet or _is_unspaced(name):
                continue
            forms = [word.forms for word in words(name)]
            folded.setdefault(tuple(each.fold for each in forms), code)
            if not name.isascii():
                stemmed.setdefault(tuple(each.stem for each in forms), code)
    return _Names(folded, stemmed, frozenset(words[0] for words in (*folded, *stemmed) if words))


@cache
def unspaced_names() -> _Unspaced:
    """The names of countries in scripts without spaces, as they are compared."""
    codes: dict[str, str] = {}
    for code, names in _table().items():
        for name in filter(_is_unspaced, names):
            codes.setdefault("".join(word.forms.fold for word in words(name)), code)
    inside = sorted(codes.keys() - set(map(fold, _AMBIGUOUS)), key=len, reverse=True)
    return _Unspaced(codes, re.compile("|".join(map(re.escape, inside))))


def _is_unspaced(name: str) -> bool:
    return any(map(begins_unspaced, name))
