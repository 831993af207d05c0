"""`materials import`: a bag becomes an archive again, byte for byte, with its history; what was changed is refused."""

import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from materials_cli.config import FILE
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.bags import ABOUT, add_awkward_files
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

DATED = {
    "bag-info.txt",
    "history.jsonl",
    "premis.xml",
    "ro-crate-metadata.json",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
}


@pytest.fixture
def top(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """An archive with awkward names, an earlier version, a withdrawn item, a correction, and settings that run something."""
    add_awkward_files(world)
    rules(tmp_path, ABOUT + '\n[notify]\ncommand = ["/bin/true"]\n')
    run("sync")
    world.edit(node(world, "1.txt"), b"another text")
    world.trash(node(world, "2.txt"))
    run("sync")
    run("sync")
    run("edit", "3.txt", "--set", "title=Corrected")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [("--versions",), (), ("--versions", "--zip")])
def test_a_bag_becomes_the_same_archive_and_the_same_bag_again(
    top: Path, drive: RunningServer, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    run("export", *options, "--to", "bag")
    run("import", "bag.zip" if "--zip" in options else "bag", "--to", "again")
    again = top / "again"
    assert contents(again / "c") == contents(top / "c")
    monkeypatch.chdir(again)
    assert "agree with the last events" in run("history", "--check")
    assert json.loads(run("status", "--json"))["items"][0]["damaged"] == 0  # what was left out is not damaged here
    assert "notify.command" in run("trust", status=2)
    assert json.loads(run("show", "3.txt", "--json"))["items"][0]["described"]["title"] == "Corrected"
    run("export", *options, "--to", "../second")
    if "--zip" in options:
        for name in ("bag", "second"):
            zipfile.ZipFile(top / f"{name}.zip").extractall(top / "opened")
    where = top / "opened" if "--zip" in options else top
    first, second = contents(where / "bag"), contents(where / "second")
    assert {name for name in first | second if first.get(name) != second.get(name)} <= {
        name for name in first if Path(name).name in DATED
    }
    histories = [(found / "data" / "history.jsonl").read_bytes().splitlines() for found in (where / "bag", where / "second")]
    assert histories[1][: len(histories[0])] == histories[0]
    run("verify")
    before = drive.count("media")
    run("sync")
    assert drive.count("media") == before


def test_a_bag_of_one_collection_has_a_history_that_holds(top: Path, world: World) -> None:
    run("add", node(world, "Inner"), "--name", "other")
    run("sync", "other")
    run("export", "other", "--to", "bag")
    assert not (top / "bag" / "data" / "c").exists()
    run("import", "bag", "--to", "again")
    assert "agree with the last events" in run("history", "--check", "--archive", "again")
    assert "[collections.c" not in (top / "again" / FILE).read_text("utf-8")


def _flip(bag: Path) -> None:
    (bag / "data" / "c" / "0.txt").write_bytes(b"X" + (bag / "data" / "c" / "0.txt").read_bytes()[1:])


def _link(bag: Path) -> None:
    (bag / "data" / "c" / "0.txt").unlink()
    (bag / "data" / "c" / "0.txt").symlink_to("/etc/passwd")


def _history(bag: Path) -> None:
    """Change the history, and all checksums with it."""
    file = bag / "data" / "history.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"outcome": "success"', b'"outcome": "failure"', 1))
    _sum_again(bag)


def _path(bag: Path) -> None:
    """Let an item lead out of the archive, with all checksums right."""
    file = bag / "data" / "manifest.jsonl"
    file.write_text(re.sub(r'"path": "c/0.txt"', '"path": "c/../../evil.txt"', file.read_text("utf-8")), "utf-8")
    _sum_again(bag)


def _sum_again(bag: Path) -> None:
    import hashlib

    for name, beside in (("manifest-sha256.txt", "data"), ("tagmanifest-sha256.txt", "")):
        lines = [line.split("  ", 1)[1] for line in (bag / name).read_text("utf-8").splitlines()]
        assert beside in lines[0]
        text = "".join(f"{hashlib.sha256((bag / each).read_bytes()).hexdigest()}  {each}\n" for each in lines)
        (bag / name).write_text(text, "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "flipped": _flip,
    "removed": lambda bag: (bag / "data" / "c" / "0.txt").unlink(),
    "added": lambda bag: (bag / "data" / "c" / "new.txt").write_bytes(b"new"),
    "link": _link,
    "device": lambda bag: os.mkfifo(bag / "data" / "pipe"),
    "history": _history,
    "path": _path,
    "tag": lambda bag: (bag / "bag-info.txt").write_bytes(b""),
}


def test_what_was_changed_on_the_way_is_refused_and_nothing_is_written(drive: RunningServer, tmp_path: Path) -> None:
    run("export", "--to", "bag")
    for name, change in CHANGES.items():
        shutil.copytree(tmp_path / "bag", tmp_path / name)
        change(tmp_path / name)
        before = contents(tmp_path)
        assert "error[bad_bag]" in run("import", name, "--to", "again", status=5), name
        assert contents(tmp_path) == before, name


def test_a_withdrawn_item_and_the_one_that_has_its_path_now_both_come_along(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    world.trash(node(world, "0.txt"))
    run("sync")
    for name, content in (("0.txt", b"another"), ("Report.pdf", b"%PDF-1 %%EOF"), ("report.PDF", b"%PDF-2 %%EOF")):
        world.add_file(name, content)
    run("sync")
    run("export", "--versions", "--to", "bag")
    run("import", "bag", "--to", "again")
    assert contents(tmp_path / "again" / "c") == contents(tmp_path / "c")
    assert len({path.lower() for path in contents(tmp_path / "c")}) == 10
    held = json.loads(run("list", "--all", "--json", "--archive", "again"))["items"]
    assert sorted(item["state"] for item in held if item["path"] == "c/0.txt") == ["held", "withdrawn"]


@pytest.mark.parametrize("other", ["c/0.txt", "c/0.TXT", "C/0.txt", "c/Inner/../0.txt"])
def test_paths_that_a_disk_could_confuse_are_refused(drive: RunningServer, tmp_path: Path, other: str) -> None:
    run("export", "--to", "bag")
    listed = tmp_path / "bag" / "data" / "manifest.jsonl"
    listed.write_text(listed.read_text("utf-8").replace('"path": "c/2.txt"', f'"path": "{other}"', 1), "utf-8")
    _sum_again(tmp_path / "bag")
    shown = run("import", "bag", "--to", "again", status=5)
    assert ("a disk could confuse" in shown) is (other.lower() == "c/0.txt" and other[0] == "c")
    assert not (tmp_path / "again").exists()


def test_a_hostile_zip_is_refused(drive: RunningServer, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("bag/data/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    entries: dict[str, tuple[zipfile.ZipInfo | str, bytes]] = {
        "out": ("bag/../../evil.txt", b"x"),
        "absolute": ("/evil.txt", b"x"),
        "drive": ("C:/evil.txt", b"x"),
        "backslash": ("bag\\..\\evil.txt", b"x"),
        "link": (link, b"/etc/passwd"),
        "bomb": ("bag/data/bomb", bytes(50_000_000)),
    }
    for name, (entry, content) in entries.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bag/bagit.txt", "BagIt-Version: 1.0\n")
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        before = set(tmp_path.iterdir())
        told = run("import", f"{name}.zip", "--to", "again", status=5)
        assert "error[bad_bag]" in told, name
        assert "VERIFY.txt" in told, name
        assert set(tmp_path.iterdir()) == before
    run("import", FILE, "--to", "again", status=2)
    run("import", "nowhere", "--to", "again", status=2)
    os.mkfifo(tmp_path / "pipe.zip")
    assert "Neither a folder nor a zip" in run("import", "pipe.zip", "--to", "again", status=2)
    assert "Neither a folder nor a zip" in run("import", "pipe.zip", "--collection", "c", status=2)


def test_a_history_is_read_line_by_line_and_a_line_without_an_end_is_refused(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", "--to", "bag")
    history = tmp_path / "bag" / "data" / "history.jsonl"
    long = json.dumps({"schema": "materials/note@1", "text": "x" * 100_000})
    history.write_text(f"{long}\n{history.read_text('utf-8')}", "utf-8")
    _sum_again(tmp_path / "bag")
    run("import", "bag", "--to", "again")
    assert "agree with the last events" in run("history", "--check", "--archive", "again")
    monkeypatch.setattr("materials_cli.custody.received.LONGEST_LINE", 99_999)
    assert "error[bad_bag]" in run("import", "bag", "--to", "once more", status=5)
    assert not (tmp_path / "once more").exists()
