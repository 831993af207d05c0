"""An empty Drive behind the emulator, and an archive that knows of it and has not been synced."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import run


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.chdir(tmp_path)
    with start(World("Folder")) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", server.world.root, "--name", "c")
        yield server
        assert not server.crashes
