"""The manifest is written when it has to be, and a sync reads the rows of the catalogue once or twice."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue import descriptions
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.describe.description import Description
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export import manifest
from materials_cli.filenames import CSV, JSONL, SUMS
from materials_cli.model import Item
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures

FILES = (JSONL, CSV, SUMS)
_COLUMNS = "id, path, state, media_type, size, sha256, first_seen, fetched, verified, remote"


def catalogue_of(top: Path) -> Catalogue:
    return Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True)


def contents(top: Path) -> dict[str, bytes]:
    return {name: (top / name).read_bytes() for name in FILES}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every time that the rows of items are read."""
    seen: list[object] = []
    sound = Catalogue.each

    def counting(catalogue: Catalogue, collections: tuple[str, ...] = ()) -> Iterator[Item]:
        seen.append(collections)
        return sound(catalogue, collections)

    monkeypatch.setattr(Catalogue, "each", counting)
    described = descriptions.descriptions

    def counting_too(
        catalogue: Catalogue, collections: Iterable[Collection], *words: Any, **named: Any
    ) -> Iterator[Description]:
        seen.append(collections)
        return described(catalogue, collections, *words, **named)

    monkeypatch.setattr(manifest, "descriptions", counting_too)
    return seen


def test_a_sync_reads_the_rows_twice_at_most(drive: RunningServer, world: World, tmp_path: Path, reads: list[object]) -> None:
    run("sync")
    assert len(reads) == 1
    world.add_file("new.txt", b"new")
    run("sync")
    assert len(reads) == 3
    assert b"new.txt" in (tmp_path / SUMS).read_bytes()


def without_one(top: Path) -> None:
    (top / SUMS).unlink()


def without_a_line(top: Path) -> None:
    lines = (top / JSONL).read_text("utf-8").splitlines(keepends=True)
    (top / JSONL).write_text("".join(lines[1:]), "utf-8")


def with_another_line(top: Path) -> None:
    with (top / CSV).open("a", encoding="utf-8") as file:
        file.write("c,mine\r\n")


@pytest.mark.parametrize("disturb", [without_one, without_a_line, with_another_line])
def test_a_manifest_that_somebody_changed_is_put_right(
    drive: RunningServer, tmp_path: Path, disturb: Callable[[Path], None]
) -> None:
    before = contents(tmp_path)
    disturb(tmp_path)
    run("sync")
    assert contents(tmp_path) == before


def test_a_row_that_a_killed_run_left_without_a_manifest_is_in_the_next_one(drive: RunningServer, tmp_path: Path) -> None:
    with catalogue_of(tmp_path) as catalogue:
        catalogue.connection.execute("UPDATE item SET title = 'Of a run that was killed' WHERE path = 'c/0.txt'")
    run("sync")
    assert "Of a run that was killed" in (tmp_path / JSONL).read_text("utf-8")


@pytest.mark.parametrize(
    "change",
    [
        f"INSERT INTO item (collection, {_COLUMNS}) SELECT 'd', {_COLUMNS} FROM item LIMIT 1",  # noqa: S608 - a constant
        "UPDATE item SET size = 1",
        "DELETE FROM item",
    ],
)
def test_whatever_changes_an_item_is_noticed(drive: RunningServer, tmp_path: Path, change: str) -> None:
    with catalogue_of(tmp_path) as catalogue:
        assert catalogue.manifest_stamp()[1]
        catalogue.connection.execute(change)
        assert not catalogue.manifest_stamp()[1]


def test_an_entry_that_only_the_manifest_has_is_looked_after_in_every_run(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    kept = (tmp_path / JSONL).read_text("utf-8").splitlines(keepends=True)[0].replace("c/", "gone/").replace('"c"', '"gone"')
    with (tmp_path / JSONL).open("a", encoding="utf-8") as file:
        file.write(kept)
    run("sync")
    with catalogue_of(tmp_path) as catalogue:
        assert catalogue.manifest_stamp()[0] == ""
    assert kept in (tmp_path / JSONL).read_text("utf-8")
    world.trash(node(world, "0.txt"))
    run("sync")
    assert kept in (tmp_path / JSONL).read_text("utf-8")
