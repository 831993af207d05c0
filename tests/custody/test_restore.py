"""A copy of current, earlier or withdrawn bytes outside the archive: checked, never over a file, never inside."""

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from materials_cli.archive import Archive
from materials_cli.emulator.world import World
from support.command import data, run
from support.small_drive import node, served, world  # noqa: F401 - a fixture
from support.synced import made_once, sync_first


@pytest.fixture
def archive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """0.txt had three contents, 1.txt was withdrawn; the current folder is outside the archive."""

    def make() -> None:
        sync_first(world, tmp_path)
        for content in (b"second", b"third"):
            world.edit(node(world, "0.txt"), content)
            world.rename(node(world, "0.txt"), "0.txt")
            run("sync")
        world.trash(node(world, "1.txt"))
        run("sync")

    with served(world, tmp_path, monkeypatch) as server:
        made_once(world, tmp_path, make)
        monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
        outside = tmp_path.parent / f"{tmp_path.name}-outside"
        outside.mkdir()
        monkeypatch.chdir(outside)
        yield tmp_path
        assert not server.violations


def kept(archive: Path) -> list[Path]:
    return [path for path in (archive / ".materials" / "versions").rglob("*") if path.is_file()]


def test_what_is_restored_is_a_copy_with_its_name_and_time(archive: Path) -> None:
    assert "Restored" in run("restore", "0.txt").stderr
    assert Path("0.txt").read_bytes() == b"third"
    modified = datetime.fromisoformat(data("show", "0.txt")["items"][0]["modified"])
    assert abs(Path("0.txt").stat().st_mtime - modified.timestamp()) < 1
    (row,) = data("restore", "1.txt", "--to", "new/folder")["items"]
    assert (Path(row["file"]).name, Path(row["file"]).read_bytes()) == ("1.txt", b"file number 1")
    assert run("restore", "2.txt").stdout == f"{Path('2.txt').absolute()}\n"
    assert len(kept(archive)) == 3
    assert (archive / "c" / "0.txt").read_bytes() == b"third"
    assert run("verify")


def test_a_version_is_named_as_in_diff_and_may_be_the_current_one(archive: Path) -> None:
    versions = data("show", "0.txt")["items"][0]["versions"]
    between = datetime.fromisoformat(versions[1]["fetched"]) + timedelta(milliseconds=1)
    today = f"{datetime.fromisoformat(versions[0]['fetched']).astimezone():%Y-%m-%d}"
    wanted = {
        "1": b"second", "2": b"file number 0", versions[1]["sha256"][:10]: b"file number 0",
        between.isoformat(): b"file number 0", today: b"third",
    }  # fmt: skip
    for number, (text, content) in enumerate(wanted.items()):
        run("restore", "0.txt", "--from", text, "--to", str(number))
        assert Path(str(number), "0.txt").read_bytes() == content, text
    assert "Its versions are:" in run("restore", "0.txt", "--from", "9", status=2).stderr
    assert "has never been replaced" in run("restore", "2.txt", "--from", "1", status=2).stderr
    for name in ("0.txt", "2.txt"):
        told = " ".join(run("restore", name, "--from", "2001-01-31", status=2).stderr.split())
        assert f"“{name}” was first fetched on 20" in told
        assert "the archive did not have it on “2001-01-31”" in told


def test_no_file_is_replaced_and_nothing_is_left_behind(archive: Path) -> None:
    Path("0.txt").write_text("mine")
    assert data_error("restore", "0.txt") == "file_exists"
    assert data_error("restore", "2.txt", "--to", "0.txt") == "file_exists"
    Path("1.txt").symlink_to("nowhere")
    assert data_error("restore", "1.txt") == "file_exists"
    assert (Path("0.txt").read_text(), sorted(map(str, Path().iterdir()))) == ("mine", ["0.txt", "1.txt"])


def data_error(*words: str, status: int = 2) -> str:
    shown = run(*words, status=status).stderr
    return shown.partition("error[")[2].partition("]")[0]


def test_nothing_is_restored_into_the_archive(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = archive.parent / f"{archive.name}-link"
    link.symlink_to(archive)
    for place in (archive, archive / "c", archive / "c" / "new", link / "c", Path(f"../{archive.name}/c")):
        assert data_error("restore", "0.txt", "--to", str(place)) == "bad_usage", place
    monkeypatch.chdir(archive / "c")
    assert data_error("restore", "0.txt") == "bad_usage"
    assert not (archive / "c" / "new").exists()


def test_damaged_bytes_are_not_restored(archive: Path) -> None:
    for path in kept(archive):
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert data_error("restore", "0.txt", "--from", "1", status=5) == "bytes_damaged"
    assert data_error("restore", "1.txt", status=5) == "bytes_damaged"
    for path in kept(archive):
        path.unlink()
    assert data_error("restore", "1.txt", status=5) == "bytes_missing"
    assert not list(Path().iterdir())


def test_bytes_that_the_archive_has_twice_are_taken_from_either(archive: Path, world: World) -> None:
    world.edit(node(world, "0.txt"), b"second")
    run("sync")
    (archive / "c" / "0.txt").write_bytes(b"edite!")
    run("restore", "0.txt")
    assert Path("0.txt").read_bytes() == b"second"


def test_other_programs_restore_an_item_in_one_call(archive: Path) -> None:
    here = Archive(archive)
    from materials_cli.catalogue.items import Catalogue

    with Catalogue.open(here.store.catalogue) as catalogue:
        item = next(item for item in catalogue.items() if item.path.endswith("/0.txt"))
        version = catalogue.versions(item.collection, item.id)[0]
    assert here.restore(item, version).read_bytes() == b"second"


@pytest.fixture
def opened(archive: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What was opened last: its path, in a file."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "xdg-open").write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{folder}/opened"\n')
    (folder / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    return folder / "opened"


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for programs")
def test_an_earlier_or_withdrawn_file_is_opened_as_a_private_copy(archive: Path, opened: Path) -> None:
    for words, name, content in ((("0.txt", "--from", "1"), "0.txt", b"second"), (("1.txt",), "1.txt", b"file number 1")):
        run("open", *words)
        path = Path(opened.read_text())
        assert (path.name, path.read_bytes()) == (name, content)
        assert stat.S_IMODE(path.stat().st_mode) == 0o400
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert archive not in path.parents
    run("open", "0.txt")
    assert Path(opened.read_text()) == archive / "c" / "0.txt"
    assert data_error("open", "0.txt", "--from", "1", "--source") == "bad_usage"
    (digest,) = {row["sha256"] for row in data("open", "0.txt", "--from", "1")["items"]}
    assert digest == data("show", "0.txt")["items"][0]["versions"][0]["sha256"]


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for programs")
def test_a_copy_that_was_opened_goes_after_a_day(archive: Path, opened: Path) -> None:
    run("open", "1.txt")
    first = Path(opened.read_text()).parent
    run("open", "1.txt")
    assert first.is_dir()
    day_before = time.time() - 2 * 86_400
    os.utime(first, (day_before, day_before))
    run("open", "1.txt")
    assert not first.exists()
