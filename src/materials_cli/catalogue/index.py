"""The words of every section and every name, kept in step with their text: what search asks.

The full-text tables hold no text of their own (contentless), so a row can only be taken out by telling it again what was
put in: the words are made anew from the raw text, which is why the version of the normaliser is kept beside them.
A section's rowid tells its item: item << 20 | its place in the item, from 1.
"""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from materials_cli.catalogue.rows import legible
from materials_cli.catalogue.schema import transaction
from materials_cli.model import Section
from materials_cli.words.fold import NORMALISER_VERSION, stream

PLACES = 20
_VERSION = "normaliser"
_ABOUT = ("title", "subject", "keywords", "author")

Cells = tuple[str, str, str]


def put_sections(connection: sqlite3.Connection, item: int, sections: Sequence[Section]) -> None:
    """Replace all sections of the item of that number."""
    bounds = (item << PLACES, (item + 1) << PLACES)
    old = connection.execute("SELECT place, title, body, notes FROM section WHERE place > ? AND place < ?", bounds)
    for place, *cells in old.fetchall():
        connection.execute(
            "INSERT INTO words (words, rowid, title, body, notes) VALUES ('delete', ?, ?, ?, ?)", (place, *map(stream, cells))
        )
    connection.execute("DELETE FROM section WHERE place > ? AND place < ?", bounds)
    for place, section in enumerate(sections, bounds[0] + 1):
        texts = [legible(text) for text in (section.title, section.body, section.notes)]
        connection.execute(
            "INSERT INTO section (place, number, title, body, notes, hidden, ocr) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (place, section.number, *texts, int(section.hidden), int(section.ocr)),
        )
        _insert(connection, place, texts)


def cells_of(path: str, remote: str, properties: str) -> Cells:
    """What an item can be found by besides its sections, from its columns: its name, its folders, what is said about it."""
    listed, said = json.loads(remote), json.loads(properties)
    about = [listed.get("description"), *(said.get(name) for name in _ABOUT)]
    folders = " / ".join(listed.get("folders", ()))
    cells = path.rpartition("/")[2], folders, "\n".join(text for text in about if text)
    name, above, rest = (legible(cell) for cell in cells)
    return name, above, rest


def put_name(connection: sqlite3.Connection, item: int, before: Cells | None, cells: Cells) -> None:
    """Bring the words of an item's name up to date; before: the cells they were made from, None for a new item."""
    if cells == before:
        return
    if before is not None:
        connection.execute(
            "INSERT INTO names (names, rowid, name, folders, about) VALUES ('delete', ?, ?, ?, ?)", (item, *map(stream, before))
        )
    _insert_name(connection, item, cells)


def renew(connection: sqlite3.Connection) -> bool:
    """Make all words anew when another version of the normaliser made them; tell whether it was so."""
    made_by = connection.execute("SELECT value FROM setting WHERE name = ?", (_VERSION,)).fetchone()
    if made_by is not None and made_by[0] == str(NORMALISER_VERSION):
        return False
    with transaction(connection):
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
        connection.execute("INSERT INTO names (names) VALUES ('delete-all')")
        for place, *texts in connection.execute("SELECT place, title, body, notes FROM section"):
            _insert(connection, place, texts)
        for item, *columns in connection.execute("SELECT number, path, remote, properties FROM item"):
            _insert_name(connection, item, cells_of(*columns))
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_VERSION, str(NORMALISER_VERSION)))
    return True


@lru_cache(maxsize=256)
def _of_folders(text: str) -> str:
    """The words of a path of folders, which many items share."""
    return stream(text)


def _insert(connection: sqlite3.Connection, place: int, texts: Sequence[str]) -> None:
    connection.execute("INSERT INTO words (rowid, title, body, notes) VALUES (?, ?, ?, ?)", (place, *map(stream, texts)))


def _insert_name(connection: sqlite3.Connection, item: int, cells: Cells) -> None:
    name, folders, about = cells
    connection.execute(
        "INSERT INTO names (rowid, name, folders, about) VALUES (?, ?, ?, ?)",
        (item, stream(name), _of_folders(folders), stream(about) if about else ""),
    )
