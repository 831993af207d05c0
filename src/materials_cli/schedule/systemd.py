"""systemd timers of this user: a oneshot service, sandboxed as far as its work allows, and its timer.

There is no Restart=, since the timer is the retry. The statuses 75 (locked, rate-limited, offline) and 3 (done, with
problems) are not failures: the run itself reports them. The unit in OnFailure= reports all others, since timers send no
mail. Options: systemd.exec(5), systemd.timer(5).
"""

import contextlib
import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from materials_cli.disk import disk_errors, replace_file
from materials_cli.environment import find_program
from materials_cli.errors import MaterialsError
from materials_cli.messages import msg
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import DAYS, Rhythm
from materials_cli.schedule.system import call

_SYSTEM = Path("/etc/systemd/system")
# Of namespaces, those in which the children that read files have no network.
_SANDBOX = """\
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=user net
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
# A user's own systemd may lack the rights for these, and the service would not start.
_SYSTEM_SANDBOX = """\
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
CapabilityBoundingSet=
"""


def units(job: Job, *, user: str | None = None) -> dict[str, str]:
    """The unit files of one job by name. user: the user that a system-wide timer runs as."""
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environment.items())
    common, before = f"{environment}WorkingDirectory={_escaped(str(job.archive))}\n{_SANDBOX}", ""
    if user:
        cache = job.environment.get("XDG_CACHE_HOME") or os.path.expanduser(f"~{user}/.cache")  # noqa: PTH111 - may be no one's
        kept = [f"-{cache}/materials"] if cache.startswith("/") else []  # for searches in very large archives
        # Only what exists can be written to. The user makes it, outside of the sandbox; if that fails, the sync runs as well.
        before = "".join(f"ExecStartPre=-+{_line(['runuser', '-u', user, '--', 'mkdir', '-p', place[1:]])}\n" for place in kept)
        places = " ".join(map(_quoted, (*map(str, (job.archive, *job.writes)), *kept)))
        common += f"User={user}\n{_SYSTEM_SANDBOX}ReadWritePaths={places}\n"
    service = (
        f"[Unit]\nDescription=Sync the archive {_escaped(job.archive.name)} with Google Drive\n"
        f"Wants=network-online.target\nAfter=network-online.target\nOnFailure={job.name}-failed.service\n\n"
        f"[Service]\nType=oneshot\n{before}ExecStart={_line(job.sync)}\n{common}SuccessExitStatus=3 75 143\n"
        f"TimeoutStartSec=infinity\nNice=10\nIOSchedulingClass=idle\n"
    )
    failed = (
        f"[Unit]\nDescription=Report that the sync of {_escaped(job.archive.name)} failed\n\n"
        f"[Service]\nType=oneshot\nExecStart={_line(job.report)}\n{common}"
    )
    timer = (
        f"[Unit]\nDescription=Sync the archive {_escaped(job.archive.name)}\n\n"
        f"[Timer]\nOnCalendar={job.rhythm.calendar()}\nRandomizedDelaySec={_delay(job)}m\nFixedRandomDelay=yes\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return {f"{job.name}.service": service, f"{job.name}-failed.service": failed, f"{job.name}.timer": timer}


def text(job: Job) -> str:
    """The unit files of one job, each after its name."""
    return "\n".join(f"# {name}\n{unit}" for name, unit in units(job).items())


def install(job: Job) -> None:
    """Write the units, and start the timer now and at every boot."""
    folder = _folder(os.environ)
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        before = {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in units(job)}
    try:
        for name, unit in units(job).items():
            replace_file(folder / name, unit.encode())
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", f"{job.name}.timer")
    except MaterialsError:
        for name, content in before.items():  # what is refused leaves nothing behind
            if content is None:
                (folder / name).unlink(missing_ok=True)
            else:
                replace_file(folder / name, content)
        with contextlib.suppress(MaterialsError):
            _systemctl("daemon-reload")
        raise


def remove(job: Job) -> bool:
    """Stop the timer and delete the units; return whether there were any."""
    paths = [_folder(os.environ) / name for name in units(job)]
    if not any(path.exists() for path in paths):
        return False
    _systemctl("disable", "--now", f"{job.name}.timer")
    for path in paths:
        path.unlink(missing_ok=True)
    _systemctl("daemon-reload")
    return True


def installed(job: Job) -> str | None:
    """The units of the job in the user's folder, or None."""
    paths = [path for name in units(job) if (path := _folder(os.environ) / name).exists()]
    return "\n".join(f"# {path}\n{path.read_text('utf-8')}" for path in paths) or None


