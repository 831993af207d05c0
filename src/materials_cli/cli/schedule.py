"""`materials schedule`: run the sync with this machine's timer, and show its status."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import ago, moment, print_json, print_raw, say, say_whole
from materials_cli.cli.trust import confirmed_once
from materials_cli.cli.typer_ext import SpokenCommand, SpokenGroup
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.manifest import rfc3339
from materials_cli.messages import joined, msg, tr, verbatim
from materials_cli.schedule import systemd
from materials_cli.schedule.backends import BACKENDS, available, installed_in
from materials_cli.schedule.job import Job, environment, missing_secrets
from materials_cli.schedule.rhythm import describe_time, read_rhythm
from materials_cli.store.lock import holder
from materials_cli.trust import claims, confirm, vouch

app = typer.Typer(
    cls=SpokenGroup,
    help="Schedule the sync with this machine's timer.\n\nExample: materials schedule install --daily 03:00",
    rich_markup_mode=None,
    add_completion=False,
    invoke_without_command=True,
)

DailyOption = Annotated[str | None, typer.Option("--daily", metavar="HH:MM", help="Every day.", show_default=False)]
WeeklyOption = Annotated[
    str | None, typer.Option("--weekly", metavar="DAYS HH:MM", help='Every week: "mon 03:00".', show_default=False)
]
EveryOption = Annotated[str | None, typer.Option("--every", metavar="6h", help="Several times a day.", show_default=False)]
BackendOption = Annotated[
    str | None, typer.Option("--backend", metavar="NAME", help="systemd, cron, launchd or windows.", show_default=False)
]


@app.callback()
def schedule(context: typer.Context, *, as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Say what this machine has, what would be installed, and the next three runs.

    Example: materials schedule
    """
    if context.invoked_subcommand is not None:
        return
    job = _job(ArchiveContext.of(context, archive))
    has = available()
    if as_json:
        name, runs = installed_in(job), [rfc3339(time) for time in _next_runs(job)]
        print_json("materials/timers@1", [{"timers": has, "backend": name, "job": job.name, "next_runs": runs}])
        return
    timers = ", ".join(has)
    say(tr("Timers on this machine: {timers}", timers=timers) if has else tr("No supported timer on this machine"))
    if name := installed_in(job):
        say(tr("The sync is installed in {timer}. For its status: materials schedule status", timer=name))
        return
    if not has:
        say(tr("On a machine with cron: materials schedule install --backend cron --print"))
        return
    say(tr("No job is installed for this archive. With {timer} it would be:", timer=has[0]))
    print_raw(BACKENDS[has[0]].text(job))
    _say_next(job)
    say(tr("Install it: materials schedule install"))


@app.command(name="install", cls=SpokenCommand)
def install(
    context: typer.Context,
    *,
    daily: DailyOption = None,
    weekly: WeeklyOption = None,
    every: EveryOption = None,
    backend: BackendOption = None,
    system: Annotated[bool, typer.Option("--system", help="Print system-wide systemd units, for the administrator.")] = False,
    only_print: Annotated[bool, typer.Option("--print", help="Print what would be installed, without installing it.")] = False,
    archive: ArchiveOption = None,
) -> None:
    """Install the sync in this user's timer.

    Once a night by default.

    Example: materials schedule install --daily 03:00
    """
    here = ArchiveContext.of(context, archive)
    confirmed_once(here.config)
    job = _job(here, daily=daily, weekly=weekly, every=every)
    # Whoever runs what is printed may be another user, who is not asked again.
    printed = replace(job, trusted=vouch(claims(here.config)))
    if system:
        units = systemd.units(printed, user=_owner(job.archive))
        for name, unit in units.items():
            print_raw(f"# /etc/systemd/system/{name}\n{unit}\n")
        say(tr("For the administrator: write these files, then"))
        say_whole(f"  systemctl daemon-reload && systemctl enable --now {job.name}.timer", style="bold")
        return
    name = backend or next(iter(available()), "")
    if name not in BACKENDS:
        known = ", ".join(BACKENDS)
        what = (
            msg("“{name}” is not a supported timer.", name=backend) if backend else msg("This machine has no supported timer.")
        )
        fix = msg("Choose one with --backend: {known}. --print shows what to install.", known=known)
        raise MaterialsError(Code.BAD_SCHEDULE, what, fix=fix)
    if only_print:
        print_raw(BACKENDS[name].text(printed))
        return
    _refuse_root(job.archive)
    if (before := installed_in(job)) and before != name:
        BACKENDS[before].remove(job)
        say(tr("Removed from {timer}.", timer=before))
    BACKENDS[name].install(job)
    confirm(here.config)  # also if there is nothing to confirm: what comes later is asked
    say(tr("Installed in {timer}: {rhythm}.", timer=name, rhythm=job.rhythm.describe()))
    _say_next(job)
    for warning in missing_secrets(os.environ):
        say(warning, style="yellow")
    if name == "systemd":
        say(tr("To run while you are logged out, too: loginctl enable-linger"))
    say(tr("Test it the way the timer will run it: materials schedule test"))


