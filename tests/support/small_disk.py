"""A disk of eight megabytes, and an empty Drive for it to be filled from."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World

MEGABYTE = 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of its own; the current folder."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", place], check=False, capture_output=True)
    if mounting.returncode:
        pytest.skip("this machine does not let its tests mount a disk")
    monkeypatch.chdir(place)
    yield place
    os.chdir(tmp_path)
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with start(World("Folder")) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        yield server
        assert not server.crashes
