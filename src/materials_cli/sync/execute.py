"""Carries out a plan: moves first, then downloads; the row of an item is always written after its bytes.

Workers download, and recall kept bytes; only this thread puts bytes in place and writes rows.
"""

import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.catalogue.sightings import see
from materials_cli.causes import Cause
from materials_cli.drive.download import Fetched, NotWantedError, fetch
from materials_cli.drive.source import Source
from materials_cli.errors import Code, MaterialsError
from materials_cli.history.events import of_damage, of_passing_move
from materials_cli.messages import msg, msgid
from materials_cli.model import Accession, Action, ActionKind, Item, Plan, RemoteFile, State, Step, StepKind, Version
from materials_cli.store.mirror import Store
from materials_cli.sync.adopt import Finished, at_hand, drop_outdated, finished, is_repackaged, note, noted
from materials_cli.sync.border import alone
from materials_cli.sync.crew import Crew
from materials_cli.sync.moves import blocked
from materials_cli.sync.outcome import amounts_to, changed_too, displaced, required, settled_by
from materials_cli.sync.plan import unchanged
from materials_cli.sync.quarantine import bring_out, is_held, set_aside, waiting_file
from materials_cli.sync.room import Claims, NoRoomError
from materials_cli.sync.rough import completed, is_same, is_wanted
from materials_cli.sync.swaps import left_behind, let_go, needed_once

Brought = Fetched | Finished | Path | RemoteFile | None


def carry_out(
    source: Source, store: Store, journal: Journal, plan: Plan, crew: Crew, *, max_size: int | None = None
) -> list[Action]:
    """Carry out the plan. A file that fails is reported and the run continues; raise an error that ends the run.

    However it ends, the journal has what was done. max_size: the most bytes of a file whose size is not known before. Return
    the downloads for which there was no room.
    """
    run = _Run(source, store, journal, journal.catalogue, plan, crew, max_size, Claims(store, plan.collection))
    run.run()
    return [*plan.no_room, *run.lacking]


