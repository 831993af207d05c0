"""Symbolic links inside the archive: nothing is read, moved or written through one."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from materials_cli.emulator.answers import Answer
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import drive, items, kept, mirror, node, run, sums_hold, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that does not belong to the archive, with files named as in the mirror."""
    folder = tmp_path.parent / f"{tmp_path.name} outside"
    folder.mkdir()
    for name in ("0.txt", "1.txt", "new.txt"):
        (folder / name).write_text("PRIVATE", "utf-8")
    return folder


def untouched(outside: Path) -> bool:
    return {path.name: path.read_text("utf-8") for path in outside.iterdir()} == dict.fromkeys(
        ("0.txt", "1.txt", "new.txt"), "PRIVATE"
    )


def linked(path: Path, target: Path) -> None:
    """Put a link in the place of a folder or file, whose content goes elsewhere."""
    if os.path.lexists(path):
        path.rename(path.with_name(f"{path.name} before"))
    path.symlink_to(target)


@pytest.mark.parametrize("place", ["c", "c/Inner", "c/Later"])
@pytest.mark.parametrize("dangling", [True, False])
def test_a_linked_folder_stops_its_collection_alone(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path, place: str, dangling: bool
) -> None:
    world.add_file("new.txt", b"new", world.add_folder("Later"))
    world.edit(node(world, "1.txt"), b"other bytes")
    other = world.add_folder("Other", world.add_folder("Apart"))
    world.add_file("other.txt", b"other", other)
    run("add", other, "--name", "d")
    before = drive.count("media")
    linked(tmp_path / place, outside / "nowhere" if dangling else outside)
    for command in ("plan", "sync"):
        shown = run(command, status=6)
        assert "error[symlink_in_archive]" in shown
        assert f"“{place}” is a symbolic link" in shown
    assert untouched(outside)
    assert (tmp_path / "d" / "other.txt").read_bytes() == b"other"
    assert drive.count("media") == before + 1
    assert "symlink_in_archive" in run("status", status=0) or "is a symbolic link" in run("status")
    (tmp_path / place).unlink()
    run("sync")
    assert (tmp_path / "c" / "Later" / "new.txt").read_bytes() == b"new"
    assert sums_hold(tmp_path)


@pytest.mark.parametrize("target", ["0.txt", "nothing"])
def test_a_link_in_the_place_of_a_file_is_moved_aside(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path, target: str
) -> None:
    for name in ("0.txt", "2.txt"):
        linked(tmp_path / "c" / name, outside / target)
    world.trash(node(world, "2.txt"))
    shown = run("sync")
    assert "c/0.txt: edited locally" in shown
    assert untouched(outside)
    assert not any(path.is_symlink() for path in (tmp_path / "c").rglob("*"))
    assert len(list((tmp_path / ".materials" / "aside").rglob("*.txt"))) == 2
    assert not any(path.is_symlink() for path in (tmp_path / ".materials" / "versions").rglob("*"))
    assert (tmp_path / "c" / "0.txt").read_bytes() == b"file number 0"


def test_a_link_to_the_very_bytes_never_becomes_a_version(drive: RunningServer, world: World, tmp_path: Path) -> None:
    copies = tmp_path.parent / f"{tmp_path.name} copies"
    copies.mkdir()
    for name in ("0.txt", "1.txt"):
        held = next((tmp_path / "c").rglob(name))
        held.rename(copies / name)
        held.symlink_to(copies / name)
    world.trash(node(world, "0.txt"))
    world.edit(node(world, "1.txt"), b"other bytes")
    run("sync")
    assert not any(path.is_symlink() for path in (tmp_path / ".materials" / "versions").rglob("*"))
    assert (copies / "0.txt").read_bytes() == b"file number 0"
    assert items()["1.txt"]["bytes"] == len(b"other bytes")


def test_a_link_planted_while_files_are_fetched_costs_those_files(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path
) -> None:
    class Planting(Fault):
        def refusal(self) -> Answer | None:
            if not (tmp_path / "c" / "Later").is_symlink():
                (tmp_path / "c" / "Later").symlink_to(outside)
            return None

    world.add_file("new.txt", b"new", world.add_folder("Later"))
    world.add_file("beside.txt", b"beside")
    drive.faults.add(Planting(operation="media"))
    assert "“c/Later” is a symbolic link" in run("sync", status=3)
    assert untouched(outside)
    assert (tmp_path / "c" / "beside.txt").exists()


@pytest.mark.parametrize("name", ["", "incoming", "versions", "catalogue.sqlite", "catalogue.sqlite-wal"])
def test_nothing_is_written_if_a_folder_of_the_archives_own_is_a_link(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path, name: str
) -> None:
    world.add_file("new.txt", b"new")
    place = tmp_path / ".materials" / name if name else tmp_path / ".materials"
    linked(place, outside / "0.txt" if "sqlite" in name else outside)
    assert "error[symlink_in_archive]" in run("sync", status=6)
    assert "is a symbolic link" in run("doctor", "--offline", status=3)
    assert untouched(outside)


def test_the_archive_itself_may_be_reached_through_a_link(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path.parent / f"{tmp_path.name} link"
    link.symlink_to(tmp_path)
    world.add_file("new.txt", b"new")
    monkeypatch.chdir(tmp_path.parent)
    run("--archive", str(link), "sync")
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_what_lies_among_the_downloads_is_never_written_to(
    drive: RunningServer, world: World, tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming = tmp_path / ".materials" / "incoming"
    makers: list[Callable[[Path], object]] = [
        lambda part: part.symlink_to(outside / "0.txt"),
        lambda part: part.hardlink_to(outside / "0.txt"),
        lambda part: (part / "mine").mkdir(parents=True),
        os.mkfifo,
    ]
    for number, planted in enumerate(makers):
        added = world.add_file(f"new {number}.txt", b"0123456789" * 100_000)
        drive.faults.add(Fault(operation="media", target=added, cut=300_000, times=None))
        monkeypatch.setattr("materials_cli.drive.wire._TRIES", 1)
        run("sync", status=3)
        drive.faults.clear()
        (part,) = incoming.iterdir()
        part.unlink()
        planted(part)
        run("sync")
        assert mirror(tmp_path)[f"new {number}.txt"] == b"0123456789" * 100_000
        assert untouched(outside)
        assert not list(incoming.iterdir())


def test_a_digest_that_is_none_is_a_bad_catalogue(drive: RunningServer, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / ".materials" / "catalogue.sqlite")) as connection, connection:
        connection.execute("UPDATE item SET sha256 = '../../../outside' WHERE path = 'c/0.txt'")
    for command in ("sync", "plan"):
        assert "error[bad_catalogue]" in run(command, status=5)
    assert not kept(tmp_path)


@pytest.mark.parametrize("name", ["doubted.json", "losses.json", "alarm.json"])
def test_nothing_waits_at_a_pipe_in_the_place_of_a_file(drive: RunningServer, world: World, tmp_path: Path, name: str) -> None:
    (tmp_path / ".materials" / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / ".materials" / name)
    world.add_file("new.txt", b"new")
    assert "1 new" in run("sync")


def test_a_pipe_in_the_place_of_the_catalogue_is_no_catalogue(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / ".materials" / "catalogue.sqlite").unlink()
    os.mkfifo(tmp_path / ".materials" / "catalogue.sqlite")
    assert "materials rebuild" in run("list", status=5)
    assert "rebuilt from its copy: 8 items" in run("sync", status=3)
    assert "no changes" in run("sync")
