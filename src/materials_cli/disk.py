"""What is asked of the disk itself: to keep what it was given, through a power cut too, and to say what it refuses."""

import contextlib
import errno
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from materials_cli.errors import MaterialsError
from materials_cli.messages import english, msgid

# What operating systems say, for retold(); they know their own language less often than we know the person's.
_OF_THE_SYSTEM = (
    msgid("No such file or directory"), msgid("Permission denied"), msgid("Is a directory"), msgid("Not a directory"),
    msgid("File exists"), msgid("Read-only file system"), msgid("No space left on device"), msgid("Input/output error"),
    msgid("File name too long"), msgid("Operation not permitted"), msgid("Address already in use"), msgid("Connection refused"),
)  # fmt: skip
_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Tell a full or refusing disk in our own words."""
    try:
        yield
    except OSError as error:
        raise refused_by_the_disk(error) from error


def refused_by_the_disk(error: OSError) -> MaterialsError:
    """What the operating system's refusal means to a person."""
    where = str(error.filename or "")
    if error.errno == errno.ENAMETOOLONG:
        return MaterialsError("path_too_long", english("Its path is too long for this computer's file system."))
    if error.errno == errno.EFBIG:
        what = english("The file is larger than this disk, or a limit set for this user, allows.")
        return MaterialsError("file_too_large", what, where=where)
    if error.errno in _FULL:
        return MaterialsError("disk_full", english("There is no room left on the disk."), where=where)
    return MaterialsError("disk_refused", english("The disk refused: {reason}.", reason=error.strerror or error), where=where)


def flush_file(file: BinaryIO, size: int) -> None:
    """Make a file's bytes survive a power cut; raise disk_refused unless exactly `size` bytes lie on the disk.

    The file must be open for buffered writing: an unbuffered one may write fewer bytes than it is given, without an error.
    """
    file.flush()
    os.fsync(file.fileno())
    found = os.fstat(file.fileno()).st_size
    if found != size:
        what = english("The disk holds {found} bytes of a file to which {size} were written.", found=found, size=size)
        raise MaterialsError("disk_refused", what, where=str(file.name))


def make_folder(folder: Path) -> set[Path]:
    """Make a folder and those above it that are not there; return the folders that have a new one in them, to be flushed."""
    missing = list(itertools.takewhile(lambda place: not place.is_dir(), (folder, *folder.parents)))
    for place in reversed(missing):
        place.mkdir(exist_ok=True)
    return {place.parent for place in missing}


def flush_folders(folders: Iterable[Path]) -> None:
    """Make the names in these folders survive a power cut, those above first; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    for folder in sorted(set(folders)):
        # What was taken away meanwhile has no names to keep.
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
