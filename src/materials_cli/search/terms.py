"""The significant terms of a collection: words of several of its texts, but not of most, by language.

There is no model: a word is weighted by how often it occurs and how rarely (tf-idf). Words of grammar, web addresses and
numbers are left out, and the forms of one word are counted together. Scripts without spaces are not cut into words by any
dictionary: a part of a run counts as one when different letters stand before and after it, as they do around words.
"""

import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Progress, Step, StepKind
from materials_cli.words.fold import Forms, forms_of, hyphenated, raw_words
from materials_cli.words.grammar import is_grammar, without_asking
from materials_cli.words.khmer import NOMINALISERS
from materials_cli.words.languages import language_in, languages, script_of
from materials_cli.words.particles import without_particle
from materials_cli.words.suffixes import stem_in
from materials_cli.words.syllables import goes_on, graphemes

_MIN_LENGTH = 3
_MAX_SECTIONS = 5000
_MAX_CHARACTERS = 3_000_000
_MAX_TEXT = 20_000
_MIN_RUN, _MAX_RUN = 2, 6
_MIN_NEIGHBOURS = 3
_CONTAINED_SHARE = 0.8
_EVERYWHERE_SHARE = 0.4
_MIN_SECTIONS = 2
_STEP = 100
# Each begins where no other could have begun before it: a text without spaces would be read as often as it has letters.
_ADDRESS = re.compile(
    r"(?<!\S)\S*?(?:://|www\.|@)\S*|(?<![\w-])(?<![\w-]\.)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}\b(?:/\S*)?", re.IGNORECASE
)
# A Lao consonant without a vowel, before another that has its own, ends the syllable before (ຫ goes before some; ອ, ວ are
# vowels); so does the Khmer ង. With ប្រ another syllable begins.
_FINAL = re.compile("[\u0e81-\u0eaa\u0ead\u0eae](?:[\u0ec0-\u0ec4]|[\u0e81-\u0ea5\u0eaa\u0eab\u0eae])|\u1784[\u1780-\u17a2]")
_BEGUN = "ប្រ"


class SignificantTerm(NamedTuple):
    """A word that is typical of a collection, in its most frequent spelling. sections: how many contain it; score: tf-idf."""

    word: str
    sections: int
    score: float


class _Found(NamedTuple):
    """A word of a section, and how often it is there. parts: the keys of what hyphens join in it; alone: it is no such part."""

    key: str
    spelling: str
    times: int
    parts: tuple[str, ...] = ()
    alone: bool = True


class _Words:
    """The words of one language: in how many sections each occurs, and how it is written."""

    def __init__(self) -> None:
        self.sections = 0
        self.counts: Counter[str] = Counter()
        self.written: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._parts: dict[str, tuple[str, ...]] = {}
        self._alone: set[str] = set()

    def add(self, found: Iterable[_Found]) -> None:
        """Count those of one more section."""
        self.sections += 1
        keys = set()
        for key, spelling, times, parts, alone in found:
            self.written[key][spelling] += times if alone else 0
            keys.add(key)
            if parts:
                self._parts[key] = parts
            elif alone:
                self._alone.add(key)
        self.counts.update(keys)

    def settle(self) -> None:
        """Of words that hyphens join, keep those whose parts are words of their own, or else the whole."""
        for whole, parts in self._parts.items():
            if self._alone.issuperset(parts):
                del self.counts[whole]
        for part in {part for parts in self._parts.values() for part in parts} - self._alone:
            del self.counts[part]

    def best(self, limit: int) -> list[SignificantTerm]:
        """The most significant of them, each as it is written most often."""
        scored = sorted(_scored(self.counts, self.sections), key=lambda row: (-row[1], row[0]))
        chosen: list[SignificantTerm] = []
        for key, score in scored[:limit]:
            spelling = min(self.written[key].items(), key=lambda row: (-row[1], row[0]))[0]
            chosen.append(SignificantTerm(spelling, self.counts[key], round(score, 2)))
        return chosen


def significant_terms(
    catalogue: Catalogue, collection: str, limit: int, progress: Progress = lambda _: None
) -> dict[str, list[SignificantTerm]]:
    """The words typical of a collection, at most `limit` by language, the most frequent language first."""
    texts = _texts(catalogue.connection, collection)
    by_language: defaultdict[str, _Words] = defaultdict(_Words)
    runs = _Runs()
    for number, text in enumerate(texts):
        if number % _STEP == 0:
            progress(Step(StepKind.COUNTED, amount=number, total=len(texts)))
        for language, found in _found_in(_ADDRESS.sub(" ", text), runs).items():
            by_language[language].add(found)
    for words in by_language.values():
        words.settle()
        for piece in [key for key in words.counts if key in runs.around and not runs.is_word(key)]:
            del words.counts[piece]
    ordered = sorted(by_language.items(), key=lambda row: (-row[1].sections, row[0]))
    best = {language: words.best(limit) for language, words in ordered}
    return {language: terms for language, terms in best.items() if terms}


