"""When an unattended run should speak: silent when all is well, loud when a person is needed, never twice for one thing. Pure.

One bad night is no news as long as the last success is fresh (borgbackup#4155, vdirsyncer#24 ask for just this): what
passes by itself is told only once `alert_after` has gone by, and then once a day.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from materials_cli.config import ALERT_AFTER
from materials_cli.errors import Code, ExitStatus

# A daily run wanders by some minutes, so that a full day between two alarms would be every second day.
_ONCE_A_DAY = timedelta(hours=20)
_PASSING = frozenset(code for code in Code if code.passing)
_OVERDUE = "!overdue"
_CHANNELS = "~channels"
FILE = "alarm.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, for the collections that were in it.

    code: the word of the error that ended it and, after a space, its collection. failures: "COLLECTION/what" → code, for all
    that failed without ending it. changed: anything came or went. succeeded: some collection was brought up to date.
    """

    status: ExitStatus
    code: str = ""
    failures: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False
    succeeded: bool = False
    collections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known from earlier runs: since when runs are made, the last success, what was seen and told, and when.

    run: the number of the last run whose changes were told.
    """

    since: datetime
    success: datetime | None = None
    seen: Mapping[str, datetime] = field(default_factory=dict)
    told: Mapping[str, datetime] = field(default_factory=dict)
    run: int | None = None

    def to_json(self) -> str:
        """As kept between runs."""
        times = {"since": self.since, "success": self.success}
        return json.dumps(
            {name: time and time.isoformat() for name, time in times.items()}
            | {name: {k: t.isoformat() for k, t in getattr(self, name).items()} for name in ("seen", "told")}
            | {"run": self.run},
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
                int(told["run"]) if told["run"] is not None else None,
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
    memory, news = _failed_items(outcome, memory, now, alert_after)
    if not outcome.code:
        recovered = any(key.startswith("!") and _concerns(key, outcome) for key in memory.told)
        told = {key: time for key, time in memory.told.items() if not (key.startswith("!") and _concerns(key, outcome))}
        memory = replace(memory, success=now, told=told)
        return Verdict(outcome.changed or bool(news) or recovered, bool(news), outcome.status, memory, news, recovered)
    key, status, due = f"!{outcome.code}", outcome.status, True
    if status is ExitStatus.TEMPORARY:
        key = _OVERDUE
        due = now - (memory.success or memory.since) > alert_after
        status = ExitStatus.PARTIAL if due else status
    elif status is ExitStatus.INTERRUPTED:
        due = False
    alarm = due and (key not in memory.told or now - memory.told[key] >= _ONCE_A_DAY)
    memory = replace(
        memory,
        # What needs a person here does not make the others stale.
        success=now if outcome.succeeded and outcome.status is not ExitStatus.TEMPORARY else memory.success,
        told={**memory.told, key: now} if alarm else memory.told,
    )
    return Verdict(alarm or bool(news) or outcome.changed, alarm or bool(news), status, memory, news)


def _failed_items(outcome: Outcome, memory: Memory, now: datetime, alert_after: timedelta) -> tuple[Memory, frozenset[str]]:
    """Remember what failed in the collections of this run, and say which of it is news."""
    seen = {key: time for key, time in memory.seen.items() if not _concerns(key, outcome)}
    seen |= {key: memory.seen.get(key, now) for key in outcome.failures}
    due = {key for key, code in outcome.failures.items() if code not in _PASSING or now - seen[key] > alert_after}
    news = frozenset(key for key in due if key not in memory.told)
    told = {k: time for k, time in memory.told.items() if k[0] in "!~" or not _concerns(k, outcome) or k in due}
    return replace(memory, seen=seen, told=told | dict.fromkeys(news, now)), news


def _concerns(key: str, outcome: Outcome) -> bool:
    """Whether what is remembered under this key is about a collection of this run. What names none is about all."""
    collection = key.rpartition(" ")[2] if key.startswith("!") and " " in key else key.partition("/")[0]
    return not outcome.collections or key == _OVERDUE or collection in outcome.collections


def channels_failed(memory: Memory, now: datetime) -> Memory | None:
    """What to remember once a person is told that a channel is broken; None when that was told within a day."""
    if _CHANNELS in memory.told and now - memory.told[_CHANNELS] < _ONCE_A_DAY:
        return None
    return replace(memory, told={**memory.told, _CHANNELS: now})


def told_lately(memory: Memory, now: datetime) -> bool:
    """Whether a person was told of some trouble within a day."""
    return any(key.startswith("!") and now - time < _ONCE_A_DAY for key, time in memory.told.items())
