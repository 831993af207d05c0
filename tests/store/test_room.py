"""A disk with too little room: what fits is taken, some stays free, and the run says so and ends with 6."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.store.space import room
from support.command import data
from support.law_model import deck
from support.small_disk import MEGABYTE, disk, drive  # noqa: F401 - fixtures
from support.small_drive import items, mirror, node, run, sums_hold


def tells_the_truth(disk: Path) -> bool:
    """Whether every item of the catalogue has exactly its bytes."""
    held = {path.relative_to(disk).as_posix(): path.read_bytes() for path in (disk / "c").rglob("*") if path.is_file()}
    return all(hashlib.sha256(held[item["path"]]).hexdigest() == item["sha256"] for item in items().values())


def test_what_fits_is_taken_in_the_order_of_the_plan(drive: RunningServer, disk: Path) -> None:
    for number in range(20):
        drive.world.add_file(f"{number:02}.bin", os.urandom(MEGABYTE // 2))
    assert "It does not fit on this disk" in run("add", drive.world.root, "--name", "c")
    assert "No room on this disk for " in run("plan")
    (planned,) = data("plan")["items"]
    assert planned["no_room"]
    before = drive.count("media")
    shown = run("sync", status=6)
    assert "error[disk_full]: No room on this disk for " in shown
    taken = [action["path"].removeprefix("c/") for action in planned["actions"]]
    assert drive.count("media") - before == len(mirror(disk)) >= len(taken) - 1 > 0
    assert sorted(mirror(disk)) in (sorted(taken), sorted(taken)[:-1])  # the catalogue grows, too
    assert room(disk) < MEGABYTE
    assert shutil.disk_usage(disk).free > MEGABYTE // 5
    assert sums_hold(disk)
    subprocess.run(["mount", "-o", "remount,size=32m", disk], check=True)
    run("sync")
    assert len(mirror(disk)) == 20
    assert drive.count("media") - before == 20


def test_where_no_sizes_are_known_the_disk_is_looked_at_before_each_file(
    drive: RunningServer, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    subprocess.run(["mount", "-o", "remount,size=32m", disk], check=True)
    for number in range(80):
        drive.world.add_file(f"{number}.bin", os.urandom(MEGABYTE // 2))
    run("add", drive.world.root, "--name", "c")
    assert "No room on this disk for " in run("sync", status=6)
    assert 30 < len(mirror(disk)) < 64
    assert shutil.disk_usage(disk).free > MEGABYTE // 2
    assert sums_hold(disk)
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    run("sync")
    assert len(mirror(disk)) == 80


def test_what_changed_but_does_not_fit_keeps_its_bytes_and_follows_its_name(drive: RunningServer, disk: Path) -> None:
    held = drive.world.add_file("talk.bin", b"small")
    drive.world.add_file("other.bin", b"other")
    run("add", drive.world.root, "--name", "c")
    run("sync")
    drive.world.edit(held, os.urandom(9 * MEGABYTE))
    drive.world.rename(held, "renamed.bin")
    drive.world.add_file("talk.bin", b"another")
    assert "No room" in run("sync", status=6)
    assert mirror(disk) == {"renamed.bin": b"small", "talk.bin": b"another", "other.bin": b"other"}
    assert sums_hold(disk)
    assert not (disk / ".materials" / "aside").exists()
    drive.world.edit(held, b"small again")
    run("sync")
    assert mirror(disk)["renamed.bin"] == b"small again"


@pytest.mark.parametrize("free", range(20))
def test_a_disk_that_fills_up_never_has_a_row_without_its_bytes(drive: RunningServer, disk: Path, free: int) -> None:
    """Something else fills the disk, down to some kilobytes, so that the run meets its very end."""
    for number in range(8):
        drive.world.add_file(f"{number}.bin", os.urandom(20_000 + number))
    drive.world.add_native("Deck", "presentation", deck(b"words"))  # type: ignore[arg-type]
    run("add", drive.world.root, "--name", "c", "--no-check")
    run("sync")
    for number in range(8):
        drive.world.edit(node(drive.world, f"{number}.bin"), os.urandom(20_000 + number))
    drive.world.add_file("new.bin", os.urandom(20_000))
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(shutil.disk_usage(disk).free - free * 24 * 1024, 1))
    run("sync", status=6)
    ballast.unlink()
    assert tells_the_truth(disk)
    run("sync")
    assert tells_the_truth(disk)
    assert sums_hold(disk)