class _Runs:
    """What stands around the parts of runs without spaces, of each side up to what makes it a word; an end is unlike any."""

    def __init__(self) -> None:
        self.around: dict[str, tuple[set[str], set[str]]] = {}
        self._ends = 0

    def pieces(self, run: str) -> set[str]:
        """The parts of a run that may be words."""
        units = graphemes(run)
        found = set()
        for start in range(len(units)):
            if _is_inside(units, start) or (start + 1 < len(units) and _FINAL.match(units[start] + units[start + 1])):
                continue
            for end in range(start + _MIN_RUN, min(len(units), start + _MAX_RUN) + 1):
                piece = "".join(units[start:end])
                if (
                    _is_inside(units, end)
                    or piece.endswith(_BEGUN)
                    or piece in NOMINALISERS
                    or without_asking(piece) != [piece]
                ):
                    continue
                found.add(piece)
                before, after = self.around.setdefault(piece, (set(), set()))
                self._note(before, units[start - 1] if start else "")
                self._note(after, units[end] if end < len(units) else "")
        return found

    def is_word(self, piece: str) -> bool:
        """Whether enough different letters stand on both sides of a part."""
        return all(len(side) >= _MIN_NEIGHBOURS for side in self.around[piece])

    def _note(self, side: set[str], neighbour: str) -> None:
        if len(side) < _MIN_NEIGHBOURS:
            self._ends += not neighbour
            side.add(neighbour or str(self._ends))


def _is_inside(units: Sequence[str], place: int) -> bool:
    """Whether a syllable goes on at this place of a run."""
    return 0 < place < len(units) and goes_on(units[place - 1], units[place])


def _texts(connection: sqlite3.Connection, collection: str) -> list[str]:
    """The texts of a collection's sections; of a very large collection, an even sample of them."""
    rows = connection.execute(
        "SELECT place, min(length(section.title) + length(body) + length(notes), ?) FROM section"
        " JOIN item ON item.number = place >> ? WHERE collection = ? ORDER BY place",
        (_MAX_TEXT, PLACE_BITS, collection),
    ).fetchall()
    characters = sum(length for _, length in rows)
    step = max(1, -(-len(rows) // _MAX_SECTIONS), -(-characters // _MAX_CHARACTERS))
    statement = "SELECT title || char(10) || body || char(10) || notes FROM section WHERE place = ?"
    return [str(connection.execute(statement, (place,)).fetchone()[0])[:_MAX_TEXT] for place, _ in rows[::step]]


def _found_in(text: str, runs: _Runs) -> dict[str, list[_Found]]:
    """The words of a text by language."""
    candidates = languages(text)
    found: defaultdict[str, list[_Found]] = defaultdict(list)
    for raws, times in Counter(_joined(text)).items():
        language = language_in(script_of(forms_of(raws[0]).spelled), candidates)
        parts = [part for raw in raws for part in _words_in(raw, language, times, runs)]
        if not parts:
            continue
        whole = "-".join(raws)
        if len(raws) > 1 and not any(map(str.isdecimal, whole)):
            keys = tuple(part.key for part in parts)
            found[language].append(_Found("-".join(_key(forms_of(raw), language) for raw in raws), whole, times, keys))
            parts = [part._replace(alone=False) for part in parts]
        found[language] += parts
    return found


def _joined(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text, those together that hyphens join."""
    held, end = list[str](), 0
    for raw, start in raw_words(text):
        if held and not hyphenated(text, end, start):
            yield tuple(held)
            held = []
        held.append(raw)
        end = start + len(raw)
    if held:
        yield tuple(held)


def _words_in(raw: str, language: str, times: int, runs: _Runs) -> list[_Found]:
    """A word if it says something; of a script without spaces, the parts that may be words."""
    forms = forms_of(raw)
    if not forms.unspaced:
        key, spelling = _key(forms, language), raw
    elif language == "ko":
        key = spelling = without_particle(forms.spelled)
    else:
        return [_Found(piece, piece, times) for piece in runs.pieces(forms.spelled)]
    return [_Found(key, spelling, times)] if _says_something(key, raw, spelling) else []


@lru_cache(maxsize=1 << 18)
def _key(forms: Forms, language: str) -> str:
    return stem_in(forms.fold, language) or forms.stem


@lru_cache(maxsize=1 << 18)
def _says_something(key: str, raw: str, spelling: str) -> bool:
    short = len(key) < (_MIN_LENGTH if key == forms_of(raw).fold or key.isascii() else _MIN_RUN)
    return not (short or any(map(str.isdecimal, raw)) or is_grammar(raw.lower()) or is_grammar(spelling.lower()))


def _scored(counts: Counter[str], sections: int) -> Iterator[tuple[str, float]]:
    """The words of several sections, but not of most, with their scores. counts: sections that contain each word."""
    containing: Counter[str] = Counter()
    for piece, count in counts.items():
        for shorter in _shorter(piece) if count > 1 else ():
            containing[shorter] = max(containing[shorter], count)
    for piece, count in counts.items():
        if count < _MIN_SECTIONS or (sections > _MAX_RUN and count > sections * _EVERYWHERE_SHARE):
            continue
        if containing[piece] >= count * _CONTAINED_SHARE:
            continue
        yield piece, count * math.log(1 + sections / count) * min(1.0, (len(piece) - 1) / 5)


def _shorter(piece: str) -> Iterator[str]:
    """The longest parts of a run, which mean nothing by themselves where the run occurs as often as they do."""
    if piece.isascii() or not 2 < len(piece) <= _MAX_RUN * 4:
        return
    units = graphemes(piece)
    yield "".join(units[:-1])
    yield "".join(units[1:])
