"""The folder of the catalogue: made whole, and updated file by file when it is ours. Nobody else's file is touched.

What is ours is listed in catalogue.json, in names that only we give. The list has the new names before the first of them is put
there and loses the old ones after the last is gone: however an update is cut short, the next one knows every file of ours.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from materials_cli.disk import disk_errors, flush_folders, replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.folder import beside
from materials_cli.messages import msg
from materials_cli.patterns import regex
from materials_cli.store.inside import is_file

MARK, SCHEMA = "catalogue.json", "materials/site@1"
_OURS = regex(
    r"(?:index|search|handout)\.html|collections/[a-z0-9_-]+\.html|items/[0-9a-f]{10}\.html"
    r"|(?:assets|data)/[a-z0-9_-]+\.(?:js|css)|pictures/[0-9a-f]{16}/[0-9]+\.[a-z]+|files/[0-9a-f]{10}\.[a-z0-9]+",
    re.ASCII,
)
Content = bytes | Path


def write_folder(target: Path, files: Iterable[tuple[str, Content]]) -> int:
    """Write the folder, or update it; return how many files are in it. Raise bad_usage for a folder that is not ours.

    files: the path of each below the folder, and its bytes or the file to copy, which is never other than before:
    what is there is not copied again.
    """
    with disk_errors():
        before = _present(target)
    with beside(target) as work:
        names = list(_written(work, target, before, files))
        if before is None:
            _mark(work, names)
            work.replace(target)
            flush_folders([target.parent])
        else:
            _update(work, target, before, names)
    return len(names)


def _present(target: Path) -> set[str] | None:
    """The files of ours in a folder; None if there is none, or nothing in it."""
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


def _written(work: Path, target: Path, before: set[str] | None, files: Iterable[tuple[str, Content]]) -> Iterator[str]:
    """Write the new files beside the folder; the names of all that belong to it now."""
    for name, content in files:
        there = target / name
        if before is not None and name not in before and os.path.lexists(there):
            what = msg("There is a file that is not of the catalogue; nothing is overwritten.")
            raise MaterialsError(Code.BAD_USAGE, what, where=str(there), fix=msg("Move it away."))
        yield name
        if isinstance(content, Path) and before and name in before and is_file(there):
            continue
        file = work / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, file, follow_symlinks=False)
        else:
            file.write_bytes(content)


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
            raise MaterialsError(Code.SYMLINK_IN_ARCHIVE, msg("A symbolic link stands in place of a folder."), where=str(place))
        place.mkdir(exist_ok=True)


def _mark(folder: Path, names: Iterable[str]) -> None:
    replace_file(folder / MARK, json.dumps({"schema": SCHEMA, "files": list(names)}, indent=0).encode(), public=True)
