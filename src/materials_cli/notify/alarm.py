"""Decides whether an unattended run sends a notification: for changes, and once for each failure that needs action. Pure.

A failure that usually passes is reported only if it lasts longer than `alert_after`, and then once a day, so that one bad
night causes no alarm (borgbackup#4155 and vdirsyncer#24 ask for this). A monitor hears what a person would.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from materials_cli.config import Notify
from materials_cli.dates import believable, read_duration
from materials_cli.errors import Code, ExitStatus

ALERT_AFTER = timedelta(hours=36)
# The start of a daily run varies by some minutes: with 24 hours, there would be an alarm every second day.
_ONCE_A_DAY = timedelta(hours=20)
_PASSING = frozenset(code for code in Code if code.passing)
_SIGNALS = {ExitStatus.INTERRUPTED, ExitStatus.TERMINATED, ExitStatus.HUNG_UP}
_OVERDUE = "!overdue"
_UNFINISHED = "!unfinished"
_MOST_UNFINISHED = 100
_STARTING = timedelta(minutes=5)  # until a run has the archive's lock: two lines of cron may start two at once
FILE = "alarm.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run of some collections ended.

    code: the code of the error that ended it and, after a space, its collection. failures: "COLLECTION/what" → code, for
    all that failed without ending it; without a collection, it concerns the archive. changed: any item changed. succeeded: at
    least one collection is up to date. collections: those whose failures are known now; none for all.
    """

    status: ExitStatus
    code: str = ""
    failures: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False
    succeeded: bool = False
    collections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """What is stored between runs, in the archive's alarm.json.

    since: the time of the first run. success: the last success. seen, reported: failure → when it was first seen, and last
    reported. run: the number of the last run whose changes were reported. unfinished: when runs began that have not ended.
    """

    since: datetime
    success: datetime | None = None
    seen: Mapping[str, datetime] = field(default_factory=dict)
    reported: Mapping[str, datetime] = field(default_factory=dict)
    run: int | None = None
    unfinished: tuple[datetime, ...] = ()

    def to_json(self) -> str:
        """The content of alarm.json."""
        content = {
            "since": self.since,
            "success": self.success,
            "seen": dict(self.seen),
            "told": dict(self.reported),
            "run": self.run,
            "unfinished": self.unfinished,
        }
        return json.dumps(content, indent=1, default=datetime.isoformat)

    @classmethod
    def from_json(cls, text: str, now: datetime) -> "Memory":
        """Read what to_json() wrote; a new memory if that is not possible. A time in the future is forgotten.

        It was written while the clock was wrong, and would mute every alarm until then.
        """
        try:
            content = json.loads(text)
            since, success = (content[name] and datetime.fromisoformat(content[name]) for name in ("since", "success"))
            return cls(
                since if believable(since, now) else now,
                success if success and believable(success, now) else None,
                {key: time if believable(time, now) else now for key, time in _times(content["seen"])},
                {key: time for key, time in _times(content["told"]) if believable(time, now)},
                int(content["run"]) if content["run"] is not None else None,
                tuple(map(datetime.fromisoformat, content.get("unfinished", ()))),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return cls(now)


def _times(stored: Mapping[str, str]) -> Iterable[tuple[str, datetime]]:
    return ((key, datetime.fromisoformat(time)) for key, time in stored.items())


@dataclass(frozen=True, slots=True)
class Verdict:
    """notify: there is something to report. alarm: it includes a failure. recovered: a reported failure is over.

    failures: those to report, by key. status: the exit status of the run. heard: the status that a monitor hears: that of a
    failure which needs action or has lasted, each time; of failed items, once. memory: what to store for the next run.
    """

    notify: bool
    alarm: bool
    status: ExitStatus
    memory: Memory
    failures: frozenset[str] = frozenset()
    recovered: bool = False
    heard: ExitStatus = ExitStatus.DONE


def alert_after(notify: Notify, environ: Mapping[str, str]) -> timedelta:
    """What materials.toml says, else what fits the installed timer, which states it in MATERIALS_ALERT_AFTER."""
    if notify.alert_after:
        return notify.alert_after
    with suppress(ValueError):
        return read_duration(environ.get("MATERIALS_ALERT_AFTER", ""))
    return ALERT_AFTER


def judge(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta = ALERT_AFTER) -> Verdict:
    """Decide what to report of an outcome, and what to store for the next run."""
    memory, news = _failed_items(outcome, replace(memory, unfinished=()), now, alert_after)
    return _after_error(outcome, memory, now, alert_after, news) if outcome.code else _after_success(outcome, memory, now, news)


def _after_success(outcome: Outcome, memory: Memory, now: datetime, news: frozenset[str]) -> Verdict:
    """No error ended the run: those that were reported before are over."""
    over = {key for key in memory.reported if key.startswith("!") and _concerns(key, outcome)}
    reported = {key: time for key, time in memory.reported.items() if key not in over}
    memory = replace(memory, success=now, reported=reported)
    notify = outcome.changed or bool(news or over)
    heard = outcome.status if news else ExitStatus.DONE
    return Verdict(notify, bool(news), outcome.status, memory, news, recovered=bool(over), heard=heard)


def _after_error(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta, news: frozenset[str]) -> Verdict:
    """An error ended the run: report it if it needs action or has lasted too long, once a day."""
    key, status, due = f"!{outcome.code}", outcome.status, True
    if status is ExitStatus.TEMPORARY or status in _SIGNALS:
        key, due = _OVERDUE, now - (memory.success or memory.since) > alert_after
        status = ExitStatus.PARTIAL if due and status is ExitStatus.TEMPORARY else status
    alarm = due and not _within_a_day(key, memory, now)
    # A failure of one collection does not make the others out of date.
    if outcome.succeeded and outcome.status is not ExitStatus.TEMPORARY:
        memory = replace(memory, success=now)
    if alarm:
        memory = replace(memory, reported={**memory.reported, key: now})
    alarm = alarm or bool(news)
    heard = status if due else ExitStatus.PARTIAL if news else ExitStatus.DONE
    return Verdict(alarm or outcome.changed, alarm, status, memory, news, heard=heard)


def _failed_items(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta) -> tuple[Memory, frozenset[str]]:
    """Store what failed in the collections of this run; return also the failures to report now."""
    seen = {key: time for key, time in memory.seen.items() if not _concerns(key, outcome)}
    seen |= {key: memory.seen.get(key, now) for key in outcome.failures}
    due = {key for key, code in outcome.failures.items() if code not in _PASSING or now - seen[key] > alert_after}
    news = frozenset(key for key in due if key not in memory.reported)
    reported = {k: time for k, time in memory.reported.items() if k[0] in "!~" or not _concerns(k, outcome) or k in due}
    return replace(memory, seen=seen, reported=reported | dict.fromkeys(news, now)), news


def _concerns(key: str, outcome: Outcome) -> bool:
    """Whether a key concerns a collection of this run. A key without a collection concerns all."""
    collection = key.partition(" ")[2] if key.startswith("!") else key.partition("/")[0]
    return not outcome.collections or not collection or collection in outcome.collections


def begun(memory: Memory, now: datetime) -> Memory:
    """What to store when a run begins, so that the next one knows if this one was killed."""
    return replace(memory, unfinished=(*memory.unfinished[1 - _MOST_UNFINISHED :], now))


def killed(memory: Memory, now: datetime) -> tuple[int, Memory]:
    """How many runs in a row were killed, if that is to be reported now, else 0; and what to store if it is.

    One is no news: a machine may be switched off. What began just now may be at work.
    """
    count = sum(abs(now - began) > _STARTING for began in memory.unfinished)
    if count < 2 or _within_a_day(_UNFINISHED, memory, now):
        return 0, memory
    return count, one_killed(memory, now)


def one_killed(memory: Memory, now: datetime) -> Memory:
    """What to store when the timer has reported that a run was killed."""
    return replace(memory, reported={**memory.reported, _UNFINISHED: now})


def due_today(troubles: Iterable[str], memory: Memory, now: datetime) -> tuple[frozenset[str], Memory]:
    """Which troubles beside the mirroring (of the log, of a channel …) were not reported within a day, and what to store."""
    due = frozenset(name for name in troubles if not _within_a_day(f"~{name}", memory, now))
    return due, replace(memory, reported={**memory.reported, **{f"~{name}": now for name in due}})


def reported_lately(memory: Memory, now: datetime) -> bool:
    """Whether an error that ended a run was reported within a day."""
    return any(key.startswith("!") and _within_a_day(key, memory, now) for key in memory.reported)


def _within_a_day(key: str, memory: Memory, now: datetime) -> bool:
    """Whether the failure with this key was reported within a day."""
    return key in memory.reported and now - memory.reported[key] < _ONCE_A_DAY
