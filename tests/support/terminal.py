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
