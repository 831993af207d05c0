"""`materials sync --cron`: silent if nothing changed, a digest if something did, each new problem once, on stderr.

Whatever else fails (the log, the metrics, the feed, a channel), the mirroring goes on, and the channels that work report it.
"""

import hashlib
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.runs import misdated_success
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.letter import Ended, about_killed, about_troubles, compose, note
from materials_cli.cli.log import Log
from materials_cli.cli.nightly import verify_share
from materials_cli.cli.output import day, print_raw, safe
from materials_cli.config import FILE as SETTINGS
from materials_cli.config import Collection, Config, load_copy
from materials_cli.errors import ExitStatus, MaterialsError, as_failure
from materials_cli.export import metrics
from materials_cli.filenames import FEED
from materials_cli.history.digest import Digest, digest
from materials_cli.messages import Message, msg, tr
from materials_cli.model import Run, Step, StepKind
from materials_cli.notify.alarm import FILE, Memory, Verdict, alert_after, begun, due_today, judge, killed
from materials_cli.notify.channels import MONITOR, tell_monitor
from materials_cli.notify.delivery import send_out
from materials_cli.notify.notification import Notification
from materials_cli.sources.kept import keep
from materials_cli.sources.look import look
from materials_cli.sources.telling import news
from materials_cli.store.lock import holder
from materials_cli.store.mirror import Store

LAST_SETTINGS = "settings.toml"
_LONGEST_JITTER = 30


def sync_unattended(
    config: Config,
    chosen: Sequence[Collection],
    *,
    log_file: Path | None = None,
    left_out: Message | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    wait: Callable[[float], object] = time.sleep,
    accepted: Mapping[str, bool] = MappingProxyType({}),
) -> int:
    """Sync, and report what people should know; return the exit status.

    accepted: as for Archive.sync(). left_out: settings that are not used, told daily.
    """
    if not sys.stderr.isatty() and os.environ.get("MATERIALS_JITTER") != "0":
        wait(_jitter(config.archive))
    night = _Night(config, tuple(collection.slug for collection in chosen), clock, wait)
    night.begin()
    # Runs before the first scheduled one are not reported.
    last = _last_run(night.store)
    first = last if night.memory.run is None else min(night.memory.run, last)  # a rebuilt catalogue counts its runs from 1
    reported = _run_of_number(night.store, first)
    with Log(log_file or config.log_file) as log:
        ended = _sync_all(config, chosen, log, accepted)
        ended.runs = _unreported(night.store, first, reported)
        ended.troubles |= {"settings": left_out} if left_out else {}
        ended.unused = left_out is not None
        try:
            status = night.end(ended, log)
        except BaseException:
            tell_monitor(config.notify, str(int(ExitStatus.BUG)))  # it has heard of a start
            raise
    if ended.signal and not night.spoke:
        raise ended.signal
    return status


def last_settings(here: ArchiveContext) -> Config | None:
    """The configuration or, if it cannot be read or was emptied, that of the last run; an empty one if that is not known.

    None if there is no archive; one that has lost its materials.toml is still one.
    """
    folder = here.folder or here.named
    if folder is None or not (here.folder or (Store(folder).inner / LAST_SETTINGS).is_file()):
        return None
    with suppress(MaterialsError):
        if here.config.collections:
            return here.config
    with suppress(MaterialsError):
        return load_copy(folder, Store(folder).inner / LAST_SETTINGS)
    return Config(folder)


def refuse_unattended(known: Config, error: MaterialsError) -> int:
    """A run that cannot begin, because of materials.toml: report it once a day, through the last known channels."""
    night = _Night(known, (), lambda: datetime.now(UTC), time.sleep)
    with Log(night.config.log_file) as log:
        log.refusal(error)
        return night.end(Ended(errors=[("", error)]), log)


