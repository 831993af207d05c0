"""Which items the filters of a search leave: what is asked of the item itself rather than of its words."""

import json
import sqlite3
from collections.abc import Sequence

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.rows import written
from materials_cli.kinds import kind_of, matches_kind
from materials_cli.search.query import Filters, Group, Reach, in_names, parse
from materials_cli.search.snippet import read
from materials_cli.words.fold import fold


def wanted_items(connection: sqlite3.Connection, filters: Filters, collections: Sequence[str]) -> str | None:
    """The numbers of the items that the filters leave, as a JSON array; None when they leave all."""
    if not (filters.about_items or collections):
        return None
    connection.create_function("kind_fits", 3, _kind_fits, deterministic=True)
    connection.create_function("folded_path", 1, lambda path: fold(path.decode("utf-8", "replace")), deterministic=True)
    conditions: list[str] = []
    values: list[str] = []
    for names in filter(None, (list(collections), filters.collections)):
        conditions.append("collection IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(names))
    for speaker in filters.speakers:
        conditions.append("number IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(spoken_by(connection, speaker))))
    if filters.kinds:
        conditions.append("kind_fits(CAST(path AS BLOB), media_type, ?)")
        values.append(json.dumps(filters.kinds))
    for path in filters.paths:
        conditions.append("instr(folded_path(CAST(path AS BLOB)), ?)")
        values.append(path)
    if filters.after:
        conditions.append("coalesce(modified, first_seen) >= ?")
        values.append(written(filters.after).removesuffix("Z"))
    if filters.before:
        conditions.append("coalesce(modified, first_seen) < ?")
        values.append(written(filters.before).removesuffix("Z"))
    asked = f"SELECT json_group_array(number) FROM item WHERE {' AND '.join(conditions)}"  # noqa: S608 - constants
    return str(connection.execute(asked, values).fetchone()[0])


def spoken_by(connection: sqlite3.Connection, name: str) -> set[int]:
    """The numbers of the items whose author is called so, or whose first section has the name: a deck names its speaker there.

    The name may be written in another alphabet; the nearest writing that any item has decides.
    """
    groups = parse(name).groups
    for reach in (Reach.WHOLE, Reach.BEGINNING, Reach.CUT, Reach.SOUND) if groups else ():
        question = in_names(groups, reach)
        authors = connection.execute(
            "SELECT number, json_extract(properties, '$.author') AS author FROM item"
            " WHERE number IN (SELECT rowid FROM names WHERE names MATCH ?)",
            (question,),
        ).fetchall()
        firsts = connection.execute(
            "SELECT place, title, body FROM section"
            " WHERE place IN (SELECT rowid FROM words WHERE words MATCH ?) AND place & ((1 << ?) - 1) = 1",
            (f"{{title body}} : ({question})", PLACE_BITS),
        ).fetchall()
        found = {int(row["number"]) for row in authors if _has([row["author"] or ""], groups, reach)}
        found |= {int(row["place"]) >> PLACE_BITS for row in firsts if _has([row["title"], row["body"]], groups, reach)}
        if found:
            return found
    return set()


def _has(texts: Sequence[str], groups: tuple[Group, ...], reach: Reach) -> bool:
    return read([" ".join(texts)], groups, reach).complete


def _kind_fits(path: bytes, media_type: str, kinds: str) -> bool:
    """Whether an item is of one of the kinds (a JSON array of their words)."""
    name = path.decode("utf-8", "replace")
    return matches_kind(json.loads(kinds), kind_of(name, media_type), name)
