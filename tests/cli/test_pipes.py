"""A reader that leaves early, as `head` does, is no failure of a command; what has failed still says so by its status."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import start
from support import forked
from support.command import run


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("archive")
    with start(sample_world()) as drive, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        patch.chdir(folder)
        run("add", drive.world.root, "--name", "sample")
        run("sync")
        yield folder


def unread(archive: Path, words: str, *, both: bool = False) -> tuple[int, str]:
    """Status and standard error of a command whose standard output (or both) goes into a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with Path(os.devnull).open() as nothing, tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        errors = writer if both else told.fileno()
        status = forked.run(words.split(), archive, os.environ, (nothing.fileno(), writer, errors))
        os.close(writer)
        told.seek(0)
        return status, told.read()


@pytest.mark.parametrize(
    "words",
    [
        "status", "status --json", "list", "list --json", "list --tree", "list --format csv", "search digital",
        "search digital --json", "show Participants", "show Participants --json", "similar Participants", "terms",
        "terms --json", "changes", "changes --json", "verify", "verify --json", "history", "history --json", "doctor --offline",
        "doctor --offline --json", "plan", "plan --json", "sync --json", "index --all --json", "help", "help errors",
        "help exit-codes", "list --help", "auth --help", "auth status", "schedule status", "--help", "--version",
    ],
)  # fmt: skip
def test_a_reader_that_leaves_early_is_no_failure(archive: Path, words: str) -> None:
    status, told = unread(archive, words)
    assert (status, "Traceback" in told, "error[" in told) == (0, False, False), told


@pytest.mark.parametrize("words", ["show nothing --json", "lost --json", "list --kind poem --json"])
def test_what_has_failed_keeps_its_status_though_nobody_reads_why(archive: Path, words: str) -> None:
    status, told = unread(archive, words)
    assert (status, told.startswith("error[")) == (2, True)
    assert unread(archive, words, both=True) == (2, "")


def test_a_sync_goes_on_when_nobody_listens_to_its_talk(archive: Path) -> None:
    (archive / "sample" / "Participants.xlsx").unlink()
    assert unread(archive, "sync", both=True) == (0, "")
    assert (archive / "sample" / "Participants.xlsx").exists()


@pytest.mark.parametrize("words", ["status", "list", "--help", "sync"])
def test_streams_that_the_shell_has_closed_are_no_bug(archive: Path, words: str) -> None:
    command = f'"{sys.executable}" -m materials_cli {words} >&- 2>&-'
    assert subprocess.run(["sh", "-c", command], cwd=archive, check=False).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
@pytest.mark.parametrize("words", ["status", "list", "list --json", "--help"])
def test_a_full_disk_below_the_output_is_an_error(archive: Path, words: str) -> None:
    command = [sys.executable, "-m", "materials_cli", *words.split()]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=archive, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 6
    assert done.stderr.startswith("error[disk_full]")
