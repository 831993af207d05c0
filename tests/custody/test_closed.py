"""What this user may not look at is neither missing nor damaged; every command says what keeps him out, and the way in."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support import command
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures
from support.unprivileged import unprivileged


@pytest.fixture
def archive(drive: RunningServer, world: World, tmp_path: Path) -> Iterator[Path]:
    """In c/Inner are four files; versions/ has an earlier one."""
    world.edit(node(world, "0.txt"), b"file number zero")
    run("sync")
    with unprivileged():
        yield tmp_path
        for place in (tmp_path / "c" / "Inner", tmp_path / "c" / "2.txt", tmp_path / ".materials" / "versions"):
            place.chmod(0o755)


def test_a_folder_that_may_not_be_entered_is_named_once_and_nothing_in_it_counts_as_lost(archive: Path) -> None:
    closed = archive / "c" / "Inner"
    closed.chmod(0)
    found = json.loads(command.run("verify", "--json", status=3).stdout)
    (row,) = found["items"]
    assert (row["trouble"], row["file"], found["files"]) == ("closed", "c/Inner", 5)
    assert sorted(row["behind"]) == [f"c/Inner/{number}.txt" for number in (1, 3, 5, 7)]
    assert f"chmod u+rwX {closed}" in row["hint"]
    assert "5 files verified, 68 B: 1 closed." in run("verify", "--repair", status=3)
    shown = command.run("doctor", "--offline", "--json").stdout
    fixity = next(each for each in json.loads(shown)["items"] if each["check"] == "Fixity")
    assert fixity["verdict"] == "warning"
    assert "CLOSED c/Inner: you may not enter this folder" in fixity["message"]
    assert f"chmod u+rwX {closed}" in fixity["hint"]
    assert '"on_disk": "closed"' in command.run("show", "1.txt", "--json").stdout
    assert "MISSING" not in run("export", "bag", "--to", "out", status=3)
    closed.chmod(0o755)
    assert "all present and intact" in run("verify")


def test_a_file_that_may_not_be_read_is_no_damage_and_what_is_damaged_elsewhere_still_is(archive: Path) -> None:
    (archive / "c" / "2.txt").chmod(0)
    (archive / "c" / "4.txt").unlink()
    (archive / ".materials" / "versions").chmod(0)
    found = json.loads(command.run("verify", "--json", status=5).stdout)
    assert [(row["trouble"], row["file"]) for row in found["items"]] == [
        ("missing", "c/4.txt"), ("closed", ".materials/versions"), ("closed", "c/2.txt"),
    ]  # fmt: skip
    shown = run("doctor", "--offline", status=3)
    assert "MISSING c/4.txt" in shown
    assert "CLOSED c/2.txt: you may not read this file" in shown
