"""The use cases, as another program calls them: values come back, nothing is printed, and signals end a run in order."""

import contextlib
import hashlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE, Collection
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError, as_failure
from materials_cli.kinds import Kind
from materials_cli.model import ActionKind, Plan, Run, Step, StepKind
from materials_cli.publication import Publication
from materials_cli.sync.plan import plan
from support.command import begin, data

NEW = 100
NONE = "1AAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def world() -> World:
    made = World("Workshop 2025")
    for number in range(6):
        made.add_file(f"{number}.txt", b"harbour %d" % number)
    return made


@pytest.fixture
def drive(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        yield server
        assert not server.violations
        assert not server.crashes


def last_run(top: Path) -> Run:
    with Catalogue.open(top / ".materials" / "catalogue.sqlite") as catalogue:
        return catalogue.runs(limit=1)[0]


def manifest(top: Path) -> dict[str, str]:
    rows = map(json.loads, (top / "manifest.jsonl").read_text("utf-8").splitlines())
    return {row["path"]: row["sha256"] for row in rows}


def test_a_program_adds_plans_syncs_and_reads(
    drive: RunningServer, world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    steps: list[Step] = []
    archive = Archive(tmp_path, progress=steps.append)
    added = archive.add(world.root)
    assert (added.collection.slug, added.collection.title) == ("workshop-2025", "Workshop 2025")
    assert added.listing
    assert len(added.listing.files) == 6
    (made,) = archive.plan()
    assert isinstance(made, Plan)
    assert [action.kind for action in made.actions] == [ActionKind.ADD] * 6
    (run,) = archive.sync()
    assert (run.status, run.failure, dict(run.counts), run.bytes) == (0, None, {"add": 6}, 54)
    assert sorted(accession.item.path for accession in run.accessions) == [f"workshop-2025/{n}.txt" for n in range(6)]
    stored = last_run(tmp_path)
    assert (stored.id, stored.started, stored.ended, dict(stored.counts)) == (run.id, run.started, run.ended, dict(run.counts))
    assert len(archive.index(everything=True).read) == 6
    (again,) = archive.sync(["workshop-2025"])
    assert (again.accessions, again.unchanged) == ((), 6)
    assert steps[-1].kind in StepKind
    assert capfd.readouterr() == ("", "")


def test_a_collection_may_be_given_as_a_name_or_narrowed(drive: RunningServer, world: World, tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    collection = archive.add(world.root, name="c", check=False).collection
    narrowed = Collection(slug="c", link=collection.link, only=(Kind.SLIDES,))
    (run,) = archive.sync([narrowed])
    assert (run.accessions, run.left_out) == ((), 6)
    with pytest.raises(MaterialsError, match="no collection"):
        next(archive.sync(["d"]))


def test_an_executor_of_the_program_serves_and_is_left_open(drive: RunningServer, world: World, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as executor:
        archive = Archive(tmp_path, executor=executor)
        archive.add(world.root, name="c")
        (run,) = archive.sync()
        assert run.counts == {"add": 6}
        assert executor.submit(str, 1).result() == "1"


def test_a_failing_collection_is_told_and_the_next_one_runs(drive: RunningServer, world: World, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add(f"https://drive.google.com/drive/folders/{NONE}", name="gone", check=False)
    archive.add(world.root, name="here")
    failed, done = archive.plan()
    assert isinstance(failed, MaterialsError)
    assert isinstance(done, Plan)
    first, second = archive.sync()
    assert (first.collection, first.failure and first.failure.code, first.status) == ("gone", Code.LINK_NOT_FOUND, 4)
    assert [failure.code for failure in first.failures] == ["link_not_found"]
    assert (second.collection, second.failure, second.status) == ("here", None, 0)


def test_what_cannot_be_understood_of_an_event_is_named_and_stops_nothing(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    steps: list[Step] = []
    archive = Archive(tmp_path, progress=steps.append)
    archive.add(world.root, name="c", check=False)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('[collections.c.about]\ndate = "June 2025"\nplace = "Samarkand"\n')
    (run,) = Archive(tmp_path, progress=steps.append).sync()
    assert (run.status, run.counts) == (0, {"add": 6})
    wrong = "collections.c.about.date: must be a date such as"
    assert [step.path for step in steps if step.kind is StepKind.NOTICE and wrong in str(step.message)] == ["c"]
    line = f"({tmp_path / FILE}, line 8)"
    with contextlib.chdir(tmp_path):
        status = data("status")
        assert not status["well"]
        assert wrong in status["unused_settings"]
        assert status["items"][0]["event"]["about"] == {"place": "Samarkand"}
        (settings,) = (check for check in data("doctor", "--offline")["items"] if check["check"] == "Settings")
        assert settings["verdict"] == "warning"
        assert line in settings["message"]
    with pytest.raises(MaterialsError, match="must be a date"):
        Archive(tmp_path / "other").add_from(tmp_path / FILE, check=False)


@pytest.mark.parametrize("name", ["con", "aux", "com1", "sha256sums"])
def test_a_name_that_no_folder_can_have_everywhere_is_the_trouble_of_one_collection(
    drive: RunningServer, world: World, tmp_path: Path, name: str
) -> None:
    archive = Archive(tmp_path)
    archive.add(world.root, name="good")
    with pytest.raises(MaterialsError, match="reserved"):
        archive.add(world.add_folder("Other"), name=name)
    assert archive.add(world.add_folder("Another"), title=name).collection.slug == f"{name}-2"
    text = (tmp_path / FILE).read_text("utf-8")
    third = f'[collections.{name}]\nlink = "{world.add_folder("Third")}"\n\n[collections.good]'
    (tmp_path / FILE).write_text(text.replace("[collections.good]", third), "utf-8")
    first, good, _ = Archive(tmp_path).sync()
    assert first.failure is not None
    assert first.failure.code is Code.BAD_SETTINGS
    assert good.failure is None
    assert not (tmp_path / name).exists()


def test_what_would_strike_all_ends_all(drive: RunningServer, world: World, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add(world.root, name="one", check=False)
    archive.add(f"https://drive.google.com/drive/folders/{NONE}", name="two", check=False)
    drive.faults.add(Fault(status=400, reason="keyInvalid", times=None))
    (run,) = archive.sync()
    assert run.failure
    assert (run.collection, run.failure.code) == ("one", Code.BAD_KEY)


def test_a_second_writer_is_refused_and_a_planner_is_not(drive: RunningServer, world: World, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add(world.root, name="c")
    with archive.store.lock():
        part = tmp_path / ".materials" / "incoming" / "moving.part"
        part.write_bytes(b"which the other run is about to move")
        part.with_suffix(".other").hardlink_to(part)
        with pytest.raises(MaterialsError) as refused:
            next(archive.sync())
        assert refused.value.code is Code.LOCKED
        assert part.exists()
        assert isinstance(next(archive.plan()), Plan)


def test_a_thread_may_sync_and_signals_stay_as_they_were(drive: RunningServer, world: World, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    archive, runs = Archive(tmp_path), list[Run]()
    archive.add(world.root, name="c")
    thread = threading.Thread(target=lambda: runs.extend(archive.sync()))
    thread.start()
    thread.join()
    assert [run.status for run in runs] == [0]
    list(archive.sync())
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_readmes_program_runs(drive: RunningServer, world: World, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"^ {4}python -c '(from materials_cli\.archive .*?)'$", readme, re.MULTILINE | re.DOTALL)
    Archive(tmp_path / "workshops").add(world.root, name="c")
    command = [sys.executable, "-c", textwrap.dedent(f"    {shown}")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("c {'add': 6} ok\n", "")


def slow(drive: RunningServer, world: World, top: Path) -> None:
    """An archive whose next sync takes long, however slow this machine is: half of what is new comes only slowly."""
    archive = Archive(top)
    archive.add(world.root, name="c")
    list(archive.sync())
    for number in range(NEW):
        world.add_file(f"new {number}.bin", os.urandom(50_000))
    drive.faults.add(Fault(operation="media", skip=NEW // 2, times=None, delay=3))


def when_some_has_arrived(top: Path) -> None:
    """When the first of what is new has its row."""
    deadline = time.monotonic() + 300
    with Catalogue.open(top / ".materials" / "catalogue.sqlite") as catalogue:
        while time.monotonic() < deadline and len(catalogue.items()) == 6:
            time.sleep(0.02)


def check_that_all_is_true(top: Path, status: int) -> None:
    """What a stopped run wrote down is so, and the next one goes on."""
    run = last_run(top)
    assert run.ended
    assert run.status == status
    told = manifest(top)
    assert run.counts == {"add": len(told) - 6}
    assert 6 < len(told) < 6 + NEW
    for path, sha256 in told.items():
        assert hashlib.sha256((top / path).read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGHUP, 129, "hung_up"), (signal.SIGINT, 130, "interrupted")],
    ids=["SIGTERM", "SIGHUP", "SIGINT"],
)
def test_a_signal_ends_a_run_in_order(
    drive: RunningServer, world: World, tmp_path: Path, sent: signal.Signals, status: int, code: str
) -> None:
    slow(drive, world, tmp_path)
    with begin("sync", cwd=tmp_path) as process:
        when_some_has_arrived(tmp_path)
        process.send_signal(sent)
        _, told = process.communicate(timeout=300)
    assert process.returncode == status, told
    assert f"error[{code}]" in told
    assert "Traceback" not in told
    check_that_all_is_true(tmp_path, status)
    drive.faults.clear()
    (run,) = Archive(tmp_path).sync()
    assert (run.status, len(manifest(tmp_path))) == (0, 6 + NEW)


def test_a_run_that_was_told_to_survive_its_terminal_does(drive: RunningServer, world: World, tmp_path: Path) -> None:
    slow(drive, world, tmp_path)
    with begin("sync", cwd=tmp_path, ignoring=signal.SIGHUP) as process:
        when_some_has_arrived(tmp_path)
        process.send_signal(signal.SIGHUP)
        drive.faults.clear()
        process.communicate(timeout=300)
    assert process.returncode == 0
    assert len(manifest(tmp_path)) == 6 + NEW


def test_a_terminal_that_is_closed_ends_a_run_in_order(drive: RunningServer, world: World, tmp_path: Path) -> None:
    slow(drive, world, tmp_path)
    process, terminal = pty.fork()
    if process == 0:
        words = [sys.executable, "-m", "materials_cli", "sync", "--archive", str(tmp_path)]
        os.execve(sys.executable, words, {**os.environ, "TERM": "xterm"})  # noqa: S606
    os.set_blocking(terminal, False)
    closed = threading.Event()

    def watch() -> None:
        while not closed.wait(0.02):
            with contextlib.suppress(OSError):
                os.read(terminal, 65536)

    watching = threading.Thread(target=watch)
    watching.start()
    when_some_has_arrived(tmp_path)
    closed.set()
    watching.join()
    os.close(terminal)
    _, ended = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(ended) == 129
    check_that_all_is_true(tmp_path, 129)


def signalled(step: Callable[..., Any], number: int, *, after: bool = False) -> Callable[..., Any]:
    """A step during which a signal arrives: as it starts, or after all else."""

    def interrupted(*words: Any, **more: Any) -> Any:
        if not after:
            os.kill(os.getpid(), number)
        result = step(*words, **more)
        if after:
            os.kill(os.getpid(), number)
        return result

    return interrupted


STOPPED = [(signal.SIGTERM, Code.TERMINATED), (signal.SIGHUP, Code.HUNG_UP), (signal.SIGINT, Code.INTERRUPTED)]


@pytest.fixture
def usual_interrupts() -> Iterator[None]:
    """Ctrl-C as in a terminal, even if the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("usual_interrupts")
@pytest.mark.parametrize(("sent", "code"), STOPPED, ids=["SIGTERM", "SIGHUP", "SIGINT"])
@pytest.mark.parametrize("seam", ["begin_run", "end_run", "publish", "after publish"])
def test_a_signal_waits_until_the_run_is_recorded(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seam: str, sent: int, code: Code
) -> None:
    archive = Archive(tmp_path)
    archive.add(world.root, name="c")
    owner, name = (Catalogue, seam) if seam.endswith("_run") else (Publication, "__call__")
    monkeypatch.setattr(owner, name, signalled(getattr(owner, name), sent, after=seam.startswith("after ")))
    with pytest.raises(KeyboardInterrupt) as stopped:
        list(archive.sync())
    assert as_failure(stopped.value).code is code
    run = last_run(tmp_path)
    assert run.ended
    if seam == "begin_run":
        assert (run.status, run.counts, manifest(tmp_path)) == (code.status, {}, {})
    else:
        assert (run.status, run.counts, len(manifest(tmp_path))) == (0, {"add": 6}, 6)
    monkeypatch.undo()
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
    (again,) = archive.sync()
    assert (again.status, len(manifest(tmp_path))) == (0, 6)


@pytest.mark.usefixtures("usual_interrupts")
@pytest.mark.parametrize(("sent", "code"), STOPPED, ids=["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_while_the_plan_is_made_ends_the_run(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: int, code: Code
) -> None:
    Archive(tmp_path).add(world.root, name="c")
    monkeypatch.setattr("materials_cli.archive.plan", signalled(plan, sent))
    with pytest.raises(KeyboardInterrupt):
        list(Archive(tmp_path).sync())
    run = last_run(tmp_path)
    assert (run.status, run.counts, manifest(tmp_path)) == (code.status, {}, {})


def test_a_manifest_that_cannot_be_written_fails_the_run(drive: RunningServer, world: World, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add(world.root, name="c")
    (tmp_path / ".materials" / "written.json").mkdir(parents=True)
    (run,) = archive.sync()
    assert run.failure
    stored = last_run(tmp_path)
    assert stored.status == run.status == run.failure.status
    assert stored.ended_by == run.ended_by
    assert stored.ended_by
    assert (stored.ended_by.code, stored.counts) == (run.failure.code, {"add": 6})
    with Catalogue.open(archive.store.catalogue) as catalogue:
        assert catalogue.last_success() is None
        assert catalogue.check_history().broken is None
        assert catalogue.events([stored])[-1].detail["status"] == stored.status
    (tmp_path / ".materials" / "written.json").rmdir()
    (again,) = archive.sync()
    assert (again.status, len(manifest(tmp_path))) == (0, 6)
