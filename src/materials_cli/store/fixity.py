"""Comparing a file on the disk with what the catalogue says about it, before anybody relies on its bytes.

What this user may not look at is neither missing nor damaged: nobody knows.
"""

import hashlib
import os
import stat
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from materials_cli.disk import open_plain, reason
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.model import Fixity
from materials_cli.store.inside import closed_at
from materials_cli.values import frozen

_CHUNK = 1 << 20


class Fault(StrEnum):
    """How a file can differ from the catalogue; closed: this user may not look at it."""

    MISSING = "missing"
    DAMAGED = "damaged"
    CLOSED = "closed"


_CODES = {Fault.MISSING: Code.BYTES_MISSING, Fault.DAMAGED: Code.BYTES_DAMAGED, Fault.CLOSED: Code.DISK_REFUSED}


@frozen()
class Flaw:
    """What is wrong with a file. what: as it follows the file's name. closed: the folder or file that keeps this user out."""

    fault: Fault
    what: Message
    closed: Path | None = None

    @property
    def code(self) -> Code:
        """The same as an error."""
        return _CODES[self.fault]


def flaw_of(path: Path, fixity: Fixity, read: Callable[[int], None] = lambda _: None) -> Flaw | None:
    """What is wrong with a file; None if it has exactly these bytes. A symlink is not followed.

    read: called with the number of bytes after each piece; an exception that it raises ends the reading.
    """
    seen = look_at(path)
    if isinstance(seen, Flaw):
        return seen
    if not stat.S_ISREG(seen.st_mode):
        return Flaw(Fault.DAMAGED, msg("something else is in its place: a link or a folder"))
    if seen.st_size != fixity.size:
        what = msg("it has {found} bytes instead of {size}", found=seen.st_size, size=fixity.size)
        return Flaw(Fault.DAMAGED, what)
    try:
        digest = _digest(path, read)
    except OSError as error:
        return refused(error, path)
    return None if digest == fixity.sha256 else Flaw(Fault.DAMAGED, msg("its bytes are not those that were archived"))


def look_at(path: Path) -> os.stat_result | Flaw:
    """What the disk says about a file without reading it, or why it says nothing. A symlink is not followed."""
    try:
        return path.lstat()
    except OSError as error:
        return refused(error, path)


def refused(error: OSError, path: Path) -> Flaw:
    """What an error of the disk means for a file."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Flaw(Fault.MISSING, msg("not on this disk"))
    if not isinstance(error, PermissionError):
        return Flaw(Fault.DAMAGED, msg("it cannot be read: {reason}", reason=reason(error)))
    closed = closed_at(path)
    if closed == path:
        return Flaw(Fault.CLOSED, msg("you may not read it on this computer"), closed)
    return Flaw(Fault.CLOSED, msg("it lies in a folder that you may not enter on this computer"), closed)


def require_intact(path: Path, fixity: Fixity, name: str) -> None:
    """Raise bytes_missing, bytes_damaged or disk_refused unless a file has exactly these bytes. name: what people call it."""
    if flaw := flaw_of(path, fixity):
        raise MaterialsError(flaw.code, msg("The file of “{name}”: {what}.", name=name, what=flaw.what), where=str(path))


def _digest(path: Path, read: Callable[[int], None]) -> str:
    digest, buffer = hashlib.sha256(), memoryview(bytearray(_CHUNK))
    with open_plain(path) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
            read(count)
    return digest.hexdigest()
