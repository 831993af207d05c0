"""What the timer starts: one command line with absolute paths and a small environment of its own, the same everywhere.

A timer starts programs without a login shell: no PATH to find us, no locale, no proxy. So all that a run needs is written
into the job, with the language of who installs it; secrets are not: they lie in the user's own settings folder.
"""

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from materials_cli.messages import Message, language, msg
from materials_cli.schedule.rhythm import Rhythm

_CARRIED = (
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_CONFIG", "XDG_CONFIG_HOME", "MATERIALS_KEYLESS", "MATERIALS_JITTER", "DRIVE_EMULATOR_HOST",
)  # fmt: skip
_PATHS = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "XDG_CONFIG_HOME"}


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled sync of one archive. environment: what it needs besides HOME. writes: folders it writes to besides."""

    archive: Path
    rhythm: Rhythm
    interpreter: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=lambda: {"LANG": "C.UTF-8"})
    writes: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """The job's name among the machine's others: of one archive always the same, of two archives never."""
        digest = hashlib.sha256(os.fsencode(self.archive)).hexdigest()[:8]
        plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.archive.name.lower()).strip("-")
        return f"materials-{plain[:32]}-{digest}" if plain else f"materials-{digest}"

    def command(self, *words: str) -> list[str]:
        """The command line that runs this program on the archive. -P: never take modules from the current folder."""
        return [self.interpreter, "-P", "-m", "materials_cli", f"--archive={self.archive}", *words]

    @property
    def sync(self) -> list[str]:
        """The command line that the timer starts."""
        return self.command("sync", "--cron")


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What a run needs of the environment in which it was scheduled; never a secret."""
    carried = {"LANG": "C.UTF-8"}
    if (spoken := language().code) != "en":
        carried["LANGUAGE"] = spoken
    for name in _CARRIED:
        value = environ.get(name) or environ.get(name.lower())
        if value and "\n" not in value and not (name.endswith("_PROXY") and "@" in urlsplit(value).netloc):
            carried[name] = os.path.abspath(os.path.expanduser(value)) if name in _PATHS else value  # noqa: PTH100, PTH111
    return carried


def missing_secrets(environ: Mapping[str, str]) -> list[Message]:
    """What is set here and will not be there: keys and passwords are not written into timers."""
    told = []
    if environ.get("GOOGLE_API_KEY"):
        told.append(msg("GOOGLE_API_KEY is not passed on: store the key with `materials auth set-key`."))
    if environ.get("MATERIALS_SMTP_PASSWORD"):
        told.append(
            msg(
                "MATERIALS_SMTP_PASSWORD is not passed on: put the password into a file and set password_file in "
                "materials.toml."
            )
        )
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        value = environ.get(name) or environ.get(name.lower()) or ""
        if "@" in urlsplit(value).netloc:
            told.append(msg("{name} contains a password and is not passed on: set it where the timer runs.", name=name))
    return told
