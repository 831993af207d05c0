"""What Drive told of the folder of each collection, as far as no item says it; and since when its link has failed.

It is kept apart from the items, so that what changes there changes no item, and is written only when it differs.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from materials_cli.catalogue import naming
from materials_cli.catalogue.publishing import forget_published
from materials_cli.catalogue.refusals import Connection
from materials_cli.catalogue.rows import ITEM_COLUMNS, item_of, read, run_of, written
from materials_cli.codes import Code
from materials_cli.errors import ExitStatus
from materials_cli.history.events import EventType
from materials_cli.model import Item
from materials_cli.values import frozen

# With these, Drive says that the folder is not there for us; whether for good, only time tells.
DEAD = frozenset({Code.LINK_NOT_FOUND, Code.LINK_NOT_SHARED, Code.FOLDER_TRASHED, Code.FOLDER_EMPTY})

_UNTELLING = ", ".join(
    f"'$.{name}'" for name in ("md5", "web_link", "version", "head_revision", "resource_key", "size", "media_type", "export")
)


@frozen(kw_only=True)
class Told:
    """Of one collection: its folder's name, and since when it has that; its owner; the domains of accounts, by owner.

    closed, unlisted: since when held items have been in a folder that may not be looked into, or in no list; by id.
    """

    name: str = ""
    named: datetime | None = None
    owner: str | None = None
    domains: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    closed: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    unlisted: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))


class Failing(NamedTuple):
    """A link that has led nowhere since a time, with the code of the last failure."""

    since: datetime
    code: Code


def told(connection: Connection) -> dict[str, Told]:
    """What is known of every collection."""
    rows = connection.execute("SELECT collection, told FROM source")
    return {collection: _read(json.loads(stored)) for collection, stored in rows}


def told_of(connection: Connection, collection: str) -> Told:
    """What is known of one collection; nothing, if it has never been listed."""
    row = connection.execute("SELECT told FROM source WHERE collection = ?", (collection,)).fetchone()
    return _read(json.loads(row["told"])) if row else Told()


def record_told(connection: Connection, collection: str, known: Told) -> None:
    """Replace what is known of a collection, if it differs."""
    changed = connection.execute(
        "INSERT INTO source VALUES (?1, ?2) ON CONFLICT (collection) DO UPDATE SET told = ?2 WHERE told <> ?2",
        (collection, json.dumps(_written(known), sort_keys=True)),
    )
    if changed.rowcount:
        forget_published(connection)


def failing(connection: Connection) -> dict[str, Failing]:
    """The collections whose link has led nowhere in all that was heard of Drive since their folder was last listed."""
    rows = connection.execute(
        "SELECT * FROM run WHERE ended IS NOT NULL AND failures <> '[]' AND status = ? AND id >"
        " coalesce((SELECT max(id) FROM run AS listed WHERE listed.collection = run.collection AND status IN (0, 3)), 0)"
        " ORDER BY id",
        (int(ExitStatus.PERSON_NEEDED),),
    )
    names, found = naming.namings(connection), dict[str, Failing]()
    for run in map(run_of, rows):
        name, ending = naming.name_now(names, run.collection, run=run.id), run.ended_by
        if name is None or ending is None or ending.code not in DEAD:
            continue
        since = found[name].since if name in found else run.started
        found[name] = Failing(since, next(code for code in DEAD if code == ending.code))
    return found


def signs_of_life(connection: Connection, since: datetime) -> dict[tuple[str, str], datetime]:
    """When an item was last renamed, moved or removed on Drive, by collection and id; each was somebody's act."""
    rows = connection.execute(
        "SELECT collection, item, max(time) AS time, max(number) AS number FROM event WHERE time >= ? AND type IN (?, ?)"
        " AND item IS NOT NULL AND json_extract(detail, '$.action') IS NOT NULL GROUP BY collection, item",
        (written(since), str(EventType.RENAMING), str(EventType.WITHDRAWAL)),
    )
    names = naming.namings(connection)
    present = ((naming.name_now(names, row["collection"], event=row["number"]), row["item"], row["time"]) for row in rows)
    return {(name, item): read(time) for name, item, time in present if name is not None}


def moment(connection: Connection) -> tuple[int, int]:
    """The numbers of the last run and the last event: what was seen of all sources then holds until there are others."""
    (run, event), *_ = connection.execute("SELECT ifnull(max(id), 0), (SELECT ifnull(max(number), 0) FROM event) FROM run")
    return run, event


def alike(connection: Connection, items: Sequence[Item]) -> list[Item]:
    """All items, of any collection, with the bytes of one of these, or of the same file on Drive."""
    rows = connection.execute(
        f"SELECT {ITEM_COLUMNS} FROM item WHERE sha256 IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        " OR drive_id IN (SELECT value FROM json_each(?))",
        (json.dumps([item.fixity.sha256 for item in items]), json.dumps([item.remote.drive_id for item in items])),
    )
    return list(map(item_of, rows))


def of_owners(connection: Connection, owners: Collection[str]) -> list[Item]:
    """All items, of any collection, that some accounts own or were the last to change."""
    rows = connection.execute(
        f"SELECT {ITEM_COLUMNS} FROM item"  # noqa: S608 - a constant
        " WHERE json_extract(remote, '$.owner') IN (SELECT value FROM json_each(:names))"
        " OR json_extract(remote, '$.modified_by') IN (SELECT value FROM json_each(:names))",
        {"names": json.dumps(sorted(owners))},
    )
    return list(map(item_of, rows))


def for_signs(connection: Connection) -> Iterator[Item]:
    """All items, without what says nothing of the end of their sources: they are held in memory together."""
    rows = connection.execute(
        # Of columns with the same name, the first one counts.
        f"SELECT json_remove(item.remote, {_UNTELLING}) AS remote, NULL AS md5, NULL AS title, NULL AS note,"  # noqa: S608 - constants
        f" NULL AS replacement, NULL AS retrieved, {ITEM_COLUMNS} FROM item ORDER BY path, collection, id"
    )
    return map(item_of, rows)


def _written(known: Told) -> dict[str, object]:
    return {
        "name": known.name,
        "named": known.named and written(known.named),
        "owner": known.owner,
        "domains": dict(known.domains),
        "closed": {item: written(since) for item, since in known.closed.items()},
        "unlisted": {item: written(since) for item, since in known.unlisted.items()},
    }


def _read(stored: Mapping[str, Any]) -> Told:
    times = {name: {item: read(since) for item, since in stored[name].items()} for name in ("closed", "unlisted")}
    named, owner = stored["named"], stored["owner"]
    return Told(
        name=str(stored["name"]),
        named=read(named) if isinstance(named, str) else None,
        owner=owner if isinstance(owner, str) else None,
        domains=dict(stored["domains"]),
        **times,
    )
