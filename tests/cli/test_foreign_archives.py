"""What an archive of somebody else can do to a search of several: it may be made to deceive, or lie on a disk that has gone."""

from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.hits import folded
from materials_cli.cli.scope import scope_of
from materials_cli.config import FILE, load
from materials_cli.elsewhere import meant, reach
from materials_cli.mcp.doors import Doors
from materials_cli.model import Section
from materials_cli.published import publish
from materials_cli.search.equivalents import shipped
from materials_cli.search.query import parse
from materials_cli.store.bucket import Bucket
from materials_cli.trust import confirm
from support.hubs import make_hubs
from support.silence import linux_alone, never_opened
from support.small_catalogue import item, put

CATALOGUE = ".materials/catalogue.sqlite"


@pytest.fixture
def hubs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@linux_alone
def test_a_disk_that_goes_while_it_is_searched_costs_the_search_only_its_archive(
    hubs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_hubs(hubs, ("budget", "procurement rules"), ("budget", "identity"))
    (hubs / "tashkent" / "glossary.toml").write_text('[port]\nen = "harbour"\n')
    for gone in ("tashkent/glossary.toml", f"tashkent/{CATALOGUE}"):
        with scope_of(ArchiveContext(None), ["tashkent", "korea.sqlite"]) as scope:
            with never_opened(hubs / gone, monkeypatch):
                *_, found = scope.found(parse("budget"), (), 10, shipped())
            assert [hit.archive for hit in found.hits] == ["korea"]
            assert [*scope.notes] == ["tashkent"]
            assert "too long" in str(scope.notes["tashkent"])
            assert [hit.archive for *_, again in [scope.found(parse("budget"), (), 10, None)] for hit in again.hits] == [
                "korea"
            ]


@linux_alone
def test_a_disk_that_is_gone_is_found_out_before_the_search(hubs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_hubs(hubs, ("budget",), ("budget",))
    asked = meant(["tashkent", "korea.sqlite"], None)
    with never_opened(hubs / "korea.sqlite", monkeypatch):
        assert "too long" in str(reach(asked, patience=0.5).silent["korea"])
    archives = reach(asked).found
    doors = Doors(archives, {})
    with never_opened(hubs / "tashkent" / CATALOGUE, monkeypatch):
        assert "tashkent" in str(doors.collections({}).value["not_asked"])
    with never_opened(hubs / "tashkent" / CATALOGUE, monkeypatch):
        told = doors.search({"query": "budget"}).value
    assert [row["archive"] for row in told["results"]] == ["korea"]
    assert [*told["not_asked"]] == ["tashkent"]


def test_a_folder_that_names_the_store_of_another_archive_does_not_take_its_place(
    hubs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(hubs / "cache"))
    make_hubs(hubs, ("harbour",), ())
    (hubs / "bucket").mkdir()
    url = (hubs / "bucket").as_uri()
    store = Bucket(hubs / "tashkent", url, single_writer=True)
    with store.lock():
        publish(store)
    (hubs / "false").mkdir()
    (hubs / "false" / FILE).write_text(f'format = 1\nstore = "{url}"\n')
    found = reach(meant(["false", url], None))
    assert [each.name for each in found.found] == ["false", "bucket"]
    assert not found.twice
    confirm(load(hubs / "false"))
    assert [*reach(meant(["false", url], None)).twice] == ["bucket"]


@pytest.mark.parametrize("place", [CATALOGUE, "catalogue.sqlite", ".materials"])
def test_a_folder_whose_catalogue_is_a_link_into_another_archive_is_refused(hubs: Path, place: str) -> None:
    make_hubs(hubs, ("harbour",), ())
    false = hubs / "false" / place
    false.parent.mkdir(parents=True)
    if place != "catalogue.sqlite":
        (hubs / "false" / FILE).write_text("format = 1\n")
    false.symlink_to(hubs / "tashkent" / (CATALOGUE if place != ".materials" else place))
    found = reach(meant(["false", "tashkent"], None))
    assert [each.name for each in found.found] == ["tashkent"]
    assert "symbolic link" in str(found.silent["false"])
    assert reach(meant([str(false)], None)).found  # a link that was typed is followed


def test_a_deck_that_says_it_has_the_bytes_of_another_does_not_hide_it(hubs: Path) -> None:
    make_hubs(hubs, ("harbour",), ())
    (hubs / "false").mkdir()
    with Catalogue.open(hubs / "false" / "catalogue.sqlite", write=True) as false:
        put(false, item("harbour.pptx"), Section(1, "harbour harbour", "the harbour is closed"))
    with scope_of(ArchiveContext(None), ["tashkent", "false"]) as scope:
        *_, found = scope.found(parse("harbour"), (), 10, None)
    assert len({hit.item.fixity.sha256 for hit in found.hits}) == 1
    assert sorted(deck.hits[0].archive for deck in folded(found.hits, found.query)) == ["false", "tashkent"]


def test_a_catalogue_whose_items_are_a_view_that_never_ends_is_none(hubs: Path) -> None:
    make_hubs(hubs, ("harbour",), ("harbour",))
    with Catalogue.open(hubs / "korea.sqlite", write=True) as false:
        endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS number FROM n"
        for statement in ("PRAGMA legacy_alter_table = ON", "ALTER TABLE item RENAME TO was", f"CREATE VIEW item AS {endless}"):
            false.connection.execute(statement)
    with scope_of(ArchiveContext(None), ["tashkent", "korea.sqlite"]) as scope:
        *_, found = scope.found(parse("harbour"), (), 10, None)
    assert [hit.archive for hit in found.hits] == ["tashkent"]
    assert "another program's" in str(scope.notes["korea"])
