"""What a command imports before it begins: half of the time of a command that only reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.command import run

SLOW = (
    "googleapiclient", "google.auth", "urllib3", "lxml", "tomlkit",
    "calendar", "ctypes", "glob", "html", "importlib.resources", "random", "rapidfuzz", "rich", "socket", "tempfile", "zipfile",
    "materials_cli.meaning", "materials_cli.search.large", "materials_cli.store.names", "materials_cli.sync",
)  # fmt: skip
FOR_MORE_THAN_A_SEARCH = {"hashlib", "materials_cli.export.manifest", "materials_cli.store.mirror"}


@pytest.mark.parametrize("words", [["list"], ["search", "votes"]])
def test_reading_commands_begin_quickly(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They import nothing slow that they do not need, and no value of theirs writes its methods at the start."""
    monkeypatch.chdir(tmp_path)
    run("demo")
    source = (
        "import dataclasses, sys; slow = []; process = dataclasses._process_class\n"
        "def watched(kind, init, *rest): slow.extend([kind.__qualname__] * init); return process(kind, init, *rest)\n"
        "dataclasses._process_class = watched; from materials_cli.__main__ import main\n"
        "try: main()\nfinally: print(*sys.modules, '|', *slow, file=sys.stderr)"
    )
    command = [sys.executable, "-c", source, "--archive", str(tmp_path / "materials-demo"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported, written = done.stderr.splitlines()[-1].split("|")
    assert "typer" in imported.split()
    assert not {name for name in imported.split() for slow in SLOW if name == slow or name.startswith(f"{slow}.")}
    assert len(written.split()) <= 5, written
    assert words == ["list"] or FOR_MORE_THAN_A_SEARCH.isdisjoint(imported.split())
