"""The words of every section, kept in step with its text: what search asks.

The full-text table holds no text of its own (contentless), so a row can only be taken out by telling it again what was
put in; the words are made anew from the raw text, which is why the version of the normaliser is kept beside them.
"""

import sqlite3
from collections.abc import Sequence

from materials_cli.catalogue import words
from materials_cli.model import Item, Section

NAME = 0
_VERSION = "normaliser"


def put_sections(connection: sqlite3.Connection, collection: str, item_id: str, sections: Sequence[Section]) -> None:
    """Replace all sections of an item."""
    (item,) = connection.execute("SELECT number FROM item WHERE collection = ? AND id = ?", (collection, item_id)).fetchone()
    for rowid, title, body, notes in connection.execute(
        "SELECT rowid, title, body, notes FROM section WHERE item = ? AND number <> ?", (item, NAME)
    ).fetchall():
        _forget(connection, rowid, title, body, notes)
    connection.execute("DELETE FROM section WHERE item = ? AND number <> ?", (item, NAME))
    for section in sections:
        cells = (section.title, section.body, section.notes)
        _put(connection, item, section.number, cells, hidden=section.hidden)


def put_name(connection: sqlite3.Connection, item: Item) -> None:
    """Make the item's name and folders searchable, as a section of number 0."""
    (number,) = connection.execute(
        "SELECT number FROM item WHERE collection = ? AND id = ?", (item.collection, item.id)
    ).fetchone()
    raw = (item.remote.name, " / ".join(item.remote.folders), item.remote.description or "")
    cells = tuple(cell.encode("utf-8", "replace").decode("utf-8") for cell in raw)
    old = connection.execute(
        "SELECT rowid, title, body, notes FROM section WHERE item = ? AND number = ?", (number, NAME)
    ).fetchone()
    if old is not None:
        if tuple(old)[1:] == cells:
            return
        _forget(connection, *old)
        connection.execute("DELETE FROM section WHERE rowid = ?", (old[0],))
    _put(connection, number, NAME, cells, hidden=False)


def renew(connection: sqlite3.Connection) -> None:
    """Make all words anew when they were made by another version of the normaliser."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_VERSION,)).fetchone()
    if row is not None and row[0] == str(words.NORMALISER_VERSION):
        return
    connection.execute("SAVEPOINT renew")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    for rowid, *cells in connection.execute("SELECT rowid, title, body, notes FROM section").fetchall():
        connection.execute(
            "INSERT INTO words (rowid, title, body, notes) VALUES (?, ?, ?, ?)", (rowid, *map(words.stream, cells))
        )
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_VERSION, str(words.NORMALISER_VERSION)))
    connection.execute("RELEASE renew")


def _put(connection: sqlite3.Connection, item: int, number: int, cells: Sequence[str], *, hidden: bool) -> None:
    cursor = connection.execute(
        "INSERT INTO section (item, number, title, body, notes, hidden) VALUES (?, ?, ?, ?, ?, ?)",
        (item, number, *cells, int(hidden)),
    )
    connection.execute(
        "INSERT INTO words (rowid, title, body, notes) VALUES (?, ?, ?, ?)",
        (cursor.lastrowid, *map(words.stream, cells)),
    )


def _forget(connection: sqlite3.Connection, rowid: int, *cells: str) -> None:
    connection.execute(
        "INSERT INTO words (words, rowid, title, body, notes) VALUES ('delete', ?, ?, ?, ?)",
        (rowid, *map(words.stream, cells)),
    )
