"""Items, versions and runs as rows. The row is the commit: it is written when the bytes are safe."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from materials_cli.catalogue import index
from materials_cli.catalogue.schema import open_catalogue
from materials_cli.model import Export, Failure, Fixity, Item, RemoteFile, Run, Section, State, Text, Version

_REMOTE_TIMES = ("created", "modified")
_SHORTEST_PREFIX = 4


class Catalogue:
    """What is held. One writer at a time; readers never wait for it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open the catalogue file; raise newer_archive or bad_catalogue."""
        return cls(open_catalogue(path, write=write))

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        """The catalogue itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make several writes one commit; nests into the outermost."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def held(self, collection: str) -> dict[str, Item]:
        """Every item of a collection by id, withdrawn ones too."""
        return {item.id: item for item in self.items([collection])}

    def items(self, collections: Sequence[str] = ()) -> list[Item]:
        """Every item, or those of some collections, by path."""
        marks = ",".join("?" * len(collections))
        where = f"WHERE collection IN ({marks})" if collections else ""
        rows = self.connection.execute(f"SELECT * FROM item {where} ORDER BY path, id", tuple(collections))  # noqa: S608
        return [item_of(row) for row in rows]

    def record(self, item: Item) -> None:
        """Write one item, new or known. Its text stays until put_text replaces it."""
        values = {
            "collection": item.collection,
            "id": item.id,
            "path": item.path,
            "state": str(item.state),
            "media_type": item.media_type,
            "size": item.fixity.size,
            "sha256": item.fixity.sha256,
            "md5": item.fixity.md5,
            "first_seen": _written(item.first_seen),
            "fetched": _written(item.fetched),
            "withdrawn": _written(item.withdrawn),
            "verified": int(item.verified),
            "remote": _remote_written(item.remote),
        }
        columns = ", ".join(values)
        marks = ", ".join(f":{column}" for column in values)
        updates = ", ".join(f"{column} = excluded.{column}" for column in values if column not in {"collection", "id"})
        with self.transaction():
            self.connection.execute(
                f"INSERT INTO item ({columns}) VALUES ({marks}) ON CONFLICT (collection, id) DO UPDATE SET {updates}",  # noqa: S608
                values,
            )
            index.put_name(self.connection, item)

    def retire(self, collection: str, version: Version) -> None:
        """Remember bytes that an item had before."""
        self.connection.execute(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                collection, version.item, version.path, version.fixity.size, version.fixity.sha256, version.fixity.md5,
                _written(version.modified), _written(version.fetched), _written(version.retired),
            ),
        )  # fmt: skip

    def versions(self, collection: str, item_id: str) -> list[Version]:
        """The earlier versions of an item, newest first."""
        rows = self.connection.execute(
            "SELECT * FROM version WHERE collection = ? AND item = ? ORDER BY retired DESC", (collection, item_id)
        )
        return [
            Version(
                row["item"], Fixity(row["size"], row["sha256"], row["md5"]), row["path"],
                _read(row["modified"]), _read(row["fetched"]) or _NEVER, _read(row["retired"]) or _NEVER,
            )
            for row in rows
        ]  # fmt: skip

    def put_text(self, collection: str, item_id: str, text: Text, sha256: str, extractor: int) -> None:
        """Replace what is known of an item's text; sha256: the bytes it was taken from."""
        with self.transaction():
            index.put_sections(self.connection, collection, item_id, text.sections)
            self.connection.execute(
                "UPDATE item SET title = ?, unit = ?, sections = ?, note = ?, properties = ?, text_of = ?, extractor = ?"
                " WHERE collection = ? AND id = ?",
                (
                    text.properties.get("title"), text.unit, len(text.sections), text.note, json.dumps(dict(text.properties)),
                    sha256, extractor, collection, item_id,
                ),
            )  # fmt: skip

    def text(self, collection: str, item_id: str) -> Text | None:
        """What was read out of an item; None when nothing ever was."""
        asked = "SELECT * FROM item WHERE collection = ? AND id = ?"
        row = self.connection.execute(asked, (collection, item_id)).fetchone()
        if row is None or row["text_of"] is None:
            return None
        sections = self.connection.execute(
            "SELECT * FROM section WHERE item = ? AND number <> ? ORDER BY number", (row["number"], index.NAME)
        )
        return Text(
            row["unit"],
            tuple(Section(s["number"], s["title"], s["body"], s["notes"], bool(s["hidden"])) for s in sections),
            json.loads(row["properties"]),
            row["note"],
        )

    def unread(self, extractor: int) -> list[Item]:
        """Items whose text is missing, was taken from other bytes, or by an older extractor or normaliser."""
        index.renew(self.connection)
        rows = self.connection.execute(
            "SELECT * FROM item WHERE text_of IS NOT sha256 OR extractor IS NOT ? ORDER BY path", (extractor,)
        )
        return [item_of(row) for row in rows]

    def begin_run(self, collection: str, started: datetime) -> int:
        """Note that a run has begun; return its number."""
        values = (collection, _written(started))
        cursor = self.connection.execute("INSERT INTO run (collection, started) VALUES (?, ?)", values)
        return int(cursor.lastrowid or 0)

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
    ) -> None:
        """Note how a run ended."""
        self.connection.execute(
            "UPDATE run SET ended = ?, status = ?, counts = ?, bytes = ?, unchanged = ?, notices = ?, failures = ?"
            " WHERE id = ?",
            (
                _written(ended), status, json.dumps(dict(counts)), bytes, unchanged, json.dumps(list(notices)),
                json.dumps([asdict(failure) for failure in failures]), run_id,
            ),
        )  # fmt: skip

    def last_runs(self) -> dict[str, Run]:
        """The latest run of every collection."""
        rows = self.connection.execute("SELECT * FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY collection)")
        return {row["collection"]: _run_of(row) for row in rows}

    def resolve(self, text: str) -> list[Item]:
        """The items that a person may mean: by path, id, unique beginning of an id, name, or words of the name.

        The first of these that fits anything decides; several items mean that it is ambiguous.
        """
        from materials_cli.catalogue.words import folded_words  # noqa: PLC0415 - not needed to list

        items = self.items()
        wanted = text.strip().strip("/")
        below = f"/{wanted}"
        prefix = wanted if len(wanted) >= _SHORTEST_PREFIX else None
        words = folded_words(text)
        tests = (
            lambda item: wanted in {item.path, item.id},
            lambda item: item.path.endswith(below) or item.remote.name == text.strip(),
            lambda item: prefix is not None and (item.id.startswith(prefix) or item.remote.drive_id.startswith(prefix)),
            lambda item: bool(words) and _all_begin(words, folded_words(item.path.rpartition("/")[2])),
            lambda item: bool(words) and _all_begin(words, folded_words(f"{item.path} {item.title or ''}")),
        )
        for fits in tests:
            if found := [item for item in items if fits(item)]:
                return found
        return []


