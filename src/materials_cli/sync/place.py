"""Puts bytes in their place and writes rows: only the thread of the run does. The row of an item follows its bytes."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.catalogue.sightings import see
from materials_cli.causes import Cause
from materials_cli.drive.source import Fetched, Source
from materials_cli.history.events import of_damage
from materials_cli.messages import msg, msgid
from materials_cli.model import Accession, Action, ActionKind, Item, Plan, RemoteFile, State
from materials_cli.store.mirror import Store
from materials_cli.sync.adopt import Finished, finished, is_repackaged
from materials_cli.sync.outcome import amounts_to, displaced, required
from materials_cli.sync.plan import unchanged
from materials_cli.sync.quarantine import bring_out, is_held, set_aside
from materials_cli.sync.rough import completed, is_same


@dataclass(slots=True)
class Placer:
    """Places what a plan wants. max_size: the most bytes of a file. claims: how many rows need each digest in versions/."""

    source: Source
    store: Store
    journal: Journal
    plan: Plan
    max_size: int | None
    claims: Counter[str] = field(default_factory=Counter)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that the rows are written to."""
        return self.journal.catalogue

    def take(self, action: Action, brought: Fetched | Finished | Path | RemoteFile) -> int:
        """Put what bring() brought in its place and record it; return how many bytes were brought."""
        file, path = required(action)
        if isinstance(brought, RemoteFile):
            self._leave(action, brought)
            return 0
        if isinstance(brought, Path):
            item = self._reinstate(action, file, path, brought)
        elif isinstance(brought, Finished):
            item = self._install(action, brought)
        elif action.guarded and action.held:
            self._set_aside(action, action.held, brought)
            return brought.fixity.size
        else:
            item = self._accept(action, brought)
        if amounted := amounts_to(action, item):
            self.record(amounted, item)
        else:
            self.journal.unchanged += 1
        return item.fixity.size

    def _leave(self, action: Action, found: RemoteFile) -> None:
        """Record what was found out about a file whose bytes are not needed."""
        file, path = required(action)
        see(self.catalogue.connection, self.plan.collection, file, found.size)
        if self.max_size is not None and (found.size or 0) > self.max_size:
            self.journal.left_out += 1
        elif action.held and action.held.replacement and is_same(found, action.held.replaced):
            if not action.guarded:
                self.record(action, self._take_in(action.held, completed(file, action.held.replaced), path))
        elif action.held:
            self.journal.unchanged += 1
            self.journal.discard(action.held)
            if not action.guarded and (follows := unchanged(completed(file, action.held), action.held, path)):
                self.record(follows, replace(action.held, remote=required(follows)[0], path=path, replacement=None))

    def _reinstate(self, action: Action, file: RemoteFile, path: str, kept: Path) -> Item:
        """Put kept bytes in place."""
        if action.held is None:
            raise AssertionError(action)
        if action.waits_here:
            return self._take_in(action.held, file, path)
        item = replace(action.held, remote=file, path=path, state=State.HELD, withdrawn=None)
        self.put(kept, item, item)
        return item

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
        self.put(done.part, item, present)
        if held:
            self.journal.discard(held)
            self._retire(held, item)
        return item

    def _take_in(self, held: Item, file: RemoteFile, path: str) -> Item:
        """Put a replacement that waited in place, and keep what it replaces."""
        item = replace(held.replaced, remote=file, path=path)
        self.put(bring_out(self.store, item, self.claims), item, held)
        self._retire(held, item)
        return item

    def _retire(self, held: Item, item: Item) -> None:
        """Record the bytes that were replaced."""
        digest = held.fixity.sha256
        if digest != item.fixity.sha256:
            kept = digest in self.store.versions
            self.journal.supersede(held, kept=kept)
            self.claims[digest] += kept

    def _set_aside(self, action: Action, held: Item, fetched: Fetched) -> None:
        """Let downloaded bytes wait outside the mirror, unless they are what is held."""
        self._count(action, fetched)
        present = self.catalogue.find(held.collection, held.id) or held
        if not is_held(self.store, present, fetched):
            set_aside(self.store, self.journal, present, fetched, self.source)
            self.claims[fetched.fixity.sha256] += 1
            return
        self.store.drop(fetched.part)
        self.journal.discard(present)
        item = replace(present, remote=fetched.file, replacement=None)
        self.store.set_time(item)
        details = {"change": action.reason}
        self.record(replace(action, kind=ActionKind.UPDATE, cause=Cause.SAME_CONTENT, details=details), item)

    def _count(self, action: Action, fetched: Fetched) -> None:
        size = fetched.fixity.size
        see(self.catalogue.connection, self.plan.collection, required(action)[0], None if fetched.file.native else size)
        self.journal.bytes += size

    def put(self, part: Path, item: Item, present: Item | None) -> None:
        """Put bytes in place, and report any other file that was there. present: the item that should have been there."""
        aside = self.store.put(part, item, expected=present.fixity if present else None)
        if not aside:
            return
        damaged = present is not None and present.id in self.plan.damaged
        self.journal.notices.append(displaced(item.path, aside, ours=present is not None, damaged=damaged))
        if present:
            what = msgid("damaged; moved to {place}") if damaged else msgid("edited; moved to {place}")
            self.catalogue.note([of_damage(present, msg(what, place=aside))])

    def restamp(self, action: Action, item: Item) -> None:
        """Record changed details of an item; its file gets its time."""
        self.store.set_time(item)
        self.record(action, item)

    def record(self, action: Action, item: Item) -> None:
        """Write what an action made of an item; it is not missing any more."""
        self.journal.record(Accession(action, replace(item, missed=None)))
