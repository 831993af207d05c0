"""Writing files so that they survive a power cut, and turning the operating system's errors into our own."""

import contextlib
import errno
import filecmp
import itertools
import os
import stat
import time
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from materials_cli.errors import TOO_MANY_OPEN, Code, MaterialsError, Reach, as_failure
from materials_cli.messages import Message, msg, msgid, verbatim
from materials_cli.patterns import regex

_REASONS = {
    errno.ENOENT: msgid("No such file or directory"),
    errno.EACCES: msgid("Permission denied"),
    errno.EISDIR: msgid("Is a directory"),
    errno.ENOTDIR: msgid("Not a directory"),
    errno.EEXIST: msgid("File exists"),
    errno.EROFS: msgid("Read-only file system"),
    errno.ENOSPC: msgid("No space left on device"),
    errno.EIO: msgid("Input/output error"),
    errno.ENAMETOOLONG: msgid("File name too long"),
    errno.EPERM: msgid("Operation not permitted"),
    errno.EADDRINUSE: msgid("Address already in use"),
    errno.ECONNREFUSED: msgid("Connection refused"),
}
SHA256 = regex(r"[0-9a-f]{64}")  # as text
LONGEST_LINE = 50_000_000  # of a text that anybody may have made: no memory should hold a longer one
UNREADABLE = {errno.EIO, errno.EACCES, errno.EPERM}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_TEMPORARY = regex(r"\.[0-9a-f]{16}\.new")
_OWNER_ONLY, _PUBLIC = 0o600, 0o644
_ABANDONED = 3600.0


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Raise MaterialsError in place of OSError: disk_full, disk_refused, path_too_long or file_too_large."""
    try:
        yield
    except OSError as error:
        raise disk_error(error) from error


def reason(error: OSError) -> Message:
    """Why the operating system refused, by its error number; in the system's own words if the number is not known here."""
    known = _REASONS.get(error.errno or 0)
    return Message(known) if known else verbatim(error.strerror or error)


def disk_error(error: OSError, where: Path | None = None, *, reach: Reach | None = None) -> MaterialsError:
    """The MaterialsError for an OSError. where: the file concerned, if the error does not name it. reach: of a refusal."""
    place = str(where or error.filename or "")
    if error.errno == errno.ENAMETOOLONG:
        return MaterialsError(Code.PATH_TOO_LONG, msg("Its path is too long for this file system."), where=place)
    if error.errno == errno.EFBIG:
        what = msg("The file is larger than this disk or a limit for this user allows.")
        return MaterialsError(Code.FILE_TOO_LARGE, what, where=place)
    if error.errno in _FULL:
        return _full(place)
    if error.errno in TOO_MANY_OPEN:
        return as_failure(error)
    if error.errno == errno.EXDEV:
        return MaterialsError(
            Code.DISK_REFUSED, msg("A folder of the archive is on a different disk from the rest."), where=place,
            why=msg("Files are moved into their place in one step, which works only within one file system."),
            fix=msg("Keep the whole archive on one disk. `materials doctor` names the folder that is elsewhere."), reach=reach,
        )  # fmt: skip
    what = msg("The disk reported an error: {reason}.", reason=reason(error))
    return MaterialsError(Code.DISK_REFUSED, what, where=place, reach=reach)


def _full(place: str) -> MaterialsError:
    """The MaterialsError for a disk that is full, or has room but for no more files."""
    above = next((folder for folder in (Path(place), *Path(place).parents) if folder.is_dir()), None) if place else None
    with contextlib.suppress(OSError, AttributeError):  # AttributeError: Windows
        room = os.statvfs(above) if above else None
        if room and room.f_files and not room.f_favail and room.f_bavail:
            return MaterialsError(
                Code.DISK_FULL, msg("The disk has room, but not for any more files (no free inodes)."), where=place,
                fix=msg("Remove files that are not needed from this disk; df -i shows how many it can have."),
            )  # fmt: skip
    return MaterialsError(Code.DISK_FULL, msg("The disk is full."), where=place)


def flush_file(file: BinaryIO, size: int) -> None:
    """Make a file survive a power cut; raise disk_refused unless exactly `size` bytes are on the disk.

    The file must be buffered: an unbuffered one may write fewer bytes than it is given, without an error.
    """
    file.flush()
    os.fsync(file.fileno())
    found = os.fstat(file.fileno()).st_size
    if found != size:
        what = msg("The disk holds {found} of the {size} bytes written to the file.", found=found, size=size)
        raise MaterialsError(Code.DISK_REFUSED, what, where=str(file.name))


