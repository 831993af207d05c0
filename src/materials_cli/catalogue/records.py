"""Items, versions and runs as rows. The row is the commit: it is written when the bytes are safe."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Self

from materials_cli.catalogue import history, index
from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import (
    ITEM_COLUMNS,
    exact,
    item_of,
    item_values,
    legible,
    read,
    run_of,
    version_of,
    version_values,
    written,
)
from materials_cli.catalogue.schema import open_catalogue, transaction
from materials_cli.history.events import Chain, Event, of_ending, of_reading
from materials_cli.model import Failure, Item, Run, Section, Text, Version


class Catalogue:
    """What is held. One writer at a time; readers never wait for it.

    Each call commits by itself unless it stands inside `transaction()`. Any call can raise bad_catalogue when the file
    turns out to be damaged, disk_full, disk_refused, or locked when another program writes for more than 30 s.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._run: int | None = None

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open the catalogue file; raise newer_archive, bad_catalogue, locked, disk_full or disk_refused.

        To open it for writing makes or migrates it, and makes its words anew after a change of the normaliser.
        """
        connection = open_catalogue(path, write=write)
        try:
            if write:
                index.renew(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        """The catalogue itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Make several writes one commit: all of them or, after an error, none."""
        return transaction(self.connection)

    def held(self, collection: str) -> dict[str, Item]:
        """Every item of a collection by id, withdrawn ones too."""
        return {item.id: item for item in self.each([collection])}

    def items(self, collections: Sequence[str] = ()) -> list[Item]:
        """Every item, or those of some collections, by path; withdrawn ones too."""
        return list(self.each(collections))

    def each(self, collections: Sequence[str] = ()) -> Iterator[Item]:
        """The same one by one: they need not all be in memory. Nothing may be written in between."""
        rows = self.connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item"  # noqa: S608 - a constant
            " WHERE ?1 = '[]' OR collection IN (SELECT value FROM json_each(?1)) ORDER BY path, collection, id",
            (json.dumps(list(collections)),),
        )
        return map(item_of, rows)

    def places(self) -> Iterator[tuple[str, str, str, str]]:
        """Collection, id, path and state of every item, as a text file can hold them."""
        for collection, item, path, state in self.connection.execute("SELECT collection, id, path, state FROM item"):
            yield collection, legible(item), legible(path), state

    def record(self, item: Item) -> None:
        """Write one item, new or known. Its text stays until put_text replaces it."""
        values = item_values(item)
        columns = ", ".join(values)
        marks = ", ".join(f"CAST(:{name} AS TEXT)" if name == "path" else f":{name}" for name in values)
        updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in {"collection", "id"})
        with self.transaction():
            was = self._columns(item.collection, item.id)
            before = index.cells_of(was["path"], was["remote"], was["properties"]) if was else None
            now = index.cells_of(item.path, values["remote"], was["properties"] if was else "{}")
            (number,) = self.connection.execute(
                f"INSERT INTO item ({columns}) VALUES ({marks})"  # noqa: S608 - names of columns
                f" ON CONFLICT (collection, id) DO UPDATE SET {updates} RETURNING number",
                values,
            ).fetchone()
            index.put_name(self.connection, number, before, now)

    def retire(self, collection: str, version: Version) -> None:
        """Remember bytes that an item had before."""
        self.connection.execute(
            "INSERT INTO version (collection, item, path, size, sha256, md5, modified, fetched, retired) VALUES"
            " (:collection, :item, CAST(:path AS TEXT), :size, :sha256, :md5, :modified, :fetched, :retired)",
            version_values(collection, version),
        )

    def versions(self, collection: str, item_id: str) -> list[Version]:
        """The earlier versions of an item, newest first."""
        rows = self.connection.execute(
            "SELECT * FROM version WHERE collection = ? AND item = ? ORDER BY retired DESC, rowid DESC",
            (collection, exact(item_id)),
        )
        return [version_of(row) for row in rows]

    def put_text(self, collection: str, item_id: str, text: Text, sha256: str, extractor: int, ocr: str = "") -> None:
        """Replace what is known of an item's text. sha256: the bytes it was taken from; extractor: by what version.

        ocr: the languages in which its pictures were looked at, empty when they were not.
        Text of other bytes than before is compared with the text before, as long as that is known.
        Raise LookupError for an item that was never recorded.
        """
        from materials_cli.diff import compare  # noqa: PLC0415 - who only reads compares nothing

        with self.transaction():
            was = self._columns(collection, item_id)
            if was is None:
                raise LookupError(item_id)
            number, path, remote, properties_before = was
            (text_of,) = self.connection.execute("SELECT text_of FROM item WHERE number = ?", (number,)).fetchone()
            earlier = self.text(collection, item_id) if text_of not in {None, sha256} else None
            comparison = compare(earlier, text) if earlier and earlier.sections and text.sections else None
            event = of_reading(collection, item_id, text, comparison)
            self.note([event] if event else [])
            properties = json.dumps(dict(text.properties))
            title, note = text.properties.get("title"), text.note
            self.connection.execute(
                "UPDATE item SET title = ?, unit = ?, sections = ?, note = ?, properties = ?, text_of = ?, extractor = ?,"
                " ocr = ? WHERE number = ?",
                (
                    title and legible(title), text.unit, len(text.sections), note and legible(note),
                    properties, sha256, extractor, ocr, number,
                ),
            )  # fmt: skip
            if properties != properties_before:
                before = index.cells_of(path, remote, properties_before)
                index.put_name(self.connection, number, before, index.cells_of(path, remote, properties))
            index.put_sections(self.connection, number, text.sections)

    def text(self, collection: str, item_id: str) -> Text | None:
        """What was read out of an item; None when nothing ever was."""
        row = self.connection.execute(
            "SELECT number, unit, properties, note, text_of FROM item WHERE collection = ? AND id = ?",
            (collection, exact(item_id)),
        ).fetchone()
        if row is None or row["text_of"] is None:
            return None
        bounds = (row["number"] << index.PLACES, (row["number"] + 1) << index.PLACES)
        sections = self.connection.execute(
            "SELECT number, title, body, notes, hidden, ocr FROM section WHERE place > ? AND place < ? ORDER BY place", bounds
        )
        return Text(
            row["unit"],
            tuple(Section(s["number"], s["title"], s["body"], s["notes"], bool(s["hidden"]), bool(s["ocr"])) for s in sections),
            json.loads(row["properties"]),
            row["note"],
        )

    def unread(self, extractor: int, ocr: Mapping[str, str] | None = None) -> list[Item]:
        """Items whose text is missing, was taken from other bytes, or by another version of the extractor.

        ocr: for some collections, the languages in which pictures are to be looked at; items where others were, too.
        """
        rows = self.connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item"  # noqa: S608 - a constant
            " WHERE text_of IS NOT sha256 OR extractor IS NOT ?1"
            " OR EXISTS (SELECT 1 FROM json_each(?2) AS asked WHERE asked.key = collection AND asked.value <> ocr)"
            " ORDER BY path, collection, id",
            (extractor, json.dumps(ocr or {})),
        )
        return [item_of(row) for row in rows]

    def note(self, events: Iterable[Event]) -> None:
        """Add events to the history, to the run under way if there is one."""
        history.append(self.connection, self._run, events)

    def history(self, item: Item, limit: int = 50) -> list[Event]:
        """The last events of an item, newest first."""
        return history.of_item(self.connection, item.collection, item.id, limit)

    def events(self, runs: Iterable[Run]) -> list[Event]:
        """What some runs changed, and how they ended, oldest first."""
        return history.of_runs(self.connection, [run.id for run in runs])

    def runs(
        self,
        collections: Sequence[str] = (),
        *,
        after: int = 0,
        since: datetime | None = None,
        changing: bool = False,
        limit: int = -1,
    ) -> list[Run]:
        """Runs, newest first; all, or those after a number, from a time on, or that changed something."""
        begun = written(since) if since else ""
        return history.runs(self.connection, collections, after=after, since=begun, changing=changing, limit=limit)

    def first_proof(self) -> str:
        """The hash of the first event, by which this archive's history can be known; empty before there is one."""
        return history.first(self.connection)

    def check_history(self) -> Chain:
        """Prove that no event was changed, taken out or put in later."""
        return history.check(self.connection)

    def begin_run(self, collection: str, started: datetime) -> int:
        """Note that a run has begun; return its number. Events belong to it until it ends."""
        (number,) = self.connection.execute(
            "INSERT INTO run (collection, started) VALUES (?, ?) RETURNING id", (collection, written(started))
        ).fetchone()
        self._run = int(number)
        return self._run

    def end_run(
        self,
        run_id: int,
        *,
        ended: datetime,
        status: int,
        counts: Mapping[str, int],
        bytes: int,  # noqa: A002 - the field's name
        unchanged: int,
        notices: Sequence[str],
        failures: Sequence[Failure],
        error: Failure | None = None,
    ) -> None:
        """Note how a run ended. status: its exit status; counts: one number per ActionKind; error: what cut it short."""
        with self.transaction():
            (collection,) = self.connection.execute(
                "UPDATE run SET ended = ?, status = ?, counts = ?, bytes = ?, unchanged = ?, notices = ?, failures = ?"
                " WHERE id = ? RETURNING collection",
                (
                    written(ended), int(status), json.dumps(dict(counts)), bytes, unchanged, json.dumps(list(notices)),
                    json.dumps([asdict(failure) for failure in failures]), run_id,
                ),
            ).fetchone()  # fmt: skip
            self.note([of_ending(collection, int(status), counts, len(failures), error)])
        self._run = None

    def last_runs(self) -> dict[str, Run]:
        """The latest run of every collection."""
        rows = self.connection.execute("SELECT * FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY collection)")
        return {row["collection"]: run_of(row) for row in rows}

    def last_successes(self) -> dict[str, datetime]:
        """When each collection was last brought up to date; a run in which single items failed counts."""
        rows = self.connection.execute(
            "SELECT collection, max(ended) FROM run WHERE status IN (0, 3) AND ended IS NOT NULL GROUP BY collection"
        )
        return {slug: read(ended) for slug, ended in rows}

    def last_success(self, collections: Sequence[str] = ()) -> datetime | None:
        """When all of these collections (all that ever ran, when none is named) were up to date; None when one never was."""
        latest = self.last_successes()
        wanted = set(collections) or {slug for (slug,) in self.connection.execute("SELECT DISTINCT collection FROM run")}
        return min((latest[slug] for slug in wanted), default=None) if wanted <= latest.keys() else None

    def _columns(self, collection: str, item_id: str) -> sqlite3.Row | None:
        """Number, path, remote and properties of an item: all that its name's words are made from."""
        row: sqlite3.Row | None = self.connection.execute(
            "SELECT number, path, remote, properties FROM item WHERE collection = ? AND id = ?", (collection, exact(item_id))
        ).fetchone()
        return row
