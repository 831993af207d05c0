"""Paths inside the archive's folder, none of which may lead out of it.

The folder itself may be reached through a symbolic link. Below it, no part of a path may be one (or a junction of Windows):
whoever can write to the archive could otherwise make a run read, move or overwrite files anywhere on this computer.
"""

import errno
import os
import stat
from collections.abc import Sequence
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from unicodedata import normalize

from materials_cli.disk import make_folder, open_plain
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.filenames import CATALOGUE, INNER
from materials_cli.messages import msg

_WINDOWS = os.name == "nt"
_FORBIDDEN_PARTS = {"", ".", ".."}
_NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
_REDIRECTING = {0xA000000C, 0xA0000003}  # the reparse tags of symbolic links and junctions


def catalogue_of(root: Path) -> Path:
    """The file of an archive's catalogue. root: the archive's folder."""
    return root / INNER / CATALOGUE


def files_of(catalogue: Path) -> list[Path]:
    """The files that a catalogue may consist of: itself, the logs of SQLite and what its processes share."""
    return [catalogue.with_name(f"{catalogue.name}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


class Inside:
    """The inside of one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def name(self, item_path: str) -> str:
        """The file name of a path with forward slashes; raise bad_catalogue if it is not a path below the folder.

        It is text, since a Path for each of many items takes longer than all the rest.
        """
        parts = item_path.split("/")
        elsewhere = _WINDOWS and ":" in item_path  # on another disk, or in what a file hides
        if "\\" in item_path or "\0" in item_path or elsewhere or not _FORBIDDEN_PARTS.isdisjoint(parts):
            what = msg("A path in the catalogue points outside the archive.")
            raise MaterialsError(Code.BAD_CATALOGUE, what, where=item_path, reach=Reach.FILE)
        return os.path.join(self.root, *parts)  # noqa: PTH118 - as above

    def reached(self, item_path: str) -> Path:
        """The file of a path with forward slashes; raise as name() does, and symlink_in_archive if any part of it is a link."""
        place = self.name(item_path)
        self._refuse_links(item_path.split("/"), Reach.FILE)
        return Path(place)

    def way(self, item_path: str) -> Path:
        """The same where anything may lie, in a folder that is reached through no link."""
        place = self.name(item_path)
        self._refuse_links(item_path.split("/")[:-1], Reach.FILE)
        return Path(place)

    def refuse_links(self, path: Path, reach: Reach = Reach.FILE) -> Path:
        """Return the path; raise symlink_in_archive, with this reach, if a part of it below the folder is a link."""
        self._refuse_links(path.relative_to(self.root).parts, reach)
        return path

    def _refuse_links(self, parts: Sequence[str], reach: Reach) -> None:
        place = str(self.root)
        for number, part in enumerate(parts, 1):
            place = os.path.join(place, part)  # noqa: PTH118 - as above
            if leads_elsewhere(place):
                what = msg("“{path}” is a symbolic link.", path="/".join(parts[:number]))
                raise MaterialsError(Code.SYMLINK_IN_ARCHIVE, what, where=place, reach=reach)

    def make_folder(self, folder: Path) -> set[Path]:
        """Make a folder as disk.make_folder() does; raise symlink_in_archive, or disk_refused if all of the archive has gone.

        A folder that is renamed while a run goes on is not begun anew at its old place.
        """
        if not self.root.is_dir():
            raise MaterialsError(
                Code.DISK_REFUSED, msg("The archive's folder is no longer there."), where=str(self.root), reach=Reach.ARCHIVE,
                why=msg("It was moved, renamed or deleted while a command was running, or its disk was removed."),
                fix=msg("Run the command again where the folder is now; what was finished is kept there."),
            )  # fmt: skip
        return make_folder(self.refuse_links(folder))

    @cached_property
    def _folds(self) -> bool:
        """Whether this disk takes “Talk” and “talk” for one name, judged by a name that is there in one spelling."""
        names = {path.name for path in self.root.iterdir()}
        other = next((name.swapcase() for name in sorted(names) if name.swapcase() not in names), None)
        return other is not None and os.path.lexists(self.root / other)

    def key(self, place: str) -> str:
        """What is equal for two spellings of a path that this disk takes, or gives, for one."""
        from materials_cli.store.names import twin_key  # noqa: PLC0415 - who only reads an archive waits for no tables of letters

        return twin_key(place) if self._folds else normalize("NFC", place)

    def respell(self, source: Path, target: Path) -> set[Path]:
        """Give a file the spelling `target` if that is another one of its own path, on a disk that takes the two for one.

        Return the folders to be flushed; none if these are two files. The numbers of files do not tell: some drivers give each
        spelling another one.
        """
        was, now = source.relative_to(self.root).parts, target.relative_to(self.root).parts
        from materials_cli.store.names import twin_key  # noqa: PLC0415 - see above

        if list(map(twin_key, was)) != list(map(twin_key, now)):
            return set()
        folder, changed = self.root, set[Path]()
        for old, new in zip(was, now, strict=True):
            if old != new:
                if {old, new} <= {path.name for path in folder.iterdir()}:
                    return set()
                (folder / old).replace(folder / new)
                changed.add(folder)
            folder /= new
        return changed


def leads_elsewhere(path: Path | str) -> bool:
    """Whether a path is a symbolic link or a junction; no, if it lies in a folder that may not be entered: it leads nowhere."""
    try:
        seen = _seen(path)
    except PermissionError:
        return False
    return seen is not None and (stat.S_ISLNK(seen.st_mode) or getattr(seen, "st_reparse_tag", 0) in _REDIRECTING)


def closed_at(path: Path) -> Path:
    """The first folder on the way to a path that this user may not enter; the path itself if there is none."""
    return next((folder for folder in reversed(path.parents) if not _may_enter(folder)), path)


def _may_enter(folder: Path) -> bool:
    try:
        os.lstat(f"{folder}/.")
    except PermissionError:
        return False
    except OSError:
        return True
    return True


def is_file(path: Path) -> bool:
    """Whether a path is a regular file, not a link to one."""
    seen = _seen(path)
    return seen is not None and stat.S_ISREG(seen.st_mode)


def open_if_there(path: Path) -> BufferedReader | None:
    """Open a regular file for reading; None if there is none, or none any more: others may remove it at any time."""
    try:
        return open_plain(path) if is_file(path) else None
    except FileNotFoundError:
        return None


def file_size(path: Path | str) -> int | None:
    """The bytes of a regular file; None if there is none, or none any more."""
    seen = _seen(path)
    return seen.st_size if seen is not None and stat.S_ISREG(seen.st_mode) else None


def _seen(path: Path | str) -> os.stat_result | None:
    """What lies at a path; None if nothing does, or nothing can."""
    try:
        return os.lstat(path)
    except OSError as error:
        if error.errno in _NOTHING:
            return None
        raise
