"""A server that keeps small objects on the conditions of Google's object store and of Azure's, each by its own headers.

Azure's is asked whole of Azurite, too (see object_servers.py). None that can be installed speaks what Google's client asks,
which is the XML interface: fake-gcs-server refuses a plain PUT, and overwrites in spite of ifGenerationMatch=0 in a plain
upload; gcp-storage-emulator knows JSON alone and sends no ETag; Google's own storage-testbench is in no registry, and has no
lists in XML.
"""

from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import ClassVar, NamedTuple


class Kept(NamedTuple):
    """An object. state: what another write changes."""

    content: bytes
    state: int


class Conditions(BaseHTTPRequestHandler):
    """Google knows the state of an object by its generation, and its tag says nothing; Azure knows it by its tag."""

    protocol_version = "HTTP/1.1"
    kept: ClassVar[dict[str, Kept]]
    states: ClassVar["count[int]"]

    def do_GET(self) -> None:
        """Send an object."""
        found = self.kept.get(self.path)
        self._answer(200 if found else 404, found)

    def do_PUT(self) -> None:
        """Keep an object, unless what is there is not what the writer saw."""
        content, found = self.rfile.read(int(self.headers["Content-Length"])), self.kept.get(self.path)
        if refused := self._refused(found):
            self._answer(refused)
            return
        self.kept[self.path] = Kept(content, next(self.states))
        self._answer(200 if self._is_google else 201, Kept(b"", self.kept[self.path].state))

    @property
    def _is_google(self) -> bool:
        return "x-ms-version" not in self.headers

    def _refused(self, found: Kept | None) -> int:
        """The status with which a write is refused; 0 if it is not."""
        if self._is_google:
            wanted = self.headers["x-goog-if-generation-match"]
            return 412 if wanted is not None and int(wanted) != (found.state if found else 0) else 0
        if self.headers["If-None-Match"] == "*" and found:
            return 409
        wanted = self.headers["If-Match"]
        return 412 if wanted is not None and (found is None or wanted != _tag(found)) else 0

    def _answer(self, status: int, found: Kept | None = None) -> None:
        self.send_response(status)
        if found:
            self.send_header("ETag", '"the same"' if self._is_google else _tag(found))
            self.send_header("Last-Modified", "Fri, 20 Jun 2025 00:00:00 GMT")
            if self._is_google:
                self.send_header("x-goog-generation", str(found.state))
        content = found.content if found else b""
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _tag(kept: Kept) -> str:
    return f'"{kept.state}"'


def conditions() -> type[Conditions]:
    """One that keeps nothing yet."""
    return type("Empty", (Conditions,), {"kept": {}, "states": count(1)})
