"""Words of grammar and of asking, which say little about what is looked for: "who", "about", "slides", "о", "에 대해". Pure.

They lie in grammar.toml as people type them, in the languages of the region, and are compared in their folded form. A word
in capitals is none of them, nor one that begins with a capital in the middle of a query: WHO, IT and Li Na are names.
"""

import re
from functools import cache

from materials_cli.tables import table
from materials_cli.words.fold import fold
from materials_cli.words.particles import without_particle


def is_grammar(raw: str, *, first: bool = False) -> bool:
    """Whether a word, as it was typed, says little about what is looked for. first: it is the first of the query."""
    name = not raw.islower() and raw.lower() != raw.upper() and not (first and raw.istitle())
    folded = fold(raw)
    return not name and (folded in folded_words() or without_particle(folded) in folded_words())


def without_asking(run: str) -> list[str]:
    """The parts of a folded run of a script without spaces that are left when its words of asking are cut out."""
    return [part for part in asking_in_runs().split(run) if part]


@cache
def _words() -> dict[str, str]:
    return table(__file__, "grammar.toml")


@cache
def folded_words() -> frozenset[str]:
    """The words of grammar and of asking in all languages, as they are compared."""
    return frozenset(fold(" ".join(_words().values())).split())


@cache
def asking_in_runs() -> re.Pattern[str]:
    """The words of asking in Khmer and Lao, the longest first; a short one may be a part of any word, so none is in here."""
    words = {fold(word) for language in ("km", "lo") for word in _words()[language].split()}
    return re.compile("|".join(sorted((word for word in words if len(word) >= 4), key=len, reverse=True)))
