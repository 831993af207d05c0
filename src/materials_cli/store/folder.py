"""The archive's own folder, wherever the archived bytes are: settings, catalogue, downloads, state, and the lock."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from materials_cli.disk import disk_error, disk_errors, flush_folders, make_folder, open_plain, replace_file
from materials_cli.errors import Reach
from materials_cli.filenames import INNER
from materials_cli.model import Progress, RemoteFile, Step, StepKind
from materials_cli.store.inside import Inside, catalogue_of, files_of, is_file, leads_elsewhere
from materials_cli.store.lock import lock
from materials_cli.store.notes import Notes
from materials_cli.store.versions import VERSIONS

if TYPE_CHECKING:
    from materials_cli.messages import Message


class Folder:
    """One archive's folder.

    notices: what people should know of what was done here beside what they asked for, until it is told.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inner = root / INNER
        self.catalogue = catalogue_of(root)
        self.catalogue_copy = self.inner / "catalogue.copy.sqlite"
        self.inside = Inside(root)
        self.notices: list[Message] = []
        self.incoming = self.inner / "incoming"
        self._notes = Notes(self.incoming)
        self.lock_file = self.inner / "lock"
        self._versions = self.inner / VERSIONS
        self._aside = self.inner / "aside"

    def give(self, file: Path, other: "Folder", place: Path) -> None:
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
            for folder in (self.incoming, self._versions):
                flush_folders(make_folder(folder))

    def tidy(self) -> None:
        """Clear incoming/ of what is not one of our downloads: writing to it would write elsewhere. Hold the lock."""
        with self._disk_errors():
            for part in self.incoming.iterdir():
                if part.is_dir() and not leads_elsewhere(part):
                    self.set_aside(part)
                elif not is_file(part) or part.stat().st_nlink > 1:
                    part.unlink()

    def refuse_links(self) -> None:
        """Raise symlink_in_archive if a folder or the catalogue of the archive's own is a link: nothing can be written."""
        for place in (
            self.incoming,
            self._versions,
            self._aside,
            self.inner / "ocr",
            self.inner / "pictures",
            self.inner / "meaning",
            self.inner / "search",
            *files_of(self.catalogue),
        ):
            self.inside.refuse_links(place, Reach.ARCHIVE)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the archive's lock; raise locked if another process has it, and as make_folders() does."""
        self.make_folders()
        # What was read before may be less than a run of another process noted since.
        with lock(self.lock_file), closing(Notes(self.incoming)) as self._notes:
            yield

    def incoming_path(self, collection: str, file: RemoteFile) -> Path:
        """The file of a download. Its name depends on the revision, so that only a download of the same bytes is resumed."""
        revision = file.sha256 or file.md5 or file.head_revision or f"{file.modified} {file.version}"
        digest = hashlib.sha256(f"{collection}\0{file.id}\0{revision}".encode("utf-8", "surrogatepass"))
        return self.incoming / f"{digest.hexdigest()[:32]}.part"

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

    def note(self, part: Path, text: str) -> None:
        """Note what finished bytes in incoming/ are. text: without line ends."""
        with self._disk_errors():
            self._notes.add(part, text)

    def notes(self) -> list[tuple[Path, str]]:
        """All notes, each with the place of its bytes, which may have been renamed since."""
        return self._notes.all()

    def drop(self, part: Path) -> None:
        """Delete downloaded bytes that turned out to be here already; nothing that lies anywhere but in incoming/."""
        if part.parent == self.incoming:
            part.unlink()

    def forget(self, part: Path) -> None:
        """Remove the note about bytes in incoming/, which are in their place and recorded."""
        if part.parent == self.incoming:
            with self._disk_errors():
                self._notes.forget(part)

    def sweep(self) -> None:
        """Delete partial downloads; called when a run has downloaded all that it planned. What is noted as finished stays."""
        with self._disk_errors():
            for part in list(self.incoming.iterdir()):
                if not self._notes.is_needed(part):
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

    def set_aside(self, path: Path) -> str:
        """Move a file that is not ours out of the way; return its new path. None is deleted."""
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        target = self._aside / stamp / path.relative_to(self.root)
        changed = self.inside.make_folder(target.parent)
        path.rename(target)
        flush_folders(changed | {target.parent, path.parent})
        return str(target.relative_to(self.root).as_posix())
