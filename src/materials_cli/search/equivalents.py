"""What means the same in other languages: names (countries, organisations …) and the terms of the field. Pure.

The tables are names.toml and glossary.toml here, and the names of countries in describe/countries.toml. They are read as text
once, when the program is built (see `compiled`), since to derive the forms of 15,000 words takes a second. An archive may
have names.toml and glossary.toml of its own, in the same form.
"""

import itertools
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from materials_cli.errors import Code, MaterialsError
from materials_cli.filenames import OWN_TABLES
from materials_cli.messages import msg, verbatim
from materials_cli.search.variants import variants
from materials_cli.words.fold import STEM, Forms, sought_stems, words
from materials_cli.words.particles import without_particle
from materials_cli.words.syllables import graphemes

COMPILED = "equivalents.txt"
_LONGEST = 6  # words of a term
_LONGEST_RUN, _SHORTEST_RUN = 24, 3  # graphemes of a term in a script without spaces
_LONGEST_ABBREVIATION = 5
_SHORTEST_STEM = 4
_CAPITALS = "^"  # before the key of an abbreviation, which only capitals mean: WHO
_ARTICLES = frozenset({"the", "a", "an"})
_CHECKS = "checks"
_MOST_DOTS = 500  # in a line of a table from elsewhere: tomllib takes minutes, and all memory, for a name of many parts


class Concept(NamedTuple):
    """One meaning. terms: by ISO 639 code, empty for names whose language the source does not tell; checks: as terms."""

    id: str
    terms: Mapping[str, tuple[str, ...]]
    checks: Mapping[str, str] = {}

    @property
    def spellings(self) -> tuple[str, ...]:
        """All of its terms."""
        return tuple(dict.fromkeys(term for each in self.terms.values() for term in each))

    @property
    def sought(self) -> tuple[str, ...]:
        """All of its terms, and what else they may be written as."""
        also = (each for code, terms in self.terms.items() for term in terms for each in variants(code, term))
        return tuple(dict.fromkeys((*self.spellings, *also)))


class Found(NamedTuple):
    """Some words of a query, by their numbers, that mean the same as other terms."""

    start: int
    end: int
    spellings: tuple[str, ...]


