"""What a person calls an item → the items meant. Most certain first: nobody types a Drive id, but anybody may paste one."""

import sqlite3

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, exact, item_of
from materials_cli.model import Item
from materials_cli.words.fold import KEY, fold, words
from materials_cli.words.sounds import SHORTEST_KEY

# Each line is asked only when none before it fitted: the whole path or an id; the end of a path or a name; the beginning
# of an id; the name but for case, accents and special letters.
_TIERS = (
    "item.path = given.text OR item.id = given.text",
    "substr(item.path, -length(given.text) - 1) = '/' || given.text OR item.name = given.text",
    (
        "length(given.text) >= 4"
        " AND given.text IN (substr(item.id, 1, length(given.text)), substr(item.drive_id, 1, length(given.text)))"
    ),
    "folded(CAST(given.text AS BLOB)) IN (folded(CAST(item.name AS BLOB)), folded(CAST(item.path AS BLOB)))",
)


def resolve(catalogue: Catalogue, text: str) -> list[Item]:
    """All items of the first tier that fits any: exact, then by its end, its beginning, and words of its name."""
    given = text.strip().removeprefix("./").strip("/")
    if not given:
        return []
    connection = catalogue.connection
    connection.create_function("folded", 1, lambda raw: fold((raw or b"").decode("utf-8", "replace")), deterministic=True)
    for tier in _TIERS:
        rows = connection.execute(
            f"WITH given AS (SELECT CAST(? AS TEXT) AS text) SELECT {ITEM_COLUMNS} FROM item, given"  # noqa: S608 - constants
            f" WHERE {tier} ORDER BY item.path, item.collection, item.id",
            (exact(given),),
        ).fetchall()
        if rows:
            return [item_of(row) for row in rows]
    return _by_words(connection, given)


def _by_words(connection: sqlite3.Connection, given: str) -> list[Item]:
    """Items in whose name, else in whose folders, title or description, every word is or begins."""
    asked = [word.forms for word in words(given)]
    if not asked:
        return []
    whole = " AND ".join(
        f'("{forms.fold}" *' + (f' OR "{KEY}{forms.key}" *' if len(forms.key) >= SHORTEST_KEY else "") + ")"
        if not forms.unspaced else " + ".join(f'"{part}"' for part in forms.parts) + " *"
        for forms in asked
    )  # fmt: skip
    for query in (f"name : ({whole})", whole):
        rows = connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM names JOIN item ON item.number = names.rowid"  # noqa: S608 - constants
            " WHERE names MATCH ? ORDER BY item.path, item.collection, item.id",
            (query,),
        ).fetchall()
        if rows:
            return [item_of(row) for row in rows]
    return []
