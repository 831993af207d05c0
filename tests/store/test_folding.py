"""Disks that take two spellings of a name for one (“Talk”, “talk”), as those of Windows and macOS do, and SD cards."""

import os
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.store.inside import Inside
from support.command import data
from support.small_drive import drive, mirror, node, run, world  # noqa: F401 - fixtures


def folds(folder: Path) -> bool:
    (folder / "Probe").touch()
    return (folder / "probe").exists()


def test_every_part_of_a_path_gets_its_new_spelling(tmp_path: Path) -> None:
    (tmp_path / "c" / "Inner").mkdir(parents=True)
    (tmp_path / "c" / "Inner" / "Talk.txt").write_bytes(b"talk")
    old, new = tmp_path / "c" / "Inner" / "Talk.txt", tmp_path / "c" / "inner" / "talk.txt"
    assert Inside(tmp_path).respell(old, new) == {tmp_path / "c", tmp_path / "c" / "inner"}
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.txt")] == ["c/inner/talk.txt"]


@pytest.mark.parametrize("other", ["talk.txt", "Speech.txt", "Inner/Talk.txt"])
def test_another_file_is_not_taken_for_the_same_one(tmp_path: Path, other: str) -> None:
    if folds(tmp_path):
        pytest.skip("here it is the same one")
    (tmp_path / "Inner").mkdir()
    (tmp_path / "Talk.txt").write_bytes(b"talk")
    (tmp_path / other).write_bytes(b"another")
    assert Inside(tmp_path).respell(tmp_path / "Talk.txt", tmp_path / other) == set()
    assert (tmp_path / "Talk.txt").read_bytes() == b"talk"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_the_file_in_the_place_that_it_moves_to_is_moved_aside(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    if folds(tmp_path):
        pytest.skip("such disks have no hard links")
    world.rename(node(world, "0.txt"), "zero.txt")
    (tmp_path / "c" / "zero.txt").hardlink_to(tmp_path / "c" / "0.txt")
    assert "1 renamed or moved" in run("sync")
    assert "zero.txt" in mirror(tmp_path)
    assert "0.txt" not in mirror(tmp_path)


def test_a_folder_that_is_respelt_on_drive_while_a_file_of_it_is_not_listed(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    world.rename(node(world, "Inner"), "INNER")
    world.nodes[node(world, "1.txt")].unlisted = 1
    run("sync")
    assert data("verify")["items"] == []
    run("sync")
    assert sorted(mirror(tmp_path)) == ["0.txt", "2.txt", "4.txt", "6.txt", *(f"INNER/{n}.txt" for n in (1, 3, 5, 7))]
    assert data("verify")["items"] == []
    assert drive.count("media") == 0
