"""The archive's folder: files are downloaded to incoming/, kept in the mirror, and retire to versions/. None is deleted.

A power cut cannot lose a file, because everything is flushed (fsync) in this order:

1. intended.json and its folder, before a run moves anything: the paths to which it may move files.
2. A download in incoming/, once it is complete and verified.
3. Bytes that retire: renamed to versions/, then both folders. This precedes what takes their place.
4. Bytes that arrive or move: renamed into place, then the folders on both sides and those in which a folder was made;
   once for all files that arrive in one batch.
5. The row of the catalogue (SQLite's write-ahead log, synchronous = FULL).
6. The manifest's files, each renamed into place once it is flushed, then the archive's folder.

So the bytes of every row exist. A file without a row is found through the note that its download left in incoming/
(sync/adopt.py), and one that was being moved through intended.json. Only modification times are not
flushed: if one is lost, the file is read again.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as Group
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from materials_cli.disk import flush_folders, replace_file
from materials_cli.errors import Reach
from materials_cli.fetched import mark_as_fetched
from materials_cli.messages import Message
from materials_cli.model import Fixity, Item, RemoteFile, State
from materials_cli.store.fixity import Fault, Flaw, flaw_of, look_at
from materials_cli.store.folder import Folder
from materials_cli.store.inside import file_size, is_file
from materials_cli.store.measure import measure
from materials_cli.store.survey import Disturbance, mtime, survey
from materials_cli.store.versions import Versions, digest_of, kept_at


class Store(Folder):
    """One archive on disk. Paths of items are relative to `root`, with forward slashes.

    What is asked of the archived bytes is asked here, so that they may be elsewhere: see store/bucket.py. waiting: called with
    what is waited for, if that may take a while.
    """

    on_disk = True  # the mirror and versions/ lie in the archive's folder
    url = ""  # where they are, if they are in an object store
    single_writer = False  # nobody else writes where the bytes are, so that nobody has to see to it

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.versions = Versions(self.inside, self._versions)
        self._intended = self.inner / "intended.json"
        self.waiting: Callable[[Message], None] = lambda _: None
        self._unflushed: set[Path] = set()
        self._making_folder = threading.Lock()

    def path(self, item_path: str) -> Path:
        """The file of an item's path; raise bad_catalogue for a path outside the archive, and symlink_in_archive."""
        return self.inside.reached(item_path)

    def held_path(self, item: Item) -> Path:
        """The file with the item's bytes; raise as path() does."""
        return self.versions.kept(item.fixity.sha256) if item.state is State.WITHDRAWN else self.path(item.path)

    def file_of(self, path: str, sha256: str, *, mirrored: bool) -> Path:
        """The file with an item's bytes, at its path in the mirror or in versions/; raise as path() does."""
        return self.path(path) if mirrored else self.versions.kept(sha256)

    @contextmanager
    def reading(self, path: str, sha256: str, *, mirrored: bool) -> Iterator[Path]:
        """The same, while it is read: where the bytes are elsewhere, there is a copy of them only so long."""
        yield self.file_of(path, sha256, mirrored=mirrored)

    def reading_item(self, item: Item) -> AbstractContextManager[Path]:
        """The same for the present bytes of an item."""
        return self.reading(item.path, item.fixity.sha256, mirrored=item.state is State.HELD)

    def is_here(self, path: str, sha256: str, size: int, *, mirrored: bool) -> bool:
        """Whether the file is there and has this size, which is seen without reading it; raise as path() does, or OSError."""
        return file_size(self.file_of(path, sha256, mirrored=mirrored)) == size

    def flaw(self, path: str, fixity: Fixity, *, mirrored: bool, read: Callable[[int], None] = lambda _: None) -> Flaw | None:
        """What is wrong with the file, which is read; see flaw_of()."""
        return flaw_of(self.file_of(path, fixity.sha256, mirrored=mirrored), fixity, read)

    def absence(self, path: str, fixity: Fixity, *, mirrored: bool) -> Flaw | None:
        """Why nothing can be seen in the place of the file; None if there is something."""
        seen = look_at(self.file_of(path, fixity.sha256, mirrored=mirrored))
        return seen if isinstance(seen, Flaw) and seen.fault is not Fault.DAMAGED else None

    def measure(self, path: str, fixity: Fixity, *, mirrored: bool) -> Fixity | Message:
        """The same size and digests of the file, with all that can be had, if it has these bytes; or why it does not."""
        return measure(self.inside, path if mirrored else kept_at(fixity.sha256), fixity)

    def stow(self, part: Path, fixity: Fixity) -> None:
        """Make downloaded bytes lasting, in a worker, before put() or versions.take(): on a disk they are so where they lie."""

    def strangers(self, known: Group[str]) -> Iterator[str]:
        """Where bytes lie that no row needs, if they are not on this disk. known: the SHA-256 of all that rows need."""
        raise AssertionError(known)

    def has_published(self) -> bool:
        """Whether there is a catalogue for readers beside the archived bytes, elsewhere than in this folder."""
        return False

    def place(self, item: Item) -> Path:
        """The same, to be shown but not opened: in the mirror or, if it is withdrawn, in versions/."""
        if item.state is State.WITHDRAWN:
            return self.versions.path(item.fixity.sha256)
        return Path(self.inside.name(item.path))

    def way(self, item_path: str) -> Path:
        """The file of an item's path, where anything may lie, in a folder that is reached through no link."""
        return self.inside.way(item_path)

    def seems_there(self, item_path: str, size: int) -> bool:
        """Whether a file of this size lies at an item's path. It is only looked at: whoever reads it asks way() for links."""
        return file_size(self.inside.name(item_path)) == size

    def put(self, part: Path, item: Item, *, expected: Fixity | None) -> str | None:
        """Move `part` (already flushed) to the item's path in the mirror, with Drive's modification time.

        expected: what should be there now (None: nothing). Any other file belongs to the user and is moved aside; return
        its new path. Call flush() before recording the item.
        """
        with self._disk_errors():
            aside, changed = self._place(part, item, expected)
            self._unflushed |= changed
            return aside

    def flush(self) -> None:
        """Make the files that put() has moved survive a power cut."""
        with self._disk_errors():
            unflushed, self._unflushed = self._unflushed, set()
            flush_folders(unflushed)

    def retire(self, item: Item) -> bool:
        """Move the item's bytes from the mirror to versions/, where they are kept permanently.

        False if they were missing; another file in their place is moved aside.
        """
        with self._disk_errors():
            source, sha256 = self.way(item.path), item.fixity.sha256
            if not os.path.lexists(source):
                return sha256 in self.versions
            if not self.has(source, item.fixity):
                self.set_aside(source)
                return sha256 in self.versions
            self.versions.take(source, sha256)
            self._prune(source.parent)
            return True

    def recall(self, item: Item, *, last: bool = False) -> Path | None:
        """A file with the item's kept bytes, for put() to move to the item's path; None if they are missing or damaged.

        It is that path itself if the bytes are already there. last: nothing else needs them in versions/, so they are
        moved instead of copied.
        """
        with self._disk_errors():
            target, sha256 = self.way(item.path), item.fixity.sha256
            if self.has(target, item.fixity):
                return target
            copy = self.incoming_path(item.collection, item.remote).with_suffix(".restore")
            return self.versions.bring_out(sha256, copy, last=last)

    def move(self, item: Item, path: str) -> bool:
        """Move an item's file inside the mirror; False if it is missing. Another file at the new path is moved aside."""
        with self._disk_errors():
            source, target = self.way(item.path), self.way(path)
            if not is_file(source):
                return self.has(target, item.fixity)
            if os.path.lexists(target):
                if respelt := self.inside.respell(source, target):
                    flush_folders(respelt)
                    return True
                self.set_aside(target)
            self._rename(source, target)
            return True

    def set_time(self, item: Item) -> None:
        """Give the item's file the modification time that Drive states."""
        with self._disk_errors():
            _stamp(self.way(item.path), item)

    def survey(self, items: Mapping[str, Item], doubted: Group[str] = ()) -> Disturbance:
        """Compare the disk with the catalogue, as the function of this name does."""
        with self._disk_errors():
            return survey(self.inside, items, doubted)

    def move_back(self, item: Item, place: str) -> None:
        """Move an item's file to its own path, if that is free. place: where survey() found it, whatever its name."""
        with self._disk_errors():
            source, target = self.root / place, self.way(item.path)
            self.inside.refuse_links(source.parent)
            if is_file(source) and not os.path.lexists(target):
                self._rename(source, target)

    def refuse_links_above(self, paths: Iterable[str]) -> None:
        """Raise symlink_in_archive, which ends a collection, if one of these paths leads through a link."""
        with self._disk_errors():
            for folder in sorted({path.rpartition("/")[0] for path in paths}):
                self.inside.refuse_links(Path(self.inside.name(folder)), Reach.COLLECTION)

    def intend(self, paths: Iterable[str]) -> None:
        """Record the paths to which this run may move files, so that those of a killed run are found."""
        if intended := sorted(paths):
            replace_file(self._intended, json.dumps(intended).encode())

    def settle(self) -> None:
        """Clear the record: every file has its row."""
        with self._disk_errors():
            self._intended.unlink(missing_ok=True)

    def reclaim(self, rows: Callable[[], Mapping[str, tuple[Fixity, Fixity]]]) -> list[tuple[str, str]]:
        """Retire files that lie in places where no row puts them, since a run that was moving them there was killed.

        rows: returns, by path, the bytes that are recorded there and those that wait to replace them, which may be the same;
        called only if needed. Return the old and new path of each file.
        """
        retired: list[tuple[str, str]] = []
        with self._disk_errors():
            try:
                intended = json.loads(self.read_state(self._intended.name))
            except (ValueError, RecursionError):
                return retired
            held = rows()
            ours = {fixity.sha256: fixity.size for both in held.values() for fixity in both}
            sizes = set(ours.values())
            names = intended if isinstance(intended, list) else []
            for name in (name for name in names if isinstance(name, str) and name in held):
                path = self.way(name)
                digest = digest_of(path) if file_size(path) in sizes else ""
                if digest != held[name][0].sha256 and digest in ours:
                    self.versions.take(path, digest)
                    self._prune(path.parent)
                    retired.append((name, self.versions.path(digest).relative_to(self.root).as_posix()))
            self.settle()
        return retired

    def holds(self, item: Item) -> bool:
        """Whether an item's bytes are in their place in the mirror."""
        with self._disk_errors():
            return self.has(self.way(item.path), item.fixity)

    def has(self, path: Path, fixity: Fixity) -> bool:
        """Whether a file has exactly these bytes. One of another size is not read: it may be of holes, and take hours."""
        return file_size(path) == fixity.size and digest_of(path) == fixity.sha256

    def let_go(self, item: Item) -> None:
        """Clear versions/ of an item's bytes, if they are in its place in the mirror, too."""
        digest = item.fixity.sha256
        if self.holds(item) and self.has(self.versions.kept(digest), item.fixity):
            self.versions.drop(digest)

    def measured(self, item_path: str, file: RemoteFile) -> Fixity | None:
        """The digests of the bytes that may be those of a file on Drive: of the file at its path, if it has that size."""
        size, md5 = file.size, not file.sha256
        with self._disk_errors():
            if size is None or not self.seems_there(item_path, size):
                return None
            path = self.way(item_path)
            return Fixity(size, digest_of(path), digest_of(path, "md5") if md5 else None)

    def _place(self, part: Path, item: Item, expected: Fixity | None) -> tuple[str | None, set[Path]]:
        """Move `part` to the item's path; return the new path of another file that was there, and the folders to be flushed."""
        target = self.way(item.path)
        folder, changed = target.parent, set[Path]()
        aside = self._clear(target, item.fixity, expected) if part != target else None
        mark_as_fetched(part, item.remote.web_link or "")
        _stamp(part, item)
        try:
            part.replace(target)
        except (FileNotFoundError, NotADirectoryError):
            changed = self._make_folder(folder)
            part.replace(target)
        return aside, changed | {folder}

    def _clear(self, target: Path, coming: Fixity, expected: Fixity | None) -> str | None:
        if not os.path.lexists(target):
            return None
        sizes = {fixity.size for fixity in (coming, expected) if fixity}
        digest = digest_of(target) if target.lstat().st_size in sizes else ""
        if digest == coming.sha256:
            return None
        if expected is None or digest != expected.sha256:
            return self.set_aside(target)
        self.versions.take(target, digest)
        return None

    def _rename(self, source: Path, target: Path) -> None:
        changed = self._make_folder(target.parent)
        source.replace(target)
        flush_folders(changed | {target.parent, source.parent})
        self._prune(source.parent)

    def _make_folder(self, folder: Path) -> set[Path]:
        """Make a folder of the mirror, moving a file in its place aside; return the folders to be flushed."""
        # Several threads restore files at the same time.
        with self._making_folder:
            for place in (folder, *folder.parents):
                if self.root in place.parents and os.path.lexists(place) and not place.is_dir():
                    self.set_aside(place)
            return self.inside.make_folder(folder)

    def _prune(self, folder: Path) -> None:
        """Remove a folder and its parents if they are empty, up to the archive's own."""
        while folder != self.root and self.root in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _stamp(path: Path, item: Item) -> None:
    """Give a file, but nothing that a link leads to, the modification time that Drive states."""
    if is_file(path):
        os.utime(path, (mtime(item), mtime(item)))
