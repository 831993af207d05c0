"""The command that a timer starts: a command line with absolute paths, and its environment.

A timer starts programs without a login shell, so without PATH, locale or proxy settings. The job therefore contains all
that a run needs, including the language of the user who installs it; but no secrets, which are read from files.
"""

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import urlsplit

from materials_cli.messages import Message, language, msg
from materials_cli.schedule.rhythm import Rhythm
from materials_cli.values import frozen

EMULATOR = "DRIVE_EMULATOR_HOST"
_CARRIED = (
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "MATERIALS_KEYLESS", "MATERIALS_JITTER", EMULATOR,
)  # fmt: skip
_PATHS = {
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_CONFIG",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
}


@frozen()
class Job:
    """A scheduled sync of one archive.

    environment: its variables except HOME. writes: other folders it writes to. trusted: confirms settings, see trust.vouch().
    """

    archive: Path
    rhythm: Rhythm
    interpreter: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=lambda: {"LANG": "C.UTF-8"})
    writes: tuple[Path, ...] = ()
    trusted: str = ""

    @property
    def name(self) -> str:
        """The job's name: unique for each archive, and always the same."""
        digest = hashlib.sha256(os.fsencode(self.archive)).hexdigest()[:8]
        plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.archive.name.lower()).strip("-")
        return f"materials-{plain[:32]}-{digest}" if plain else f"materials-{digest}"

    def command(self, *words: str) -> list[str]:
        """The command line that runs this program on the archive. -P: do not import modules from the current folder."""
        return [self.interpreter, "-P", "-m", "materials_cli", f"--archive={self.archive}", *words]

    @property
    def sync(self) -> list[str]:
        """The command line that the timer starts."""
        return self.command("sync", "--cron", *self._confirmed)

    @property
    def report(self) -> list[str]:
        """The command line that reports a run that was killed."""
        return self.command("notify", "--failed", *self._confirmed)

    @property
    def _confirmed(self) -> list[str]:
        return [f"--trusted={self.trusted}"] if self.trusted else []


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a job takes from the environment in which it is installed; no secrets."""
    carried = {"LANG": "C.UTF-8"}
    if (code := language().code) != "en":
        carried["LANGUAGE"] = code
    for name in _CARRIED:
        value = environ.get(name) or environ.get(name.lower())
        if value and "\n" not in value and not (name.endswith("_PROXY") and "@" in urlsplit(value).netloc):
            carried[name] = os.path.abspath(os.path.expanduser(value)) if name in _PATHS else value  # noqa: PTH100, PTH111 - texts
    return carried


def taken_over(job: Job) -> list[str]:
    """The variables that a job has from the environment in which it was made: what an office needs, or a trial left behind."""
    return [name for name in _CARRIED if name in job.environment and name != EMULATOR]


def missing_secrets(environ: Mapping[str, str]) -> list[Message]:
    """Messages on secrets in the environment that a job will not have."""
    found = []
    if environ.get("GOOGLE_API_KEY"):
        found.append(msg("GOOGLE_API_KEY is not passed on: store the key with `materials auth set-key`."))
    if environ.get("MATERIALS_SMTP_PASSWORD"):
        found.append(
            msg(
                "MATERIALS_SMTP_PASSWORD is not passed on: put the password into a file and set password_file in "
                "materials.toml."
            )
        )
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        value = environ.get(name) or environ.get(name.lower()) or ""
        if "@" in urlsplit(value).netloc:
            found.append(msg("{name} contains a password and is not passed on: set it where the timer runs.", name=name))
    return found
