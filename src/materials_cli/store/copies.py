"""Copies archived bytes to another place on this computer: by reference where the disk can (reflinks), else checked on the way.

A reflink shares blocks until either file is changed, so a copy of any size takes no time and no room. Its bytes are not read.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from materials_cli.disk import UNREADABLE, open_own, open_plain
from materials_cli.messages import msg
from materials_cli.model import Fixity
from materials_cli.store.fixity import Fault, Flaw, flaw_of, look_at, refused

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # whoever uses it looks

_CHUNK = 1 << 20
_FICLONE = 0x40049409  # of Linux: linux/fs.h


class Way(StrEnum):
    """How bytes get to the other place."""

    COPY = "copy"
    REFLINK = "reflink"
    HARD_LINK = "link"


def nothing(_: int) -> None:
    """Report no progress."""


def way_to(folder: Path, source: Path) -> Way:
    """Whether files beside `source` can be shared with a folder by reflinks; the question leaves nothing behind."""
    probes = [place / f".{os.urandom(8).hex()}.probe" for place in (source, folder)]
    try:
        probes[0].write_bytes(b"?" * 4096)
        with probes[0].open("rb") as ours, probes[1].open("xb") as theirs:
            return Way.REFLINK if _share(ours.fileno(), theirs.fileno()) else Way.COPY
    except OSError:
        return Way.COPY
    finally:
        for probe in probes:
            with contextlib.suppress(OSError):
                probe.unlink(missing_ok=True)


def put_copy(
    source: Path, target: Path, fixity: Fixity, way: Way = Way.COPY, read: Callable[[int], None] = nothing
) -> Flaw | None:
    """Bring a file to a path where nothing is; unless it has these bytes, leave nothing, and return what is wrong with it.

    A copy gets the modification time of the file. A hard link is read first; where a link cannot be made, a copy is. read:
    called with the number of bytes after each piece. Nothing is flushed. Raise OSError for what is wrong with the target.
    """
    if way is not Way.COPY:
        flaw = flaw_of(source, fixity, read) if way is Way.HARD_LINK else _other_size(source, fixity)
        if flaw or _linked(source, target, way):
            return flaw
        read = nothing
    flaw = _copied(source, target, fixity, read)
    if flaw:
        target.unlink(missing_ok=True)
    return flaw


def _other_size(source: Path, fixity: Fixity) -> Flaw | None:
    """What is wrong with a file as far as that can be seen without reading it."""
    seen = look_at(source)
    if isinstance(seen, Flaw):
        return seen
    return None if stat.S_ISREG(seen.st_mode) and seen.st_size == fixity.size else flaw_of(source, fixity)


def _linked(source: Path, target: Path, way: Way) -> bool:
    """Whether the target is the same file now, or shares its blocks."""
    try:
        if way is Way.HARD_LINK:
            os.link(source, target, follow_symlinks=False)
            return True
        with open_plain(source) as ours, open_own(target, "xb") as theirs:
            shared = _share(ours.fileno(), theirs.fileno())
    except (OSError, NotImplementedError):
        shared = False
    if shared:
        _keep_time(source, target)
    elif way is Way.REFLINK:
        target.unlink(missing_ok=True)
    return shared


def _share(ours: int, theirs: int) -> bool:
    if fcntl is None:
        return False
    try:
        fcntl.ioctl(theirs, _FICLONE, ours)
    except OSError:
        return False
    return True


def _copied(source: Path, target: Path, fixity: Fixity, read: Callable[[int], None]) -> Flaw | None:
    try:
        if not stat.S_ISREG(source.lstat().st_mode):
            return flaw_of(source, fixity)
        file = open_plain(source)
    except OSError:
        return flaw_of(source, fixity) or Flaw(Fault.DAMAGED, msg("the file changed while it was copied"))
    digest = hashlib.sha256()
    with file, open_own(target, "xb") as out:
        while True:
            try:
                chunk = file.read(_CHUNK)
            except OSError as error:
                if error.errno not in UNREADABLE:
                    raise
                return refused(error, source)
            if not chunk:
                break
            out.write(chunk)
            digest.update(chunk)
            read(len(chunk))
    if digest.hexdigest() != fixity.sha256:
        return flaw_of(source, fixity) or Flaw(Fault.DAMAGED, msg("the file changed while it was copied"))
    _keep_time(source, target)
    return None


def _keep_time(source: Path, target: Path) -> None:
    seen = source.stat()
    os.utime(target, ns=(seen.st_atime_ns, seen.st_mtime_ns))
