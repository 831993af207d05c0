"""`materials schedule`: run the sync with this machine's timer, and show its status."""

import os
import shlex
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.catalogue.runs import unknown_runs
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import ago, moment, print_json, print_raw, say, say_whole
from materials_cli.cli.trust import confirmed_once, permitted
from materials_cli.cli.typer_ext import SpokenCommand, SpokenGroup
from materials_cli.config import Config
from materials_cli.dates import rfc3339
from materials_cli.disk import reason
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import joined, msg, tr, trn, verbatim
from materials_cli.schedule import systemd
from materials_cli.schedule.backends import BACKENDS, available, installed_in
from materials_cli.schedule.inspection import (
    Trouble,
    audience,
    bare_environment,
    folder_of,
    installed,
    line_of,
    troubles,
    unreal,
)
from materials_cli.schedule.job import Job, environment, missing_secrets, taken_over
from materials_cli.schedule.rhythm import alert_after_of, describe_time, read_rhythm, why_this_minute
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
    here = ArchiveContext.of(context, archive)
    job, has = _job(here), available()
    if as_json:
        name, runs = installed_in(job), [rfc3339(time) for time in _next_runs(job)]
        print_json("materials/timers@1", [{"timers": has, "backend": name, "job": job.name, "next_runs": runs}])
        return
    timers = ", ".join(has)
    say(tr("Timers on this machine: {timers}", timers=timers) if has else tr("No supported timer on this machine"))
    if found := installed(job):
        say(tr("The sync is installed in {timer}. For its status: materials schedule status", timer=found.timer))
        return
    if not has:
        say(tr("On a machine with cron: materials schedule install --backend cron --print"))
        return
    say(tr("No job is installed for this archive. With {timer} it would be:", timer=has[0]))
    print_raw(BACKENDS[has[0]].text(_printed(job, here.config)))
    _say_what_it_takes_along(job, unreal(job.environment))
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
    job = _job(here, daily=daily, weekly=weekly, every=every)
    if not (system or only_print):
        _refuse_root(job.archive)
    confirmed_once(here.config, runner=job.archive.stat().st_uid if system or only_print else None)
    # Whoever runs what is printed may be another user, who is not asked again.
    printed = replace(job, trusted=vouch(claims(here.config)))
    if system:
        units = systemd.units(printed, user=_owner(job.archive))
        for name, unit in units.items():
            print_raw(f"# /etc/systemd/system/{name}\n{unit}\n")
        _say_what_it_takes_along(job, unreal(job.environment))
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
        _say_what_it_takes_along(job, unreal(job.environment))
        return
    before = installed_in(job)
    BACKENDS[name].install(job)  # first, so that a refused job takes nothing away
    confirm(here.config)  # also if there is nothing to confirm: what comes later is asked
    if before and before != name:
        BACKENDS[before].remove(job)
        say(tr("Removed from {timer}.", timer=before))
    say(tr("Installed in {timer}: {rhythm}.", timer=name, rhythm=job.rhythm.describe()))
    _say_next(job)
    _say_time(here.config, job)
    _say_what_it_takes_along(job, _troubles(here, job))
    say(tr("Test it the way the timer will run it: materials schedule test"))


def _say_what_it_takes_along(job: Job, wrong: list[Trouble]) -> None:
    """Say what a job has, or lacks, of this terminal's environment, and what else is wrong with it."""
    if names := taken_over(job):
        taken = tr("Taken over from this terminal: {names}.", names=", ".join(names))
        say(f"{taken} {tr('To leave one out, unset it here and type this again.')}")
    for warning in missing_secrets(os.environ):
        say(warning, style="yellow")
    _say_troubles(wrong)


def _say_time(config: Config, job: Job) -> None:
    """Say what is not obvious about the times of a job."""
    if why := why_this_minute(job.rhythm, _spread_by(job.archive)):
        say(why)
    gap = job.rhythm.longest_gap
    if config.notify.alert_after is None and (after := alert_after_of(job.rhythm)):
        days = trn("{count} day", "{count} days", after.days)
        say(tr("Temporary problems are reported when the last success is {age} old, to fit this timer.", age=days))
    elif config.notify.alert_after and config.notify.alert_after < gap:
        say(
            tr("alert_after in materials.toml is shorter than the time between two runs: each temporary problem is reported."),
            style="yellow",
        )


def _troubles(here: ArchiveContext, job: Job) -> list[Trouble]:
    """What keeps the installed job from running, or its problems from being heard of."""
    found = installed(job)
    if found is None:
        return []
    unheard = audience(permitted(here.config).config.notify, found.timer)
    return [*troubles(job, found), *([unheard] if unheard else [])]


