"""macOS: a launch agent of this user. Runs missed during sleep start on waking (launchd.plist(5))."""

import contextlib
import os
import plistlib
import subprocess
from pathlib import Path
from typing import Any

from materials_cli.disk import disk_errors, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.filenames import INNER
from materials_cli.messages import msg
from materials_cli.schedule.job import Job
from materials_cli.schedule.system import call


def text(job: Job) -> str:
    """The property list of one job. launchd counts Sunday as 0."""
    days = [{}] if job.rhythm.daily else [{"Weekday": (day + 1) % 7} for day in job.rhythm.weekdays]
    hours = [{}] if len(job.rhythm.hours) == 24 else [{"Hour": hour} for hour in job.rhythm.hours]
    times = [{**d, **h, "Minute": minute} for d in days for h in hours for minute in job.rhythm.minutes]
    log = str(job.archive / INNER / "schedule.log")
    content = {
        "Label": job.name,
        "ProgramArguments": job.sync,
        "EnvironmentVariables": dict(job.environment),
        "WorkingDirectory": str(job.archive),
        "StartCalendarInterval": times,
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "StandardErrorPath": log,
        "StandardOutPath": log,
    }
    return plistlib.dumps(content).decode()


def install(job: Job) -> None:
    """Write the agent and load it, replacing an earlier one."""
    path = _path(job)
    before = path.read_bytes() if path.exists() else None
    if before is not None:
        _launchctl("bootout", f"gui/{os.getuid()}/{job.name}")
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text(job).encode())
    try:
        _launchctl("bootstrap", f"gui/{os.getuid()}", str(path))
    except MaterialsError:
        if before is None:  # what is refused leaves nothing behind
            path.unlink(missing_ok=True)
        else:
            replace_file(path, before)
            with contextlib.suppress(MaterialsError):
                _launchctl("bootstrap", f"gui/{os.getuid()}", str(path))
        raise


def remove(job: Job) -> bool:
    """Unload the agent and delete it; return whether there was one."""
    path = _path(job)
    if not path.exists():
        return False
    _launchctl("bootout", f"gui/{os.getuid()}/{job.name}")
    path.unlink()
    return True


def installed(job: Job) -> str | None:
    """The agent in the user's folder, or None."""
    return _path(job).read_text("utf-8") if _path(job).exists() else None


def command(agent: str) -> list[str]:
    """The words of the command in an installed agent; none if somebody has changed it beyond recognition."""
    words = _content(agent).get("ProgramArguments")
    return list(map(str, words)) if isinstance(words, list) else []


def environment_of(agent: str) -> dict[str, str]:
    """The variables of an installed agent."""
    variables = _content(agent).get("EnvironmentVariables")
    return {str(name): str(value) for name, value in variables.items()} if isinstance(variables, dict) else {}


def is_loaded(job: Job) -> bool:
    """Whether launchd has the agent."""
    words = ["/bin/launchctl", "print", f"gui/{os.getuid()}/{job.name}"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(words, capture_output=True, timeout=20, check=False).returncode == 0
    return False


def _content(agent: str) -> dict[str, Any]:
    try:
        content = plistlib.loads(agent.encode())
    except Exception:  # noqa: BLE001 - whatever the parser makes of it
        return {}
    return content if isinstance(content, dict) else {}


def _path(job: Job) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{job.name}.plist"


def _launchctl(*words: str) -> None:
    call("launchctl", *words, missing=msg("There is no launchd on this machine."), refused=msg("launchd refused the job."))
