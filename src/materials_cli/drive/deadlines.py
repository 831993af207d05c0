"""Ends connections whose answer takes too long: each step of a socket has a timeout, but their number has no limit."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOOK = 2.0


class Deadlines:
    """The requests that are limited in time, each in a thread of its own. Thread-safe; close() it at the end."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._sockets: dict[int, socket.socket] = {}
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._watcher: threading.Thread | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Limit what this thread requests inside; an outer limit stays as it is. Afterwards, is_over() is false again."""
        thread = threading.get_ident()
        if thread in self._until:
            yield
            return
        self._until[thread] = time.monotonic() + seconds
        self._start()
        try:
            yield
        finally:
            self._sockets.pop(thread, None)
            del self._until[thread]

    def uses(self, connected: socket.socket) -> None:
        """Note the connection that this thread waits for."""
        if threading.get_ident() in self._until:
            self._sockets[threading.get_ident()] = connected

    def is_over(self) -> bool:
        """Whether the time of this thread's request is over, so that its answer may have been cut."""
        return time.monotonic() > self._until.get(threading.get_ident(), float("inf"))

    def close(self) -> None:
        """Stop watching."""
        self._closed.set()

    def _start(self) -> None:
        with self._starting:
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        while not self._closed.wait(LOOK):
            now = time.monotonic()
            for thread, until in list(self._until.items()):
                connected = self._sockets.get(thread)
                if now > until and connected is not None:
                    with contextlib.suppress(OSError):
                        connected.shutdown(socket.SHUT_RDWR)
