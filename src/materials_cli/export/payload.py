"""The files themselves in an export that is a folder: each is read and checked on its way; what is not as archived is left out.

Where the disk can, a copy shares the blocks of the archive's file and takes no room (store/copies.py).
"""

from pathlib import Path

from materials_cli.errors import MaterialsError
from materials_cli.export.formats import Request
from materials_cli.messages import Message, msg
from materials_cli.model import Fixity, Item, State, Step, StepKind, Version
from materials_cli.store.copies import Way, put_copy, way_to
from materials_cli.store.fixity import Fault, Flaw, flaw_of

_WITHDRAWN = "_withdrawn"  # no collection can be called so


def place_of(item: Item) -> str:
    """The path of an item's file in an export: as in the mirror, or in a folder of what its owner has withdrawn."""
    if item.state is State.WITHDRAWN:
        return f"{_WITHDRAWN}/{item.fixity.sha256[:12]}/{item.path}"
    return item.path


class Payload:
    """Copies files of an archive into a folder, and remembers in `flaws` which could not be copied.

    unread: how many of them this user may not read.
    """

    def __init__(self, request: Request, folder: Path) -> None:
        self._store, self._progress = request.store, request.progress
        self._way = way_to(folder, self._store.inner)
        self.flaws: list[Message] = []
        self.unread = 0

    def put(self, item: Item, target: Path) -> bool:
        """Copy the present bytes of an item to a path where nothing is; False if they are not as they were archived."""
        return self._put(item.path, item.fixity, target, mirrored=item.state is State.HELD)

    def put_version(self, version: Version, target: Path) -> bool:
        """The same for an earlier version."""
        return self._put(version.path, version.fixity, target, mirrored=False)

    def _put(self, path: str, fixity: Fixity, target: Path, *, mirrored: bool) -> bool:
        flaw: Flaw | None
        try:
            with self._store.reading(path, fixity.sha256, mirrored=mirrored) as source:
                target.parent.mkdir(parents=True, exist_ok=True)
                flaw = self._copy(source, target, fixity, path)
        except MaterialsError as error:
            flaw = Flaw(Fault.DAMAGED, error.what)
        self._progress(Step(StepKind.DONE, path, fixity.size))
        if flaw:
            self.flaws.append(msg("{path}: {what}", path=path, what=flaw.what))
            self.unread += flaw.fault is Fault.CLOSED
        return flaw is None

    def _copy(self, source: Path, target: Path, fixity: Fixity, path: str) -> Flaw | None:
        def read(count: int) -> None:
            self._progress(Step(StepKind.BYTES, path, count))

        if self._way is Way.COPY:
            return put_copy(source, target, fixity, Way.COPY, read)
        return flaw_of(source, fixity, read) or put_copy(source, target, fixity, self._way)
