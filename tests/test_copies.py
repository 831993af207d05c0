"""`materials import` of what somebody has of a Drive folder already: what is proven is taken in, and never downloaded again."""

import json
import os
import shutil
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from materials_cli.config import FILE
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support import command
from support.drive_zip import download_all, unpacked
from support.google_document import EXPORTS
from support.small_drive import BYTES, items, node, run

IN_TIME = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    """The sample workshop, with names that zips alter, twins, and forms of one letter."""
    made = sample_world()
    inner = made.add_folder("День 3: 50/50?")
    for name in (
        "a|b.txt",
        "twin.txt",
        "twin.txt",
        "Cafe\u0301.txt",
        "Caf\u00e9.txt",
        "전자정부.txt",
        " space ",
        "empty.txt",
        "CON.txt",
    ):
        made.add_file(name, b"" if name == "empty.txt" else f"{name} {len(made.nodes)}".encode(), inner)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        (tmp_path / "archive").mkdir()
        monkeypatch.chdir(tmp_path / "archive")
        yield server
        assert not server.violations
        assert not server.crashes


def downloads(drive: RunningServer) -> int:
    return sum(drive.count(way) for way in BYTES if way != "link")  # which leads to the bytes


def taken(*words: str, status: int = 0) -> dict[str, list[dict[str, Any]]]:
    """What became of the offered files, by outcome."""
    told = json.loads(command.run("import", *words, "--json", status=status).stdout)
    return {each: [row for row in told["items"] if row["outcome"] == each] for each in ("taken", "here", "left")}


def mirrored(top: Path, slug: str) -> dict[str, bytes]:
    return {str(path.relative_to(top / slug)): path.read_bytes() for path in (top / slug).rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", ["zips", "folder"])
def test_what_drive_has_in_its_own_zips_is_not_downloaded_again(
    drive: RunningServer, world: World, tmp_path: Path, form: str
) -> None:
    zips = download_all(world, tmp_path, 3)
    given = str(zips[0]) if form == "zips" else str(unpacked(zips, tmp_path / "stick"))
    found = taken(given, "--link", world.root, "--name", "c", status=0 if form == "zips" else 3)
    assert downloads(drive) == 0
    by_name = [row["path"] for row in found["taken"] if row["proof"] == "name_and_time"]
    # An unpacked Google document has nothing to prove what it is.
    assert [row["file"].rpartition("/")[2] for row in found["left"]] == (
        [] if form == "zips" else ["Summary of the working groups.pptx"]
    )
    assert len(by_name) == (form == "zips")
    run("sync")
    assert downloads(drive) == (0 if form == "zips" else 1)
    run("add", world.root, "--name", "d", "--archive", str(tmp_path / "other"))
    run("sync", "--archive", str(tmp_path / "other"))
    ours, theirs = mirrored(tmp_path / "archive", "c"), mirrored(tmp_path / "other", "d")
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] != theirs[name]} <= {
        "Day 2/Session 4 – Working groups/Summary of the working groups.pptx"
    }
    assert "agree with the last events" in run("history", "--check")
    assert "all present and intact" in run("verify")
    run("sync")
    assert {row["way"] for row in (item["retrieved"] for item in _manifest(tmp_path / "archive")) if row} >= {"copy"}
    if form == "zips":
        assert "taken from a copy" in run("history", "전자정부와")
        assert run("search", "전자정부").strip()


def _manifest(top: Path) -> list[dict[str, Any]]:
    lines = map(json.loads, (top / "manifest.jsonl").read_text("utf-8").splitlines())
    return [line for line in lines if line["schema"] == "materials/item@1"]


