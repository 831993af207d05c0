"""Runs a program of the user's, with the notification as JSON on its standard input."""

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from materials_cli.disk import reason
from materials_cli.environment import find_program, for_programs
from materials_cli.messages import msg
from materials_cli.notify.notification import Notification, NotSentError

_TIMEOUT = 120.0
_TAIL = 10_000


def _located(program: str) -> str:
    """The path of a program that is given by its name alone, which is not looked for in the archive's folder."""
    if os.path.dirname(program):  # noqa: PTH120 - Path drops the dot of “./program”
        return program
    if path := find_program(program):
        return path
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)


def run_program(notification: Notification, command: Sequence[str], folder: Path) -> None:
    """Run the program in the archive's folder; raise NotSentError if it fails or does not end in time.

    Only the program itself is waited for, not what it leaves running: its input and output are files, since a pipe would stay
    open until the last of its children ends.
    """
    fields = {
        "subject": notification.subject,
        "text": notification.text,
        "status": notification.status,
        **notification.data,
    }
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as printed:
        given.write(json.dumps(fields, ensure_ascii=False, default=str).encode("utf-8", "replace"))
        given.seek(0)
        try:
            process = subprocess.Popen(
                [_located(command[0]), *command[1:]], stdin=given, stdout=printed, stderr=subprocess.STDOUT, cwd=folder,
                env=for_programs(os.environ), start_new_session=sys.platform != "win32",
            )  # fmt: skip
        except OSError as error:
            raise NotSentError(
                msg("The program {program} could not be run: {reason}.", program=command[0], reason=reason(error))
            ) from error
        try:
            status = process.wait(_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise NotSentError(
                msg("The program {program} did not finish within {seconds} s.", program=command[0], seconds=_TIMEOUT)
            ) from error
        finally:
            if process.poll() is None:
                _kill(process)
        if status:
            ended = {"program": command[0], "status": status}
            if line := _last_line(printed):
                raise NotSentError(msg("The program {program} exited with {status}: {reason}", **ended, reason=line))
            raise NotSentError(msg("The program {program} exited with {status}.", **ended))


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the program with everything it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(printed: IO[bytes]) -> str:
    printed.seek(max(0, printed.seek(0, os.SEEK_END) - _TAIL))
    lines = printed.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
