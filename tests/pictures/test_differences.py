"""`materials diff --format html` shows the slides of two versions side by side, in a page that loads and runs nothing."""

import base64
import re
from pathlib import Path

import pytest

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.pictures.kept import Pictures
from support.command import run
from support.decks import deck
from support.synced import sync_first


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a deck whose second slide was changed, and whose third was added."""
    world = World("Folder")
    node = world.add_file("deck.pptx", deck("Opening|hello", "Costs|of 2024"))
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
        world.edit(node, deck("Opening|hello", "Costs|of 2025", "<script>alert(1)</script>|new"))
        run("sync")
    return run("diff", "deck", "--format", "html").stdout


def shown(page: str) -> list[list[str]]:
    """The texts of the pictures beside each other, for each change."""
    rows = re.findall(r'<div class="pictures">(.*?)</div>', page)
    found = [re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', row) for row in rows]
    return [[base64.b64decode(each).decode() for each in row] for row in found]


def test_changed_slides_stand_beside_each_other(page: str) -> None:
    changed, added = shown(page)
    assert "of 2024" in changed[0]
    assert "of 2025" in changed[1]
    assert len(added) == 1
    assert re.search("<del>[^<]*2024</del>", page)
    assert re.search("<ins>[^<]*2025</ins>", page)


def test_the_page_holds_everything_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!data:image/(?:svg\+xml|jpeg);base64,)", page)
    assert "default-src 'none'" in page


def test_pictures_of_the_earlier_version_are_kept(page: str, tmp_path: Path) -> None:
    assert page
    lists = list(Pictures(tmp_path).folder.rglob("pictures.json"))
    assert len(lists) == 2
    run("pictures")
    assert sorted(Pictures(tmp_path).folder.rglob("pictures.json")) == sorted(lists)