def installed_system_wide(job: Job) -> str | None:
    """The units of the job that the administrator has installed for the whole system, or None."""
    paths = [path for name in units(job) if (path := _SYSTEM / name).is_file()]
    return "\n".join(f"# {path}\n{path.read_text('utf-8')}" for path in paths) or None


def command(text: str) -> list[str]:
    """The words of the first command in unit files; none if somebody has changed it beyond recognition."""
    found = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    try:
        return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(found[1])] if found else []
    except ValueError:
        return []


def environment_of(text: str) -> dict[str, str]:
    """The variables of the first unit of several."""
    lines = re.findall(r"^Environment=(.*)$", text.partition("[Timer]")[0], re.MULTILINE)
    words = (word for line in lines for word in shlex.split(line))
    return {name: value.replace("%%", "%") for name, _, value in (word.partition("=") for word in words)}


def rhythm(text: str) -> Rhythm | None:
    """When a timer unit runs, if that is still one of our rhythms."""
    found = re.search(r"^OnCalendar=(?:([A-Za-z,]+) )?\*-\*-\* (\*|[\d,]+):([\d,]+):00$", text, re.MULTILINE)
    if not found:
        return None
    days, hours, minutes = found.groups()
    known = tuple(DAYS.index(day.lower()) for day in days.split(",") if day.lower() in DAYS) if days else tuple(range(7))
    numbers = tuple(map(int, hours.split(","))) if hours != "*" else tuple(range(24))
    return Rhythm(numbers, tuple(map(int, minutes.split(","))), known)


def is_active(job: Job, *, system: bool) -> bool:
    """Whether systemd has started the timer."""
    program = find_program("systemctl") or "/usr/bin/systemctl"
    words = [program, *([] if system else ["--user"]), "is-active", "--quiet", f"{job.name}.timer"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(words, capture_output=True, timeout=20, check=False).returncode == 0
    return False


def lingers() -> bool | None:
    """Whether this user's timers run while the user is logged out; None if that cannot be found out."""
    words = [find_program("loginctl") or "/usr/bin/loginctl", "show-user", str(os.getuid()), "--property=Linger", "--value"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout.strip() == "yes" if not done.returncode else None
    return None


def is_system_wide(job: Job) -> bool:
    """Whether the administrator has installed the job for the whole system."""
    return (_SYSTEM / f"{job.name}.timer").is_file()


def available() -> bool:
    """Whether systemd runs here and accepts commands of this user."""
    if not Path("/run/systemd/system").is_dir() or not find_program("systemctl"):
        return False
    asked = subprocess.run(["systemctl", "--user", "show-environment"], capture_output=True, timeout=20, check=False)
    return asked.returncode == 0


def _folder(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _systemctl(*words: str) -> None:
    missing, refused = msg("There is no systemd on this machine."), msg("systemd refused the job.")
    call("systemctl", "--user", *words, missing=missing, refused=refused)


def _delay(job: Job) -> int:
    """The random delay in minutes: half an hour, or less if runs are frequent."""
    runs = len(job.rhythm.hours) * len(job.rhythm.minutes)
    return min(30, 24 * 60 // runs // 4)


def _escaped(text: str) -> str:
    """Escape %, which begins a specifier in a unit file."""
    return text.replace("%", "%%").replace("\n", " ")


def _quoted(text: str) -> str:
    """Quote one word of a unit file."""
    return '"' + _escaped(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(words: list[str]) -> str:
    """A command line; $ is escaped, since it begins a variable in ExecStart=."""
    return " ".join(_quoted(word).replace("$", "$$") for word in words)
