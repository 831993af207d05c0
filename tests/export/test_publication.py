"""A run that changes nothing costs the same whatever else there is; what a run changes is in the manifest at once."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.archive import Archive
from materials_cli.catalogue.refusals import Connection
from materials_cli.describe.description import Description
from materials_cli.drive import wire
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.export import manifest
from materials_cli.export.entries import GAP
from materials_cli.export.rows import entry_of
from materials_cli.filenames import CSV, FEED, JSONL, SUMS
from materials_cli.store.versions import digest_of


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.setattr(wire, "_TRIES", 1)
    with start(World("Folder")) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        yield server
        assert not server.crashes


def archive(drive: RunningServer, folder: Path, count: int) -> dict[str, str]:
    """An archive of some collections, synced; return their folders on Drive by name."""
    folders = {}
    for number in range(count):
        top = folders[f"c{number}"] = drive.world.add_folder(f"Workshop {number}")
        for file in range(3):
            drive.world.add_file(f"{file}.txt", f"paper {file} of workshop {number} in {folder.name}".encode(), top)
        Archive(folder).add(top, name=f"c{number}", check=False)
    assert all(run.failure is None for run in Archive(folder).sync())
    return folders


def names(folder: Path, *, failed: bool = False) -> set[str]:
    """The paths in the manifest, of its items or of what is missing."""
    entries = map(json.loads, (folder / JSONL).read_text("utf-8").splitlines())
    return {entry["path"] for entry in entries if (entry["schema"] == GAP) is failed}


def test_a_quiet_run_costs_the_same_beside_two_others_and_beside_eight(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in steps of SQLite's machine and in files of ours that are read, so that no clock decides."""
    steps, read = 0, 0
    connect = Connection.to

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    def connected(*words: Any) -> sqlite3.Connection:
        made = connect(*words)
        made.set_progress_handler(step, 1)
        return made

    def counted(path: Path) -> str:
        nonlocal read
        read += 1
        return digest_of(path)

    costs = []
    for count in (3, 9):
        archive(drive, tmp_path / str(count), count)
        with monkeypatch.context() as here:
            here.setattr(Connection, "to", connected)
            here.setattr("materials_cli.export.own.digest_of", counted)
            runs = Archive(tmp_path / str(count)).sync()
            next(runs)
            for _ in range(2):
                steps, read = 0, 0
                assert not next(runs).counts
            costs.append((steps, read))
            list(runs)
    assert costs[1][0] - costs[0][0] < 6  # of six more collections: a statement that looks at all takes several for each
    assert costs[0][1] == costs[1][1] == 0


def test_what_changes_in_a_later_collection_is_in_the_manifest_when_its_run_has_ended(
    drive: RunningServer, tmp_path: Path
) -> None:
    folders = archive(drive, tmp_path, 5)
    drive.world.add_file("new.txt", b"new", folders["c1"])
    refused = drive.world.add_file("refused.pdf", b"%PDF-1.7", folders["c3"])
    drive.world.change(refused, downloadable=False)
    runs = Archive(tmp_path).sync()
    next(runs)
    assert "c1/new.txt" not in names(tmp_path)
    next(runs)
    assert "c1/new.txt" in names(tmp_path)
    assert "c1: 1" in (tmp_path / FEED).read_text("utf-8")
    next(runs)
    assert not names(tmp_path, failed=True)
    next(runs)
    assert names(tmp_path, failed=True) == {"c3/refused.pdf"}
    next(runs)
    drive.world.change(refused, downloadable=True)
    runs = Archive(tmp_path).sync()
    for _ in range(3):
        next(runs)
    assert names(tmp_path, failed=True) == {"c3/refused.pdf"}
    assert not next(runs).failures
    assert not names(tmp_path, failed=True)
    assert "c3/refused.pdf" in names(tmp_path)
    list(runs)


def test_only_the_lines_of_a_collection_that_changed_are_made_anew(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = archive(drive, tmp_path, 4)
    made: list[str] = []
    sound = entry_of

    def counted(one: Description) -> dict[str, Any]:
        made.append(one.item.path)
        return sound(one)

    monkeypatch.setattr(manifest, "entry_of", counted)
    for name in ("c1", "c3"):
        drive.world.add_file("new.txt", f"new in {name}".encode(), folders[name])
    list(Archive(tmp_path).sync())
    everything = [f"c{collection}/{file}.txt" for collection in range(4) for file in (0, 1, 2)]
    assert sorted(made[:13]) == sorted([*everything, "c1/new.txt"])
    assert made[13:] == ["c3/0.txt", "c3/1.txt", "c3/2.txt", "c3/new.txt"]
    assert names(tmp_path) == {*everything, "c1/new.txt", "c3/new.txt"}


def test_a_failure_that_goes_without_any_other_change_leaves_the_manifest(drive: RunningServer, tmp_path: Path) -> None:
    folders = archive(drive, tmp_path, 2)
    refused = drive.world.add_file("refused.pdf", b"%PDF-1.7", folders["c1"])
    drive.world.change(refused, downloadable=False)
    assert [len(run.failures) for run in Archive(tmp_path).sync()] == [0, 1]
    assert names(tmp_path, failed=True) == {"c1/refused.pdf"}
    drive.world.trash(refused)
    assert [len(run.failures) for run in Archive(tmp_path).sync()] == [0, 0]
    assert not names(tmp_path, failed=True)


@pytest.mark.parametrize("name", [JSONL, CSV, SUMS, FEED])
def test_what_somebody_does_to_our_files_between_two_runs_of_a_sync_is_put_right_by_the_next(
    name: str, drive: RunningServer, tmp_path: Path
) -> None:
    archive(drive, tmp_path, 3)
    before = (tmp_path / name).read_bytes()
    runs = Archive(tmp_path).sync()
    next(runs)
    (tmp_path / name).write_bytes(b"something else\n")
    next(runs)
    assert (tmp_path / name).read_bytes() == before
    list(runs)


def test_a_correction_is_taken_in_by_the_first_run_of_a_sync(drive: RunningServer, tmp_path: Path) -> None:
    archive(drive, tmp_path, 3)
    entries = map(json.loads, (tmp_path / JSONL).read_text("utf-8").splitlines())
    (item,) = (entry for entry in entries if entry["path"] == "c2/0.txt")
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "any.toml").write_text(f'id = "{item["id"]}"\ntitle = "Corrected"\n', "utf-8")
    runs = Archive(tmp_path).sync()
    next(runs)
    assert "Corrected" in (tmp_path / JSONL).read_text("utf-8")
    list(runs)
