"""One writer at a time. The operating system holds the lock, so it ends with the process, even if that is killed."""

import contextlib
import errno
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from materials_cli.dates import local_time
from materials_cli.disk import disk_errors, open_own
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.redaction import redact

_LONGEST_COMMAND = 200
_HELD = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}

if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[Any]) -> None:
        file.seek(1 << 30)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _acquire(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock; raise locked, with the holder, if another process has it."""
    with disk_errors():
        if path.is_symlink():
            path.unlink()
        file = open_own(path, "a+b", buffering=0)
    with contextlib.closing(file):
        with disk_errors():
            try:
                _acquire(file)
            except OSError as error:
                if error.errno not in _HELD:
                    raise
                what = msg("Another run is in progress: {holder}.", holder=_holder(path))
                raise MaterialsError(Code.LOCKED, what, where=str(path)) from error
            since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            file.truncate(0)
            held = {"pid": os.getpid(), "host": platform.node(), "since": since, "command": _command()}
            file.write(json.dumps(held).encode())
        try:
            yield
        finally:
            # The next holder states its name shortly after it has the lock; until then, the old name must not be shown.
            with contextlib.suppress(OSError):
                file.truncate(0)


def holder(path: Path) -> Message | None:
    """Who holds the lock, or None."""
    try:
        file = open_own(path, "a+b")
    except OSError:
        return None  # there cannot be a lock file
    with file:
        try:
            _acquire(file)
        except OSError as error:
            return _holder(path) if error.errno in _HELD else None  # a disk without locks: the next run reports it
    return None


def _holder(path: Path) -> Message:
    try:
        held = json.loads(path.read_text("utf-8"))
        since = local_time(datetime.fromisoformat(held["since"]))
        if command := held.get("command"):  # earlier versions did not state it
            about = {"pid": str(held["pid"]), "host": held["host"], "since": since}
            return msg("process {pid} on {host}, since {since}: {command}", **about, command=command)
        return msg("process {pid} on {host}, since {since}", pid=str(held["pid"]), host=held["host"], since=since)
    except (OSError, ValueError, KeyError, TypeError):
        return msg("an unknown process")


def _command() -> str:
    """What this process was started as, such as "materials sync --cron"."""
    program, *words = sys.argv or [""]
    name = Path(program).stem.removesuffix("-script")
    return redact(shlex.join(["materials" if name == "__main__" else name, *words]))[:_LONGEST_COMMAND]