def open_own(path: Path, mode: str, buffering: int = -1) -> BinaryIO:
    """Open one of the archive's own files for writing (a binary mode of open()); never follow a symlink in its place."""
    return cast("BinaryIO", open(path, mode, buffering, opener=_no_symlink))


def refuse_pipe(path: Path) -> None:
    """Raise bad_usage for a pipe, which would be waited for, or a device, which may never end; not for what is missing."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise MaterialsError(Code.BAD_USAGE, msg("This is a pipe or a device, not a file."), where=str(path))


def open_plain(path: Path) -> BufferedReader:
    """Open a file for reading; never follow a symlink in its place, nor wait for who writes to a pipe there."""
    return open(path, "rb", opener=_at_once)


def replace_file(path: Path, content: bytes, *, private: bool = False, public: bool = False, lasting: bool = True) -> None:
    """Write a file in one step: see replacing()."""
    with replacing(path, private=private, public=public, lasting=lasting) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False, public: bool = False, lasting: bool = True) -> Iterator[BinaryIO]:
    """The one way to replace a file: what is written here takes its place atomically, once all of it is on the disk.

    If anything fails, the file stays as it was; raise disk_full, disk_refused or file_too_large. A file that already has
    the same bytes is not touched. The new file keeps the mode of the old one; private: only its owner can ever read it;
    public: everybody can read it, whatever the umask. lasting: it survives a power cut; what can be made again need not.

    A symlink is replaced, not followed: to write to its target, resolve the path first.
    """
    temporary = path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}.new")
    try:
        mode = _PUBLIC if public else _mode_of(path)
        with open(temporary, "xb", opener=None if mode is None and not private else _owner_only) as file:
            if mode is not None and not private:
                with contextlib.suppress(PermissionError):  # not every file system has modes
                    temporary.chmod(mode)
            yield file
            file.flush()
            there = _mode_of(path)
            may_stay = there is not None and (there == _OWNER_ONLY if private else there == mode)
            if may_stay and filecmp.cmp(temporary, path, shallow=False):
                return
            if lasting:
                flush_file(file, file.tell())
        temporary.replace(path)
        if lasting:
            flush_folders([path.parent])
    except OSError as error:
        raise disk_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
            _sweep_abandoned(path)


def make_folder(folder: Path) -> set[Path]:
    """Make a folder and its missing parents; return the folders in which one was made, to be flushed."""
    missing = list(itertools.takewhile(lambda place: not place.is_dir(), (folder, *folder.parents)))
    for place in reversed(missing):
        place.mkdir(exist_ok=True)
    return {place.parent for place in missing}


def flush_folders(folders: Iterable[Path]) -> None:
    """Make the names in these folders survive a power cut, parents first. Windows needs no such call and has none."""
    if os.name == "nt":
        return
    for folder in sorted(set(folders)):
        # The folder may be gone; one that can be written but not read cannot be flushed.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def flush_disk(place: Path) -> None:
    """Make all that was written to the disk of a folder survive a power cut, in one step for any number of files.

    Linux has a call for this disk alone (syncfs); elsewhere all disks are waited for, however busy others keep them.
    """
    import ctypes  # noqa: PLC0415 - nothing else needs it; Python has no such call

    sync = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if os.name == "posix" else None
    if sync is None:
        getattr(os, "sync", lambda: None)()  # Windows has neither
        return
    descriptor = os.open(place, os.O_RDONLY)
    try:
        if sync(descriptor):
            raise OSError(number := ctypes.get_errno(), os.strerror(number), str(place))
    finally:
        os.close(descriptor)


def _no_symlink(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _at_once(path: str, flags: int) -> int:
    with contextlib.suppress(BlockingIOError):  # no pipe: a file that another program has leased, which lets go when asked
        return _no_symlink(path, flags | getattr(os, "O_NONBLOCK", 0))
    return _no_symlink(path, flags)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)


def _mode_of(path: Path) -> int | None:
    """The permissions of a regular file; None for anything else, such as a symlink."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return None
    return stat.S_IMODE(found) & 0o777 if stat.S_ISREG(found) else None


def _sweep_abandoned(path: Path) -> None:
    """Remove temporary files that writers of this file left behind when they were killed."""
    beginning = f".{path.name[:40]}"
    for left in path.parent.iterdir():
        ours = left.name.startswith(beginning) and _TEMPORARY.fullmatch(left.name, len(beginning))
        if ours and time.time() - left.lstat().st_mtime > _ABANDONED:
            left.unlink()
