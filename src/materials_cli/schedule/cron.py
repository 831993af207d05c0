"""The user's crontab: a block between two marks; all other lines stay as they are.

Every cron has `crontab -l` and `crontab -`. The line sets its own environment, since a setting in a crontab would apply to
all lines below it.
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from materials_cli.environment import find_program
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import Rhythm

_PERCENT = "\"$(printf '\\045')\""
_LONGEST_LINE = 990  # Debian's cron takes a command of 998 characters, and longer ones make it refuse the crontab
_DAEMONS = {"cron", "crond", "fcron", "dcron", "bcron-sched", "mcron"}
_GENERATORS = [f"{top}/lib/systemd/system-generators/systemd-crontab-generator" for top in ("", "/usr")]
_MAIL_PROGRAMS = "/usr/sbin:/usr/lib:/usr/bin:/bin:/usr/local/sbin"
_NO_CRONTAB = ("no crontab for", "can't open")  # Debian's cron, and BusyBox


def text(job: Job) -> str:
    """The lines of one job, with their marks; raise bad_schedule for a path that no line can contain."""
    if "\n" in str(job.archive):
        what = msg("The archive's path contains a line break.")
        raise MaterialsError(Code.BAD_SCHEDULE, what, fix=msg("Rename the folder."))
    settings = [f"{name}={value}" for name, value in job.environment.items()]
    line = f"{job.rhythm.cron()} {' '.join(map(_quoted, ['/usr/bin/env', *settings, *job.sync]))}"
    if len(line.encode("utf-8", "replace")) > _LONGEST_LINE:
        what = msg("The archive's path is too long for the line of a crontab.")
        raise MaterialsError(Code.BAD_SCHEDULE, what, fix=msg("Move the archive to a folder with a shorter path."))
    return f"{_begin(job)}\n{line}\n{_end(job)}\n"


def install(job: Job) -> None:
    """Add the job's block to the crontab, replacing an earlier one."""
    before = _read()
    _write(_without(before, job) + text(job), before)


def remove(job: Job) -> bool:
    """Remove the job's block; return whether there was one."""
    before = _read()
    after = _without(before, job)
    if after == before:
        return False
    _write(after, before)
    return True


def installed(job: Job) -> str | None:
    """The job's block in the crontab, or None."""
    lines = _read().splitlines()
    if _begin(job) not in lines or _end(job) not in lines:
        return None
    return "\n".join(lines[lines.index(_begin(job)) : lines.index(_end(job)) + 1]) + "\n"


def command(block: str) -> list[str]:
    """The words of the command in an installed block; none if somebody has changed it beyond recognition."""
    try:
        return shlex.split(line(block)[1].replace(r"\%", "%").replace(_PERCENT, "%"))
    except ValueError:
        return []


def rhythm(block: str) -> Rhythm | None:
    """When an installed block runs, if that is still one of our rhythms."""
    try:
        return Rhythm.from_cron(line(block)[0])
    except ValueError:
        return None


def mails(crontab: str | None = None) -> bool:
    """Whether cron sends by mail what its jobs print: there is a mail program, and MAILTO does not switch that off."""
    settings = re.findall(r"^[ \t]*MAILTO[ \t]*=(.*)$", _read() if crontab is None else crontab, re.MULTILINE)
    off = bool(settings) and not settings[-1].strip().strip("\"'")
    return not off and shutil.which("sendmail", path=_MAIL_PROGRAMS) is not None


def is_running() -> bool | None:
    """Whether a cron runs on this machine; None if that cannot be found out."""
    if any(map(os.path.exists, _GENERATORS)):
        return True  # systemd itself runs what is in crontabs
    if not Path("/proc/1").exists():
        return None  # no such system, or one that shows only a user's own processes
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if _DAEMONS & {(process / "comm").read_text().strip(), *(Path(os.fsdecode(word)).name for word in words[:2])}:
                return True
    return False


def line(block: str) -> tuple[str, str]:
    """The five fields and the command of an installed block; raise ValueError."""
    lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
    *fields, words = lines[0].split(maxsplit=5) if lines else []
    return " ".join(fields), words


def _quoted(word: str) -> str:
    """A word for the shell, without %: cron makes a line break of it, and crons differ in how it is escaped."""
    return _PERCENT.join(shlex.quote(part) if part else "" for part in word.split("%")) or "''"


def _without(crontab: str, job: Job) -> str:
    lines = crontab.splitlines(keepends=True)
    marks = [line.rstrip("\r\n") for line in lines]
    if _begin(job) not in marks:
        return crontab if not crontab or crontab.endswith("\n") else f"{crontab}\n"
    start = marks.index(_begin(job))
    if _end(job) not in marks[start:]:
        raise MaterialsError(
            Code.BAD_SCHEDULE, msg("The block that materials wrote into the crontab has no end marker."), where=_begin(job),
            fix=msg("Run `crontab -e` and delete the block by hand."),
        )  # fmt: skip
    return "".join(lines[:start] + lines[marks.index(_end(job), start) + 1 :])


def _begin(job: Job) -> str:
    return f"# >>> {job.name} >>> written by `materials schedule`; edits between the marks are overwritten"


def _end(job: Job) -> str:
    return f"# <<< {job.name} <<<"


def _read() -> str:
    done = _crontab("-l")
    if done.returncode and not any(word in done.stderr.decode("utf-8", "replace") for word in _NO_CRONTAB):
        raise MaterialsError(Code.BAD_SCHEDULE, msg("The crontab cannot be read."), where=_stderr(done))
    return done.stdout.decode("utf-8", "surrogateescape") if not done.returncode else ""


def _write(crontab: str, before: str) -> None:
    if crontab == before:
        return
    done = _crontab("-", content=crontab.encode("utf-8", "surrogateescape"))
    if done.returncode:
        raise MaterialsError(Code.BAD_SCHEDULE, msg("cron did not accept the new crontab."), where=_stderr(done))


def _crontab(option: str, content: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    program = find_program("crontab")
    if program is None:
        raise MaterialsError(
            Code.BAD_SCHEDULE, msg("There is no crontab program on this machine."),
            fix=msg("Install cron (Debian, Ubuntu: apt install cron), or choose another --backend."),
        )  # fmt: skip
    return subprocess.run([program, option], input=content, capture_output=True, timeout=60, check=False)


def _stderr(done: "subprocess.CompletedProcess[bytes]") -> str:
    return done.stderr.decode("utf-8", "replace").strip()[:300]
