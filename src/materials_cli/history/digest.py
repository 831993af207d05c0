"""Sums up the events of several runs as one list of changes, which export/digest.py presents. Pure.

An item that was replaced twice is listed once; one that was renamed and renamed back is not listed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from materials_cli.history.events import Event
from materials_cli.messages import Message
from materials_cli.model import ActionKind, Run

TextCounts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The overall change of one item. path: its path, the last one if it was withdrawn. was_path: its path before.

    sha256, was: its digest now and, if it was replaced, before. text: how its text changed, as in diff.Comparison.counts(),
    but without the numbers of changed sections if it was replaced more than once. time, run: of the last change.
    """

    collection: str
    item: str
    kind: ActionKind
    path: str
    was_path: str | None
    reason: Message
    bytes: int | None
    sha256: str
    was: str | None
    text: TextCounts | None
    time: datetime
    run: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The changes of some runs. runs: oldest first. head: the hash of the last event, which covers all events before it."""

    runs: tuple[Run, ...]
    changed: tuple[Changed, ...]
    head: str

    @property
    def collections(self) -> tuple[str, ...]:
        """The collections of these runs, sorted."""
        return tuple(sorted({run.collection for run in self.runs}))

    def of(self, collection: str) -> "Digest":
        """The part of one collection."""
        runs = tuple(run for run in self.runs if run.collection == collection)
        return Digest(runs, tuple(change for change in self.changed if change.collection == collection), self.head)


def digest(runs: Iterable[Run], events: Iterable[Event]) -> Digest:
    """Sum up the events of some runs."""
    lives: dict[tuple[str, str], list[Event]] = {}
    head = ""
    for event in events:
        head = event.hash
        if event.item is not None:
            lives.setdefault((event.collection, event.item), []).append(event)
    changed = [change for life in lives.values() if (change := _sum(life))]
    order = list(ActionKind)
    changed.sort(key=lambda change: (change.collection, order.index(change.kind), change.path, change.item))
    return Digest(tuple(sorted(runs, key=lambda run: run.id)), tuple(changed), head)


def _sum(life: Sequence[Event]) -> Changed | None:
    """The overall change of one item; None if it is unchanged."""
    acts = [event for event in life if "action" in event.detail]
    if not acts:
        return None
    first, last = acts[0].detail, acts[-1].detail
    was_path, was = first.get("from", first["path"]), first.get("was", first["sha256"])
    kind = _kind([act.detail for act in acts], moved=was_path != last["path"], replaced=was != last["sha256"])
    if kind is None:
        return None
    existed = first["action"] != ActionKind.ADD
    replaced = existed and was != last["sha256"]
    return Changed(
        collection=acts[-1].collection,
        item=str(acts[-1].item),
        kind=kind,
        path=last["path"],
        was_path=was_path if existed and was_path != last["path"] else None,
        reason=Message.from_json(last["reason"]),
        bytes=next((act.detail["bytes"] for act in reversed(acts) if "bytes" in act.detail), None),
        sha256=last["sha256"],
        was=was if replaced else None,
        text=_text(life) if replaced else None,
        time=acts[-1].time,
        run=acts[-1].run or 0,
    )


def _kind(acts: Sequence[Mapping[str, Any]], *, moved: bool, replaced: bool) -> ActionKind | None:
    """The one kind for several actions; the first rule that applies."""
    done = [act["action"] for act in acts]
    was_withdrawn, is_withdrawn = bool(acts[0].get("returned")), done[-1] == ActionKind.WITHDRAW
    # Withdrawn in the end, whether it was held before or added in between.
    if is_withdrawn:
        return None if was_withdrawn else ActionKind.WITHDRAW
    if done[0] == ActionKind.ADD:
        return ActionKind.ADD
    # Was withdrawn, and is held again.
    if was_withdrawn:
        return ActionKind.RESTORE
    if replaced:
        return ActionKind.REPLACE
    if moved:
        return ActionKind.MOVE
    # Withdrawn and restored in between: unchanged.
    if ActionKind.WITHDRAW in done:
        return None
    # Restored on disk, or only its details changed; else a change was undone.
    return next((kind for kind in (ActionKind.RESTORE, ActionKind.UPDATE) if kind in done), None)


def _text(life: Sequence[Event]) -> TextCounts | None:
    """How the text of an item changed over all its events; None if no event says so."""
    steps = [event.detail["text"] for event in life if "text" in event.detail]
    if len(steps) < 2:
        return steps[0] if steps else None
    return {"unit": steps[-1]["unit"], "before": steps[0]["before"], "after": steps[-1]["after"]}
