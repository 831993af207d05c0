"""Files are replaced atomically, and never through a symlink."""

import errno
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import materials_cli
from materials_cli.disk import disk_errors, flush_disk, flush_file, replace_file, replacing
from materials_cli.drive import wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.errors import Code, MaterialsError
from support.empty_drive import drive
from support.small_drive import items, mirror, run, sums_hold

__all__ = ["drive"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes and symlinks as POSIX has them")
SOURCE = Path(materials_cli.__file__).parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings"


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_file_is_replaced_and_no_temporary_file_is_left(file: Path) -> None:
    for content in (b"first, longer", b"second", b""):
        replace_file(file, content)
        assert file.read_bytes() == content
        assert list(file.parent.iterdir()) == [file]


@POSIX
def test_a_new_file_follows_the_umask_and_a_replaced_one_keeps_its_mode(file: Path, umask: None) -> None:
    replace_file(file, b"new")
    assert mode(file) == 0o640
    for kept in (0o600, 0o664, 0o755, 0o440):
        file.chmod(kept)
        replace_file(file, b"%o" % kept)
        assert (mode(file), file.read_bytes()) == (kept, b"%o" % kept)


@POSIX
def test_a_private_file_is_never_readable_by_others(file: Path) -> None:
    file.write_bytes(b"key")
    file.chmod(0o644)
    replace_file(file, b"key", private=True)
    assert mode(file) == 0o600
    with replacing(file, private=True) as successor:
        assert mode(Path(successor.name)) == 0o600
    file.unlink()
    replace_file(file, b"key", private=True)
    assert mode(file) == 0o600


def test_a_file_with_the_same_bytes_is_not_touched(file: Path) -> None:
    replace_file(file, b"same")
    before = file.stat()
    replace_file(file, b"same")
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert list(file.parent.iterdir()) == [file]


@POSIX
@pytest.mark.parametrize("content", [b"same", b"new"])
def test_a_symlink_is_replaced_and_its_target_is_not(file: Path, content: bytes) -> None:
    other = file.with_name("other")
    other.write_bytes(b"same")
    file.symlink_to(other)
    replace_file(file, content)
    assert not file.is_symlink()
    assert (file.read_bytes(), other.read_bytes()) == (content, b"same")


def test_a_failure_while_writing_leaves_only_the_old_file(file: Path) -> None:
    file.write_bytes(b"old")

    def fail() -> None:
        with replacing(file) as successor:
            successor.write(b"half of the n")
            successor.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert file.read_bytes() == b"old"
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_in_place_of_the_file_is_an_error(file: Path) -> None:
    file.mkdir()
    with pytest.raises(MaterialsError) as refused:
        replace_file(file, b"new")
    assert (refused.value.code, refused.value.where) == ("disk_refused", str(file))
    assert list(file.parent.iterdir()) == [file]


def test_a_full_disk_leaves_the_old_file(file: Path) -> None:
    disk = file.with_name("disk")
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let its tests mount a disk")
    try:
        replace_file(disk / "file", b"old")
        with pytest.raises(MaterialsError) as refused:
            replace_file(disk / "file", bytes(100_000))
        assert refused.value.code == "disk_full"
        assert [(path.name, path.read_bytes()) for path in disk.iterdir()] == [("file", b"old")]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_truncated_file_is_refused(file: Path) -> None:
    with file.open("wb") as out:
        out.write(b"12345")
        flush_file(out, 5)
        os.truncate(file, 3)
        with pytest.raises(MaterialsError, match="holds 3 of the 5 bytes written") as refused:
            flush_file(out, 5)
    assert refused.value.code == "disk_refused"


def test_old_temporary_files_of_killed_writers_are_removed(file: Path) -> None:
    names = {age: f".settings.{age:016x}.new" for age in (60, 7200)}
    for age, name in names.items():
        left = file.with_name(name)
        left.write_bytes(b"half")
        os.utime(left, (left.stat().st_mtime - age,) * 2)
    file.with_name(".settings.new").write_bytes(b"not ours")
    replace_file(file, b"new")
    assert sorted(path.name for path in file.parent.iterdir()) == [names[60], ".settings.new", "settings"]


@POSIX
def test_symlinks_planted_in_an_archive_are_not_followed(drive: RunningServer, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name} outside"
    outside.write_bytes(b"precious")
    drive.world.add_file("talk.txt", b"talk")
    run("plan")
    (tmp_path / ".materials" / "incoming").mkdir(parents=True)
    names = ["manifest.csv", "manifest.jsonl", "SHA256SUMS", "changes.atom"]
    inner = ["lock", "intended.json", "alarm.json", "incoming/planted"]
    planted = [*names, *(f".{name}.new" for name in [*names, "materials.toml"]), *(f".materials/{name}" for name in inner)]
    for name in planted:
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).symlink_to(outside)
    os.mkfifo(tmp_path / ".materials" / "incoming" / "pipe")
    run("sync", "--cron")
    assert outside.read_bytes() == b"precious"
    assert mirror(tmp_path) == {"talk.txt": b"talk"}
    assert sums_hold(tmp_path)
    assert not [name for name in (*names, ".materials/lock", ".materials/alarm.json") if (tmp_path / name).is_symlink()]
    assert not list((tmp_path / ".materials" / "incoming").iterdir())


