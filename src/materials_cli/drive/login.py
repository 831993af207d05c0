"""A person's own sign-in, for folders that are shared with that person alone: Google's installed-app flow, reading only.

The browser comes back to this machine (loopback address, PKCE, state checked); on a machine without a browser the
address that the browser ended at is pasted. What is kept is one file, readable by this user alone; it is never rewritten,
since Google renews the hourly token without changing the lasting one.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from materials_cli.disk import reason
from materials_cli.drive.account import MACHINE, SCOPES, Bearer
from materials_cli.drive.credentials import find_credential, login_path
from materials_cli.drive.pools import trust
from materials_cli.drive.wire import Wire
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, verbatim
from materials_cli.personal import keep_private
from materials_cli.redaction import keep_secret

REVOKE = "https://oauth2.googleapis.com/revoke"
_TESTING_LIFE = timedelta(days=7)
_PATIENCE = 300


def sign_in(client_file: Path, *, show: Callable[[str], None], ask: Callable[[], str] | None = None) -> Path:
    """Let a person sign in, and keep it; return where. Raise bad_account_file or login_failed.

    client_file: the person's own OAuth client, of type “Desktop app”. show is given the address to open; ask, where
    there is no browser, returns the address that the browser ended at.
    """
    from google_auth_oauthlib.flow import InstalledAppFlow  # noqa: PLC0415 - slow, and needed once

    try:
        flow = InstalledAppFlow.from_client_secrets_file(str(client_file), SCOPES)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else verbatim(str(error).splitlines()[0][:200].rstrip("."))
        what = msg("The client file cannot be used: {reason}.", reason=why)
        raise MaterialsError(
            Code.BAD_ACCOUNT_FILE, what, where=str(client_file),
            why=msg("It must be the JSON file of an OAuth client of type “Desktop app”, as downloaded from Google."),
            fix=msg("Google Cloud console → Google Auth Platform → Clients → Create client → Desktop app → Download JSON."),
        ) from error  # fmt: skip
    keep_secret(flow.client_config.get("client_secret"))
    _trust_as_elsewhere(flow)
    try:
        if ask is None:
            flow.run_local_server(
                host="127.0.0.1", port=0, timeout_seconds=_PATIENCE, access_type="offline", prompt="consent",
                authorization_prompt_message="", success_message=msg("Signed in. You may close this window."),
            )  # fmt: skip
        else:
            flow.redirect_uri = "http://127.0.0.1:1/"
            address, _ = flow.authorization_url(access_type="offline", prompt="consent")
            show(address)
            flow.fetch_token(authorization_response=ask().strip().replace("http://", "https://", 1))
    except Exception as error:
        answer = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise MaterialsError(Code.LOGIN_FAILED, msg("The sign-in did not succeed: {reason}", reason=answer)) from error
    return _keep(flow.credentials, flow.oauth2session.token)


def use_machine() -> Path:
    """Sign in as this machine from now on (Application Default Credentials); raise bad_account_file when it cannot be."""
    Bearer.of_machine()
    path = login_path()
    keep_private(path, json.dumps({"type": MACHINE, "issued": datetime.now(UTC).isoformat()}, indent=2) + "\n")
    return path


def login_warning(stored: Mapping[str, Any], now: datetime) -> Message | None:
    """Say that a sign-in is about to end, two days before it does; None when there is nothing to say.

    An app whose consent screen is “in testing” loses its sign-ins after 7 days
    (https://developers.google.com/identity/protocols/oauth2#expiration). Google may state the end; else the age tells.
    """
    if not isinstance(stored, dict) or stored.get("type") == MACHINE:
        return None
    issued = datetime.fromisoformat(str(stored["issued"]))
    ends = datetime.fromisoformat(str(stored["ends"])) if stored.get("ends") else None
    if ends and now > ends - timedelta(days=2):
        time = f"{ends:%Y-%m-%d %H:%M}"
        return msg("The sign-in expires on {time} UTC. Sign in again: materials auth login", time=time)
    if not ends and _TESTING_LIFE - timedelta(days=2) <= now - issued <= _TESTING_LIFE + timedelta(days=1):
        return msg(
            "The sign-in is {count} days old. If your app's consent screen is “in testing”, it expires after 7 days: "
            "sign in again, or publish the app.",
            count=(now - issued).days,
        )
    return None


def stored_warning(now: datetime) -> Message | None:
    """The warning for the sign-in that is stored, if there is one."""
    try:
        return login_warning(json.loads(login_path().read_text("utf-8")), now)
    except (OSError, ValueError, KeyError):
        return None


def warning_in_use(environ: Mapping[str, str], now: datetime) -> Message | None:
    """The warning for the sign-in, where it is the way in that would be used."""
    if not login_path().is_file():
        return None
    try:
        credential = find_credential(environ)
    except MaterialsError:
        return None
    return stored_warning(now) if credential.bearer and not environ.get("GOOGLE_APPLICATION_CREDENTIALS") else None


def stored_end() -> Message:
    """When the sign-in in use ends, for a person; of accounts that are no sign-in of ours nobody knows an end."""
    expiry = stored_expiry()
    if expiry is None:
        return msg("Google has not stated when it expires.")
    return msg("It expires on {time} UTC.", time=f"{expiry:%Y-%m-%d %H:%M}")


def stored_expiry() -> datetime | None:
    """When the sign-in that is stored ends, as far as Google stated it."""
    try:
        return datetime.fromisoformat(json.loads(login_path().read_text("utf-8"))["ends"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_login(wire: Wire) -> bool:
    """Delete the stored sign-in and ask Google to end it; tell whether there was one."""
    path = login_path()
    try:
        stored = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return False
    except ValueError:
        stored = {}
    path.unlink()
    stored = stored if isinstance(stored, dict) else {}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if token := stored.get("refresh_token"):
        keep_secret(token)
        wire.call("POST", REVOKE, headers=headers, body=urlencode({"token": token}))
    return True


def _keep(credentials: Any, token: Mapping[str, Any]) -> Path:
    if not credentials.refresh_token:
        raise MaterialsError(Code.LOGIN_FAILED, msg("Google did not issue a long-lived sign-in."))
    now = datetime.now(UTC)
    life = token.get("refresh_token_expires_in")
    stored = {
        "type": "authorized_user",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "refresh_token": credentials.refresh_token,
        "issued": now.isoformat(),
        "ends": (now + timedelta(seconds=int(life))).isoformat() if life else None,
    }
    path = login_path()
    keep_private(path, json.dumps(stored, indent=2) + "\n")
    return path


def _trust_as_elsewhere(flow: Any) -> None:
    """The sign-in believes the same certificates as everything else."""
    from requests.adapters import HTTPAdapter  # noqa: PLC0415, TID251 - Google's sign-in flow is built on it

    class Trusting(HTTPAdapter):
        def init_poolmanager(self, *places: Any, **pool: Any) -> None:
            super().init_poolmanager(*places, **pool, ssl_context=trust())

        def proxy_manager_for(self, proxy: str, **pool: Any) -> Any:
            return super().proxy_manager_for(proxy, **pool, ssl_context=trust())

        def send(self, *request: Any, **how: Any) -> Any:
            return super().send(*request, **{**how, "verify": True})  # not the file of CURL_CA_BUNDLE

        def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:
            conn.cert_reqs = "CERT_REQUIRED"  # and not those that requests brings along, too

    flow.oauth2session.mount("https://", Trusting())
