"""Reads every file that the archive holds, and compares it with the catalogue.

It needs no lock. What it found is recorded afterwards (Archive.verify), if the archive can be written to.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Protocol

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.verifications import put_all_verified, put_verified
from materials_cli.custody.choice import ALL, Choice
from materials_cli.custody.closed import closed_places
from materials_cli.custody.holdings import Holding, Role, all_holdings, is_still, strangers
from materials_cli.errors import MaterialsError
from materials_cli.filenames import INNER
from materials_cli.history.events import of_flaw, of_verification
from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Fixity, Progress, Step, StepKind
from materials_cli.store.doubts import doubt
from materials_cli.store.fixity import Fault, Flaw
from materials_cli.store.lock import holder
from materials_cli.store.mirror import Store
from materials_cli.store.versions import digest_of


class Trouble(StrEnum):
    """What is wrong with a place.

    A file is not there, has other bytes, may not be looked at, lies elsewhere in the mirror, or is unknown to the catalogue.
    """

    MISSING = msgid("MISSING")
    DAMAGED = msgid("DAMAGED")
    CLOSED = msgid("CLOSED")
    MOVED = msgid("MOVED")
    UNEXPECTED = msgid("UNEXPECTED")


_LOST = {Trouble.MISSING, Trouble.DAMAGED}


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble. place: relative to the archive. holding: what should be there, if anything. what: follows the place.

    behind: the files that a closed place keeps from being looked at.
    """

    trouble: Trouble
    place: str
    what: Message
    fix: Message
    holding: Holding | None = None
    behind: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """A file that was missing or damaged and is intact again. source: where its bytes came from; follows “restored”."""

    finding: Finding
    source: Message


@dataclass(slots=True)
class Tally:
    """How much was read: all files and bytes; of each collection, its items, and their bytes with those of earlier versions."""

    files: int = 0
    bytes: int = 0
    items: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)

    def add(self, holding: Holding) -> None:
        """Count one file."""
        self.files += 1
        self.bytes += holding.fixity.size
        self.items[holding.collection] += holding.role in {Role.MIRROR, Role.WITHDRAWN}
        self.sizes[holding.collection] += holding.fixity.size

    def without(self, unseen: Iterable[Holding]) -> None:
        """Take out files that could not be looked at, and the items that they belong to."""
        items = set[tuple[str, str]]()
        for holding in unseen:
            self.files -= 1
            self.bytes -= holding.fixity.size
            self.sizes[holding.collection] -= holding.fixity.size
            items.add((holding.collection, holding.id))
        self.items.subtract(collection for collection, _ in items)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. read: what the catalogue says is held. running: the run that was in progress meanwhile.

    began: when. collections: those that were meant; all, if empty. chosen: the only items that were read, by collection and id;
    None for all. repaired: what is no longer among the findings. troubles: why it could not be recorded, or repaired.
    """

    read: Tally
    findings: tuple[Finding, ...]
    running: Message | None = None
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    collections: tuple[str, ...] = ()
    chosen: frozenset[tuple[str, str]] | None = None
    repaired: tuple[Repair, ...] = ()
    troubles: tuple[Message, ...] = ()

    @property
    def files(self) -> int:
        """How many files were read."""
        return self.read.files

    @property
    def bytes(self) -> int:
        """Their bytes."""
        return self.read.bytes

    @property
    def damaged(self) -> bool:
        """Whether a file is missing or damaged."""
        return bool(self.lost)

    @property
    def lost(self) -> list[tuple[Finding, Holding]]:
        """The findings about a missing or damaged file, each with what should be there."""
        return [(finding, finding.holding) for finding in self.findings if finding.holding and finding.trouble in _LOST]

    def after(self, repaired: Iterable[Repair]) -> "Verification":
        """The same, when these have been repaired."""
        repaired = tuple(repaired)
        done = {repair.finding.place for repair in repaired}
        left = tuple(finding for finding in self.findings if finding.place not in done)
        return replace(self, findings=left, repaired=(*self.repaired, *repaired))

    @property
    def fine(self) -> bool:
        """Whether all that is archived is in its place; a person's own files may lie beside it, but not in versions/."""
        return all(finding.trouble is Trouble.UNEXPECTED and not _is_inner(finding.place) for finding in self.findings)


