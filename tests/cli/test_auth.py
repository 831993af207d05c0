"""Who we are to Google, asked and told: through an office's proxy that answers for Google's own hosts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from materials_cli.drive.credentials import GOOGLE, Credential
from materials_cli.drive.wire import Wire
from materials_cli.messages import verbatim
from materials_cli.redaction import redact
from support.sign_in import (  # noqa: F401 - a fixture
    SignIn,
    google,
    sign_in,
)
from support.small_drive import run


def gcloud_login(tmp_path: Path) -> None:
    told = {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "lasting"}
    (tmp_path / "gcloud").mkdir()
    (tmp_path / "gcloud" / "application_default_credentials.json").write_text(json.dumps(told))


def test_whom_gcloud_is_signed_in_as_may_be_used(google: type[SignIn], tmp_path: Path) -> None:
    gcloud_login(tmp_path)
    assert "the public page" in run("auth", "status")
    told = run("auth", "login", "--gcloud")
    assert "this machine's own Google account" in told
    assert "Google account: Reader (sample)" in told
    run("add", os.environ["THE_FOLDER"], "--name", "c")
    run("sync")
    assert (tmp_path / "archive" / "c" / "a.txt").read_bytes() == b"words"
    assert google.given


def test_a_machine_that_is_not_signed_in_is_told_how_to(
    google: type[SignIn], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    told = run("auth", "login", "--gcloud", status=4)
    assert "gcloud auth application-default login" in told
    assert not (tmp_path / "settings" / "materials" / "login.json").exists()


def test_one_way_to_sign_in_must_be_chosen() -> None:
    assert "either --client FILE or --gcloud" in run("auth", "login", status=2)


def test_the_status_asks_google_whether_a_key_works(
    google: type[SignIn], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "the-key")
    assert "Google accepts the key" in run("auth", "status")
    monkeypatch.setenv("GOOGLE_API_KEY", "another-key")
    told = run("auth", "status", status=4)
    assert "bad_key" in told
    assert "another-key" not in told
    assert "In use" in run("auth", "status", "--offline")


def test_a_sign_in_that_was_ended_is_told_by_the_status(google: type[SignIn], tmp_path: Path) -> None:
    gcloud_login(tmp_path)
    run("auth", "login", "--gcloud")
    google.refuses = "Account disabled"
    assert "credential_rejected" in run("auth", "status", status=4)


def test_logout_tells_google_to_end_the_sign_in(google: type[SignIn], tmp_path: Path) -> None:
    kept = tmp_path / "settings" / "materials" / "login.json"
    kept.parent.mkdir(parents=True)
    told = {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "lasting"}
    kept.write_text(json.dumps({**told, "issued": "2026-01-01T00:00:00+00:00", "ends": None}))
    assert "deleted and revoked" in run("auth", "logout")
    assert google.asked[-1] == ("/revoke", b"token=lasting")
    assert not kept.exists()


@pytest.mark.parametrize(("spared", "proxied"), [("", True), ("googleapis.com", False), ("example.org", True)])
def test_hosts_of_no_proxy_are_asked_directly(monkeypatch: pytest.MonkeyPatch, spared: str, *, proxied: bool) -> None:
    for name in ("https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", spared)
    with Wire(Credential(GOOGLE, verbatim("nobody"))) as wire:
        for host in (GOOGLE, "https://oauth2.googleapis.com/token"):
            assert isinstance(wire._pools.to(host), urllib3.ProxyManager) is proxied


@pytest.mark.parametrize(
    "text",
    [
        "https://x/drive/v3/files?q=1&key=SECRET&alt=json",
        "Authorization: Bearer SECRET",
        "access_token=SECRET&x=1",
        '{"refresh_token": "SECRET"}',
        "{'client_secret': 'SECRET'}",
        "http://127.0.0.1:1/?state=s&code=SECRET",
    ],
)
def test_secrets_are_taken_out_of_texts(text: str) -> None:
    assert "SECRET" not in redact(text)


def test_a_bug_is_told_with_its_place_and_without_secrets() -> None:
    script = (
        "from materials_cli.cli import app\n"
        "def broken(**_): raise ValueError('GET https://x/?key=SECRET failed')\n"
        "app.app = broken\n"
        "app.run()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "SECRET" not in done.stderr
    assert "in broken" in done.stderr
    assert "a bug in materials" in done.stderr