@dataclass(slots=True)
class _Run:
    source: Source
    store: Store
    journal: Journal
    catalogue: Catalogue
    plan: Plan
    crew: Crew
    max_size: int | None
    claims: Claims
    _claims: Counter[str] = field(default_factory=Counter)
    spare: frozenset[str] = frozenset()
    notes: Mapping[str, Finished] = field(default_factory=dict)
    committed: list[Path] = field(default_factory=list)
    lacking: list[Action] = field(default_factory=list)
    unmoved: set[str] = field(default_factory=set)

    def run(self) -> None:
        journal, began = self.journal, time.monotonic()
        journal.notices += self.plan.notices
        journal.unchanged, journal.left_out = self.plan.unchanged, len(self.plan.left_out)
        for trouble in self.plan.troubles:
            journal.fail(trouble)
        if self.plan.shortage:
            self.crew.progress(Step(StepKind.NOTICE, message=self.plan.shortage))
        self.spare = needed_once(self.catalogue, self.plan)
        self.notes = noted(self.store, self.plan.collection)
        self.store.intend(action.path for action in self.plan.actions if action.path and not action.guarded)
        for action in self.plan.doubtful:
            if action.held:
                self.catalogue.record(replace(action.held, missed=journal.started))
        for item, place in self.plan.strayed:
            with alone(self.journal, self.crew, Action(ActionKind.UPDATE, Cause.STRAYED_HERE, None, item, item.path)):
                self.store.move_back(item, place)
        self._rearrange()
        self._fetch_all()
        for item in self.plan.returned:
            self.journal.discard(item)
        self.store.settle()
        journal.seconds = time.monotonic() - began

    def _rearrange(self) -> None:
        """All that needs no download: withdraw, then move, then record changed details."""
        moving = []
        for action in self.plan.actions:
            if action.kind is ActionKind.WITHDRAW and action.held:
                with alone(self.journal, self.crew, action):
                    self._withdraw(action, action.held)
            elif action.held and action.held.state is State.HELD and action.path != action.held.path and not action.guarded:
                moving.append(action)
        self._move_all(moving)
        for action in self.plan.actions:
            if action.kind is ActionKind.UPDATE and action.held and action.file:
                with alone(self.journal, self.crew, action):
                    self._restamp(action, replace(action.held, remote=action.file))

    def _withdraw(self, action: Action, held: Item) -> None:
        if not self.store.retire(held):
            lost = held.id in self.plan.damaged
            self.catalogue.note([of_damage(held, msg("damaged") if lost else msg("missing"))])
            missing = msgid("{path}: its file was already missing from this disk when it was withdrawn.")
            damaged = msgid("{path}: its file was already damaged on this disk when it was withdrawn.")
            self.journal.notices.append(msg(damaged if lost else missing, path=held.path))
        self.journal.discard(held)
        self._record(action, replace(held, state=State.WITHDRAWN, withdrawn=datetime.now(UTC), replacement=None))

    def _restamp(self, action: Action, item: Item) -> None:
        self.store.set_time(item)
        self._record(action, item)

    def _move_all(self, moving: list[Action]) -> None:
        """Items that move to a path that another item leaves are moved last, by way of the versions."""
        staged = blocked(moving)
        passing: Counter[str] = Counter(
            digest for item in staged.values() if (digest := item.fixity.sha256) not in self.store.versions
        )
        retired = 0
        for action in moving:
            if action.held and action.path in staged:
                with alone(self.journal, self.crew, action):
                    self.store.retire(action.held)
                    retired += 1
        for action in sorted(moving, key=lambda action: action.path in staged):
            if not action.held or not action.path:
                continue
            stays = action.path in staged and retired < len(staged)  # one cannot leave its place: all stay in theirs
            item = replace(action.held, path=action.held.path if stays else action.path)
            self.unmoved.add(item.id)
            with alone(self.journal, self.crew, action):
                if action.path in staged:
                    moved = self._pass(item, last=passing[item.fixity.sha256] == 1)
                    passing[item.fixity.sha256] -= 1
                else:
                    moved = self.store.move(action.held, action.path)
                if not stays:
                    self._moved(action, action.held, item, moved=moved)
                    self.unmoved.discard(item.id)

    def _pass(self, item: Item, *, last: bool) -> bool:
        """Bring an item out of the versions to its new place; False if its bytes are missing."""
        part = self.store.recall(item, last=last)
        if part:
            self._put(part, item, item)
            self.store.flush()
        return part is not None

    def _moved(self, action: Action, held: Item, item: Item, *, moved: bool) -> None:
        """Record the new path of an item. If its bytes changed as well, they are replaced later, at the new path."""
        if action.kind is ActionKind.MOVE and action.file:
            if moved:
                self._restamp(action, replace(item, remote=action.file))
            else:
                self.journal.notices.append(
                    msg("{path}: missing from this disk; the next run downloads it again.", path=held.path)
                )
        elif moved:
            with self.catalogue.transaction():
                self.catalogue.record(item)
                self.catalogue.note([of_passing_move(item, held.path, action.reason)])

    def _fetch_all(self) -> None:
        """Download in parallel; put each file in place and record it as it arrives."""
        wanted = (a for a in self.plan.actions if a.fetch or a.kind is ActionKind.RESTORE or a.waits_here)
        # Where requests are limited, what is certainly new comes first.
        fetching = sorted(map(self._at_its_place, wanted), key=lambda action: action.cause is Cause.PERHAPS_EDITED)
        if any(action.held and (action.held.replacement or action.held.state is State.WITHDRAWN) for action in fetching):
            self._claims = self.catalogue.claims()
        self.crew.progress(Step(StepKind.PLANNED, amount=sum(a.bytes for a in fetching), total=len(fetching)))
        try:
            self._bring_all(fetching)
        except BaseException as error:
            self.source.wire.stop()
            if isinstance(error, MaterialsError) and error.code is Code.DISK_FULL:
                # Partial downloads are worth less than the space for the rows that must be written now.
                self.store.sweep(but_finished=True)
            raise
        if len(self.journal.failures) == len(self.plan.troubles) and not self.plan.no_room + tuple(self.lacking):
            self.store.sweep(but_finished=True)  # what a cut run of another collection finished is its own
            drop_outdated(self.store, self.catalogue, self.plan.collection)

    def _at_its_place(self, action: Action) -> Action:
        """What could not be moved gets its new bytes where it is."""
        return replace(action, path=action.held.path) if action.held and action.held.id in self.unmoved else action

    def _bring_all(self, fetching: list[Action]) -> None:
        with closing(in_parallel(self.crew.workers, self._bring, fetching)) as batches:
            for batch in batches:
                self._take_all(batch)
        # One by one, what there was no room for beside others may fit.
        for action in [self.lacking.pop(0) for _ in list(self.lacking)]:
            self._take_all([(action, self.crew.workers.submit(self._bring, action))])

    def _take_all(self, arrived: list[tuple[Action, Future[Brought]]]) -> None:
        """Record a batch in one transaction; an error that ends the run is raised after that.

        The order: the worker has flushed the bytes; they are renamed into place; the folders are flushed; the rows are
        committed.
        """
        ending: MaterialsError | KeyboardInterrupt | None = None
        with self.journal.batch(), self.catalogue.transaction():
            for action, future in arrived:
                try:
                    with alone(self.journal, self.crew, action), self.catalogue.transaction():
                        self._take(action, future)
                except MaterialsError as error:
                    ending = ending or error
                except KeyboardInterrupt as error:
                    ending = error
                    break
            self.store.flush()
        while self.committed:
            self.store.forget(self.committed.pop())
        let_go(self.store, self.catalogue, self._claims, [action for action, _ in arrived])
        if ending:
            raise ending

    def _bring(self, action: Action) -> Brought:
        """Download one file, in a worker; or return the path of kept bytes that can be restored, or why nothing is read.

        None: there is no room for it.
        """
        file, path = required(action)
        if action.kind is ActionKind.RESTORE and not changed_too(action) and action.held:
            last = action.held.fixity.sha256 in self.spare
            kept = self.store.recall(replace(action.held, path=path, remote=file), last=last)
            if kept:
                return kept
        if action.waits_here and action.held and (kept := waiting_file(self.store, replace(action.held, path=path))):
            return kept
        if done := at_hand(self.store, self.notes, self.plan.collection, action):
            return done.as_fetched() if action.guarded and not done.placed else done
        try:
            with self.claims.claim(action):
                self.crew.progress(Step(StepKind.BEGIN, path, 0, file.size if not file.native else None))
                fetched = self._fetched(action, file, path)
        except NotWantedError as found:
            return found.file
        except NoRoomError:
            return None
        if left := left_behind(self.store, self.spare, action, fetched):
            return left
        note(self.store, finished(self.plan.collection, action, fetched, self.source))
        return fetched

    def _fetched(self, action: Action, file: RemoteFile, path: str) -> Fetched:
        if self.crew.elsewhere:
            return self.crew.elsewhere.fetch(self.source, self.plan.collection, action, self.max_size)
        place, wanted = partial(self.store.incoming_path, self.plan.collection), partial(self._is_wanted, action)
        return fetch(self.source, file, place, path, self.crew.progress, wanted, self.max_size)

    def _is_wanted(self, action: Action, file: RemoteFile) -> bool:
        """Whether to read the bytes of a file whose size and time have just become known; see is_wanted()."""
        if wanted := is_wanted(file, settled_by(action), self.max_size):
            self.claims.grow(action.path or "", file.size or 0)
        return wanted

    def _take(self, action: Action, future: Future[Brought]) -> None:
        file, path = required(action)
        brought = future.result()
        if brought is None:
            self.lacking.append(action)
            return
        if isinstance(brought, RemoteFile):
            self._leave(action, brought)
            return
        if isinstance(brought, Path):
            item = self._reinstate(action, file, path, brought)
        elif isinstance(brought, Finished):
            item = self._install(action, brought)
        elif action.guarded and action.held:
            self._set_aside(action, action.held, brought)
            self.committed.append(brought.part)
            self.crew.progress(Step(StepKind.DONE, path, brought.fixity.size))
            return
        else:
            item = self._accept(action, brought)
        if amounted := amounts_to(action, item):
            self._record(amounted, item)
        else:
            self.journal.unchanged += 1
        if isinstance(brought, Fetched | Finished):
            self.committed.append(brought.part)
        self.crew.progress(Step(StepKind.DONE, path, item.fixity.size))

    def _leave(self, action: Action, found: RemoteFile) -> None:
        """Record what was found out about a file whose bytes are not needed."""
        file, path = required(action)
        see(self.catalogue.connection, self.plan.collection, file, found.size)
        if self.max_size is not None and (found.size or 0) > self.max_size:
            self.journal.left_out += 1
        elif action.held and action.held.replacement and is_same(found, action.held.replaced):
            if not action.guarded:
                self._record(action, self._take_in(action.held, completed(file, action.held.replaced), path))
        elif action.held:
            self.journal.unchanged += 1
            self.journal.discard(action.held)
            if not action.guarded and (follows := unchanged(completed(file, action.held), action.held, path)):
                self._record(follows, replace(action.held, remote=required(follows)[0], path=path, replacement=None))
        self.crew.progress(Step(StepKind.DONE, path))

    def _reinstate(self, action: Action, file: RemoteFile, path: str, kept: Path) -> Item:
        """Put kept bytes in place."""
        if action.held is None:
            raise AssertionError(action)
        if action.waits_here:
            return self._take_in(action.held, file, path)
        item = replace(action.held, remote=file, path=path, state=State.HELD, withdrawn=None)
        self._put(kept, item, item)
        return item

    def _count(self, action: Action, fetched: Fetched) -> None:
        size = fetched.fixity.size
        see(self.catalogue.connection, self.plan.collection, required(action)[0], None if fetched.file.native else size)
        self.journal.bytes += size

    def _accept(self, action: Action, fetched: Fetched) -> Item:
        """Put downloaded bytes in place and keep those that they replace."""
        self._count(action, fetched)
        return self._install(action, finished(self.plan.collection, action, fetched, self.source))

    def _install(self, action: Action, done: Finished) -> Item:
        """Put finished bytes in place and keep those that they replace."""
        held, item = action.held, done.item
        present = held if held and held.state is State.HELD else None
        if present and item.remote.native:
            same = replace(present, remote=item.remote, path=item.path, replacement=None)
            if is_repackaged(self.store, same, done):
                self.journal.discard(present)
                self.store.drop(done.part)
                self.store.set_time(same)
                return same
        self._put(done.part, item, present)
        if held:
            self.journal.discard(held)
            self._retire(held, item)
        return item

    def _take_in(self, held: Item, file: RemoteFile, path: str) -> Item:
        """Put a replacement that waited in place, and keep what it replaces."""
        item = replace(held.replaced, remote=file, path=path)
        self._put(bring_out(self.store, item, self._claims), item, held)
        self._retire(held, item)
        return item

    def _retire(self, held: Item, item: Item) -> None:
        """Record the bytes that were replaced, which are in versions/ unless they were lost before."""
        if held.fixity.sha256 == item.fixity.sha256:
            return
        if held.fixity.sha256 in self.store.versions:
            was = Version(held.id, held.fixity, held.path, held.remote.modified, held.fetched, datetime.now(UTC))
            self.catalogue.retire(self.plan.collection, was)
            self._claims[held.fixity.sha256] += 1
        else:
            self.catalogue.note([of_damage(held, msg("missing"))])

    def _set_aside(self, action: Action, held: Item, fetched: Fetched) -> None:
        """Let downloaded bytes wait outside the mirror, unless they are what is held."""
        self._count(action, fetched)
        present = self.catalogue.find(held.collection, held.id) or held
        if not is_held(self.store, present, fetched):
            set_aside(self.store, self.journal, present, fetched, self.source)
            self._claims[fetched.fixity.sha256] += 1
            return
        self.store.drop(fetched.part)
        self.journal.discard(present)
        item = replace(present, remote=fetched.file, replacement=None)
        self.store.set_time(item)
        details = {"change": action.reason}
        self._record(replace(action, kind=ActionKind.UPDATE, cause=Cause.SAME_CONTENT, details=details), item)

    def _put(self, part: Path, item: Item, present: Item | None) -> None:
        """Put bytes in place, and report any other file that was there. present: the item that should have been there."""
        aside = self.store.put(part, item, expected=present.fixity if present else None)
        if not aside:
            return
        damaged = present is not None and present.id in self.plan.damaged
        self.journal.notices.append(displaced(item.path, aside, ours=present is not None, damaged=damaged))
        if present:
            what = msgid("damaged; moved to {place}") if damaged else msgid("edited; moved to {place}")
            self.catalogue.note([of_damage(present, msg(what, place=aside))])

    def _record(self, action: Action, item: Item) -> None:
        self.journal.record(Accession(action, replace(item, missed=None)))
