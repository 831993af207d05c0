"""One request, and what is recorded about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from materials_cli.emulator.faults import Fault, Faults

_PARENT = re.compile(r"'([^']+)'\s+in\s+parents")


@dataclass(slots=True)
class Request:
    """One request. headers: with names in lower case.

    operation: list, get, media, export or download (methods of files), another method's name without "drive." (about.get),
    link (an export link), link-content (where it leads), batch, token, thumbnail, or the name of a public page (page-list,
    page-media, …). target: the id it is about; of a list, the first folder. fault: the fault that applies to it. units: its
    cost in quota units. member: the caller is a member of the shared drives. inner: the calls of a batch.
    """

    verb: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    operation: str = ""
    target: str = ""
    fault: Fault | None = None
    units: int = 0
    member: bool = False
    body: bytes = b""
    inner: "list[Request]" = field(default_factory=list)

    @property
    def host(self) -> str:
        """The host that the client addressed."""
        return self.headers.get("host", "")

    @property
    def pretty(self) -> bool:
        """Whether the response is to be indented."""
        return self.query.get("prettyPrint", "true").lower() != "false"

    def says(self, *parameters: str) -> bool:
        """Whether any of these parameters is true."""
        return any(self.query.get(parameter, "").lower() == "true" for parameter in parameters)

    def name(self, operation: str, target: str = "") -> None:
        """Record what this request is about."""
        self.operation = operation
        self.target = target
        if operation == "list" and (match := _PARENT.search(self.query.get("q", ""))):
            self.target = match[1]

    def meet(self, faults: Faults) -> None:
        """Apply a fault that is active for this request; raise its error response if it has one."""
        self.fault = faults.strike(self.operation, self.target)
        if self.fault and (refusal := self.fault.refusal()):
            raise refusal
