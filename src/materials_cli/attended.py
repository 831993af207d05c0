"""Work that is watched from outside: a network disk that has gone never answers, and no error ends the wait for it.

What takes long and tells that it goes on (see watchdog.py) is waited for.

It is done in a thread. One that hangs is left behind, and whatever it has open with it: nothing can take that from it, and it
ends with the program. Until its answer comes, nobody asks the same one again: each question would cost another thread.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from materials_cli.watchdog import silence

_LOOK = 0.2  # seconds between two looks at who is asked

_T = TypeVar("_T")
_hanging: dict[str, threading.Thread] = {}  # who was late, and the work that still waits for the answer


class HungError(Exception):
    """What has this name did not answer in time."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Watch:
    """Who is asked by the work, and until when there may be no answer."""

    def __init__(self) -> None:
        self._asked: tuple[str, float, float] | None = None  # who, since when, for how long
        self._over = False

    def asked(self, name: str, seconds: float, ask: Callable[[], _T]) -> _T:
        """The answer of one; whoever waits for the work waits no longer than so many seconds for it, or for a sign of life.

        Raise HungError for one whose last answer has not come yet.
        """
        if self._over or (name in _hanging and _hanging[name].is_alive()):
            raise HungError(name)
        self._asked = name, time.monotonic(), seconds
        try:
            return ask()
        finally:
            self._asked = None

    def late(self) -> str | None:
        """Whose answer is overdue, if anybody's is."""
        if self._asked is None:
            return None
        name, begun, seconds = self._asked
        return name if min(time.monotonic() - begun, silence()) > seconds else None

    def end(self) -> None:
        """Let the work ask nobody any more."""
        self._over = True


class _Work(threading.Thread, Generic[_T]):
    """Work in a thread, and what came of it. The program does not wait for it."""

    def __init__(self, work: Callable[[], _T]) -> None:
        super().__init__(name="attended", daemon=True)
        self._work = work
        self._result: list[_T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do it."""
        try:
            self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the work is waited for
            self._error = error

    def over(self, seconds: float) -> bool:
        """Wait for it; return whether it is done."""
        self.join(seconds)
        return not self.is_alive()

    def result(self) -> _T:
        """What it returned; or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._result[0]


def attended(work: Callable[[Watch], _T]) -> _T:
    """The result of work that asks others, each through the watch; raise HungError if one of them does not answer in time."""
    watch = Watch()
    done = _Work(lambda: work(watch))
    done.start()
    try:
        while not done.over(_LOOK):
            if name := watch.late():
                _hanging[name] = done
                raise HungError(name)
        return done.result()
    finally:
        watch.end()
