"""A true terminal for a command, so that tests see what a person sees."""

import os
import select
import shlex
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from support import forked

PROGRAM = [sys.executable, "-m", "materials_cli"]
_INTERRUPT, _PATIENCE = b"\x03", 2.0


def seen(*words: str, folder: Path, status: int | None = 0, columns: int = 100, more: Mapping[str, str] | None = None) -> str:
    """All that a command shows, with its colours and marks. more: further variables of its environment."""
    return _on_a_terminal([words], folder, status, columns, more or {})


def session(*lines: str, folder: Path, typed: str = "", status: int | None = 0, more: Mapping[str, str] | None = None) -> str:
    """What several commands show one after another on the same terminal, as a shell runs them; `materials` is the program.

    typed: what is typed meanwhile, which the terminal shows as well.
    """
    return _on_a_terminal(lines, folder, status, 100, more or {}, typed)


def _on_a_terminal(
    commands: Sequence[str | tuple[str, ...]],
    folder: Path,
    status: int | None,
    columns: int,
    more: Mapping[str, str],
    typed: str = "",
) -> str:
    """commands: each a line for a shell, or the words of the program."""
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "COLUMNS": str(columns)} | dict(more)
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    shown = b""

    def read() -> None:
        nonlocal shown
        with suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(ours, 1 << 16):
                shown += piece

    reading = threading.Thread(target=read)
    reading.start()
    ended = None
    for command in commands:
        if isinstance(command, str) and command.startswith("cd "):
            folder /= command.removeprefix("cd ")
        else:
            ended = _run(command, folder, environment, theirs)
    os.close(theirs)
    reading.join()
    os.close(ours)
    assert status is None or ended == status, shown
    return shown.decode()


def _run(command: str | tuple[str, ...], folder: Path, environment: Mapping[str, str], terminal: int) -> int:
    """Run it on a terminal; return its status. What a shell is needed for, a shell runs."""
    if isinstance(command, str) and (not command.startswith("materials ") or set(command) & set("<>|&")):
        function = f'materials() {{ "{PROGRAM[0]}" -m materials_cli "$@"; }}'
        shell = ["sh", "-c", f"{function}\n{command}"]
        return subprocess.run(
            shell, stdin=terminal, stdout=terminal, stderr=terminal, cwd=folder, env=environment, check=False
        ).returncode
    words = shlex.split(command)[1:] if isinstance(command, str) else command
    return forked.run(words, folder, environment, (terminal,) * 3)


def typed_into(
    words: Sequence[str], keys: Sequence[tuple[str, bytes]], *, folder: Path, size: tuple[int, int] = (80, 24), **more: str
) -> tuple[str, int]:
    """All that a command shows on a terminal of a size, and its status. keys: what is typed once some text is shown.

    Ctrl-C is typed again where nothing follows it: just before Python waits for a line, one counts only after that line.
    """
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    termios = pytest.importorskip("termios")
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, size[::-1])
    # A new session that opens a terminal is controlled by it: only then does Ctrl-C interrupt.
    command = ["sh", "-c", 'exec "$@" <>"$ITS_TERMINAL" >&0 2>&0', "sh", *PROGRAM, *words]
    environment |= {"TERM": "xterm-256color", "ITS_TERMINAL": os.ttyname(theirs)} | more
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True, env=environment) as running:
        shown, waiting, seen_until, last = b"", list(keys), 0, b""
        try:
            while True:
                while last == _INTERRUPT and not select.select([ours], [], [], _PATIENCE)[0]:
                    os.write(ours, last)
                if not (piece := os.read(ours, 1 << 16)):
                    break
                if not shown:
                    os.close(theirs)
                shown += piece
                while waiting and waiting[0][0].encode() in shown[seen_until:]:
                    seen_until, last = len(shown), waiting.pop(0)[1]
                    os.write(ours, last)
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(ours)
    return shown.decode(errors="replace"), running.returncode
