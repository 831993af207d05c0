"""No path that a catalogue can state leads out of the archive's folder, on Windows either."""

import ntpath
import os
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError, Reach
from materials_cli.model import Fixity
from materials_cli.store.inside import Inside
from materials_cli.store.measure import measure
from materials_cli.store.names import safe_name
from support.small_drive import drive, mirror, run, world  # noqa: F401 - fixtures

_OUTSIDE = ["/etc/passwd", "c/../../a", "..", "", "c//a", "c/./a", "c\\..\\..\\a", "c/a\0", "//server/share/a"]
_OUTSIDE_ON_WINDOWS = ["C:evil", "C:/evil", "c/D:evil", "D:", "c/a.txt:stream", "c:/a", "\\\\?\\C:\\a"]


@pytest.mark.parametrize(
    ("stated", "windows"), [*((each, False) for each in _OUTSIDE), *((each, True) for each in _OUTSIDE + _OUTSIDE_ON_WINDOWS)]
)
def test_a_path_that_leads_elsewhere_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: str, *, windows: bool
) -> None:
    monkeypatch.setattr("materials_cli.store.inside._WINDOWS", windows)
    inside = Inside(tmp_path)
    for asked in (inside.name, inside.reached, inside.way):
        with pytest.raises(MaterialsError) as refused:
            asked(stated)
        assert refused.value.code == "bad_catalogue"
    assert "outside" in str(measure(inside, stated, Fixity(1, "0" * 64, None)))


@pytest.mark.parametrize("name", ["C:evil", "a.txt:stream", "10:30 – opening.pptx", "..", "\\", "a\0b"])
def test_what_files_are_named_here_is_a_path_below_the_folder_on_windows_too(tmp_path: Path, name: str) -> None:
    path = f"c/{safe_name(name)}"
    assert Inside(tmp_path).name(path) == str(tmp_path / path)
    assert ntpath.join("E:\\archive", *path.split("/")) == f"E:\\archive\\c\\{safe_name(name)}"


@pytest.mark.skipif(os.name == "nt", reason="no file is named so there")
def test_a_file_that_somebody_gave_a_name_with_a_colon_is_found_again(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    run("sync")
    (tmp_path / "c" / "0.txt").rename(tmp_path / "c" / "10:30.txt")
    assert "MOVED\tc/10:30.txt\tthis is “c/0.txt”" in run("verify", status=3)
    asked = drive.count("media")
    run("sync")
    assert ("0.txt" in mirror(tmp_path), "10:30.txt" in mirror(tmp_path), drive.count("media")) == (True, False, asked)


def test_an_archive_that_was_renamed_is_not_begun_anew_at_its_old_place(tmp_path: Path) -> None:
    (root := tmp_path / "archive").mkdir()
    inside = Inside(root)
    inside.make_folder(root / "c" / "Day 1")
    root.rename(tmp_path / "renamed")
    with pytest.raises(MaterialsError) as refused:
        inside.make_folder(root / "c" / "Day 2")
    assert (refused.value.code, refused.value.where, refused.value.reach) == (Code.DISK_REFUSED, str(root), Reach.ARCHIVE)
    assert not root.exists()
