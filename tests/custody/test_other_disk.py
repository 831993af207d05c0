"""A removed collection whose folder was moved to another disk comes back as it is told."""

import json
import re
import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from support import command
from support.small_drive import drive, mirror, run, world  # noqa: F401 - fixtures


def test_a_collection_comes_back_from_another_disk_as_it_is_told(drive: RunningServer, tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")  # noqa: S108 - another disk on every Linux
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no other disk here")
    before = mirror(tmp_path)
    folder = Path(command.data("collection", "remove", "c")["items"][0]["folder"])
    with tempfile.TemporaryDirectory(dir=elsewhere) as disk:
        moved = Path(shutil.move(folder, disk))
        error = json.loads(command.run("collection", "return", str(moved), "--json", status=2).stdout)["error"]
        assert error["message"] == "This folder and the archive are on different disks."
        told = re.fullmatch(r"Copy the folder to (.+) and return the copy: materials (.+)", error["hint"])
        assert told
        shutil.copytree(moved, Path(told[1]) / moved.name)
    run(*shlex.split(told[2]))
    assert mirror(tmp_path) == before
