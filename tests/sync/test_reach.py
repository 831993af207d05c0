"""How far a refused credential reaches is decided by what else is answered: one file, one folder, one collection, or all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.archive import Archive
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.errors import Code, ExitStatus
from support.small_drive import node, run

ALONE = [
    (401, "authError", Code.CREDENTIAL_REJECTED),
    (403, "insufficientPermissions", Code.CREDENTIAL_REJECTED),
    (403, "accessNotConfigured", Code.API_NOT_ENABLED),
    (403, "domainPolicy", Code.DOWNLOAD_FORBIDDEN),
    (400, "keyInvalid", Code.BAD_KEY),
]
OF_ALL = [*ALONE[:2], (403, "CONSUMER_SUSPENDED", Code.BAD_KEY)]


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    world = World("Top")
    for name in ("One", "Two"):
        folder = world.add_folder(name)
        inner = world.add_folder(f"Inner {name}", folder)
        for number in range(2):
            world.add_file(f"{name} {number}.txt", b"harbour %d" % number, folder)
        world.add_file(f"{name} inner.txt", b"inside", inner)
    monkeypatch.chdir(tmp_path)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        for slug, name in (("c", "One"), ("d", "Two")):
            run("add", node(world, name), "--name", slug, "--no-check")
        yield server


@pytest.mark.parametrize(("status", "reason", "code"), ALONE)
def test_what_is_refused_alone_costs_nothing_else(
    drive: RunningServer, tmp_path: Path, status: int, reason: str, code: Code
) -> None:
    world, two = drive.world, {"add": 3}
    for operation, name, kept in (
        ("media", "One 0.txt", 2),
        ("list", "Inner One", 2),
        ("list", "One", 0),
        ("get", "One", 0),
    ):
        drive.faults.add(Fault(operation=operation, target=node(world, name), status=status, reason=reason, times=None))
        first, second = Archive(tmp_path / name / operation, Archive(tmp_path).config).sync()
        drive.faults.clear()
        assert (second.status, second.counts) == (ExitStatus.DONE, two), (operation, name)
        assert first.counts.get("add", 0) == kept
        assert first.failures
        if not kept:
            assert first.status == ExitStatus.PERSON_NEEDED
        elif operation == "media":
            assert first.failures[0].code is code


@pytest.mark.parametrize(("status", "reason", "code"), OF_ALL)
def test_what_refuses_all_is_told_once(drive: RunningServer, tmp_path: Path, status: int, reason: str, code: Code) -> None:
    drive.faults.add(Fault(status=status, reason=reason, times=None))
    (only,) = Archive(tmp_path).sync()
    assert only.failure
    assert only.failure.code is code


def test_a_credential_that_ends_during_a_run_is_told_once(drive: RunningServer, tmp_path: Path) -> None:
    drive.faults.add(Fault(status=401, reason="authError", times=None, skip=4))
    (only,) = Archive(tmp_path).sync()
    assert only.failure
    assert only.failure.code is Code.CREDENTIAL_REJECTED
