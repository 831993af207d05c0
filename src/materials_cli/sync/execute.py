"""Carries out a plan: first what needs no download, then downloads; the row of an item is always written after its bytes.

Workers bring bytes (bring.py); only this thread puts them in place and writes rows (place.py).
"""

import time
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from materials_cli.batches import in_parallel
from materials_cli.catalogue.journal import Journal
from materials_cli.causes import Cause
from materials_cli.drive.source import Fetched, Source
from materials_cli.errors import Code, MaterialsError
from materials_cli.model import Action, ActionKind, Plan, State, Step, StepKind
from materials_cli.store.mirror import Store
from materials_cli.sync.adopt import Finished, drop_outdated, noted
from materials_cli.sync.border import alone
from materials_cli.sync.bring import Bringer, Brought
from materials_cli.sync.crew import Crew
from materials_cli.sync.outcome import required
from materials_cli.sync.place import Placer
from materials_cli.sync.rearrange import rearrange
from materials_cli.sync.room import Claims
from materials_cli.sync.swaps import let_go, needed_once


def carry_out(
    source: Source, store: Store, journal: Journal, plan: Plan, crew: Crew, *, max_size: int | None = None
) -> list[Action]:
    """Carry out the plan. A file that fails is reported and the run continues; raise an error that ends the run.

    However it ends, the journal has what was done. max_size: the most bytes of a file whose size is not known before. Return
    the downloads for which there was no room.
    """
    began, catalogue = time.monotonic(), journal.catalogue
    journal.notices += plan.notices
    journal.unchanged, journal.left_out = plan.unchanged, len(plan.left_out)
    for trouble in plan.troubles:
        journal.fail(trouble)
    if plan.shortage:
        crew.progress(Step(StepKind.NOTICE, message=plan.shortage))
    claims, notes, spare = Claims(store, plan.collection), noted(store, plan.collection), needed_once(catalogue, plan)
    bringer = Bringer(source, store, plan.collection, crew, claims, notes, spare, max_size)
    placer = Placer(source, store, journal, plan, max_size)
    store.intend(action.path for action in plan.actions if action.path and not action.guarded)
    for action in plan.doubtful:
        if action.held:
            catalogue.record(replace(action.held, missed=journal.started))
    for item in plan.relisted:
        catalogue.record(replace(item, missed=None))
    downloads = _Downloads(bringer, placer, rearrange(placer, crew))
    downloads.run()
    for item in plan.returned:
        journal.discard(item)
    store.settle()
    journal.seconds = time.monotonic() - began
    return [*plan.no_room, *downloads.lacking]


@dataclass(slots=True)
class _Downloads:
    """The downloads of a plan. unmoved: the ids of items that could not be moved. committed: notes that are needed no more."""

    bringer: Bringer
    placer: Placer
    unmoved: frozenset[str]
    committed: list[Path] = field(default_factory=list)
    lacking: list[Action] = field(default_factory=list)

    def run(self) -> None:
        """Download in parallel; put each file in place and record it as it arrives."""
        plan, journal, store = self.placer.plan, self.placer.journal, self.placer.store
        wanted = (a for a in plan.actions if a.fetch or a.kind is ActionKind.RESTORE or a.waits_here)
        # Where requests are limited, what is certainly new comes first.
        fetching = sorted(map(self._at_its_place, wanted), key=lambda action: action.cause is Cause.PERHAPS_EDITED)
        if any(action.held and (action.held.replacement or action.held.state is State.WITHDRAWN) for action in fetching):
            self.placer.claims = journal.catalogue.claims()
        self.bringer.crew.progress(Step(StepKind.PLANNED, amount=sum(a.bytes for a in fetching), total=len(fetching)))
        try:
            self._bring_all(fetching)
        except BaseException as error:
            self.bringer.source.wire.stop()
            if isinstance(error, MaterialsError) and error.code is Code.DISK_FULL:
                # Partial downloads are worth less than the space for the rows that must be written now.
                store.sweep()
            raise
        if len(journal.failures) == len(plan.troubles) and not plan.no_room + tuple(self.lacking):
            store.sweep()  # what a cut run of another collection finished is its own
            drop_outdated(store, journal.catalogue, plan.collection)

    def _at_its_place(self, action: Action) -> Action:
        """What could not be moved gets its new bytes where it is."""
        return replace(action, path=action.held.path) if action.held and action.held.id in self.unmoved else action

    def _bring_all(self, fetching: list[Action]) -> None:
        workers = self.bringer.crew.workers
        with closing(in_parallel(workers, self.bringer.bring, fetching)) as batches:
            for batch in batches:
                self._take_all(batch)
        # One by one, what there was no room for beside others may fit.
        for action in [self.lacking.pop(0) for _ in list(self.lacking)]:
            self._take_all([(action, workers.submit(self.bringer.bring, action))])

    def _take_all(self, arrived: list[tuple[Action, Future[Brought]]]) -> None:
        """Record a batch in one transaction; an error that ends the run is raised after that.

        The order: the worker has flushed the bytes; they are renamed into place; the folders are flushed; the rows are
        committed.
        """
        journal, store = self.placer.journal, self.placer.store
        ending: MaterialsError | KeyboardInterrupt | None = None
        with journal.batch(), journal.catalogue.transaction():
            for action, future in arrived:
                try:
                    with alone(journal, self.bringer.crew, action), journal.catalogue.transaction():
                        self._take(action, future)
                except MaterialsError as error:
                    ending = ending or error
                except KeyboardInterrupt as error:
                    ending = error
                    break
            store.flush()
        while self.committed:
            store.forget(self.committed.pop())
        let_go(store, journal.catalogue, self.placer.claims, [action for action, _ in arrived])
        if ending:
            raise ending

    def _take(self, action: Action, future: Future[Brought]) -> None:
        brought = future.result()
        if brought is None:
            self.lacking.append(action)
            return
        size = self.placer.take(action, brought)
        if isinstance(brought, Fetched | Finished):
            self.committed.append(brought.part)
        self.bringer.crew.progress(Step(StepKind.DONE, required(action)[1], size))
