"""Faults on demand: what a real Drive does on its bad days, for the tests to call up."""

import threading
from dataclasses import dataclass, field

from materials_cli.demo.answers import Answer, page, refuse


@dataclass(slots=True, kw_only=True)
class Fault:
    """One kind of trouble. operation: list, get, media, export, link (exportLinks) or "" for any; target: only this id.

    It strikes `times` times (None: always) after letting `skip` matching requests pass. Then one of: a refusal
    (status, reason, domain, html); or the true answer with the bytes cut after `cut`, or `corrupt`; or a listing that
    says it is `incomplete`, or leaves out the ids in `omit`. delay: seconds before any answer.
    """

    operation: str = ""
    target: str | None = None
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    reason: str = ""
    message: str = "Trouble"
    domain: str = "global"
    html: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    corrupt: bool = False
    incomplete: bool = False
    omit: frozenset[str] = frozenset()
    delay: float = 0.0

    def refusal(self) -> Answer | None:
        """The refusal that this fault makes, if it makes one."""
        if self.status is None:
            return None
        if self.html:
            sorry = "We're sorry... your computer or network may be sending automated queries."
            return page(self.status, "Sorry...", sorry, self.headers)
        return refuse(self.status, self.reason, self.message, domain=self.domain, headers=self.headers)


def rate_limit(operation: str = "", *, times: int = 1, retry_after: int | None = None, status: int = 403) -> Fault:
    """Drive's request to slow down."""
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return Fault(
        operation=operation, times=times, status=status,
        reason="rateLimitExceeded" if status == 429 else "userRateLimitExceeded",
        domain="usageLimits", message="User Rate Limit Exceeded", headers=headers,
    )  # fmt: skip


class Faults:
    """The faults that wait to strike. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Let these strike."""
        with self._lock:
            self._waiting += faults

    def clear(self) -> None:
        """Let none strike."""
        with self._lock:
            self._waiting.clear()

    def strike(self, operation: str, target: str) -> Fault | None:
        """The fault that this request meets, if any."""
        with self._lock:
            for fault in self._waiting:
                if fault.operation not in {"", operation} or fault.target not in {None, target}:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                return fault
        return None
