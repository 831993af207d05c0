"""The progress display of an operation: live on a terminal; in a pipe, a line every ten seconds. Thread-safe."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from materials_cli.cli.output import is_terminal, say
from materials_cli.cli.phases import Course, Phase
from materials_cli.messages import tr
from materials_cli.model import Step, StepKind

if TYPE_CHECKING:
    from materials_cli.cli.bars import Bars

_EVERY = 10.0  # seconds
_AT_FIRST = 3.0  # seconds until a wait for Drive is told of, and between two troubles that are


class Display:
    """Displays the steps of an operation. A context manager; pass `.step` as the progress function.

    bytes_are: the phase in which bytes are counted. every: seconds between two lines in a pipe.
    """

    def __init__(self, *, quiet: bool = False, bytes_are: Phase = Phase.FETCHING, every: float = _EVERY) -> None:
        self._quiet = quiet
        self._bytes_are = bytes_are
        self._every = every
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._trouble = threading.Event()
        self._teller: threading.Thread | None = None
        self.course = Course(bytes_are)
        self._bars = None if quiet or not is_terminal(sys.stderr) else _new_bars(self)

    def __enter__(self) -> Self:
        """Start the display."""
        if self._bars:
            self._bars.start()
        elif not self._quiet:
            self._teller = threading.Thread(target=self._tell, name="progress", daemon=True)
            self._teller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the display and clear it."""
        self._ended.set()
        self._trouble.set()
        if self._teller:
            self._teller.join()
        if self._bars:
            with suppress(OSError):  # a terminal that was closed
                self._bars.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bars off the screen while something else is printed."""
        if self._bars is None:
            yield
            return
        with suppress(OSError):
            self._bars.stop()
        try:
            yield
        finally:
            with suppress(OSError):
                self._bars.start()

    def step(self, step: Step) -> None:
        """Display one step; after the terminal was closed, do nothing."""
        with self._lock:
            if step.kind is StepKind.STARTED:
                self.course = Course(self._bytes_are, collection=step.path)
            self.course.take(step)
        if step.kind is StepKind.WAITING:
            self._trouble.set()
        if step.kind is not StepKind.NOTICE or self._quiet:
            return
        if self._bars:
            with suppress(OSError):
                self._bars.note(tr(step.message or ""), "yellow")
        else:
            tell_notice(step)

    @contextmanager
    def watched(self) -> Iterator[Course]:
        """The present course, which nobody changes meanwhile."""
        with self._lock:
            yield self.course

    def _tell(self) -> None:
        """Say every few seconds what is being done, trouble at once: whoever reads a log wants to know that something is."""
        at_first = min(_AT_FIRST, self._every)
        if not self._trouble.wait(at_first) and (self.course.now or not self.course.asking):
            self._trouble.wait(self._every - at_first)
        while True:
            self._trouble.clear()
            if self._ended.is_set():
                return
            with self.watched() as course:
                line = f"{course.collection}: {course.line()}" if course.collection else course.line()
            with suppress(OSError, ValueError):
                say(line)
            self._ended.wait(at_first)
            self._trouble.wait(self._every - at_first)


def tell_notice(step: Step) -> None:
    """The progress function of a command that is done at once: it prints notices and nothing else."""
    if step.kind is StepKind.NOTICE:
        with suppress(OSError):
            say(tr(step.message or ""), style="yellow")


def _new_bars(display: Display) -> "Bars":
    with suppress(OSError):  # a first word, which the bars write over
        sys.stderr.write(f"{tr('Starting …')}\r")
        sys.stderr.flush()
    from materials_cli.cli.bars import Bars  # noqa: PLC0415 - rich takes long to import, and only a terminal needs it

    return Bars(display.watched)
