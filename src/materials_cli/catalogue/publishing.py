"""Whether readers of an object store have what a catalogue knows: every run and every event, those of quiet nights too.

What is known in one folder alone would be lost with its disk, and missing from the history as soon as another folder publishes.
"""

import json

from materials_cli.catalogue import history
from materials_cli.catalogue.refusals import Connection

_PUBLISHED = "published"


def record_published(connection: Connection, stamp: str) -> None:
    """Record that all that is known now is about to be published under a stamp."""
    known = json.dumps([stamp, history.last(connection)])
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_PUBLISHED, known))


def forget_published(connection: Connection) -> None:
    """Record that there is news of which no event tells."""
    connection.execute("DELETE FROM setting WHERE name = ?", (_PUBLISHED,))


def has_news(connection: Connection, stamp: str | None) -> bool:
    """Whether readers lack something. stamp: of what they have."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_PUBLISHED,)).fetchone()
    known, last = json.loads(row["value"]) if row else (None, 0)
    if known is None or known != stamp:
        return True
    return history.last(connection) != last
