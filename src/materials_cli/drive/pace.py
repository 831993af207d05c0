"""One shared pace for all workers, counted in Drive's own quota units, so that we never run into Google's wall.

Drive grants each user 325,000 units a minute; a list costs 100, a download 200, a get 5
(https://developers.google.com/workspace/drive/api/guides/limits). The bucket holds one minute's grant, so a usual
workshop runs at full speed; a refusal halves the rate for everybody, and each quiet minute wins half of it back.
"""

import threading
import time
from collections.abc import Callable

from materials_cli.watchdog import alive

UNITS_PER_MINUTE = 325_000
LIST, DOWNLOAD, GET, FREE = 100, 200, 5, 0
SLOWEST = 1 / 64


class Pace:
    """A token bucket. Safe to share between threads.

    burst: how many units may be spent at once; None for those of a minute.
    clock returns seconds; wait(seconds) sleeps, and returns true when the run is being stopped.
    """

    def __init__(
        self,
        units_per_minute: float = UNITS_PER_MINUTE,
        *,
        burst: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._clock, self._wait = clock, wait
        self._lock = threading.Lock()
        self._full_rate = units_per_minute / 60
        self._capacity = units_per_minute if burst is None else burst
        self._share = 1.0
        self._level = self._capacity
        self._seen = clock()
        self._closed_until = self._seen

    def take(self, units: int) -> None:
        """Wait until `units` may be spent."""
        while True:
            with self._lock:
                now = self._clock()
                self._refill(now)
                if now < self._closed_until:
                    pause = self._closed_until - now
                elif self._level >= min(units, self._capacity):
                    self._level -= units
                    return
                else:
                    pause = (units - self._level) / (self._full_rate * self._share)
            alive()
            if self._wait(min(pause, 60.0)):
                return

    def slow_down(self, pause: float) -> None:
        """Google refused: nobody asks again for `pause` seconds, and then at half the rate."""
        with self._lock:
            now = self._clock()
            self._refill(now)
            if now >= self._closed_until:
                self._share = max(self._share / 2, SLOWEST)
                self._level = min(self._level, 0.0)
            self._closed_until = max(self._closed_until, now + pause)

    @property
    def share(self) -> float:
        """The part of the full rate now in use: 1.0 when all is well."""
        return self._share

    def _refill(self, now: float) -> None:
        elapsed, self._seen = now - self._seen, now
        if now > self._closed_until:
            self._share = min(1.0, self._share + elapsed / 120)
        self._level = min(self._capacity, self._level + elapsed * self._full_rate * self._share)
