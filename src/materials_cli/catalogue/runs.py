"""Runs and events: what has happened to the archive, and when each collection was last up to date."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from materials_cli.catalogue import history, naming
from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import read, run_of, run_values, written
from materials_cli.catalogue.schema import transaction
from materials_cli.dates import CLOCK_ERROR, local_time, read_period
from materials_cli.history.events import Chain, Event, of_ending
from materials_cli.messages import Message, msg
from materials_cli.model import Failure, Item, Run

_T = TypeVar("_T")
_SHORTEST_DATE = 8  # digits of 20250623


class RunHistory:
    """The runs and events of a catalogue. Events belong to the run under way; see Catalogue for the errors."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._run: int | None = None

    def transaction(self) -> AbstractContextManager[None]:
        """Make several writes one commit: all of them or, after an error, none."""
        return transaction(self.connection)

    def begin_run(self, collection: str, started: datetime) -> int:
        """Record that a run has begun and return its number. Events belong to it until it ends."""
        (number,) = self.connection.execute(
            "INSERT INTO run (collection, started) VALUES (?, ?) RETURNING id", (collection, written(started))
        ).fetchone()
        self._run = int(number)
        return self._run

    def end_run(self, run: Run, error: Failure | None = None) -> None:
        """Record how a run ended. error: what cut it short."""
        with self.transaction():
            self.connection.execute(
                "UPDATE run SET ended = :ended, status = :status, counts = :counts, bytes = :bytes, unchanged = :unchanged,"
                " notices = :notices, failures = :failures WHERE id = :id",
                run_values(run),
            )
            history.append(self.connection, run.id, [of_ending(run, error)])
        self._run = None

    def counts(self, run: int) -> Counter[str]:
        """How many items a run has added, replaced, moved …, by the kind of action."""
        return Counter(history.counts(self.connection, run))

    def last_event(self) -> int:
        """The number of the last event, so that a caller can tell whether others were committed since."""
        return history.last(self.connection)

    def runs(
        self,
        collections: Sequence[str] = (),
        *,
        after: int = 0,
        since: datetime | None = None,
        changing: bool = False,
        limit: int = -1,
    ) -> list[Run]:
        """Runs, newest first, by the present names of their collections.

        collections: of these only, of all when empty; after: with a greater number; since: begun then or later;
        changing: only those that changed something or have not ended; limit: at most so many, all when negative.
        """
        known = naming.namings(self.connection)
        names = [name for collection in collections for name in naming.names_of(known, collection)]
        rows = self.connection.execute(
            "SELECT * FROM run WHERE id > ?1 AND started >= ?2 AND (counts <> '{}' OR ended IS NULL OR NOT ?3)"
            " AND (?4 = '[]' OR collection IN (SELECT value FROM json_each(?4))) ORDER BY id DESC",
            (after, written(since) if since else "", changing, json.dumps(names)),
        )
        found = (run for run in naming.runs_now(known, map(run_of, rows)) if not names or run.collection in collections)
        return list(islice(found, None if limit < 0 else limit))

    def runs_since(self, since: str, collections: Sequence[str], now: datetime) -> list[Run]:
        """The runs that “last”, the number of a run or a date names: the last of each collection, or all after it."""
        if since == "last":
            return [run for name, run in self.last_runs().items() if not collections or name in collections]
        if since.isdecimal() and len(since) < _SHORTEST_DATE:
            return self.runs(collections, after=int(since))
        fix = msg("Write “last”, a date such as 2025-06-01, 2025-06, yesterday or 30d, or the number of a run.")
        return self.runs(collections, since=read_period(since, now, fix=fix).start)

    def last_runs(self) -> dict[str, Run]:
        """The latest run of each collection that is still here, by its present name."""
        return self._present("SELECT * FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY collection)")

    def names_of(self, collection: str) -> list[str]:
        """A collection's name and all that it had before."""
        return naming.names_of(naming.namings(self.connection), collection)

    def known_collections(self) -> set[str]:
        """The present names of all collections that the history knows and that were not removed."""
        rows = self.connection.execute("SELECT collection, max(number) FROM event GROUP BY collection")
        known = naming.namings(self.connection)
        return set(filter(None, (naming.name_now(known, name, event=number) for name, number in rows)))

    def present_name(self, collection: str) -> str | None:
        """What a collection of that name is called now; None if it was removed."""
        return naming.name_now(naming.namings(self.connection), collection)

    def given_up(self) -> set[str]:
        """The names of collections that were renamed or removed, unless others have them now."""
        return naming.given_up(self.connection)

    def former_ids(self) -> set[str]:
        """The ids that items had before the link of their collection was changed."""
        return set(naming.ids_now(self.connection))

    def _by_present_name(self, rows: Iterable[tuple[str, int, _T]]) -> dict[str, _T]:
        """The last value of each collection that is still here, by its present name. rows: name, run and value."""
        known = naming.namings(self.connection)
        values = ((naming.name_now(known, name, run=run), value) for name, run, value in sorted(rows, key=lambda row: row[1]))
        return {name: value for name, value in values if name is not None}

    def _present(self, query: str) -> dict[str, Run]:
        """Runs, one of each collection, by its present name: one that was renamed has taken its items along."""
        rows = [run_of(row) for row in self.connection.execute(query)]
        found = self._by_present_name((run.collection, run.id, run) for run in rows)
        return {name: naming.as_now(run, name) for name, run in sorted(found.items())}

    def last_listings(self) -> dict[str, Run]:
        """The same for the latest run that listed its folder; single items may have failed."""
        return self._present(
            # From name to name, and from the last run of each backwards: what it costs does not grow with the nights.
            "WITH RECURSIVE known (name) AS (SELECT min(collection) FROM run UNION ALL"
            " SELECT (SELECT min(collection) FROM run WHERE collection > name) FROM known WHERE name IS NOT NULL)"
            " SELECT run.* FROM known JOIN run ON run.id ="
            " (SELECT id FROM run WHERE collection = name AND status IN (0, 3) ORDER BY id DESC LIMIT 1)"
        )

    def last_successes(self) -> dict[str, datetime]:
        """When each collection was last brought up to date; a run in which single items failed counts.

        A date in the future is not believed: the clock was wrong. See misdated().
        """
        rows = self.connection.execute(
            "SELECT collection, max(id), max(ended) FROM run WHERE status IN (0, 3) AND ended < ? GROUP BY collection",
            (_latest(),),
        )
        return self._by_present_name((slug, run, read(ended)) for slug, run, ended in rows)

    def misdated(self) -> dict[str, datetime]:
        """The collections whose last success is dated in the future, and that date, until the next success replaces it."""
        rows = self.connection.execute(
            "SELECT collection, id, ended FROM run WHERE ended >= ? AND id IN"
            " (SELECT max(id) FROM run WHERE status IN (0, 3) GROUP BY collection)",
            (_latest(),),
        )
        return self._by_present_name((slug, run, read(ended)) for slug, run, ended in rows)

    def last_success(self, collections: Sequence[str] = ()) -> datetime | None:
        """When all of these collections were last up to date; None when one of them never was.

        collections: all that have ever run when empty.
        """
        latest = self.last_successes()
        wanted = set(collections) or self.last_runs().keys()
        return min((latest[slug] for slug in wanted), default=None) if wanted <= latest.keys() else None

    def note(self, events: Iterable[Event]) -> None:
        """Add events to the history, as part of the run under way if there is one."""
        history.append(self.connection, self._run, events)

    def history(self, item: Item, limit: int = 50) -> list[Event]:
        """The last events of an item, newest first, by the present name of its collection."""
        known, ids = naming.namings(self.connection), naming.ids_of(self.connection, item.id)
        events = history.of_item(self.connection, naming.names_of(known, item.collection), ids)
        found = (event for event in naming.events_now(known, events) if event.collection == item.collection)
        return list(islice(found, None if limit < 0 else limit))

    def events(self, runs: Iterable[Run]) -> list[Event]:
        """What some runs changed, and how they ended, oldest first, by the present names of their collections."""
        events = history.of_runs(self.connection, [run.id for run in runs])
        return list(naming.events_now(naming.namings(self.connection), events))

    def first_proof(self) -> str:
        """The hash of the first event, which identifies this archive's history; empty before there is one."""
        return history.first(self.connection)

    def check_history(self) -> Chain:
        """Verify that no event was changed, removed or inserted afterwards."""
        return history.check(self.connection)

    def hash_of(self, proof: str) -> int | None:
        """The number of the event with this hash; None if there is none."""
        row = self.connection.execute("SELECT number FROM event WHERE hash = ?", (proof,)).fetchone()
        return row and int(row["number"])

    def rebuildings(self) -> list[Event]:
        """The events of rebuilding the catalogue, newest first."""
        return history.of_rebuildings(self.connection)

    def forgotten(self) -> dict[str, datetime]:
        """The collections that hold items of runs that nobody knows, and when the catalogue was rebuilt without these."""
        names = {name for (name,) in self.connection.execute("SELECT DISTINCT collection FROM item")} - self.last_runs().keys()
        rebuilt = self.rebuildings() if names else []
        return dict.fromkeys(names, rebuilt[0].time) if rebuilt else {}


def unknown_runs(time: datetime) -> Message:
    """What people are told where no run is known since the catalogue was rebuilt without them, at a time."""
    return msg("not known: the catalogue was rebuilt without its runs on {time}", time=f"{time.astimezone():%Y-%m-%d %H:%M}")


def misdated_success(slug: str, time: datetime) -> Message:
    """What people are told of a last success that is dated in the future."""
    return msg(
        "{slug}: the last success is dated {time}, in the future, and does not count: this machine's clock was wrong then, or "
        "is wrong now.",
        slug=slug,
        time=local_time(time),
    )


def _latest() -> str:
    """The latest time that a run can have ended."""
    return written(datetime.now(UTC) + CLOCK_ERROR)
