"""Values of the model as rows, and back; anything Drive or a disk can send survives, lone surrogates included."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import Any

from materials_cli.disk import SHA256
from materials_cli.fetched import Retrieved
from materials_cli.messages import Message
from materials_cli.model import Export, Failure, Fixity, Item, RemoteFile, Replacement, Run, Section, State, Version

ITEM_COLUMNS = (
    "item.number, item.collection, item.id, item.path, item.state, item.media_type, item.size, item.sha256, item.md5,"
    " item.first_seen, item.fetched, item.withdrawn, item.verified, item.remote, item.title, item.unit, item.sections,"
    " item.note, item.missed, item.replacement, item.retrieved"
)
SECTION_COLUMNS = "section.number, section.title, section.body, section.notes, section.hidden, section.ocr"
_REMOTE_FIELDS = {field.name: None for field in fields(RemoteFile)}.keys()
_REMOTE_TIMES = ("created", "modified")
_LISTS = {"folders", "also"}
_REPEATED = ("parent", "media_type", "owner", "modified_by")


def written(time: datetime) -> str:
    """A time as RFC 3339 text in UTC; without the Z, such texts sort in the order of their times."""
    # astimezone() costs more than everything else here, and every row has four times that are in UTC already.
    text = time.isoformat() if time.tzinfo is UTC else time.astimezone(UTC).isoformat()
    return f"{text[:-6]}Z"


def read(text: str) -> datetime:
    """The time that `written` wrote."""
    return datetime.fromisoformat(text)


def exact(text: str) -> str | bytes:
    """A parameter for CAST(? AS TEXT): the text itself, or its bytes if it has lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def legible(text: str) -> str:
    """A text to be displayed and searched: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()


def item_values(item: Item) -> dict[str, Any]:
    """The columns of an item that a sync writes; `put_text` writes those that describe its text."""
    return {
        "collection": item.collection,
        "id": item.id,
        "path": exact(item.path),
        "state": str(item.state),
        "media_type": legible(item.media_type),
        "size": item.fixity.size,
        "sha256": item.fixity.sha256,
        "md5": item.fixity.md5,
        "first_seen": written(item.first_seen),
        "fetched": written(item.fetched),
        "withdrawn": _written(item.withdrawn),
        "missed": _written(item.missed),
        "verified": int(item.verified),
        "remote": json.dumps(_remote_written(item.remote)),
        "replacement": item.replacement and json.dumps(_replacement_written(item.replacement)),
        "retrieved": item.retrieved and _retrieved_written(item.retrieved),
    }


def item_to_json(item: Item) -> dict[str, Any]:
    """An item as a value for JSON, without what was read from its text."""
    return {**item_values(item), "path": item.path}


def item_from_json(stored: Mapping[str, Any]) -> Item:
    """The item that item_to_json() wrote; raise ValueError, KeyError or TypeError for anything else."""
    unread = {"note": None, "title": None, "unit": None, "sections": 0, "retrieved": None}
    if not SHA256.fullmatch(stored["sha256"]):
        raise ValueError(stored["sha256"])
    return item_of({**unread, **stored})


def item_of(row: sqlite3.Row | Mapping[str, Any]) -> Item:
    """The item of a row with ITEM_COLUMNS. Strings that many items share are stored once in memory."""
    remote, waiting, came = _remote_read(json.loads(row["remote"])), row["replacement"], row["retrieved"]
    first_seen = read(row["first_seen"])
    return Item(
        collection=intern(row["collection"]),
        remote=remote,
        path=row["path"],
        media_type=intern(row["media_type"]),
        fixity=Fixity(row["size"], _one_text(row["sha256"], remote.sha256), _one_text(row["md5"], remote.md5)),
        first_seen=first_seen,
        fetched=first_seen if row["fetched"] == row["first_seen"] else read(row["fetched"]),
        state=State(row["state"]),
        withdrawn=_read(row["withdrawn"]),
        missed=_read(row["missed"]),
        verified=bool(row["verified"]),
        note=message_of(row["note"]),
        title=row["title"],
        unit=row["unit"] and intern(row["unit"]),
        sections=row["sections"],
        replacement=_replacement_read(json.loads(waiting)) if waiting else None,
        retrieved=_retrieved(came) if came else None,
    )


@lru_cache(maxsize=256)
def _retrieved_written(retrieved: Retrieved) -> str:
    """What many items that came alike share as text."""
    return json.dumps(asdict(retrieved))


@lru_cache(maxsize=256)
def _retrieved(stored: str) -> Retrieved:
    """One value for the many items that came alike."""
    return Retrieved(**json.loads(stored))


def section_of(row: sqlite3.Row) -> Section:
    """The section of a row with SECTION_COLUMNS."""
    return Section(row["number"], row["title"], row["body"], row["notes"], bool(row["hidden"]), bool(row["ocr"]))


def legible_section(section: Section) -> Section:
    """The section as it is stored and indexed."""
    return replace(section, title=legible(section.title), body=legible(section.body), notes=legible(section.notes))


def update_item(connection: sqlite3.Connection, number: int, values: Mapping[str, Any]) -> None:
    """Change some columns of an item. values: by the names of columns, which are constants."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE item SET {changes} WHERE number = :number", {**values, "number": number})  # noqa: S608 - names of columns


