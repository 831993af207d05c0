"""Ends a run that hangs: one in which nothing has happened for a long time, whatever it waits for.

What waits for a network, a child or a server has a timeout of its own. This is for what nobody foresaw: otherwise one such run
would keep the lock for ever.
"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import ClassVar, Self, TypeVar

from materials_cli.errors import Code, MaterialsError, SignalInterrupt
from materials_cli.messages import msgn

_T = TypeVar("_T")
PATIENCE = 1800.0
_SIGNALS = ("SIGALRM", "SIGUSR2", "SIGUSR1")  # the first that the program does not use; Windows has none


class Watchdog:
    """A context manager: raise stalled if for so many seconds nothing inside calls alive(), from any thread.

    In the main thread, whatever it waits for is interrupted, as by a signal. Elsewhere, and on Windows, the functions given to
    wakes() have to end what is waited for. A disk that does not answer cannot be interrupted.
    """

    _sign: ClassVar[float] = 0.0

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._stalled = False
        self._over = threading.Event()
        self._ending = threading.Lock()
        self._wakers: list[Callable[[], object]] = []
        self._signal: signal.Signals | None = None
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        if threading.current_thread() is threading.main_thread():
            there = (signal.Signals[name] for name in _SIGNALS if hasattr(signal, name))
            self._signal = next((number for number in there if signal.getsignal(number) is signal.SIG_DFL), None)
        if self._signal:
            signal.signal(self._signal, self._interrupt)
        alive()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Watch no longer; of what failed because it was ended, raise stalled instead."""
        self._over.set()
        with self._ending:
            pass  # nothing is being ended any more
        if self._signal:
            signal.signal(self._signal, signal.SIG_DFL)
        if error and self._stalled:
            minutes = max(1, round(self._patience / 60))
            what = msgn(
                "Nothing happened for {count} minute, so this run was ended.",
                "Nothing happened for {count} minutes, so this run was ended.",
                minutes,
            )
            raise MaterialsError(Code.STALLED, what) from error

    def wakes(self, waker: Callable[[], object]) -> None:
        """Call this function if the run hangs: it ends what threads wait for."""
        self._wakers.append(waker)

    def _watch(self) -> None:
        while not self._over.wait(max(0.0, Watchdog._sign + self._patience - time.monotonic())):
            if time.monotonic() - Watchdog._sign < self._patience:
                continue
            with self._ending:
                if not self._over.is_set():
                    self._end()
            alive()

    def _end(self) -> None:
        self._stalled = True
        if self._signal:
            signal.pthread_kill(threading.main_thread().ident or 0, self._signal)
            return
        for wake in self._wakers:
            wake()

    def _interrupt(self, _: int, __: FrameType | None) -> None:
        if not self._over.is_set():
            raise SignalInterrupt(Code.STALLED)


def alive() -> None:
    """Note a sign of life: a byte, a list or a text has come, or Google lets us wait."""
    Watchdog._sign = time.monotonic()  # noqa: SLF001 - the one place that sets it


def silence() -> float:
    """The seconds since the last sign of life."""
    return time.monotonic() - Watchdog._sign  # noqa: SLF001 - as above


def living(call: Callable[[_T], None]) -> Callable[[_T], None]:
    """The same function, each call of which is a sign of life."""

    def called(given: _T) -> None:
        alive()
        call(given)

    return called
