"""The quota: what each call costs in units, by Drive's limits page of May 2026, and whether it is still available."""

import threading
import time
from collections import deque
from collections.abc import Callable

_COSTS = {"list": 100, "media": 200, "export": 200, "download": 200}
_OUTSIDE = ("link", "link-content", "page-", "token", "batch")
_MINUTE = 60.0


def cost(operation: str) -> int:
    """The units of one call. Only calls of the API cost any."""
    return 0 if operation.startswith(_OUTSIDE) or not operation else _COSTS.get(operation, 5)


class Meter:
    """Counts the units of the last minute. Thread-safe. clock: seconds; tests pass their own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._taken: deque[tuple[float, int]] = deque()
        self._sum = 0

    def take(self, units: int, limit: int | None) -> bool:
        """Count a call if it fits within the limit; return whether it does."""
        if limit is None:
            return True
        with self._lock:
            now = self.clock()
            while self._taken and self._taken[0][0] <= now - _MINUTE:
                self._sum -= self._taken.popleft()[1]
            if self._sum + units > limit:
                return False
            self._taken.append((now, units))
            self._sum += units
            return True
