"""No program is found in the current folder, which may be an archive from somebody else."""

import os
from pathlib import Path

import pytest

from materials_cli.environment import find_program
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.notify.program import run_program

NAMES = ["tesseract", "soffice", "crontab", "systemctl", "xdg-open", "notify"]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive with programs in its folder, in which somebody works whose PATH names the current folder."""
    for name in NAMES:
        for end in ("", ".exe"):
            (tmp_path / f"{name}{end}").write_text("#!/bin/sh\ntouch RAN\n")
            (tmp_path / f"{name}{end}").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", "bin", str(tmp_path / "missing"))))
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_a_program_beside_the_archive_is_not_found(planted: Path, name: str) -> None:
    assert find_program(name) is None


def test_a_program_of_the_path_is_found(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join((".", str(planted))))
    assert find_program("tesseract") in {str(planted / "tesseract"), str(planted / "tesseract.exe")}


def test_a_command_is_not_looked_for_in_the_archive(planted: Path) -> None:
    with pytest.raises(NotSentError, match="could not be run"):
        run_program(Notification("", ""), ["notify"], planted)
    assert not (planted / "RAN").exists()
