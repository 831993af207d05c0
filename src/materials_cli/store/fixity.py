"""Comparing a file on the disk with what the catalogue says about it, before anybody relies on its bytes."""

import hashlib
import stat
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from materials_cli.disk import open_plain, reason
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.model import Fixity
from materials_cli.values import frozen

_CHUNK = 1 << 20


class Fault(StrEnum):
    """How a file can differ from the catalogue."""

    MISSING = "missing"
    DAMAGED = "damaged"


@frozen()
class Flaw:
    """What is wrong with a file. what: as it follows the file's name."""

    fault: Fault
    what: Message


def flaw_of(path: Path, fixity: Fixity, read: Callable[[int], None] = lambda _: None) -> Flaw | None:
    """What is wrong with a file; None if it has exactly these bytes. A symlink is not followed.

    read: called with the number of bytes after each piece; an exception that it raises ends the reading.
    """
    try:
        seen = path.lstat()
        if not stat.S_ISREG(seen.st_mode):
            return Flaw(Fault.DAMAGED, msg("something else is in its place: a link or a folder"))
        if seen.st_size != fixity.size:
            what = msg("it has {found} bytes instead of {size}", found=seen.st_size, size=fixity.size)
            return Flaw(Fault.DAMAGED, what)
        digest = _digest(path, read)
    except (FileNotFoundError, NotADirectoryError):
        return Flaw(Fault.MISSING, msg("not on this disk"))
    except OSError as error:
        return Flaw(Fault.DAMAGED, msg("it cannot be read: {reason}", reason=reason(error)))
    return None if digest == fixity.sha256 else Flaw(Fault.DAMAGED, msg("its bytes are not those that were archived"))


def require_intact(path: Path, fixity: Fixity, name: str) -> None:
    """Raise bytes_missing or bytes_damaged unless a file has exactly these bytes. name: what people call it."""
    if flaw := flaw_of(path, fixity):
        code = Code.BYTES_MISSING if flaw.fault is Fault.MISSING else Code.BYTES_DAMAGED
        raise MaterialsError(code, msg("The file of “{name}”: {what}.", name=name, what=flaw.what), where=str(path))


def _digest(path: Path, read: Callable[[int], None]) -> str:
    digest, buffer = hashlib.sha256(), memoryview(bytearray(_CHUNK))
    with open_plain(path) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
            read(count)
    return digest.hexdigest()
