"""Corrected spelling for words that occur nowhere: the most similar word of the archive, as its texts spell it.

It reads the whole vocabulary (some 0.3 s for 100,000 slides), so it is tried only when a search has found too little. Words
are compared by their folded form and, since a name may be typed in another alphabet, by their key.
"""

import sqlite3
from collections.abc import Iterator

from materials_cli.catalogue.index import name_fields
from materials_cli.search.clauses import Term
from materials_cli.search.expression import expression_of, quoted
from materials_cli.search.match import MatchLevel
from materials_cli.search.query import Query, parse
from materials_cli.words.fold import KEY, STEM, Forms, words

_MIN_LIKENESS, _MIN_CONFIDENT_LIKENESS = 72.0, 84.0
_MIN_KEY_LIKENESS = 80.0
_SHORTEST_WORD = 4
_MAX_EXAMPLES = 2


def corrected(connection: sqlite3.Connection, query: Query, *, confident: bool = False) -> Query | None:
    """The query with each unknown word replaced by the most similar known one; None when no word can be replaced.

    confident: accept only very similar words of the same alphabet with the same first letter.
    """
    unknown = {forms for forms in _searched_words(query) if not _is_known(connection, forms)}
    if not unknown:
        return None
    vocabulary = _vocabulary(connection)
    text, at = "", 0
    for word in query.words:
        if word.forms in unknown and (better := _most_similar(connection, vocabulary, word.forms, confident=confident)):
            text += query.text[at : word.start] + better
            at = word.end
    return parse(text + query.text[at:], query.given) if at else None


def _searched_words(query: Query) -> Iterator[Forms]:
    for clause in query.clauses:
        for term in clause:
            yield from (forms for forms in term.words if len(forms.fold) >= _SHORTEST_WORD)


def _is_known(connection: sqlite3.Connection, forms: Forms) -> bool:
    expression = expression_of(((Term((forms,)),),), MatchLevel.PREFIX)
    return any(
        connection.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1", (expression,)).fetchone()  # noqa: S608
        for table in ("words", "names")
    )


def _vocabulary(connection: sqlite3.Connection) -> dict[str, int]:
    """Every folded word and every marked key of the index → the number of sections and names that contain it."""
    counts: dict[str, int] = {}
    for table in ("words", "names"):
        connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_known USING fts5vocab (main, {table}, row)")
        for bounds in (("", STEM), (KEY, chr(ord(KEY) + 1))):
            rows = connection.execute(
                f"SELECT term, doc FROM temp.{table}_known WHERE term >= ? AND term < ?",  # noqa: S608
                bounds,
            )
            for term, count in rows:
                counts[term] = counts.get(term, 0) + count
    return counts


def _most_similar(connection: sqlite3.Connection, vocabulary: dict[str, int], forms: Forms, *, confident: bool) -> str | None:
    """The original spelling of the most similar word, or None."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - its import costs 13 ms, and few searches need a correction

    if confident:
        comparisons = [(forms.fold, [term for term in vocabulary if term[0] == forms.fold[0]], _MIN_CONFIDENT_LIKENESS)]
    else:
        folded, keys = [term for term in vocabulary if term[0] < KEY], [term for term in vocabulary if term[0] == KEY]
        comparisons = [(forms.fold, folded, _MIN_LIKENESS), (KEY + forms.key, keys, _MIN_KEY_LIKENESS)]
    candidates: list[tuple[float, int, str]] = []
    for typed, choices, least in comparisons:
        for term, likeness, _ in process.extract(typed, choices, scorer=fuzz.ratio, score_cutoff=least, limit=10):
            candidates.append((likeness, vocabulary[term], term))
    # Of about equally similar words, the more frequent is the more likely one.
    for _, _, term in sorted(candidates, key=lambda candidate: (-round(candidate[0] / 4), -candidate[1], candidate[2])):
        if spelling := _spelling(connection, term):
            return spelling
    return None


def _spelling(connection: sqlite3.Connection, term: str) -> str | None:
    """How the texts spell a term of the index; None when it is part of no single word."""
    for text in _texts_with(connection, term):
        for word in words(text):
            if term in (word.forms.fold, KEY + word.forms.key):
                return text[word.start : word.end]
    return None


def _texts_with(connection: sqlite3.Connection, term: str) -> Iterator[str]:
    """The texts of a few sections and names that contain a term."""
    found = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (quoted(term), _MAX_EXAMPLES)
    for (place,) in connection.execute(*found).fetchall():
        yield from connection.execute("SELECT title, body, notes FROM section WHERE place = ?", (place,)).fetchone()
    found = "SELECT rowid FROM names WHERE names MATCH ? LIMIT ?", (quoted(term), _MAX_EXAMPLES)
    for (number,) in connection.execute(*found).fetchall():
        yield from name_fields(
            *connection.execute("SELECT path, remote, properties FROM item WHERE number = ?", (number,)).fetchone()
        )
