"""What an operation is doing: its phases, each with its own count, bytes and time, from the steps that it reports.

Prints nothing. The bars on a terminal, the lines in a pipe and the summary at the end all read the same Course.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from materials_cli.messages import Message, counted, msg, msgid, size, tr
from materials_cli.model import Step, StepKind

_RECENTLY = 10.0  # seconds over which the speed is measured
_SETTLED = 2.0  # seconds before which no rest is estimated
_TELLING = 60.0  # seconds after which the pace tells the rest, however little is done
_SHARE = 0.01  # of the whole that must be done to tell it earlier


class Phase(StrEnum):
    """The phases of an operation, in their order."""

    LISTING = msgid("Listing")
    PLANNING = msgid("Planning")
    FETCHING = msgid("Fetching")
    VERIFYING = msgid("Verifying")
    COPYING = msgid("Copying")
    CHECKING = msgid("Comparing with the manifest")
    READING = msgid("Extracting text")
    COUNTING = msgid("Counting words")
    LOOKING = msgid("Recognising text in pictures")
    DRAWING = msgid("Drawing slides and pages")
    PREPARING = msgid("Preparing search by meaning")
    WRITING = msgid("Writing the manifest")


_COUNTS = {
    StepKind.PLANNING: Phase.PLANNING,
    StepKind.CHECKED: Phase.CHECKING,
    StepKind.READ: Phase.READING,
    StepKind.COUNTED: Phase.COUNTING,
    StepKind.RECOGNISED: Phase.LOOKING,
    StepKind.PICTURED: Phase.DRAWING,
    StepKind.PREPARED: Phase.PREPARING,
    StepKind.WRITING: Phase.WRITING,
}
_NOUNS = {Phase.COUNTING: "section", Phase.LOOKING: "picture", Phase.PREPARING: "section", Phase.WRITING: "item"}


@dataclass(slots=True)
class Stage:
    """One phase. began, ended: seconds of the clock; done, total: files; bytes: that came now; whole: all that are expected."""

    phase: Phase
    began: float
    ended: float
    done: int = 0
    total: int | None = None
    folders: int = 0
    bytes: int = 0
    resumed: int = 0
    whole: int = 0

    @property
    def seconds(self) -> float:
        """How long it took so far."""
        return self.ended - self.began

    @property
    def count(self) -> Message:
        """12 of 40 files."""
        noun = _NOUNS.get(self.phase, "file")
        if self.folders:
            return msg("{files} in {folders}", files=counted(self.done, "file"), folders=counted(self.folders, "folder"))
        if self.total is None or self.done >= self.total:
            return counted(self.done, noun)
        return msg("{done} of {whole}", done=self.done, whole=counted(self.total, noun))

    @property
    def heading(self) -> str:
        """Fetching: 12 of 40 files."""
        return f"{tr(self.phase)}: {tr(self.count)}"


@dataclass(slots=True)
class Flight:
    """A file that is being fetched. total: its bytes, if Drive states them."""

    name: str
    began: float
    total: int | None
    done: int = 0


@dataclass(slots=True)
class Course:
    """The phases of one collection so far. bytes_are: what a stream of bytes means here. Not thread-safe."""

    bytes_are: Phase = Phase.FETCHING
    clock: Callable[[], float] = time.monotonic
    collection: str = ""
    stages: dict[Phase, Stage] = field(default_factory=dict)
    flights: dict[str, Flight] = field(default_factory=dict)
    trouble: Message | None = None
    waits_until: float = 0.0
    now: Stage | None = None
    asking: bool = False
    _recent: deque[tuple[float, int]] = field(default_factory=deque)
    _began: float = 0.0

    def __post_init__(self) -> None:
        """The first phase begins at once, before anything is known of it."""
        self._began = self.clock()

    def take(self, step: Step) -> None:
        """Take in one step."""
        match step.kind:
            case StepKind.ASKING:
                self.asking = True
            case StepKind.LISTED:
                stage = self._enter(Phase.LISTING)
                stage.done, stage.folders = step.amount, step.total or 0
            case StepKind.PLANNED if step.total:
                stage = self._enter(self.bytes_are)
                stage.total, stage.whole = step.total, step.amount
            case StepKind.BEGIN:
                self.flights[step.path] = Flight(step.path.rpartition("/")[2], self.clock(), step.total)
            case StepKind.BYTES | StepKind.RESUMED:
                self._advance(step)
            case StepKind.DONE | StepKind.FAILED:
                self.flights.pop(step.path, None)
                if fetching := self.stages.get(self.bytes_are):
                    fetching.done += 1
                    fetching.ended = self.clock()
            case StepKind.WAITING:
                self.trouble, self.waits_until = step.message, self.clock() + step.amount
            case kind if kind in _COUNTS and step.total != 0:
                stage = self._enter(_COUNTS[kind])
                stage.done, stage.total = step.amount, step.total

    def _enter(self, phase: Phase) -> Stage:
        """The stage of a phase, which is now the present one."""
        now = self.clock()
        if self.now and self.now.phase is not phase:
            self.now.ended = now
        self.now = self.stages.setdefault(phase, Stage(phase, now if self.stages else self._began, now))
        self.now.ended = now
        return self.now

    def _advance(self, step: Step) -> None:
        if flight := self.flights.get(step.path):
            flight.done += step.amount
        stage = self.stages.get(self.bytes_are)
        if stage is None:
            return
        if step.kind is StepKind.RESUMED or step.amount < 0:
            stage.resumed += step.amount
            return
        stage.bytes += step.amount
        stage.ended = self.clock()
        self._recent.append((stage.ended, step.amount))
        while self._recent[0][0] < stage.ended - _RECENTLY:
            self._recent.popleft()

    @property
    def waiting(self) -> Message | None:
        """Why nothing is asked of Google now, and for how long."""
        rest = ceil(self.waits_until - self.clock())
        if self.trouble is None or rest < 1:
            return None
        return msg("{trouble} Retrying in {seconds} s.", trouble=self.trouble, seconds=rest)

    @property
    def heading(self) -> str:
        """The present phase with its count; before the first, what is done to begin it."""
        return self.now.heading if self.now else _beginning(asking=self.asking)

    def figures(self) -> list[Message]:
        """Bytes, speed, the time that has passed and that is left of the present phase, each with its label."""
        stage, now = self.now, self.clock()
        if stage is None:
            return [msg("elapsed {time}", time=_clock(now - self._began))] if self.asking else []
        speed = self._speed(stage, now)
        parts = []
        if here := stage.bytes + stage.resumed:
            amount = msg("{done} of {whole}", done=size(here), whole=size(stage.whole))
            parts.append(amount if stage.whole > here else size(here))
        if speed:
            parts.append(msg("{size}/s", size=size(int(speed))))
        parts.append(msg("elapsed {time}", time=_clock(now - stage.began)))
        rest = _rest(stage, now - stage.began)
        return [*parts, msg("about {time} left", time=_clock(rest))] if rest else parts

    def _speed(self, stage: Stage, now: float) -> float:
        """Bytes a second of late: what was here before the run began is no speed."""
        if stage.phase is not self.bytes_are:
            return 0.0
        since = max(stage.began, now - _RECENTLY)
        return sum(count for at, count in self._recent if at >= since) / max(1.0, now - since)

    def line(self) -> str:
        """All about the present phase in one line, for a pipe."""
        waiting = [tr(self.waiting)] if self.waiting else []
        return " · ".join([self.heading, *map(tr, self.figures()), *waiting])

    def summary(self) -> list[str]:
        """Each phase with its count and its time, when all is over."""
        return [_summed(self.stages[phase]) for phase in Phase if phase in self.stages]

    @property
    def interrupted(self) -> str:
        """What Ctrl-C broke off: the stage that has not come to its end, or the last; never the manifest, which follows it."""
        broken = [stage for stage in self.stages.values() if stage.phase is not Phase.WRITING]
        unfinished = next((stage for stage in broken if stage.total is not None and stage.done < stage.total), None)
        last = unfinished or (broken[-1] if broken else None)
        return last.heading if last else _beginning(asking=self.asking)

    @property
    def left_from_before(self) -> int:
        """How many files were read whose bytes had come before this run."""
        read, fetched = (self.stages.get(phase) for phase in (Phase.READING, self.bytes_are))
        return max(0, (read.done if read else 0) - (fetched.done if fetched else 0))


def _beginning(*, asking: bool) -> str:
    """What is done before the first phase."""
    return tr("Waiting for Google Drive") if asking else tr("Starting …")


def _rest(stage: Stage, elapsed: float) -> float:
    """Seconds that a stage will still take at its pace so far; 0 as long as that means nothing, or nothing is known of it."""
    if stage.whole:
        done, wanted = stage.bytes, stage.whole - stage.resumed
    else:
        done, wanted = stage.done, stage.total or 0
    if done <= 0 or elapsed < _SETTLED or (done < _SHARE * wanted and elapsed < _TELLING):
        return 0.0
    return max(0, wanted - done) * elapsed / done


def _summed(stage: Stage) -> str:
    parts = [stage.heading]
    if stage.bytes:
        speed = size(int(stage.bytes / max(0.1, stage.seconds)))
        parts.append(tr("{amount} ({speed}/s)", amount=size(stage.bytes), speed=speed))
    if stage.resumed > 0:
        parts.append(tr("{size} here before", size=size(stage.resumed)))
    return ", ".join([*parts, tr("{seconds} s", seconds=round(stage.seconds, 1))])


def _clock(seconds: float) -> str:
    """Minutes and seconds, and hours if there are any: 1:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