_NEVER = datetime.fromtimestamp(0, UTC)


def item_of(row: sqlite3.Row) -> Item:
    """A row of the table item as the noun."""
    return Item(
        collection=row["collection"],
        remote=_remote_read(row["remote"]),
        path=row["path"],
        media_type=row["media_type"],
        fixity=Fixity(row["size"], row["sha256"], row["md5"]),
        first_seen=_read(row["first_seen"]) or _NEVER,
        fetched=_read(row["fetched"]) or _NEVER,
        state=State(row["state"]),
        withdrawn=_read(row["withdrawn"]),
        verified=bool(row["verified"]),
        note=row["note"],
        title=row["title"],
        unit=row["unit"],
        sections=row["sections"],
    )


def _all_begin(words: list[str], name: list[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)


def _run_of(row: sqlite3.Row) -> Run:
    return Run(
        row["id"], row["collection"], _read(row["started"]) or _NEVER, _read(row["ended"]), row["status"],
        json.loads(row["counts"]), row["bytes"], row["unchanged"], tuple(json.loads(row["notices"])),
        tuple(Failure(**failure) for failure in json.loads(row["failures"])),
    )  # fmt: skip


def _remote_written(remote: RemoteFile) -> str:
    """JSON with only what is set; escapes keep even lone surrogates, which Drive can send."""
    values: dict[str, Any] = {name: value for name, value in asdict(remote).items() if value not in (None, (), False)}
    for name in _REMOTE_TIMES:
        if name in values:
            values[name] = _written(values[name])
    return json.dumps(values)


def _remote_read(text: str) -> RemoteFile:
    values = json.loads(text)
    for name in _REMOTE_TIMES:
        values[name] = _read(values.get(name))
    export = values.pop("export", None)
    remote = RemoteFile(**{**values, "folders": tuple(values.get("folders", ()))})
    return replace(remote, export=Export(**export)) if export else remote


def _written(time: datetime | None) -> str | None:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z") if time else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
