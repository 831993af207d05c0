"""The progress display of a run: notices and, on a terminal, live bars. Thread-safe."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from materials_cli.cli.output import is_terminal, say
from materials_cli.messages import tr
from materials_cli.model import Step, StepKind

if TYPE_CHECKING:
    from materials_cli.cli.bars import Bars


class Display:
    """Displays the steps of a run. A context manager; pass `.step` as the progress function."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()
        self._bars = None if quiet or not is_terminal(sys.stderr) else _new_bars()

    def __enter__(self) -> Self:
        """Start the display."""
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the display and clear it."""
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
        if step.kind is StepKind.NOTICE and not self._quiet:
            with self._lock, suppress(OSError), self.paused():
                say(tr(step.message or ""), style="yellow")
        if self._bars:
            with self._lock, suppress(OSError):
                self._bars.show(step)


def _new_bars() -> "Bars":
    from materials_cli.cli.bars import Bars  # noqa: PLC0415 - rich takes long to import, and only a terminal needs it

    return Bars()
