"""The quota in units: what each call costs, as Drive's limits page has it since May 2026, and when to refuse."""

import threading
import time
from collections import deque
from collections.abc import Callable

_COSTS = {"list": 100, "media": 200, "export": 200, "download": 200}
_OUTSIDE = ("link", "link-content", "page-", "token", "batch")
_MINUTE = 60.0


def cost(operation: str) -> int:
    """Units of one call; what is not the API costs nothing."""
    return 0 if operation.startswith(_OUTSIDE) or not operation else _COSTS.get(operation, 5)


class Meter:
    """Counts units over the last minute. Thread-safe. clock: seconds, for tests to turn on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._taken: deque[tuple[float, int]] = deque()
        self._sum = 0

    def take(self, units: int, limit: int | None) -> bool:
        """Whether a call of so many units still fits below the limit; if it does, it is counted."""
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
