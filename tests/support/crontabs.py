"""The crontab of the user who runs the tests: a stand-in and, where that is allowed, the true one."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["stand-in", "real"])
def crontab(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's crontab: a stand-in that keeps it in a file and, where that is allowed, the true program."""
    kept = tmp_path / "crontab.txt"
    if request.param == "real":
        if not os.environ.get("MATERIALS_TEST_CRONTAB") or not shutil.which("crontab"):
            pytest.skip("only with MATERIALS_TEST_CRONTAB=1, since it writes the crontab of the user who runs the tests")
        # There is one crontab, and tests run side by side.
        with Path(tempfile.gettempdir(), "materials-tests-crontab.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            before = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
            subprocess.run(["crontab", "-"], input=b"", check=True)
            yield kept
            subprocess.run(["crontab", "-"], input=before.stdout, check=True)
        return
    programs = tmp_path / "programs"
    programs.mkdir()
    stand_in = programs / "crontab"
    stand_in.write_text(
        f'#!/bin/sh\nif [ "$1" = -l ]; then cat {kept} 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }}\n'
        f"else cat > {kept}; fi\n"
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    yield kept


def lines() -> str:
    return subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout
