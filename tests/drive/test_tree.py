"""Each Drive folder stands once in a collection, at a place that neither the order of answers nor another shortcut moves."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.drive.tree import Contents, Link, Tree
from materials_cli.drive.wire import Wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.model import RemoteFile, RemoteFolder
from support.small_drive import mirror, node, run

ROOT = RemoteFolder(id="0", name="top", parent=None)


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Contents]:
    """Folders with at most one true parent, a file each, and shortcuts from anywhere to anywhere."""
    size = draw(st.integers(1, 8))
    contents = {str(n): Contents([RemoteFile(id=f"f{n}", drive_id=f"f{n}", name="file", parent="")]) for n in range(size)}
    for number in range(1, size):
        parent = draw(st.none() | st.integers(0, number - 1))
        if parent is not None:
            contents[str(parent)].folders.append(Link(str(number), draw(st.sampled_from("ab")), None, str(number)))
    ends = st.integers(0, size - 1)
    for number, (place, target) in enumerate(draw(st.lists(st.tuples(ends, ends), max_size=10))):
        contents[str(place)].shortcuts.append(Link(f"s{number}", draw(st.sampled_from("ab")), None, str(target)))
    return {number: contents[number] for number in sorted(reachable(contents))}


def reachable(contents: dict[str, Contents]) -> set[str]:
    found, pending = {"0"}, ["0"]
    while pending:
        here = contents[pending.pop()]
        new = {link.target for link in (*here.folders, *here.shortcuts)} - found
        found |= new
        pending += new
    return found


@given(graphs(), st.randoms(use_true_random=False))
def test_every_folder_stands_once_whatever_the_order(contents: dict[str, Contents], shuffled: random.Random) -> None:
    tree = Tree(ROOT, contents)
    assert tree.places.keys() == contents.keys()
    assert len({place.folder.id for place in tree.places.values()}) == len(tree.places)
    assert sorted(file.drive_id for file in tree.files) == sorted(f"f{number}" for number in tree.places)
    assert {file.parent for file in tree.files} <= {ROOT.id, *(folder.id for folder in tree.folders)}
    for listed in contents.values():
        for links in (listed.folders, listed.shortcuts):
            shuffled.shuffle(links)
    again = Tree(ROOT, dict(shuffled.sample(sorted(contents.items()), len(contents))))
    assert (again.files, again.folders) == (tree.files, tree.folders)


@given(graphs())
def test_a_true_parent_comes_before_every_shortcut(contents: dict[str, Contents]) -> None:
    tree = Tree(ROOT, contents)
    parents = {link.target: number for number, listed in contents.items() for link in listed.folders}
    for number in tree.places.keys() & parents.keys():
        top = number
        while top in parents:
            top = parents[top]
        if top == ROOT.id:
            assert tree.places[number].above == parents[number]


@given(graphs(), graphs())
def test_what_is_held_stays_where_it_is(contents: dict[str, Contents], more: dict[str, Contents]) -> None:
    """More shortcuts to the same folders, however they are named, move no item."""
    held = {file.id for file in Tree(ROOT, contents).files}
    for number in contents.keys() & more.keys():
        known = (link for link in more[number].shortcuts if link.target in contents)
        contents[number].shortcuts += [replace(link, id=f"x{link.id}") for link in known]
    assert {file.id for file in Tree(ROOT, contents, held).files} == held


@pytest.fixture
def world() -> World:
    made = World("Folder")
    made.add_file("top.txt", b"top")
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", world.root, "--name", "c", "--no-check")
        yield server
        assert not server.crashes


def outside(world: World, name: str) -> str:
    folder = world.add_folder(name)
    world.change(folder, parent=None)
    return folder


def test_folders_that_lead_to_each_other_twice_are_listed_once(drive: RunningServer, world: World, tmp_path: Path) -> None:
    folders = [world.root, *(outside(world, f"Level {n}") for n in range(20))]
    for above, below in itertools.pairwise(folders):
        world.add_shortcut("A", below, above)
        world.add_shortcut("B", below, above)
    world.add_file("deep.txt", b"deep", folders[-1])
    run("sync")
    assert drive.count("list") == len(folders)
    assert drive.count("get") < 2 * len(folders)
    assert mirror(tmp_path) == {"top.txt": b"top", "A/" * 20 + "deep.txt": b"deep"}
    assert "no changes" in run("sync")


def test_where_else_a_folder_appears_is_in_the_manifest_and_shown(drive: RunningServer, world: World, tmp_path: Path) -> None:
    day = world.add_folder("Day 1")
    world.add_file("agenda.txt", b"agenda", world.add_folder("Morning", day))
    world.add_shortcut("Start here", day)
    world.add_shortcut("Up", world.root, day)
    run("sync")
    assert mirror(tmp_path).keys() == {"top.txt", "Day 1/Morning/agenda.txt"}
    rows = {row["name"]: row for row in map(json.loads, (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines())}
    assert rows["agenda.txt"]["also_at"] == ["Start here/Morning/agenda.txt"]
    assert rows["top.txt"]["also_at"] == []
    assert "Start here/Morning" in run("show", "agenda")
    world.trash(node(world, "Start here"))
    assert "1 with updated details" in run("sync")


def test_a_folder_stays_at_the_shortcut_through_which_it_is_held(drive: RunningServer, world: World, tmp_path: Path) -> None:
    shared = outside(world, "Shared")
    world.add_file("a.txt", b"a", shared)
    world.add_shortcut("Materials", shared)
    run("sync")
    before = drive.count("media")
    world.add_shortcut("Earlier in the alphabet", shared)
    assert "also" not in run("sync")
    assert mirror(tmp_path).keys() == {"top.txt", "Materials/a.txt"}
    world.trash(node(world, "Materials"))
    assert "1 new" in run("sync")
    run("sync")
    assert mirror(tmp_path).keys() == {"top.txt", "Earlier in the alphabet/a.txt"}
    assert drive.count("media") - before <= 1


def test_what_an_earlier_version_held_twice_is_kept_once(drive: RunningServer, world: World, tmp_path: Path) -> None:
    """More than a quarter of the items disappear, and every one of them is held at another place."""
    shared = outside(world, "Shared")
    for number in range(4):
        world.add_file(f"{number}.txt", b"%d" % number, shared)
    world.add_shortcut("Materials", shared)
    run("sync")
    world.change(shared, parent=world.root)
    shown = run("sync")
    assert "4 new" in shown
    assert "4 withdrawn" in shown
    assert mirror(tmp_path).keys() == {"top.txt", *(f"Shared/{number}.txt" for number in range(4))}


def test_a_folder_too_deep_to_be_listed_is_told(drive: RunningServer, world: World, tmp_path: Path) -> None:
    folder = world.root
    for _ in range(103):
        folder = world.add_folder("d", folder)
    world.add_file("deep.txt", b"deep", folder)
    assert "d/d/d” was not listed" in run("sync", status=3)
    assert "d/d/d” was not listed" in run("status")
    assert mirror(tmp_path).keys() == {"top.txt"}


def test_a_shortcut_that_cannot_be_followed_costs_no_other(drive: RunningServer, world: World, tmp_path: Path) -> None:
    good, bad = outside(world, "Good"), outside(world, "Bad")
    known = world.add_folder("Known")
    world.add_file("a.txt", b"a", good)
    for name, target in (("good", good), ("bad", bad), ("known", known)):
        world.add_shortcut(name, target)
    for target in (bad, known):
        drive.faults.add(Fault(operation="get", target=target, status=500, reason="internalError", times=None))
    shown = run("sync", status=3)
    assert "The shortcut “bad” could not be followed" in shown
    assert "known" not in shown
    assert mirror(tmp_path)["good/a.txt"] == b"a"
