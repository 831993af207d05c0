"""Access that is lost, wholly or in part: nothing is withdrawn, and a person is told what to ask the owner."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.small_drive import mirror, node, run, served
from support.synced import sync_first


@pytest.fixture
def world() -> World:
    made = World("Folder")
    day = made.add_folder("Day")
    deep = made.add_folder("Deep", day)
    for number in range(12):
        made.add_file(f"{number}.txt", b"%d" % number)
    for number in range(3):
        made.add_file(f"deep {number}.txt", b"deep %d" % number, deep)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server:
        sync_first(world, tmp_path)
        yield server


def empty(world: World, folder: str) -> Fault:
    """What a list says of a folder that exists and is not shared any more."""
    return Fault(operation="list", target=folder, omit=frozenset(n.id for n in world.children(folder)), times=None)


def refused(operation: str, target: str | None, status: int) -> Fault:
    reason = {404: "notFound", 403: "insufficientFilePermissions"}[status]
    return Fault(operation=operation, target=target, status=status, reason=reason, times=None)


@pytest.mark.parametrize("operation", ["get", "list"])
@pytest.mark.parametrize("status", [403, 404])
def test_the_whole_folder_is_refused(drive: RunningServer, world: World, tmp_path: Path, operation: str, status: int) -> None:
    drive.faults.add(refused(operation, world.root, status))
    assert "ask the owner" in run("sync", status=4).lower()
    assert len(mirror(tmp_path)) == 15


def test_a_page_of_the_list_that_is_refused_withdraws_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.page_cap = 5
    world.trash(node(world, "0.txt"))
    drive.faults.add(Fault(operation="list", target=world.root, skip=1, status=400, reason="invalid"))
    told = run("sync", status=3)
    assert "could not be listed" in told
    assert "incomplete" in told
    assert len(mirror(tmp_path)) == 15


def test_the_whole_folder_is_closed_between_the_question_and_the_list(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    drive.faults.add(empty(world, world.root), Fault(operation="get", target=world.root, skip=1, status=404, reason="notFound"))
    assert "ask the owner" in run("sync", status=4).lower()
    assert len(mirror(tmp_path)) == 15


@pytest.mark.parametrize("folder", ["Deep", "Day"])
def test_a_folder_down_in_the_tree_that_may_not_be_looked_into_keeps_what_it_held(
    drive: RunningServer, world: World, tmp_path: Path, folder: str
) -> None:
    closed = node(world, folder)
    gone = [refused("get", n.id, 404) for n in world.nodes.values() if n.name.startswith("deep")]
    drive.faults.add(empty(world, closed), refused("get", closed, 404), *gone)
    world.trash(node(world, "0.txt"))
    for _ in range(2):
        told = run("sync", status=3)
        assert f"{folder}” cannot be listed" in told
        assert "Ask the owner" in told
    assert len([path for path in mirror(tmp_path) if "deep" in path]) == 3
    assert "0.txt" not in mirror(tmp_path)
    assert "3 withdrawn" in run("sync", "--accept-withdrawals", status=3)


def test_a_folder_whose_content_is_limited_keeps_what_it_held(drive: RunningServer, world: World, tmp_path: Path) -> None:
    """Drive's folders of limited access are shown to all, and are empty to most."""
    deep = node(world, "Deep")
    for child in world.children(deep):
        world.unshare(child.id)
    world.change(deep, listable=False)
    assert "Deep” cannot be listed" in run("sync", status=3)
    assert len(mirror(tmp_path)) == 15


def test_a_limited_folder_of_which_nothing_is_held_is_named_everywhere(drive: RunningServer, world: World) -> None:
    """Nothing of it was ever seen, so nothing is missing, and yet not all of the folder is here."""
    inner = world.add_folder("For members", node(world, "Day"))
    world.change(inner, listable=False)
    world.trash(node(world, "0.txt"))
    assert "1 withdrawn" in run("sync", "--accept-withdrawals", status=3)
    for command in (("sync",), ("plan",), ("status",), ("doctor",)):
        assert "Day/For members" in run(*command, status=3 if command == ("sync",) else 0)


def test_the_whole_folder_is_limited(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for child in world.children(world.root):
        world.unshare(child.id)
    world.change(world.root, listable=False)
    assert "ask the owner" in run("sync", status=4).lower()
    assert len(mirror(tmp_path)) == 15
    run("sync", "--accept-withdrawals")
    assert mirror(tmp_path) == {}


def test_a_folder_that_was_emptied_is_emptied_here(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for child in world.children(node(world, "Deep")):
        world.trash(child.id)
    assert "3 withdrawn" in run("sync")
    assert len(mirror(tmp_path)) == 12
    assert "no changes" in run("sync")


def test_more_than_a_quarter_is_not_believed_and_a_single_file_is(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for number in range(4):
        world.trash(node(world, f"{number}.txt"))
    assert "4 of 15 items are no longer listed" in run("sync", status=3)
    assert len(mirror(tmp_path)) == 15
    world.restore(node(world, "0.txt"))
    assert "3 withdrawn" in run("sync")
    assert len(mirror(tmp_path)) == 12


def test_what_came_since_makes_many_withdrawals_no_fewer(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for number in range(4):
        world.trash(node(world, f"{number}.txt"))
    for number in range(10):
        world.add_file(f"new {number}.txt", b"new")
    for _ in range(3):
        assert "4 of 15 items are no longer listed" in run("sync", status=3)
        assert len(mirror(tmp_path)) == 25
    assert "4 withdrawn" in run("sync", "--accept-withdrawals")
    assert len(mirror(tmp_path)) == 21
    assert "no changes" in run("sync")