class Equivalents:
    """Concepts by their terms. table: what `compiled` made, in UTF-8; own: of an archive.

    The bytes are searched as they are: to decode them, or to make a dictionary of all keys, takes longer than to look up those
    of a query.
    """

    def __init__(self, table: bytes, own: Sequence[Concept] = ()) -> None:
        self._table = table
        self._spellings = [each.sought for each in own]
        self._own: dict[str, list[int]] = {}
        for number, spellings in enumerate(self._spellings):
            for key in dict.fromkeys(key for spelling in spellings for key in _keys(spelling)):
                self._own.setdefault(key, []).append(number)

    def with_own(self, own: Sequence[Concept]) -> "Equivalents":
        """The same with the concepts of an archive."""
        return Equivalents(self._table, own) if own else self

    def _spelled(self, key: str) -> tuple[str, ...]:
        """The terms of all concepts that have a term with this key."""
        at = self._table.find(f"\n{key}\t".encode())
        theirs = (self._concept(self._first + int(offset)) for offset in (self._line(at + 1)[1:] if at >= 0 else ()))
        ours = (self._spellings[number] for number in self._own.get(key, ()))
        return tuple(dict.fromkeys(term for terms in (*ours, *theirs) for term in terms))

    @cached_property
    def _first(self) -> int:
        """Where the first concept stands."""
        return self._table.find(b"\n\t") + 1

    def _line(self, at: int) -> list[str]:
        return self._table[at : self._table.find(b"\n", at)].decode().split("\t")

    def _concept(self, at: int) -> list[str]:
        return self._line(at)[1:]

    def among(self, terms: set[str]) -> dict[str, Any]:
        """All as `keys` and `concepts`, without the spellings that an index with these terms has nowhere, for a page."""
        concepts, numbers = self._whole
        first = len(self._spellings)
        kept = [[each for each in spellings if _may_be(each, terms)] for spellings in (*self._spellings, *concepts)]
        keys = {key: [first + number for number in row] for key, row in numbers.items()}
        for key, row in self._own.items():
            keys[key] = [*row, *keys.get(key, ())]
        useful = {key: [number for number in row if kept[number]] for key, row in keys.items()}
        return {"keys": {key: row for key, row in useful.items() if row}, "concepts": kept}

    @cached_property
    def _whole(self) -> tuple[list[list[str]], dict[str, list[int]]]:
        """All concepts of the table, and by each key the numbers of its own."""
        lines = self._table[self._first :].splitlines(keepends=True)
        offsets = itertools.accumulate(map(len, lines), initial=0)
        number_of = {str(offset): number for number, offset in enumerate(offsets)}
        rows = (line.split("\t") for line in self._table[1 : self._first].decode().splitlines())
        keys = {key: [number_of[offset] for offset in row] for key, *row in rows}
        return [line.decode().rstrip("\n").split("\t")[1:] for line in lines], keys

    def find(self, typed: Sequence[tuple[str, Forms]]) -> Iterator[Found]:
        """The longest terms among some words, each with what else means the same. typed: as written, and its forms."""
        at = 0
        while at < len(typed):
            length, spellings = next(self._beginning(typed[at : at + _LONGEST]), (1, ()))
            if spellings:
                yield Found(at, at + length, spellings)
            at += length

    def _beginning(self, typed: Sequence[tuple[str, Forms]]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The terms that some words begin with, the longest first: of how many words, and what means the same."""
        for length in range(len(typed), 0, -1):
            forms = [each for _, each in typed[:length]]
            keys = [" ".join(each.fold for each in forms), " ".join(each.stem for each in forms)]
            if any(each.unspaced for each in forms):
                keys.append("".join(each.fold for each in forms))
            if length == 1:
                raw, word = typed[0]
                if word.unspaced:
                    keys += [without_particle(word.fold), *_parts(word.fold)]
                elif _is_abbreviation(raw):
                    keys.insert(0, _CAPITALS + word.fold)
            yield from ((length, found) for key in keys if key and (found := self._spelled(key)))


def shipped() -> Equivalents:
    """The tables of this program."""
    return _shipped()


@cache
def _shipped() -> Equivalents:
    return Equivalents(Path(__file__).with_name(COMPILED).read_bytes())


def shipped_concepts() -> Iterator[Concept]:
    """The concepts of this program's own tables, but for the names of countries and languages."""
    for name in OWN_TABLES:
        yield from concepts_in(Path(__file__).with_name(name).read_text("utf-8"))


def compiled(concepts: Iterable[Concept]) -> str:
    """The text that is read instead of the tables, below an empty line: one for each key, then one for each concept.

    A key's names the concepts by the bytes before theirs; a concept's begins with a tab.
    """
    keys: dict[str, dict[int, None]] = {}
    lines: list[str] = []
    offset = 0
    for sought in (concept.sought for concept in concepts):
        for key in (key for spelling in sought for key in _keys(spelling)):
            keys.setdefault(key, {})[offset] = None
        lines.append("\t" + "\t".join(sought))
        offset += len(lines[-1].encode()) + 1
    return "\n".join(["", *("\t".join((key, *map(str, offsets))) for key, offsets in sorted(keys.items())), *lines]) + "\n"


def concepts_in(text: str) -> Iterator[Concept]:
    """The concepts of a table in TOML; raise ValueError, which says what is wrong."""
    for name, row in tomllib.loads(text).items():
        if not isinstance(row, dict):
            raise ValueError(f"{name}: a concept is a table, such as [{name}]")  # noqa: TRY004 - the caller's one error
        checks = row.pop(_CHECKS, {})
        yield Concept(name, {code: tuple(_terms(name, value)) for code, value in row.items()}, dict(checks))


def own_concepts(root: Path, *, largest: int | None = None) -> list[Concept]:
    """The concepts in the tables of an archive; raise bad_settings. root: its folder; largest: in bytes, of each table."""
    found: list[Concept] = []
    for name in OWN_TABLES:
        file = root / name
        try:
            if file.is_file() and largest and file.stat().st_size > largest:
                raise ValueError(f"{name}: {file.stat().st_size} bytes")  # noqa: TRY301 - as if it had been read
            text = file.read_text("utf-8-sig") if file.is_file() else ""
            dots = max(line.count(".") for line in text.split("\n"))
            if largest and dots > _MOST_DOTS:
                raise ValueError(f"{name}: {dots} dots in a line")  # noqa: TRY301 - as if it had been read
            found += concepts_in(text)
        except (OSError, ValueError, RecursionError) as error:
            raise MaterialsError(
                Code.BAD_SETTINGS, msg("This table cannot be used: {reason}", reason=verbatim(error)), where=str(file),
                fix=msg('Each concept is a table of terms by language: [x-road] en = "X-Road", ka = ["…", "…"]'),
            ) from error  # fmt: skip
    return found


def having(asked: str, concepts: Iterable[Concept]) -> Iterator[Concept]:
    """The concepts of which a term has all words asked for, in any order and form; all concepts if nothing is asked for.

    A word may also be the beginning of one, or stand anywhere in a script without spaces. Hyphens are as spaces.
    """
    wanted = [word.forms for word in words(asked)]
    for concept in concepts if wanted or not asked.strip() else ():
        terms = ([word.forms for word in words(term)] for term in (concept.id, *concept.spellings))
        if any(all(any(_is_meant(each, form) for form in term) for each in wanted) for term in terms):
            yield concept


def _is_meant(asked: Forms, word: Forms) -> bool:
    """Whether a word is the one that was asked for, begins with it, or is another form of it."""
    if word.unspaced:
        return asked.fold in word.fold
    return word.fold.startswith(asked.fold) or not {word.fold, *word.stems}.isdisjoint(sought_stems(asked))


def _may_be(spelling: str, terms: set[str]) -> bool:
    """Whether an index with these terms may have all words of a spelling."""
    return not any(terms.isdisjoint(forms) for forms in _sought(spelling))


@cache
def _sought(spelling: str) -> tuple[tuple[str, ...], ...]:
    """The terms that an index has of all words of a spelling, each in the forms of which one is enough."""
    found: list[tuple[str, ...]] = []
    for _, _, forms in words(spelling):
        if forms.unspaced:
            found += ((pair,) for pair in forms.tokens[:-1])
        else:
            found.append(tuple(form for stem in (forms.fold, *forms.stems) for form in (stem, STEM + stem)))
    return tuple(found)


def _terms(name: str, value: Any) -> Iterator[str]:
    """The terms of a language: a text, in which | separates several, or a list."""
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, str):
            raise ValueError(f"{name}: terms are texts")  # noqa: TRY004 - see concepts_in()
        yield from filter(None, map(str.strip, each.split("|")))


def _keys(term: str) -> Iterator[str]:
    """What a term is found by: its folded words, and their stems."""
    found = [word.forms for word in words(term)]
    if len(found) > 1 and found[0].fold in _ARTICLES:
        del found[0]
    if not 0 < len(found) <= _LONGEST:
        return
    if any(forms.unspaced for forms in found):
        yield "".join(forms.fold for forms in found)
        return
    if len(found) == 1 and _is_abbreviation(term):
        yield _CAPITALS + found[0].fold
        return
    yield " ".join(forms.fold for forms in found)
    if all(len(forms.stem) >= _SHORTEST_STEM for forms in found):  # Дания is not what данные are
        yield " ".join(forms.stem for forms in found)


def _is_abbreviation(word: str) -> bool:
    return len(word) <= _LONGEST_ABBREVIATION and word.isupper() and word.upper() != word.lower()


def _parts(run: str) -> Iterator[str]:
    """The parts of a run without spaces that may be a term, the longest first."""
    units = graphemes(run)
    for length in range(min(len(units) - 1, _LONGEST_RUN), _SHORTEST_RUN - 1, -1):
        for start in range(len(units) - length + 1):
            yield "".join(units[start : start + length])
