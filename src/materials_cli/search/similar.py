"""Similar slides, and the significant terms of a collection: both by the words that distinguish a text from others.

There is no model and no list of stop words: a word is weighted by how often it occurs in a text and how rarely elsewhere
(tf-idf), which works for every language in the archive. Similar slides share words; translations are not found.
"""

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, SECTION_COLUMNS, item_of, section_of
from materials_cli.model import Item, Progress, Section, Step, StepKind
from materials_cli.search.clauses import Term
from materials_cli.search.expression import expression_of
from materials_cli.search.hit import Hit
from materials_cli.search.match import MatchLevel
from materials_cli.search.snippet import highlight, snippet
from materials_cli.words.fold import Forms, forms_of, graphemes, raw_words, words
from materials_cli.words.languages import language_in, languages, script_of

_MAX_DISTINCTIVE = 24
_MAX_CONSIDERED = 400
_MIN_SHARED = 3
_MIN_LENGTH = 3
_COMMON_SHARE = 0.25
_MAX_SECTIONS = 5000
_MAX_CHARACTERS = 8_000_000
_MAX_TEXT = 20_000
_MAX_RUN = 6
_CONTAINED_SHARE = 0.8
_EVERYWHERE_SHARE = 0.4
_MIN_SECTIONS = _MIN_RUN = 2
_STEP = 100


class SignificantTerm(NamedTuple):
    """A word that is typical of a collection, in its most frequent spelling. sections: how many contain it; score: tf-idf."""

    word: str
    sections: int
    score: float


def similar(catalogue: Catalogue, item: Item, number: int | None, limit: int) -> list[Hit]:
    """The sections of other items most similar to a section of an item, or to the whole item (number None), best first."""
    connection = catalogue.connection
    text = catalogue.text(item.collection, item.id)
    sections = [section for section in (text.sections if text else ()) if number in (None, section.number)]
    distinctive = _distinctive_words(connection, sections)
    if not distinctive:
        return []
    clauses = tuple((Term((forms,)),) for forms in distinctive)
    rows = connection.execute(
        f"SELECT words.rowid AS place, words.rank AS rank, {ITEM_COLUMNS} FROM words"  # noqa: S608 - constants
        " JOIN item ON item.number = words.rowid >> ?1"
        " WHERE words MATCH ?2 AND words.rank MATCH 'bm25(2.0, 1.0, 0.5)' AND item.sha256 <> ?3 ORDER BY words.rank LIMIT ?4",
        (PLACE_BITS, expression_of(clauses, MatchLevel.WORD, every=False), item.fixity.sha256, limit * 4),
    )
    hits: list[Hit] = []
    seen: set[tuple[str, int]] = set()
    for row in rows:
        statement = f"SELECT {SECTION_COLUMNS} FROM section WHERE place = ?"  # noqa: S608 - a constant
        section = section_of(connection.execute(statement, (row["place"],)).fetchone())
        highlights = highlight((section.body, section.notes, section.title), clauses, MatchLevel.WORD, max_length=_MAX_TEXT)
        if len(highlights.matched) < _MIN_SHARED or (row["sha256"], section.number) in seen:
            continue
        seen.add((row["sha256"], section.number))
        shown, marks = snippet(highlights)
        hits.append(Hit(item_of(row), section, shown, marks, -row["rank"]))
    return hits[:limit]


def significant_terms(
    catalogue: Catalogue, collection: str, limit: int, progress: Progress = lambda _: None
) -> dict[str, list[SignificantTerm]]:
    """The words typical of a collection, at most `limit` by language, the most frequent language first."""
    texts = _texts(catalogue.connection, collection)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sections: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for number, text in enumerate(texts):
        if number % _STEP == 0:
            progress(Step(StepKind.READ, amount=number, total=len(texts)))
        words_here = Counter(word for word, _ in raw_words(text))
        written.update(words_here)
        for language, pieces in _pieces_by_language(text, words_here).items():
            sections[language] += 1
            counts[language].update(pieces)
    best = {
        language: sorted(_scored(counts[language], count), key=lambda row: (-row[1], row[0]))[:limit]
        for language, count in sections.most_common()
    }
    spellings = _spellings(written, frozenset(piece for scored in best.values() for piece, _ in scored))
    return {
        language: [SignificantTerm(spellings[piece], counts[language][piece], round(score, 2)) for piece, score in scored]
        for language, scored in best.items()
        if scored
    }


def _distinctive_words(connection: sqlite3.Connection, sections: list[Section]) -> list[Forms]:
    """The words that distinguish some sections most from all others."""
    counts: Counter[Forms] = Counter()
    for section in sections:
        # A title says in few words what a body says in many.
        for text, weight in ((section.title, 2), (section.body, 1), (section.notes, 1)):
            for word in words(text[:_MAX_TEXT]):
                if len(word.forms.fold) >= _MIN_LENGTH and not word.forms.fold.isdecimal():
                    counts[word.forms] += weight
    (total,) = connection.execute("SELECT count(*) FROM section").fetchone()
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_known USING fts5vocab (main, words, row)")
    weighted: list[tuple[float, str, Forms]] = []
    for forms, count in counts.most_common(_MAX_CONSIDERED):
        row = connection.execute("SELECT doc FROM temp.words_known WHERE term = ?", (forms.tokens[0],)).fetchone()
        containing = row[0] if row else 1
        if containing < max(2, total * _COMMON_SHARE):
            weighted.append((-(1 + math.log(count)) * math.log(total / containing), forms.fold, forms))
    return [forms for _, _, forms in sorted(weighted)[:_MAX_DISTINCTIVE]]


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


def _pieces_by_language(text: str, words_here: Iterable[str]) -> dict[str, set[str]]:
    """What is counted of the words of a text, each once, by language."""
    by_script: defaultdict[str, set[str]] = defaultdict(set)
    for word in words_here:
        script, pieces = _script_and_pieces(word)
        if pieces:
            by_script[script].update(pieces)
    candidates = languages(text)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for script, together in by_script.items():
        found[language_in(script, candidates)] |= together
    return found


@lru_cache(maxsize=1 << 18)
def _script_and_pieces(word: str) -> tuple[str, tuple[str, ...]]:
    """The script of a word as it is written, and what is counted of it; cached, because texts repeat their words."""
    forms = forms_of(word)
    script = script_of(forms.spelled)
    return script, tuple(_pieces(forms, script))


def _pieces(forms: Forms, script: str) -> Iterator[str]:
    """What is counted of a word: its stem; of a run without spaces, every part that may be a word."""
    if not forms.unspaced:
        if len(forms.stem) >= _MIN_LENGTH and not any(character.isdecimal() for character in forms.stem):
            yield forms.stem
        return
    units = graphemes(forms.spelled)
    # Korean words begin where a run does and end in particles; the other scripts do not separate words at all.
    for start in range(1 if script == "ko" else len(units)):
        for end in range(start + _MIN_RUN, min(len(units), start + _MAX_RUN) + 1):
            yield "".join(units[start:end])


def _spellings(written: Mapping[str, int], pieces: frozenset[str]) -> dict[str, str]:
    """The most frequent spelling of each piece; a part of a run is its own. written: how often each word occurs."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count in written.items():
        for piece in pieces.intersection(_script_and_pieces(word)[1]):
            spelling = word.lower().replace("i\u0307", "i") if piece == forms_of(word).stem else piece
            counts[piece][spelling] += count
    return {piece: spellings.most_common(1)[0][0] for piece, spellings in counts.items()}


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
