"""What has changed since: runs and their events → one value, told to people in export/digest.py. Pure.

What happened to an item in several runs is summed up: what was replaced twice is replaced once, what was renamed and
renamed back is no change.
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
    """What became of one item, in sum. path: where it lies, or lay when it was withdrawn; was_path: where it lay before.

    sha256, was: its bytes now and before, where they differ. text: what became of its text, as compare.Comparison.counts()
    says it; without the numbers of changed sections when it was replaced more than once. time, run: of the last change.
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
    """What some runs brought. runs: oldest first. head: the hash of the last event, which proves all before it."""

    runs: tuple[Run, ...]
    changed: tuple[Changed, ...]
    head: str

    @property
    def collections(self) -> tuple[str, ...]:
        """The collections that ran, in order."""
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
    """What became of one item in sum; None when it is as it was."""
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
        text=_text([event.detail["text"] for event in life if "text" in event.detail]) if replaced else None,
        time=acts[-1].time,
        run=acts[-1].run or 0,
    )


def _kind(acts: Sequence[Mapping[str, Any]], *, moved: bool, replaced: bool) -> ActionKind | None:
    """The one word for several acts. Leaves from top to bottom: the first that fits is taken."""
    done = [act["action"] for act in acts]
    was_withdrawn, is_withdrawn = bool(acts[0].get("returned")), done[-1] == ActionKind.WITHDRAW
    # Gone, whether it was held before or came in between.
    if is_withdrawn:
        return None if was_withdrawn else ActionKind.WITHDRAW
    if done[0] == ActionKind.ADD:
        return ActionKind.ADD
    # Back after it was gone.
    if was_withdrawn:
        return ActionKind.RESTORE
    if replaced:
        return ActionKind.REPLACE
    if moved:
        return ActionKind.MOVE
    # Gone and back in between: it is as it was.
    if ActionKind.WITHDRAW in done:
        return None
    # Put right here; else only its details changed, or what changed was changed back.
    return next((kind for kind in (ActionKind.RESTORE, ActionKind.UPDATE) if kind in done), None)


def _text(steps: Sequence[TextCounts]) -> TextCounts | None:
    if len(steps) < 2:
        return steps[0] if steps else None
    return {"unit": steps[-1]["unit"], "before": steps[0]["before"], "after": steps[-1]["after"]}
