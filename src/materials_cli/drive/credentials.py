"""Who we are to Google: nobody, which is enough for what is shared by link, or the holder of an API key.

Looked for in this order: DRIVE_EMULATOR_HOST (a Drive on this machine; never gets a real credential),
GOOGLE_API_KEY, the account in the file that GOOGLE_APPLICATION_CREDENTIALS names, the sign-in of `materials auth login`,
the key stored by `materials auth set-key`. MATERIALS_KEYLESS=1 passes over all keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from materials_cli.disk import reason
from materials_cli.drive.account import Bearer
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, msgid
from materials_cli.personal import keep_private, settings_folder
from materials_cli.redaction import keep_secret

GOOGLE = "https://www.googleapis.com"
PUBLIC = msgid("the public page, without a credential")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A way in. origin: scheme and host of the API. label: its name for people. It never prints its key.

    keyless: read the pages that Drive shows to everybody, not the API. bearer: makes tokens, for accounts.
    """

    origin: str
    label: Message
    api_key: str | None = None
    keyless: bool = False
    bearer: Bearer | None = None

    def __post_init__(self) -> None:
        """See to it that no error shows the key."""
        keep_secret(self.api_key)

    @property
    def emulator(self) -> bool:
        """Whether this leads to a Drive on this machine instead of Google's."""
        return self.origin != GOOGLE

    @property
    def way(self) -> str:
        """How it opens Drive, for the record: its kind; "emulator" if it opens none."""
        return "emulator" if self.emulator else self.kind

    @property
    def kind(self) -> str:
        """Which kind of credential it is: "keyless", "key" or "sign-in"."""
        return "keyless" if self.keyless else "sign-in" if self.bearer else "key"

    @property
    def pages(self) -> str:
        """Scheme and host of the pages that show folders and give files without any credential."""
        return self.origin if self.emulator else "https://drive.google.com"

    @property
    def docs(self) -> str:
        """Scheme and host of the pages that export Google documents."""
        return self.origin if self.emulator else "https://docs.google.com"

    def address(self, path: str, **query: str) -> str:
        """Where the API answers for `path`, with the key if there is one."""
        if self.api_key:
            query["key"] = self.api_key
        return f"{self.origin}/drive/v3/{path}?{urlencode(query)}"

    def __repr__(self) -> str:
        """A text that is safe in logs and tracebacks."""
        return f"<Credential {self.label!s}>"


def find_credential(environ: Mapping[str, str]) -> Credential:
    """The first way in that is set up, else the public page; raise bad_emulator_host."""
    keyless = environ.get("MATERIALS_KEYLESS", "").strip() not in {"", "0"}
    if host := environ.get("DRIVE_EMULATOR_HOST", "").strip():
        return Credential(_emulator_origin(host), msg("the Drive emulator at {host}", host=host), keyless=keyless)
    if keyless:
        return Credential(GOOGLE, msg(PUBLIC), keyless=True)
    if key := environ.get("GOOGLE_API_KEY", "").strip():
        return Credential(GOOGLE, msg("the API key in GOOGLE_API_KEY"), key)
    if account := environ.get("GOOGLE_APPLICATION_CREDENTIALS", "").strip():
        bearer = Bearer.from_file(Path(account))
        return Credential(GOOGLE, bearer.label, bearer=bearer)
    if login_path().is_file():
        bearer = Bearer.from_file(login_path(), msg("the sign-in of `materials auth login`"))
        return Credential(GOOGLE, bearer.label, bearer=bearer)
    if stored := stored_key():
        return Credential(GOOGLE, msg("the API key stored by `materials auth set-key`"), stored)
    return Credential(GOOGLE, msg(PUBLIC), keyless=True)


def key_path() -> Path:
    """Where the API key lies: the platform's own folder for settings of a user."""
    return settings_folder() / "api-key"


def login_path() -> Path:
    """Where the sign-in of `materials auth login` lies."""
    return settings_folder() / "login.json"


def stored_key() -> str | None:
    """The stored API key, or None."""
    try:
        return key_path().read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        what = msg("The stored API key cannot be read: {reason}.", reason=reason(error))
        raise MaterialsError(Code.DISK_REFUSED, what, where=str(key_path())) from error


def store_key(key: str) -> Path:
    """Keep the key for later runs, readable by this user alone from its first byte on."""
    path = key_path()
    keep_private(path, key.strip() + "\n")
    return path


def forget_key() -> bool:
    """Remove the stored key; tell whether there was one."""
    try:
        key_path().unlink()
    except FileNotFoundError:
        return False
    return True


def _emulator_origin(host: str) -> str:
    try:
        parts = urlsplit(f"http://{host}")
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = None, None
    if name not in _LOOPBACK or port is None or parts.netloc != host:
        raise MaterialsError(
            Code.BAD_EMULATOR_HOST, msg("DRIVE_EMULATOR_HOST must be a HOST:PORT on this machine."), where=host
        )
    return f"http://{host}"
