"""The benchmark of mirroring still runs, and finds whole mirrors: what it measures is told by a person, not by a test."""

import subprocess
import sys
from pathlib import Path

import pytest

MIRROR = Path(__file__).parents[1] / "benchmarks" / "mirror.py"


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_the_benchmark_of_mirroring_finds_whole_mirrors() -> None:
    command = [sys.executable, str(MIRROR), "ade", "--scale", "0.01", "--tools", "materials", "materials, as shipped"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.count("| whole |") == 6
    assert "not whole" not in told
