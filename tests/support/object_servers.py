"""Servers of objects that we did not write, and a proxy before them that fails as networks and servers do."""

import hmac
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import pytest

from materials_cli.store import objects

KEY, SECRET, ACCOUNT = "workshop-key", "workshop-secret-value", "workshop"
_SIGNED = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
_PATIENCE = 120


@dataclass(slots=True)
class Server:
    """A server of objects. address: "127.0.0.1:PORT". bucket: of the tests that use it. scheme: of the URLs of its buckets."""

    address: str
    folder: Path | None = None
    buckets: int = 0
    scheme: str = "s3"

    def bucket(self) -> str:
        """Make another empty bucket, and return its name."""
        self.buckets += 1
        name = f"bucket-{self.buckets}"
        if not self.folder:
            path, headers, status = _making(name) if self.scheme == "s3" else _making_for_azure(name)
            made = http.client.HTTPConnection(self.address, timeout=_PATIENCE)
            made.request("PUT", path, headers=headers)
            assert made.getresponse().status == status
            made.close()
        return name

    def place(self) -> str:
        """The URL of an archive in another empty bucket."""
        return f"{self.scheme}://{self.bucket()}/some/prefix"


def _making(name: str) -> tuple[str, dict[str, str], int]:
    return f"/{name}", {"Authorization": _SIGNED}, 200


def _making_for_azure(name: str) -> tuple[str, dict[str, str], int]:
    """The request that makes a bucket, signed as Azure wants it, and its status.

    https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
    """
    told = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    path = f"/{ACCOUNT}/{name}"
    signed = "\n".join(["PUT", *[""] * 11, *map(":".join, told.items()), f"/{ACCOUNT}{path}", "restype:container"])
    signature = b64encode(hmac.digest(SECRET.encode(), signed.encode(), "sha256")).decode()
    headers = {**told, "Content-Length": "0", "Authorization": f"SharedKey {ACCOUNT}:{signature}"}
    return f"{path}?restype=container", headers, 201


def environment(address: str, scheme: str = "s3") -> dict[str, str]:
    """What tells a program how to reach a server."""
    if scheme == "az":
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT, "AZURE_STORAGE_ACCOUNT_KEY": b64encode(SECRET.encode()).decode(),
            "AZURE_STORAGE_ENDPOINT": f"http://{address}/{ACCOUNT}",
        }  # fmt: skip
    return {
        "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{address}",
    }  # fmt: skip


