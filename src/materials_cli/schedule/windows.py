"""Windows: a task of this user, defined in XML, the only form that can request a start after a missed run.

Schema: https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
"""

import re
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from materials_cli.errors import MaterialsError
from materials_cli.messages import msg
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import Rhythm
from materials_cli.schedule.system import call

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def text(job: Job) -> str:
    """The task of one job. A task has no environment, so the command line has it; no shell reads that line."""
    interpreter, *words = job.sync
    place = words.index("materials_cli") + 1
    settings = [f"--env={name}={value}" for name, value in job.environment.items()]
    line = subprocess.list2cmdline([*words[:place], *settings, *words[place:]])
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        f"  <RegistrationInfo><Description>{escape(f'Sync the archive {job.archive.name}')}</Description></RegistrationInfo>\n"
        f"  <Triggers>{_trigger(job.rhythm)}</Triggers>\n"
        '  <Principals><Principal id="Author"><LogonType>InteractiveToken</LogonType>'
        "<RunLevel>LeastPrivilege</RunLevel></Principal></Principals>\n"
        "  <Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>"
        "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries><StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>"
        "<StartWhenAvailable>true</StartWhenAvailable><RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>"
        "<ExecutionTimeLimit>PT0S</ExecutionTimeLimit><Priority>7</Priority></Settings>\n"
        f'  <Actions Context="Author"><Exec><Command>{escape(interpreter)}</Command><Arguments>{escape(line)}</Arguments>'
        f"<WorkingDirectory>{escape(str(job.archive))}</WorkingDirectory></Exec></Actions>\n"
        "</Task>\n"
    )


def install(job: Job) -> None:
    """Create the task, replacing an earlier one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "task.xml")
        path.write_text(text(job), "utf-16")
        _schtasks("/Create", "/F", "/TN", job.name, "/XML", str(path))


def remove(job: Job) -> bool:
    """Delete the task; return whether there was one."""
    if installed(job) is None:
        return False
    _schtasks("/Delete", "/F", "/TN", job.name)
    return True


def installed(job: Job) -> str | None:
    """The XML of the installed task, or None."""
    try:
        return _schtasks("/Query", "/TN", job.name, "/XML")
    except MaterialsError:
        return None


def command(task: str) -> list[str]:
    """The program that an installed task starts, and its arguments as one text; none if somebody has changed it."""
    found = re.search(r"<Command>([^<]*)</Command>\s*<Arguments>([^<]*)</Arguments>", task)
    return [unescape(text).strip('"') for text in found.groups()] if found else []


def _trigger(rhythm: Rhythm) -> str:
    """One trigger; several times a day are a repetition, since a task may have only 48 triggers."""
    hour, minute = rhythm.hours[0], rhythm.minutes[0]
    days = "".join(f"<{_DAYS[day]} />" for day in rhythm.weekdays)
    when = (
        "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
        if rhythm.daily
        else f"<ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek>{days}</DaysOfWeek></ScheduleByWeek>"
    )
    runs = len(rhythm.hours) * len(rhythm.minutes)
    again = f"<Repetition><Interval>PT{24 * 60 // runs}M</Interval><Duration>P1D</Duration></Repetition>" if runs > 1 else ""
    return (
        f"<CalendarTrigger>{again}<StartBoundary>2026-01-01T{hour:02}:{minute:02}:00</StartBoundary><Enabled>true</Enabled>"
        f"<RandomDelay>PT30M</RandomDelay>{when}</CalendarTrigger>"
    )


def _schtasks(*words: str) -> str:
    missing = msg("Windows Task Scheduler is not available on this machine.")
    return call("schtasks", *words, missing=missing, refused=msg("Windows refused the task."))
