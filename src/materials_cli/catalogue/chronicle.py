"""The whole history as values for JSON, one for each run and event, so that it outlives this program, and can come back.

An event has exactly the values that its hash covers (history.py): anyone can check the chain with a few lines of Python.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import exact, written
from materials_cli.catalogue.schema import transaction
from materials_cli.history.told import require_event, require_run

RUN, EVENT = "materials/run@1", "materials/event@1"
HASHED = ("number", "run", "time", "type", "collection", "item", "outcome", "detail")
_RUN = ("id", "collection", "started", "ended", "status", "counts", "bytes", "unchanged", "notices", "failures")
_NUMBERS = {"id", "status", "bytes", "unchanged", "number", "run"}
_PARSED = {"counts", "notices", "failures"}


def chronicle(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """All runs, then all events, oldest first. The trace of a bug stays here: it names folders of this computer."""
    for row in connection.execute(f"SELECT {', '.join(_RUN)} FROM run ORDER BY id"):  # noqa: S608 - constants
        values = {name: json.loads(row[name]) if name in _PARSED else row[name] for name in _RUN}
        yield {"schema": RUN, **values, "failures": [{**failure, "trace": ""} for failure in values["failures"]]}
    for row in connection.execute(f"SELECT {', '.join(HASHED)}, hash FROM event ORDER BY number"):  # noqa: S608 - constants
        yield {"schema": EVENT, **{name: row[name] for name in (*HASHED, "hash")}}


def restore(connection: Connection, rows: Iterable[Any]) -> None:
    """Put a history that chronicle() told into an empty catalogue; raise ValueError for what it cannot have told."""
    try:
        with transaction(connection):
            for row in rows:
                if row["schema"] == RUN:
                    require_run(row)
                    _insert(connection, "run", _RUN, row)
                elif row["schema"] == EVENT:
                    require_event(row)
                    _insert(connection, "event", (*HASHED, "hash"), row)
    except (KeyError, TypeError, sqlite3.IntegrityError) as error:
        raise ValueError(str(error)) from error


def _insert(connection: Connection, table: str, names: Sequence[str], row: Mapping[str, Any]) -> None:
    values = [_written(name, row[name]) for name in names]
    marks = ", ".join("?" if name in _NUMBERS else "CAST(? AS TEXT)" for name in names)
    connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608 - constants


def _written(name: str, value: Any) -> Any:
    if name in _PARSED:
        return json.dumps(value)
    return exact(value) if isinstance(value, str) else value


def state_verified(connection: Connection, collection: str, item: str, time: datetime) -> None:
    """Record when the bytes of an item were last verified, as its manifest states it."""
    connection.execute(
        "UPDATE item SET verified_at = ? WHERE collection = ? AND id = CAST(? AS TEXT)",
        (written(time), collection, exact(item)),
    )