@dataclass(slots=True)
class _Night:
    """One unattended run: what is remembered of those before it, and who hears of it."""

    config: Config
    slugs: tuple[str, ...]
    clock: Callable[[], datetime]
    wait: Callable[[float], object]
    store: Store = field(init=False)
    memory: Memory = field(init=False)
    spoke: bool = False

    def __post_init__(self) -> None:
        """Recall the earlier runs."""
        self.store = Store(self.config.archive)
        self.memory = Memory.from_json(self.store.read_state(FILE), self.clock())

    def begin(self) -> None:
        """Remember that a run begins, and report those before it that were killed. What fails here, fails at the end, too."""
        now = self.clock()
        with suppress(MaterialsError):
            self.store.make_folders()
            _keep_settings(self.store)
            if holder(self.store.lock_file):
                return  # the run before this one is still in progress
            count, memory = killed(self.memory, now)
            self.memory = begun(memory, now)
            self.store.write_state(FILE, self.memory.to_json())
            if count:
                message = about_killed(self.store.root, count, self.memory.success, now)
                _warn(message.text)
                send_out(self.store, self.config.notify, message, now)

    def end(self, ended: Ended, log: Log) -> int:
        """Judge the run, and report it wherever it is to be reported; return the exit status."""
        now, notify = self.clock(), self.config.notify
        self._look_around(ended, now)
        verdict = judge(ended.outcome, self.memory, now, alert_after(notify, os.environ))
        runs = [run.id for run in ended.runs]
        memory = replace(verdict.memory, run=max(runs)) if runs else verdict.memory
        ended.troubles |= self._write_metrics(verdict, ended, now)
        log.note("ended", status=int(verdict.status), spoke=verdict.notify, alarm=verdict.alarm)
        ended.troubles |= {"log": log.trouble} if log.trouble else {}
        due, self.memory = due_today(ended.troubles, memory, now)
        troubles = {name: trouble for name, trouble in ended.troubles.items() if name in due}
        message = compose(self.store.root, ended, verdict, _digest(self.store, ended, verdict), troubles, now)
        self._remember()
        self.spoke = bool(verdict.alarm or troubles)
        self._speak(message, verdict)
        wanted = self.spoke or verdict.recovered or (verdict.notify and not notify.trouble_only)
        failed = send_out(self.store, notify, message if wanted else None, now)
        failed |= self._tell_monitor(verdict, ended, message.text, failed)
        for trouble in failed.values():
            log.note("not told", message=trouble)
        if verdict.status is not ExitStatus.TEMPORARY:
            self._complain(failed, now)
        return int(verdict.status)

    def _speak(self, message: Notification, verdict: Verdict) -> None:
        """Print the notification, for the timer's own mail."""
        if self.spoke:
            _warn(message.text)
        elif verdict.notify:
            print_raw(message.text)

    def _look_around(self, ended: Ended, now: datetime) -> None:
        """Include manual runs, so that an alarm states the true age of the last success; and what soon needs a person."""
        from materials_cli.drive.login import warning_in_use  # noqa: PLC0415 - a run that is soon killed speaks before this

        if warning := warning_in_use(os.environ, now):
            ended.warnings["/login"] = warning
        try:
            with Catalogue.open(self.store.catalogue) as catalogue:
                success = catalogue.last_success(self.slugs) if self.slugs else None
                found = look(catalogue, self.config.collections, now)
                with suppress(MaterialsError):  # it can be looked at again
                    keep(self.store, catalogue, self.config.collections, found)
                ended.warnings |= dict(news(found, day))
        except MaterialsError:
            return  # an error of the catalogue ends the run and is reported there
        known = [time for time in (self.memory.success, success) if time and time <= now]
        self.memory = replace(self.memory, success=max(known, default=self.memory.success))

    def _remember(self) -> None:
        try:
            self.store.write_state(FILE, self.memory.to_json())
        except MaterialsError as error:
            # What cannot be stored is reported again: better twice than never.
            _warn(f"{safe(f'{error.where!s}: {tr(error.what)}')}\n")

    def _tell_monitor(self, verdict: Verdict, ended: Ended, text: str, failed: Mapping[str, Message]) -> dict[str, Message]:
        """Ping the monitor. A run that has not begun, because another is in progress, leaves it as it is."""
        waits = not ended.begun and verdict.status is ExitStatus.TEMPORARY
        body = (text or note(ended)) + "".join(f"{safe(tr(trouble))}\n" for trouble in failed.values())
        signal = "log" if waits else str(int(verdict.heard))
        trouble = tell_monitor(self.config.notify, signal, body, wait=self.wait)
        return {MONITOR: trouble} if trouble else {}

    def _complain(self, failed: Mapping[str, Message], now: datetime) -> None:
        """Report, once a day, that notifications could not be delivered, to those who can be reached."""
        due, self.memory = due_today(failed, self.memory, now)
        if not due:
            return
        message = about_troubles(self.store.root, {name: failed[name] for name in failed if name in due})
        _warn(message.text)
        send_out(self.store, self.config.notify, message, now, without=failed)
        self._remember()

    def _write_metrics(self, verdict: Verdict, ended: Ended, now: datetime) -> dict[str, Message]:
        if not (path := self.config.metrics_file):
            return {}
        try:
            collections = _numbers(self.config, self.store)
        except MaterialsError:
            collections = None  # a catalogue that cannot be read has its own exit status
        changed = sum(sum(run.counts.values()) for run in ended.runs)
        root = self.store.root
        numbers = metrics.Numbers(root.name, str(root.absolute()), now, int(verdict.status), changed, collections)
        try:
            metrics.write(path, numbers)
        except MaterialsError as error:
            return {"metrics": msg("The metrics cannot be written to {path}: {reason}", path=path, reason=error.what)}
        return {}


