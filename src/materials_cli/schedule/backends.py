"""Which timers this machine has, and the one way to speak to all of them."""

import shutil
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from materials_cli.schedule import cron, launchd, systemd, windows
from materials_cli.schedule.job import Job


class Backend(Protocol):
    """One kind of timer. All of these act for the user who calls, never for others."""

    def text(self, job: Job) -> str:
        """What would be installed, as the timer's own files have it."""

    def install(self, job: Job) -> None:
        """Install the job in place of an earlier one; raise bad_schedule."""

    def remove(self, job: Job) -> bool:
        """Remove the job; tell whether there was one."""

    def installed(self, job: Job) -> str | None:
        """The job as it is installed, or None."""


BACKENDS: Mapping[str, Backend] = MappingProxyType({"systemd": systemd, "cron": cron, "launchd": launchd, "windows": windows})


def found() -> list[str]:
    """The timers of this machine, the best first."""
    if sys.platform == "darwin":
        return ["launchd"]
    if sys.platform == "win32":
        return ["windows"]
    return [*(["systemd"] if systemd.available() else []), *(["cron"] if shutil.which("crontab") else [])]


def where(job: Job) -> str | None:
    """The timer that has this job, or None."""
    return next((name for name in found() if BACKENDS[name].installed(job) is not None), None)
