"""Corrected spelling for words that occur nowhere: the most similar word of the archive, as its texts spell it.

Only what can be a slip is corrected: a letter too many, too few or wrong, or two in the wrong order; no abbreviation is. It
reads the whole vocabulary (some 0.3 s for 100,000 slides), so it is tried only when a search has found too little. Words
are compared by their folded form and, since a name may be typed in another alphabet, by their key.
"""

import sqlite3
from collections.abc import Iterator

from materials_cli.catalogue.index import NAME_COLUMNS, name_fields
from materials_cli.search.clauses import Clause, Term
from materials_cli.search.expression import expression_of, quoted
from materials_cli.search.match import MatchLevel
from materials_cli.search.query import Query, parse
from materials_cli.words.fold import KEY, STEM, Forms, graphemes, words
from materials_cli.words.sounds import sound

_SHORT_WORD, _LONG_WORD = 6, 11
_MAX_CANDIDATES = 10
_SHORTEST_WORD = 4
_MAX_EXAMPLES = 2


def corrections(connection: sqlite3.Connection, query: Query, *, confident: bool = False) -> Iterator[Query]:
    """The query with each unknown word replaced by the most similar known one, where one can be.

    Then also with each that the archive has only in another form, which may be a word of another language: "algoritms" is a
    slip, although Uzbek texts have "algoritm". confident: accept only very similar words of the same alphabet with the same
    first letter.
    """
    searched = set(_searched_words(query))
    unknown = {forms for forms in searched if not is_known(connection, (Term((forms,)),))}
    if not unknown:
        return
    vocabulary = _vocabulary(connection)
    for wrong in (unknown, unknown | {forms for forms in searched if forms.fold not in vocabulary and not forms.unspaced}):
        if better := _replaced(connection, vocabulary, query, wrong, confident=confident):
            yield better


def _replaced(
    connection: sqlite3.Connection, vocabulary: dict[str, int], query: Query, wrong: set[Forms], *, confident: bool
) -> Query | None:
    """The query with each of some words replaced by the most similar known one; None when none can be replaced."""
    text, at = "", 0
    for word in query.words:
        if word.forms in wrong and (better := _most_similar(connection, vocabulary, word.forms, confident=confident)):
            text += query.text[at : word.start] + better
            at = word.end
    return parse(text + query.text[at:], query.given) if at else None


def _searched_words(query: Query) -> Iterator[Forms]:
    for clause in query.clauses:
        for term in clause:
            if term.literal:
                continue
            yield from (forms for forms in term.words if len(forms.fold) >= _SHORTEST_WORD)


def is_known(connection: sqlite3.Connection, clause: Clause) -> bool:
    """Whether anything in the archive has a clause, in any form or alphabet."""
    expression = expression_of((clause,), MatchLevel.PREFIX)
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
    candidates = _slipped(forms, vocabulary, confident=confident)
    if not confident:
        candidates += _spelled_alike(forms, vocabulary)
    # Of equally similar words, the more frequent is the more likely one.
    for _, _, term in sorted(candidates):
        if spelling := _spelling(connection, term):
            return spelling
    return None


def _slipped(forms: Forms, vocabulary: dict[str, int], *, confident: bool) -> list[tuple[int, int, str]]:
    """The words that differ by a few slips: how many, how rare they are, and their folded form."""
    from rapidfuzz import process  # noqa: PLC0415 - its import costs 13 ms, and few searches need a correction
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    most = _slips(len(graphemes(forms.fold))) - confident
    folded = [term for term in vocabulary if term[0] < KEY and (not confident or term[0] == forms.fold[0])] if most else []
    slips = process.extract(forms.fold, folded, scorer=OSA.distance, score_cutoff=most, limit=_MAX_CANDIDATES)
    return [(int(distance), -vocabulary[term], term) for term, distance, _ in slips]


def _spelled_alike(forms: Forms, vocabulary: dict[str, int]) -> list[tuple[int, int, str]]:
    """The same for words of any alphabet that are romanised alike: by one letter, or by some with the same sound."""
    from rapidfuzz import process  # noqa: PLC0415 - as above
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    keys, most = [term for term in vocabulary if term[0] == KEY], _slips(len(forms.key))
    near = process.extract(KEY + forms.key, keys, scorer=OSA.distance, score_cutoff=most, limit=_MAX_CANDIDATES)
    alike = [(term, distance) for term, distance, _ in near if distance <= 1 or sound(term[1:]) == sound(forms.key)]
    return [(int(distance) + 1, -vocabulary[term], term) for term, distance in alike]


def _slips(length: int) -> int:
    """How many slips of the fingers a word of that length may have; two letters in the wrong order are one."""
    return 1 if length <= _SHORT_WORD else 2 if length <= _LONG_WORD else 3


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
            *connection.execute(f"SELECT {NAME_COLUMNS} FROM item WHERE number = ?", (number,)).fetchone()  # noqa: S608 - constants
        )
