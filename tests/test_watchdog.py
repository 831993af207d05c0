"""A run that hangs is ended, whatever it waits for; what shows signs of life is not."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from materials_cli import watchdog
from materials_cli.archive import Archive
from materials_cli.emulator.answers import Answer
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, ExitStatus
from materials_cli.model import Run, Step, StepKind
from materials_cli.store.mirror import Store
from support.small_drive import mirror, run, served

if sys.platform != "win32":
    import fcntl

SOON = 1.5
ALARMS = [signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2]


@pytest.fixture
def world() -> World:
    made = World("Top")
    for name in ("One", "Two"):
        folder = made.add_folder(name)
        for number in range(3):
            made.add_file(f"{number}.txt", b"harbour %d" % number, folder)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server:
        for slug, name in (("c", "One"), ("d", "Two")):
            folder = next(node.id for node in world.nodes.values() if node.name == name)
            run("add", folder, "--name", slug, "--no-check")
        yield server


class Silence:
    """Where something waits until the test is over. Until then there are signs of life, however busy this machine is."""

    def __init__(self) -> None:
        self.begun, self.over = threading.Event(), threading.Event()

    def answer(self, answer: Answer) -> Answer:
        self.begun.set()
        self.over.wait(300)
        return answer

    def step(self, step: Step) -> None:
        if step.kind is StepKind.READ and step.path.startswith("c/"):
            self.begun.set()
            self.over.wait(300)

    def live(self) -> None:
        while not self.begun.wait(SOON / 20):
            watchdog.alive()
        self.over.wait(1.5 * SOON)
        while not self.over.wait(SOON / 20):
            watchdog.alive()


@pytest.fixture
def silence() -> Iterator[Silence]:
    made = Silence()
    living = threading.Thread(target=made.live)
    living.start()
    yield made
    made.begun.set()
    made.over.set()
    living.join()


def assert_ended(runs: list[Run]) -> None:
    first, second = runs
    assert first.failure
    assert (first.failure.code, first.status) == (Code.STALLED, ExitStatus.TEMPORARY)
    assert first.ended_by
    assert second.status == ExitStatus.DONE
    assert second.counts == {"add": 3}


@pytest.mark.parametrize(("operation", "in_main"), [("list", False), ("page-uc", True)])
def test_a_run_that_waits_for_an_answer_is_ended_and_the_others_go_on(
    drive: RunningServer, tmp_path: Path, silence: Silence, monkeypatch: pytest.MonkeyPatch, operation: str, *, in_main: bool
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1" if operation.startswith("page") else "")
    before = [signal.getsignal(number) for number in ALARMS]
    drive.faults.add(Fault(operation=operation, edit=silence.answer))
    archive = Archive(tmp_path, patience=SOON)
    with ThreadPoolExecutor(1) as other:
        assert_ended(list(archive.sync()) if in_main else other.submit(lambda: list(archive.sync())).result())
    assert [signal.getsignal(number) for number in ALARMS] == before
    silence.over.set()
    assert "Nothing happened for 1 minute" in run("status")
    assert "c: " in run("sync")
    assert mirror(tmp_path).keys() == {"0.txt", "1.txt", "2.txt"}


def test_a_run_that_hangs_in_this_program_is_ended_and_what_it_did_is_recorded(
    drive: RunningServer, tmp_path: Path, silence: Silence
) -> None:
    first, second = Archive(tmp_path, progress=silence.step, patience=SOON).sync()
    assert (first.failure and first.failure.code, first.counts) == (Code.STALLED, {"add": 3})
    assert second.status == ExitStatus.DONE
    assert '"c/2.txt"' in (tmp_path / "manifest.jsonl").read_text("utf-8")
    assert "c: no changes" in run("sync", "c")


@pytest.fixture
def slow_disk() -> Iterator[Callable[[Path], None]]:
    """Makes whoever opens a file wait, as for a disk that does not answer: until the test is over."""
    leases: list[int] = []
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)  # the kernel tells the holder of a lease that somebody waits

    def hold(path: Path) -> None:
        leases.append(os.open(path, os.O_RDWR))
        try:
            fcntl.fcntl(leases[-1], fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError:
            pytest.skip("this file system gives no leases")

    yield hold
    for lease in leases:
        os.close(lease)
    signal.signal(signal.SIGIO, before)


@pytest.mark.skipif(sys.platform != "linux", reason="files are leased on Linux only")
def test_a_run_that_waits_for_the_disk_is_ended_and_leaves_no_lock(
    drive: RunningServer, tmp_path: Path, silence: Silence, slow_disk: Callable[[Path], None]
) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "1.txt").write_bytes(b"HARBOUR 1")  # as large as what Drive has, so that it is read
    slow_disk(tmp_path / "c" / "1.txt")

    others = {"c/0.txt", "c/2.txt"}

    def step(step: Step) -> None:
        if step.kind is StepKind.DONE:
            others.discard(step.path)
        if not others:
            silence.begun.set()

    first, second = Archive(tmp_path, progress=step, patience=SOON).sync()
    assert (first.failure and first.failure.code, first.ended_by is not None) == (Code.STALLED, True)
    assert (second.status, second.counts) == (ExitStatus.DONE, {"add": 3})
    assert "Nothing happened for 1 minute" in run("status")
    with Store(tmp_path).lock():
        assert any(thread.name.startswith("worker") for thread in threading.enumerate())  # it is not waited for


def test_whoever_shows_signs_of_life_goes_on(drive: RunningServer, tmp_path: Path) -> None:
    """Each byte comes late, and the rate is limited; together they take longer than anything may be silent."""
    drive.faults.add(
        Fault(operation="media", drip=SOON / 6, times=3),
        Fault(operation="list", status=403, reason="userRateLimitExceeded", times=2, headers={"Retry-After": "1"}),
    )
    assert [each.status for each in Archive(tmp_path, patience=SOON * 2).sync(["c"])] == [ExitStatus.DONE]


def test_an_unattended_run_that_hangs_passes_by_itself(
    drive: RunningServer, tmp_path: Path, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(watchdog, "PATIENCE", SOON)
        drive.faults.add(Fault(operation="list", edit=silence.answer))
        assert "d: 3 new" in run("sync", "--cron", status=75)
    assert "c: 3 new" in run("sync", "--cron")
