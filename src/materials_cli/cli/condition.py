"""The condition of a collection: what it holds, and how its last run ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from materials_cli.catalogue.verifications import Proven
from materials_cli.cli.described import about_row
from materials_cli.codes import Code
from materials_cli.config import Collection
from materials_cli.dates import rfc3339
from materials_cli.errors import ExitStatus
from materials_cli.export.rows import run_row
from materials_cli.model import Item, Run, State
from materials_cli.values import frozen


@frozen(kw_only=True)
class Condition:
    """What there is to say of a collection. held, withdrawn, waiting, damaged: how many items. bytes: of those held.

    lacking: those held whose text is missing or incomplete. run: the last one; running: a run is in progress. misdated: the
    date of a last success that lies in the future. forgotten: since when no run is known.
    """

    collection: Collection
    held: int
    bytes: int
    withdrawn: int
    waiting: int
    damaged: int
    checked: Proven
    lacking: tuple[Item, ...]
    last_fetched: datetime | None
    run: Run | None
    misdated: datetime | None = None
    forgotten: datetime | None = None
    running: bool = False

    @property
    def slug(self) -> str:
        """The name of the collection."""
        return self.collection.slug

    @property
    def well(self) -> bool:
        """Whether there is nothing to look at."""
        done = self.run is not None and (self.run.status == ExitStatus.DONE or (self.running and self.run.status is None))
        return not self.damaged and (self.collection.detached or (done and not self.misdated))

    @property
    def partly_here(self) -> bool:
        """Whether a copy was taken in, and there is nothing else to say of its run but that Drive has more."""
        failures = self.run.failures if self.run else ()
        return bool(failures) and all(failure.code == Code.NOT_YET_HERE for failure in failures)

    @property
    def problematic(self) -> bool:
        """Whether the last run left something to look at that is reported nowhere else."""
        return not (self.run is None or self.well or self.damaged or self.partly_here)

    def row(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "collection": self.slug,
            "title": self.collection.title,
            "link": self.collection.link,
            "event": about_row(self.collection),
            "detached": self.collection.detached,
            "held": self.held,
            "bytes": self.bytes,
            "withdrawn": self.withdrawn,
            "waiting": self.waiting,
            "damaged": self.damaged,
            "verified": {
                "items": self.checked.verified,
                "of": self.checked.items,
                "first": rfc3339(self.checked.first),
                "last": rfc3339(self.checked.last),
            },
            "notes": [{"path": item.path, "id": item.id, "note": item.note} for item in self.lacking],
            "last_fetched": rfc3339(self.last_fetched),
            "last_run": self.run and run_row(self.run),
            "misdated_success": rfc3339(self.misdated),
            "runs_forgotten": rfc3339(self.forgotten),
            "well": self.well,
        }


def condition_of(
    collection: Collection, items: Sequence[Item], run: Run | None, checked: Proven, doubtful: frozenset[str], **known: Any
) -> Condition:
    """The condition of a collection. doubtful: the ids whose files the next sync reads. known: misdated, forgotten, running."""
    held = [item for item in items if item.state is State.HELD]
    return Condition(
        collection=collection,
        held=len(held),
        bytes=sum(item.fixity.size for item in held),
        withdrawn=len(items) - len(held),
        waiting=sum(item.replacement is not None for item in held),
        damaged=len((checked.flawed | doubtful).intersection(item.id for item in items)),
        checked=checked,
        lacking=tuple(item for item in held if item.note),
        last_fetched=max((item.fetched for item in items), default=None),
        run=run,
        **known,
    )
