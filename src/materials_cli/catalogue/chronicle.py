"""The whole history as values for JSON, one for each run and event, so that it outlives this program, and can come back.

An event has exactly the values that its hash covers (history.py): anyone can check the chain with a few lines of Python.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

RUN, EVENT = "materials/run@1", "materials/event@1"
HASHED = ("number", "run", "time", "type", "collection", "item", "outcome", "detail")
_RUN = ("id", "collection", "started", "ended", "status", "counts", "bytes", "unchanged", "notices", "failures")
_PARSED = {"counts", "notices", "failures"}


def chronicle(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """All runs, then all events, oldest first. The trace of a bug stays here: it names folders of this computer."""
    for row in connection.execute(f"SELECT {', '.join(_RUN)} FROM run ORDER BY id"):  # noqa: S608 - constants
        values = {name: json.loads(row[name]) if name in _PARSED else row[name] for name in _RUN}
        yield {"schema": RUN, **values, "failures": [{**failure, "trace": ""} for failure in values["failures"]]}
    for row in connection.execute(f"SELECT {', '.join(HASHED)}, hash FROM event ORDER BY number"):  # noqa: S608 - constants
        yield {"schema": EVENT, **{name: row[name] for name in (*HASHED, "hash")}}
