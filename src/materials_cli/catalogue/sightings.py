"""What was last found out about the files of which a public page states only the day of their last change.

It saves requests: a file is not asked for again while its day shows that nothing can have changed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import exact, read, written
from materials_cli.model import RemoteFile


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a file was last asked for, the day that its page stated then, and its size, if that was stated."""

    day: date
    asked: datetime
    size: int | None = None


def sightings(connection: Connection, collection: str) -> dict[str, Sighting]:
    """The sightings of a collection's files, by id."""
    rows = connection.execute("SELECT item, day, asked, size FROM sighting WHERE collection = ?", (collection,))
    return {item: Sighting(date.fromisoformat(day), read(asked), size) for item, day, asked, size in rows}


def see(connection: Connection, collection: str, file: RemoteFile, size: int | None) -> None:
    """Remember that a file of which only the day is listed has just been asked for."""
    if file.rough and file.modified:
        record_sighting(connection, collection, file.id, Sighting(file.modified.date(), datetime.now(UTC), size))


def record_sighting(connection: Connection, collection: str, item_id: str, seen: Sighting) -> None:
    """Replace what is known of a file."""
    connection.execute(
        "INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?, ?)",
        (collection, exact(item_id), seen.day.isoformat(), written(seen.asked), seen.size),
    )
