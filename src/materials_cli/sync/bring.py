"""What a worker does for a plan: it brings the bytes of one file, from Drive or from what is here already. It writes no row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from materials_cli.drive.source import Fetched, NotWantedError, Source
from materials_cli.model import Action, ActionKind, RemoteFile, Step, StepKind
from materials_cli.store.mirror import Store
from materials_cli.sync.adopt import Finished, at_hand, finished, note
from materials_cli.sync.crew import Crew
from materials_cli.sync.outcome import changed_too, required, settled_by
from materials_cli.sync.quarantine import waiting_file
from materials_cli.sync.room import Claims, NoRoomError
from materials_cli.sync.rough import is_wanted
from materials_cli.sync.swaps import left_behind

Brought = Fetched | Finished | Path | RemoteFile | None


@dataclass(frozen=True, slots=True)
class Bringer:
    """Brings what a collection's plan wants. Safe to share between threads.

    claims: the room that other downloads will need. notes: what interrupted runs finished, by id. spare: the digests that
    swaps.needed_once() found. max_size: the most bytes of a file whose size is not known before.
    """

    source: Source
    store: Store
    collection: str
    crew: Crew
    claims: Claims
    notes: Mapping[str, Finished]
    spare: frozenset[str]
    max_size: int | None

    def bring(self, action: Action) -> Brought:
        """Download one file; or return what need not be downloaded.

        Finished: bytes that are here. Path: kept bytes that can be put in place. RemoteFile: its size and time are those of the
        bytes held, or it is too large. None: there is no room for it.
        """
        file, path = required(action)
        if action.kind is ActionKind.RESTORE and not changed_too(action) and action.held:
            last = action.held.fixity.sha256 in self.spare
            kept = self.store.recall(replace(action.held, path=path, remote=file), last=last)
            if kept:
                return kept
        if action.waits_here and action.held and (kept := waiting_file(self.store, replace(action.held, path=path))):
            return kept
        if done := at_hand(self.store, self.notes, self.collection, action):
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
        note(self.store, finished(self.collection, action, fetched, self.source))
        return fetched

    def _fetched(self, action: Action, file: RemoteFile, path: str) -> Fetched:
        if self.crew.elsewhere:
            return self.crew.elsewhere.fetch(self.source, self.collection, action, self.max_size)
        from materials_cli.drive.download import fetch  # noqa: PLC0415 - the HTTP client, and a sync may have nothing to fetch

        place, wanted = partial(self.store.incoming_path, self.collection), partial(self._is_wanted, action)
        return fetch(self.source, file, place, path, self.crew.progress, wanted, self.max_size)

    def _is_wanted(self, action: Action, file: RemoteFile) -> bool:
        """Whether to read the bytes of a file whose size and time have just become known; see is_wanted()."""
        if wanted := is_wanted(file, settled_by(action), self.max_size):
            self.claims.grow(action.path or "", file.size or 0)
        return wanted
