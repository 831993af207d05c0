"""The full-text index of sections and item names, kept in step with their texts; what `search` queries.

The FTS5 tables are contentless, so deleting a row needs the very terms that were indexed. They are derived again from the
stored text, which is why the version of the normaliser that derived them is kept in the catalogue.
The rowid of a section is its place: the number of its item << PLACE_BITS | its position in the item, counted from 1.
"""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from materials_cli.catalogue.rows import legible
from materials_cli.catalogue.schema import transaction
from materials_cli.model import Section

PLACE_BITS = 20
_VERSION = "normaliser"
_ABOUT = ("title", "subject", "keywords", "author")

# The columns of the table `names`: file name, folders, and what the document says about itself.
NameFields = tuple[str, str, str]


def put_sections(connection: sqlite3.Connection, item: int, sections: Sequence[Section]) -> None:
    """Replace all sections of an item (given by its number) and index them."""
    bounds = (item << PLACE_BITS, (item + 1) << PLACE_BITS)
    old = connection.execute("SELECT place, title, body, notes FROM section WHERE place > ? AND place < ?", bounds)
    for place, *texts in old.fetchall():
        connection.execute(
            "INSERT INTO words (words, rowid, title, body, notes) VALUES ('delete', ?, ?, ?, ?)",
            (place, *map(_stream, texts)),
        )
    connection.execute("DELETE FROM section WHERE place > ? AND place < ?", bounds)
    for place, section in enumerate(sections, bounds[0] + 1):
        texts = [legible(text) for text in (section.title, section.body, section.notes)]
        connection.execute(
            "INSERT INTO section (place, number, title, body, notes, hidden, ocr) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (place, section.number, *texts, int(section.hidden), int(section.ocr)),
        )
        _insert_section(connection, place, texts)


def name_fields(path: str, remote: str, properties: str) -> NameFields:
    """What an item can be found by besides its sections. The arguments are columns of the table `item`."""
    listed, document = json.loads(remote), json.loads(properties)
    about = [listed.get("description"), *(document.get(name) for name in _ABOUT)]
    fields = path.rpartition("/")[2], " / ".join(listed.get("folders", ())), "\n".join(filter(None, about))
    name, folders, rest = map(legible, fields)
    return name, folders, rest


def put_name(connection: sqlite3.Connection, item: int, before: NameFields | None, after: NameFields) -> None:
    """Index the name of an item. before: the fields that are indexed now, None for a new item."""
    if after == before:
        return
    if before is not None:
        remove_name(connection, item, before)
    _insert_name(connection, item, after)


def remove_name(connection: sqlite3.Connection, item: int, fields: NameFields) -> None:
    """Take the name of an item out of the index. fields: those that are indexed."""
    connection.execute(
        "INSERT INTO names (names, rowid, name, folders, about) VALUES ('delete', ?, ?, ?, ?)", (item, *map(_stream, fields))
    )


def rebuild_if_outdated(connection: sqlite3.Connection) -> bool:
    """Rebuild the whole index if another version of the normaliser built it; return whether it did."""
    from materials_cli.words.fold import NORMALISER_VERSION  # noqa: PLC0415 - see _stream()

    built_by = connection.execute("SELECT value FROM setting WHERE name = ?", (_VERSION,)).fetchone()
    if built_by is not None and built_by[0] == str(NORMALISER_VERSION):
        return False
    with transaction(connection):
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
        connection.execute("INSERT INTO names (names) VALUES ('delete-all')")
        for place, *texts in connection.execute("SELECT place, title, body, notes FROM section"):
            _insert_section(connection, place, texts)
        for item, *columns in connection.execute("SELECT number, path, remote, properties FROM item"):
            _insert_name(connection, item, name_fields(*columns))
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_VERSION, str(NORMALISER_VERSION)))
    return True


def _stream(text: str) -> str:
    """The terms of a text, as the index has them."""
    from materials_cli.words.fold import token_stream  # noqa: PLC0415 - who only reads waits for no tables of letters

    return token_stream(text)


def _insert_section(connection: sqlite3.Connection, place: int, texts: Sequence[str]) -> None:
    connection.execute("INSERT INTO words (rowid, title, body, notes) VALUES (?, ?, ?, ?)", (place, *map(_stream, texts)))


def _insert_name(connection: sqlite3.Connection, item: int, fields: NameFields) -> None:
    name, folders, about = fields
    connection.execute(
        "INSERT INTO names (rowid, name, folders, about) VALUES (?, ?, ?, ?)",
        (item, _stream(name), _folder_stream(folders), _stream(about) if about else ""),
    )


@lru_cache(maxsize=256)
def _folder_stream(folders: str) -> str:
    """The token stream of a path of folders; many items share one."""
    return _stream(folders)
