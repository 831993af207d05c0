"""Copies of archived bytes from an object store, while they are read: by SHA-256, bounded, and checked before each use."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from materials_cli.store.inside import Inside, is_file
from materials_cli.store.versions import digest_of

MOST = 2_000_000_000  # bytes; more only while more is being read
_FILLED = 0.9  # of it, once room was made
_IN_USE = 60.0  # seconds in which another process may still be about to open what it was given


class Cache:
    """A folder of copies. fetch: writes the bytes with a SHA-256 to a new file; False if there are none, or others."""

    def __init__(self, inside: Inside, folder: Path, fetch: Callable[[str, Path], bool], most: int | None = None) -> None:
        self._inside, self.folder, self._fetch = inside, folder, fetch
        self._most = MOST if most is None else most
        self._lent: Counter[str] = Counter()
        self._held: int | None = None  # bytes, as far as this process knows
        self._lock = threading.Lock()

    def path(self, sha256: str) -> Path:
        """Where a copy lies, if there is one."""
        return self.folder / sha256[:2] / sha256

    @contextmanager
    def lending(self, sha256: str) -> Iterator[Path]:
        """A copy that stays as long as it is needed; no file is there if there are no such bytes."""
        with self._lock:
            self._lent[sha256] += 1
        try:
            yield self._filled(sha256)
        finally:
            with self._lock:
                self._lent[sha256] -= 1

    def lend(self, sha256: str) -> Path:
        """The same, for as long as this process lasts."""
        with self._lock:
            self._lent[sha256] += 1
        return self._filled(sha256)

    def keep(self, file: Path, sha256: str) -> None:
        """Take a file of ours with this SHA-256 in as a copy: what has just come is read next."""
        place = self._inside.refuse_links(self.path(sha256))
        self._inside.make_folder(place.parent)
        file.replace(place)
        os.utime(place)
        self._make_room(place)

    def _filled(self, sha256: str) -> Path:
        place = self._inside.refuse_links(self.path(sha256))
        if is_file(place):
            if digest_of(place) == sha256:
                os.utime(place)
                return place
            place.unlink()  # a copy that somebody changed is not what is archived
        self._inside.make_folder(place.parent)
        coming = place.with_name(f"{sha256}.{os.getpid()}.{threading.get_ident()}")
        try:
            if self._fetch(sha256, coming):
                coming.replace(place)
                self._make_room(place)
        finally:
            coming.unlink(missing_ok=True)
        return place

    def _make_room(self, new: Path) -> None:
        """Drop the copies used longest ago, but none that is being read. All are looked at only when it gets tight."""
        if self._held is not None:
            self._held += new.stat().st_size
            if self._held <= self._most:
                return
        found = []
        for file in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):
                seen = file.lstat()
                found.append((seen.st_mtime, seen.st_size, file))
        self._held = sum(size for _, size, _ in found)
        with self._lock:
            lent = {sha256 for sha256, count in self._lent.items() if count > 0}
        for used, size, file in sorted(found) if self._held > self._most else ():
            if self._held <= self._most * _FILLED:
                return
            if file.name[:64] not in lent and time.time() - used > _IN_USE:
                file.unlink(missing_ok=True)
                self._held -= size
