"""The archive's folder: bytes come in through incoming/, lie in the mirror, and retire to versions/. None is deleted.

What a power cut finds, since everything is flushed (fsync) in this order:

1. intended.json and its folder, before anything of a run moves: where it may put files.
2. A file's bytes in incoming/, when its download is complete and checked.
3. Bytes that retire: renamed to versions/, then both folders. They go before what takes their place.
4. Bytes that come in or move: renamed into place, then the folders on both sides, and above them those in which a folder
   was made; of files that come in one after another, all these once.
5. The catalogue's row (SQLite's write-ahead log, synchronous = FULL).
6. The manifest's files, each renamed into place when its bytes are flushed, then the archive's folder.

So a row never tells of bytes that were never there, and what lies somewhere without a row is found through intended.json.
Only a file's time is not flushed: where a power cut loses it, the file is read once more.
"""

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from materials_cli.disk import disk_errors, flush_folders, make_folder, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.messages import msg
from materials_cli.model import Fixity, Item, RemoteFile, State
from materials_cli.store.lock import lock
from materials_cli.store.versions import Versions, digest_of

INNER = ".materials"
_COARSEST_CLOCK = 2.0
_NO_NAMES = {"", ".", ".."}


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Held items that are not on the disk as we left them, by id: absent, edited since, or moved elsewhere in the mirror."""

    absent: frozenset[str]
    edited: frozenset[str]
    strayed: Mapping[str, str]


UNDISTURBED = Disturbance(frozenset(), frozenset(), {})


class Restored(NamedTuple):
    """Whether bytes were brought back, and where a file is kept that lay in their place."""

    done: bool
    aside: str | None = None


class Store:
    """One archive on disk. Paths of items are relative to `root`, with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inner = root / INNER
        self.catalogue = self.inner / "catalogue.sqlite"
        self._incoming = self.inner / "incoming"
        self.versions = Versions(self.inner / "versions")
        self._intended = self.inner / "intended.json"
        self._aside = self.inner / "aside"
        self._unflushed: set[Path] = set()
        self._way = threading.Lock()

    def prepare(self) -> None:
        """Make the folders that a writer needs."""
        with disk_errors():
            for folder in (self._incoming, self.versions.folder):
                flush_folders(make_folder(folder))
            for part in self._incoming.iterdir():
                if part.is_symlink() or not (part.is_file() or part.is_dir()):
                    part.unlink()  # no download of ours: to write there would be to write elsewhere

    def lock(self) -> AbstractContextManager[None]:
        """Keep every other writer out."""
        return lock(self.inner / "lock")

    def path(self, item_path: str) -> Path:
        """Where an item's path lies on this disk; refuses to leave the archive."""
        parts = item_path.split("/")
        if "\\" in item_path or "\0" in item_path or not _NO_NAMES.isdisjoint(parts) or Path(item_path).is_absolute():
            raise MaterialsError("bad_catalogue", msg("A path in the catalogue points outside the archive."), where=item_path)
        return self.root.joinpath(*parts)

    def held_path(self, item: Item) -> Path:
        """Where the item's bytes are now: in the mirror, or among the versions when it is withdrawn."""
        return self.versions.path(item.fixity.sha256) if item.state is State.WITHDRAWN else self.path(item.path)

    def incoming_path(self, collection: str, file: RemoteFile) -> Path:
        """Where a download grows; bound to the revision, so that a later try resumes only the same bytes."""
        revision = file.sha256 or file.md5 or file.head_revision or f"{file.modified} {file.version}"
        digest = hashlib.sha256(f"{collection}\0{file.id}\0{revision}".encode("utf-8", "surrogatepass"))
        return self._incoming / f"{digest.hexdigest()[:32]}.part"

    def put(self, part: Path, item: Item, *, expected: Fixity | None) -> str | None:
        """Take `part` (already flushed) into the mirror at the item's path, with Drive's modification time.

        expected: what should lie there now (None: nothing). Anything else is somebody's own file and is moved aside;
        then its new place is returned. Call flush() before you tell anybody that it is there.
        """
        with disk_errors():
            aside, changed = self._place(part, item, expected)
            self._unflushed |= changed
            return aside

    def flush(self) -> None:
        """Make what was put into place survive a power cut."""
        with disk_errors():
            unflushed, self._unflushed = self._unflushed, set()
            flush_folders(unflushed)

    def retire(self, item: Item) -> bool:
        """Move the item's bytes out of the mirror to the versions, where they stay for good.

        False when its bytes were not there any more; what lies there instead is moved aside.
        """
        with disk_errors():
            source, sha256 = self.path(item.path), item.fixity.sha256
            if not source.exists():
                return sha256 in self.versions
            if digest_of(source) != sha256:
                self._move_aside(source)
                return sha256 in self.versions
            self.versions.take(source, sha256)
            self._prune(source.parent)
            return True

    def restore(self, item: Item, *, last: bool = False) -> Restored:
        """Bring retired bytes back to the item's path, unless they are not (or no longer rightly) kept.

        last: they only passed through the versions and nothing else needs them there, so they move and are not copied.
        """
        with disk_errors():
            target, sha256 = self.path(item.path), item.fixity.sha256
            if target.is_file() and digest_of(target) == sha256:
                return Restored(done=True)
            copy = self.incoming_path(item.collection, item.remote).with_suffix(".restore")
            part = self.versions.bring_out(sha256, copy, last=last)
            if part is None:
                return Restored(done=False)
            aside, changed = self._place(part, item, None)
            flush_folders(changed | {part.parent})
            return Restored(done=True, aside=aside)

    def move(self, item: Item, path: str) -> bool:
        """Rename an item inside the mirror to a free place; False when its bytes are not there to be moved."""
        with disk_errors():
            source, target = self.path(item.path), self.path(path)
            if not source.is_file():
                return target.exists() and digest_of(target) == item.fixity.sha256
            same_file = target.exists() and target.samefile(source)
            if target.exists() and not same_file:
                self._move_aside(target)
            changed = self._make_way(target.parent)
            source.replace(target)
            flush_folders(changed | {target.parent, source.parent})
            self._prune(source.parent)
            return True

    def restamp(self, item: Item) -> None:
        """Give the item's file the modification time that Drive states now."""
        with disk_errors(), contextlib.suppress(FileNotFoundError):
            os.utime(self.path(item.path), (_mtime(item), _mtime(item)))

    def survey(self, items: Mapping[str, Item]) -> Disturbance:
        """Compare the disk with what we left there, by size and time; bytes are read only where these differ."""
        absent, edited = set(), set()
        with disk_errors():
            for item in items.values():
                if item.state is State.WITHDRAWN:
                    continue
                path = self.path(item.path)
                try:
                    seen = path.stat()
                except (FileNotFoundError, NotADirectoryError):
                    absent.add(item.id)
                    continue
                late = abs(seen.st_mtime - _mtime(item)) > _COARSEST_CLOCK
                if seen.st_size != item.fixity.size or (late and digest_of(path) != item.fixity.sha256):
                    edited.add(item.id)
            strayed = self._strays({items[item_id].fixity.sha256: items[item_id] for item_id in sorted(absent)}, items)
        return Disturbance(frozenset(absent) - strayed.keys(), frozenset(edited), strayed)

    def _strays(self, lost: Mapping[str, Item], items: Mapping[str, Item]) -> dict[str, str]:
        """Where lost bytes lie now, if somebody only moved them: among the files of the mirror that are not ours."""
        sizes = {item.fixity.size for item in lost.values()}
        ours = {item.path for item in items.values()}
        found: dict[str, str] = {}
        for top in sorted({item.path.partition("/")[0] for item in lost.values()}):
            for folder, _, names in os.walk(self.root / top):
                for path in (Path(folder, name) for name in sorted(names)):
                    place = path.relative_to(self.root).as_posix()
                    if place in ours or path.is_symlink() or not path.is_file() or path.stat().st_size not in sizes:
                        continue
                    if item := lost.get(digest_of(path)):
                        found.setdefault(item.id, place)
        return found

    def bring_back(self, item: Item, place: str) -> None:
        """Put an item's file that somebody moved inside the mirror where it was; when it moved again, leave all as it is."""
        with disk_errors():
            source, target = self.path(place), self.path(item.path)
            if target.exists() or not source.is_file():
                return
            changed = self._make_way(target.parent)
            source.replace(target)
            flush_folders(changed | {target.parent, source.parent})
            self._prune(source.parent)

    def recall(self, name: str) -> str:
        """A small text that was kept between runs; nothing when there is none."""
        try:
            return (self.inner / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def keep(self, name: str, text: str) -> None:
        """Keep a small text for the next run, in one step."""
        replace_file(self.inner / name, text.encode())

    def intend(self, paths: Iterable[str]) -> None:
        """Write down, before anything moves, where this run may put files: a killed run leaves no file unaccounted for."""
        replace_file(self._intended, json.dumps(sorted(paths)).encode())

    def settle(self) -> None:
        """Every file has its row: there is nothing left to account for."""
        with disk_errors():
            self._intended.unlink(missing_ok=True)

    def reclaim(self, held: Mapping[str, str]) -> list[tuple[str, str]]:
        """Retire files that a killed run put somewhere without a row: bytes are kept, places become free.

        held: path → digest, as the rows have it. So two files that were just swapping their places are found too. Return
        where each lay and where it is kept, since it may also be a person's own file.
        """
        retired: list[tuple[str, str]] = []
        ours = set(held.values())
        with disk_errors():
            try:
                intended = json.loads(self._intended.read_text("utf-8", "surrogatepass"))
            except (FileNotFoundError, ValueError):
                return retired
            for name in intended:
                path = self.path(name)
                digest = digest_of(path)
                if digest and (name not in held or (digest != held[name] and digest in ours)):
                    self.versions.take(path, digest)
                    self._prune(path.parent)
                    retired.append((name, self.versions.path(digest).relative_to(self.root).as_posix()))
            self.settle()
        return retired

    def sweep(self) -> None:
        """Drop what broken downloads left: called when a run has brought all that it planned."""
        with disk_errors():
            for part in self._incoming.iterdir():
                part.unlink()

    def _place(self, part: Path, item: Item, expected: Fixity | None) -> tuple[str | None, set[Path]]:
        """Take `part` to the item's path; return where another file went that lay there, and the folders to be flushed."""
        target = self.path(item.path)
        folder, changed = target.parent, set[Path]()
        aside = self._clear(target, item.fixity, expected)
        os.utime(part, (_mtime(item), _mtime(item)))
        try:
            part.replace(target)
        except (FileNotFoundError, NotADirectoryError):
            changed = self._make_way(folder)
            part.replace(target)
        return aside, changed | {folder}

    def _clear(self, target: Path, coming: Fixity, expected: Fixity | None) -> str | None:
        if not target.exists():
            return None
        digest = digest_of(target)
        if digest == coming.sha256:
            return None
        if expected is None or digest != expected.sha256:
            return self._move_aside(target)
        self.versions.take(target, digest)
        return None

    def _move_aside(self, path: Path) -> str:
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        target = self._aside / stamp / path.relative_to(self.root)
        changed = make_folder(target.parent)
        path.rename(target)
        flush_folders(changed | {target.parent, path.parent})
        return str(target.relative_to(self.root).as_posix())

    def _make_way(self, folder: Path) -> set[Path]:
        """Make a folder of the mirror; a file that somebody put where a folder has to be is moved aside.

        Return the folders that have a new one in them, to be flushed.
        """
        # Workers bring files back at the same time: one of them clears the way for all.
        with self._way:
            for place in (folder, *folder.parents):
                if self.root in place.parents and os.path.lexists(place) and not place.is_dir():
                    self._move_aside(place)
            return make_folder(folder)

    def _prune(self, folder: Path) -> None:
        """Take away folders that a move left empty, up to the archive's own."""
        while folder != self.root and self.root in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _mtime(item: Item) -> float:
    return (item.remote.modified or item.fetched).timestamp()