def reach(patch: pytest.MonkeyPatch, address: str, scheme: str = "s3") -> None:
    """Let this process, and those that it starts, reach a server, without patience for its troubles."""
    for name, value in environment(address, scheme).items():
        patch.setenv(name, value)
    patch.setattr(objects, "_RETRIES", {
        "max_retries": 4, "retry_timeout": timedelta(seconds=_PATIENCE),
        "backoff": {"init_backoff": timedelta(milliseconds=5), "max_backoff": timedelta(milliseconds=20), "base": 2},
    })  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], port: int, more: Mapping[str, str] = {}) -> Iterator[None]:
    quiet = {**{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AZURE_"))}, **more}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet)
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def moto() -> Iterator[Server]:
    """Amazon's interface as moto serves it: it knows conditions."""
    if find_spec("moto") is None or find_spec("flask") is None:
        pytest.skip("moto is not installed")
    port = _free_port()
    with _running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port):
        yield Server(f"127.0.0.1:{port}")


@pytest.fixture(scope="session")
def rclone() -> Iterator[Server]:
    """The same interface as rclone serves it: it checks who asks, and overwrites whatever is asked."""
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None or not _serves(program):
        pytest.skip("no rclone that serves objects is installed")
    port = _free_port()
    command = [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}"]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, 100):  # it looks for them only when it starts
            Path(folder, f"bucket-{number}").mkdir()
        with _running([*command, folder], port):
            yield Server(f"127.0.0.1:{port}", Path(folder))


@pytest.fixture(scope="session")
def azurite() -> Iterator[Server]:
    """Azure's interface as Microsoft's own Azurite serves it: it knows conditions, and checks who asks.

    By hand: npm install azurite@3.35.0 (later ones want a newer Node.js), and MATERIALS_TEST_AZURITE=…/bin/azurite-blob.
    """
    program = os.environ.get("MATERIALS_TEST_AZURITE") or shutil.which("azurite-blob")
    if program is None or not Path(program).exists():
        pytest.skip("Azurite is not installed: see support/object_servers.py")
    port = _free_port()
    command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence", "--disableTelemetry"]
    accounts = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{b64encode(SECRET.encode()).decode()}"}
    with _running([*command, "--silent", "--skipApiVersionCheck"], port, accounts):
        yield Server(f"127.0.0.1:{port}", scheme="az")


def _serves(program: str) -> bool:
    return subprocess.run([program, "serve", "s3", "--help"], capture_output=True, check=False).returncode == 0


Fault = Callable[[str, str], str]
REFUSAL = '<?xml version="1.0"?><Error><Code>{code}</Code><Message>{besides}</Message></Error>'


@dataclass(slots=True)
class Proxy:
    """What stands before a server. fault: by method and path, what goes wrong with a request; empty if nothing does.

    "500": the server fails. "cut": half of its answer arrives. "lost": it does what was asked, and its answer never arrives. A
    word: a refusal with that code, and with a status if that stands before it; what follows a colon is said besides. seen: the
    requests, in order. lost: set once the server has done something whose answer never arrives.
    """

    address: str
    fault: Fault = lambda _, __: ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    lost: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    proxy: ClassVar[Proxy]
    upstream: ClassVar[str]
    protocol_version = "HTTP/1.1"

    def do(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        self.proxy.seen.append((self.command, path))
        fault = self.proxy.fault(self.command, path)
        if fault == "500":
            self._answer(500, {}, b"")
        elif fault and fault not in {"cut", "lost"}:
            told, _, besides = fault.partition(": ")
            refused, _, code = told.rpartition(" ")
            self._answer(int(refused or 403), {}, REFUSAL.format(code=code, besides=besides).encode())
        else:
            status, headers, answer = self._asked(content)
            if fault:
                self.close_connection = True
            if fault == "cut":
                self._answer(status, {**headers, "content-length": str(len(answer))}, answer[: len(answer) // 2])
            elif fault == "lost":
                self.proxy.lost.set()
            else:
                self._answer(status, headers, answer)

    def _asked(self, content: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(self.upstream, timeout=_PATIENCE)
        upstream.request(self.command, self.path, content, dict(self.headers.items()))
        answer = upstream.getresponse()
        headers = {
            name: value for name, value in answer.getheaders() if name.lower() not in {"transfer-encoding", "connection"}
        }
        body = answer.read()
        upstream.close()
        return answer.status, headers, body

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        sized = any(name.lower() == "content-length" for name in headers)
        for name, value in {**headers, **({} if sized else {"content-length": str(len(content))})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(moto: Server) -> Server:
    """The server of a test, unless its module says which."""
    return moto


@pytest.fixture
def proxy(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy before a server, which this process and those that it starts reach."""
    with before(server) as made:
        reach(monkeypatch, made.address, server.scheme)
        yield made


@pytest.fixture(params=["disk", "bucket"])
def new_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Where the next archive of a test keeps its files: on the disk (empty), or the URL of a bucket of its own."""
    if request.param == "disk":
        return str
    server = request.getfixturevalue("moto")
    reach(monkeypatch, server.address)
    return lambda: f"s3://{server.bucket()}/workshops"


@contextmanager
def before(server: Server) -> Iterator[Proxy]:
    """A proxy before a server."""

    class Handler(_Handler):
        upstream = server.address

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        proxy = Handler.proxy = Proxy(f"127.0.0.1:{listening.server_port}")
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield proxy
        finally:
            listening.shutdown()
            thread.join()


def once(fault: str, method: str, part: str, times: int = 1) -> Fault:
    """A fault of the first requests with this method whose path contains this part."""
    left = [times]

    def happens(asked: str, path: str) -> str:
        if asked == method and part in path and left[0]:
            left[0] -= 1
            return fault
        return ""

    return happens
