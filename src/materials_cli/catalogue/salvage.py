"""Takes over what can still be read of a damaged catalogue: its events, as far as their chain is unbroken, its runs and rows.

SQLite refuses a damaged page, not the whole file: rows are read in ranges of their numbers, and a range that is refused is read
in halves. A row may be garbage nevertheless. An event is true if its hash says so; whether an item is, only its bytes can say.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from materials_cli.catalogue.history import HASHED, insert, proof_of
from materials_cli.catalogue.migrations import MIGRATIONS
from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import ITEM_COLUMNS, item_of, version_of
from materials_cli.catalogue.schema import APPLICATION_ID, transaction
from materials_cli.history.events import EventType
from materials_cli.messages import msg
from materials_cli.model import Item, Version

_SHORTEST_ROW = 32  # bytes
_BLOCK = 1000
_RUN = "id, collection, started, ended, status, counts, bytes, unchanged, notices, failures"


@dataclass(slots=True)
class Salvaged:
    """The result. events: how many were taken over; lost: how many of those that were recorded were not.

    items: the readable rows of items, each with those of its earlier versions; nothing of them is taken over yet.
    """

    events: int = 0
    lost: int = 0
    items: list[tuple[Item, tuple[Version, ...]]] = field(default_factory=list)


def salvage(connection: Connection, damaged: Path, copy: Path) -> Salvaged:
    """Continue the history of a new catalogue by the events of a damaged one and its copy; return that, and the rows of items.

    Only those of the catalogue itself: its copy is no newer than the manifest.
    """
    made, catalogue = Salvaged(), _opened(damaged)
    opened = [source for source in (catalogue, _opened(copy)) if source]
    try:
        with transaction(connection):
            _take_events(connection, opened, made)
        made.items = list(_items(catalogue)) if catalogue else []
    finally:
        for source in opened:
            source.close()
    return made


def _opened(path: Path) -> sqlite3.Connection | None:
    """A damaged catalogue of the present version, if even that much of it can be read."""
    if path.is_symlink() or not path.is_file():
        return None
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    source.row_factory = sqlite3.Row
    source.text_factory = lambda raw: raw.decode("utf-8", "surrogatepass")
    with suppress(sqlite3.Error, UnicodeDecodeError):
        # Counting the pages requires the schema: without it, nothing can be read.
        names = ("application_id", "user_version", "page_count")
        (application,), (version,), _ = [source.execute(f"PRAGMA {name}").fetchone() for name in names]
        if (application, version) == (APPLICATION_ID, len(MIGRATIONS)):
            return source
    source.close()
    return None


def _rows(source: sqlite3.Connection, table: str, columns: str, key: str, first: int = 1) -> Iterator[sqlite3.Row]:
    """The readable rows of a table, from one number on, in their order."""
    pending = [(first, _last(source, table, key))]
    query = f"SELECT {columns} FROM {table} WHERE {key} BETWEEN ? AND ? ORDER BY {key} LIMIT {_BLOCK}"  # noqa: S608 - constants
    while pending:
        low, high = pending.pop()
        try:
            found = source.execute(query, (low, high)).fetchall() if low <= high else []
        except (sqlite3.Error, UnicodeDecodeError):
            if low < high:
                middle = (low + high) // 2
                pending += [(middle + 1, high), (low, middle)]
            continue
        yield from found
        if len(found) == _BLOCK:
            pending.append((found[-1][0] + 1, high))


def _last(source: sqlite3.Connection, table: str, key: str) -> int:
    """The highest number that a row may have, at least of those that can be reached."""
    (pages,), (size,) = (source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    most = int(pages) * int(size) // _SHORTEST_ROW
    with suppress(sqlite3.Error, TypeError, ValueError):
        (last,) = source.execute(f"SELECT max({key}) FROM {table}").fetchone()  # noqa: S608 - constants
        return min(int(last or 0), most)
    return most


def _take_events(connection: Connection, opened: Sequence[sqlite3.Connection], made: Salvaged) -> None:
    number, before = connection.execute("SELECT number, hash FROM event ORDER BY number DESC LIMIT 1").fetchone() or (0, "")
    recorded = number
    found: dict[int, list[tuple[Any, ...]]] = {}
    for source in opened:
        for row in _rows(source, "event", f"{HASHED}, hash", "number", number + 1):
            found.setdefault(row["number"], []).append(tuple(row))
            recorded = max(recorded, row["number"])
        for index in ("event_item", "event_run"):
            with suppress(sqlite3.Error, TypeError):
                recorded = max(recorded, *source.execute(f"SELECT max(number) FROM event INDEXED BY {index}").fetchone())  # noqa: S608 - ours
    taken = []
    while event := next((one for one in found.get(number + 1, ()) if proof_of(before, one[:-1]) == one[-1]), None):
        taken.append(event)
        number, before = number + 1, event[-1]
    made.events, made.lost = len(taken), recorded - number
    _take_runs(connection, opened, taken)
    insert(connection, taken)


def _take_runs(connection: Connection, opened: Sequence[sqlite3.Connection], events: Sequence[tuple[Any, ...]]) -> None:
    """The runs of these events: their rows or, where these cannot be read, what the events tell of them."""
    rows = {row["id"]: tuple(row) for source in opened for row in _rows(source, "run", _RUN, "id")}
    told: dict[int, list[Any]] = {}
    for _, run, time, kind, collection, item, _, detail, _ in events:
        if run is None:
            continue
        row = told.setdefault(run, [run, collection, time, None, None, "{}", 0, 0, "[]", "[]"])
        if kind == EventType.EXECUTION and item is None:
            ending = json.loads(detail)
            lost = {"path": collection, "code": "catalogue_lost", "message": msg("not recovered").to_json()}
            row[3:6] = [time, ending["status"], json.dumps(ending["counts"])]
            row[9] = json.dumps([lost] * ending["failures"])
    for run, row in told.items():
        read = rows.get(run)
        right = read is not None and read[4] == row[4] and _length(read[9]) == _length(row[9])
        connection.execute(
            f"INSERT OR IGNORE INTO run ({_RUN}) VALUES ({', '.join('?' * 10)})",  # noqa: S608 - a constant
            read if right else row,
        )


def _length(failures: Any) -> int:
    try:
        return len(json.loads(failures))
    except (ValueError, TypeError):
        return -1


def _items(source: sqlite3.Connection) -> Iterator[tuple[Item, tuple[Version, ...]]]:
    """The readable items, without what was read from their texts, with their readable earlier versions, newest first."""
    versions: dict[tuple[str, str], list[Version]] = {}
    for row in _rows(source, "version", "rowid, *", "rowid"):
        with suppress(ValueError, KeyError, TypeError):
            versions.setdefault((row["collection"], row["item"]), []).insert(0, version_of(row))
    for row in _rows(source, "item", ITEM_COLUMNS, "number"):
        with suppress(ValueError, KeyError, TypeError):
            item = item_of(row)
            yield item, tuple(versions.get((item.collection, item.id), ()))
