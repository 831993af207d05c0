"""Folders shared by link before September 2021 open only to who shows their resource key: from the pasted link to the bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.sample import export_of
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import PPTX, mirror, run

DECK = Path(__file__).parents[2] / "src/materials_cli/emulator/sample/google-slides.pptx"


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A workshop in which every single thing needs a key of its own, and a shortcut to a file elsewhere that needs one too."""
    world = World("Drive")
    workshop = world.add_folder("Workshop")
    day = world.add_folder("Day 1", workshop)
    elsewhere = world.add_file("elsewhere.txt", b"elsewhere")
    hall = world.add_folder("Hall")
    world.add_file("seat.txt", b"seat", hall)
    world.add_file("a.txt", b"a", workshop)
    world.add_file("b.txt", b"b", day)
    world.add_native("Deck", "presentation", {PPTX: export_of(DECK.read_bytes())}, day)
    for number, node in enumerate(list(world.nodes)):
        if node != world.root:
            world.change(node, needs_key=True, resource_key=f"0-key{number}")
    world.add_shortcut("file.txt", elsewhere, workshop)
    world.add_shortcut("hall", hall, workshop)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        monkeypatch.chdir(tmp_path)
        yield server
        assert not server.violations
        assert not server.crashes


def link(drive: RunningServer) -> str:
    node = next(node for node in drive.world.nodes.values() if node.name == "Workshop")
    return f"https://drive.google.com/drive/folders/{node.id}?resourcekey={node.resource_key}&usp=sharing"


@pytest.mark.parametrize("keyless", [False, True])
def test_e22_keys_are_shown_all_the_way_down(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keyless: bool
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1" if keyless else "")
    run("add", link(drive), "--name", "c")
    run("sync")
    held = mirror(tmp_path)
    assert held.pop("Day 1/Deck.pptx").startswith(b"PK")
    own = {"a.txt": b"a", "Day 1/b.txt": b"b"}
    assert held == (own if keyless else {**own, "file.txt": b"elsewhere", "hall/seat.txt": b"seat"})
    assert "no changes" in run("sync")


def test_e22_without_its_key_the_folder_is_not_there(drive: RunningServer) -> None:
    assert "link_not_found" in run("add", link(drive).partition("?")[0], "--name", "c", status=4)


def test_e22_a_key_that_stops_to_fit_withdraws_nothing(drive: RunningServer, tmp_path: Path) -> None:
    run("add", link(drive), "--name", "c")
    run("sync")
    before = mirror(tmp_path)
    day = next(node.id for node in drive.world.nodes.values() if node.name == "Day 1")
    drive.world.change(day, resource_key="0-other")
    run("sync")
    workshop = next(node.id for node in drive.world.nodes.values() if node.name == "Workshop")
    drive.world.change(workshop, resource_key="0-other")
    run("sync", status=4)
    assert mirror(tmp_path) == before
