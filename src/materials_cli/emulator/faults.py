"""Errors on demand: what the real Drive does on a bad day."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from materials_cli.emulator.answers import Answer, json_answer, page, refuse


class Misranged(StrEnum):
    """Wrong responses to a request for part of a file.

    206 with as many bytes from the file's beginning, without Content-Range, with another total, or with half of the bytes;
    200 with the whole file; 416; or, whether a Range was requested or not, 206 with the file's second half.
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
    """One kind of error, and the requests that it applies to.

    operation: as in Request.operation, "" for any. target: the id that the request is about (of a list, the folder), None
    for any. It applies `times` times (None: always), after `skip` matching requests.

    The effect is one of: an error response (status, reason, message, domain; html: the "Sorry" page; text: a page of this text;
    leads_to: a redirect to this address); the connection closed
    without a response (hung_up); the right response with its body cut after `cut` bytes, with a Content-Length and body
    `short` by so many bytes, without any Content-Length (unmeasured),
    or with a `corrupt` first byte; a list that is marked `incomplete` or omits the ids in `omit`;
    a range that is `misranged`; a response that is changed by `edit` (not one whose body is a file); a body that drips, with
    `drip` seconds between its bytes. delay: seconds before the response.
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
    text: str = ""
    leads_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hung_up: bool = False
    cut: int | None = None
    short: int = 0
    unmeasured: bool = False
    corrupt: bool = False
    incomplete: bool = False
    omit: frozenset[str] = frozenset()
    misranged: Misranged | None = None
    edit: Callable[[Answer], Answer] | None = None
    drip: float = 0.0
    delay: float = 0.0

    def refusal(self) -> Answer | None:
        """The error response of this fault, if it has one."""
        if self.leads_to:
            return page(302, "Moved Temporarily", "", {"Location": self.leads_to})
        if self.status is None:
            return None
        if self.text:
            return Answer(self.status, self.text.encode(), {"Content-Type": "text/html; charset=utf-8", **self.headers})
        if self.html:
            sorry = "We're sorry... your computer or network may be sending automated queries."
            return page(self.status, "Sorry...", sorry, self.headers)
        return refuse(self.status, self.reason, self.message, domain=self.domain, headers=self.headers)


def listing(edit: Callable[[dict[str, Any]], object], **where: Any) -> Fault:
    """A list that is changed by `edit`; a list, a folder, a shortcut's target: whatever is JSON. where: see Fault."""

    def edited(answer: Answer) -> Answer:
        whole = json.loads(answer.body)
        edit(whole)
        return json_answer(whole, answer.status)

    return Fault(**{"operation": "list", "times": None, "edit": edited, **where})


def rate_limit(operation: str = "", *, times: int = 1, retry_after: int | None = None, status: int = 403) -> Fault:
    """The error that asks clients to slow down."""
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return Fault(
        operation=operation, times=times, status=status,
        reason="rateLimitExceeded" if status == 429 else "userRateLimitExceeded",
        domain="usageLimits", message="Rate Limit Exceeded" if status == 429 else "User Rate Limit Exceeded", headers=headers,
    )  # fmt: skip


def sorry_page(operation: str = "", *, times: int = 1, status: int = 403) -> Fault:
    """The "Sorry" page, which Google sends to suspected robots."""
    return Fault(operation=operation, times=times, status=status, html=True)


def download_quota(target: str | None = None, *, times: int | None = None) -> Fault:
    """The error for a file that was downloaded too often today."""
    message = "The download quota for this file has been exceeded."
    return Fault(operation="media", target=target, times=times, status=403, reason="downloadQuotaExceeded", message=message)


def backend_error(operation: str = "", *, times: int = 1, status: int = 503) -> Fault:
    """An internal error of Google's."""
    reason = {500: "internalError"}.get(status, "backendError")
    return Fault(operation=operation, times=times, status=status, reason=reason, message="Backend Error")


class Faults:
    """The faults that are active. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Activate faults."""
        with self._lock:
            self._waiting += faults

    def clear(self) -> None:
        """Deactivate all faults."""
        with self._lock:
            self._waiting.clear()

    def strike(self, operation: str, target: str) -> Fault | None:
        """The fault that applies to this request, if any; counts as one use of it."""
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
