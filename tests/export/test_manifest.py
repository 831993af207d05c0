"""A manifest never tells of less because a run saw less: archives that were copied without the hidden folder .materials."""

import json
import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.drive import wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.export.entries import GAP, SCHEMA, lines_of
from support.command import begin, run
from support.small_drive import sums_hold
from support.synced import made_once

FILES = ("manifest.jsonl", "manifest.csv", "SHA256SUMS")


@pytest.fixture
def world() -> World:
    """Two folders; in the first, one file has been withdrawn by the time the archive is copied."""
    made = World("Workshops")
    for name in ("one", "two"):
        folder = made.add_folder(name)
        inner = made.add_folder("Inner", folder)
        for number in range(6):
            made.add_file(f"{number}.txt", f"{name} {number}".encode(), inner if number % 2 else folder)
    return made


@pytest.fixture
def drive(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.setattr(wire, "_TRIES", 1)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        yield server
        assert not server.crashes


@pytest.fixture
def copy(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copy of an archive as a file manager makes it that shows no hidden files."""
    original, copied = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    monkeypatch.chdir(original)

    def make() -> None:
        for name in ("one", "two"):
            run("add", place(drive, name), "--name", name, "--no-check")
        gone = drive.world.add_file("Withdrawn.txt", b"withdrawn", place(drive, "one"))
        run("sync")
        drive.world.trash(gone)
        run("sync", "one")

    made_once(drive.world, original, make)
    shutil.copytree(original, copied, ignore=shutil.ignore_patterns(".*"))
    monkeypatch.chdir(copied)
    assert not (copied / ".materials").exists()
    assert len(entries(copied)) == 13
    return copied


def place(drive: RunningServer, path: str) -> str:
    """The id of what lies there on the Drive."""
    found = drive.world.root
    for name in path.split("/"):
        found = next(node.id for node in drive.world.children(found) if node.name == name)
    return found


def kept(told: str) -> list[int]:
    """How many entries a run says that it has kept, for each collection of which it says so."""
    return [int(count) for count in re.findall(r"(\d+) manifest entr\w+ that \w+ not in the catalogue w\w+ kept", told)]


def entries(archive: Path) -> dict[tuple[str, str], dict[str, Any]]:
    rows = [row for row in map(json.loads, lines(archive)) if row["schema"] != GAP]
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)
    return {(row["collection"], row["name"]): row for row in rows}


def lines(archive: Path) -> list[str]:
    return (archive / "manifest.jsonl").read_text("utf-8").splitlines()


def texts(archive: Path) -> list[bytes]:
    return [(archive / name).read_bytes() for name in FILES]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(status=401, reason="authError", times=None), 4),
        (Fault(status=403, reason="insufficientFilePermissions", times=None), 4),
        (Fault(status=404, reason="notFound", times=None), 4),
        (Fault(hung_up=True, times=None), 75),
    ],
    ids=["401", "403", "404", "hung up"],
)
def test_a_refused_run_leaves_the_manifest_as_it_is(drive: RunningServer, copy: Path, fault: Fault, status: int) -> None:
    before = texts(copy)
    drive.faults.add(fault)
    assert kept(run("sync", status=status).stderr) == [1]
    assert texts(copy) == before
    assert kept(run("sync", "--quiet", status=status).stderr) == []
    assert texts(copy) == before
    assert sums_hold(copy)


def test_a_dead_link_leaves_the_manifest_as_it_is(drive: RunningServer, copy: Path) -> None:
    before = texts(copy)
    for name in ("one", "two"):
        drive.world.delete(place(drive, name))
    run("sync", status=4)
    assert texts(copy) == before


def test_without_a_network_the_manifest_stays_as_it_is(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(copy)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", f"127.0.0.1:{bound.getsockname()[1]}")
        run("sync", status=75)
        run("sync", "--cron", status=75)
    assert texts(copy) == before


def test_a_collection_that_fails_keeps_its_entries_and_the_other_goes_on(drive: RunningServer, copy: Path) -> None:
    before = entries(copy)
    drive.world.delete(place(drive, "one"))
    drive.world.edit(place(drive, "two/0.txt"), b"other bytes")
    drive.world.add_file("new.txt", b"new", place(drive, "two"))
    assert kept(run("sync", status=4).stderr) == [1]
    after = entries(copy)
    assert {key: row for key, row in after.items() if key[0] == "one"} == {k: r for k, r in before.items() if k[0] == "one"}
    assert after["two", "0.txt"]["bytes"] == len(b"other bytes")
    assert after.keys() == before.keys() | {("two", "new.txt")}
    assert len((copy / "manifest.csv").read_text("utf-8-sig").splitlines()) == 15
    assert sums_hold(copy)


@pytest.mark.parametrize("unseen", ["top", "inner"])
def test_an_incomplete_list_takes_no_entry_away(drive: RunningServer, copy: Path, unseen: str) -> None:
    before = entries(copy)
    top, inner = place(drive, "one"), place(drive, "one/Inner")
    if unseen == "top":
        drive.faults.add(Fault(operation="list", target=top, omit=frozenset([inner]), incomplete=True, times=None))
    else:
        drive.faults.add(Fault(operation="list", target=inner, status=404, reason="notFound", times=None))
    assert kept(run("sync", "one", status=3).stderr)
    assert entries(copy).keys() == before.keys()
    assert sums_hold(copy)


def test_what_only_reads_the_copy_takes_no_entry_away(drive: RunningServer, copy: Path) -> None:
    drive.world.delete(place(drive, "one"))
    run("sync", status=4)
    before = texts(copy)
    run("index", "--all")
    assert texts(copy) == before
    (copy / "SHA256SUMS").unlink()
    run("doctor", "--offline", "--fix")
    assert texts(copy) == before


def test_a_sync_that_succeeds_takes_everything_in_once(drive: RunningServer, copy: Path) -> None:
    before, fetched = entries(copy), drive.count("media")
    drive.faults.add(Fault(status=404, reason="notFound", times=None))
    run("sync", status=4)
    drive.faults.clear()
    told = run("sync").stderr
    assert kept(told) == []
    # Its bytes lay in the hidden folder, and Drive no longer has it.
    assert entries(copy).keys() == before.keys() - {("one", "Withdrawn.txt")}
    assert sorted(p.name for p in copy.rglob("*.txt")) == sorted(row["name"] for row in entries(copy).values())
    assert not (copy / ".materials" / "aside").exists()
    assert drive.count("media") == fetched
    assert len(json.loads(run("list", "--json").stdout)["items"]) == 12
    assert sums_hold(copy)
    assert "no changes" in run("sync").stderr


def test_a_file_that_drive_no_longer_has_is_withdrawn_as_if_the_catalogue_had_never_been_away(
    drive: RunningServer, copy: Path
) -> None:
    name = ("one", "2.txt")
    before = entries(copy)[name]
    drive.world.trash(place(drive, "one/2.txt"))
    run("sync", status=3)
    after = entries(copy)[name]
    assert after["state"] == "withdrawn"
    assert (copy / after["file"]).read_bytes() == b"one 2"
    assert after["first_seen"] == before["first_seen"]
    assert sums_hold(copy)


def test_a_narrowed_sync_takes_no_entry_of_a_file_away_that_is_here(drive: RunningServer, copy: Path) -> None:
    before = entries(copy)
    run("sync", "--only", "pdf", status=3)
    assert entries(copy).keys() == before.keys() - {("one", "Withdrawn.txt")}
    assert sums_hold(copy)


def test_an_item_whose_place_was_taken_makes_room_for_it(drive: RunningServer, copy: Path) -> None:
    drive.world.trash(place(drive, "one/2.txt"))
    drive.world.add_file("2.txt", b"uploaded again", place(drive, "one"))
    run("sync", status=3)
    assert (copy / "one" / "2.txt").read_bytes() == b"uploaded again"
    states = {row["state"]: row["file"] for row in map(json.loads, lines(copy)) if row["name"] == "2.txt"}
    assert (copy / states["withdrawn"]).read_bytes() == b"one 2"
    assert sums_hold(copy)


def test_an_interrupted_run_takes_no_entry_away(drive: RunningServer, copy: Path) -> None:
    before, listed = entries(copy), drive.count("list")
    drive.faults.add(Fault(operation="list", skip=1, times=None, delay=30))
    syncing = begin("sync")
    while drive.count("list") < listed + 2:
        assert syncing.poll() is None
    os.killpg(syncing.pid, signal.SIGINT)
    _, told = syncing.communicate(timeout=300)
    assert syncing.returncode == 130, told
    assert entries(copy).keys() >= before.keys()
    assert sums_hold(copy)


ENTRY = {"schema": "materials/item@1", "collection": "one", "id": "x", "path": "one/x", "state": "held", "sha256": "0" * 64}


def test_lines_that_are_no_entries_are_dropped(drive: RunningServer, copy: Path) -> None:
    lines = ("no JSON", "[]", "null", *map(json.dumps, (ENTRY, {**ENTRY, "source": {}, "id": 1}, {"source": {}})))
    with (copy / "manifest.jsonl").open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    drive.world.delete(place(drive, "one"))
    run("sync", "one", status=4)
    assert len(entries(copy)) == 13


def test_an_entry_that_leads_out_of_the_archive_is_not_looked_for(drive: RunningServer, copy: Path) -> None:
    with (copy / "manifest.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({**ENTRY, "path": "../original/one/0.txt", "bytes": 5, "source": {}}) + "\n")
    assert "manifest.jsonl:14: not recovered" in run("sync", status=3).stderr
    assert len(entries(copy)) == 12


def test_a_line_that_no_memory_should_hold_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("materials_cli.export.entries.LONGEST_LINE", 1000)
    entry = {"schema": SCHEMA, "source": {}, "collection": "c", "id": "a", "path": "c/a", "state": "held", "sha256": "0" * 64}
    (tmp_path / "manifest.jsonl").write_text(f"{'[' * 2500}\n{json.dumps(entry)}\n", "utf-8")
    assert [*lines_of(tmp_path / "manifest.jsonl")] == [None, None, None, entry]
