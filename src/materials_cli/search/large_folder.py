"""The folder of an index for very large archives, in this user's cache: what of its files counts, and for how long.

tantivy believes what it reads: a file that was changed can end the whole program, and so can one that is cut short, or whose
disk goes, while it is mapped. So none is ever opened that came with an archive: only what this program wrote here counts, by
the sizes and times of its files; and, since a disk can damage a file and leave both as they are, by digests. To read all of
it takes seconds in an archive of a million slides. So that is done before each change, and by a search only if an earlier one
ended without a word: whoever opens the index leaves a file in the folder, which nobody takes away who was killed by it.
"""

import json
import os
import shutil
import time
import weakref
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b, sha256
from operator import itemgetter
from pathlib import Path

from materials_cli.disk import open_plain, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.personal import cache_folder
from materials_cli.search.sections import CURRENT
from materials_cli.store.lock import holder, lock

ITEMS = "items.json"
_OF = "catalogue"  # tells whose index it is
_DIGESTS = "digests.json"
_NOTES = {CURRENT, ITEMS, _OF, _DIGESTS}
_OPENED = "opened-*.lock"
_UNUSED = 90 * 24 * 3600.0  # seconds after which an index is dropped whose catalogue is no more where it was
_CHUNK = 1 << 20


class Opened:
    """A file in the folder that tells that somebody has the index open: locked until then, gone afterwards."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _OPENED.replace("*", os.urandom(8).hex())
        self._lock = lock(self._path)
        self._end: weakref.finalize[..., Opened] | None = None
        try:
            self._lock.__enter__()
        except MaterialsError:  # a disk that cannot be written to, or knows no locks: nobody is told
            with suppress(OSError):
                self._path.unlink()
        else:
            self._end = weakref.finalize(self, _close, self._lock, self._path)

    def failed(self) -> None:
        """Let the next search look whether the files are damaged."""
        if self._end and self._end.detach():
            self._lock.__exit__(None, None, None)


def _close(held: AbstractContextManager[None], path: Path) -> None:
    held.__exit__(None, None, None)
    with suppress(OSError):
        path.unlink()


def folder_of(catalogue: Path) -> Path:
    """Where this user keeps the index of a catalogue. No archive can bring one along."""
    return cache_folder() / "search" / sha256(os.path.realpath(catalogue).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def make(folder: Path, catalogue: Path) -> None:
    """Make the folder for the index of a catalogue, if there is none, and note whose it is, and that it is in use."""
    if not folder.exists():
        _drop_orphans(folder.parent)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(folder / _OF, os.fsencode(os.path.realpath(catalogue)))
    os.utime(folder / _OF)


def empty(folder: Path) -> None:
    """Take everything out of a folder but the name of its catalogue."""
    for found in folder.iterdir():
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        elif found.name != _OF:
            found.unlink()


def _drop_orphans(top: Path) -> None:
    """Delete the indexes of catalogues that have long not been where they were: a disk that is unplugged comes back."""
    for folder in top.iterdir() if top.is_dir() else ():
        with suppress(OSError):
            named = folder / _OF
            long_ago = time.time() - named.stat().st_mtime > _UNUSED
            if long_ago and not os.path.exists(named.read_bytes()):  # noqa: PTH110 - a name as the system has it
                shutil.rmtree(folder)


def noted(folder: Path) -> str:
    """What was noted of the index in a folder; empty if it is not complete."""
    current = folder / CURRENT
    return current.read_text("ascii") if current.is_file() else ""


def files(folder: Path) -> str:
    """The files of an index: a line for each, with its size and when it was written."""
    with os.scandir(folder) as found:
        told = [(each.name, each.stat()) for each in found if each.name not in _NOTES and not each.name.endswith(".lock")]
    return "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in sorted(told, key=itemgetter(0)))


def seal(folder: Path) -> None:
    """Note the digests of all files. What was noted of a file that has not been written since is not read again."""
    known = _sealed(folder)
    digests = {line: known.get(line) or _digest(folder, line) for line in files(folder).splitlines()}
    replace_file(folder / _DIGESTS, json.dumps(digests).encode())


def is_sound(folder: Path) -> bool:
    """Whether every file whose digest was noted has it still. All are read."""
    known = _sealed(folder)
    try:
        return all(_digest(folder, line) == known[line] for line in files(folder).splitlines() if line in known)
    except OSError:
        return False


def may_be_opened(folder: Path) -> bool:
    """Whether nobody who opened the index ended by it. If somebody did, it is read; unless it is sound, it counts no more."""
    left = [path for path in folder.glob(_OPENED) if holder(path) is None]
    if not left:
        return True
    sound = is_sound(folder)
    with suppress(OSError):
        if not sound:
            (folder / CURRENT).unlink()  # the next run makes it anew
        for path in left:
            path.unlink()
    return sound


def _sealed(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _DIGESTS).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(folder: Path, line: str) -> str:
    digest = blake2b(digest_size=16)
    with open_plain(folder / line.rsplit(" ", 2)[0]) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
