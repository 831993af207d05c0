"""A person signs in: by a browser that comes back to this machine, or by pasting where it led; in a process of its own."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from materials_cli.drive import login as sign_in_by_hand
from materials_cli.drive.login import login_warning
from support.office_proxy import OfficeProxy
from support.sign_in import SignIn, sign_in

assert sign_in
_VISIT = """
import sys, urllib.parse, urllib.request
query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(sys.argv[1]).query))
assert query["code_challenge_method"] == "S256" and query["scope"].endswith("drive.readonly")
state = query["state"] if STATE else "forged"
urllib.request.urlopen(query["redirect_uri"] + "?" + urllib.parse.urlencode({"code": "c", "state": state})).read()
"""


@pytest.fixture
def client(tmp_path: Path, sign_in: tuple[type[SignIn], str], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sign_in[0], "more", {"refresh_token": "lasting", "refresh_token_expires_in": 604799})
    path = tmp_path / "client.json"
    told = {"client_id": "id", "client_secret": "s", "auth_uri": "https://accounts.google.com/o/oauth2/auth"}
    path.write_text(json.dumps({"installed": {**told, "token_uri": sign_in[1], "redirect_uris": ["http://localhost"]}}))
    return path


def login(tmp_path: Path, client: Path, *more: str, typed: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    settings = {"XDG_CONFIG_HOME": str(tmp_path / "s"), "OAUTHLIB_INSECURE_TRANSPORT": "1", "NO_PROXY": "*"}
    return subprocess.run(
        [sys.executable, "-m", "materials_cli", "auth", "login", "--client", str(client), *more],
        input=typed, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, **settings, **environ},
    )  # fmt: skip


@pytest.mark.parametrize("honest", [True, False])
def test_a_browser_comes_back_with_the_right_state_or_is_refused(tmp_path: Path, client: Path, *, honest: bool) -> None:
    visit = tmp_path / "visit.py"
    visit.write_text(_VISIT.replace("STATE", str(honest)))
    done = login(tmp_path, client, BROWSER=f"{sys.executable} {visit} %s &")
    kept = tmp_path / "s" / "materials" / "login.json"
    if not honest:
        assert done.returncode == 4, done.stderr
        assert "login_failed" in done.stderr
        assert not kept.exists()
        return
    assert done.returncode == 0, done.stderr
    assert json.loads(kept.read_text())["refresh_token"] == "lasting"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "lasting" not in done.stdout + done.stderr


def test_without_a_browser_the_link_is_printed_and_a_forged_address_refused(tmp_path: Path, client: Path) -> None:
    done = login(tmp_path, client, "--no-browser", typed="http://127.0.0.1:1/?state=forged&code=c\n")
    assert "https://accounts.google.com/o/oauth2/auth?" in done.stderr
    assert done.returncode == 4
    assert "login_failed" in done.stderr


def test_the_end_of_a_sign_in_is_told_two_days_before_and_never_cried_for_nothing() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    speaks = [day for day in range(40) if login_warning({"issued": start.isoformat()}, start + timedelta(days=day))]
    assert speaks == [5, 6, 7, 8]
    told = {"issued": start.isoformat(), "ends": (start + timedelta(days=7)).isoformat()}
    assert [d for d in range(8) if login_warning(told, start + timedelta(days=d, hours=1))] == [5, 6, 7]


@pytest.mark.parametrize("others", ["CURL_CA_BUNDLE", "requests"])
def test_a_sign_in_believes_no_certificates_beside_those_that_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: str
) -> None:
    for name in ("here", "named"):
        (tmp_path / name).mkdir()
    proxy, named = (OfficeProxy(tmp_path / name, ("127.0.0.1", 9)) for name in ("here", "named"))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    monkeypatch.setenv("SSL_CERT_FILE", str(named.ca))
    if others == "requests":
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(proxy.ca))
    else:
        monkeypatch.setenv(others, str(proxy.ca))
    session = pytest.importorskip("requests_oauthlib").OAuth2Session("id")
    sign_in_by_hand._trust_as_elsewhere(SimpleNamespace(oauth2session=session))
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        session.request("POST", "https://oauth2.googleapis.com/token", withhold_token=True, timeout=20)
    proxy.close()
    named.close()


@pytest.mark.parametrize("named", ["", "SSL_CERT_FILE"])
def test_without_a_browser_the_pasted_address_signs_in(
    tmp_path: Path, client: Path, sign_in: tuple[type[SignIn], str], named: str
) -> None:
    """With a certificate that is named, through an office's proxy, which signs with it."""
    settings = {"XDG_CONFIG_HOME": str(tmp_path / "s"), "OAUTHLIB_INSECURE_TRANSPORT": "1", "NO_PROXY": "*"}
    if named:
        host, port = str(urlsplit(sign_in[1]).hostname), int(urlsplit(sign_in[1]).port or 0)
        proxy = OfficeProxy(tmp_path, (host, port))
        settings |= {"NO_PROXY": "", "HTTPS_PROXY": proxy.address, "REQUESTS_CA_BUNDLE": "", named: str(proxy.ca)}
        client.write_text(client.read_text().replace(sign_in[1], "https://oauth2.googleapis.com/token"))
    words = [sys.executable, "-m", "materials_cli", "auth", "login", "--client", str(client), "--no-browser"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **settings}
    ) as signing_in:
        assert signing_in.stdin
        assert signing_in.stderr
        link = next(line for line in signing_in.stderr if line.startswith("https://"))
        state = dict(parse_qsl(urlsplit(link.strip()).query))["state"]
        told = signing_in.communicate(f"http://127.0.0.1:1/?state={state}&code=c\n", timeout=300)[1]
    assert signing_in.returncode == 0, told
    assert "Signed in" in told
    assert (tmp_path / "s" / "materials" / "login.json").is_file()
