"""Unattended runs, each at a time that the test chooses."""

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from materials_cli.cli.unattended import sync_unattended
from materials_cli.config import load
from materials_cli.drive.wire import Wire
from materials_cli.emulator.server import RunningServer
from support.small_drive import drive, impatient, node, run, world  # noqa: F401 - fixtures

START = datetime(2026, 3, 1, 3, 17, tzinfo=UTC)


@pytest.fixture
def night(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], tuple[int, str, str]]:
    """Let the night of day N come: (exit status, what was printed, what was printed as an error)."""
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    impatient(monkeypatch, tries=6)
    monkeypatch.setenv("FORCE_COLOR", "1")

    def come(day: int) -> tuple[int, str, str]:
        config = load(tmp_path)
        errors, printed = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(printed):
            status = sync_unattended(config, config.collections, clock=lambda: START + timedelta(days=day), wait=lambda _: None)
        return status, printed.getvalue(), errors.getvalue()

    return come
