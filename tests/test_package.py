"""What people install: the distributions hold what the program needs, and nothing that only builds or tests it."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


def build(source: Path, target: str, folder: Path) -> Path:
    """Build one distribution of a source tree."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = folder.glob({"sdist": "*.tar.gz", "wheel": "*.whl"}[target])
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of a tree in which nothing was ever built."""
    tree = tmp_path_factory.mktemp("checkout") / "materials"
    derived = shutil.ignore_patterns("*.mo", ".venv", ".git", "__pycache__", "dist", ".*_cache", ".hypothesis")
    shutil.copytree(TOP, tree, ignore=derived)
    return build(tree, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that installers build from the source distribution."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (tree,) = unpacked.iterdir()
    return build(tree, "wheel", tmp_path_factory.mktemp("wheel"))


def test_the_source_distribution_holds_sources_alone(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "tools/hatch_build.py"} <= names
    assert not [name for name in names if name.endswith((".mo", ".pyc"))]


def test_the_wheel_holds_the_program_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"materials_cli/py.typed", "materials_cli/locale/ru/LC_MESSAGES/materials.mo"} <= names
    assert not [name for name in names if name.endswith(".po")]
    needed = (
        file
        for file in (TOP / "src" / "materials_cli" / "site").rglob("*.*")
        if file.suffix in {".html", ".css", ".js", ".svg", ".toml"}
    )
    assert {file.relative_to(TOP / "src").as_posix() for file in needed} <= names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"materials_cli"}


def test_the_description_of_the_wheel_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(name))
    assert metadata["Author"] == "The materials maintainers"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_what_is_installed_runs_in_both_languages(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    shutil.unpack_archive(wheel, installed, "zip")
    program = "from materials_cli import __main__; print(__main__.__file__, flush=True); __main__.main()"
    for language, heading in (("en", "Usage: "), ("ru", "Использование: ")):
        environment = os.environ | {"PYTHONPATH": str(installed), "LANGUAGE": language, "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", program, "--help"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True)
        place, _, shown = done.stdout.partition("\n")
        assert Path(place).is_relative_to(installed)
        assert shown.startswith(heading)
