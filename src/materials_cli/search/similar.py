"""Slides that are about the same, and what a collection is about: both told by the words that mark a text off from others.

No model and no list of stop words: a word counts by how often it stands in a text and how seldom in all (tf-idf), so that
it works for every language the archive holds. Similar slides share words; a translation is not found.
"""

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, SECTION_COLUMNS, item_of, section_of
from materials_cli.model import Hit, Item, Section
from materials_cli.search.query import Reach, Term, in_names
from materials_cli.search.snippet import read, snippet
from materials_cli.words.fold import Forms, signs, words
from materials_cli.words.languages import language_of, languages

_TELLING_WORDS = 24
_ASKED_WORDS = 400
_SHARED_WORDS = 3
_SHORTEST = 3
_TOO_COMMON = 0.25
_MOST_SECTIONS = 5000
_LONGEST_TEXT = 20_000
_LONGEST_RUN = 6
_SAME_SHARE = 0.8
_EVERYWHERE = 0.4
_FEWEST = 2


class TellingWord(NamedTuple):
    """A word that a collection is about, in its commonest spelling. sections: how many have it; score: how telling it is."""

    word: str
    sections: int
    score: float


def similar(catalogue: Catalogue, item: Item, number: int | None, limit: int) -> list[Hit]:
    """The sections of other items nearest to a section of an item, or to all of it (number None), the nearest first."""
    connection = catalogue.connection
    text = catalogue.text(item.collection, item.id)
    chosen = [section for section in (text.sections if text else ()) if number in (None, section.number)]
    telling = _telling(connection, chosen)
    if not telling:
        return []
    groups = tuple((Term((forms,)),) for forms in telling)
    rows = connection.execute(
        f"SELECT words.rowid AS place, words.rank AS rank, {ITEM_COLUMNS} FROM words"  # noqa: S608 - constants
        " JOIN item ON item.number = words.rowid >> ?1"
        " WHERE words MATCH ?2 AND words.rank MATCH 'bm25(2.0, 1.0, 0.5)' AND item.sha256 <> ?3 ORDER BY words.rank LIMIT ?4",
        (PLACE_BITS, in_names(groups, Reach.WHOLE, every=False), item.fixity.sha256, limit * 4),
    )
    hits: list[Hit] = []
    seen: set[tuple[str, int]] = set()
    for row in rows:
        section = section_of(
            connection.execute(
                f"SELECT {SECTION_COLUMNS} FROM section WHERE place = ?",  # noqa: S608 - a constant
                (row["place"],),
            ).fetchone()
        )
        reading = read((section.body, section.notes, section.title), groups, Reach.WHOLE, longest=_LONGEST_TEXT)
        if len(reading.answered) < _SHARED_WORDS or (row["sha256"], section.number) in seen:
            continue
        seen.add((row["sha256"], section.number))
        shown, marks = snippet(reading)
        hits.append(Hit(item_of(row), section, shown, marks, -row["rank"]))
    return hits[:limit]


def significant(catalogue: Catalogue, collection: str, limit: int) -> dict[str, list[TellingWord]]:
    """The words that a collection is about, by language, the most used language first."""
    texts = _texts(catalogue.connection, collection)
    inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sections: Counter[str] = Counter()
    for text in texts:
        spoken = languages(text)
        found: defaultdict[str, set[str]] = defaultdict(set)
        for spelled, forms in _words_of(text):
            language = language_of(forms.spelled, spoken)
            for piece in _pieces(forms, language):
                found[language].add(piece)
                spellings[piece][spelled if piece == forms.stem else piece] += 1
        for language, pieces in found.items():
            sections[language] += 1
            inside[language].update(pieces)
    told: dict[str, list[TellingWord]] = {}
    for language, count in sections.most_common():
        telling = _most_telling(inside[language], count)
        best = sorted(telling, key=lambda row: (-row[1], row[0]))[:limit]
        if best:
            told[language] = [
                TellingWord(spellings[piece].most_common(1)[0][0], inside[language][piece], round(score, 2))
                for piece, score in best
            ]
    return told


def _telling(connection: sqlite3.Connection, sections: list[Section]) -> list[Forms]:
    """The words that tell most of what is in some sections."""
    counts: Counter[Forms] = Counter()
    for section in sections:
        # A title says in few words what a body says in many.
        for text, weight in ((section.title, 2), (section.body, 1), (section.notes, 1)):
            for word in words(text[:_LONGEST_TEXT]):
                if len(word.forms.fold) >= _SHORTEST and not word.forms.fold.isdecimal():
                    counts[word.forms] += weight
    (total,) = connection.execute("SELECT count(*) FROM section").fetchone()
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_known USING fts5vocab (main, words, row)")
    weighed: list[tuple[float, str, Forms]] = []
    for forms, count in counts.most_common(_ASKED_WORDS):
        row = connection.execute("SELECT doc FROM temp.words_known WHERE term = ?", (forms.parts[0],)).fetchone()
        having = row[0] if row else 1
        if having < max(2, total * _TOO_COMMON):
            weighed.append((-(1 + math.log(count)) * math.log(total / having), forms.fold, forms))
    return [forms for _, _, forms in sorted(weighed)[:_TELLING_WORDS]]


def _texts(connection: sqlite3.Connection, collection: str) -> list[str]:
    """The texts of a collection's sections; of a very large one, of every so many."""
    rows = connection.execute(
        "SELECT place FROM section JOIN item ON item.number = place >> ? WHERE collection = ? ORDER BY place",
        (PLACE_BITS, collection),
    ).fetchall()
    step = -(-len(rows) // _MOST_SECTIONS) or 1
    asked = "SELECT title || char(10) || body || char(10) || notes FROM section WHERE place = ?"
    return [str(connection.execute(asked, (row[0],)).fetchone()[0])[:_LONGEST_TEXT] for row in rows[::step]]


def _words_of(text: str) -> Iterator[tuple[str, Forms]]:
    for word in words(text):
        yield text[word.start : word.end].lower().replace("i\u0307", "i"), word.forms


def _pieces(forms: Forms, language: str) -> Iterator[str]:
    """What is counted of a word: its stem; of a run without spaces, whatever may be a word in it."""
    if not forms.unspaced:
        if len(forms.stem) >= _SHORTEST and not any(sign.isdecimal() for sign in forms.stem):
            yield forms.stem
        return
    units = signs(forms.spelled)
    # Korean puts its particles behind the word; the others put nothing between words at all.
    for start in range(1 if language == "ko" else len(units)):
        for end in range(start + _FEWEST, min(len(units), start + _LONGEST_RUN) + 1):
            yield "".join(units[start:end])


def _most_telling(counts: Counter[str], sections: int) -> Iterator[tuple[str, float]]:
    """Words in more than one section, but not all over the place, by how many sections they mark off."""
    longer: Counter[str] = Counter()
    for piece, count in counts.items():
        for shorter in _shorter(piece) if count > 1 else ():
            longer[shorter] = max(longer[shorter], count)
    for piece, count in counts.items():
        if count < _FEWEST or (sections > _LONGEST_RUN and count > sections * _EVERYWHERE):
            continue
        if longer[piece] >= count * _SAME_SHARE:
            continue
        yield piece, count * math.log(1 + sections / count) * min(1.0, (len(piece) - 1) / 5)


def _shorter(piece: str) -> Iterator[str]:
    """The parts of a run that stand for nothing where the run does."""
    if piece.isascii() or not 2 < len(piece) <= _LONGEST_RUN * 4:
        return
    units = signs(piece)
    yield "".join(units[:-1])
    yield "".join(units[1:])
