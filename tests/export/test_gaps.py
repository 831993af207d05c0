"""What a run could not bring is named in the manifest, for people and programs, until a run brings it."""

import csv
import json
from pathlib import Path

import pytest

from materials_cli.drive import wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export.entries import GAP
from support.small_drive import drive, kept, node, run, sums_hold, world  # noqa: F401 - fixtures


def failed(top: Path) -> list[dict[str, str]]:
    """The gaps of the manifest; those of the CSV are the same."""
    lines = [json.loads(line) for line in (top / "manifest.jsonl").read_text("utf-8").splitlines()]
    gaps = [line for line in lines if line["schema"] == GAP]
    with (top / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "failed"]
    assert [(row["path"], row["note"]) for row in rows] == [(gap["path"], gap["note"]) for gap in gaps]
    assert lines[len(lines) - len(gaps) :] == gaps
    assert not (top / "SHA256SUMS").stat().st_size or sums_hold(top)
    return gaps


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_TRIES", 1)


def test_a_file_that_fails_is_in_the_manifest_until_it_comes(drive: RunningServer, world: World, tmp_path: Path) -> None:
    refused = world.add_file("new.pdf", b"%PDF-1.7")
    world.change(refused, downloadable=False)
    for _ in range(2):
        run("sync", status=3)
        (gap,) = failed(tmp_path)
        assert (gap["path"], gap["id"], gap["code"]) == ("c/new.pdf", refused, "download_forbidden")
        assert "does not allow" in gap["note"]
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in ("manifest.jsonl", "manifest.csv", "SHA256SUMS")}
    run("sync", status=3)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in before} == before
    assert "match the catalogue" in run("doctor", "--offline")
    world.change(refused, downloadable=True)
    run("sync")
    assert failed(tmp_path) == []


def test_a_folder_that_is_not_shared_or_not_listed_is_named_in_the_manifest(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), status=404, reason="notFound", times=None))
    run("sync", status=3)
    (gap,) = failed(tmp_path)
    assert (gap["code"], "“Inner”" in gap["note"]) == ("folder_closed", True)
    drive.faults.clear()
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), status=500, reason="internalError", times=None))
    run("sync", status=3)
    assert any("“Inner” could not be listed" in gap["note"] for gap in failed(tmp_path))
    assert "list_incomplete" in {gap["code"] for gap in failed(tmp_path)}


def test_a_night_without_a_network_forgets_nothing_of_what_failed(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.change(world.add_file("new.pdf", b"%PDF-1.7"), downloadable=False)
    run("sync", status=3)
    drive.faults.add(Fault(operation="get", hung_up=True, times=None))
    run("sync", status=75)
    assert [gap["path"] for gap in failed(tmp_path)] == ["c/new.pdf"]


def test_a_manifest_of_failures_alone_is_ours(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for child in world.children(world.root):
        world.trash(child.id)
    world.change(world.add_file("only.pdf", b"%PDF-1.7"), downloadable=False)
    run("add", world.add_folder("Other"), "--name", "d")
    run("sync", "--accept-withdrawals", status=3)
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(gap) + "\n" for gap in failed(tmp_path)), "utf-8")
    run("sync", status=3)
    assert not (tmp_path / ".materials" / "aside").exists()


def test_what_failed_goes_with_its_collection(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.change(world.add_file("new.pdf", b"%PDF-1.7"), downloadable=False)
    run("sync", status=3)
    run("collection", "rename", "c", "d")
    assert [gap["path"] for gap in failed(tmp_path)] == ["d/new.pdf"]
    assert " new.pdf: " in run("status")
    assert "new.pdf" in run("changes", "--collection", "d")
    run("collection", "remove", "d", "--yes")
    assert failed(tmp_path) == []
    (apart,) = (tmp_path / "removed collections").iterdir()
    assert [gap["path"] for gap in failed(apart)] == ["d/new.pdf"]