def test_nothing_of_a_persons_is_touched_and_what_is_not_on_drive_is_named(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    stick = unpacked(download_all(world, tmp_path), tmp_path / "stick")
    (stick / "mine.txt").write_text("my own")
    (stick / "edited.txt").write_bytes(b"twin.txt ?")
    (stick / ".DS_Store").write_text("the system's")
    (stick / "link").symlink_to("/etc/passwd")
    run("add", world.root, "--name", "c")
    place = tmp_path / "archive" / "c" / "Agenda.docx"
    place.parent.mkdir()
    place.write_text("mine, at the place of an item")
    before = {path: path.read_bytes() for path in stick.rglob("*") if path.is_file() and not path.is_symlink()}
    told = command.run("import", str(stick), "--collection", "c", status=3)
    assert {line.split("\t")[1] for line in told.stdout.splitlines()} >= {"mine.txt", "edited.txt"}
    assert ".DS_Store" not in told.stdout
    assert "link is a link or a device" in told.stderr
    assert "Next: materials sync" in told.stderr  # the form, of which nobody can have a file, needs none
    assert "Not all of it is here yet: c. Next: materials sync" in run("status")
    assert "not all of it was in the copy" in run("history")
    assert {path: path.read_bytes() for path in before} == before
    assert b"mine, at the place" in b"".join(
        p.read_bytes() for p in (tmp_path / "archive/.materials/aside").rglob("*") if p.is_file()
    )
    again = taken(str(stick), "--collection", "c", status=3)
    assert again["taken"] == []
    assert len(again["here"]) > 20
    run("sync")
    assert "Not all of it is here yet" not in run("status")
    assert taken(str(tmp_path / "archive" / "c"), "--link", world.root, status=0)["left"] == []


def test_other_content_is_never_taken_for_what_drive_has(drive: RunningServer, world: World, tmp_path: Path) -> None:
    native = node(world, "Summary of the working groups")
    zips = download_all(world, tmp_path)
    world.edit(node(world, "Concept note.pdf"), b"%PDF another %%EOF")
    world.change(native, modified=datetime(2025, 10, 31, tzinfo=UTC))  # a day before: zones differ
    found = taken(str(zips[0]), "--link", world.root, "--name", "c", status=3)
    assert sorted(row["file"].rpartition("/")[2] for row in found["left"]) == [
        "Concept note.pdf", "Summary of the working groups.pptx"
    ]  # fmt: skip
    assert "c/Concept note.pdf" not in {item["path"] for item in items().values()}
    run("sync")
    assert downloads(drive) == 2
    assert (tmp_path / "archive" / "c" / "Concept note.pdf").read_bytes() == b"%PDF another %%EOF"


def test_two_documents_of_one_name_prove_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for _ in range(2):
        world.add_native("Notes", "presentation", EXPORTS)
    zips = download_all(world, tmp_path)
    left = taken(str(zips[0]), "--link", world.root, "--name", "c", status=3)["left"]
    assert sorted(row["file"].rpartition("/")[2] for row in left) == ["Notes(1).pptx", "Notes.pptx"]


def test_without_a_checksum_name_size_and_time_decide(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for name in ("Concept note.pdf", "Participants.xlsx"):
        world.change(node(world, name), hashes=False)
    stick = unpacked(download_all(world, tmp_path), tmp_path / "stick")
    top = next(stick.iterdir())
    stated = world.nodes[node(world, "Concept note.pdf")].modified.timestamp()
    os.utime(top / "Concept note.pdf", (stated, stated))
    found = taken(str(top), "--link", world.root, "--name", "c", status=3)
    assert [row["file"] for row in found["taken"] if row["proof"] == "name_and_time"] == ["Concept note.pdf"]
    assert "Participants.xlsx" in {row["file"] for row in found["left"]}


def test_without_a_credential_the_zip_must_be_younger_than_the_file(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    world.change(node(world, "Concept note.pdf"), modified=IN_TIME)
    zips = download_all(world, tmp_path, 2)
    found = taken(str(zips[1]), "--link", world.root, "--name", "c", status=3)
    left = {row["file"].rpartition("/")[2] for row in found["left"]}
    assert {"Concept note.pdf", "Agenda.docx", "twin.txt", "twin(1).txt"} <= left
    assert all(row["proof"] == "name_and_time" for row in found["taken"])
    assert len(found["taken"]) > 10
    assert downloads(drive) == 0
    run("sync")
    rows = {row["path"]: row["retrieved"]["way"] for row in _manifest(tmp_path / "archive") if row["retrieved"]}
    assert {path for path, way in rows.items() if way == "copy"} == {row["path"] for row in found["taken"]}
    fetched = downloads(drive)
    run("sync")
    assert downloads(drive) == fetched


def test_a_zip_that_is_hostile_or_damaged_adds_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    entries: dict[str, tuple[zipfile.ZipInfo | str, bytes]] = {
        "out": ("../../evil.txt", b"x"), "absolute": ("/evil.txt", b"x"), "link": (link, b"/etc/passwd"),
        "bomb": ("bomb", bytes(50_000_000)), "backslash": ("a\\..\\..\\evil.txt", b"x"),
    }  # fmt: skip
    for name, (entry, content) in entries.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        told = run("import", str(tmp_path / f"{name}.zip"), "--link", world.root, status=5)
        assert "error[bad_bag]" in told, name
        assert "VERIFY.txt" not in told, name
        assert not (tmp_path / "archive" / FILE).exists(), name
    (whole,) = download_all(world, tmp_path)
    content = whole.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(content[: len(content) // 2])
    run("import", str(cut), "--link", world.root, status=2)
    with zipfile.ZipFile(whole) as archive:
        entry = next(entry for entry in archive.infolist() if entry.filename.endswith("Concept note.pdf"))
    at = content.index(entry.filename.encode()) + len(entry.filename.encode()) + 40
    whole.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
    left = taken(str(whole), "--link", world.root, "--name", "c", status=3)["left"]
    assert [row["message"].partition(":")[0] for row in left] == ["it cannot be read"]


def test_an_import_that_is_cut_is_finished_by_the_next_sync(drive: RunningServer, world: World, tmp_path: Path) -> None:
    from materials_cli.archive import Archive
    from materials_cli.copies import take_copy
    from materials_cli.model import Step, StepKind

    run("add", world.root, "--name", "c")
    zips = download_all(world, tmp_path)
    known = Archive(tmp_path / "archive").config.collection("c")
    done: list[Step] = []

    def cut(step: Step) -> None:
        done.append(step)
        if step.kind is StepKind.DONE and step.path.startswith("c/") and len(done) > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_copy(tmp_path / "archive", zips, lambda: known, cut)
    shutil.rmtree(tmp_path / "archive" / "c", ignore_errors=True)
    (tmp_path / "archive" / "c").mkdir()
    run("sync")
    assert "all present and intact" in run("verify")


def test_what_it_is_a_copy_of_has_to_be_said(drive: RunningServer, world: World, tmp_path: Path) -> None:
    zips = download_all(world, tmp_path)
    assert "--link LINK" in run("import", str(zips[0]), "--to", "again", status=2)
    run("add", world.root, "--name", "c")
    assert "cannot be combined" in run("import", str(zips[0]), "--collection", "c", "--to", "x", status=2)
    run("import", str(zips[0]), "--collection", "d", status=2)
    run("collection", "detach", "c")
    assert "detached" in run("import", str(zips[0]), "--link", world.root, status=2)


def test_two_copies_in_folders_of_one_name_are_told_apart(drive: RunningServer, world: World, tmp_path: Path) -> None:
    right, wrong = tmp_path / "a" / "stick", tmp_path / "b" / "stick"
    world.edit(node(world, "Concept note.pdf"), content := b"%PDF the concept %%EOF")
    for folder, held in ((right, content), (wrong, content[:-1] + b"?")):
        folder.mkdir(parents=True)
        (folder / "Concept note.pdf").write_bytes(held)
    found = taken(str(right), str(wrong), "--link", world.root, "--name", "c", status=3)
    assert [row["path"] for row in found["taken"]] == ["c/Concept note.pdf"]
    assert [row["file"] for row in found["left"]] == [f"{wrong}: Concept note.pdf"]
