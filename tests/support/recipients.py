"""Those who are notified: a monitor and a mail server, both true servers that keep what they hear."""

import http.server
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from support.http_server import listening


class Monitor(http.server.BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]
    status = 200

    def do_POST(self) -> None:
        self.asked.append((self.path, self.rfile.read(int(self.headers["content-length"])).decode()))
        self.send_response(self.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[type[Monitor], str]]:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    handler = type("Fresh", (Monitor,), {"asked": []})
    with listening(handler) as address:
        yield handler, f"{address}/ping/secret-id"


class Post:
    """Keeps what comes."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, str] = {}
        self.put_off = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Refuse whoever `answers` names, and put off the next `put_off` recipients, as greylisting does."""
        if self.put_off:
            self.put_off -= 1
            return "451 4.7.1 Greylisting in action, please come back later"
        if address not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get(address, "250 OK")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def login(self, *given_by_server: Any) -> AuthResult:
        given = given_by_server[-1]
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"right", handled=False)


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    kept = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, "127.0.0.1", port, authenticator=kept.login, auth_require_tls=False)
    controller.start()
    yield kept, port
    controller.stop()
