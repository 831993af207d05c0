"""The items that the filters of a query select by their kind, collection, path, speaker and date."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.rows import written
from materials_cli.kinds import kind_of, matches_kind
from materials_cli.search.expression import names_with
from materials_cli.search.match import MatchLevel
from materials_cli.search.query import Clauses, Filters
from materials_cli.search.snippet import highlight
from materials_cli.words.fold import fold


def matching_items(connection: sqlite3.Connection, filters: Filters, collections: Sequence[str]) -> str | None:
    """The numbers of the items that the filters select in some collections (in all when empty), as a JSON array.

    None when every item is selected.
    """
    if not (filters.select_items or collections):
        return None
    connection.create_function("matches_kind", 3, _matches_kind, deterministic=True)
    connection.create_function("folded_path", 1, lambda path: fold(path.decode("utf-8", "replace")), deterministic=True)
    conditions: list[str] = []
    values: list[str] = []
    for names in filter(None, (collections, filters.collections)):
        conditions.append("collection IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(names)))
    for name in filters.speakers:
        conditions.append("number IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(_items_of_speaker(connection, name))))
    if filters.kinds:
        conditions.append("matches_kind(CAST(path AS BLOB), media_type, ?)")
        values.append(json.dumps(filters.kinds))
    for path in filters.paths:
        conditions.append("instr(folded_path(CAST(path AS BLOB)), ?)")
        values.append(path)
    if filters.after:
        conditions.append("coalesce(modified, first_seen) >= ?")
        values.append(_comparable(filters.after))
    if filters.before:
        conditions.append("coalesce(modified, first_seen) < ?")
        values.append(_comparable(filters.before))
    statement = f"SELECT json_group_array(number) FROM item WHERE {' AND '.join(conditions)}"  # noqa: S608 - constants
    return str(connection.execute(statement, values).fetchone()[0])


def _items_of_speaker(connection: sqlite3.Connection, name: Clauses) -> set[int]:
    """The numbers of the items whose author has the name, or whose first section, where decks name their speaker.

    The name may be written in another alphabet. The strictest level at which any item matches decides.
    """
    for level in (MatchLevel.WORD, MatchLevel.PREFIX, MatchLevel.TRUNCATED, MatchLevel.SOUND):
        expression = names_with(name, level)
        authors = connection.execute(
            "SELECT number, json_extract(properties, '$.author') AS author FROM item"
            " WHERE number IN (SELECT rowid FROM names WHERE names MATCH ?)",
            (expression,),
        ).fetchall()
        first_sections = connection.execute(
            "SELECT place, title, body FROM section"
            " WHERE place IN (SELECT rowid FROM words WHERE words MATCH ?) AND place & ((1 << ?) - 1) = 1",
            (f"{{title body}} : ({expression})", PLACE_BITS),
        ).fetchall()
        found = {int(row["number"]) for row in authors if _contains(row["author"] or "", name, level)}
        found |= {
            int(row["place"]) >> PLACE_BITS for row in first_sections if _contains(f"{row['title']} {row['body']}", name, level)
        }
        if found:
            return found
    return set()


def _comparable(time: datetime) -> str:
    """A time as text that sorts before every time of its second, however precisely Drive states that time."""
    return written(time).removesuffix("Z")


def _contains(text: str, clauses: Clauses, level: MatchLevel) -> bool:
    return len(highlight([text], clauses, level).matched) == len(clauses)


def _matches_kind(path: bytes, media_type: str, kinds: str) -> bool:
    """Whether an item is of one of the kinds (a JSON array of words)."""
    name = path.decode("utf-8", "replace")
    return matches_kind(json.loads(kinds), kind_of(name, media_type), name)
