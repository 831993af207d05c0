"""The demo that goes on serving says what to type elsewhere, and leads to it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.command import run


@pytest.fixture
def said(tmp_path: Path) -> Iterator[str]:
    """What it says before it waits."""
    words = [sys.executable, "-u", "-m", "materials_cli", "demo", "--serve"]
    there = {**os.environ, "LANGUAGE": "en"}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=there) as process:
        assert process.stderr
        lines = list[str]()
        for line in process.stderr:
            lines.append(line)
            if line.strip().endswith(" sync"):
                break
        yield "".join(lines)
        process.terminate()


def test_what_it_says_to_type_in_another_folder_works_there(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "In another terminal, in a folder of your own:" in said
    address, link = re.findall(r"DRIVE_EMULATOR_HOST=(\S+)|add (https:\S+)", said)
    (own := tmp_path / "own").mkdir()
    monkeypatch.chdir(own)
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", address[0])
    run("add", link[1])
    assert "17 new" in run("sync").output
    assert [path.name for path in tmp_path.iterdir()] == ["own"]
