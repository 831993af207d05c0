"""Other people's validators and readers, which clash with what we depend on: in an environment of their own, or absent.

`.ci/run` makes it and names it in MATERIALS_TEST_JUDGES; by hand:
python3 -m venv .judges && .judges/bin/pip install -r tests/judges.txt
"""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

_HOME = Path(os.environ.get("MATERIALS_TEST_JUDGES") or Path(__file__).parents[2] / ".judges") / "bin"


def judge(program: str, *words: str | Path, status: int = 0) -> str:
    """What one of their programs prints, ending with this status; the test is skipped where it is absent."""
    if not (_HOME / program).exists():
        pytest.skip(f"{program} is not installed: see support/judges.py")
    done = subprocess.run([_HOME / program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def judged_by(library: str, code: str, *words: str | Path) -> str:
    """What a line of Python prints there that uses a library of theirs."""
    if not _has(library):
        pytest.skip(f"{library} is not installed: see support/judges.py")
    return judge("python", "-c", code, *words)


@cache
def _has(library: str) -> bool:
    python = _HOME / "python"
    return (
        python.exists()
        and subprocess.run([python, "-c", f"import {library}"], capture_output=True, check=False).returncode == 0
    )
