"""A true terminal for a command, so that tests see what a person sees."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "materials_cli"]


def seen(*words: str, folder: Path, status: int | None = 0, columns: int = 100, more: Mapping[str, str] | None = None) -> str:
    """All that a command shows, with its colours and marks. more: further variables of its environment."""
    return _on_a_terminal([*PROGRAM, *words], folder, status, columns, more or {})


def session(*lines: str, folder: Path, typed: str = "", status: int | None = 0, more: Mapping[str, str] | None = None) -> str:
    """What several commands show one after another on the same terminal, as a shell runs them; `materials` is the program.

    typed: what is typed meanwhile, which the terminal shows as well.
    """
    function = f'materials() {{ "{PROGRAM[0]}" -m materials_cli "$@"; }}'
    return _on_a_terminal(["sh", "-c", "\n".join((function, *lines))], folder, status, 100, more or {}, typed)


def _on_a_terminal(
    command: Sequence[str], folder: Path, status: int | None, columns: int, more: Mapping[str, str], typed: str = ""
) -> str:
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "COLUMNS": str(columns)} | dict(more)
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment) as running:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 1 << 16):
                shown += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(ours)
    assert status is None or running.returncode == status, shown
    return shown.decode()


def typed_into(
    words: Sequence[str], keys: Sequence[tuple[str, bytes]], *, folder: Path, size: tuple[int, int] = (80, 24), **more: str
) -> tuple[str, int]:
    """All that a command shows on a terminal of a size, and its status. keys: what is typed once some text is shown."""
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    termios = pytest.importorskip("termios")
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, size[::-1])
    # A new session that opens a terminal is controlled by it: only then does Ctrl-C interrupt.
    command = ["sh", "-c", 'exec "$@" <>"$ITS_TERMINAL" >&0 2>&0', "sh", *PROGRAM, *words]
    environment |= {"TERM": "xterm-256color", "ITS_TERMINAL": os.ttyname(theirs)} | more
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True, env=environment) as running:
        shown, waiting, seen_until = b"", list(keys), 0
        try:
            while piece := os.read(ours, 1 << 16):
                if not shown:
                    os.close(theirs)
                shown += piece
                while waiting and waiting[0][0].encode() in shown[seen_until:]:
                    seen_until = len(shown)
                    os.write(ours, waiting.pop(0)[1])
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(ours)
    return shown.decode(errors="replace"), running.returncode
