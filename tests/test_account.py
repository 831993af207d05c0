"""A service account: Google's library signs in, one refused token is fetched anew, and no other host sees it."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from materials_cli.demo.sample import sample_world
from materials_cli.demo.server import start
from materials_cli.drive.account import Bearer
from materials_cli.drive.client import DriveClient
from materials_cli.drive.credentials import Credential, find_credential
from materials_cli.drive.resources import remote_files, remote_folder
from materials_cli.drive.transfer import fetch
from materials_cli.drive.wire import Wire
from materials_cli.errors import MaterialsError


class SignIn(http.server.BaseHTTPRequestHandler):
    """Google's token endpoint: gives out token-1, token-2 …, or refuses."""

    given: list[str]
    asked: list[tuple[str, bytes]]
    refuses = False
    more: dict[str, Any] = {}  # noqa: RUF012 - replaced whole

    def do_POST(self) -> None:
        self.asked.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
        self.given.append(f"token-{len(self.given) + 1}")
        answer: dict[str, Any] = {"access_token": self.given[-1], "expires_in": 3600, "token_type": "Bearer"} | self.more
        if self.refuses:
            answer = {"error": "invalid_grant", "error_description": "Account disabled"}
        self.send_response(400 if self.refuses else 200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def sign_in() -> Iterator[tuple[type[SignIn], str]]:
    handler = type("Fresh", (SignIn,), {"given": [], "asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}/token"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def account(tmp_path: Path, sign_in: tuple[type[SignIn], str]) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "account.json"
    told = {"type": "service_account", "client_email": "archive@example.iam", "token_uri": sign_in[1]}
    path.write_text(json.dumps({**told, "project_id": "p", "private_key_id": "1", "private_key": key.decode()}))
    return path


def test_the_account_lists_downloads_and_exports_and_a_refused_token_is_renewed_once(
    account: Path, sign_in: tuple[type[SignIn], str], tmp_path: Path
) -> None:
    world = sample_world()
    world.open, world.tokens = False, {"token-2"}
    with start(world) as drive:
        bearer = Bearer.from_file(account)
        with Wire(Credential(f"http://{drive.address}", bearer.said, bearer=bearer)) as wire:
            client = DriveClient(wire)
            root = remote_folder(client.describe(world.root), identity=world.root, parent=None)
            assert sign_in[0].given == ["token-1", "token-2"]
            deck = next(n for n in world.nodes.values() if n.native and n.exports)
            (file,) = remote_files(client.describe(deck.id), identity=deck.id, parent=root, folders=())
            assert fetch(client, file, lambda _: tmp_path / "part", "x", lambda _: None).fixity.size
        assert not drive.violations
        assert not drive.crashes


def test_a_refused_account_is_told_in_words_and_no_secret_is_shown(account: Path, sign_in: tuple[type[SignIn], str]) -> None:
    sign_in[0].refuses = True
    with start(sample_world()) as drive:
        bearer = Bearer.from_file(account)
        credential = Credential(f"http://{drive.address}", bearer.said, bearer=bearer)
        assert "PRIVATE" not in repr(credential) + repr(bearer)
        with Wire(credential) as wire, pytest.raises(MaterialsError) as caught:
            DriveClient(wire).describe(drive.world.root)
    assert caught.value.code == "credential_rejected"
    assert "invalid_grant" in caught.value.what


def test_the_file_is_named_by_the_usual_variable_and_a_bad_one_is_told(account: Path, tmp_path: Path) -> None:
    found = find_credential({"GOOGLE_APPLICATION_CREDENTIALS": str(account)})
    assert found.said == "the service account archive@example.iam"
    with pytest.raises(MaterialsError, match="cannot be used"):
        find_credential({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "none.json")})
