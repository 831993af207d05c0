"""Whether readers of an object store have what a catalogue knows, which is too large to be sent there for a night without news.

No news: a run that ended as the one before of its collection did and changed nothing, and a verification that found all intact.
What it recorded goes along with the next news. Everything else is news, since it changes an item or is an event.
"""

import json

from materials_cli.catalogue import history
from materials_cli.catalogue.refusals import Connection
from materials_cli.history.events import EventType, Outcome

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
    found = connection.execute(
        "SELECT 1 FROM event LEFT JOIN run ON run.id = event.run LEFT JOIN run AS former ON former.id ="
        " (SELECT max(id) FROM run AS earlier WHERE earlier.collection = run.collection AND earlier.id < run.id)"
        " WHERE event.number > ?1 AND CASE WHEN event.run IS NULL"
        " THEN (event.type, event.outcome, json_type(event.detail, '$.items')) IS NOT (?2, ?3, 'integer') ELSE"
        " (run.counts, run.status, run.failures) IS NOT ('{}', former.status, former.failures) END LIMIT 1",
        (last, str(EventType.FIXITY), str(Outcome.SUCCESS)),
    )
    return found.fetchone() is not None
