"""Conflicting paths in the mirror: swapped names, folders and files with one name, the user's own files."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.model import Listing, RemoteFile, RemoteFolder
from materials_cli.store.names import local_paths
from support.small_drive import BYTES, PPTX, mirror, run, sums_hold


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.chdir(tmp_path)
    with start(World("Folder")) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", server.world.root, "--name", "c", "--no-check")
        yield server


def versions(top: Path) -> list[Path]:
    return [path for path in (top / ".materials" / "versions").rglob("*") if path.is_file()]


def aside(top: Path) -> list[bytes]:
    return [path.read_bytes() for path in (top / ".materials" / "aside").rglob("*") if path.is_file()]


def test_files_can_each_take_the_name_of_the_next(drive: RunningServer, tmp_path: Path) -> None:
    files = {name: drive.world.add_file(f"{name}.txt", name.encode()) for name in "abc"}
    run("sync")
    before = drive.count(*BYTES)
    for name, following in ("cd", "bc", "ab"):
        drive.world.rename(files[name], f"{following}.txt")
    assert "3 renamed or moved" in run("sync")
    assert mirror(tmp_path) == {"b.txt": b"a", "c.txt": b"b", "d.txt": b"c"}
    assert drive.count(*BYTES) == before
    assert sums_hold(tmp_path)
    assert not aside(tmp_path)


def test_a_folder_and_a_file_can_take_each_others_name(drive: RunningServer, tmp_path: Path) -> None:
    folder, file = drive.world.add_folder("x"), drive.world.add_file("y", b"a file")
    drive.world.add_file("inner.txt", b"inside", folder)
    run("sync")
    before = drive.count(*BYTES)
    drive.world.rename(folder, "y")
    drive.world.rename(file, "x")
    run("sync")
    assert mirror(tmp_path) == {"x": b"a file", "y/inner.txt": b"inside"}
    assert drive.count(*BYTES) == before
    assert "no changes" in run("sync")


def test_two_folders_can_swap_their_names(drive: RunningServer, tmp_path: Path) -> None:
    one, other = drive.world.add_folder("one"), drive.world.add_folder("other")
    for folder in (one, other):
        drive.world.add_file("same name.txt", folder.encode(), folder)
    run("sync")
    drive.world.rename(one, "other")
    drive.world.rename(other, "one")
    run("sync")
    assert mirror(tmp_path) == {"other/same name.txt": one.encode(), "one/same name.txt": other.encode()}
    assert not versions(tmp_path)


def test_files_with_the_same_bytes_can_swap_their_names(drive: RunningServer, tmp_path: Path) -> None:
    files = {name: drive.world.add_file(name, b"same") for name in ("a", "b", "c", "old")}
    run("sync")
    drive.world.rename(files["a"], "b")
    drive.world.rename(files["b"], "a")
    run("sync")
    assert mirror(tmp_path) == dict.fromkeys(files, b"same")
    assert not versions(tmp_path)
    drive.world.trash(files["old"])
    drive.world.rename(files["a"], "a")
    drive.world.rename(files["b"], "b")
    run("sync")
    assert mirror(tmp_path) == dict.fromkeys("abc", b"same")
    assert len(versions(tmp_path)) == 1
    assert sums_hold(tmp_path)


def test_a_file_never_replaces_a_folder_whose_items_are_held_back(drive: RunningServer, tmp_path: Path) -> None:
    folder = drive.world.add_folder("talks")
    kept = drive.world.add_file("talk.txt", b"kept", folder)
    run("sync")
    drive.world.delete(kept)
    drive.world.delete(folder)
    drive.world.add_file("talks", b"another")
    drive.faults.add(Fault(operation="get", target=kept, status=403, reason="insufficientFilePermissions", times=None))
    run("sync")
    assert (tmp_path / "c" / "talks" / "talk.txt").read_bytes() == b"kept"
    assert sums_hold(tmp_path)
    run("sync")
    assert mirror(tmp_path) == {"talks": b"another"}


@pytest.mark.parametrize("inside", [True, False])
def test_the_users_files_are_moved_aside(drive: RunningServer, tmp_path: Path, inside: bool) -> None:
    drive.world.add_file("talk.txt", b"talk", drive.world.add_folder("day"))
    moved = drive.world.add_file("other.txt", b"other")
    run("sync")
    place = tmp_path / "c" / ("day/talk.txt" if inside else "day")
    (tmp_path / "c" / "day" / "talk.txt").unlink()
    if inside:
        place.mkdir()
        (place / "mine").write_bytes(b"mine")
    else:
        place.rmdir()
        place.write_bytes(b"mine")
    (tmp_path / "c" / "other.txt").unlink()
    (tmp_path / "c" / "other.txt").mkdir()
    drive.world.rename(moved, "renamed.txt")
    run("sync")
    assert mirror(tmp_path)["day/talk.txt"] == b"talk"
    assert aside(tmp_path) == [b"mine"]
    run("sync")
    assert mirror(tmp_path)["renamed.txt"] == b"other"
    assert sums_hold(tmp_path)


def test_a_file_replaced_by_a_folder_can_be_withdrawn(drive: RunningServer, tmp_path: Path) -> None:
    file = drive.world.add_file("talk.txt", b"talk")
    drive.world.add_file("other.txt", b"other")
    run("sync")
    (tmp_path / "c" / "talk.txt").unlink()
    (tmp_path / "c" / "talk.txt").mkdir()
    drive.world.trash(file)
    assert "its file was already missing from this disk" in run("sync")
    assert mirror(tmp_path) == {"other.txt": b"other"}


def test_a_dangling_shortcut_keeps_its_path_and_a_missing_file_is_not_reported_as_held(
    drive: RunningServer, tmp_path: Path
) -> None:
    outside = drive.world.add_folder("outside")
    target = drive.world.add_file("target.txt", b"target", outside)
    shortcut = drive.world.add_shortcut("talk.txt", target)
    run("sync")
    drive.world.unshare(target)
    drive.world.rename(shortcut, "renamed.txt")
    drive.world.add_file("talk.txt", b"another talk")
    run("sync")
    found = mirror(tmp_path)
    assert found.pop("talk.txt") == b"target"
    assert list(found.values()) == [b"another talk"]
    assert sums_hold(tmp_path)
    (tmp_path / "c" / "talk.txt").unlink()
    assert "1 withdrawn" in run("sync")
    assert sums_hold(tmp_path)
    run("sync")
    assert mirror(tmp_path) == {"talk.txt": b"another talk"}


def test_a_renamed_google_document_is_moved_and_not_exported_again(drive: RunningServer, tmp_path: Path) -> None:
    package = (Path(__file__).parents[2] / "src/materials_cli/emulator/sample/google-slides.pptx").read_bytes()
    deck = drive.world.add_native("Deck", "presentation", {PPTX: export_of(package)})
    run("sync")
    before = (tmp_path / "c" / "Deck.pptx").read_bytes()
    drive.world.rename(deck, "Slides")
    run("sync")
    assert mirror(tmp_path) == {"Slides.pptx": before}
    assert not versions(tmp_path)


def test_a_folder_listed_twice_while_it_is_moved_has_one_path() -> None:
    root = RemoteFolder(id="r", name="", parent=None)
    folders = [RemoteFolder(id=a, name=a, parent=b) for a, b in (("f", "r"), ("g", "f"), ("g", "r"), ("f", "g"))]
    files = [RemoteFile(id="1", drive_id="1", name="one", parent="f"), RemoteFile(id="2", drive_id="2", name="two", parent="g")]
    assert local_paths(Listing(root, tuple(folders), tuple(files)), "c") == {"1": "c/f/one", "2": "c/g/two"}


def test_a_run_killed_between_moves_is_repaired(drive: RunningServer, tmp_path: Path) -> None:
    files = {name: drive.world.add_file(f"{name}.txt", name.encode()) for name in "ab"}
    run("sync")
    for name, following in ("bc", "ab"):
        drive.world.rename(files[name], f"{following}.txt")
    # What a kill between the rename and its row leaves.
    (tmp_path / "c" / "b.txt").rename(tmp_path / "c" / "c.txt")
    (tmp_path / ".materials" / "intended.json").write_text(json.dumps(["c/b.txt", "c/c.txt"]), "utf-8")
    run("sync")
    assert mirror(tmp_path) == {"b.txt": b"a", "c.txt": b"b"}
    assert sums_hold(tmp_path)
    assert not versions(tmp_path)


def test_a_run_killed_during_a_swap_is_repaired_even_if_the_files_look_alike(drive: RunningServer, tmp_path: Path) -> None:
    files = {name: drive.world.add_file(name, name.encode()) for name in "ab"}
    drive.world.change(files["b"], modified=drive.world.nodes[files["a"]].modified)
    run("sync")
    drive.world.rename(files["a"], "b")
    drive.world.rename(files["b"], "a")
    # What a kill leaves when one file is at its new place and the other still on its way.
    kept = tmp_path / ".materials" / "versions" / hashlib.sha256(b"b").hexdigest()[:2] / hashlib.sha256(b"b").hexdigest()
    kept.parent.mkdir()
    (tmp_path / "c" / "b").rename(kept)
    (tmp_path / "c" / "a").rename(tmp_path / "c" / "b")
    (tmp_path / ".materials" / "intended.json").write_text(json.dumps(["c/a", "c/b"]), "utf-8")
    before = drive.count(*BYTES)
    run("sync")
    assert mirror(tmp_path) == {"a": b"b", "b": b"a"}
    assert sums_hold(tmp_path)
    assert not aside(tmp_path)
    assert drive.count(*BYTES) == before
    assert "no changes" in run("sync")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other limits")
def test_a_path_too_long_for_the_disk_affects_only_its_file(drive: RunningServer, tmp_path: Path) -> None:
    folder = drive.world.root
    for _ in range(30):
        folder = drive.world.add_folder("long " * 40, folder)
    drive.world.add_file("deep.txt", b"deep", folder)
    moved = drive.world.add_file("moved.txt", b"moved")
    drive.world.add_file("talk.txt", b"talk")
    for _ in range(2):
        assert "path is too long" in run("sync", status=3)
        assert mirror(tmp_path) == {"talk.txt": b"talk", "moved.txt": b"moved"}
    drive.world.move(moved, folder)
    drive.world.add_file("next.txt", b"next")
    assert "path is too long" in run("sync", status=3)
    assert mirror(tmp_path) == {"talk.txt": b"talk", "moved.txt": b"moved", "next.txt": b"next"}
    assert sums_hold(tmp_path)


def test_a_file_in_place_of_a_folder_is_moved_aside_once(drive: RunningServer, tmp_path: Path) -> None:
    folder, bin_ = drive.world.add_folder("day"), drive.world.add_folder("bin")
    for number in range(40):
        for place in (folder, bin_):
            drive.world.add_file(f"{number}.txt", b"%d" % number, place)
    run("sync")
    drive.world.trash(bin_)
    run("sync", "--accept-withdrawals")
    for path in (tmp_path / "c" / "day").iterdir():
        path.unlink()
    (tmp_path / "c" / "day").rmdir()
    (tmp_path / "c" / "day").write_bytes(b"mine")
    before = drive.count(*BYTES)
    assert "40 restored" in run("sync")
    assert drive.count(*BYTES) == before
    assert aside(tmp_path) == [b"mine"]
