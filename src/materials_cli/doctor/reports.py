"""Checks of who hears of an unattended run: the timer, the channels, the log, the metrics and what waits to be delivered."""

import tempfile
from datetime import datetime
from pathlib import Path

from materials_cli.config import Config, load
from materials_cli.disk import reason
from materials_cli.doctor.diagnosis import Diagnosis, ok, problem, warning
from materials_cli.messages import msg, msgn, verbatim
from materials_cli.notify.outbox import FILE, waiting
from materials_cli.schedule.backends import is_scheduled
from materials_cli.schedule.inspection import Installed, audience, installed, troubles
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import Rhythm, describe_time
from materials_cli.store.mirror import Store
from materials_cli.trust import standing


def timer(store: Store) -> Diagnosis:
    """Whether a timer of this machine runs the sync, and whether that works."""
    job, found = _installed(store)
    if found is None:
        return ok(msg("not scheduled; syncs run only by hand (materials schedule)"))
    if wrong := troubles(job, found):
        return (warning if wrong[0].partly else problem)(wrong[0].what, wrong[0].fix)
    if following := found.next_run(datetime.now().astimezone()):
        return ok(msg("installed in {timer}; next run {time}", timer=found.timer, time=describe_time(following)))
    return ok(msg("installed in {timer}", timer=found.timer))


def notifications(store: Store) -> Diagnosis | None:
    """Whether somebody hears of problems, and whether everything was delivered."""
    if count := len(waiting(store.read_state(FILE), load(store.root).notify)):
        what = msgn(
            "{count} notification could not be delivered; the next run tries again.",
            "{count} notifications could not be delivered; the next run tries again.",
            count,
        )
        return warning(what, verbatim("materials notify"))
    _, found = _installed(store)
    if found is None:
        return None
    if unheard := audience(_config(store).notify, found.timer):
        return warning(unheard.what, unheard.fix)
    return ok(msg("somebody hears of problems (to try it: materials notify)"))


def outputs(store: Store) -> Diagnosis | None:
    """Whether the log and the metrics can be written."""
    config = _config(store)
    for file, check in ((config.log_file, _append), (config.metrics_file, _replace)):
        try:
            if file:
                check(file)
        except OSError as error:
            what = msg("{path} cannot be written: {reason}.", path=file, reason=reason(error))
            return problem(what, msg("Give it to the user who runs the sync, or name another file in materials.toml."))
    return ok(msg("the log and the metrics can be written")) if config.log_file or config.metrics_file else None


def _append(file: Path) -> None:
    if file.exists():
        with file.open("ab"):
            return
    _replace(file)


def _replace(file: Path) -> None:
    folder = next(folder for folder in file.absolute().parents if folder.exists())
    with tempfile.TemporaryFile(dir=folder):
        pass


def _config(store: Store) -> Config:
    """What of the configuration counts."""
    return standing(load(store.root), scheduled=lambda: is_scheduled(store.root.absolute())).config


def _installed(store: Store) -> tuple[Job, Installed | None]:
    job = Job(store.root.absolute(), Rhythm((0,), (0,)))
    return job, installed(job)
