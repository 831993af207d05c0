"""One writer at a time in an object store: the writer renews an object, and another takes it over once that ceases.

Each change of the lease is conditional on the state that was seen, so of two writers one wins. Whether a writer is alive is not
told by clocks, which may be wrong, but by watching whether it renews its lease; one that began in this very folder, whose lock
we hold, is known to have ended. A writer that could not renew its lease in time takes it for lost, and writes no further.
"""

import json
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Self

from materials_cli.dates import local_time
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.store.objects import Objects, Tag
from materials_cli.watchdog import alive

KEY = "lease.json"
PATIENCE = 45.0  # seconds without a sign of life after which a writer counts as dead, and takes itself for lost
RENEWALS = 5  # in that time


class Lease:
    """The right to write to one archive in an object store.

    folder: names the folder that we write from, whose lock we hold. Where the server knows no conditions, the lease only tells
    others. watching: for how many seconds another writer is watched.
    """

    def __init__(self, objects: Objects, folder: str, watching: float = PATIENCE) -> None:
        self._objects = objects
        self._watching = watching
        self._own: dict[str, Any] = {
            "id": uuid.uuid4().hex, "folder": folder, "host": platform.node(), "pid": os.getpid(),
            "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "renewed": 0,
        }  # fmt: skip
        self._tag: Tag | None = None
        self._lost: Message | None = None
        self._renewed = time.monotonic()
        self._ending = threading.Event()
        self._changing = threading.Lock()

    @contextmanager
    def held(self, waiting: Callable[[Message], None] = lambda _: None) -> Iterator[Self]:
        """Hold the lease; raise locked if somebody else does. waiting: called if it takes long to find that out."""
        self._acquire(waiting)
        keeper = threading.Thread(target=self._keep, name="lease", daemon=True)
        keeper.start()
        try:
            yield self
        finally:
            self._ending.set()
            keeper.join()
            with suppress(MaterialsError):
                self._release()

    def renew(self) -> None:
        """Renew the lease now; raise locked if it was lost."""
        with self._changing:
            self._renew()
        self.require()

    def require(self) -> None:
        """Raise locked if the lease was lost: another writer may be at work."""
        if self._lost is None and time.monotonic() - self._renewed > PATIENCE * 0.8:
            self._lost = msg("the object store has not answered for too long")
        if self._lost:
            what = msg("This run no longer has the right to write to the object store: {reason}.", reason=self._lost)
            raise MaterialsError(
                Code.LOCKED, what, where=self._objects.url, why=msg("Another writer may have taken over."),
                fix=msg("Run it again once the other one has ended: what has been written counts."),
            )  # fmt: skip

    def _acquire(self, waiting: Callable[[Message], None]) -> None:
        found = self._objects.read(KEY)
        if found is None:
            self._take(new=True)
            return
        content, tag = found
        holder = _parsed(content)
        if holder.get("id") and holder.get("folder") != self._own["folder"]:
            waiting(msg("Waiting to see whether another writer is alive: {holder}.", holder=_holder_text(holder)))
            if self._changes(content):
                raise _locked(holder, self._objects.url)
        self._take(instead_of=tag)

    def _changes(self, content: bytes) -> bool:
        """Whether a lease changes within the time in which a living writer renews it."""
        until = time.monotonic() + self._watching
        while (found := self._objects.read(KEY)) and found[0] == content:
            if time.monotonic() >= until:
                return False
            alive()
            time.sleep(min(3.0, self._watching / 10))
        return True

    def _take(self, *, new: bool = False, instead_of: Tag | None = None) -> None:
        if not self._put(new=new, instead_of=instead_of):
            found = self._objects.read(KEY)
            raise _locked(_parsed(found[0]) if found else {}, self._objects.url)

    def _put(self, *, new: bool = False, instead_of: Tag | None = None, **changes: Any) -> bool:
        """Write the lease if it is as it was seen. An answer that was lost is recognised by what lies there."""
        content = json.dumps({**self._own, **changes}).encode()
        if self._objects.conditional is False:
            new, instead_of = False, None
        tag = self._objects.write(KEY, content, new=new, instead_of=instead_of)
        if tag is None:
            found = self._objects.read(KEY)
            if found is None or found[0] != content:
                return False
            tag = found[1]
        self._tag, self._renewed = tag, time.monotonic()
        return True

    def _keep(self) -> None:
        while not self._ending.wait(PATIENCE / RENEWALS):
            with suppress(MaterialsError), self._changing:  # what passes is tried again; require() knows how long it lasts
                self._renew()
            if self._lost:
                return

    def _renew(self) -> None:
        self._own["renewed"] += 1
        if self._lost is None and not self._put(instead_of=self._tag):
            self._lost = msg("another writer took over")

    def _release(self) -> None:
        if self._lost is None:
            with self._changing:
                self._put(instead_of=self._tag, id="")


def holder(objects: Objects) -> Message | None:
    """Who holds the lease of an archive, by what it says; None if it is free."""
    found = objects.read(KEY)
    held = _parsed(found[0]) if found else {}
    return _holder_text(held) if held.get("id") else None


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _holder_text(holder: dict[str, Any]) -> Message:
    try:
        since = local_time(datetime.fromisoformat(holder["since"]))
        return msg("process {pid} on {host}, since {since}", pid=str(holder["pid"]), host=str(holder["host"]), since=since)
    except (ValueError, KeyError, TypeError):
        return msg("an unknown process")


def _locked(holder: dict[str, Any], url: str) -> MaterialsError:
    return MaterialsError(Code.LOCKED, msg("Another run is in progress: {holder}.", holder=_holder_text(holder)), where=url)
