"""What people and programs see of the sample workshop is what tests/golden says, in English and Russian."""

import os
from pathlib import Path

import pytest

import golden
from materials_cli.emulator.server import RunningServer
from support.sample_drive import drive  # noqa: F401 - a fixture
from support.synced import sync_first


@pytest.mark.skipif(os.name == "nt", reason="needs terminals and time zones as Unix has them")
def test_the_main_commands_show_what_is_kept(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change that is meant: python tools/golden.py, and look at the difference."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    top = tmp_path / "archive"
    top.mkdir()
    sync_first(drive.world, top, "sample")
    for name, text in golden.texts(top).items():
        assert text.splitlines() == (golden.TARGET / name).read_text("utf-8").splitlines(), name
