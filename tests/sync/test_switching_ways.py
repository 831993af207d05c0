"""Whoever gets a key, or loses it, fetches nothing again, and no item gets a version that nobody made."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.emulator.sample import export_of
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.decks import deck
from support.small_drive import PPTX, kept, mirror, run

LONG_AGO = datetime(2025, 6, 1, 12, tzinfo=UTC)
FETCHING = ("media", "export", "link", "link-content", "page-uc", "page-export")


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    world = World("Folder")
    for number in range(3):
        world.add_file(f"{number}.txt", b"file %d" % number, modified=LONG_AGO)
    native = world.add_native("Deck", "presentation", {PPTX: export_of(deck("One|words"))})
    for made in (native, *(world.add_native(f"A {kind}", kind, {}) for kind in ("form", "site"))):
        world.change(made, modified=LONG_AGO)
    monkeypatch.chdir(tmp_path)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", world.root, "--name", "c")
        yield server
        assert not server.crashes


@pytest.mark.parametrize("ways", ["key keyless key keyless", "keyless key keyless key"])
def test_another_way_to_drive_is_no_change(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ways: str
) -> None:
    first, *others = ways.split()
    monkeypatch.setenv("MATERIALS_KEYLESS", "1" if first == "keyless" else "")
    assert "6 new" in run("sync")
    before, fetched = mirror(tmp_path), drive.count(*FETCHING)
    for way in others:
        monkeypatch.setenv("MATERIALS_KEYLESS", "1" if way == "keyless" else "")
        assert "nothing downloaded" in run("sync")
    assert drive.count(*FETCHING) == fetched
    assert mirror(tmp_path) == before
    assert kept(tmp_path) == set()
    assert before["A form.url"].startswith(b"[InternetShortcut]\r\nURL=https://drive.google.com/open?id=")
