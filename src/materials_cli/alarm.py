"""When an unattended run should speak: silent when all is well, loud when a person is needed, never twice for one thing. Pure.

One bad night is no news as long as the last success is fresh (borgbackup#4155, vdirsyncer#24 ask for just this): what
passes by itself is told only once `alert_after` has gone by, and then once a day.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from materials_cli.configuration import ALERT_AFTER
from materials_cli.errors import ExitStatus

# A daily run wanders by some minutes, so that a full day between two alarms would be every second day.
_ONCE_A_DAY = timedelta(hours=20)
_PASSING = frozenset({"download_quota", "google_trouble", "bad_bytes", "list_incomplete"})
_OVERDUE = "!overdue"
_CHANNELS = "~channels"
FILE = "alarm.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. code: the word of the error that ended it. failures: item → code. changed: anything came or went."""

    status: ExitStatus
    code: str = ""
    failures: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known from earlier runs: since when runs are made, the last success, what was seen and told, and when."""

    since: datetime
    success: datetime | None = None
    seen: Mapping[str, datetime] = field(default_factory=dict)
    told: Mapping[str, datetime] = field(default_factory=dict)

    def to_json(self) -> str:
        """As kept between runs."""
        times = {"since": self.since, "success": self.success}
        return json.dumps(
            {name: time and time.isoformat() for name, time in times.items()}
            | {name: {k: t.isoformat() for k, t in getattr(self, name).items()} for name in ("seen", "told")},
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str, now: datetime) -> "Memory":
        """What to_json() wrote; of anything else nothing is remembered."""
        try:
            told = json.loads(text)
            return cls(
                datetime.fromisoformat(told["since"]),
                datetime.fromisoformat(told["success"]) if told["success"] else None,
                {key: datetime.fromisoformat(time) for key, time in told["seen"].items()},
                {key: datetime.fromisoformat(time) for key, time in told["told"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(now)


@dataclass(frozen=True, slots=True)
class Verdict:
    """speak: there is news for a person. alarm: and it is trouble. recovered: trouble that was told is over.

    failures: the items whose failure is news. status: what the run ends with.
    """

    speak: bool
    alarm: bool
    status: ExitStatus
    memory: Memory
    failures: frozenset[str] = frozenset()
    recovered: bool = False


def judge(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta = ALERT_AFTER) -> Verdict:
    """Say whether this outcome is worth a person's time, and what to remember for the next run."""
    if outcome.status in {ExitStatus.DONE, ExitStatus.PARTIAL}:
        return _succeeded(outcome, memory, now, alert_after)
    key, due = f"!{outcome.code}", True
    status: ExitStatus = outcome.status
    if outcome.status is ExitStatus.TEMPORARY:
        key = _OVERDUE
        due = now - (memory.success or memory.since) > alert_after
        status = ExitStatus.PARTIAL if due else ExitStatus.TEMPORARY
    elif outcome.status is ExitStatus.INTERRUPTED:
        due = False
    alarm = due and (key not in memory.told or now - memory.told[key] >= _ONCE_A_DAY)
    told = {**memory.told, key: now} if alarm else memory.told
    return Verdict(alarm or outcome.changed, alarm, status, replace(memory, told=told))


def channels_failed(memory: Memory, now: datetime) -> Memory | None:
    """What to remember once a person is told that a channel is broken; None when that was told within a day."""
    if _CHANNELS in memory.told and now - memory.told[_CHANNELS] < _ONCE_A_DAY:
        return None
    return replace(memory, told={**memory.told, _CHANNELS: now})


def told_lately(memory: Memory, now: datetime) -> bool:
    """Whether a person was told of some trouble within a day."""
    return any(key.startswith("!") and now - time < _ONCE_A_DAY for key, time in memory.told.items())


def _succeeded(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta) -> Verdict:
    seen = {item: memory.seen.get(item, now) for item in outcome.failures}
    due = {item for item, code in outcome.failures.items() if code not in _PASSING or now - seen[item] > alert_after}
    news = frozenset(item for item in due if item not in memory.told)
    recovered = any(key.startswith("!") for key in memory.told)
    told = {item: memory.told.get(item, now) for item in due}
    told |= {key: time for key, time in memory.told.items() if key == _CHANNELS}
    return Verdict(
        speak=outcome.changed or bool(news) or recovered,
        alarm=bool(news),
        status=outcome.status,
        memory=Memory(memory.since, now, seen, told),
        failures=news,
        recovered=recovered,
    )
