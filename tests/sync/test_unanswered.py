"""What is not known of an item that the list lacks is told, and the item stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import mirror, node, run


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    world = World("Folder")
    for number in range(12):
        world.add_file(f"{number}.txt", b"%d" % number)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_API_KEY", "key")
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", world.root, "--name", "c", "--no-check")
        run("sync")
        yield server
        assert not server.crashes


def test_an_answer_that_drive_does_not_give_is_told_and_withdraws_nothing(drive: RunningServer, tmp_path: Path) -> None:
    gone = node(drive.world, "0.txt")
    drive.world.trash(gone)
    drive.faults.add(Fault(operation="get", target=gone, status=400, reason="invalid", times=None))
    assert "Whether “c/0.txt” is gone could not be found out" in run("sync", status=3)
    assert len(mirror(tmp_path)) == 12
