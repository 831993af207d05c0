"""Compares the rows of items and versions with the events about them: a row that was changed outside this program differs.

The chain of hashes (history.py) protects the events; this extends its protection to the rows that they are about.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from materials_cli.catalogue.naming import ids_now, name_now, namings
from materials_cli.history.events import Event, EventType, Outcome
from materials_cli.messages import Message, msg
from materials_cli.model import State

_ACTS = (
    EventType.INGESTION, EventType.RENAMING, EventType.WITHDRAWAL, EventType.REPLICATION, EventType.DETAILS, EventType.RECOVERY,
    EventType.QUARANTINE, EventType.DEACCESSION,
)  # fmt: skip


@dataclass(slots=True)
class Comparison:
    """The result. agreeing: how many items agree with their last event. differing: what differs, one sentence each.

    unrecorded: how many items have no event, in an archive that an early version began.
    """

    agreeing: int = 0
    unrecorded: int = 0
    differing: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class _Life:
    """What the events say of one item: as it is now, and the digests of all bytes it ever had, was rid of, or has lost."""

    now: tuple[str, str, str] | None = None
    had: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def add(self, kind: str, detail: dict[str, Any]) -> None:
        digest, path = detail.get("sha256"), detail.get("path")
        if kind == EventType.DEACCESSION:
            self.now = None
            return
        if kind == EventType.FIXITY and (lost := detail.get("expected")):
            self.lost.add(lost)
        if not isinstance(digest, str):
            return
        self.had.add(digest)
        if not isinstance(path, str):
            return
        if was := detail.get("was"):
            self.replaced.add(was)
        if not detail.get("claimed"):
            state = State.WITHDRAWN if kind == EventType.WITHDRAWAL else detail.get("state", State.HELD)
            self.now = (digest, path, str(state))


def compare_rows(connection: sqlite3.Connection) -> Comparison:
    """Compare every item and every earlier version with the events."""
    lives = _lives(connection)
    kept: dict[tuple[str, str], set[str]] = {}
    for collection, item, digest in connection.execute("SELECT collection, item, sha256 FROM version"):
        kept.setdefault((collection, item), set()).add(digest)
    found = Comparison()
    for collection, item, path, state, digest in connection.execute("SELECT collection, id, path, state, sha256 FROM item"):
        life = lives.pop((collection, item), None)
        if life is None or life.now is None:
            found.unrecorded += 1
        elif life.now == (digest, path, state):
            found.agreeing += 1
        else:
            found.differing.append(msg("{path}: differs from the last event about it.", path=path))
        if life and life.had:
            found.differing += _versions(path, life, kept.get((collection, item), set()))
    for (_, item), life in lives.items():
        if life.now:
            found.differing.append(msg("{path}: there are events about it, but the item is missing.", path=life.now[1] or item))
    return found


class Untold(NamedTuple):
    """An item whose history is incomplete. differs: no event says what its row does; versions: digests without an event.

    An item of which only earlier versions were recovered has no row.
    """

    collection: str
    item: str
    differs: bool
    versions: frozenset[str]


def untold(connection: sqlite3.Connection) -> list[Untold]:
    """The items of which the events do not tell what the rows say."""
    lives, kept, found = _lives(connection), dict[tuple[str, str], set[str]](), list[Untold]()
    for collection, item, digest in connection.execute("SELECT collection, item, sha256 FROM version"):
        kept.setdefault((collection, item), set()).add(digest)
    for collection, item, path, state, digest in connection.execute("SELECT collection, id, path, state, sha256 FROM item"):
        life = lives.get((collection, item), _Life())
        differs, versions = life.now != (digest, path, state), kept.pop((collection, item), set()) - life.had - life.replaced
        if differs or versions:
            found.append(Untold(collection, item, differs, frozenset(versions)))
    for (collection, item), digests in kept.items():
        life = lives.get((collection, item), _Life())
        if versions := digests - life.had - life.replaced:
            found.append(Untold(collection, item, differs=False, versions=frozenset(versions)))
    return found


def _lives(connection: sqlite3.Connection) -> dict[tuple[str, str], _Life]:
    lives: dict[tuple[str, str], _Life] = {}
    events = connection.execute(
        "SELECT number, collection, item, type, detail FROM event WHERE item IS NOT NULL AND"
        " (outcome = ?1 AND type IN (SELECT value FROM json_each(?2)) OR outcome <> ?1 AND type = ?3) ORDER BY number",
        (str(Outcome.SUCCESS), json.dumps(_ACTS), str(EventType.FIXITY)),
    )
    known, ids = namings(connection), ids_now(connection)
    for number, collection, item, kind, written in events:
        now, detail = name_now(known, collection, event=number), json.loads(written)
        if now is None:
            continue  # it was removed, with its items
        if now != collection and isinstance(path := detail.get("path"), str):
            detail["path"] = f"{now}{path.removeprefix(collection)}"
        lives.setdefault((now, ids.get(item, item)), _Life()).add(kind, detail)
    return lives


def absent(connection: sqlite3.Connection, why: Message, only: str | None = None) -> Iterator[Event]:
    """Events that tell which items and earlier versions the history knows and this catalogue does not have.

    why: the reason that they state. only: a collection; None for all.
    """
    kept: dict[tuple[str, str], set[str]] = {}
    for collection, item, digest in connection.execute("SELECT collection, item, sha256 FROM version"):
        kept.setdefault((collection, item), set()).add(digest)
    here = {(collection, item) for collection, item in connection.execute("SELECT collection, id FROM item")}
    reason = why.to_json()
    lives = _lives(connection).items()
    for (collection, item), life in lives if only is None else [one for one in lives if one[0][0] == only]:
        if (collection, item) not in here and life.now:
            detail = {"path": life.now[1], "sha256": life.now[0], "reason": reason}
            yield Event(type=EventType.DEACCESSION, collection=collection, item=item, detail=detail)
        for digest in sorted(life.replaced - kept.get((collection, item), set()) - life.lost):
            detail = {"expected": digest, "found": reason}
            yield Event(type=EventType.FIXITY, collection=collection, item=item, outcome=Outcome.FAILURE, detail=detail)


def _versions(path: str, life: _Life, kept: set[str]) -> Iterator[Message]:
    if kept - life.had - life.replaced:
        yield msg("{path}: no event mentions an earlier version of it.", path=path)
    if life.replaced - kept - life.lost:
        yield msg("{path}: an earlier version that its events mention is missing.", path=path)
