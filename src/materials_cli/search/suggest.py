"""Another spelling for words that nothing has: found among all words of the archive, said in the spelling of its texts.

Asked only when a search found nothing, since it reads the vocabulary (some 0.3 s for 100,000 slides). Words are compared
as they are spelled and, since a name may be typed in another alphabet, by their Latin keys.
"""

import sqlite3
from collections.abc import Iterable

from materials_cli.catalogue.index import name_fields
from materials_cli.search.query import Query, Reach, Term, in_names, parse
from materials_cli.words.fold import KEY, STEM, Forms, words

_LIKENESS, _SURE_LIKENESS = 72.0, 84.0
_KEY_LIKENESS = 80.0
_SHORTEST = 4
_RARE = 2


def did_you_mean(connection: sqlite3.Connection, text: str, *, surely: bool = False) -> str | None:
    """The text again with each unknown word replaced by the most similar known one; None when there is none for any.

    surely: only by words of the same alphabet that begin alike and are very similar. All else that was typed stays.
    """
    unknown = {forms for forms in _asked_words(parse(text)) if not _known(connection, forms)}
    if not unknown:
        return None
    known = _vocabulary(connection)
    said, at = "", 0
    for word in words(text):
        if word.forms in unknown and (better := _nearest(connection, known, word.forms, surely=surely)):
            said += text[at : word.start] + better
            at = word.end
    return said + text[at:] if at else None


def _asked_words(asked: Query) -> list[Forms]:
    return [forms for group in asked.groups for term in group for forms in term.words if len(forms.fold) >= _SHORTEST]


def _known(connection: sqlite3.Connection, forms: Forms) -> bool:
    question = in_names(((Term((forms,)),),), Reach.BEGINNING)
    return any(
        connection.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1", (question,)).fetchone()  # noqa: S608
        for table in ("words", "names")
    )


def _vocabulary(connection: sqlite3.Connection) -> dict[str, int]:
    """Every word of the index and in how many sections or names it stands; keys with their mark, other forms left out."""
    known: dict[str, int] = {}
    for table in ("words", "names"):
        connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_known USING fts5vocab (main, {table}, row)")
        for bounds in (("", STEM), (KEY, chr(ord(KEY) + 1))):
            rows = connection.execute(
                f"SELECT term, doc FROM temp.{table}_known WHERE term >= ? AND term < ?",  # noqa: S608
                bounds,
            )
            for term, count in rows:
                known[term] = known.get(term, 0) + count
    return known


def _nearest(connection: sqlite3.Connection, known: dict[str, int], forms: Forms, *, surely: bool) -> str | None:
    """The original spelling of the most similar word, or None."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed only when nothing was found

    if surely:
        asked = [(forms.fold, [term for term in known if term[0] == forms.fold[0]], _SURE_LIKENESS)]
    else:
        spelled, keyed = [term for term in known if term[0] < KEY], [term for term in known if term[0] == KEY]
        asked = [(forms.fold, spelled, _LIKENESS), (KEY + forms.key, keyed, _KEY_LIKENESS)]
    candidates: list[tuple[float, int, str]] = []
    for wanted, choices, enough in asked:
        for term, likeness, _ in process.extract(wanted, choices, scorer=fuzz.ratio, score_cutoff=enough, limit=10):
            candidates.append((likeness, known[term], term))
    # Of words about as similar, the one that more slides have is the more likely to be meant.
    for _, _, term in sorted(candidates, key=lambda c: (-round(c[0] / 4), -c[1], c[2])):
        if original := _spelling(connection, term):
            return original
    return None


def _spelling(connection: sqlite3.Connection, term: str) -> str | None:
    """How the texts spell a word of the index; None when it only joins two words."""
    for texts in _texts_with(connection, term):
        for text in texts:
            for word in words(text):
                if term in (word.forms.fold, KEY + word.forms.key):
                    return text[word.start : word.end]
    return None


def _texts_with(connection: sqlite3.Connection, term: str) -> Iterable[tuple[str, ...]]:
    question = f'"{term}"'
    for place in connection.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (question, _RARE)).fetchall():
        asked = "SELECT title, body, notes FROM section WHERE place = ?"
        yield tuple(connection.execute(asked, (place[0],)).fetchone())
    for number in connection.execute("SELECT rowid FROM names WHERE names MATCH ? LIMIT ?", (question, _RARE)).fetchall():
        asked = "SELECT path, remote, properties FROM item WHERE number = ?"
        yield name_fields(*connection.execute(asked, (number[0],)).fetchone())