class RemoteCheckers(Protocol):
    """Other computers that read files and compare them."""

    def check(self, path: str, fixity: Fixity, wanted: Callable[[], bool], *, mirrored: bool) -> Flaw | None:
        """What is wrong with a file, as Store.flaw() tells it. wanted: whether the answer still is."""


def verify(
    store: Store,
    collections: Sequence[str],
    workers: Executor,
    progress: Progress,
    choice: Choice = ALL,
    *,
    elsewhere: RemoteCheckers | None = None,
) -> Verification:
    """Verify these collections; all of them, if none is given. Unless only some items are chosen, name strange files, too.

    A sync may run meanwhile, so what seems wrong is looked at again with the catalogue as it is at the end. elsewhere: who
    reads in place of this computer; the caller then holds the lock, and only what seems wrong to them is read here.
    """
    began = datetime.now(UTC)
    with Catalogue.open(store.catalogue) as catalogue:
        chosen = choice.of(catalogue, collections)

    def wanted() -> Iterator[Holding]:
        return (h for h in all_holdings(store, collections) if chosen is None or (h.collection, h.id) in chosen)

    read = Tally()
    for holding in wanted():
        read.add(holding)
    progress(Step(StepKind.PLANNED, amount=read.bytes, total=read.files))
    suspects = _suspects(partial(_look, store, elsewhere, progress), workers, wanted())
    with Catalogue.open(store.catalogue) as catalogue:
        still = [holding for holding in suspects if is_still(catalogue, holding)]
        folders = set(collections) or catalogue.collections()
    flaws = [(holding, flaw) for holding in still if (flaw := holding.flaw(store))]
    closed = closed_places(store, flaws)
    found = [finding_of(store, holding, flaw) for holding, flaw in flaws if not flaw.closed]
    if choice.all:
        found = _recognised(store, found, tuple(strangers(store, all_holdings(store), folders)))
    _note_damage(store, found)
    found += [Finding(Trouble.CLOSED, each.place, each.what, each.fix, behind=each.behind) for each in closed]
    read.without(holding for each in closed for holding in each.behind)
    found.sort(key=lambda finding: (list(Trouble).index(finding.trouble), finding.place))
    running = None if elsewhere else holder(store.lock_file)
    return Verification(read, tuple(found), running, began, tuple(collections), chosen)


def _suspects(
    look: Callable[[threading.Event, Holding], Flaw | None], workers: Executor, held: Iterable[Holding]
) -> list[Holding]:
    """Have all of these files read; return those that are not as they should be."""
    suspects, stopped = list[Holding](), threading.Event()
    try:
        with closing(in_parallel(workers, partial(look, stopped), held)) as batches:
            for batch in batches:
                suspects += [holding for holding, future in batch if future.result()]
    finally:
        stopped.set()
    return suspects


def record(catalogue: Catalogue, found: Verification) -> None:
    """Record what was found: the time of each intact item, an event for each flaw, and one for each collection."""
    flawed = {(f.holding.collection, f.holding.id) for f in found.findings if f.holding}
    unseen = {(holding.collection, holding.id) for f in found.findings for holding in f.behind}
    with catalogue.transaction():
        if found.chosen is None:
            put_all_verified(catalogue.connection, found.collections, flawed | unseen, found.began)
        else:
            put_verified(catalogue.connection, found.chosen - flawed - unseen, found.began)
        for finding, holding in found.lost:
            flaw = (holding.collection, holding.id, holding.path, holding.fixity.sha256, finding.what)
            catalogue.note([of_flaw(*flaw)])
        for collection, size in sorted(found.read.sizes.items()):
            failed, items = sum(key[0] == collection for key in flawed), found.read.items[collection]
            catalogue.note([of_verification(collection, items=items, failed=failed, size=size)])


def _recognised(store: Store, found: Sequence[Finding], unknown: Sequence[str]) -> list[Finding]:
    """The same, with the unknown files: one that is a missing file stands for it."""
    missing = {finding.place: finding.holding for finding in found if finding.trouble is Trouble.MISSING and finding.holding}
    moved = _moved(store, missing, unknown)
    others = [_elsewhere(place, missing[moved[place]]) if place in moved else stranger(place) for place in unknown]
    return [*(finding for finding in found if finding.place not in moved.values()), *others]