@POSIX
def test_a_download_is_not_written_through_a_symlink(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_TRIES", 1)
    outside = tmp_path.parent / f"{tmp_path.name} outside"
    outside.write_bytes(b"")
    drive.world.add_file("talk.txt", b"0123456789" * 100_000)
    drive.faults.add(Fault(operation="media", cut=300_000))
    run("sync", status=3)
    (part,) = (tmp_path / ".materials" / "incoming").iterdir()
    part.unlink()
    part.symlink_to(outside)
    run("sync")
    assert outside.read_bytes() == b""
    assert items()["talk.txt"]["bytes"] == 1_000_000
    assert sums_hold(tmp_path)


@POSIX
@pytest.mark.parametrize("dangling", [False, True])
def test_a_symlinked_materials_toml_is_written_at_its_target(drive: RunningServer, tmp_path: Path, dangling: bool) -> None:
    dotfiles = tmp_path.parent / f"{tmp_path.name} dotfiles"
    dotfiles.mkdir()
    settings = tmp_path / "materials.toml"
    kept = dotfiles / "workshops.toml"
    settings.replace(kept)
    kept.chmod(0o640)
    if dangling:
        kept.unlink()
    settings.symlink_to(kept)
    run("add", drive.world.add_folder("another"), "--name", "other", "--no-check")
    assert settings.is_symlink()
    assert "[collections.other]" in kept.read_text("utf-8")
    assert ("[collections.c]" in kept.read_text("utf-8"), mode(kept) == 0o640) == (not dangling, not dangling)
    assert list(dotfiles.iterdir()) == [kept]


def test_there_is_no_other_way_to_write_a_file() -> None:
    writing = re.compile(
        r"write_text|write_bytes|mkstemp|NamedTemporaryFile|os\.replace|copyfile\b|\bopen\([^)]*[\"'][rb]?[wax+]"
    )
    elsewhere = {
        "disk.py",
        "schedule/windows.py",  # a file for schtasks, in a temporary folder
        "custody/restore.py",  # a copy outside the archive, never over a file
        "rebuild.py",  # what SQLite wrote is flushed
        "doctor/reports.py",  # whether a file may be written
        "fetched.py",  # a mark beside the bytes, on Windows
        "store/copies.py",  # a trial of the disk, in a folder that is being made
        "takeover.py",  # into incoming/ of an archive that is being made
        "export/notebook.py",  # as above, a folder that is being made
        "site/folder.py",  # the same; what is there before is replaced by renaming
        "pictures/drawn.py",  # a child's own temporary folder
        "pictures/office.py",
        "pictures/slides.py",
        "cli/sources.py",  # letters, in a new folder outside the archive
        "pictures/thumbnails.py",  # for a child, in its temporary folder
        "cli/edit.py",  # a draft for an editor, in a temporary folder
        "export/xlsx.py",  # a method of that name
        # Files in a folder outside the archive, which is renamed when it is whole.
        *(f"export/{name}.py" for name in ("archivematica", "datapackage", "dublincore", "ocfl", "zenodo", "bag/package")),
    }
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if writing.search(path.read_text("utf-8")) and SOURCE / "emulator" not in path.parents
    }
    assert found == elsewhere


def test_a_folder_on_another_disk_is_told_as_that() -> None:
    with pytest.raises(MaterialsError) as told, disk_errors():
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), "one", None, "other")
    assert told.value.code is Code.DISK_REFUSED
    assert "one disk" in str(told.value.fix)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems wait for all disks")
def test_only_the_disk_that_was_written_to_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sync", lambda: pytest.fail("all disks were waited for"))
    flush_disk(tmp_path)
    with pytest.raises(FileNotFoundError):
        flush_disk(tmp_path / "nowhere")
