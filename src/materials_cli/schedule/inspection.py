"""Looks at the job that is installed: what it starts, whether that runs, whether its timer does, and when it runs next.

A timer is easily dead without a word: the Python it starts was removed by an upgrade, cron was never started, nobody lingers.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from materials_cli.config import Notify
from materials_cli.messages import Message, msg, verbatim
from materials_cli.schedule import cron, launchd, systemd, windows
from materials_cli.schedule.backends import BACKENDS, installed_in
from materials_cli.schedule.job import EMULATOR, Job
from materials_cli.schedule.rhythm import Rhythm

_TIMEOUT = 60
_INSTALL = "materials schedule install"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the installed job does not run, and what to do about it. partly: it does run, but not always."""

    what: Message
    fix: Message
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Installed:
    """A job as its timer has it.

    timer: the name of the backend; system: for the whole system. command: the words that it starts. environment: its variables
    beside those in the command. rhythm: None if it is not one of ours.
    """

    timer: str
    text: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    rhythm: Rhythm | None = None
    system: bool = False

    @property
    def interpreter(self) -> str:
        """The Python that it starts; empty if there is none."""
        if self.timer == "windows":
            return next(iter(self.command), "")
        found = [before for before, word in zip(self.command, self.command[1:], strict=False) if word == "-P"]
        return found[0] if found else ""

    def next_run(self, now: datetime) -> datetime | None:
        """When it runs next, if its timer does. now: local time."""
        return next(self.rhythm.next_runs(now)) if self.rhythm else None


def installed(job: Job) -> Installed | None:
    """The job as it is installed on this machine, by this user or the administrator; None if it is not."""
    name, system = installed_in(job), False
    text = BACKENDS[name].installed(job) if name else None
    if text is None and (text := systemd.installed_system_wide(job)):
        name, system = "systemd", True
    if text is None or name is None:
        return None
    if name == "cron":
        return Installed(name, text, tuple(cron.command(text)), {}, cron.rhythm(text))
    if name == "systemd":
        return Installed(name, text, tuple(systemd.command(text)), systemd.environment_of(text), systemd.rhythm(text), system)
    if name == "launchd":
        return Installed(name, text, tuple(launchd.command(text)), launchd.environment_of(text))
    return Installed(name, text, tuple(windows.command(text)))


def troubles(job: Job, found: Installed) -> list[Trouble]:
    """Why the installed job does not run as it should; the worst first."""
    wrong = (*_of_timer(job, found), *_of_command(found), *unreal(found.text))
    return sorted(wrong, key=lambda trouble: trouble.partly)


def unreal(job: Container[str]) -> list[Trouble]:
    """That a job asks a Drive emulator, if so. job: its variables, or its text."""
    if EMULATOR not in job:
        return []
    what = msg("This timer syncs from a Drive emulator, not from Google Drive: it has {name}.", name=EMULATOR)
    return [Trouble(what, msg("For Google Drive: unset {name}; materials schedule install", name=EMULATOR), partly=True)]


def audience(notify: Notify, timer: str) -> Trouble | None:
    """That nobody hears of problems, if so. timer: the name of the backend."""
    if notify.reaches_somebody or (timer == "cron" and cron.mails()):
        return None
    what = (
        msg("Nobody hears of problems: materials.toml has no [notify], and cron has no mail program on this machine.")
        if timer == "cron"
        else msg("Nobody hears of problems: materials.toml has no [notify], and {timer} sends no mail.", timer=timer)
    )
    fix = msg("Add [notify] to materials.toml (materials help settings), then try it: materials notify")
    return Trouble(what, fix, partly=True)


def _of_timer(job: Job, found: Installed) -> list[Trouble]:
    if found.timer == "cron" and cron.is_running() is False:
        what = msg("No cron is running on this machine, so the sync never starts.")
        return [Trouble(what, msg("Start it, for example: sudo systemctl enable --now cron, or in a container: crond"))]
    if found.timer == "systemd" and not systemd.is_active(job, system=found.system):
        what = msg("systemd has not started the timer, so the sync never starts.")
        words = "sudo systemctl" if found.system else "systemctl --user"
        return [Trouble(what, verbatim(f"{words} enable --now {job.name}.timer"))]
    if found.timer == "systemd" and not found.system and systemd.lingers() is False:
        what = msg("The sync runs only while you are logged in.")
        return [Trouble(what, verbatim("loginctl enable-linger"), partly=True)]
    if found.timer == "launchd" and not launchd.is_loaded(job):
        return [Trouble(msg("launchd has not loaded the job, so the sync never starts."), verbatim(_INSTALL))]
    return []


def _of_command(found: Installed) -> list[Trouble]:
    program = found.interpreter
    if not program:
        return [Trouble(msg("The installed job does not start materials."), verbatim(_INSTALL))]
    if shutil.which(program) is None:
        what = msg("The installed job starts {program}, which is not there any more.", program=program)
        return [Trouble(what, verbatim(_INSTALL))]
    try:
        done = subprocess.run(
            [program, "-P", "-m", "materials_cli", "version"], env=bare_environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=_TIMEOUT, check=False,
        )  # fmt: skip
        printed = done.stderr.strip().splitlines()
        reason = "" if not done.returncode else printed[-1][:200] if printed else str(done.returncode)
    except (OSError, subprocess.SubprocessError) as error:
        reason = type(error).__name__
    if not reason:
        return []
    what = msg("The installed job starts {program}, and materials does not run there: {reason}", program=program, reason=reason)
    return [Trouble(what, verbatim(_INSTALL))]


def bare_environment() -> dict[str, str]:
    """What a timer gives to the programs that it starts."""
    bare = {name: value for name in ("HOME", "LOGNAME", "USER", "SYSTEMROOT") if (value := os.environ.get(name))}
    if sys.platform == "win32":
        return bare | {"PATH": os.environ.get("PATH", "")}
    return bare | {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}


def line_of(found: Installed) -> list[str]:
    """What the timer starts, to be started in its bare environment: for cron, its line, in the shell that cron uses."""
    if found.timer == "windows":
        return []  # Windows splits a line itself
    if found.timer != "cron":
        return list(found.command)
    fields, command = cron.line(found.text)
    return ["/bin/sh", "-c", command.replace(r"\%", "%")] if fields else []


def folder_of(found: Installed, job: Job) -> Path:
    """Where the timer starts it."""
    return Path.home() if found.timer == "cron" else job.archive
