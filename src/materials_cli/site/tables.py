"""What the search of the page takes over from the search of the command line: its constants, patterns and tables, as JSON.

The page compares words as the command line does, in JavaScript of ours (assets/search). Nothing that both of them need is
written twice: every constant of the modules below goes into the page under the name it has there, a regular expression in
the syntax of JavaScript. Only the steps between them are written again, and tests compare both.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from anyascii import anyascii

from materials_cli import dates, kinds
from materials_cli.describe import countries
from materials_cli.search import (
    clauses,
    engine,
    equivalents,
    expression,
    filters,
    hit,
    match,
    partial,
    passages,
    query,
    ranking,
    runs,
    sections,
    snippet,
    suggest,
    values,
    widen,
)
from materials_cli.words import endings, fold, grammar, hangul, khmer, languages, lao, particles, sounds, suffixes

_MODULES = (
    dates, kinds, clauses, engine, equivalents, expression, filters, hit, match, partial, passages, query, ranking, runs,
    sections, snippet, suggest, values, widen, endings, fold, grammar, hangul, khmer, lao, languages, particles, sounds,
    suffixes,
)  # fmt: skip
# What a module makes of its constants when it is first asked, by the name that it has in the page.
_MADE: Mapping[ModuleType, Mapping[str, Callable[[], object]]] = {
    values: {
        "names_of_months": values.names_of_months,
        "numbers_of_months": values.numbers_of_months,
        "units": values.worth_of_units,
    },
    fold: {"word_pattern": fold.word_pattern, "spaced_out": fold.spaced_out_pattern},
    grammar: {"folded": grammar.folded_words, "asking_in_runs": grammar.asking_in_runs},
    languages: {"names": languages.codes_by_name},
}
_SPACES = r" \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BEYOND = 0x10000  # rare letters that nobody types


@cache
def tables() -> dict[str, Any]:
    """All of them, by the name of their module; and what Python itself knows of letters."""
    found: dict[str, Any] = {_name(module): _constants(module) for module in _MODULES}
    for module, made in _MADE.items():
        found[_name(module)] |= {name: _plain(make()) for name, make in made.items()}
    spaced = {" ".join(words): code for words, code in countries.spaced_names().items()}
    found["countries"] = {"spaced": spaced, "unspaced": countries.unspaced_names().codes}
    found["letters"] = {
        "casefold": {letter: letter.casefold() for letter in _letters() if letter.casefold() != letter.lower()},
        "ascii": "\n".join(anyascii(chr(point)) for point in range(0x80, _BEYOND)),
    }
    return found


def javascript(pattern: str) -> str:
    r"""A regular expression as JavaScript writes it with the flag `u`.

    Classes of characters are spelled out where the two languages differ: `\s`, `\d`, and letters as `[^\W\d_]`. JavaScript has
    no groups and repetitions that give nothing back; without it, a pattern that stands alone matches the same.
    """
    pattern = (
        pattern.replace(r"[^\W\d_]", r"[\p{L}\p{Nl}\p{No}]").replace("(?P<", "(?<").replace(r"\"", '"').replace(r"\Z", "$")
    )
    pattern = re.sub(r"(?<!\\)([+*?])\+", r"\1", pattern).replace("(?>", "(?:")
    pattern = pattern.replace(r"\d", r"\p{Nd}").replace(r"\D", r"\P{Nd}").replace(r"\S", f"[^{_SPACES}]")
    within = re.sub(r"\[[^\]]*\\s[^\]]*\]", lambda found: found[0].replace(r"\s", _SPACES), pattern)
    return within.replace(r"\s", f"[{_SPACES}]")


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _constants(module: ModuleType) -> dict[str, Any]:
    """The constants that a module defines itself: by their names without the underscore that keeps them at home."""
    own = ((name, value) for name, value in vars(module).items() if name.lstrip("_").isupper())
    return {name.strip("_"): plain for name, value in own if (plain := _plain(value)) is not None}


def _plain(value: Any) -> Any:
    """A value as JSON has it; None for what it cannot say. Sets become lists, tables of letters those of strings."""
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else chr(key): _plain(_letter(key, inner)) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(inner) for inner in value)
    source = getattr(value, "pattern", None)
    return {"pattern": javascript(source)} if isinstance(source, str) else None


def _letter(key: Any, value: Any) -> Any:
    """What a letter stands for: str.maketrans() gives the numbers of both."""
    return chr(value) if isinstance(key, int) and isinstance(value, int) else value


def _letters() -> Iterator[str]:
    """All characters that may have a capital: those of the first two planes, without surrogates, which are none."""
    return (chr(point) for point in range(2 * _BEYOND) if not 0xD800 <= point < 0xE000)
