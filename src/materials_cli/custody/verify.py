"""Reads every file that the archive holds, and compares it with the catalogue.

It needs no lock, and writes nothing but a note of what is damaged, for the next sync.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.custody.holdings import Holding, Role, holdings, strangers
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Progress, Step, StepKind
from materials_cli.store.doubts import doubt
from materials_cli.store.fixity import Fault, Flaw
from materials_cli.store.lock import holder
from materials_cli.store.mirror import Store
from materials_cli.store.versions import INNER, digest_of


class Trouble(StrEnum):
    """What is wrong with a place.

    A file is not there, has other bytes, lies elsewhere in the mirror, or is unknown to the catalogue.
    """

    MISSING = msgid("MISSING")
    DAMAGED = msgid("DAMAGED")
    MOVED = msgid("MOVED")
    UNEXPECTED = msgid("UNEXPECTED")


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble. place: relative to the archive. holding: what should be there, if anything. what: follows the place."""

    trouble: Trouble
    place: str
    what: Message
    fix: Message
    holding: Holding | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. files, bytes: what the catalogue says is held. running: the run that was in progress meanwhile."""

    files: int
    bytes: int
    findings: tuple[Finding, ...]
    running: Message | None = None

    @property
    def damaged(self) -> bool:
        """Whether a file is missing or damaged."""
        return any(finding.trouble in {Trouble.MISSING, Trouble.DAMAGED} for finding in self.findings)

    @property
    def fine(self) -> bool:
        """Whether all that is archived is in its place; a person's own files may lie beside it, but not in versions/."""
        return all(finding.trouble is Trouble.UNEXPECTED and not _is_inner(finding.place) for finding in self.findings)


def verify(store: Store, collections: Sequence[str], workers: Executor, progress: Progress) -> Verification:
    """Verify these collections; all of them, and that versions/ holds nothing else, if none is given.

    A sync may run meanwhile, so what seems wrong is looked at again with the catalogue as it is at the end.
    """
    with Catalogue.open(store.catalogue) as catalogue:
        held = tuple(holdings(catalogue, collections))
    size = sum(holding.fixity.size for holding in held)
    progress(Step(StepKind.PLANNED, amount=size, total=len(held)))
    suspects, stopped = [], threading.Event()
    try:
        with closing(in_parallel(workers, partial(_look, store, progress, stopped), held)) as batches:
            for batch in batches:
                suspects += [holding for holding, future in batch if future.result()]
    finally:
        stopped.set()
    with Catalogue.open(store.catalogue) as catalogue:
        now = tuple(holdings(catalogue, collections))
        known = now if not collections else tuple(holdings(catalogue))
    still = set(now)
    flaws = [(holding, flaw) for holding in suspects if holding in still and (flaw := holding.flaw(store))]
    found = [finding_of(store, holding, flaw) for holding, flaw in flaws]
    folders = {holding.path.partition("/")[0] for holding in now if holding.role in {Role.MIRROR, Role.WITHDRAWN}} | set(
        collections
    )
    found = _recognised(store, found, tuple(strangers(store, known, folders)))
    _note_damage(store, found)
    found.sort(key=lambda finding: (list(Trouble).index(finding.trouble), finding.place))
    return Verification(len(held), size, tuple(found), holder(store.inner / "lock"))


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
        return Finding(Trouble.UNEXPECTED, place, what, msg("Nothing needs it: move it out of the archive."))
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


def _look(store: Store, progress: Progress, stopped: threading.Event, holding: Holding) -> Flaw | None:
    """In a worker: what is wrong with one file."""

    def read(count: int) -> None:
        if stopped.is_set():
            raise _StoppedError
        progress(Step(StepKind.BYTES, holding.path, count))

    flaw = holding.flaw(store, read)
    progress(Step(StepKind.DONE, holding.path, holding.fixity.size))
    return flaw
