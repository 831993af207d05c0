"""How signals end a run: SIGTERM and SIGHUP as Ctrl-C does, but never while what the run did is being written down."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType, TracebackType
from typing import Any, Self

from materials_cli.errors import Code, SignalInterrupt

_SIGNALS: dict[str, tuple[Any, Callable[[], KeyboardInterrupt]]] = {
    "SIGTERM": (signal.SIG_DFL, partial(SignalInterrupt, Code.TERMINATED)),
    "SIGHUP": (signal.SIG_DFL, partial(SignalInterrupt, Code.HUNG_UP)),
    "SIGINT": (signal.default_int_handler, KeyboardInterrupt),
}


class Interrupts:
    """A context manager: inside it, SIGTERM and SIGHUP raise SignalInterrupt in the main thread, and Ctrl-C KeyboardInterrupt.

    Only the first SIGTERM or SIGHUP counts. A signal that is ignored (nohup) or that the program handles itself stays as it is.
    """

    def __init__(self) -> None:
        self._replaced: dict[int, Any] = {}
        self._stopped = False
        self._deferring = False
        self._deferred: KeyboardInterrupt | None = None

    def __enter__(self) -> Self:
        """Handle the signals; in another thread than the main one, do nothing."""
        if threading.current_thread() is threading.main_thread():
            for name, (default, _) in _SIGNALS.items():
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is default:
                    self._replaced[number] = default
                    signal.signal(number, self._stop)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Put back what was there."""
        for number, default in self._replaced.items():
            signal.signal(number, default)

    def _stop(self, number: int, _: FrameType | None) -> None:
        if self._stopped and number != signal.SIGINT:
            return
        self._stopped = True
        error = _SIGNALS[signal.Signals(number).name][1]()
        if not self._deferring:
            raise error
        self._deferred = self._deferred or error

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Remember a signal that arrives inside, except inside allowed(), and raise it at the end."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
            self._raise_deferred()

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Let signals interrupt a part of what is inside deferred()."""
        self._deferring = False
        try:
            self._raise_deferred()
            yield
        finally:
            self._deferring = True

    def _raise_deferred(self) -> None:
        error, self._deferred = self._deferred, None
        if error:
            raise error
