"""With `pictures = true` a sync draws what is new; whatever becomes of the drawing, the sync has succeeded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.pictures.kept import Pictures
from materials_cli.store import space
from support.command import data, run
from support.decks import deck
from support.synced import sync_first


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A Drive with one deck that was synced by an archive which asks for pictures."""
    world = World("Folder")
    world.add_file("first.pptx", deck("One|first"))
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
        settings = tmp_path / "materials.toml"
        settings.write_text(settings.read_text("utf-8") + "pictures = true\n")
        yield world


def pictured(archive: Path) -> dict[str, int]:
    kept = Pictures(archive)
    return {item["name"]: len(kept.of(item["sha256"])) for item in data("list")["items"]}


def test_a_sync_draws_what_has_no_picture_yet(world: World, tmp_path: Path) -> None:
    world.add_file("second.pptx", deck("Two|second", "Three|third"))
    run("sync")
    assert pictured(tmp_path) == {"first.pptx": 1, "second.pptx": 2}
    assert not any(row["drawn_now"] for row in data("pictures")["items"])


def test_a_sync_succeeds_whatever_becomes_of_the_pictures(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world
    monkeypatch.setattr(space, "_MOST", 10**18)
    monkeypatch.setattr(space, "_SHARE", 1)
    shown = run("sync", "--json")
    assert '"errors": []' in shown.stdout
    (tmp_path / ".materials" / "pictures").mkdir(exist_ok=True)
    assert pictured(tmp_path) == {"first.pptx": 0}


def test_a_collection_that_does_not_ask_is_not_drawn(world: World, tmp_path: Path) -> None:
    settings = tmp_path / "materials.toml"
    settings.write_text(settings.read_text("utf-8").replace("pictures = true", "pictures = false"))
    world.add_file("second.pptx", deck("Two|second"))
    run("sync")
    assert not Pictures(tmp_path).folder.exists()
