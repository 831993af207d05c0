"""Collections and items that got other names: rows take the new one, while runs and events, which never change, keep the old.

The history itself says how the names follow each other, so nothing else has to be remembered.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from materials_cli.catalogue.history import append
from materials_cli.catalogue.index import NAME_COLUMNS, PLACE_BITS, name_fields, put_sections, remove_name
from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import exact
from materials_cli.catalogue.schema import transaction
from materials_cli.history.events import Event, EventType
from materials_cli.model import Item, Run

_WHOLE = ("run", "event")  # their hashes form one chain
_PATHS = ("path", "from")
_BY_COLLECTION = ("item", "version", "sighting", "verification", "source")


class Naming(NamedTuple):
    """A collection gave up a name. now: its new one; None if it was removed. event: in which; run: the last one before."""

    was: str
    now: str | None
    event: int
    run: int


def namings(connection: sqlite3.Connection) -> list[Naming]:
    """All that ever happened and is not undone, oldest first: a removed collection that is back has never left.

    None of it is part of a run, so that what this costs does not grow with the nights, each of which ends a run.
    """
    rows = connection.execute(
        "SELECT number, type, collection, detail FROM event WHERE run IS NULL AND +item IS NULL AND collection <> ''"
        " AND type IN (?, ?, ?) ORDER BY number",
        (str(EventType.RENAMING), str(EventType.DEACCESSION), str(EventType.RECOVERY)),
    )
    found: list[Naming] = []
    for number, kind, collection, written in rows:
        detail = json.loads(written)
        if kind == EventType.RECOVERY:
            left = max((naming.event for naming in found if (naming.was, naming.now) == (collection, None)), default=0)
            found = [naming for naming in found if naming.event != left]
            continue
        renamed = kind == EventType.RENAMING
        was, now = (detail["from"], collection) if renamed else (collection, None)
        found.append(Naming(was, now, number, detail["last_run"]))
    return found


def name_now(history: Sequence[Naming], name: str, *, run: int | None = None, event: int = 0) -> str | None:
    """The present name of the collection that had a name in a run, or in an event; None if it was removed."""
    for naming in history:
        if naming.was == name and (event < naming.event if run is None else run <= naming.run):
            if naming.now is None:
                return None
            name = naming.now
    return name


def names_of(history: Sequence[Naming], name: str) -> list[str]:
    """A collection's name and all that it had before."""
    names = [name]
    for naming in reversed(history):
        if naming.now in names and naming.was not in names:
            names.append(naming.was)
    return names


def runs_now(history: Sequence[Naming], runs: Iterable[Run]) -> Iterator[Run]:
    """Runs by the present names of their collections; what was removed keeps its last one."""
    return (as_now(run, name_now(history, run.collection, run=run.id) or run.collection) for run in runs)


def as_now(run: Run, name: str) -> Run:
    """A run by its collection's present name, which the paths of its failures begin with."""
    if name == run.collection:
        return run
    failures = tuple(replace(failure, path=_path_now(failure.path, run.collection, name)) for failure in run.failures)
    return replace(run, collection=name, failures=failures)


def events_now(history: Sequence[Naming], events: Iterable[Event]) -> Iterator[Event]:
    """Events with the paths that they have by the present names of their collections, and the hashes that they were given."""
    for event in events:
        was, name = event.collection, name_now(history, event.collection, event=event.number) or event.collection
        paths = {key: _path_now(event.detail[key], was, name) for key in _PATHS if key in event.detail}
        yield replace(event, collection=name, detail={**event.detail, **paths})


def _path_now(path: str, was: str, name: str) -> str:
    return name + path.removeprefix(was) if path == was or path.startswith(f"{was}/") else path


def given_up(connection: sqlite3.Connection) -> set[str]:
    """The names that no collection has any more."""
    last = dict(map(tuple, connection.execute("SELECT collection, max(id) FROM run GROUP BY collection")))
    history = namings(connection)
    return {naming.was for naming in history if name_now(history, naming.was, run=last.get(naming.was, 0)) != naming.was}


def ids_of(connection: Connection, item: str) -> list[str]:
    """An item's id and all that it had before."""
    ids, at = [item], 0
    while at < len(ids):
        rows = connection.execute(
            "SELECT json_extract(detail, '$.was_id') AS was FROM event WHERE item = CAST(? AS TEXT) AND was IS NOT NULL",
            (exact(ids[at]),),
        )
        ids += [was for (was,) in rows if was not in ids]
        at += 1
    return ids


