"""The catalogue: items, their earlier versions and their texts; its runs and events are in `runs`.

A row is the commit: it is written once the bytes it describes are safely in place.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Self

from materials_cli.catalogue.descriptions import describe_if_outdated, describe_item, text_values
from materials_cli.catalogue.history import first_changes
from materials_cli.catalogue.index import (
    NAME_COLUMNS,
    languages_of_items,
    name_fields,
    places_of,
    put_name,
    put_sections,
    rebuild_if_outdated,
)
from materials_cli.catalogue.naming import ids_now, name_now, namings
from materials_cli.catalogue.publishing import forget_published
from materials_cli.catalogue.rows import (
    ITEM_COLUMNS,
    SECTION_COLUMNS,
    exact,
    item_of,
    item_values,
    legible,
    legible_section,
    message_of,
    section_of,
    update_item,
    version_of,
    version_values,
)
from materials_cli.catalogue.runs import RunHistory
from materials_cli.catalogue.schema import open_catalogue
from materials_cli.history.events import Event, EventType, of_reading
from materials_cli.history.past import item_at
from materials_cli.messages import Message
from materials_cli.model import Fixity, Item, State, Text, Version

# The folders of a path, with the character between them that comes before all others: so a folder is beside its own ones.
_FOLDERS = "replace(rtrim(path, replace(path, '/', '')), '/', char(1))"


@cache
def _record(columns: tuple[str, ...]) -> str:
    """The statement that inserts or updates an item."""
    marks = ", ".join(f"CAST(:{name} AS TEXT)" if name == "path" else f":{name}" for name in columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in {"collection", "id"})
    return (
        f"INSERT INTO item ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of columns
        f" ON CONFLICT (collection, id) DO UPDATE SET {updates} RETURNING number"
    )


class Catalogue(RunHistory):
    """Everything the archive holds. One process writes at a time; readers never wait for it.

    Each call commits by itself unless it is made inside `transaction()`. Any call can raise bad_catalogue (the file is
    damaged), disk_full, disk_refused, or locked (another process has been writing for more than 30 s).
    """

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open the catalogue file; raise newer_archive, bad_catalogue, locked, disk_full or disk_refused.

        Opening it for writing creates or migrates it, and rebuilds the index if another version of the normaliser built it.
        """
        connection = open_catalogue(path, write=write)
        try:
            if write:
                rebuild_if_outdated(connection)
                describe_if_outdated(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        """Return the catalogue itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def held(self, collection: str) -> dict[str, Item]:
        """Every item of a collection by id, including withdrawn ones."""
        return {item.id: item for item in self.each([collection])}

    def collections(self) -> set[str]:
        """The collections that have items."""
        return {slug for (slug,) in self.connection.execute("SELECT DISTINCT collection FROM item")}

    def items(self, collections: Sequence[str] = ()) -> list[Item]:
        """Every item of some collections (of all when empty), sorted by path, including withdrawn ones."""
        return list(self.each(collections))

    def each(self, collections: Sequence[str] = ()) -> Iterator[Item]:
        """The same items one by one, without holding all of them in memory. Write nothing while iterating."""
        return self._each(collections, "path, collection, id")

    def each_by_folder(self, collections: Sequence[str] = (), *, reverse: bool = False) -> Iterator[Item]:
        """The same, but what is in a folder itself comes together, and before what its folders have."""
        order = "DESC" if reverse else "ASC"
        return self._each(collections, f"{_FOLDERS} {order}, path {order}, collection, id")

    def _each(self, collections: Sequence[str], order: str) -> Iterator[Item]:
        chosen = "collection IN (SELECT value FROM json_each(?1))" if collections else "?1 = '[]'"
        rows = self.connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item WHERE {chosen} ORDER BY {order}",  # noqa: S608 - constants
            (json.dumps(list(collections)),),
        )
        return map(item_of, rows)

    def items_at(self, time: datetime, collections: Sequence[str] = ()) -> list[Item]:
        """Every item of some collections as it was just before a time, sorted by path, including those withdrawn by then."""
        changes = self._first_changes(time)
        found = []
        for item in self.items(collections):
            change = changes.get((item.collection, item.id))
            other = change is not None and change.detail.get("was", change.detail["sha256"]) != item.fixity.sha256
            found.append(item_at(item, time, change.detail if change else None, self._all_bytes(item) if other else ()))
        return sorted(filter(None, found), key=lambda item: (item.path, item.collection, item.id))

    def _first_changes(self, time: datetime) -> dict[tuple[str | None, str], Event]:
        """The first event at or after a time that changed each item, by the present names of collection and item."""
        known, ids = namings(self.connection), ids_now(self.connection)
        found: dict[tuple[str | None, str], Event] = {}
        for (collection, item), event in first_changes(self.connection, time).items():
            found.setdefault((name_now(known, collection, event=event.number), ids.get(item, item)), event)
        return found

    def _all_bytes(self, item: Item) -> list[Version]:
        """The earlier versions of an item, and those of its bytes that were lost, of which only the history knows."""
        lost = []
        for event in self.history(item, -1):
            if event.type is EventType.INGESTION:
                fixity = Fixity(event.detail["bytes"], event.detail["sha256"])
                lost.append(Version(item.id, fixity, event.detail["path"], None, event.time, event.time))
        return [*self.versions(item.collection, item.id), *lost]

    def find(self, collection: str, item_id: str) -> Item | None:
        """One item, withdrawn or not; None if it was never recorded."""
        row = self.connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item WHERE collection = ? AND id = ?",  # noqa: S608 - a constant
            (collection, exact(item_id)),
        ).fetchone()
        return item_of(row) if row else None

    def replaced(self, collections: Sequence[str] = ()) -> list[Item]:
        """The items of some collections (of all when empty) with a replacement that waits, sorted by path."""
        rows = self.connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item WHERE replacement IS NOT NULL"  # noqa: S608 - a constant
            " AND (?1 = '[]' OR collection IN (SELECT value FROM json_each(?1))) ORDER BY path, collection, id",
            (json.dumps(list(collections)),),
        )
        return [item_of(row) for row in rows.fetchall()]

    def claims(self) -> Counter[str]:
        """How many rows need each of the digests in versions/: earlier versions, withdrawn items, replacements that wait."""
        rows = self.connection.execute(
            "SELECT sha256 FROM version UNION ALL SELECT sha256 FROM item WHERE state = ?"
            " UNION ALL SELECT json_extract(replacement, '$.fixity.sha256') FROM item WHERE replacement IS NOT NULL",
            (str(State.WITHDRAWN),),
        )
        return Counter(digest for (digest,) in rows)

    def held_sizes(self) -> dict[str, tuple[int, int]]:
        """How many items of each collection are in the mirror, and their bytes."""
        rows = self.connection.execute(
            "SELECT collection, count(*), sum(size) FROM item WHERE state = ? GROUP BY collection", (str(State.HELD),)
        )
        return {slug: (count, size) for slug, count, size in rows}

    def count(self) -> int:
        """How many items there are, withdrawn ones too."""
        return int(self.connection.execute("SELECT count(*) FROM item").fetchone()[0])

    def kept_digests(self) -> frozenset[str]:
        """The digests of all bytes that must be in versions/."""
        return frozenset(self.claims())

    def manifest_stamp(self) -> tuple[str, bool]:
        """What set_manifest_stamp() was last given, and whether no item has changed since."""
        rows = self.connection.execute("SELECT name, value FROM setting WHERE name IN ('manifest', 'manifest_current')")
        known = dict(map(tuple, rows))
        return known.get("manifest", ""), "manifest_current" in known

    def set_manifest_stamp(self, stamp: str) -> None:
        """Record what the manifest on the disk looks like, now that it describes every item."""
        if not self.manifest_stamp()[1]:
            forget_published(self.connection)
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES ('manifest', ?), ('manifest_current', '1')", (stamp,))

    def places(self) -> Iterator[tuple[str, str, str, str]]:
        """Collection, id, path and state of every item, without lone surrogates, as a text file can hold them."""
        for collection, item, path, state in self.connection.execute("SELECT collection, id, path, state FROM item"):
            yield collection, legible(item), legible(path), state

    def unread(self, extractor: int, collections: Iterable[str], ocr: Mapping[str, str] | None = None) -> list[Item]:
        """Items of these collections whose text was never extracted, or from other bytes, or by another extractor version.

        ocr: collection → the languages its pictures are to be recognised in; items recognised in others count too.
        """
        rows = self.connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item"  # noqa: S608 - a constant
            " WHERE collection IN (SELECT value FROM json_each(?3)) AND (text_of IS NOT sha256 OR extractor IS NOT ?1"
            " OR EXISTS (SELECT 1 FROM json_each(?2) AS wanted WHERE wanted.key = collection AND wanted.value <> ocr))"
            " ORDER BY path, collection, id",
            (extractor, json.dumps(ocr or {}), json.dumps(list(collections))),
        )
        return [item_of(row) for row in rows]

    def record(self, item: Item, events: Iterable[Event] = (), *, joining: bool = False) -> None:
        """Insert or update one item, and add events. Its text stays until put_text() replaces it, which describes a new one.

        joining: as part of a transaction that is under way, if any, which undoes all of it after an error.
        """
        values = item_values(item)
        with nullcontext() if joining and self.connection.in_transaction else self.transaction():
            known = self._row(item.collection, item.id)
            told = (known["properties"], known["corrections"]) if known else ("{}", "{}")
            before = name_fields(known["path"], known["remote"], *told) if known else None
            after = name_fields(item.path, values["remote"], *told)
            (number,) = self.connection.execute(_record(tuple(values)), values).fetchone()
            put_name(self.connection, number, before, after)
            if known and before != after:
                describe_item(self.connection, number)
            self.note(events)

    def retire(self, collection: str, version: Version) -> None:
        """Record bytes that an item had before."""
        self.connection.execute(
            "INSERT INTO version (collection, item, path, size, sha256, md5, modified, fetched, retired, withheld) VALUES"
            " (:collection, :item, CAST(:path AS TEXT), :size, :sha256, :md5, :modified, :fetched, :retired, :withheld)",
            version_values(collection, version),
        )

    def versions(self, collection: str, item_id: str) -> list[Version]:
        """The earlier versions of an item, newest first; then those that never were in the mirror."""
        rows = self.connection.execute(
            "SELECT * FROM version WHERE collection = ? AND item = ? ORDER BY withheld, retired DESC, rowid DESC",
            (collection, exact(item_id)),
        )
        return [version_of(row) for row in rows]

    def replacements(self, item: Item) -> dict[str, Message]:
        """Why the earlier bytes of an item were replaced, by their SHA-256, as far as the history tells."""
        events = [event for event in self.history(item, -1) if "was" in event.detail]
        return {event.detail["was"]: reason for event in reversed(events) if (reason := event.message("reason"))}

    def each_version(self, collections: Sequence[str] = ()) -> Iterator[tuple[str, Version]]:
        """The earlier versions of all items of some collections (of all when empty), each with its collection."""
        rows = self.connection.execute(
            "SELECT * FROM version WHERE ?1 = '[]' OR collection IN (SELECT value FROM json_each(?1)) ORDER BY path, rowid",
            (json.dumps(list(collections)),),
        )
        return ((row["collection"], version_of(row)) for row in rows)

    def all_versions(self, collections: Sequence[str] = ()) -> dict[tuple[str, str], list[Version]]:
        """The earlier versions of all items of some collections that have any, newest first, by collection and id."""
        found: dict[tuple[str, str], list[Version]] = {}
        rows = self.connection.execute(
            "SELECT * FROM version WHERE ?1 = '[]' OR collection IN (SELECT value FROM json_each(?1))"
            " ORDER BY retired DESC, rowid DESC",
            (json.dumps(list(collections)),),
        )
        for row in rows:
            found.setdefault((row["collection"], row["item"]), []).append(version_of(row))
        return found

    def put_text(self, collection: str, item_id: str, text: Text, sha256: str, extractor: int, ocr: str = "") -> None:
        """Replace the text of an item, and record an event that says what changed in it.

        sha256: of the bytes that the text was extracted from; extractor: the extractor's version; ocr: the languages in
        which pictures were recognised, empty when they were not. The change is known only where the text before came from
        other bytes. Raise LookupError for an item that was never recorded.
        """
        with self.transaction():
            known = self._row(collection, item_id)
            if known is None:
                raise LookupError(item_id)
            earlier = self.text(collection, item_id) if known["text_of"] not in {None, sha256} else None
            from materials_cli.diff import compare  # noqa: PLC0415 - 5 ms that no reader needs

            comparison = compare(earlier, text) if earlier and earlier.sections and text.sections else None
            event = of_reading(collection, item_id, text, comparison)
            self.note([event] if event else ())
            title, note, properties = text.properties.get("title"), text.note, json.dumps(dict(text.properties))
            sections = tuple(map(legible_section, text.sections))
            languages = put_sections(self.connection, known["number"], sections)
            values = {
                "title": title and legible(title),
                "unit": text.unit,
                "sections": len(sections),
                "note": note and json.dumps(note.to_json()),
                "properties": properties,
                "text_of": sha256,
                "extractor": extractor,
                "ocr": ocr,
                **text_values({**dict(known), "properties": properties}, sections, languages),
            }
            update_item(self.connection, known["number"], values)
            if properties != known["properties"]:
                before, after = (
                    name_fields(known["path"], known["remote"], about, known["corrections"])
                    for about in (known["properties"], properties)
                )
                put_name(self.connection, known["number"], before, after)

    def text(self, collection: str, item_id: str) -> Text | None:
        """The text that was extracted from an item; None when none ever was."""
        row = self._row(collection, item_id)
        if row is None or row["text_of"] is None:
            return None
        sections = self.connection.execute(
            f"SELECT {SECTION_COLUMNS} FROM section WHERE place > ? AND place < ? ORDER BY place",  # noqa: S608 - a constant
            places_of(row["number"]),
        )
        return Text(row["unit"], tuple(map(section_of, sections)), json.loads(row["properties"]), message_of(row["note"]))

    def languages(self, item: Item) -> tuple[str, ...]:
        """The languages of an item's sections, by ISO 639 code, the most frequent first."""
        row = self._row(item.collection, item.id)
        return languages_of_items(self.connection, row["number"]).get(row["number"], ()) if row else ()

    def languages_by_item(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The languages of all items that have any, by collection and id."""
        found = languages_of_items(self.connection)
        rows = self.connection.execute("SELECT number, collection, id FROM item")
        return {(row["collection"], row["id"]): found[row["number"]] for row in rows if row["number"] in found}

    def _row(self, collection: str, item_id: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.connection.execute(
            f"SELECT number, {NAME_COLUMNS}, unit, note, text_of FROM item WHERE collection = ? AND id = ?",  # noqa: S608 - constants
            (collection, exact(item_id)),
        ).fetchone()
        return row
