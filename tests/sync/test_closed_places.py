"""A folder of the mirror that may not be entered or changed on this computer costs only what is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import BYTES, items, kept, mirror, node, run, served, sums_hold
from support.unprivileged import unprivileged

DENIED, UNWRITABLE = 0, 0o500


@pytest.fixture
def world() -> World:
    made = World("Folder")
    for name in ("One", "Two"):
        folder = made.add_folder(name)
        for number in range(3):
            made.add_file(f"{name} {number}.txt", f"harbour {name} {number}".encode(), folder)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server, unprivileged():
        run("add", world.root, "--name", "c", "--no-check")
        run("add", node(world, "Two"), "--name", "d", "--no-check")
        run("sync")
        yield server


@contextmanager
def closed(folder: Path, mode: int) -> Iterator[None]:
    folder.chmod(mode)
    try:
        yield
    finally:
        folder.chmod(0o755)


def settled(world: World, tmp_path: Path) -> bool:
    """Whether the mirror equals the folder, nothing was set aside, and another run does nothing."""
    files = sorted(
        each.data for each in world.nodes.values() if each.parent and not each.trashed and isinstance(each.data, bytes)
    )
    return (
        sorted(mirror(tmp_path).values()) == files
        and sums_hold(tmp_path)
        and not (tmp_path / ".materials" / "aside").exists()
        and "no changes" in run("sync")
    )


def test_a_folder_that_may_not_be_entered_costs_only_itself(drive: RunningServer, world: World, tmp_path: Path) -> None:
    before = mirror(tmp_path)
    world._clock += timedelta(days=1)
    world.edit(node(world, "One 0.txt"), b"edited behind the closed door")
    world.trash(node(world, "One 1.txt"))
    world.rename(node(world, "One 2.txt"), "renamed there.txt")
    world.add_file("One new.txt", b"new there", node(world, "One"))
    world.edit(node(world, "Two 0.txt"), b"edited elsewhere")
    world.rename(node(world, "Two 1.txt"), "renamed elsewhere.txt")
    with closed(tmp_path / "c" / "One", DENIED):
        shown = run("sync", status=3)
        assert "“c/One” cannot be entered on this computer" in shown
        assert "c/One/One new.txt: The disk reported an error: Permission denied." in shown
        asked = drive.count(*BYTES)
        run("sync", status=3)
        assert drive.count(*BYTES) == asked
        assert {i["path"] for i in items("c").values()} >= {"c/Two/renamed elsewhere.txt", "c/One/One 1.txt", "c/One/One 2.txt"}
        assert "1 new" in run("plan", "c")
    there = mirror(tmp_path)
    assert {path: there[path] for path in before if path.startswith("One")} == {
        path: content for path, content in before.items() if path.startswith("One")
    }
    assert there["Two/Two 0.txt"] == b"edited elsewhere"
    shown = run("sync", "c")
    assert "missing" not in shown
    assert settled(world, tmp_path)


def test_a_collection_whose_folder_may_not_be_entered_stops_no_other(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    world.edit(node(world, "Two 0.txt"), b"edited")
    with closed(tmp_path / "c", DENIED):
        assert "disk_refused" in run("sync", status=6)
        assert (tmp_path / "d" / "Two 0.txt").read_bytes() == b"edited"
    run("sync")
    assert settled(world, tmp_path)


@pytest.mark.parametrize("also_edited", [["One 0.txt"], ["Two 0.txt"], ["One 0.txt", "Two 0.txt"], []])
def test_who_cannot_leave_a_place_in_a_swap_keeps_it_and_so_do_the_others(
    drive: RunningServer, world: World, tmp_path: Path, also_edited: list[str]
) -> None:
    """Names go round through a folder that may be read, but not changed; new content comes to where its item is."""
    world._clock += timedelta(days=1)
    one, two, three = (node(world, name) for name in ("One 0.txt", "Two 0.txt", "Two 1.txt"))
    for name in also_edited:
        world.edit(node(world, name), f"new content of {name}".encode())
    for this, folder, name in ((one, "Two", "Two 0.txt"), (two, "Two", "Two 1.txt"), (three, "One", "One 0.txt")):
        world.move(this, node(world, folder))
        world.rename(this, name)
    with closed(tmp_path / "c" / "One", UNWRITABLE):
        shown = run("sync", "c", status=3)
        assert "The disk reported an error: Permission denied." in shown
        there = mirror(tmp_path)
        assert there["One/One 0.txt"] == b"harbour One 0"
        edited = b"new content of Two 0.txt"
        assert there["Two/Two 0.txt"] == (edited if "Two 0.txt" in also_edited else b"harbour Two 0")
        assert there["Two/Two 1.txt"] == b"harbour Two 1"
        assert len(kept(tmp_path)) == ("Two 0.txt" in also_edited)
    run("sync")
    assert settled(world, tmp_path)
    assert "none changed" in run("history", "--check")
    assert "all present and intact" in run("verify")


def test_what_cannot_leave_its_place_is_replaced_there(drive: RunningServer, world: World, tmp_path: Path) -> None:
    """It is moved on Drive, and edited, but its old folder or its new one may not be changed."""
    for old, new, name in (("One", "Two", "One 0.txt"), ("Two", "One", "Two 0.txt")):
        world._clock += timedelta(days=1)
        moving = node(world, name)
        world.edit(moving, f"edited and moved to {new}".encode())
        world.move(moving, node(world, new))
        with closed(tmp_path / "c" / "One", UNWRITABLE):
            run("sync", "c", status=3)
            assert not (tmp_path / "c" / new / name).exists()
            assert (tmp_path / "c" / old / name).read_bytes()
        run("sync")
        assert settled(world, tmp_path)
        assert (tmp_path / "c" / new / name).read_bytes() == f"edited and moved to {new}".encode()
