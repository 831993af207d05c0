"""Google's sign-in, as a true server on localhost."""

import http.server
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from support.http_server import listening
from support.office_proxy import OfficeProxy


class SignIn(http.server.BaseHTTPRequestHandler):
    """Google's token endpoint: gives out token-1, token-2 …, or refuses with this description."""

    given: list[str]
    asked: list[tuple[str, bytes]]
    refuses = ""
    more: dict[str, Any] = {}  # noqa: RUF012 - replaced whole

    def do_POST(self) -> None:
        self.asked.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
        self.given.append(f"token-{len(self.given) + 1}")
        answer: dict[str, Any] = {"access_token": self.given[-1], "expires_in": 3600, "token_type": "Bearer"} | self.more
        if self.refuses:
            answer = {"error": "invalid_grant", "error_description": self.refuses}
        self.send_response(400 if self.refuses else 200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def sign_in() -> Iterator[tuple[type[SignIn], str]]:
    handler = type("Fresh", (SignIn,), {"given": [], "asked": []})
    with listening(handler) as address:
        yield handler, f"{address}/token"


@pytest.fixture
def google(tmp_path: Path, sign_in: tuple[type[SignIn], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[type[SignIn]]:
    """Google behind a proxy: its API with one folder, and its sign-in."""
    world = World("Folder")
    world.add_file("a.txt", b"words")
    world.open, world.keys, world.tokens = False, {"the-key"}, {f"token-{n}" for n in range(1, 9)}
    port = int(sign_in[1].partition("127.0.0.1:")[2].partition("/")[0])
    with start(world, origin="https://docs.google.com") as drive:
        proxy = OfficeProxy(tmp_path, ("127.0.0.1", drive.port), {"oauth2.googleapis.com": ("127.0.0.1", port)})
        for name in ("REQUESTS_CA_BUNDLE", "NO_PROXY", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.ca))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
        (tmp_path / "archive").mkdir()
        monkeypatch.chdir(tmp_path / "archive")
        monkeypatch.setenv("THE_FOLDER", world.root)
        yield sign_in[0]
        proxy.close()
        assert not drive.crashes
