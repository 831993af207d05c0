"""Files in the archive's own folder that a person put or changed there are moved aside; ours are recognised."""

import shutil
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export.own import NAMES
from support.small_drive import drive, node, run, sums_hold, world  # noqa: F401 - fixtures

MINE = "MY OWN\n"
LIKE_OURS = f"{'0' * 64}  c/0.txt\n"  # a line of sha256sum


def aside(archive: Path) -> dict[str, str]:
    found = (archive / ".materials" / "aside").rglob("*")
    return {path.name: path.read_text("utf-8-sig") for path in found if path.is_file()}


@pytest.mark.parametrize("text", [MINE, LIKE_OURS])
def test_files_that_were_there_before_the_first_run_are_moved_aside(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in NAMES:
        (other / name).write_text(text, "utf-8")
    monkeypatch.chdir(other)
    run("--archive", ".", "add", drive.world.root, "--name", "c")
    shown = run("sync")
    assert aside(other) == dict.fromkeys(NAMES, text)
    assert all(f"{name}: was not written by materials" in shown for name in NAMES)
    assert sums_hold(other)
    assert "was not written" not in run("sync")


@pytest.mark.parametrize("name", ["manifest.csv", "SHA256SUMS", "changes.atom"])
def test_a_file_of_ours_that_somebody_changed_is_moved_aside(
    drive: RunningServer, world: World, tmp_path: Path, name: str
) -> None:
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write(LIKE_OURS)
    before = (tmp_path / name).read_text("utf-8-sig")
    world.add_file("new.txt", b"new")
    run("sync")
    assert aside(tmp_path) == {name: before}
    assert sums_hold(tmp_path)


@pytest.mark.parametrize(
    "command",
    [
        ("verify",), ("index", "--all"), ("edit", "0.txt", "--set", "title=Zero"), ("collection", "rename", "c", "d"),
        ("doctor", "--fix", "--offline"),
    ],
)  # fmt: skip
def test_whatever_writes_the_manifest_replaces_no_file_that_somebody_changed_and_says_where_it_is(
    drive: RunningServer, tmp_path: Path, command: tuple[str, ...]
) -> None:
    with (tmp_path / "manifest.csv").open("a", encoding="utf-8") as file:
        file.write(LIKE_OURS)
    before = (tmp_path / "manifest.csv").read_text("utf-8-sig")
    shown = " ".join(run(*command).split())
    assert aside(tmp_path) == {"manifest.csv": before}
    assert (
        shown.count("manifest.csv: was not written by materials, or was changed since; it was moved to .materials/aside") == 1
    )


def test_a_folder_and_a_link_of_that_name_are_moved_aside(drive: RunningServer, world: World, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").unlink()
    (tmp_path / "manifest.csv").mkdir()
    (tmp_path / "manifest.csv" / "mine").write_text(MINE, "utf-8")
    assert "1 warning" in run("doctor", "--offline", status=0) or "manifest" in run("doctor", "--offline")
    run("doctor", "--offline", "--fix")
    assert aside(tmp_path) == {"mine": MINE}
    assert (tmp_path / "manifest.csv").is_file()


@pytest.mark.parametrize("lost", [".materials", ".materials/written.json"])
def test_what_we_wrote_is_recognised_without_the_record(drive: RunningServer, world: World, tmp_path: Path, lost: str) -> None:
    if lost == ".materials":
        shutil.rmtree(tmp_path / lost)
    else:
        (tmp_path / lost).unlink()
    world.add_file("new.txt", b"new")
    run("sync", status=3 if lost == ".materials" else 0)
    assert not aside(tmp_path)
    assert sums_hold(tmp_path)


def test_however_many_runs_are_cut_after_they_recorded_what_they_will_write_our_files_are_ours(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    """The record is written before the files; whichever of them were replaced, all are ours."""
    for number in range(4):
        old = {name: (tmp_path / name).read_bytes() for name in NAMES}
        world.edit(node(world, "0.txt"), b"edition %d" % number)
        run("sync")
        for name in ("manifest.csv", "SHA256SUMS"):
            (tmp_path / name).write_bytes(old[name])
    world.edit(node(world, "0.txt"), b"the last edition")
    run("sync")
    assert not aside(tmp_path)
    assert sums_hold(tmp_path)
