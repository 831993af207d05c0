"""macOS: a launch agent of this user. Runs missed in sleep are made up for on waking (launchd.plist(5))."""

import os
import plistlib
import subprocess
from pathlib import Path

from materials_cli.disk import disk_errors, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.messages import msg
from materials_cli.schedule.job import Job


def text(job: Job) -> str:
    """The property list of one job. launchd counts Sunday as 0."""
    days = [{}] if job.rhythm.daily else [{"Weekday": (day + 1) % 7} for day in job.rhythm.weekdays]
    hours = [{}] if len(job.rhythm.hours) == 24 else [{"Hour": hour} for hour in job.rhythm.hours]
    times = [{**d, **h, "Minute": minute} for d in days for h in hours for minute in job.rhythm.minutes]
    told = {
        "Label": job.name,
        "ProgramArguments": job.sync,
        "EnvironmentVariables": dict(job.environment),
        "WorkingDirectory": str(job.archive),
        "StartCalendarInterval": times,
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "StandardErrorPath": str(job.archive / ".materials" / "schedule.log"),
        "StandardOutPath": str(job.archive / ".materials" / "schedule.log"),
    }
    return plistlib.dumps(told).decode()


def install(job: Job) -> None:
    """Write the agent and load it, in place of an earlier one."""
    path = _path(job)
    if path.exists():
        _launchctl("bootout", f"gui/{os.getuid()}/{job.name}")
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text(job).encode())
    _launchctl("bootstrap", f"gui/{os.getuid()}", str(path))


def remove(job: Job) -> bool:
    """Unload the agent and delete it; tell whether there was one."""
    path = _path(job)
    if not path.exists():
        return False
    _launchctl("bootout", f"gui/{os.getuid()}/{job.name}")
    path.unlink()
    return True


def installed(job: Job) -> str | None:
    """The agent as it stands in the user's folder."""
    return _path(job).read_text("utf-8") if _path(job).exists() else None


def _path(job: Job) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{job.name}.plist"


def _launchctl(*words: str) -> None:
    try:
        done = subprocess.run(["launchctl", *words], capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        what = msg("There is no launchd on this machine.")
        raise MaterialsError("bad_schedule", what, fix=msg("Choose another --backend.")) from error
    if done.returncode:
        raise MaterialsError("bad_schedule", msg("launchd refused the job."), where=done.stderr.strip()[:300])
