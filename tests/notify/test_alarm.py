"""When an unattended run sends a notification, over a month of good and bad days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from materials_cli.errors import ExitStatus
from materials_cli.notify.alarm import Memory, Outcome, Verdict, begun, due_today, judge, killed, reported_lately

START = datetime(2026, 3, 1, 3, 17, tzinfo=UTC)
DONE, OFFLINE, PRIVATE = (
    Outcome(ExitStatus.DONE),
    Outcome(ExitStatus.TEMPORARY, "offline"),
    Outcome(ExitStatus.PERSON_NEEDED, "x"),
)
CHANGED = Outcome(ExitStatus.DONE, changed=True)


def days(*outcomes: Outcome, hours: float = 24) -> list[Verdict]:
    memory, verdicts = Memory(START), []
    for number, outcome in enumerate(outcomes):
        verdicts.append(judge(outcome, memory, START + timedelta(hours=hours * number)))
        memory = verdicts[-1].memory
    return verdicts


def speaking(*outcomes: Outcome, hours: float = 24) -> list[int]:
    return [day for day, verdict in enumerate(days(*outcomes, hours=hours)) if verdict.notify]


def failing(**failures: str) -> Outcome:
    return Outcome(ExitStatus.PARTIAL, failures=failures)


def test_nothing_is_reported_if_all_is_well() -> None:
    assert speaking(*[DONE] * 30) == []


def test_changes_are_reported_on_the_same_day() -> None:
    assert speaking(DONE, CHANGED, DONE, CHANGED) == [1, 3]


def test_one_bad_night_is_not_reported() -> None:
    verdicts = days(DONE, OFFLINE, DONE)
    assert [v.notify for v in verdicts] == [False, False, False]
    assert verdicts[1].status is ExitStatus.TEMPORARY


def test_a_lasting_failure_is_reported_once_a_day() -> None:
    verdicts = days(DONE, *[OFFLINE] * 4, DONE, DONE)
    assert [v.notify for v in verdicts] == [False, False, True, True, True, True, False]
    assert [v.status for v in verdicts[1:5]] == [ExitStatus.TEMPORARY, *[ExitStatus.PARTIAL] * 3]
    assert verdicts[5].recovered
    assert speaking(DONE, *[OFFLINE] * 72, hours=1) == [37, 57]


def test_failures_before_the_first_success_are_reported() -> None:
    assert speaking(*[OFFLINE] * 4) == [2, 3]


def test_a_failure_that_needs_action_is_reported_at_once_and_once_a_day() -> None:
    assert speaking(DONE, PRIVATE, PRIVATE, DONE) == [1, 2, 3]
    assert speaking(DONE, *[PRIVATE] * 30, hours=1) == [1, 21]


def test_another_failure_is_reported_on_the_same_day() -> None:
    assert speaking(PRIVATE, Outcome(ExitStatus.DISK, "disk_full"), hours=1) == [0, 1]


def test_a_failing_file_is_reported_once_and_again_after_it_succeeded() -> None:
    forbidden = failing(a="download_forbidden")
    assert speaking(forbidden, forbidden, forbidden, DONE, forbidden) == [0, 4]
    assert speaking(forbidden, failing(a="download_forbidden", b="download_forbidden")) == [0, 1]
    assert [v.failures for v in days(forbidden, failing(a="download_forbidden", b="download_forbidden"))][1] == {"b"}


def test_a_quota_that_resets_within_a_day_is_not_reported() -> None:
    spent = failing(a="download_quota")
    assert speaking(spent, DONE, spent, DONE) == []
    assert speaking(spent, spent, spent, spent) == [2]


def test_changes_are_reported_despite_a_failure() -> None:
    both = Outcome(ExitStatus.TEMPORARY, "offline", changed=True)
    assert speaking(DONE, both) == [1]
    assert not days(DONE, both)[1].alarm


def test_an_interrupted_run_is_not_reported() -> None:
    assert speaking(Outcome(ExitStatus.INTERRUPTED, "interrupted")) == []


def test_trouble_beside_the_mirroring_is_reported_once_a_day() -> None:
    due, memory = due_today(["mail"], Memory(START), START)
    assert due == {"mail"}
    assert due_today(["mail", "log"], memory, START + timedelta(hours=3))[0] == {"log"}
    assert not due_today(["mail"], judge(DONE, memory, START).memory, START + timedelta(hours=3))[0]
    assert due_today(["mail"], memory, START + timedelta(hours=24))[0] == {"mail"}


def test_killed_runs_are_reported_after_the_second_and_once_a_day() -> None:
    memory, reported = Memory(START), []
    for day in range(6):
        count, memory = killed(memory, START + timedelta(days=day))
        memory = begun(memory, START + timedelta(days=day))
        reported.append(count)
    assert reported == [0, 0, 2, 3, 4, 5]
    assert killed(memory, START + timedelta(days=5, hours=1))[0] == 0
    assert judge(DONE, memory, START + timedelta(days=7)).recovered
    assert judge(DONE, begun(Memory(START), START), START).memory.unfinished == ()


def test_what_began_just_now_is_not_taken_for_killed() -> None:
    memory = begun(begun(Memory(START), START), START + timedelta(seconds=1))
    assert killed(memory, START + timedelta(seconds=2))[0] == 0
    assert killed(memory, START + timedelta(hours=24))[0] == 2


def test_times_in_the_future_are_forgotten() -> None:
    ahead = START + timedelta(days=3650)
    written = days(PRIVATE)[0].memory
    text = replace(written, since=ahead, success=ahead, seen={"a": ahead}, reported={"!x": ahead, "!y": START}).to_json()
    read = Memory.from_json(text, START)
    assert (read.since, read.success, read.seen, read.reported) == (START, None, {"a": START}, {"!y": START})


def test_a_monitor_hears_what_a_person_would() -> None:
    assert [v.heard for v in days(DONE, OFFLINE, OFFLINE, OFFLINE, DONE)] == [0, 0, ExitStatus.PARTIAL, ExitStatus.PARTIAL, 0]
    assert [v.heard for v in days(PRIVATE, PRIVATE, hours=1)] == [4, 4]
    forbidden, spent = failing(a="download_forbidden"), failing(a="download_quota")
    assert [v.heard for v in days(forbidden, forbidden, DONE, forbidden)] == [3, 0, 0, 3]
    assert [v.heard for v in days(spent, spent, spent, spent)] == [0, 0, 3, 0]
    cut = Outcome(ExitStatus.TERMINATED, "terminated")
    assert [(v.heard, v.status) for v in days(DONE, cut, DONE)] == [(0, 0), (0, 143), (0, 0)]
    assert [v.alarm for v in days(*[cut] * 4)] == [False, False, True, True]


def test_a_bad_night_does_not_repeat_what_was_reported_of_files() -> None:
    forbidden = replace(failing(**{"c/a": "download_forbidden"}), collections=frozenset({"", "c"}))
    cut = replace(OFFLINE, collections=frozenset({""}))
    assert speaking(forbidden, cut, forbidden) == [0]


def test_an_error_of_the_whole_archive_is_over_when_it_is() -> None:
    full = Outcome(ExitStatus.DISK, "disk_full", collections=frozenset({""}))
    assert [v.recovered for v in days(full, replace(DONE, collections=frozenset({"", "c"})), DONE)] == [False, True, False]


def test_an_error_reported_lately() -> None:
    memory = days(PRIVATE)[0].memory
    assert reported_lately(memory, START + timedelta(hours=1))
    assert not reported_lately(memory, START + timedelta(hours=30))
    assert not reported_lately(Memory(START), START)


outcomes = st.sampled_from([DONE, CHANGED, OFFLINE, PRIVATE, failing(a="download_forbidden"), failing(b="download_quota")])


@given(st.lists(outcomes, max_size=60), st.sampled_from([1, 6, 24]))
def test_invariants_over_a_month(month: list[Outcome], hours: int) -> None:
    verdicts = days(*month, hours=hours)
    for outcome, verdict in zip(month, verdicts, strict=True):
        assert verdict.notify or not outcome.changed
        assert verdict.notify or not verdict.alarm
        assert Memory.from_json(verdict.memory.to_json(), START + timedelta(days=90)) == verdict.memory
    well = [n for n, o in enumerate(month) if o is DONE and all(m in (DONE, CHANGED) for m in month[:n])]
    assert not any(verdicts[n].notify for n in well)


@given(st.text())
def test_an_unreadable_memory_is_replaced(text: str) -> None:
    assert Memory.from_json(text, START) == Memory(START)
