"""The sample workshop behind the emulator."""

from collections.abc import Iterator

import pytest

from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import RunningServer, start


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with start(sample_world()) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        yield server
