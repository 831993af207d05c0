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

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as Group
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from materials_cli.disk import disk_error, disk_errors, flush_folders, make_folder, open_own, open_plain, replace_file
from materials_cli.errors import Reach
from materials_cli.fetched import mark_as_fetched
from materials_cli.model import Fixity, Item, Progress, RemoteFile, State, Step, StepKind
from materials_cli.store.inside import Inside, is_file, leads_elsewhere
from materials_cli.store.lock import lock
from materials_cli.store.survey import Disturbance, mtime, survey
from materials_cli.store.versions import INNER, VERSIONS, Versions, digest_of

if TYPE_CHECKING:
    from materials_cli.messages import Message

_NOTE = ".done"


class Store:
    """One archive on disk. Paths of items are relative to `root`, with forward slashes.

    notices: what people should know of what was done here beside what they asked for, until it is told.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inner = root / INNER
        self.catalogue = self.inner / "catalogue.sqlite"
        self.inside = Inside(root)
        self._incoming = self.inner / "incoming"
        self.versions = Versions(self.inside, self.inner / VERSIONS)
        self.catalogue_copy = self.inner / "catalogue.copy.sqlite"
        self._intended = self.inner / "intended.json"
        self._aside = self.inner / "aside"
        self.notices: list[Message] = []
        self._unflushed: set[Path] = set()
        self._making_folder = threading.Lock()

    def give(self, file: Path, other: "Store", place: Path) -> None:
        """Move what people wrote, if it is there, to a place in this archive or another one; what is there already stays."""
        self.inside.refuse_links(file)
        if is_file(file) and not place.exists():
            other.inside.refuse_links(place)
            with self._disk_errors():
                other.inside.make_folder(place.parent)
                file.rename(place)
                flush_folders({file.parent, place.parent})

    def tell(self, progress: Progress) -> None:
        """Tell the notices."""
        for notice in self.notices:
            progress(Step(StepKind.NOTICE, message=notice))
        self.notices.clear()

    def make_folders(self) -> None:
        """Make the folders that a run writes to; raise symlink_in_archive if one of the archive's own is a link."""
        with disk_errors():
            self.refuse_links()
            for folder in (self._incoming, self.versions.folder):
                flush_folders(make_folder(folder))

    def tidy(self) -> None:
        """Clear incoming/ of what is not one of our downloads: writing to it would write elsewhere. Hold the lock."""
        with self._disk_errors():
            for part in self._incoming.iterdir():
                if part.is_dir() and not leads_elsewhere(part):
                    self.set_aside(part)
                elif not is_file(part) or part.stat().st_nlink > 1:
                    part.unlink()

    def refuse_links(self) -> None:
        """Raise symlink_in_archive if a folder or the catalogue of the archive's own is a link: nothing can be written."""
        catalogue = [self.catalogue.with_name(self.catalogue.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
        for place in (
            self._incoming,
            self.versions.folder,
            self._aside,
            self.inner / "ocr",
            self.inner / "pictures",
            self.inner / "meaning",
            *catalogue,
        ):
            self.inside.refuse_links(place, Reach.ARCHIVE)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the archive's lock; raise locked if another process has it, and as make_folders() does."""
        self.make_folders()
        with lock(self.inner / "lock"):
            yield

    def path(self, item_path: str) -> Path:
        """The file of an item's path; raise bad_catalogue for a path outside the archive, and symlink_in_archive."""
        return self.inside.refuse_links(Path(self.inside.name(item_path)))

    def held_path(self, item: Item) -> Path:
        """The file with the item's bytes; raise as path() does."""
        return self.versions.kept(item.fixity.sha256) if item.state is State.WITHDRAWN else self.path(item.path)

    def place(self, item: Item) -> Path:
        """The same, to be shown but not opened: in the mirror or, if it is withdrawn, in versions/."""
        if item.state is State.WITHDRAWN:
            return self.versions.path(item.fixity.sha256)
        return Path(self.inside.name(item.path))

    def way(self, item_path: str) -> Path:
        """The file of an item's path, where anything may lie, in a folder that is reached through no link."""
        path = Path(self.inside.name(item_path))
        self.inside.refuse_links(path.parent)
        return path

    def incoming_path(self, collection: str, file: RemoteFile) -> Path:
        """The file of a download. Its name depends on the revision, so that only a download of the same bytes is resumed."""
        revision = file.sha256 or file.md5 or file.head_revision or f"{file.modified} {file.version}"
        digest = hashlib.sha256(f"{collection}\0{file.id}\0{revision}".encode("utf-8", "surrogatepass"))
        return self._incoming / f"{digest.hexdigest()[:32]}.part"

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
            if digest_of(source) != sha256:
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
            if digest_of(target) == sha256:
                return target
            copy = self.incoming_path(item.collection, item.remote).with_suffix(".restore")
            return self.versions.bring_out(sha256, copy, last=last)

    def move(self, item: Item, path: str) -> bool:
        """Move an item's file inside the mirror; False if it is missing. Another file at the new path is moved aside."""
        with self._disk_errors():
            source, target = self.way(item.path), self.way(path)
            if not is_file(source):
                return digest_of(target) == item.fixity.sha256
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

    def read_state(self, name: str) -> str:
        """A small text kept between runs; empty if there is none."""
        return self._read(self.inner / name)

    def _read(self, path: Path) -> str:
        try:
            with open_plain(path) as file:
                return file.read().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def write_state(self, name: str, text: str, *, private: bool = False) -> None:
        """Keep a small text for the next run. private: it may contain secrets."""
        replace_file(self.inner / name, text.encode(), private=private)

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

    def reclaim(self, rows: Callable[[], Mapping[str, tuple[str, str]]]) -> list[tuple[str, str]]:
        """Retire files that lie in places where no row puts them, since a run that was moving them there was killed.

        rows: returns, by path, the digests of what is recorded there and of what waits to replace it, which may be the same;
        called only if needed. Return the old and new path of each file.
        """
        retired: list[tuple[str, str]] = []
        with self._disk_errors():
            try:
                intended = json.loads(self.read_state(self._intended.name))
            except (ValueError, RecursionError):
                return retired
            held = rows()
            ours = {digest for digests in held.values() for digest in digests}
            names = intended if isinstance(intended, list) else []
            for name in (name for name in names if isinstance(name, str) and name in held):
                path = self.way(name)
                digest = digest_of(path)
                if name in held and digest != held[name][0] and digest in ours:
                    self.versions.take(path, digest)
                    self._prune(path.parent)
                    retired.append((name, self.versions.path(digest).relative_to(self.root).as_posix()))
            self.settle()
        return retired

    def note(self, part: Path, text: str) -> None:
        """Note beside finished bytes in incoming/ what they are."""
        with self._disk_errors(), open_own(part.with_suffix(_NOTE), "wb") as file:
            file.write(text.encode())

    def notes(self) -> list[tuple[Path, str]]:
        """All notes, each with the place of its bytes, which may have been renamed since."""
        if not self._incoming.is_dir():
            return []
        return [
            (path.with_suffix(".part"), self._read(path)) for path in sorted(self._incoming.iterdir()) if path.suffix == _NOTE
        ]

    def drop(self, part: Path) -> None:
        """Delete downloaded bytes that turned out to be here already; nothing that lies anywhere but in incoming/."""
        if part.parent == self._incoming:
            part.unlink()

    def forget(self, part: Path) -> None:
        """Remove the note about bytes in incoming/, which are in their place and recorded."""
        if part.parent == self._incoming:
            with self._disk_errors():
                part.with_suffix(_NOTE).unlink(missing_ok=True)

    def holds(self, item: Item) -> bool:
        """Whether an item's bytes are in their place in the mirror."""
        with self._disk_errors():
            return self.has(self.way(item.path), item.fixity)

    def has(self, path: Path, fixity: Fixity) -> bool:
        """Whether a file has exactly these bytes."""
        return is_file(path) and path.stat().st_size == fixity.size and digest_of(path) == fixity.sha256

    def measured(self, item_path: str, size: int | None, *, md5: bool) -> Fixity | None:
        """The digests of the file at a path, if there is one and it has this size. md5: whether to compute it, too."""
        with self._disk_errors():
            path = self.way(item_path)
            if not is_file(path) or path.stat().st_size != size:
                return None
            return Fixity(size, digest_of(path), digest_of(path, "md5") if md5 else None)

    def sweep(self, *, but_finished: bool = False) -> None:
        """Delete partial downloads; called when a run has downloaded all that it planned. but_finished: keep noted ones."""
        with self._disk_errors():
            for part in list(self._incoming.iterdir()):
                if not (but_finished and part.with_suffix(_NOTE).exists()):
                    part.unlink()

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        """As disk_errors(). Whoever is denied one place of the mirror may still do all the rest: that reaches only a file."""
        try:
            yield
        except OSError as error:
            denied = isinstance(error, PermissionError) and any(map(self._is_in_mirror, (error.filename, error.filename2)))
            raise disk_error(error, reach=Reach.FILE if denied else None) from error

    def _is_in_mirror(self, name: object) -> bool:
        path = Path(str(name or ""))
        return path.is_relative_to(self.root) and not path.is_relative_to(self.inner) and path.parent != self.root

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
        digest = digest_of(target)
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

    def set_aside(self, path: Path) -> str:
        """Move a file that is not ours out of the way; return its new path. None is deleted."""
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        target = self._aside / stamp / path.relative_to(self.root)
        changed = self.inside.make_folder(target.parent)
        path.rename(target)
        flush_folders(changed | {target.parent, path.parent})
        return str(target.relative_to(self.root).as_posix())

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
