"""The events of items and runs, as PREMIS 3 names them, so that other archives understand the history. Pure.

The names are those of the Library of Congress (https://id.loc.gov/vocabulary/preservation/eventType.html), except that
"deletion" is a withdrawal here, since the bytes are kept. Of the events of an accession, exactly one has an `action` in
its detail, the value of its ActionKind; only these count as changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from materials_cli.fetched import COPY
from materials_cli.messages import Message, msg
from materials_cli.model import Accession, ActionKind, Failure, Item, Run, State, Text, Version
from materials_cli.values import frozen

if TYPE_CHECKING:
    from materials_cli.diff import Comparison


class EventType(StrEnum):
    """The event types of PREMIS, and withdrawal."""

    CAPTURE = "capture"
    DIGEST = "message digest calculation"
    FIXITY = "fixity check"
    INGESTION = "ingestion"
    REPLICATION = "replication"
    RENAMING = "filename change"
    DETAILS = "metadata modification"
    EXTRACTION = "metadata extraction"
    WITHDRAWAL = "withdrawal"
    QUARANTINE = "quarantine"
    RELEASE = "unquarantine"
    EXECUTION = "execution"
    RECOVERY = "recovery"
    DEACCESSION = "deaccession"
    EXPORT = "exporting"
    TRANSFER = "transfer"


class Outcome(StrEnum):
    """How an event ended."""

    SUCCESS = "success"
    FAILURE = "failure"


def _now() -> datetime:
    return datetime.now(UTC)


@frozen(kw_only=True)
class Event:
    """Something that happened to an item or, if item is None, in a whole run. detail: values that JSON can represent.

    run, number and hash are set when the event is recorded: number counts from 1, hash covers it and all events before it.
    """

    type: EventType
    collection: str
    item: str | None = None
    outcome: Outcome = Outcome.SUCCESS
    detail: Mapping[str, Any] = field(default_factory=dict)
    time: datetime = field(default_factory=_now)
    run: int | None = None
    number: int = 0
    hash: str = ""

    def message(self, name: str) -> Message | None:
        """A message in the detail (reason, message, note, found or compared_with), or None."""
        return Message.from_json(self.detail[name]) if name in self.detail else None

    def in_english(self) -> dict[str, Any]:
        """The detail with its messages as English text, for programs."""
        return {name: _in_english(value) for name, value in self.detail.items()}


def _in_english(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.keys() >= {"text", "fields"}:
            return str(Message.from_json(value))
        return {name: _in_english(inner) for name, inner in value.items()}
    return value


@frozen()
class Chain:
    """The result of checking all events. head: the hash of the last one. broken: the first with a wrong hash, or None."""

    events: int
    head: str
    broken: int | None


def of_accession(accession: Accession) -> list[Event]:
    """The events of an action that was carried out. The one with the action has its reason and paths."""
    action, item = accession.action, accession.item
    held = action.held
    detail: dict[str, Any] = {"action": str(action.kind), "reason": action.reason.to_json(), "path": item.path}
    if held and held.path != item.path:
        detail["from"] = held.path
    if held and held.fixity.sha256 != item.fixity.sha256:
        detail["was"] = held.fixity.sha256
    if held and held.state is State.WITHDRAWN:
        detail["returned"] = True
    if held and held.replacement and held.replaced.fixity == item.fixity:
        ingestion = _of(EventType.INGESTION, item, bytes=item.fixity.size, sha256=item.fixity.sha256, **detail)
        return [of_release(held, msg("taken into the mirror")), ingestion]
    if held is None or held.fetched != item.fetched:
        return [*_arrival(item), _of(EventType.INGESTION, item, bytes=item.fixity.size, sha256=item.fixity.sha256, **detail)]
    kinds = {
        ActionKind.WITHDRAW: EventType.WITHDRAWAL,
        ActionKind.MOVE: EventType.RENAMING,
        ActionKind.RESTORE: EventType.REPLICATION,
    }
    return [_of(kinds.get(action.kind, EventType.DETAILS), item, sha256=item.fixity.sha256, **detail)]


def of_arrival(item: Item) -> list[Event]:
    """Other bytes of an item were downloaded, and wait outside the mirror."""
    new = item.replaced
    reason = msg("kept outside the mirror, for the guard to decide")
    return [
        *_arrival(new),
        _of(EventType.QUARANTINE, new, bytes=new.fixity.size, sha256=new.fixity.sha256, reason=reason.to_json()),
    ]


def of_release(item: Item, reason: Message) -> Event:
    """The bytes of an item that waited do so no longer."""
    return _of(EventType.RELEASE, item, sha256=item.replaced.fixity.sha256, reason=reason.to_json())


def of_damage(item: Item, found: Message) -> Event:
    """A file in the mirror does not match the catalogue."""
    return _of(EventType.FIXITY, item, Outcome.FAILURE, path=item.path, expected=item.fixity.sha256, found=found.to_json())


def of_verification(collection: str, *, items: int, failed: int, size: int) -> Event:
    """Items of a collection were verified. failed: those of which a file is missing or damaged; size: the bytes of all."""
    detail = {"items": items, "failed": failed, "bytes": size, "compared_with": msg("the digests in the catalogue").to_json()}
    outcome = Outcome.FAILURE if failed else Outcome.SUCCESS
    return Event(type=EventType.FIXITY, collection=collection, outcome=outcome, detail=detail)


def of_comparison(collection: str, counts: Mapping[str, int]) -> Event:
    """Items of a collection were compared with what Drive states. counts: how many stand how, see sync/comparison.py."""
    detail = {"source": "Google Drive", "counts": dict(counts), "compared_with": msg("what Drive states").to_json()}
    return Event(type=EventType.FIXITY, collection=collection, detail=detail)


def of_flaw(collection: str, item: str, path: str, sha256: str, found: Message) -> Event:
    """A file of an item, in the mirror or kept, does not match the catalogue."""
    detail = {"path": path, "expected": sha256, "found": found.to_json()}
    return Event(type=EventType.FIXITY, collection=collection, item=item, outcome=Outcome.FAILURE, detail=detail)


def of_repair(collection: str, item: str, sha256: str, reason: Message) -> Event:
    """A missing or damaged file was restored, and read again. It has no path: the item is as it was."""
    return Event(
        type=EventType.REPLICATION, collection=collection, item=item, detail={"sha256": sha256, "reason": reason.to_json()}
    )


def of_failure(collection: str, failure: Failure) -> Event:
    """A file could not be downloaded."""
    return Event(
        type=EventType.CAPTURE, collection=collection, item=failure.item, outcome=Outcome.FAILURE,
        detail={"path": failure.path, "code": failure.code, "message": failure.message.to_json()},
    )  # fmt: skip


def of_reading(collection: str, item: str, text: Text, comparison: "Comparison | None") -> Event | None:
    """Text was extracted and compared with that of the earlier bytes, if any; None for a file without text."""
    if not text.sections and not text.note:
        return None
    detail: dict[str, Any] = {"unit": text.unit, "sections": len(text.sections)}
    if text.note:
        detail["note"] = text.note.to_json()
    if comparison:
        detail["text"] = dict(comparison.counts())
    outcome = Outcome.SUCCESS if text.sections else Outcome.FAILURE
    return Event(type=EventType.EXTRACTION, collection=collection, item=item, outcome=outcome, detail=detail)


def of_ending(run: Run, error: Failure | None) -> Event:
    """A run has ended. error: what ended it early."""
    detail: dict[str, Any] = {"status": run.status, "counts": dict(run.counts), "failures": len(run.failures)}
    if error:
        detail["error"] = {**asdict(error), "message": error.message.to_json()}
    outcome = Outcome.FAILURE if error or run.status else Outcome.SUCCESS
    return Event(type=EventType.EXECUTION, collection=run.collection, outcome=outcome, detail=detail)


def of_rebuilding(source: str, last_hash: str) -> Event:
    """The catalogue was rebuilt. source: from what; last_hash: the last known hash of the history before, or empty."""
    return Event(type=EventType.RECOVERY, collection="", detail={"source": source, "last_hash": last_hash})


def of_return(collection: str) -> Event:
    """A removed collection is back, and with it all that was recorded of it."""
    return Event(type=EventType.RECOVERY, collection=collection, detail={"source": "removed collection"})


def of_export(kind: str, collections: Sequence[str], items: int, proof: str) -> Event:
    """Files were exported. collections: of which; all if empty. proof: the SHA-256 that covers the export, or empty."""
    detail: dict[str, Any] = {"format": kind, "items": items, "collections": list(collections)}
    return Event(type=EventType.EXPORT, collection="", detail={**detail, **({"sha256": proof} if proof else {})})


def of_import(proof: str, last_hash: str, items: int) -> Event:
    """The archive was made from a bag. proof: the SHA-256 of its tag manifest; last_hash: of the history that came with it."""
    return Event(type=EventType.TRANSFER, collection="", detail={"sha256": proof, "last_hash": last_hash, "items": items})


_CLAIMED = {"claimed": True, "reason": msg("told by the manifest").to_json()}


def of_claimed_bytes(collection: str, claimed: Iterable[Version | Item]) -> list[Event]:
    """What the manifest told of bytes that were found: earlier versions, or an item, each with its own time."""
    return [
        Event(
            type=EventType.INGESTION,
            time=held.fetched,
            collection=collection,
            item=held.item if isinstance(held, Version) else held.id,
            detail={"path": held.path, "bytes": held.fixity.size, "sha256": held.fixity.sha256, **_CLAIMED},
        )
        for held in claimed
    ]


def of_claim(item: Item, versions: Sequence[Version], *, taken: bool, known: bool = False) -> list[Event]:
    """What the manifest told of an item whose bytes were found. Times and digests of events that it tells are its own.

    versions: those that were taken in, oldest first. taken: whether the item itself was taken in, not only versions. known: the
    history tells the rest already.
    """
    events = [] if known else of_claimed_bytes(item.collection, [*versions, *([item] if taken else [])])
    if taken and item.withdrawn and not known:
        withdrawal = _of(EventType.WITHDRAWAL, item, path=item.path, sha256=item.fixity.sha256, **_CLAIMED)
        events.append(replace(withdrawal, time=item.withdrawn))
    found = msg("found on the disk, with the digest that the manifest states").to_json()
    if taken:
        detail = {"path": item.path, "sha256": item.fixity.sha256, "state": str(item.state), "reason": found}
        events.append(_of(EventType.RECOVERY, item, **detail))
    if taken and item.replacement:
        new = item.replaced
        detail = {"bytes": new.fixity.size, "sha256": new.fixity.sha256, "reason": found}
        events.append(_of(EventType.QUARANTINE, item, **detail))
    return events


def of_passing_move(item: Item, was: str, reason: Message) -> Event:
    """An item got a new path before its new bytes have arrived, which is no action of its own. was: its path before."""
    detail: dict[str, Any] = {"from": was, "path": item.path, "sha256": item.fixity.sha256, "reason": reason.to_json()}
    return _of(EventType.RENAMING, item, **detail)


def _arrival(item: Item) -> list[Event]:
    """A file was downloaded, or taken from a copy that somebody had."""
    copied = item.retrieved is not None and item.retrieved.way == COPY
    detail: dict[str, Any] = {"reason": msg("taken from a copy that somebody had of the folder").to_json()} if copied else {}
    detail |= {"bytes": item.fixity.size, "media_type": item.media_type, "drive_id": item.remote.drive_id}
    events = [
        _of(EventType.TRANSFER if copied else EventType.CAPTURE, item, **detail),
        _of(EventType.DIGEST, item, algorithm="SHA-256", sha256=item.fixity.sha256),
    ]
    if item.verified:
        events.append(_of(EventType.FIXITY, item, compared_with=msg("the digest that Drive states").to_json()))
    return events


def _of(kind: EventType, item: Item, outcome: Outcome = Outcome.SUCCESS, **detail: Any) -> Event:
    return Event(type=kind, collection=item.collection, item=item.id, outcome=outcome, detail=detail)