def _note_damage(store: Store, found: Sequence[Finding]) -> None:
    """Let the next sync read the damaged files of the mirror, which look as they should from outside."""
    damaged = [finding.holding for finding in found if finding.trouble is Trouble.DAMAGED]
    with suppress(MaterialsError):  # a medium that cannot be written
        doubt(store, [(h.collection, h.id) for h in damaged if h and h.role is Role.MIRROR])


def finding_of(store: Store, holding: Holding, flaw: Flaw) -> Finding:
    """What to tell about a file that is not as it should be."""
    trouble = Trouble.MISSING if flaw.fault is Fault.MISSING else Trouble.DAMAGED
    if holding.role is Role.MIRROR:
        fix = msg("`materials sync` restores it, if Drive still has it.")
        return Finding(trouble, holding.path, flaw.what, fix, holding)
    place = holding.place(store)
    name = holding.path.rpartition("/")[2]
    if holding.role is Role.REPLACEMENT:
        what = msg("{what}; new content of “{name}”, which waits", what=flaw.what, name=name)
        return Finding(trouble, place, what, msg("Drive still has it: `--accept-replacements` downloads it again."), holding)
    what = (
        msg("{what}; kept for “{name}”, which its owner withdrew", what=flaw.what, name=name)
        if holding.role is Role.WITHDRAWN
        else msg("{what}; an earlier version of “{name}”", what=flaw.what, name=name)
    )
    return Finding(
        trouble, place, what, msg("Drive no longer has it: restore it from a backup of {place}.", place=place), holding
    )


def stranger(place: str) -> Finding:
    """What to tell about a file that is in the archive and of which the catalogue says nothing."""
    if _is_inner(place):
        what = msg("not in the catalogue, and only archived files belong there")
        fix = msg(
            "If .materials was ever put back from a backup, it may be an earlier version: keep it. If not, move it out of the "
            "archive."
        )
        return Finding(Trouble.UNEXPECTED, place, what, fix)
    fix = msg("It can stay: a sync does not touch it, and the exit status does not count it.")
    return Finding(Trouble.UNEXPECTED, place, msg("not archived: a file of yours, or of another program"), fix)


def _is_inner(place: str) -> bool:
    return place.startswith(f"{INNER}/")


def _moved(store: Store, missing: Mapping[str, Holding], unknown: Iterable[str]) -> dict[str, str]:
    """The unknown files of the mirror that are missing ones, by their places now; each is the file of one place."""
    wanted = {place: holding for place, holding in missing.items() if holding.role is Role.MIRROR}
    found = dict[str, str]()
    for place in unknown:
        sizes = {holding.fixity.size for holding in wanted.values()}
        with suppress(OSError, MaterialsError):
            path = store.path(place)
            if _is_inner(place) or path.stat().st_size not in sizes:
                continue
            digest = digest_of(path)
            was = next((was for was, holding in wanted.items() if holding.fixity.sha256 == digest), None)
            if was is not None:
                found[place] = was
                del wanted[was]
    return found


def _elsewhere(place: str, holding: Holding) -> Finding:
    """What to tell about a file that somebody moved within the mirror."""
    what = msg("this is “{path}”, intact, and was moved or renamed here", path=holding.path)
    return Finding(Trouble.MOVED, place, what, msg("`materials sync` moves it back, without a download."), holding)


class _StoppedError(Exception):
    """Nobody waits for the result any more."""


def _look(
    store: Store, elsewhere: RemoteCheckers | None, progress: Progress, stopped: threading.Event, holding: Holding
) -> Flaw | None:
    """In a worker: what is wrong with one file."""

    def read(count: int) -> None:
        if stopped.is_set():
            raise _StoppedError
        progress(Step(StepKind.BYTES, holding.path, count))

    if elsewhere:
        mirrored = holding.role is Role.MIRROR
        flaw = elsewhere.check(holding.path, holding.fixity, lambda: not stopped.is_set(), mirrored=mirrored)
        read(holding.fixity.size)
    else:
        flaw = holding.flaw(store, read)
    progress(Step(StepKind.DONE, holding.path, holding.fixity.size))
    return flaw
