"""One request as it came, and what is remembered of it for tests that count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from materials_cli.emulator.faults import Fault, Faults

_PARENT = re.compile(r"'([^']+)'\s+in\s+parents")


@dataclass(slots=True)
class Request:
    """One request. query and headers: names of headers in lower case.

    operation: list, get, media, export, link (an exportLink), link-content (where it leads), token, a keyless page's name, or
    the API method's last word (about.get is "about.get", since get alone means files.get). target: the id it is about;
    of a list, the first folder it asks for. fault: what struck it. units: what it costs of the quota.
    member: who asks is a member of the shared drives. inner: the calls of a batch.
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
        """The host that the client believes to talk to."""
        return self.headers.get("host", "")

    @property
    def pretty(self) -> bool:
        """Whether the answer is to be indented."""
        return self.query.get("prettyPrint", "true").lower() != "false"

    def says(self, *parameters: str) -> bool:
        """Whether one of these parameters is true."""
        return any(self.query.get(parameter, "").lower() == "true" for parameter in parameters)

    def name(self, operation: str, target: str = "") -> None:
        """Say what this request is."""
        self.operation = operation
        self.target = target
        if operation == "list" and (match := _PARENT.search(self.query.get("q", ""))):
            self.target = match[1]

    def meet(self, faults: Faults) -> None:
        """Let a waiting fault strike; raise its refusal if it has one."""
        self.fault = faults.strike(self.operation, self.target)
        if self.fault and (refusal := self.fault.refusal()):
            raise refusal
