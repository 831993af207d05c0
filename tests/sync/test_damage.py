"""Damage on the disk is called damage, not an edit, and is brought back from versions or Drive."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.extract.formats import extract
from materials_cli.extract.pool import Pool
from support.small_drive import BYTES, drive, kept, mirror, node, run, sums_hold, world  # noqa: F401 - fixtures

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions as POSIX has them")


def as_it_was(path: Path, content: bytes) -> None:
    """Other bytes, as a failing disk has them: with the old time."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[None]:
    """To root every file is readable: the archive is another user's for a while."""
    if os.geteuid():
        yield
        return
    modes = {folder: folder.stat().st_mode for folder in tmp_path.parents if not folder.stat().st_mode & 0o001}
    for folder in modes:
        folder.chmod(0o755)
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    yield
    os.seteuid(0)
    for folder, mode in modes.items():
        folder.chmod(mode)


@pytest.mark.parametrize("check", [("verify",), ("doctor", "--offline", "--fix")])
def test_bytes_that_changed_while_nobody_edited_them_are_damage(
    drive: RunningServer, tmp_path: Path, check: tuple[str, ...]
) -> None:
    damaged = tmp_path / "c" / "0.txt"
    as_it_was(damaged, b"file number X")
    before = drive.count(*BYTES)
    assert "no changes" in run("sync")
    assert "DAMAGED" in run(*check, status=5 if check == ("verify",) else 3)
    shown = run("sync")
    assert "c/0.txt: damaged on this disk; the damaged file was moved to .materials/aside/" in shown
    assert "edited" not in shown
    assert mirror(tmp_path)["0.txt"] == b"file number 0"
    assert drive.count(*BYTES) == before + 1
    assert "damaged" in run("history", "0.txt")
    run("verify")
    assert "no changes" in run("sync")
    assert drive.count(*BYTES) == before + 1


def test_a_file_cut_short_with_its_old_time_is_damage(drive: RunningServer, tmp_path: Path) -> None:
    as_it_was(tmp_path / "c" / "0.txt", b"file")
    assert "damaged on this disk" in run("plan")
    assert "c/0.txt: damaged on this disk" in run("sync")
    assert sums_hold(tmp_path)


def test_an_edit_is_still_called_an_edit(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "c" / "0.txt").write_bytes(b"my own notes")
    os.utime(tmp_path / "c" / "0.txt")
    shown = run("sync")
    assert "c/0.txt: edited locally" in shown
    assert "damaged" not in shown


def test_what_is_kept_in_versions_needs_no_download(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.trash(world.add_file("copy.txt", b"file number 0"))
    world.add_file("again.txt", b"file number 0")
    run("sync")
    world.trash(node(world, "again.txt"))
    run("sync")
    assert kept(tmp_path)
    as_it_was(tmp_path / "c" / "0.txt", b"file")
    before = drive.count(*BYTES)
    assert "damaged on this disk" in run("sync")
    assert mirror(tmp_path)["0.txt"] == b"file number 0"
    assert drive.count(*BYTES) == before
    assert kept(tmp_path)
    run("verify")


@pytest.mark.parametrize(
    "happens", [lambda world, item: world.trash(item), lambda world, item: world.edit(item, b"newer bytes")]
)
def test_damage_to_what_changed_on_drive_is_told_too(
    drive: RunningServer, world: World, tmp_path: Path, happens: Callable[[World, str], object]
) -> None:
    as_it_was(tmp_path / "c" / "0.txt", b"file")
    happens(world, node(world, "0.txt"))
    assert "damaged on this disk" in run("sync")
    assert mirror(tmp_path).get("0.txt", b"newer bytes") == b"newer bytes"
    assert sums_hold(tmp_path)


def test_damage_that_cannot_be_mended_today_is_looked_at_again(drive: RunningServer, world: World, tmp_path: Path) -> None:
    as_it_was(tmp_path / "c" / "0.txt", b"file number X")
    run("verify", status=5)
    world.change(node(world, "0.txt"), downloadable=False)
    run("sync", status=3)
    world.change(node(world, "0.txt"), downloadable=True)
    run("sync")
    assert mirror(tmp_path)["0.txt"] == b"file number 0"


@POSIX
def test_a_file_that_cannot_be_read_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A child would need more permissions.
    monkeypatch.setattr(Pool, "extract", lambda _, path, name: extract(path, name))
    unreadable = tmp_path / "c" / "0.txt"
    unreadable.touch()
    unreadable.chmod(0)
    world.add_file("new.txt", b"new")
    assert "c/0.txt: damaged on this disk" in run("sync")
    assert mirror(tmp_path)["0.txt"] == b"file number 0"
    assert mirror(tmp_path)["new.txt"] == b"new"
    assert sums_hold(tmp_path)
