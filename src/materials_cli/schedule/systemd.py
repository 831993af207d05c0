"""systemd timers of this user: a oneshot service, fenced in as far as its work allows, and its timer.

No Restart=: the timer is the retry. 75 (locked, rate-limited, offline) is no failure, and 3 (not all could be had) speaks for
itself when it is news. What fails otherwise is told by the unit in OnFailure=, since timers send no mail. Options:
systemd.exec(5), systemd.timer(5).
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from materials_cli.disk import disk_errors, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.messages import msg
from materials_cli.schedule.job import Job

_FENCE = """\
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0027
"""
# A user's own systemd may have no right to set these up, and the service would not start.
_SYSTEM_FENCE = """\
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
    """The unit files of one job, by name. user: for a system-wide timer, whom it runs as."""
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environment.items())
    common = f"{environment}WorkingDirectory={_escaped(str(job.archive))}\n{_FENCE}"
    if user:
        places = " ".join(_quoted(str(place)) for place in (job.archive, *job.writes))
        common += f"User={user}\n{_SYSTEM_FENCE}ReadWritePaths={places}\n"
    service = (
        f"[Unit]\nDescription=Sync the archive {_escaped(job.archive.name)} with Google Drive\n"
        f"Wants=network-online.target\nAfter=network-online.target\nOnFailure={job.name}-failed.service\n\n"
        f"[Service]\nType=oneshot\nExecStart={_line(job.sync)}\n{common}SuccessExitStatus=3 75\nTimeoutStartSec=6h\n"
        f"Nice=10\nIOSchedulingClass=idle\n"
    )
    failed = (
        f"[Unit]\nDescription=Tell that the sync of {_escaped(job.archive.name)} failed\n\n"
        f"[Service]\nType=oneshot\nExecStart={_line(job.command('notify', '--failed'))}\n{common}"
    )
    timer = (
        f"[Unit]\nDescription=Sync the archive {_escaped(job.archive.name)}\n\n"
        f"[Timer]\nOnCalendar={job.rhythm.calendar()}\nRandomizedDelaySec={_delay(job)}m\nFixedRandomDelay=yes\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return {f"{job.name}.service": service, f"{job.name}-failed.service": failed, f"{job.name}.timer": timer}


def text(job: Job) -> str:
    """The unit files of one job, each under its name."""
    return "\n".join(f"# {name}\n{unit}" for name, unit in units(job).items())


def install(job: Job) -> None:
    """Write the units, and start the timer now and at every boot."""
    folder = _folder(os.environ)
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
    for name, unit in units(job).items():
        replace_file(folder / name, unit.encode())
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", f"{job.name}.timer")


def remove(job: Job) -> bool:
    """Stop the timer and delete the units; tell whether there were any."""
    paths = [_folder(os.environ) / name for name in units(job)]
    if not any(path.exists() for path in paths):
        return False
    _systemctl("disable", "--now", f"{job.name}.timer")
    for path in paths:
        path.unlink(missing_ok=True)
    _systemctl("daemon-reload")
    return True


def installed(job: Job) -> str | None:
    """The units of the job as they stand in the user's folder."""
    paths = [path for name in units(job) if (path := _folder(os.environ) / name).exists()]
    return "\n".join(f"# {path}\n{path.read_text('utf-8')}" for path in paths) or None


def available() -> bool:
    """Whether systemd runs here and listens to this user."""
    if not Path("/run/systemd/system").is_dir() or not shutil.which("systemctl"):
        return False
    asked = subprocess.run(["systemctl", "--user", "show-environment"], capture_output=True, timeout=20, check=False)
    return asked.returncode == 0


def _folder(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _systemctl(*words: str) -> None:
    try:
        done = subprocess.run(["systemctl", "--user", *words], capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        what = msg("There is no systemd on this machine.")
        raise MaterialsError("bad_schedule", what, fix=msg("Choose another --backend.")) from error
    if done.returncode:
        raise MaterialsError("bad_schedule", msg("systemd refused the job."), where=done.stderr.strip()[:300])


def _delay(job: Job) -> int:
    """Minutes over which runs are spread: half an hour, or a quarter of the time between two runs."""
    runs = len(job.rhythm.hours) * len(job.rhythm.minutes)
    return min(30, 24 * 60 // runs // 4)


def _escaped(text: str) -> str:
    """% begins a specifier in a unit file."""
    return text.replace("%", "%%").replace("\n", " ")


def _quoted(text: str) -> str:
    """One word of a unit file."""
    return '"' + _escaped(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(words: list[str]) -> str:
    """A command line: in ExecStart= a dollar sign would begin a variable."""
    return " ".join(_quoted(word).replace("$", "$$") for word in words)
