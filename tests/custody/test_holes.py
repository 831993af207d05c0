"""A file of holes alone says that it is long, and costs no room: it is not read for as long as it says."""

import os
from pathlib import Path

from materials_cli.emulator.server import RunningServer
from support import command
from support.small_drive import drive, run, world  # noqa: F401 - fixtures

_LONG = 1 << 40  # bytes, which take an hour to read


def test_one_in_the_place_of_an_archived_file_takes_no_time(drive: RunningServer, tmp_path: Path) -> None:
    run("sync")
    folder = command.data("collection", "remove", "c")["items"][0]["folder"]
    os.truncate(Path(folder) / "c" / "0.txt", _LONG)
    assert "holds other bytes than the manifest states" in run("collection", "return", folder, status=3)
    assert "c: 1 new" in run("sync", "c")
    os.truncate(tmp_path / "c" / "0.txt", _LONG)
    (tmp_path / ".materials" / "intended.json").write_text('["c/0.txt"]', "utf-8")  # as a run leaves it that is killed
    run("sync", "c")
    assert (tmp_path / "c" / "0.txt").stat().st_size < _LONG
    assert run("verify").endswith("all present and intact.\n")
