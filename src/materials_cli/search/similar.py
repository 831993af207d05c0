"""Similar slides, by the words that distinguish a text from others.

There is no model: a word is weighted by how often it occurs in a text and how rarely elsewhere (tf-idf), which works for
every language in the archive. Similar slides share a good part of this weight; translations are not found.
"""

import math
import sqlite3
from collections import Counter

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, SECTION_COLUMNS, item_of, section_of
from materials_cli.model import Item, Section
from materials_cli.search.clauses import Term
from materials_cli.search.expression import expression_of
from materials_cli.search.hit import Hit
from materials_cli.search.match import MatchLevel
from materials_cli.search.snippet import highlight, snippet
from materials_cli.words.fold import Forms, words
from materials_cli.words.grammar import is_grammar

_MAX_DISTINCTIVE = 24
_MAX_CONSIDERED = 400
_MIN_SHARED, _MIN_SHARE = 3, 0.2
_MIN_LENGTH = 3
_COMMON_SHARE = 0.25
_MAX_TEXT = 20_000


def similar(catalogue: Catalogue, item: Item, number: int | None, limit: int) -> list[Hit]:
    """The sections of other items most similar to a section of an item, or to the whole item (number None), best first.

    Nothing that has less than a fifth of the weight of its words in common is similar.
    """
    connection = catalogue.connection
    text = catalogue.text(item.collection, item.id)
    sections = [section for section in (text.sections if text else ()) if number in (None, section.number)]
    distinctive = _distinctive_words(connection, sections)
    if not distinctive:
        return []
    clauses = tuple((Term((forms,)),) for forms in distinctive)
    least = sum(distinctive.values()) * _MIN_SHARE
    weights = tuple(distinctive.values())
    rows = connection.execute(
        f"SELECT words.rowid AS place, words.rank AS rank, {ITEM_COLUMNS} FROM words"  # noqa: S608 - constants
        " JOIN item ON item.number = words.rowid >> ?1"
        " WHERE words MATCH ?2 AND words.rank MATCH 'bm25(2.0, 1.0, 0.5)' AND item.sha256 <> ?3"
        # Items are numbered in the order of their arrival: equal ranks are ordered by what no arrival changes.
        " ORDER BY words.rank, item.path, words.rowid LIMIT ?4",
        (PLACE_BITS, expression_of(clauses, MatchLevel.WORD, every=False), item.fixity.sha256, limit * 4),
    )
    hits: list[Hit] = []
    seen: set[tuple[str, int]] = set()
    for row in rows:
        statement = f"SELECT {SECTION_COLUMNS} FROM section WHERE place = ?"  # noqa: S608 - a constant
        section = section_of(connection.execute(statement, (row["place"],)).fetchone())
        highlights = highlight((section.body, section.notes, section.title), clauses, MatchLevel.WORD, max_length=_MAX_TEXT)
        alike = len(highlights.matched) >= _MIN_SHARED and sum(weights[number] for number in highlights.matched) >= least
        if not alike or (row["sha256"], section.number) in seen:
            continue
        seen.add((row["sha256"], section.number))
        shown, marks = snippet(highlights)
        hits.append(Hit(item_of(row), section, shown, marks, -row["rank"]))
    return hits[:limit]


def _distinctive_words(connection: sqlite3.Connection, sections: list[Section]) -> dict[Forms, float]:
    """The words that distinguish some sections most from all others, with their weights."""
    counts: Counter[Forms] = Counter()
    for section in sections:
        # A title says in few words what a body says in many.
        for text, weight in ((section.title, 2), (section.body, 1), (section.notes, 1)):
            for word in words(text[:_MAX_TEXT]):
                telling = len(word.forms.fold) >= _MIN_LENGTH and not word.forms.fold.isdecimal()
                if telling and not is_grammar(text[word.start : word.end].lower()):
                    counts[word.forms] += weight
    (total,) = connection.execute("SELECT count(*) FROM section").fetchone()
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_known USING fts5vocab (main, words, row)")
    weighted: list[tuple[float, str, Forms]] = []
    for forms, count in counts.most_common(_MAX_CONSIDERED):
        row = connection.execute("SELECT doc FROM temp.words_known WHERE term = ?", (forms.tokens[0],)).fetchone()
        containing = row[0] if row else 1
        if containing < max(2, total * _COMMON_SHARE):
            weighted.append((-(1 + math.log(count)) * math.log(total / containing), forms.fold, forms))
    return {forms: -weight for weight, _, forms in sorted(weighted)[:_MAX_DISTINCTIVE]}
