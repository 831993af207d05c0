"""The items that a person may mean by a path, an id or some words of a name. The most certain interpretation wins."""

import sqlite3

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, exact, item_of
from materials_cli.model import Item
from materials_cli.search.expression import quoted
from materials_cli.words.fold import KEY, Forms, fold, words
from materials_cli.words.sounds import SHORTEST_KEY

# Each condition is tried only when none before it matches any item: the whole path or id; the end of a path, or a name;
# the beginning of an id; the name or path without regard to case, accents and special letters.
_CONDITIONS = (
    "item.path = given.text OR item.id = given.text",
    "substr(item.path, -length(given.text) - 1) = '/' || given.text OR item.name = given.text",
    (
        "length(given.text) >= 4"
        " AND given.text IN (substr(item.id, 1, length(given.text)), substr(item.drive_id, 1, length(given.text)))"
    ),
    "folded(CAST(given.text AS BLOB)) IN (folded(CAST(item.name AS BLOB)), folded(CAST(item.path AS BLOB)))",
)


def resolve(catalogue: Catalogue, text: str) -> list[Item]:
    """The items that a text may mean, by path; several when it is ambiguous, none when nothing matches."""
    given = text.strip().removeprefix("./").strip("/")
    if not given:
        return []
    connection = catalogue.connection
    connection.create_function("folded", 1, lambda raw: fold((raw or b"").decode("utf-8", "replace")), deterministic=True)
    for condition in _CONDITIONS:
        rows = connection.execute(
            f"WITH given AS (SELECT CAST(? AS TEXT) AS text) SELECT {ITEM_COLUMNS} FROM item, given"  # noqa: S608 - constants
            f" WHERE {condition} ORDER BY item.path, item.collection, item.id",
            (exact(given),),
        ).fetchall()
        if rows:
            return [item_of(row) for row in rows]
    return _by_words(connection, given)


def _by_words(connection: sqlite3.Connection, given: str) -> list[Item]:
    """The items with all words, or words that begin so, in their name, else in their folders, title or description."""
    expression = " AND ".join(_word(word.forms) for word in words(given))
    for query in (f"name : ({expression})", expression) if expression else ():
        rows = connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM names JOIN item ON item.number = names.rowid"  # noqa: S608 - constants
            " WHERE names MATCH ? ORDER BY item.path, item.collection, item.id",
            (query,),
        ).fetchall()
        if rows:
            return [item_of(row) for row in rows]
    return []


def _word(forms: Forms) -> str:
    if forms.unspaced:
        return " + ".join(map(quoted, forms.tokens)) + " *"
    key = f" OR {quoted(KEY + forms.key)} *" if len(forms.key) >= SHORTEST_KEY else ""
    return f"({quoted(forms.fold)} *{key})"
