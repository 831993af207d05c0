"""A true terminal for a command, so that tests see what a person sees."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest


def seen(*words: str, folder: Path, status: int | None = 0, columns: int = 100, more: Mapping[str, str] | None = None) -> str:
    """All that a command shows, with its colours and marks. more: further variables of its environment."""
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "COLUMNS": str(columns)} | dict(more or {})
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "materials_cli", *words]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, cwd=folder, env=environment) as running:
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
