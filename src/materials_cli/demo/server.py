"""The Drive on this machine as an HTTP server, fast enough to be measured against and open to faults."""

import os
import socket
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from materials_cli.demo.answers import Answer, page
from materials_cli.demo.faults import Fault, Faults
from materials_cli.demo.service import Media, Request, Service
from materials_cli.demo.world import World

_API = "/drive/v3/"


class RunningServer:
    """A server at work. requests: all that came, in order; close() or leaving `with` ends it."""

    def __init__(self, world: World, host: str, port: int) -> None:
        self.world = world
        self.requests: list[Request] = []
        self.latency = 0.0
        self._server = _Server((host, port), _Handler)
        self.port: int = self._server.server_address[1]
        self.address = f"{host}:{self.port}"
        self.service = Service(world, origin=f"http://{self.address}")
        self._server.running = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def faults(self) -> Faults:
        """The faults that wait to strike."""
        return self.service.faults

    def count(self, *operations: str) -> int:
        """How many requests of these operations came."""
        return sum(request.operation in operations for request in list(self.requests))

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it."""
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def start(world: World, *, port: int = 0, host: str = "127.0.0.1") -> RunningServer:
    """Serve a world; port 0 takes any free one."""
    return RunningServer(world, host, port)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    running: RunningServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""

    def server_bind(self) -> None:
        """Bind without looking up the host's name, which can be slow."""
        if os.name != "nt":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
        """Keep quiet: the terminal belongs to the person."""

    def _handle(self) -> None:
        running = self.server.running
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        verb = self.headers.get("X-HTTP-Method-Override", self.command).upper()
        parts = urlsplit(self.path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if verb != self.command and body:
            pairs += parse_qsl(body.decode(), keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(verb, unquote(parts.path), dict(pairs), headers)
        running.requests.append(request)
        if running.latency:
            time.sleep(running.latency)
        try:
            answer = self._route(running.service, request)
        except Answer as refused:
            answer = refused
        self._send(answer, self._wire_fault(running.faults, request))

    do_GET = do_POST = do_HEAD = _handle

    @staticmethod
    def _route(service: Service, request: Request) -> Answer | Media:
        if request.path.startswith(_API):
            return service.api(request, request.path.removeprefix(_API))
        if request.path.startswith("/feeds/download/"):
            return service.export_link(request)
        if request.path.startswith("/docs-content/"):
            _, _, node_id, extension = request.path.split("/", 3)
            return service.exported(request, node_id, extension)
        return page(404, "Error 404 (Not Found)!!1", "The requested URL was not found on this server.")

    @staticmethod
    def _wire_fault(faults: Faults, request: Request) -> Fault | None:
        """What happens to the bytes on their way, apart from what they say."""
        return faults.strike(f"wire-{request.operation}", request.target)

    def _send(self, answer: Answer | Media, fault: Fault | None) -> None:
        if fault and fault.delay:
            time.sleep(fault.delay)
        if isinstance(answer, Media):
            size = answer.stop - answer.start
            head, chunks = answer.answer, answer.node.chunks(answer.start, answer.stop)
        else:
            size, head, chunks = len(answer.body), answer, iter([answer.body])
        self.wfile.write(self._head(head.status, {**head.headers, "Content-Length": str(size)}))
        if self.command == "HEAD":
            return
        sent = 0
        for chunk in chunks:
            out = chunk
            if fault and fault.corrupt and not sent:
                out = bytes([chunk[0] ^ 0xFF]) + chunk[1:]
            if fault and fault.cut is not None and sent + len(out) > fault.cut:
                self.wfile.write(out[: fault.cut - sent])
                self.close_connection = True
                return
            self.wfile.write(out)
            sent += len(out)

    def _head(self, status: int, headers: Mapping[str, str]) -> bytes:
        lines = [
            f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}",
            *(f"{n}: {v}" for n, v in headers.items()),
        ]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
