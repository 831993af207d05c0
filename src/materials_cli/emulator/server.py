"""The HTTP server: fast enough for benchmarks, with faults on demand."""

import contextlib
import os
import socket
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from materials_cli.emulator.answers import Answer, refuse
from materials_cli.emulator.content import Media
from materials_cli.emulator.faults import Fault, Faults
from materials_cli.emulator.request import Request
from materials_cli.emulator.routes import route
from materials_cli.emulator.service import Service
from materials_cli.emulator.world import World


class RunningServer:
    """A running server. Stop it with close() or by leaving `with`.

    requests: all requests received, in order. crashes: tracebacks of the emulator's own bugs. latency: seconds before each
    response.
    """

    def __init__(self, world: World, host: str, port: int, origin: str | None) -> None:
        self.world = world
        self.requests: list[Request] = []
        self.crashes: list[str] = []
        self.latency = 0.0
        self._server = _Server((host, port), _Handler)
        self.port: int = self._server.server_address[1]
        self.address = f"{host}:{self.port}"
        self.service = Service(world, origin=origin or f"http://{self.address}")
        self._server.running = self
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()

    @property
    def faults(self) -> Faults:
        """The faults that are active."""
        return self.service.faults

    @property
    def violations(self) -> list[str]:
        """What Google tolerates but a client should not do: credentials sent to the wrong host, unknown parameters."""
        return self.service.contents.violations

    @property
    def units(self) -> int:
        """What all requests so far cost in quota units."""
        return sum(request.units for request in list(self.requests))

    def count(self, *operations: str) -> int:
        """The number of requests with these operations."""
        return sum(request.operation in operations for request in list(self.requests))

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the server."""
        self.close()

    def close(self) -> None:
        """Stop the server."""
        self._server.stop()
        self._thread.join()
        self._server.server_close()


def start(world: World, *, port: int = 0, host: str = "127.0.0.1", origin: str | None = None) -> RunningServer:
    """Serve a world. port: 0 for any free one. origin: scheme and host for links, when that is not this server."""
    return RunningServer(world, host, port, origin)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    timeout = 1  # how often serve() looks whether it is stopped, should nothing have woken it
    running: RunningServer
    stopped = False

    def serve(self) -> None:
        """Serve until stop() is called."""
        while not self.stopped:
            self.handle_request()

    def stop(self) -> None:
        """End serve() at once: the standard library's way waits until it looks again, which tests do thousands of times."""
        self.stopped = True
        with contextlib.suppress(OSError):
            socket.create_connection(self.socket.getsockname()[:2]).close()

    def verify_request(self, *_: Any) -> bool:
        """Whether it is answered: not the one that only ends serve()."""
        return not self.stopped

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that close the connection."""

    def server_bind(self) -> None:
        """Bind without looking up the host name, which can be slow."""
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
        """Print nothing: the terminal belongs to the user."""

    def _handle(self) -> None:
        running = self.server.running
        request = self._request()
        running.requests.append(request)
        if running.latency:
            time.sleep(running.latency)
        try:
            answer = route(running.service, request)
        except Answer as refused:
            answer = refused
        except Exception:  # noqa: BLE001 - a bug here must show in the test, not look like a network error
            running.crashes.append(traceback.format_exc())
            answer = refuse(500, "internalError", "Internal Error")
        running.requests += request.inner
        if request.fault and request.fault.delay:
            time.sleep(request.fault.delay)
        if request.fault and request.fault.hung_up:
            self.close_connection = True
            return
        if request.fault and request.fault.edit and isinstance(answer, Answer):
            answer = request.fault.edit(answer)
        self._send(answer, request.fault)

    do_GET = do_POST = do_HEAD = _handle

    def _request(self) -> Request:
        """The request as received. A GET that was too long for an address arrives in the body of a POST."""
        length = self.headers.get("Content-Length") or ""
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        verb = self.headers.get("X-HTTP-Method-Override", self.command).upper()
        parts = urlsplit(self.path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if verb != self.command and body:
            pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request("GET" if verb == "HEAD" else verb, unquote(parts.path), dict(pairs), headers, body=body)

    def _send(self, answer: Answer | Media, fault: Fault | None) -> None:
        if isinstance(answer, Media):
            size = answer.stop - answer.start
            head, chunks = answer.answer, answer.content.chunks(answer.start, answer.stop)
        else:
            size, head, chunks = len(answer.body), answer, iter([answer.body])
        if fault and fault.short:
            chunks, size = _first(chunks, size - fault.short), max(0, size - fault.short)
        measured = {} if fault and fault.unmeasured else {"Content-Length": str(size)}
        self.close_connection = self.close_connection or not measured
        start = self._head(head.status, {**head.headers, **measured})
        if self.command == "HEAD":
            self.wfile.write(start)
            return
        if fault and fault.cut is not None:
            chunks = _first(chunks, fault.cut)
            self.close_connection = True
        if fault and fault.corrupt:
            chunks = _corrupted(chunks)
        if fault and fault.drip:
            chunks = _dripping(chunks, fault.drip)
        self.wfile.write(start + next(chunks, b""))
        for chunk in chunks:
            self.wfile.write(chunk)

    def _head(self, status: int, headers: Mapping[str, str]) -> bytes:
        lines = [
            f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}",
            f"Date: {self.date_time_string()}",
            *(f"{n}: {v}" for n, v in headers.items()),
        ]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _first(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """At most `limit` bytes."""
    for chunk in chunks:
        if limit <= 0:
            return
        yield chunk[:limit]
        limit -= len(chunk)


def _dripping(chunks: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    """The same bytes, one by one."""
    for chunk in chunks:
        for number in range(len(chunk)):
            yield chunk[number : number + 1]
            time.sleep(seconds)


def _corrupted(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, except that the first one is wrong."""
    first = next(chunks, b"")
    if first:
        yield bytes([first[0] ^ 0xFF]) + first[1:]
    yield from chunks
