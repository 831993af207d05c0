"""The benchmark of mirroring still runs, and finds whole mirrors: what it measures is told by a person, not by a test."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
MIRROR = BENCHMARKS / "mirror.py"


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_the_benchmark_of_mirroring_finds_whole_mirrors() -> None:
    command = [sys.executable, str(MIRROR), "ade", "--scale", "0.01", "--tools", "materials", "materials, as shipped"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.count("| whole |") == 6
    assert "not whole" not in told


def test_the_benchmark_of_languages_reads_treebanks_and_lists(tmp_path: Path) -> None:
    (tmp_path / "ru_made-ud-test.conllu").write_text(
        "# text = Министерство открыло единое окно, где граждане могут подать заявление\n"
    )
    (tmp_path / "tl-made.txt").write_text(
        "Hiniling namin sa bawat kalahok na isulat ang isang suliraning nais nilang lutasin\nAng daan\n"
    )
    command = [sys.executable, str(BENCHMARKS / "languages.py"), str(tmp_path)]
    rows = {
        row.split()[0]: row.split()[1:7]
        for row in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    }
    assert rows["ru"][:3] == ["100.0%", "of", "1"]
    assert rows["fil"] == ["100.0%", "of", "1", "100.0%", "of", "1"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_the_benchmark_of_scale_names_what_limits_each_run() -> None:
    command = [sys.executable, str(BENCHMARKS / "scale.py"), "--measured", "1", "--slides", "1"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith(("| first", "| without"))]
    assert [row[:2] for row in rows] == [[run, workers] for run in ("first", "without changes") for workers in ("1", "8", "64")]
    assert {row[3] for row in rows[:3]} == {"7.2 h"}  # 300 GB, at a terabyte a day


def test_the_benchmark_of_several_archives_finds_in_them_what_one_has() -> None:
    command = [sys.executable, str(BENCHMARKS / "many.py"), "--archives", "3", "--slides", "30", "--queries", "7"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "the first 10 the same: 7 of 7" in told


def test_the_benchmark_of_relevance_says_what_it_takes() -> None:
    command = [sys.executable, str(BENCHMARKS / "relevance.py"), "--help"]
    assert "FOLDER" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = subprocess.run(command[:-1], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
