"""Google accounts: a service account, a person's sign-in, or the machine's own (gcloud's, or a server's on Google Cloud).

Google's library does the work.

Only reading is ever asked for. Tokens live in memory; they are fetched over the same wire trust and proxy as all else.
"""

import json
import threading
from pathlib import Path
from typing import Any

from materials_cli.disk import reason
from materials_cli.drive.refusals import RefusalError
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, msgid, verbatim
from materials_cli.redaction import keep_secret

MACHINE = "application_default"
GCLOUD_LOGIN = (
    "gcloud auth application-default login "
    "--scopes=https://www.googleapis.com/auth/drive.readonly,https://www.googleapis.com/auth/cloud-platform"
)
_WRONG_CLOCK = (
    msgid("This machine's clock is wrong: Google accepts a service account's requests only if their time is right."),
    msgid("Synchronise the clock over the network; on Linux: `sudo timedatectl set-ntp true`."),
)
SCOPES = ("https://www.googleapis.com/auth/drive.readonly",)


class Bearer:
    """Makes the tokens of one account. Safe to share between threads.

    credentials: google.auth credentials. label: its name for people.
    """

    def __init__(self, credentials: Any, label: Message) -> None:
        self._credentials, self.label = credentials, label
        self._lock = threading.Lock()

    @classmethod
    def from_file(cls, path: Path, label: Message | None = None) -> "Bearer":
        """The account that a credentials file describes; raise bad_account_file. label: its name for people."""
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - slow, and most runs need no account
        from google.oauth2 import credentials, service_account  # noqa: PLC0415 - as above

        makers: dict[str, Any] = {
            "service_account": service_account.Credentials.from_service_account_info,
            "authorized_user": credentials.Credentials.from_authorized_user_info,
        }
        try:
            loaded = json.loads(path.read_text("utf-8"))
            keep_secret(*(loaded.get(name) for name in ("private_key", "client_secret", "refresh_token")))
            if loaded["type"] == MACHINE:
                return cls.of_machine()
            made = makers[loaded["type"]](loaded, scopes=SCOPES)
        except (GoogleAuthError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            why = reason(error) if isinstance(error, OSError) else verbatim(str(error).splitlines()[0][:200])
            what = msg("The account file cannot be used: {reason}.", reason=why)
            raise MaterialsError(Code.BAD_ACCOUNT_FILE, what, where=str(path)) from error
        email = getattr(made, "service_account_email", None)
        return cls(
            made,
            label or (msg("the service account {email}", email=email) if email else msg("the account in {path}", path=path)),
        )

    @classmethod
    def of_machine(cls) -> "Bearer":
        """What Google's libraries call Application Default Credentials; raise bad_account_file when there are none."""
        import google.auth  # noqa: PLC0415 - see from_file()
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - see from_file()

        try:
            made, _ = google.auth.default(scopes=SCOPES)
        except GoogleAuthError as error:
            raise MaterialsError(
                Code.BAD_ACCOUNT_FILE, msg("This machine is not signed in to Google."), where=str(error).splitlines()[0][:200],
                why=msg(
                    "There is no gcloud sign-in, and this is not a Google Cloud server with its own account."
                ),
                fix=msg("Sign in with gcloud first: {command}", command=GCLOUD_LOGIN),
            ) from error  # fmt: skip
        email = getattr(made, "service_account_email", None)
        if email and email != "default":
            return cls(made, msg("this machine's own Google account ({email})", email=email))
        return cls(made, msg("this machine's own Google account"))

    def __repr__(self) -> str:
        """A text that is safe in logs and tracebacks."""
        return f"<Bearer {self.label!s}>"

    def headers(self, http: Any) -> dict[str, str]:
        """The headers that prove who we are. http: a urllib3 pool manager, for fetching a token when there is none.

        Raise credential_rejected, or a passing RefusalError when the sign-in cannot be reached.
        """
        with self._lock:
            if not self._credentials.valid:
                self._refresh(http)
            headers: dict[str, str] = {}
            self._credentials.apply(headers)
            keep_secret(self._credentials.token)
            return headers

    def renew(self) -> None:
        """Forget the token: Google refused it."""
        with self._lock:
            self._credentials.token = None

    def _refresh(self, http: Any) -> None:
        from google.auth.exceptions import GoogleAuthError, TransportError  # noqa: PLC0415 - see from_file()
        from google.auth.transport.urllib3 import Request  # noqa: PLC0415 - as above

        try:
            self._credentials.refresh(Request(http))  # type: ignore[no-untyped-call]  # google-auth has no types
        except TransportError as error:
            raise RefusalError(
                MaterialsError(Code.OFFLINE, msg("Google's sign-in could not be reached.")), passing=True
            ) from error
        except GoogleAuthError as error:
            answer = str(error.args[0]).splitlines()[0][:200] if error.args else type(error).__name__
            what = msg("Google's sign-in reports: {answer}", answer=answer)
            why, fix = (msg(text) for text in _WRONG_CLOCK) if "timeframe" in answer else (None, None)
            raise MaterialsError(Code.CREDENTIAL_REJECTED, what, where=self.label, why=why, fix=fix) from error
