"""The full-text index of sections and item names, kept in step with their texts; what `search` queries.

The FTS5 tables are contentless, so deleting a row needs the very terms that were indexed. They are derived again from the
stored text, which is why the version of the normaliser that derived them is kept in the catalogue.
The rowid of a section is its place: the number of its item << PLACE_BITS | its position in the item, counted from 1.
"""

import itertools
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from materials_cli.catalogue.rows import legible
from materials_cli.catalogue.schema import transaction
from materials_cli.model import Section
from materials_cli.words.languages import CODES, LANGUAGE, of_sections

PLACE_BITS = 20
_VERSION = "normaliser"
_ABOUT = ("title", "subject", "keywords", "author")
NAME_COLUMNS = "path, remote, properties, corrections"  # of the table `item`, as name_fields() takes them

# The columns of the table `names`: file name, folders, and what the document says about itself.
NameFields = tuple[str, str, str]
# The place, title, body and notes of a section.
_Texts = tuple[int, str, str, str]


def places_of(item: int) -> tuple[int, int]:
    """What all places of an item, given by its number, lie between."""
    return item << PLACE_BITS, (item + 1) << PLACE_BITS


def put_sections(connection: sqlite3.Connection, item: int, sections: Sequence[Section]) -> dict[str, int]:
    """Replace all sections of an item (given by its number) and index them; return what count_languages() does.

    sections: legible.
    """
    bounds = places_of(item)
    old = _texts_of(connection, item)
    if old:
        gone = _rows(old, _codes(old))
        connection.executemany("INSERT INTO words (words, rowid, title, body, notes) VALUES ('delete', ?, ?, ?, ?)", gone)
        connection.execute("DELETE FROM section WHERE place > ? AND place < ?", bounds)
    if not sections:
        return {}
    new: list[_Texts] = [
        (place, section.title, section.body, section.notes) for place, section in enumerate(sections, bounds[0] + 1)
    ]
    connection.executemany(
        "INSERT INTO section (place, title, body, notes, number, hidden, ocr) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((*row, section.number, int(section.hidden), int(section.ocr)) for row, section in zip(new, sections, strict=True)),
    )
    return _insert_sections(connection, new)


def name_fields(path: str, remote: str, properties: str, corrections: str) -> NameFields:
    """What an item can be found by besides its sections. The arguments are NAME_COLUMNS."""
    listed, document = json.loads(remote), json.loads(properties)
    about = [listed.get("description"), *(document.get(name) for name in _ABOUT), *_texts_in(json.loads(corrections))]
    fields = path.rpartition("/")[2], " / ".join(listed.get("folders", ())), "\n".join(filter(None, about))
    name, folders, rest = map(legible, fields)
    return name, folders, rest


def _texts_in(value: Any) -> Iterator[str]:
    """The texts in corrections, which are JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(inner)


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
        rows = map(tuple, connection.execute("SELECT place, title, body, notes FROM section ORDER BY place"))
        for _, of_item in itertools.groupby(rows, key=lambda row: row[0] >> PLACE_BITS):
            _insert_sections(connection, list(of_item))
        for item, *columns in connection.execute(f"SELECT number, {NAME_COLUMNS} FROM item"):  # noqa: S608 - constants
            _insert_name(connection, item, name_fields(*columns))
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_VERSION, str(NORMALISER_VERSION)))
    return True


def streams_of_items(connection: sqlite3.Connection, items: Iterable[int]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """What the index has of the sections of some items, given by their numbers: each with its place and its columns."""
    for item in items:
        sections = _texts_of(connection, item)
        for place, *columns in _rows(sections, _codes(sections)):
            yield place, (columns[0], columns[1], columns[2])


def languages_of_items(connection: sqlite3.Connection, item: int | None = None) -> dict[int, tuple[str, ...]]:
    """The languages of each item, or of one, by its number: those of its sections, the most frequent first."""
    return {number: tuple(found) for number, found in count_languages(connection, item).items()}


def count_languages(connection: sqlite3.Connection, item: int | None = None) -> dict[int, dict[str, int]]:
    """In how many sections of each item, or of one, each language is; the most frequent first."""
    first, last = (0, 1 << 62) if item is None else places_of(item)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for code in sorted(CODES):
        rows = connection.execute(
            "SELECT rowid >> ?, count(*) FROM words WHERE words MATCH ? AND rowid > ? AND rowid < ? GROUP BY 1",
            (PLACE_BITS, f'"{LANGUAGE}{code}"', first, last),
        )
        for number, sections in rows:
            counts[number][code] = sections
    return {number: dict(found.most_common()) for number, found in counts.items()}


def _texts_of(connection: sqlite3.Connection, item: int) -> list[_Texts]:
    statement = "SELECT place, title, body, notes FROM section WHERE place > ? AND place < ? ORDER BY place"
    return [tuple(row) for row in connection.execute(statement, places_of(item))]


def _codes(sections: Sequence[_Texts]) -> Sequence[Sequence[str]]:
    """The languages of each section of an item, whichever of its texts is in them."""
    return of_sections([(f"{title}\n{body}", notes) for _, title, body, notes in sections])


def _stream(text: str) -> str:
    """The terms of a text, as the index has them."""
    from materials_cli.words.fold import token_stream  # noqa: PLC0415 - who only reads waits for no tables of letters

    return token_stream(text)


def _rows(sections: Sequence[_Texts], languages: Sequence[Sequence[str]]) -> Iterator[_Texts]:
    """What the index has of all sections of an item: their places, and the terms of their texts.

    languages: as _codes() has them; those of a section stand behind its body.
    """
    for (place, title, body, notes), codes in zip(sections, languages, strict=True):
        yield place, _stream(title), " ".join((_stream(body), *(LANGUAGE + code for code in codes))), _stream(notes)


def _insert_sections(connection: sqlite3.Connection, sections: Sequence[_Texts]) -> dict[str, int]:
    """Index all sections of an item; return in how many each language is, the most frequent first."""
    languages = _codes(sections)
    connection.executemany("INSERT INTO words (rowid, title, body, notes) VALUES (?, ?, ?, ?)", _rows(sections, languages))
    found = Counter(sorted(code for codes in languages for code in codes))
    return dict(found.most_common())


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
