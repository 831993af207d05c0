"""What an operation says while it works and when it is over: on a terminal, in a pipe, and after Ctrl-C."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.cli.bars import lines_of
from materials_cli.cli.layout import cells
from materials_cli.cli.phases import Course
from materials_cli.cli.progress import Display
from materials_cli.drive.credentials import Credential
from materials_cli.drive.pace import GET
from materials_cli.drive.wire import Wire
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.equipment import follow_waits
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.messages import msg
from materials_cli.model import Step, StepKind
from support.small_drive import drive, run, world  # noqa: F401 - fixtures
from support.terminal import session, typed_into

MB = 1_000_000
LIMITED = msg("Google allows no more requests at the moment (rate limit exceeded for the quota of this project).")


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def fetching(clock: Clock, *sizes: int) -> Course:
    """A course that has just begun to fetch files of these sizes."""
    course = Course(clock=clock)
    course.take(Step(StepKind.LISTED, amount=len(sizes), total=2))
    course.take(Step(StepKind.PLANNING, amount=len(sizes)))
    course.take(Step(StepKind.PLANNED, amount=sum(sizes), total=len(sizes)))
    for number, size in enumerate(sizes):
        course.take(Step(StepKind.BEGIN, f"c/{number}.pptx", total=size))
    return course


def test_bytes_that_were_here_before_are_no_speed() -> None:
    clock = Clock()
    course = fetching(clock, 90 * MB)
    course.take(Step(StepKind.RESUMED, "c/0.pptx", 70 * MB))
    clock.now += 5
    course.take(Step(StepKind.BYTES, "c/0.pptx", 10 * MB))
    assert course.line() == "Fetching: 0 of 1 file · 80 MB of 90 MB · 2.0 MB/s · elapsed 0:05 · about 0:05 left"
    course.take(Step(StepKind.DONE, "c/0.pptx", 90 * MB))
    assert course.summary()[-1] == "Fetching: 1 file, 10 MB (2.0 MB/s), 70 MB here before, 5.0 s"


def test_what_is_left_is_told_once_the_pace_means_something() -> None:
    clock = Clock()
    course = fetching(clock, *(MB,) * 1000)
    clock.now += 5
    course.take(Step(StepKind.BYTES, "c/0.pptx", 100))
    assert "left" not in course.line()
    clock.now += 55
    assert "left" in course.line()
    clock.now += 20
    course.take(Step(StepKind.BYTES, "c/0.pptx", 20 * MB - 100))
    assert course.line().endswith("elapsed 1:20 · about 1:05:20 left")


def test_what_was_broken_off_is_never_the_manifest() -> None:
    clock = Clock()
    waiting, listing = Course(clock=clock), Course(clock=clock)
    waiting.take(Step(StepKind.ASKING))
    waiting.take(Step(StepKind.WRITING, amount=9))
    assert waiting.interrupted == "Waiting for Google Drive"
    listing.take(Step(StepKind.LISTED, amount=12, total=3))
    listing.take(Step(StepKind.WRITING, amount=9))
    assert listing.interrupted == "Listing: 12 files in 3 folders"
    both = fetching(clock, MB)
    both.take(Step(StepKind.WRITING, amount=9))
    assert both.interrupted == "Fetching: 0 of 1 file"


@pytest.mark.parametrize("command", ["sync", "plan", "verify"])
def test_json_is_data_and_progress_goes_beside_it(drive: RunningServer, tmp_path: Path, command: str) -> None:
    shown = session(f"materials {command} --json > found.json", folder=tmp_path)
    assert "Starting" in shown
    assert json.loads((tmp_path / "found.json").read_text())["schema"] == f"materials/{command}@1"


def test_the_largest_files_are_named_once_they_last() -> None:
    clock = Clock()
    course = fetching(clock, *(number * MB for number in range(1, 9)))
    assert len(list(lines_of(course, 80, clock.now))) == 2
    clock.now += 1
    shown = [line.plain for line in lines_of(course, 80, clock.now)]
    assert [line.split()[-1] for line in shown[2:]] == ["7.pptx", "6.pptx", "5.pptx"]


def test_a_wait_says_why_and_how_long_in_full_and_ends() -> None:
    clock = Clock()
    course = fetching(clock, MB)
    course.take(Step(StepKind.WAITING, amount=40, message=LIMITED))
    clock.now += 10
    shown = " ".join(line.plain.strip() for line in lines_of(course, 80, clock.now))
    assert LIMITED.text + " Retrying in 30 s." in shown
    assert LIMITED.text + " Retrying in 30 s." in course.line()
    clock.now += 30
    assert course.waiting is None


def test_each_phase_has_its_own_count_and_time() -> None:
    clock = Clock()
    course = Course(clock=clock)
    for kind, amount, total in (
        (StepKind.LISTED, 40, 5), (StepKind.PLANNING, 40, None), (StepKind.READ, 0, 12), (StepKind.READ, 12, 12),
        (StepKind.RECOGNISED, 3, 3), (StepKind.WRITING, 40, None),
    ):  # fmt: skip
        clock.now += 1
        course.take(Step(kind, amount=amount, total=total))
    assert course.summary() == [
        "Listing: 40 files in 5 folders, 2.0 s",
        "Planning: 40 files, 1.0 s",
        "Extracting text: 12 files, 2.0 s",
        "Recognising text in pictures: 3 pictures, 1.0 s",
        "Writing the manifest: 40 items, 0.0 s",
    ]
    assert course.left_from_before == 12


NAMES = st.text(st.sampled_from("aб한ខ្មែр _.会"), min_size=1, max_size=90)


@given(st.lists(st.tuples(NAMES, st.integers(1, 10**12)), max_size=6), st.integers(60, 130))
def test_no_line_of_the_display_is_wider_than_the_terminal(files: list[tuple[str, int]], width: int) -> None:
    clock = Clock()
    course = fetching(clock, *(size for _, size in files), 5)
    for name, size in files:
        course.take(Step(StepKind.BEGIN, f"c/{name}", total=size))
    course.take(Step(StepKind.WAITING, amount=40, message=LIMITED))
    clock.now += 3
    assert all(cells(line.plain) <= width for line in lines_of(course, width, clock.now))


def test_a_pipe_hears_every_few_seconds_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    heard = ""
    with Display(every=0.01) as display:
        display.step(Step(StepKind.STARTED, "georgia"))
        display.step(Step(StepKind.LISTED, amount=12, total=3))
        while "Listing" not in heard or not heard.endswith("\n"):
            heard += capsys.readouterr().err
    assert re.search(r"^georgia: Listing: 12 files in 3 folders · elapsed 0:00\n", heard, re.MULTILINE)
    with Display(quiet=True, every=0.01) as display:
        display.step(Step(StepKind.LISTED, amount=12, total=3))
    assert capsys.readouterr().err == ""


def test_a_pipe_hears_at_once_that_drive_does_not_answer_and_when_it_is_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    heard, told = "", list[Step]()

    def progress(step: Step) -> None:
        told.append(step)
        display.step(step)

    with Display(every=3600) as display, Wire(Credential("http://127.0.0.1:9", msg("none")), tries=2) as wire:
        display.step(Step(StepKind.STARTED, "georgia"))
        with display.watched() as course:
            now = course.clock()
            course.clock = lambda: now
        follow_waits(wire, progress)
        with pytest.raises(MaterialsError, match="could not be reached"):
            wire.persist(GET, lambda: wire.call("GET", "http://127.0.0.1:9/x", headers={}))
        while not heard.endswith("\n"):
            heard += capsys.readouterr().err
    assert [step.kind for step in told] == [StepKind.ASKING, StepKind.WAITING]
    assert re.match(
        r"georgia: Waiting for Google Drive · elapsed 0:00 · Google Drive could not be reached\. Attempt 1 of 2 failed\.",
        heard,
    )


def test_ctrl_c_leaves_a_clean_screen_and_says_where_it_goes_on(drive: RunningServer, world: World, tmp_path: Path) -> None:
    settings = tmp_path / "materials.toml"
    settings.write_text(settings.read_text().replace("[collections.c]", '[collections.c]\nbandwidth = "200KB"'))
    world.add_file("large.pdf", b"%PDF-" + bytes(2 * MB))
    shown, status = typed_into(["sync"], [("large.pdf", b"\x03")], folder=tmp_path)
    assert status == ExitStatus.INTERRUPTED
    after = shown.rpartition("c: interrupted. Fetching: 0 of 1 file. `materials sync` goes on from there.")[2]
    assert after
    assert "Traceback" not in shown
    assert "━" not in after
    settings.write_text(settings.read_text().replace("200KB", "200MB"))
    told = run("sync")
    assert "c: 1 new, 8 unchanged; 2.0 MB fetched." in told
    assert " here before, " in told
    assert "Writing the manifest: 9 items, " in told