@app.command(name="status", cls=SpokenCommand)
def status(context: typer.Context, *, as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Show whether the sync is scheduled.

    Also shows when it last succeeded and whether it is running.

    Example: materials schedule status
    """
    here = ArchiveContext.of(context, archive)
    job = _job(here)
    name = installed_in(job)
    with here.catalogue() as catalogue:
        success = catalogue.last_success()
    working = holder(here.config.archive / ".materials" / "lock")
    if as_json:
        print_json(
            "materials/schedule@1",
            [{"backend": name, "job": job.name, "last_success": rfc3339(success), "working": working}],
        )
        return
    say(tr("Installed in {timer}.", timer=name) if name else tr("Not installed: materials schedule install"))
    if name:
        print_raw(BACKENDS[name].installed(job) or "")
    if success:
        say(tr("Last success: {moment} ({ago})", moment=moment(success), ago=ago(success)))
    else:
        say(tr("Last success: never"))
    if working:
        say(tr("Running now: {holder}", holder=tr(working)))


@app.command(name="test", cls=SpokenCommand)
def try_out(context: typer.Context, archive: ArchiveOption = None) -> None:
    """Run the timer's command now.

    Runs it in the minimal environment of a timer.

    Example: materials schedule test
    """
    job = _job(ArchiveContext.of(context, archive))
    bare = {name: value for name in ("HOME", "LOGNAME", "USER", "SYSTEMROOT") if (value := os.environ.get(name))}
    bare |= {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"} if os.name != "nt" else {"PATH": os.environ.get("PATH", "")}
    say(tr("Running without this terminal's environment:"))
    say_whole("  " + subprocess.list2cmdline(job.sync))
    began = datetime.now(UTC)
    done = subprocess.run(job.sync, env=bare | dict(job.environment), cwd=job.archive, stdin=subprocess.DEVNULL, check=False)
    seconds = (datetime.now(UTC) - began).total_seconds()
    ended = tr("It exited with status {status} after {seconds} s.", status=str(done.returncode), seconds=round(seconds, 1))
    say(ended if done.returncode else f"{ended} {tr('No problems.')}")
    if done.returncode:
        raise typer.Exit(done.returncode)


@app.command(name="remove", cls=SpokenCommand)
def remove(context: typer.Context, archive: ArchiveOption = None) -> None:
    """Remove the sync from the timer.

    Example: materials schedule remove
    """
    job = _job(ArchiveContext.of(context, archive))
    name = installed_in(job)
    if name is None:
        say(tr("Nothing was installed for this archive."))
        return
    BACKENDS[name].remove(job)
    say(tr("Removed from {timer}.", timer=name))


def _job(
    here: ArchiveContext,
    *,
    daily: str | None = None,
    weekly: str | None = None,
    every: str | None = None,
) -> Job:
    config = here.config
    folder = config.archive.absolute()
    files = (config.log_file, config.metrics_file)
    writes = tuple(dict.fromkeys(f.parent.absolute() for f in files if f and folder not in f.absolute().parents))
    rhythm = read_rhythm(daily=daily, weekly=weekly, every=every, spread_by=f"{socket.gethostname()} {folder}")
    return Job(folder, rhythm, sys.executable, environment(os.environ), writes)


def _next_runs(job: Job) -> list[datetime]:
    return list(islice(job.rhythm.next_runs(datetime.now().astimezone()), 3))


def _say_next(job: Job) -> None:
    runs = _next_runs(job)
    say(tr("Next runs: {times}", times=joined(map(describe_time, runs), ", ")))


def _owner(archive: Path) -> str:
    try:
        return archive.owner()
    except (KeyError, NotImplementedError):
        return str(archive.stat().st_uid)


def _refuse_root(archive: Path) -> None:
    """Refuse root: a sync does not need it, and its owner could not replace files that root writes."""
    if os.name != "nt" and os.geteuid() == 0 and archive.stat().st_uid != 0:
        owner = _owner(archive)
        raise MaterialsError(
            Code.BAD_SCHEDULE, msg("The archive belongs to {owner}, but root would write to it.", owner=owner),
            where=str(archive), why=msg("A sync does not need root privileges."),
            fix=verbatim(f"sudo -u {owner} materials schedule install"),
        )  # fmt: skip
