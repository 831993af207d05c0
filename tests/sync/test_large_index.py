"""A sync keeps the index for very large archives where there are slides enough."""

import sys
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.segments import segments
from materials_cli.config import FILE
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.search.engine import sections_beside
from materials_cli.search.large import Large
from materials_cli.search.large_folder import folder_of
from materials_cli.search.sections import CURRENT, HINT
from support.command import data, run
from support.small_drive import drive, world  # noqa: F401 - fixtures

pytest.importorskip("tantivy")


def test_it_is_kept_from_so_many_slides_on(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".materials" / "catalogue.sqlite"
    current = folder_of(path) / CURRENT
    assert not current.exists()
    assert not path.with_name(HINT).exists()
    settings = tmp_path / FILE
    settings.write_text(settings.read_text("utf-8").replace("format = 1", "format = 1\nlarge_index_from = 8", 1), "utf-8")
    run("sync")
    first = current.read_text("ascii")
    world.add_file("new.txt", b"quarterly figures")
    run("sync")
    assert current.read_text("ascii") != first
    assert [hit["path"] for hit in data("search", "quarterly")["items"]] == ["c/new.txt"]
    run("index", "--all")
    with Catalogue.open(path) as catalogue:
        assert isinstance(sections_beside(catalogue), Large)
        assert len(segments(catalogue.connection, "words")) == 1
    monkeypatch.setitem(sys.modules, "tantivy", None)
    assert "[large]" in run("sync").output
    assert [hit["path"] for hit in data("search", "quarterly")["items"]] == ["c/new.txt"]
