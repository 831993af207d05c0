"""The folder of the catalogue: made whole, and updated file by file when it is ours. Nobody else's file is touched.

What is ours is listed in catalogue.json, in names that only we give. The list has the new names before the first of them is put
there and loses the old ones after the last is gone: however an update is cut short, the next one knows every file of ours.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from materials_cli.disk import disk_errors, flush_folders, replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.folder import beside
from materials_cli.messages import msg
from materials_cli.patterns import regex
from materials_cli.store.inside import file_size, is_file

MARK, SCHEMA = "catalogue.json", "materials/site@1"
_OURS = regex(
    r"(?:index|search|handout)\.html|collections/[a-z0-9_-]+\.html|items/[0-9a-f]{10}\.html"
    r"|(?:assets|data)/[a-z0-9_-]+\.(?:js|css|svg)|pictures/[0-9a-f]{16}/[0-9]+\.[a-z]+|files/[0-9a-f]{10}-[0-9a-f]{8}\.[a-z0-9]+",
    re.ASCII,
)


class Folder:
    """A catalogue in the making. work: where its new files wait. before: the files of ours that it has; None for a new one."""

    def __init__(self, target: Path, work: Path, before: set[str] | None) -> None:
        self._target, self._before = target, before
        self.work = work
        self.names: list[str] = []

    def write(self, name: str, content: bytes) -> None:
        """A file of the catalogue."""
        self.place(name).write_bytes(content)

    def has(self, name: str, size: int) -> bool:
        """Whether the catalogue has a file of this name and size from before; it stays."""
        file = self._target / name
        there = self._before is not None and name in self._before and file_size(file) == size
        if there:
            self.names.append(name)
        return there

    def place(self, name: str) -> Path:
        """Where to write a file of the catalogue; raise bad_usage if somebody else's is in its place, or bad_catalogue."""
        if not _OURS.fullmatch(name):
            what = msg("A path in the catalogue points outside the archive.")
            raise MaterialsError(Code.BAD_CATALOGUE, what, where=name)
        there = self._target / name
        if self._before is not None and name not in self._before and os.path.lexists(there):
            what = msg("It has a file that is not part of the catalogue; nothing is overwritten.")
            raise MaterialsError(Code.BAD_USAGE, what, where=str(there), fix=msg("Move it away."))
        self.names.append(name)
        file = self.work / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def finish(self) -> None:
        """Put everything in its place."""
        if self._before is None:
            _mark(self.work, self.names)
            self.work.replace(self._target)
            flush_folders([self._target.parent])
        else:
            _update(self.work, self._target, self._before, self.names)


@contextmanager
def updated(target: Path) -> Iterator[Folder]:
    """Write a catalogue, or update it; raise bad_usage for a folder that is not ours. If anything fails, it stays as it was."""
    with disk_errors():
        before = ours_in(target)
    with beside(target) as work:
        folder = Folder(target, work, before)
        yield folder
        folder.finish()


def ours_in(target: Path) -> set[str] | None:
    """The files of ours in a folder; None if there is none, or nothing in it. Raise bad_usage for a folder that is not ours."""
    if not os.path.lexists(target):
        return None
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
        return None
    with suppress(ValueError, KeyError, TypeError, OSError):
        found = json.loads((target / MARK).read_bytes()) if is_file(target / MARK) else {}
        if found["schema"] == SCHEMA:
            return {name for name in found["files"] if _OURS.fullmatch(name)}
    raise MaterialsError(
        Code.BAD_USAGE, msg("Something else is there already; nothing is overwritten."), where=str(target),
        fix=msg("Move it away, or choose another folder: --to DIR"),
    )  # fmt: skip


def _update(work: Path, target: Path, before: set[str], names: list[str]) -> None:
    _mark(target, sorted(before | set(names)))
    for name in names:
        if (work / name).exists():
            _folder(target, name)
            (work / name).replace(target / name)
    for name in sorted(before - set(names), reverse=True):
        with suppress(FileNotFoundError):
            _folder(target, name)
            (target / name).unlink()
        with suppress(OSError):  # something else may be in it
            (target / name).parent.rmdir()
    _mark(target, names)


def _folder(target: Path, name: str) -> None:
    """Make the folders of a file, none of which may be a symlink."""
    place = target
    for part in name.split("/")[:-1]:
        place /= part
        if place.is_symlink():
            what = msg("There is a symbolic link in place of a folder.")
            raise MaterialsError(Code.SYMLINK_IN_ARCHIVE, what, where=str(place))
        place.mkdir(exist_ok=True)


def _mark(folder: Path, names: Iterable[str]) -> None:
    replace_file(folder / MARK, json.dumps({"schema": SCHEMA, "files": list(names)}, indent=0).encode(), public=True)