def _sync_all(config: Config, chosen: Sequence[Collection], log: Log, accepted: Mapping[str, bool]) -> Ended:
    ended = Ended()

    def watch(step: Step) -> None:
        if step.kind is StepKind.STARTED:
            first, ended.begun = not ended.begun, True
            log.note("started", collection=step.path)
            if first:
                tell_monitor(config.notify, "start")  # an unreachable monitor is reported at the end
        if step.kind is StepKind.NOTICE and step.path == FEED and step.message:
            ended.troubles["feed"] = step.message

    try:
        _warn_of_dates(config, ended)
        from materials_cli.archive import Archive  # noqa: PLC0415 - a run that is soon killed speaks before this

        archive = Archive(config.archive, config, progress=watch, executor=config.executor)
        for run in archive.sync(chosen, **accepted):
            log.report(run)
            if run.failure:
                ended.errors.append((run.collection, run.failure))
            else:
                ended.finished.append(run)
        verify_share(config, ended)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the border around an unattended run
        failure = as_failure(error)
        log.refusal(failure)
        ended.errors.append(("", failure))
        ended.signal = error if isinstance(error, KeyboardInterrupt) else None
    return ended


def _warn_of_dates(config: Config, ended: Ended) -> None:
    """Say that the date of a last success is in the future, before this run replaces it."""
    with Catalogue.open(Store(config.archive).catalogue) as catalogue:
        misdated = catalogue.misdated()
    for collection in config.collections:
        if time := misdated.get(collection.slug):
            ended.warnings["/clock"] = misdated_success(collection.slug, time)


def _keep_settings(store: Store) -> None:
    """Keep a copy of materials.toml, which was read just now, to know the channels when it cannot be read."""
    with suppress(OSError):
        store.write_state(LAST_SETTINGS, (store.root / SETTINGS).read_text("utf-8"), private=True)


def _last_run(store: Store) -> int:
    """The number of the last run; 0 if there is none."""
    return max((run.id for run in _runs_after(store, 0, limit=1)), default=0)


def _run_of_number(store: Store, number: int) -> Run | None:
    """The run of a number; None if the catalogue has none."""
    return next((run for run in reversed(_runs_after(store, number - 1)) if run.id == number), None)


def _unreported(store: Store, first: int, reported: Run | None) -> list[Run]:
    """The runs after the first one, newest first. reported: this one, as it was before the sync.

    If it is another now, the sync has taken over the catalogue of another folder, which never heard of our nights without news
    and has numbered its own runs as we had: then all that began later.
    """
    now = _run_of_number(store, first)
    if reported is None or (now and now.started == reported.started):
        return _runs_after(store, first)
    return [run for run in _runs_after(store, 0, since=reported.started) if run.started > reported.started]


def _runs_after(store: Store, number: int, limit: int = -1, since: datetime | None = None) -> list[Run]:
    try:
        with Catalogue.open(store.catalogue) as catalogue:
            return catalogue.runs(after=number, limit=limit, since=since)
    except MaterialsError:
        # An unreadable catalogue has already ended the run and is reported there.
        return []


def _digest(store: Store, ended: Ended, verdict: Verdict) -> Digest:
    """A digest of the runs worth reporting: those that changed something or have new failures."""
    news = {key.partition("/")[0] for key in verdict.failures}
    runs = [run for run in ended.runs if sum(run.counts.values()) or run.collection in news]
    if not runs:
        return Digest((), (), "")
    with Catalogue.open(store.catalogue) as catalogue:
        return digest(runs, catalogue.events(runs))


def _warn(text: str) -> None:
    """Print plain text regardless of FORCE_COLOR: it is read in mails and logs."""
    sys.stderr.write(text)
    sys.stderr.flush()


def _numbers(config: Config, store: Store) -> list[metrics.CollectionNumbers]:
    """The metrics of each collection; raise bad_catalogue."""
    with Catalogue.open(store.catalogue) as catalogue:
        held, runs, successes = catalogue.held_sizes(), catalogue.last_runs(), catalogue.last_successes()
    numbers = []
    for slug in (collection.slug for collection in config.followed(())):
        run, (items, size) = runs.get(slug), held.get(slug, (0, 0))
        failed = sum(not failure.ended_run for failure in run.failures) if run else 0
        status = run.status if run else None
        numbers.append(metrics.CollectionNumbers(slug, successes.get(slug), status, items, size, failed))
    return numbers


def _jitter(archive: Path) -> float:
    """A delay in seconds, constant for an archive on a machine, so that machines do not all connect at the same moment."""
    seed = hashlib.sha256(f"{socket.gethostname()} {archive}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(seed[:4]) % (_LONGEST_JITTER * 1000) / 1000
