"""What of a plan fits on this disk: in its order, what fits is fetched, and the rest waits for room."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from materials_cli.disk import disk_errors
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.messages import Message, counted, msg, msgid, size
from materials_cli.model import Action, Plan
from materials_cli.store.inside import file_size
from materials_cli.store.mirror import Store
from materials_cli.store.space import room
from materials_cli.sync.plan import follow

_FRESH = 1.0  # seconds for which an answer of the disk counts


def within(made: Plan, store: Store) -> Plan:
    """The plan without the downloads for which there is no room; they are its `no_room`."""
    left = _room_for(store, made.actions)
    if sum(action.bytes for action in made.actions) <= left:
        return made
    waiting: list[Action] = []
    for action in made.actions:
        needed = _needed(store, made.collection, action)
        if needed > max(left, 0):
            waiting.append(action)
        else:
            left -= needed
    # The guard judges replacements together, so they wait together.
    if any(action.guarded for action in waiting):
        small = set(map(id, waiting))
        waiting = [action for action in made.actions if action.guarded or id(action) in small]
    later = set(map(id, waiting))
    followed = (_without_bytes(action) if id(action) in later else action for action in made.actions)
    if not waiting:
        return made
    told = shortage(store, waiting)
    return replace(made, actions=tuple(filter(None, followed)), no_room=tuple(waiting), shortage=told)


def _room_for(store: Store, actions: Sequence[Action]) -> int:
    """How many bytes may come: on a disk, all that there is room for; else each that there is room for until it is sent on."""
    left = room(store.root)
    return left if store.on_disk else max(left, sum(action.bytes for action in actions if action.bytes <= left))


def _needed(store: Store, collection: str, action: Action) -> int:
    """How many bytes of an action, as far as Drive states its size, are not on this disk yet."""
    if not action.bytes or action.path is None:
        return 0
    with disk_errors():
        if action.held is None and store.seems_there(action.path, action.bytes):
            return 0  # probably these very bytes
    return _unfetched(store, collection, action)


def _unfetched(store: Store, collection: str, action: Action) -> int:
    """The same of what does have to come from Drive."""
    if not action.bytes or action.file is None:
        return 0
    with disk_errors():
        return max(action.bytes - _size(store.incoming_path(collection, action.file)), 0)


def _size(path: Path) -> int:
    return file_size(path) or 0


def _without_bytes(action: Action) -> Action | None:
    """What can be done without fetching: the name and path of a held item follow Drive."""
    if action.file is None or action.path is None or action.guarded:
        return None
    return follow(action.file, action.held, action.path)


class NoRoomError(Exception):
    """There is no room for a download now."""


class Claims:
    """The room that downloads in progress will need, so that many at once do not fill the disk together. Thread-safe.

    The disk is asked at most once a second, and before anything is refused: to ask for each of many small files takes longer
    than to write them. What has been brought since it was asked counts as claimed.
    """

    def __init__(self, store: Store, collection: str) -> None:
        self._store, self._collection = store, collection
        self._claimed: dict[str, int] = {}
        self._lock = Lock()
        self._room, self._brought, self._asked = 0, 0, -_FRESH

    @contextmanager
    def claim(self, action: Action) -> Iterator[None]:
        """Keep room for an action while it is carried out; if its size is not known, some must be left. Raise NoRoomError."""
        path = action.path or ""
        self.grow(path, _unfetched(self._store, self._collection, action))
        try:
            yield
        finally:
            with self._lock:
                self._brought += self._claimed.pop(path)

    def grow(self, path: str, size: int) -> None:
        """Keep so much room for a path, once its size is known; raise NoRoomError."""
        with self._lock:
            others = sum(self._claimed.values()) - self._claimed.get(path, 0)
            if time.monotonic() - self._asked >= _FRESH or size > self._room - self._brought - others:
                self._room, self._brought, self._asked = room(self._store.root), 0, time.monotonic()
            if size > self._room - self._brought - others:
                raise NoRoomError
            self._claimed[path] = size


def shortage(store: Store, actions: Sequence[Action]) -> Message:
    """That there is no room for these downloads."""
    files, wanted = counted(len(actions), "file"), sum(action.bytes for action in actions)
    left = size(max(room(store.root), 0))
    if not wanted:
        return msg("No room on this disk for {files}.", files=files)
    text = msgid("No room on this disk for {files} ({size}): a sync may still use {left} of it.")
    return msg(text, files=files, size=size(wanted), left=left)


def require_room(store: Store, lacking: Sequence[Action]) -> None:
    """Raise disk_full, which ends one collection, if something could not be fetched for lack of room."""
    if lacking:
        why = msg("5 % of the disk, or 1 GB if that is less, always stay free. Everything that fits is in the archive.")
        where = str(store.root)
        raise MaterialsError(Code.DISK_FULL, shortage(store, lacking), where=where, why=why, reach=Reach.COLLECTION)
