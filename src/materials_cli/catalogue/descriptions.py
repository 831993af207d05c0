"""Descriptions of items: derived when an item, its text or a correction changes, and read one by one.

`descriptions()` is what every export is made from; see describe/description.py.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from materials_cli import describe
from materials_cli.catalogue.index import NAME_COLUMNS, count_languages, name_fields, places_of, put_name
from materials_cli.catalogue.rows import (
    ITEM_COLUMNS,
    SECTION_COLUMNS,
    exact,
    item_of,
    legible,
    read,
    section_of,
    update_item,
)
from materials_cli.catalogue.schema import transaction
from materials_cli.config import Collection
from materials_cli.describe.description import AGENDA, Description, Own
from materials_cli.digests import sha256
from materials_cli.model import Section

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.model import Item

_VERSION = "describer"
_FEWEST_WORDS = 20  # of texts that are compared as a whole
_FACTS = f"number, {NAME_COLUMNS}, word_count, languages"
_OF_ITEM = "FROM section WHERE place > ? AND place < ? ORDER BY place"


class Firsts(NamedTuple):
    """Which item was the first with the same bytes, and with the same text, where several have them: collection and id."""

    bytes: Mapping[str, tuple[str, str]]
    text: Mapping[str, tuple[str, str]]

    @staticmethod
    def of(connection: sqlite3.Connection) -> "Firsts":
        """Those of now, by SHA-256 and by the digest of the text."""
        return Firsts(_firsts(connection, "sha256"), _firsts(connection, "text_digest"))


def descriptions(
    catalogue: "Catalogue",
    collections: Iterable[Collection],
    slugs: Sequence[str] = (),
    item_id: str | None = None,
    firsts: Firsts | None = None,
) -> Iterator[Description]:
    """The descriptions of all items of some collections (of all when empty), by path. Write nothing while iterating.

    collections: those of materials.toml. An item of another one gets a Collection that has only its name. item_id: only items
    with this id. firsts: if they are known already.
    """
    connection = catalogue.connection
    known = {collection.slug: collection for collection in collections}
    versions = catalogue.all_versions(slugs)
    same_bytes, same_text = firsts or Firsts.of(connection)
    rows = connection.execute(
        f"SELECT {ITEM_COLUMNS}, properties, corrections, word_count, languages, described, text_digest, verified_at FROM item"  # noqa: S608 - constants
        " WHERE (?1 = '[]' OR collection IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR id = CAST(?2 AS TEXT))"
        " ORDER BY path, collection, id",
        (json.dumps(list(slugs)), None if item_id is None else exact(item_id)),
    )
    for row in rows:
        item = item_of(row)
        if item.collection not in known:
            known[item.collection] = Collection(slug=item.collection, link="")
        yield Description(
            item=item,
            own=_own(connection, row),
            collection=known[item.collection],
            versions=tuple(versions.get((item.collection, item.id), ())),
            same_bytes=_other(same_bytes.get(row["sha256"]), item) if item.fixity.size else None,
            same_text=_other(same_text.get(row["text_digest"]), item),
            last_verified=read(row["verified_at"])
            if (row["verified_at"] or "").rstrip("Z") > row["fetched"].rstrip("Z")
            else None,
        )


def description_of(catalogue: "Catalogue", collections: Iterable[Collection], item: "Item") -> Description:
    """The description of one item."""
    return next(descriptions(catalogue, collections, [item.collection], item.id))


def own_of(catalogue: "Catalogue", item: "Item") -> Own:
    """What one item says of itself, with what people corrected."""
    row = catalogue.connection.execute(
        f"SELECT {_FACTS}, described FROM item WHERE collection = ? AND id = ?",  # noqa: S608 - constants
        (item.collection, exact(item.id)),
    ).fetchone()
    return _own(catalogue.connection, row)


def put_corrections(
    catalogue: "Catalogue",
    corrections: Mapping[str, Mapping[str, Any]],
    agenda: Mapping[tuple[str, str], Mapping[str, Any]],
) -> int:
    """Make these what metadata/ says of all items; return how many items changed.

    corrections: by the ids of items. agenda: what the agenda of its collection says of an item, by collection and id.
    """
    connection = catalogue.connection
    changed = 0
    with catalogue.transaction():
        rows = connection.execute(
            f"SELECT number, collection, id, {NAME_COLUMNS} FROM item"  # noqa: S608 - constants
            " WHERE corrections <> '{}' OR id IN (SELECT value FROM json_each(?))",
            (json.dumps([*corrections, *(item for _, item in agenda)]),),
        ).fetchall()
        for number, collection, item, *columns in rows:
            told = agenda.get((collection, item))
            said = {**corrections.get(item, {}), **({AGENDA: told} if told else {})}
            after = json.dumps(said, ensure_ascii=False)
            if after == columns[-1]:
                continue
            connection.execute("UPDATE item SET corrections = ? WHERE number = ?", (after, number))
            path, remote, properties, before = columns
            put_name(
                connection,
                number,
                name_fields(path, remote, properties, before),
                name_fields(path, remote, properties, after),
            )
            describe_item(connection, number)
            changed += 1
    return changed


def text_values(facts: Mapping[str, Any], sections: Sequence[Section], languages: Mapping[str, int]) -> dict[str, Any]:
    """The columns that follow from the text of an item: what it is made of, and the description.

    facts: NAME_COLUMNS. sections: legible, as they are stored. languages: in how many each is, as count_languages() has them.
    """
    from materials_cli.describe.derive import count_words  # noqa: PLC0415 - see _derived()

    text = "\n".join("\n".join(filter(None, (each.title, each.body, each.notes))) for each in sections)
    words = count_words(text)
    whole = " ".join(text.casefold().split()).encode("utf-8", "replace")
    return {
        "word_count": words,
        "languages": json.dumps(languages),
        "text_digest": sha256(whole).hexdigest() if words >= _FEWEST_WORDS else None,
        "described": json.dumps(_derived(facts, sections[0] if sections else None, words, languages).to_json()),
    }


def describe_item(connection: sqlite3.Connection, number: int) -> None:
    """Derive the description of an item, given by its number, and store it."""
    described = _derived_json(connection, number)
    connection.execute("UPDATE item SET described = ?1 WHERE number = ?2 AND described IS NOT ?1", (described, number))


def described_column(connection: sqlite3.Connection) -> str:
    """An SQL expression for the description of each row of `item`: the stored one, or the one that _own() derives."""
    connection.create_function("derived", 1, partial(_derived_json, connection))
    return "coalesce(described, derived(number))"


def describe_if_outdated(connection: sqlite3.Connection) -> bool:
    """Describe all items anew if another version of the rules, or of the detection of languages, did; return whether it did."""
    from materials_cli.words.fold import NORMALISER_VERSION  # noqa: PLC0415 - see _derived()

    now = f"{describe.VERSION}.{NORMALISER_VERSION}"
    by = connection.execute("SELECT value FROM setting WHERE name = ?", (_VERSION,)).fetchone()
    if by is not None and by[0] == now:
        return False
    with transaction(connection):
        languages = count_languages(connection)
        for row in connection.execute(f"SELECT number, {NAME_COLUMNS} FROM item").fetchall():  # noqa: S608 - constants
            number = row["number"]
            sections = list(map(section_of, connection.execute(f"SELECT {SECTION_COLUMNS} {_OF_ITEM}", places_of(number))))
            update_item(connection, number, text_values(dict(row), sections, languages.get(number, {})))
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_VERSION, now))
    return True


def _own(connection: sqlite3.Connection, row: sqlite3.Row) -> Own:
    """The stored description of a row; derived now if its text was never read, or an earlier version wrote the row."""
    return Own.from_json(json.loads(row["described"])) if row["described"] else _derived_of(connection, row)


def _derived_json(connection: sqlite3.Connection, number: int) -> str:
    return json.dumps(_derived_of(connection, _facts_of(connection, number)).to_json())


def _facts_of(connection: sqlite3.Connection, number: int) -> sqlite3.Row:
    found = connection.execute(f"SELECT {_FACTS} FROM item WHERE number = ?", (number,))  # noqa: S608 - the names of columns
    row: sqlite3.Row = found.fetchone()
    return row


def _derived_of(connection: sqlite3.Connection, row: sqlite3.Row) -> Own:
    """What follows from a row with _FACTS and from the first section of its item."""
    first = connection.execute(f"SELECT {SECTION_COLUMNS} {_OF_ITEM} LIMIT 1", places_of(row["number"])).fetchone()
    return _derived(dict(row), section_of(first) if first else None, row["word_count"], json.loads(row["languages"]))


def _derived(facts: Mapping[str, Any], first: Section | None, words: int, languages: Mapping[str, int]) -> Own:
    from materials_cli.describe.derive import Facts, derive  # noqa: PLC0415 - who only reads waits for no tables of words

    remote = json.loads(facts["remote"])
    return derive(
        Facts(
            name=legible(facts["path"].rpartition("/")[2]),
            folders=tuple(map(legible, remote.get("folders", ()))),
            description=legible(remote["description"]) if remote.get("description") else None,
            properties={name: legible(value) for name, value in json.loads(facts["properties"]).items()},
            first=first,
            words=words,
            languages=languages,
            corrections=json.loads(facts["corrections"]),
        )
    )


def _firsts(connection: sqlite3.Connection, column: str) -> dict[str, tuple[str, str]]:
    """Which item was first to have each value that several have: its collection and id.

    Times are compared as the manifest tells them, to the millisecond, so that an archive rebuilt from it says the same.
    """
    rows = connection.execute(
        f"SELECT {column}, collection, id FROM item WHERE {column} IN"  # noqa: S608 - a name of ours
        f" (SELECT {column} FROM item WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1)"
        " ORDER BY substr(rtrim(first_seen, 'Z'), 1, 23), collection, id"
    )
    found: dict[str, tuple[str, str]] = {}
    for value, collection, item in rows:
        found.setdefault(value, (collection, item))
    return found


def _other(first: tuple[str, str] | None, item: "Item") -> str | None:
    return first[1] if first and first != (item.collection, item.id) else None
