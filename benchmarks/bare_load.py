"""How much the Drive on this machine can serve: clients that do nothing but ask, in processes of their own."""

import json
import multiprocessing
import socket
import ssl
import threading
import time
from typing import Self
from urllib.parse import urlsplit

_HOST = "www.googleapis.com"
_CLIENTS, _THREADS, _SECONDS = 2, 16, 3.0


def asked_for(proxy: str, ca: str, root: str, key: str) -> tuple[int, int, float]:
    """Fetch the files of a folder again and again; return how many requests and bytes came in how many seconds."""
    with _Line(proxy, ca) as line:
        paths = _files(line, root, key)
    with multiprocessing.get_context("spawn").Pool(_CLIENTS) as pool:
        began = time.monotonic()
        told = pool.starmap(_load, [(proxy, ca, paths[number::_CLIENTS] or paths) for number in range(_CLIENTS)])
        return sum(requests for requests, _ in told), sum(taken for _, taken in told), time.monotonic() - began


def _files(line: "_Line", root: str, key: str) -> list[str]:
    """Addresses of some files, no more than the load can use."""
    pending, found = [root], []
    while pending and len(found) < 200:
        query = f"q=%27{pending.pop()}%27+in+parents&pageSize=1000&fields=files(id,mimeType)&key={key}"
        for entry in json.loads(line.ask(f"/drive/v3/files?{query}"))["files"]:
            if entry["mimeType"].endswith(".folder"):
                pending.append(entry["id"])
            else:
                found.append(f"/drive/v3/files/{entry['id']}?alt=media&key={key}")
    return found


def _load(proxy: str, ca: str, paths: list[str]) -> tuple[int, int]:
    done: list[tuple[int, int]] = []
    until = time.monotonic() + _SECONDS

    def one(start: int) -> None:
        requests = taken = 0
        with _Line(proxy, ca) as line:
            while time.monotonic() < until:
                taken += line.skip(paths[(start + requests * _THREADS) % len(paths)], until)
                requests += 1
        done.append((requests, taken))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(requests for requests, _ in done), sum(taken for _, taken in done)


class _Line:
    """One connection through the proxy, kept open."""

    def __init__(self, proxy: str, ca: str) -> None:
        parts = urlsplit(proxy)
        plain = socket.create_connection((parts.hostname, parts.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.sendall(f"CONNECT {_HOST}:443 HTTP/1.1\r\nHost: {_HOST}:443\r\n\r\n".encode())
        plain.recv(4096)
        self._socket = ssl.create_default_context(cafile=ca).wrap_socket(plain, server_hostname=_HOST)
        self._piece = bytearray(1 << 18)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, path: str) -> bytes:
        body, left = self._head(path)
        while left > 0:
            piece = self._socket.recv(1 << 18)
            body, left = body + piece, left - len(piece)
        return body

    def skip(self, path: str, until: float) -> int:
        """Read an answer and throw it away; return its bytes."""
        body, left = self._head(path)
        taken = len(body)
        while left > 0 and time.monotonic() < until:
            came = self._socket.recv_into(self._piece)
            taken, left = taken + came, left - came
        return taken

    def _head(self, path: str) -> tuple[bytes, int]:
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {_HOST}\r\n\r\n".encode())
        came = b""
        while b"\r\n\r\n" not in came:
            came += self._socket.recv(1 << 16)
        head, _, body = came.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        return body, length - len(body)
