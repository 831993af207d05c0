"""Decides whether an unattended run sends a notification: for changes, and once for each failure that needs action. Pure.

A failure that usually passes is reported only if it lasts longer than `alert_after`, and then once a day, so that one bad
night causes no alarm (borgbackup#4155 and vdirsyncer#24 ask for this).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from materials_cli.config import ALERT_AFTER
from materials_cli.errors import Code, ExitStatus

# The start of a daily run varies by some minutes: with 24 hours, there would be an alarm every second day.
_ONCE_A_DAY = timedelta(hours=20)
_PASSING = frozenset(code for code in Code if code.passing)
_OVERDUE = "!overdue"
_CHANNELS = "~channels"
DAILY = "~settings"  # a failure that is reported each day, since nobody may have been reached
FILE = "alarm.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run of some collections ended.

    code: the code of the error that ended it and, after a space, its collection. failures: "COLLECTION/what" → code, for
    all that failed without ending it. changed: any item changed. succeeded: at least one collection is up to date.
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
    reported. run: the number of the last run whose changes were reported.
    """

    since: datetime
    success: datetime | None = None
    seen: Mapping[str, datetime] = field(default_factory=dict)
    reported: Mapping[str, datetime] = field(default_factory=dict)
    run: int | None = None

    def to_json(self) -> str:
        """The content of alarm.json."""
        content = {
            "since": self.since,
            "success": self.success,
            "seen": dict(self.seen),
            "told": dict(self.reported),
            "run": self.run,
        }
        return json.dumps(content, indent=1, default=datetime.isoformat)

    @classmethod
    def from_json(cls, text: str, now: datetime) -> "Memory":
        """Read what to_json() wrote; a new memory if that is not possible."""
        try:
            content = json.loads(text)
            return cls(
                datetime.fromisoformat(content["since"]),
                datetime.fromisoformat(content["success"]) if content["success"] else None,
                {key: datetime.fromisoformat(time) for key, time in content["seen"].items()},
                {key: datetime.fromisoformat(time) for key, time in content["told"].items()},
                int(content["run"]) if content["run"] is not None else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(now)


@dataclass(frozen=True, slots=True)
class Verdict:
    """notify: there is something to report. alarm: it includes a failure. recovered: a reported failure is over.

    failures: those to report, by key. status: the exit status of the run. memory: what to store for the next run.
    """

    notify: bool
    alarm: bool
    status: ExitStatus
    memory: Memory
    failures: frozenset[str] = frozenset()
    recovered: bool = False


def judge(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta = ALERT_AFTER) -> Verdict:
    """Decide what to report of an outcome, and what to store for the next run."""
    memory, news = _failed_items(outcome, memory, now, alert_after)
    return _after_error(outcome, memory, now, alert_after, news) if outcome.code else _after_success(outcome, memory, now, news)


def _after_success(outcome: Outcome, memory: Memory, now: datetime, news: frozenset[str]) -> Verdict:
    """No error ended the run: those that were reported before are over."""
    over = {key for key in memory.reported if key.startswith("!") and _concerns(key, outcome)}
    reported = {key: time for key, time in memory.reported.items() if key not in over}
    memory = replace(memory, success=now, reported=reported)
    notify = outcome.changed or bool(news or over)
    return Verdict(notify, bool(news), outcome.status, memory, news, recovered=bool(over))


def _after_error(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta, news: frozenset[str]) -> Verdict:
    """An error ended the run: report it if it needs action or has lasted too long, once a day."""
    key, status, due = f"!{outcome.code}", outcome.status, outcome.status is not ExitStatus.INTERRUPTED
    if status is ExitStatus.TEMPORARY:
        key, due = _OVERDUE, now - (memory.success or memory.since) > alert_after
        status = ExitStatus.PARTIAL if due else status
    alarm = due and not _within_a_day(key, memory, now)
    # A failure of one collection does not make the others out of date.
    if outcome.succeeded and outcome.status is not ExitStatus.TEMPORARY:
        memory = replace(memory, success=now)
    if alarm:
        memory = replace(memory, reported={**memory.reported, key: now})
    alarm = alarm or bool(news)
    return Verdict(alarm or outcome.changed, alarm, status, memory, news)


def _failed_items(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta) -> tuple[Memory, frozenset[str]]:
    """Store what failed in the collections of this run; return also the failures to report now."""
    seen = {key: time for key, time in memory.seen.items() if not _concerns(key, outcome)}
    seen |= {key: memory.seen.get(key, now) for key in outcome.failures}
    due = {key for key, code in outcome.failures.items() if code not in _PASSING or now - seen[key] > alert_after}
    news = frozenset(key for key in due if not (_within_a_day(key, memory, now) if key == DAILY else key in memory.reported))
    reported = {k: time for k, time in memory.reported.items() if k[0] in "!~" or not _concerns(k, outcome) or k in due}
    return replace(memory, seen=seen, reported=reported | dict.fromkeys(news, now)), news


def _concerns(key: str, outcome: Outcome) -> bool:
    """Whether a key concerns a collection of this run. A key without a collection concerns all."""
    collection = key.rpartition(" ")[2] if key.startswith("!") and " " in key else key.partition("/")[0]
    return not outcome.collections or key == _OVERDUE or collection in outcome.collections


def channels_failed(memory: Memory, now: datetime) -> Memory | None:
    """What to store when a failed channel is reported; None if one was reported within a day."""
    if _within_a_day(_CHANNELS, memory, now):
        return None
    return replace(memory, reported={**memory.reported, _CHANNELS: now})


def reported_lately(memory: Memory, now: datetime) -> bool:
    """Whether an error that ended a run was reported within a day."""
    return any(key.startswith("!") and _within_a_day(key, memory, now) for key in memory.reported)


def _within_a_day(key: str, memory: Memory, now: datetime) -> bool:
    """Whether the failure with this key was reported within a day."""
    return key in memory.reported and now - memory.reported[key] < _ONCE_A_DAY