def version_values(collection: str, version: Version) -> dict[str, Any]:
    """The columns of an earlier version."""
    return {
        "collection": collection,
        "item": version.item,
        "path": exact(version.path),
        "size": version.fixity.size,
        "sha256": version.fixity.sha256,
        "md5": version.fixity.md5,
        "modified": _written(version.modified),
        "fetched": written(version.fetched),
        "retired": written(version.retired),
        "withheld": int(version.withheld),
    }


def version_of(row: sqlite3.Row) -> Version:
    """The version of a row of the table `version`."""
    return Version(
        item=row["item"],
        fixity=Fixity(row["size"], row["sha256"], row["md5"]),
        path=row["path"],
        modified=_read(row["modified"]),
        fetched=read(row["fetched"]),
        retired=read(row["retired"]),
        withheld=bool(row["withheld"]),
    )


def run_of(row: sqlite3.Row) -> Run:
    """The run of a row of the table `run`."""
    return Run(
        id=row["id"],
        collection=row["collection"],
        started=read(row["started"]),
        ended=_read(row["ended"]),
        status=row["status"],
        counts=json.loads(row["counts"]),
        bytes=row["bytes"],
        unchanged=row["unchanged"],
        notices=tuple(map(Message.from_json, json.loads(row["notices"]))),
        failures=tuple(map(_failure_of, json.loads(row["failures"]))),
    )


def message_of(stored: str | None) -> Message | None:
    """A message as it is stored in a column of its own."""
    return None if stored is None else Message.from_json(json.loads(stored))


def run_values(run: Run) -> dict[str, Any]:
    """The columns of a run that has ended."""
    return {
        "id": run.id,
        "ended": _written(run.ended),
        "status": run.status,
        "counts": json.dumps(dict(run.counts)),
        "bytes": run.bytes,
        "unchanged": run.unchanged,
        "notices": json.dumps([notice.to_json() for notice in run.notices]),
        "failures": json.dumps([{**asdict(failure), "message": failure.message.to_json()} for failure in run.failures]),
    }


def _failure_of(stored: dict[str, Any]) -> Failure:
    return Failure(**{**stored, "message": Message.from_json(stored["message"])})


def _written(time: datetime | None) -> str | None:
    return None if time is None else written(time)


def _read(text: str | None) -> datetime | None:
    return None if text is None else read(text)


def _replacement_written(new: Replacement) -> dict[str, Any]:
    """Its fields, for JSON."""
    return {
        **asdict(new),
        "remote": _remote_written(new.remote),
        "fetched": written(new.fetched),
        "damage": new.damage and new.damage.to_json(),
    }


def _replacement_read(stored: dict[str, Any]) -> Replacement:
    return Replacement(
        **{
            **stored,
            "remote": _remote_read(stored["remote"]),
            "fixity": Fixity(**stored["fixity"]),
            "fetched": read(stored["fetched"]),
            "damage": stored["damage"] and Message.from_json(stored["damage"]),
            "retrieved": Retrieved(**stored["retrieved"]) if stored.get("retrieved") else None,
        }
    )


def _remote_written(remote: RemoteFile) -> dict[str, Any]:
    """The fields that are set, for JSON, whose escapes preserve even lone surrogates."""
    fields_of = ((name, getattr(remote, name)) for name in _REMOTE_FIELDS)
    values: dict[str, Any] = {name: value for name, value in fields_of if value not in (None, ()) and value is not False}
    for name in _REMOTE_TIMES:
        if name in values:
            values[name] = written(values[name])
    if remote.problem:
        values["problem"] = remote.problem.to_json()
    if remote.export:
        values["export"] = asdict(remote.export)
    return values


def _one_text(text: Any, other: str | None) -> Any:
    return other if text == other else text


def _remote_read(values: dict[str, Any]) -> RemoteFile:
    for name in values.keys() - _REMOTE_FIELDS:  # of an earlier version
        del values[name]
    for name in _REPEATED:
        if name in values:
            values[name] = intern(values[name])
    if values["drive_id"] == values["id"]:  # one string in memory, not two
        values["drive_id"] = values["id"]
    for name in _REMOTE_TIMES:
        if name in values:
            values[name] = read(values[name])
    for name in _LISTS & values.keys():
        values[name] = tuple(map(intern, values[name]))
    if "problem" in values:
        values["problem"] = Message.from_json(values["problem"])
    if "export" in values:
        values["export"] = Export(**values["export"])
    return RemoteFile(**values)
