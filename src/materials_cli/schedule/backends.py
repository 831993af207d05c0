"""The timers of this machine, and the functions that each of them has."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from materials_cli.environment import find_program
from materials_cli.errors import MaterialsError
from materials_cli.schedule import cron, launchd, systemd, windows
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import Rhythm


class Backend(Protocol):
    """One kind of timer. Its functions act for the current user only."""

    def text(self, job: Job) -> str:
        """The text of what would be installed, in the timer's own format."""

    def install(self, job: Job) -> None:
        """Install the job, replacing an earlier one; raise bad_schedule."""

    def remove(self, job: Job) -> bool:
        """Remove the job; return whether there was one."""

    def installed(self, job: Job) -> str | None:
        """The text of the installed job, or None."""


BACKENDS: Mapping[str, Backend] = MappingProxyType({"systemd": systemd, "cron": cron, "launchd": launchd, "windows": windows})


def available() -> list[str]:
    """The names of the timers of this machine, the best first."""
    if sys.platform == "darwin":
        return ["launchd"]
    if sys.platform == "win32":
        return ["windows"]
    return [*(["systemd"] if systemd.available() else []), *(["cron"] if find_program("crontab") else [])]


def is_scheduled(archive: Path) -> bool:
    """Whether a timer that this user or root has installed runs an archive. archive: its absolute path."""
    job = Job(archive, Rhythm((3,), (1,)))
    with suppress(MaterialsError, OSError):
        return systemd.is_system_wide(job) or installed_in(job) is not None
    return False


def installed_in(job: Job) -> str | None:
    """The name of the timer that has this job, or None."""
    return next((name for name in available() if BACKENDS[name].installed(job) is not None), None)
