"""When the bytes of each item were last compared with their checksum.

The manifest states item.verified_at. What is newer stands in a table of its own until the manifest is written for another
reason, so that a night in which a share of the archive is verified changes no file for that alone.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import exact, read, written
from materials_cli.history.events import EventType, Outcome
from materials_cli.messages import Message, counted, msg

# Without their Z, times sort as they passed, a whole second among those with fractions, too.
_FETCHED = "rtrim(item.fetched, 'Z')"
_VERIFIED = "max(ifnull(rtrim(item.verified_at, 'Z'), ''), ifnull(rtrim(verification.time, 'Z'), ''))"
_LAST = f"max({_FETCHED}, {_VERIFIED}) || 'Z'"
_JOINED = "item LEFT JOIN verification ON verification.collection = item.collection AND verification.item = item.id"


class Age(NamedTuple):
    """An item, and when its bytes were last known to be intact: verified, or downloaded."""

    collection: str
    id: str
    last: datetime


def by_age(connection: Connection, collections: Sequence[str] = ()) -> Iterator[Age]:
    """The items of some collections (of all when empty), those first that were read longest ago.

    What was read and found damaged waits like the others for its next turn, so that it keeps nobody from having theirs.
    """
    flawed = (
        "SELECT collection, item, max(time) AS time FROM event WHERE item IS NOT NULL AND type = ?2 GROUP BY collection, item"
    )
    rows = connection.execute(
        f"SELECT item.collection, item.id, {_LAST} AS last FROM {_JOINED}"  # noqa: S608 - constants
        f" LEFT JOIN ({flawed}) AS flawed ON flawed.collection = item.collection AND flawed.item = item.id"
        " WHERE ?1 = '[]' OR item.collection IN (SELECT value FROM json_each(?1))"
        " ORDER BY max(last, ifnull(flawed.time, '')), item.collection, item.id",
        (json.dumps(list(collections)), str(EventType.FIXITY)),
    )
    return (Age(collection, item, read(last)) for collection, item, last in rows)


def last_verified(connection: Connection, collection: str, item_id: str) -> datetime | None:
    """When the present bytes of an item were last verified; None if never since they arrived."""
    row = connection.execute(
        f"SELECT {_LAST} AS last, {_VERIFIED} > {_FETCHED} AS known FROM {_JOINED} WHERE item.collection = ? AND item.id = ?",  # noqa: S608 - constants
        (collection, exact(item_id)),
    ).fetchone()
    return read(row["last"]) if row and row["known"] else None


class Proven(NamedTuple):
    """What is known of the fixity of the items of a collection.

    verified: how many of them were verified since their present bytes arrived; first, last: when the one that was verified
    longest ago was, and the last one. flawed: the ids of
    those of which a file was found missing or damaged, and neither restored nor found intact since.
    """

    items: int = 0
    verified: int = 0
    first: datetime | None = None
    last: datetime | None = None
    flawed: frozenset[str] = frozenset()


def proven(connection: Connection, collections: Sequence[str] = ()) -> dict[str, Proven]:
    """The same for each of some collections (of all when empty) that has items."""
    chosen = json.dumps(list(collections))
    rows = connection.execute(
        f"SELECT collection, count(*), count(seen), min(seen), max(seen) FROM (SELECT item.collection,"  # noqa: S608 - constants
        f" CASE WHEN {_VERIFIED} > {_FETCHED} THEN {_LAST} END AS seen FROM {_JOINED}"
        " WHERE ?1 = '[]' OR item.collection IN (SELECT value FROM json_each(?1))) GROUP BY collection",
        (chosen,),
    )
    flawed = dict[str, set[str]]()
    for collection, item in _flawed(connection, chosen):
        flawed.setdefault(collection, set()).add(item)
    return {
        collection: Proven(
            items,
            verified,
            read(first) if first else None,
            read(last) if last else None,
            frozenset(flawed.get(collection, ())),
        )
        for collection, items, verified, first, last in rows
    }


def verified_line(known: Proven, shown: Callable[[datetime], str]) -> Message:
    """What is said of items of which some were verified. shown: how a time is shown."""
    if known.first and known.verified == known.items:
        return msg("all of it verified, {time} or later", time=shown(known.first))
    time = shown(known.last) if known.last else ""
    return msg(
        "last verified {time}: {verified} of {items}", time=time, verified=known.verified, items=counted(known.items, "item")
    )


def _flawed(connection: Connection, chosen: str) -> Iterator[tuple[str, str]]:
    restored = json.dumps(
        [str(each) for each in (EventType.CAPTURE, EventType.INGESTION, EventType.REPLICATION, EventType.RECOVERY)]
    )
    rows = connection.execute(
        f"SELECT item.collection, item.id FROM {_JOINED}"  # noqa: S608 - constants
        " JOIN (SELECT collection, item, max(number) AS number, max(time) AS time, max(run) AS run FROM event"
        # What a catalogue never had, as an earlier version that was not in a bag, is told of without a path.
        " WHERE item IS NOT NULL AND type = ?2 AND outcome = ?3 AND json_extract(detail, '$.path') IS NOT NULL"
        " GROUP BY collection, item) AS flaw"
        " ON flaw.collection = item.collection AND flaw.item = item.id"
        f" WHERE flaw.time >= {_LAST} AND (?1 = '[]' OR item.collection IN (SELECT value FROM json_each(?1)))"
        " AND NOT EXISTS (SELECT 1 FROM event AS after WHERE after.item = item.id AND after.collection = item.collection"
        " AND (after.number > flaw.number OR after.run = flaw.run) AND after.outcome = ?4"
        " AND after.type IN (SELECT value FROM json_each(?5)))",
        (chosen, str(EventType.FIXITY), str(Outcome.FAILURE), str(Outcome.SUCCESS), restored),
    )
    return ((collection, item) for collection, item in rows)


def put_verified(connection: Connection, items: Iterable[tuple[str, str]], time: datetime) -> None:
    """Record that all bytes of these items, by collection and id, were found intact."""
    rows = ((collection, exact(item), written(time)) for collection, item in items)
    connection.cursor().executemany("INSERT OR REPLACE INTO verification VALUES (?, CAST(? AS TEXT), ?)", rows)


def put_all_verified(
    connection: Connection, collections: Sequence[str], flawed: Iterable[tuple[str, str]], time: datetime
) -> None:
    """Record the same of all items of some collections (of all when empty) but these; not of what has come since then."""
    before = [
        (collection, exact(item), row["time"] if row else None)
        for collection, item in flawed
        for row in [
            connection.execute(
                "SELECT time FROM verification WHERE collection = ? AND item = CAST(? AS TEXT)", (collection, exact(item))
            ).fetchone()
        ]
    ]
    connection.execute(
        "INSERT OR REPLACE INTO verification SELECT collection, id, ?1 FROM item WHERE fetched <= ?1"
        " AND (?2 = '[]' OR collection IN (SELECT value FROM json_each(?2)))",
        (written(time), json.dumps(list(collections))),
    )
    for collection, item, was in before:
        connection.execute("DELETE FROM verification WHERE collection = ? AND item = CAST(? AS TEXT)", (collection, item))
        if was:
            connection.execute("INSERT INTO verification VALUES (?, CAST(? AS TEXT), ?)", (collection, item, was))


def page_of_items(connection: Connection, collections: Sequence[str], after: int, limit: int) -> list[sqlite3.Row]:
    """Some items of some collections (of all when empty) in the order of their numbers, with what is said of their bytes."""
    return connection.execute(
        "SELECT number, collection, id, path, state, size, sha256, md5, replacement FROM item WHERE number > ?1"
        " AND (?2 = '[]' OR collection IN (SELECT value FROM json_each(?2))) ORDER BY number LIMIT ?3",
        (after, json.dumps(list(collections)), limit),
    ).fetchall()


def page_of_versions(connection: Connection, collections: Sequence[str], after: int, limit: int) -> list[sqlite3.Row]:
    """The same for earlier versions."""
    return connection.execute(
        "SELECT rowid AS number, collection, item AS id, path, size, sha256, md5 FROM version WHERE rowid > ?1"
        " AND (?2 = '[]' OR collection IN (SELECT value FROM json_each(?2))) ORDER BY rowid LIMIT ?3",
        (after, json.dumps(list(collections)), limit),
    ).fetchall()


def last_of_archive(connection: Connection) -> datetime | None:
    """When any part of the archive was last verified."""
    (time,) = connection.execute(
        "SELECT max(time) FROM event WHERE item IS NULL AND type = ?", (str(EventType.FIXITY),)
    ).fetchone()
    return read(time) if time else None


def fold(connection: Connection) -> None:
    """Let the manifest, which is about to be written, state what has been verified since the last one."""
    newer = "FROM verification WHERE verification.collection = item.collection AND verification.item = item.id"
    connection.execute(
        f"UPDATE item SET verified_at = (SELECT time {newer}) WHERE EXISTS (SELECT 1 {newer})"  # noqa: S608 - constants
    )
    connection.execute("DELETE FROM verification")
