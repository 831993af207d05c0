"""Words of grammar and of asking, which say little about what is looked for: "who", "about", "slides", "о", "에 대해". Pure.

They lie in grammar.toml as people type them, in the languages of the region, and are compared in their folded form. A word
in capitals is none of them, nor one that begins with a capital in the middle of a query: WHO, IT and Li Na are names.
"""

import re
from functools import cache

from materials_cli.tables import table
from materials_cli.words.fold import fold
from materials_cli.words.particles import without_particle

_BEYOND_LATIN, _VIETNAMESE, _BEYOND_VIETNAMESE = "\u0370", "\u1e00", "\u1f00"


def is_grammar(raw: str, *, first: bool = False) -> bool:
    """Whether a word, as it was typed, says little about what is looked for. first: it is the first of the query."""
    name = not raw.islower() and raw.lower() != raw.upper() and not (first and raw.istitle())
    folded = fold(raw)
    known = _folded(latin=_is_latin(folded))
    return not name and (folded in known or without_particle(folded) in known)


def without_asking(run: str) -> list[str]:
    """The parts of a folded run of a script without spaces that are left when its words of asking are cut out."""
    return [part for part in asking_in_runs().split(run) if part]


@cache
def _words() -> dict[str, str]:
    return table(__file__, "grammar.toml")


@cache
def folded_words() -> frozenset[str]:
    """The words of grammar and of asking in all languages, as they are compared."""
    return _folded(latin=True) | _folded(latin=False)


@cache
def _folded(*, latin: bool) -> frozenset[str]:
    """Those that are written in Latin letters, or the others: to fold them all takes longer than to find a word."""
    spelled = (word for words in _words().values() for word in words.split())
    return frozenset(fold(" ".join(word for word in spelled if _is_latin(word) == latin)).split())


def _is_latin(word: str) -> bool:
    """Whether a word begins with a Latin letter, with an accent or without: its folded form does, too."""
    return word < _BEYOND_LATIN or _VIETNAMESE <= word < _BEYOND_VIETNAMESE


@cache
def asking_in_runs() -> re.Pattern[str]:
    """The words of asking in Khmer and Lao, the longest first; a short one may be a part of any word, so none is in here."""
    words = {fold(word) for language in ("km", "lo") for word in _words()[language].split()}
    return re.compile("|".join(sorted((word for word in words if len(word) >= 4), key=len, reverse=True)))
