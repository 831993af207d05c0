"""The table of events: append-only, and a hash chain, so that changing one event means changing all later ones.

The hash of an event is the SHA-256 (hex) of the previous event's hash (nothing, for the first) followed by the JSON array
of its other columns in their order, written without spaces and in ASCII. Whoever keeps one hash elsewhere (each digest and
each entry of the feed contains one) can detect any later change to the events before it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import exact, read, written
from materials_cli.catalogue.schema import transaction
from materials_cli.digests import sha256
from materials_cli.history.events import Chain, Event, EventType, Outcome
from materials_cli.patterns import regex

HASHED = "number, run, time, type, collection, item, outcome, detail"
HASH = regex(r"[0-9a-f]{64}")
_COMPACT = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def append(connection: Connection, run: int | None, events: Iterable[Event]) -> None:
    """Add events after the last one, as part of the transaction that is under way, if any. run: the run they belong to."""
    added = list(events)
    if not added:
        return
    with transaction(connection, joining=True):
        last = connection.execute("SELECT number, hash FROM event ORDER BY number DESC LIMIT 1").fetchone()
        number, before = last or (0, "")
        rows = []
        for event in added:
            number += 1
            columns = (
                number, run, written(event.time), str(event.type), event.collection, event.item, str(event.outcome),
                _COMPACT(dict(event.detail)),
            )  # fmt: skip
            before = proof_of(before, columns)
            rows.append((*columns, before))
        insert(connection, rows)


def insert(connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Add events that have their hashes."""
    connection.cursor().executemany(
        f"INSERT INTO event ({HASHED}, hash) VALUES (?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?)",  # noqa: S608 - constant
        ((*row[:5], None if row[5] is None else exact(row[5]), *row[6:]) for row in rows),
    )


def of_item(connection: sqlite3.Connection, collections: Sequence[str], items: Sequence[str]) -> Iterator[Event]:
    """The events of an item, newest first. collections, items: all names that it had."""
    rows = connection.execute(
        f"SELECT {HASHED}, hash FROM event WHERE collection IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        f" AND item IN ({', '.join(['CAST(? AS TEXT)'] * len(items))}) ORDER BY number DESC",
        (json.dumps(list(collections)), *map(exact, items)),
    )
    return map(_event, rows)


def of_runs(connection: sqlite3.Connection, runs: Sequence[int]) -> list[Event]:
    """What some runs changed and how they ended, oldest first; without the events of downloading and checking."""
    rows = connection.execute(
        f"SELECT {HASHED}, hash FROM event WHERE run IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        " AND (type = ? OR json_extract(detail, '$.action') IS NOT NULL OR json_extract(detail, '$.text') IS NOT NULL)"
        " ORDER BY number",
        (json.dumps(list(runs)), str(EventType.EXECUTION)),
    )
    return [_event(row) for row in rows]


def first_changes(connection: sqlite3.Connection, since: datetime) -> dict[tuple[str, str], Event]:
    """The first event at or after a time that changed each item, by collection and id."""
    rows = connection.execute(
        f"SELECT {HASHED}, hash FROM event WHERE number IN (SELECT min(number) FROM event"  # noqa: S608 - a constant
        " WHERE time >= ? AND json_extract(detail, '$.action') IS NOT NULL GROUP BY collection, item)"
        " ORDER BY number",
        (written(since),),
    )
    return {(event.collection, event.item or ""): event for event in map(_event, rows)}


def counts(connection: sqlite3.Connection, run: int) -> dict[str, int]:
    """How many events of a run tell of each kind of action, in the order of the first ones."""
    rows = connection.execute(
        "SELECT json_extract(detail, '$.action') AS action, count(*) FROM event WHERE run = ? AND action IS NOT NULL"
        " GROUP BY action ORDER BY min(number)",
        (run,),
    )
    return {str(action): int(count) for action, count in rows}


def of_rebuildings(connection: sqlite3.Connection) -> list[Event]:
    """The events of rebuilding the catalogue, newest first."""
    rows = connection.execute(
        f"SELECT {HASHED}, hash FROM event WHERE type = ? AND item IS NULL AND collection = '' ORDER BY number DESC",  # noqa: S608 - a constant
        (str(EventType.RECOVERY),),
    )
    return [_event(row) for row in rows]


def check(connection: sqlite3.Connection) -> Chain:
    """Verify all hashes, and that the row of each run agrees with the event that ended it."""
    count, before, broken = 0, "", None
    for *columns, proof in connection.execute(f"SELECT {HASHED}, hash FROM event ORDER BY number"):  # noqa: S608 - a constant
        count += 1
        before = proof_of(before, columns)
        if broken is None and (before != proof or columns[0] != count):
            broken = columns[0]
        before = proof
    (false,) = connection.execute(
        "SELECT min(number) FROM event JOIN run ON run.id = event.run WHERE type = ? AND item IS NULL AND (status, "
        "json_array_length(failures)) IS NOT (json_extract(detail, '$.status'), json_extract(detail, '$.failures'))",
        (str(EventType.EXECUTION),),
    ).fetchone()
    return Chain(count, before, false if broken is None else broken)


def last(connection: sqlite3.Connection) -> int:
    """The number of the last event; 0 before there is one."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM event").fetchone()[0])


def first(connection: sqlite3.Connection) -> str:
    """The hash of the first event, which identifies an archive's history; empty before there is one."""
    row = connection.execute("SELECT hash FROM event ORDER BY number LIMIT 1").fetchone()
    return str(row["hash"]) if row else ""


def proof_of(before: str, columns: Sequence[Any]) -> str:
    """The hash of an event, from that of the event before and its other columns."""
    return sha256((before + _COMPACT(columns)).encode()).hexdigest()


def _event(row: sqlite3.Row) -> Event:
    return Event(
        type=EventType(row["type"]),
        collection=row["collection"],
        item=row["item"],
        outcome=Outcome(row["outcome"]),
        detail=json.loads(row["detail"]),
        time=read(row["time"]),
        run=row["run"],
        number=row["number"],
        hash=row["hash"],
    )