def _say_troubles(found: list[Trouble]) -> None:
    for trouble in found:
        say(trouble.what, style="yellow")
        say_whole(f"  {tr('fix')}   {tr(trouble.fix)}")


@app.command(name="status", cls=SpokenCommand)
def status(context: typer.Context, *, as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Show whether the sync is scheduled.

    Also shows when it last succeeded and whether it is running.

    Example: materials schedule status
    """
    here = ArchiveContext.of(context, archive)
    job = _job(here)
    found, wrong = installed(job), _troubles(here, job)
    runs = found is not None and all(trouble.partly for trouble in wrong)
    following = found.next_run(datetime.now().astimezone()) if found and runs else None
    with here.catalogue() as catalogue:
        success, forgotten = catalogue.last_success(here.followed), catalogue.forgotten()
    working = holder(here.store.lock_file)
    if as_json:
        row = {
            "backend": found and found.timer,
            "job": job.name,
            "last_success": rfc3339(success),
            "working": working,
            "next_run": rfc3339(following),
            "problems": [trouble.what for trouble in wrong],
        }
        print_json("materials/schedule@1", [row])
        return
    say(tr("Installed in {timer}.", timer=found.timer) if found else tr("Not installed: materials schedule install"))
    if found:
        print_raw(found.text)
        if following:
            say(tr("Next run: {time}", time=describe_time(following)))
        if found.rhythm and (why := why_this_minute(found.rhythm, _spread_by(job.archive))):
            say(why)
        _say_troubles(wrong)
    say(_last_success(success, sorted(forgotten[slug] for slug in forgotten.keys() & set(here.followed))))
    if working:
        say(tr("Running now: {holder}", holder=tr(working)))


def _last_success(success: datetime | None, forgotten: list[datetime]) -> str:
    """When all was up to date. forgotten: since when no run is known of some collections."""
    if success:
        return tr("Last success: {moment} ({ago})", moment=moment(success), ago=ago(success))
    return tr("Last success: {unknown}", unknown=unknown_runs(forgotten[0])) if forgotten else tr("Last success: never")


@app.command(name="test", cls=SpokenCommand)
def try_out(context: typer.Context, archive: ArchiveOption = None) -> None:
    """Run the timer's command now.

    Runs it in the minimal environment of a timer.

    Example: materials schedule test
    """
    here = ArchiveContext.of(context, archive)
    job = _job(here)
    found = installed(job)
    line, variables, folder = job.sync, dict(job.environment), job.archive
    if found and (words := line_of(found)):
        line, variables, folder = words, dict(found.environment), folder_of(found, job)
        say(tr("Running what is installed in {timer}, without this terminal's environment:", timer=found.timer))
    else:
        say(tr("Nothing is installed. Running what would be, without this terminal's environment:"))
    say_whole(f"  {shlex.join(line)}")
    began = datetime.now(UTC)
    try:
        status = subprocess.run(
            line, env=bare_environment() | variables, cwd=folder, stdin=subprocess.DEVNULL, check=False
        ).returncode
    except OSError as error:
        raise MaterialsError(
            Code.BAD_SCHEDULE, msg("The installed job cannot be started: {reason}.", reason=reason(error)), where=line[0],
            fix=verbatim("materials schedule install"),
        ) from error  # fmt: skip
    seconds = (datetime.now(UTC) - began).total_seconds()
    ended = tr("It exited with status {status} after {seconds} s.", status=str(status), seconds=round(seconds, 1))
    wrong = troubles(job, found) if found else []
    say(ended if status or wrong else f"{ended} {tr('No problems.')}")
    _say_troubles(wrong)
    if status or any(not trouble.partly for trouble in wrong):
        raise typer.Exit(status or int(ExitStatus.PARTIAL))


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
    rhythm = read_rhythm(daily=daily, weekly=weekly, every=every, spread_by=_spread_by(folder))
    variables = environment(os.environ)
    if after := alert_after_of(rhythm):
        variables["MATERIALS_ALERT_AFTER"] = f"{after // timedelta(hours=1)}h"
    return Job(folder, rhythm, sys.executable, variables, writes)


def _printed(job: Job, config: Config) -> Job:
    """The job as installing it would print it; without trust while something is open, which installing asks first."""
    return job if permitted(config).open else replace(job, trusted=vouch(claims(config)))


def _spread_by(archive: Path) -> str:
    return f"{socket.gethostname()} {archive}"


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