def ids_now(connection: sqlite3.Connection) -> dict[str, str]:
    """The present id of each item that got another one, by every id that it had before."""
    rows = connection.execute(
        "SELECT json_extract(detail, '$.was_id') AS was, item FROM event WHERE type = ? AND was IS NOT NULL ORDER BY number",
        (str(EventType.DETAILS),),
    )
    now: dict[str, str] = {}
    for was, item in rows:
        now = {before: item if after == was else after for before, after in now.items()} | {was: item}
    return now


def rename_collection(connection: Connection, old: str, new: str) -> None:
    """Give a collection another name, and its items and versions their new paths."""
    with transaction(connection):
        for table in ("item", "version"):
            connection.execute(
                f"UPDATE {table} SET collection = ?1, path = ?1 || substr(path, ?2) WHERE collection = ?3",  # noqa: S608 - ours
                (new, len(old) + 1, old),
            )
        for table in ("sighting", "verification", "source"):
            connection.execute(f"UPDATE {table} SET collection = ? WHERE collection = ?", (new, old))  # noqa: S608 - constants
        append(connection, None, [_about(EventType.RENAMING, new, **{"from": old, "last_run": _last_run(connection)})])


def rename_item(connection: Connection, item: Item, was: str) -> None:
    """Give the item that had the id `was` another one, with all that Drive says of it now."""
    with transaction(connection):
        key = (exact(item.id), item.collection, exact(was))
        connection.execute("UPDATE item SET id = CAST(? AS TEXT) WHERE collection = ? AND id = CAST(? AS TEXT)", key)
        connection.execute("UPDATE version SET item = CAST(? AS TEXT) WHERE collection = ? AND item = CAST(? AS TEXT)", key)
        connection.execute("DELETE FROM sighting WHERE collection = ? AND item = CAST(? AS TEXT)", key[1:])
        detail = {"was_id": was, "path": item.path, "sha256": item.fixity.sha256, "state": str(item.state)}
        append(connection, None, [Event(type=EventType.DETAILS, collection=item.collection, item=item.id, detail=detail)])


def note_collection(connection: Connection, collection: str, **detail: object) -> None:
    """Record that a collection is followed in another way: detached, or by another link."""
    append(connection, None, [_about(EventType.DETAILS, collection, **detail)])


def remove_collection(connection: Connection, collection: str, **detail: object) -> None:
    """Take out the items, versions and texts of a collection; its runs and events stay."""
    with transaction(connection):
        rows = connection.execute(f"SELECT number, {NAME_COLUMNS} FROM item WHERE collection = ?", (collection,))  # noqa: S608 - constants
        for number, *columns in rows.fetchall():
            put_sections(connection, number, ())
            remove_name(connection, number, name_fields(*columns))
        for table in _BY_COLLECTION:
            connection.execute(f"DELETE FROM {table} WHERE collection = ?", (collection,))  # noqa: S608 - ours
        append(connection, None, [_about(EventType.DEACCESSION, collection, last_run=_last_run(connection), **detail)])


def copy_collection(connection: Connection, collection: str, file: Path) -> None:
    """Copy the rows of a collection, and the whole history, to a new catalogue, which has no other collection.

    Its index is built when it is next opened.
    """
    connection.execute("ATTACH ? AS apart", (str(file),))
    try:
        with transaction(connection):
            for table in (*_WHOLE, *_BY_COLLECTION):
                names = ", ".join(row["name"] for row in connection.execute(f"PRAGMA main.table_info({table})"))
                part = "WHERE collection = ?1" if table in _BY_COLLECTION else "WHERE ?1 <> '' ORDER BY 1"
                statement = f"INSERT INTO apart.{table} ({names}) SELECT {names} FROM main.{table} {part}"  # noqa: S608 - ours
                connection.execute(statement, (collection,))
            connection.execute(
                "INSERT INTO apart.section SELECT * FROM main.section WHERE place >> ? IN"
                " (SELECT number FROM main.item WHERE collection = ?)",
                (PLACE_BITS, collection),
            )
            connection.execute("DELETE FROM apart.setting")
    finally:
        connection.execute("DETACH apart")


def _last_run(connection: Connection) -> int:
    (number,) = connection.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()
    return int(number)


def _about(kind: EventType, collection: str, **detail: object) -> Event:
    return Event(type=kind, collection=collection, detail=detail)
