"""Faults on demand: what a real Drive does on its bad days, for the tests to call up."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from materials_cli.emulator.answers import Answer, page, refuse


class Misranged(StrEnum):
    """Wrong answers where a part of a file is asked for, or where none is.

    206 with as many bytes from the file's beginning, without Content-Range, with another total, or with half of the bytes;
    200 with the whole file; 416; or, asked for a Range or not, 206 with the file's second half.
    """

    FROM_THE_BEGINNING = "from the beginning"
    UNSTATED = "unstated"
    ANOTHER_TOTAL = "another total"
    SHORTER = "shorter"
    WHOLE = "whole"
    REFUSED = "refused"
    SECOND_HALF = "second half"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One kind of trouble. operation: as Request.operation has it, "" for any; target: the id it is about, None for any.

    For a list, the target is the folder. It strikes `times` times (None: always) after letting `skip` matching requests
    pass. Then one of: a refusal (status, reason, domain; html: the "Sorry" page); the line `hung_up` with no answer; or
    the true answer with its bytes `cut` after so many, with a Content-Length `short` by so many, or `corrupt`; or a list
    that says it is `incomplete`, or leaves out the ids in `omit`; or bytes that are `misranged`.
    delay: seconds before any answer.
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
    hung_up: bool = False
    cut: int | None = None
    short: int = 0
    corrupt: bool = False
    incomplete: bool = False
    omit: frozenset[str] = frozenset()
    misranged: Misranged | None = None
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
        domain="usageLimits", message="Rate Limit Exceeded" if status == 429 else "User Rate Limit Exceeded", headers=headers,
    )  # fmt: skip


def sorry_page(operation: str = "", *, times: int = 1, status: int = 403) -> Fault:
    """The web page that takes us for a robot."""
    return Fault(operation=operation, times=times, status=status, html=True)


def download_quota(target: str | None = None, *, times: int | None = None) -> Fault:
    """Too many people have downloaded a file."""
    message = "The download quota for this file has been exceeded."
    return Fault(operation="media", target=target, times=times, status=403, reason="downloadQuotaExceeded", message=message)


def backend_error(operation: str = "", *, times: int = 1, status: int = 503) -> Fault:
    """A fault of Google's own."""
    reason = {500: "internalError"}.get(status, "backendError")
    return Fault(operation=operation, times=times, status=status, reason=reason, message="Backend Error")


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
                if fault.operation.removeprefix("wire-") not in {"", operation} or fault.target not in {None, target}:
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
