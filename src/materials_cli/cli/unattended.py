"""`materials sync --cron`: silent if nothing changed, a digest if something did, each new problem once, on stderr."""

import hashlib
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.actions import report_row
from materials_cli.cli.failures import particulars, word
from materials_cli.cli.log import Log
from materials_cli.cli.output import ago, print_raw, safe
from materials_cli.config import Collection, Config
from materials_cli.drive.login import warning_in_use
from materials_cli.errors import ExitStatus, MaterialsError, as_failure
from materials_cli.export import metrics
from materials_cli.export.digest import changed_row, headline, to_html, to_text
from materials_cli.history.digest import Digest, digest
from materials_cli.messages import Message, language, tr
from materials_cli.model import Failure, Run, Step, StepKind
from materials_cli.notify.alarm import DAILY, FILE, Memory, Outcome, Verdict, channels_failed, judge
from materials_cli.notify.channels import send_all
from materials_cli.notify.notification import Notification
from materials_cli.store.mirror import Store

_LONGEST_JITTER = 30


@dataclass(slots=True)
class _Ended:
    """The outcome for all collections.

    finished: completed runs; runs: all since the last report; warnings: by key; left_out: settings that were not used.
    """

    collections: frozenset[str]
    finished: list[Run] = field(default_factory=list)
    errors: list[tuple[str, MaterialsError]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    warnings: dict[str, Message] = field(default_factory=dict)
    left_out: Message | None = None

    @property
    def outcome(self) -> Outcome:
        failures = {_key(r.collection, f): f.code for r in self.finished for f in r.failures}
        worst = max(self.errors, key=lambda pair: (pair[1].status is not ExitStatus.TEMPORARY, pair[1].status), default=None)
        status = worst[1].status if worst else ExitStatus.PARTIAL if failures or self.left_out else ExitStatus.DONE
        return Outcome(
            status=status,
            code=f"{worst[1].code} {worst[0]}".strip() if worst else "",
            failures=failures | dict.fromkeys(self.warnings, "warning") | ({DAILY: "warning"} if self.left_out else {}),
            changed=any(sum(run.counts.values()) for run in self.runs),
            succeeded=bool(self.finished),
            collections=self.collections,
        )


def _key(collection: str, failure: Failure) -> str:
    """The identity of a failure for alarms: its code and what it concerns, not its text, which may contain numbers."""
    return f"{collection}/{failure.item or ''} {failure.code}"


def sync_unattended(
    config: Config,
    chosen: Sequence[Collection],
    *,
    accept_withdrawals: bool = False,
    log_file: Path | None = None,
    left_out: Message | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    wait: Callable[[float], object] = time.sleep,
) -> int:
    """Sync, and report what people should know; return the exit status. left_out: settings that are not used, told daily."""
    if not sys.stderr.isatty() and os.environ.get("MATERIALS_JITTER") != "0":
        wait(_jitter(config.archive))
    store, notify = Store(config.archive), config.notify
    memory = _up_to_date(Memory.from_json(store.read_state(FILE), clock()), store, chosen, clock())
    # Runs before the first scheduled one are not reported.
    first = memory.run if memory.run is not None else _last_run(store)
    with Log(log_file or config.log_file) as log:
        try:
            ended = _sync_all(config, chosen, log, accept_withdrawals=accept_withdrawals)
        except (Exception, KeyboardInterrupt) as error:
            failure = as_failure(error)
            log.refusal(failure)
            log.note("ended", status=int(failure.status), spoke=True, alarm=True)
            send_all(notify, config.archive, signal=str(int(failure.status)))
            raise
        if warning := warning_in_use(os.environ, clock()):
            ended.warnings["login/ends"] = warning
        ended.left_out = left_out
        ended.runs = _runs_after(store, first)
        verdict = judge(ended.outcome, memory, clock(), notify.alert_after)
        verdict = replace(verdict, memory=replace(verdict.memory, run=max([first, *(run.id for run in ended.runs)])))
        _remember(store, verdict, ended)
        message = _message(config.archive, ended, verdict, _digest(store, ended, verdict), clock())
        _speak(message, verdict)
        log.note("ended", status=int(verdict.status), spoke=verdict.notify, alarm=verdict.alarm)
        troubles = _send(config, message, verdict)
        for trouble in troubles:
            log.note("not told", message=trouble)
        if troubles and verdict.status is not ExitStatus.TEMPORARY:
            _complain(store, verdict.memory, troubles, clock())
        if config.metrics_file:
            metrics.write(config.metrics_file, _numbers(config, store, verdict, ended, clock()))
    return int(verdict.status)


def _sync_all(config: Config, chosen: Sequence[Collection], log: Log, *, accept_withdrawals: bool) -> _Ended:
    ended = _Ended(frozenset(collection.slug for collection in chosen))
    begun: list[str] = []

    def watch(step: Step) -> None:
        if step.kind is StepKind.STARTED:
            if not begun:
                # An unreachable monitor is reported at the end.
                send_all(config.notify, config.archive, signal="start")
            begun.append(step.path)
            log.note("started", collection=step.path)

    try:
        for run in Archive(config.archive, config, progress=watch).sync(chosen, accept_withdrawals=accept_withdrawals):
            log.report(run)
            if run.failure:
                ended.errors.append((run.collection, run.failure))
            else:
                ended.finished.append(run)
    except MaterialsError as error:
        log.refusal(error)
        ended.errors.append(("", error))
    return ended


def _up_to_date(memory: Memory, store: Store, chosen: Sequence[Collection], now: datetime) -> Memory:
    """Include manual runs since the last scheduled one, so that an alarm states the true age of the last success."""
    try:
        with Catalogue.open(store.catalogue) as catalogue:
            success = catalogue.last_success([collection.slug for collection in chosen])
    except MaterialsError:
        # An error of the catalogue ends the run and is reported there.
        return memory
    known = [time for time in (memory.success, success) if time and time <= now]
    return replace(memory, success=max(known, default=memory.success))


def _remember(store: Store, verdict: Verdict, ended: _Ended) -> None:
    try:
        store.write_state(FILE, verdict.memory.to_json())
    except MaterialsError as error:
        # What cannot be stored is reported again: better twice than never.
        ended.errors.append(("", error))


def _complain(store: Store, memory: Memory, troubles: Sequence[Message], now: datetime) -> None:
    """Report, once a day, that notifications could not be sent."""
    if later := channels_failed(memory, now):
        sys.stderr.write("".join(f"{safe(tr(trouble))}\n" for trouble in troubles))
        store.write_state(FILE, later.to_json())


def _last_run(store: Store) -> int:
    """The number of the last run; 0 if there is none."""
    return max((run.id for run in _runs_after(store, 0, limit=1)), default=0)


def _runs_after(store: Store, number: int, limit: int = -1) -> list[Run]:
    try:
        with Catalogue.open(store.catalogue) as catalogue:
            return catalogue.runs(after=number, limit=limit)
    except MaterialsError:
        # An unreadable catalogue has already ended the run and is reported there.
        return []


def _digest(store: Store, ended: _Ended, verdict: Verdict) -> Digest:
    """A digest of the runs worth reporting: those that changed something or have new failures."""
    news = {key.partition("/")[0] for key in verdict.failures}
    runs = [run for run in ended.runs if sum(run.counts.values()) or run.collection in news]
    if not runs:
        return Digest((), (), "")
    with Catalogue.open(store.catalogue) as catalogue:
        return digest(runs, catalogue.events(runs))


def _message(archive: Path, ended: _Ended, verdict: Verdict, news: Digest, now: datetime) -> Notification:
    """Compose the notification: problems first, then changes."""
    trouble = "".join(f"{safe(line)}\n" for line in _problems(ended, verdict, now))
    subject = tr(headline(news.changed))
    if verdict.alarm or not news.changed:
        subject = tr("action needed") if verdict.alarm else tr("resolved") if verdict.recovered else tr("no changes")
    subject = f"materials: {archive.name}: {subject}"
    return Notification(
        subject=subject,
        text=trouble + to_text(news, language()),
        html=to_html(news, subject, language()) if news.runs and not trouble else "",
        data={
            "archive": str(archive),
            "changes": [changed_row(change) for change in news.changed],
            "collections": [report_row(report) for report in ended.finished],
            "errors": [
                {
                    "collection": slug,
                    "code": error.code,
                    "message": str(error.what),
                    "why": str(error.why),
                    "fix": str(error.fix),
                }
                for slug, error in ended.errors
            ],
            "recovered": verdict.recovered,
        },
        status=int(verdict.status),
    )


def _problems(ended: _Ended, verdict: Verdict, now: datetime) -> Iterator[str]:
    """The lines on what is wrong, or is no longer wrong."""
    if verdict.recovered:
        yield tr("The problem is resolved.")
    for slug, error in ended.errors if verdict.alarm else ():
        yield f"{slug}: " * bool(slug) + f"{word(error)}: {tr(error.what)}"
        yield from (f"  {label} {text}" for label, text in particulars(error))
    temporary = any(error.status is ExitStatus.TEMPORARY for _, error in ended.errors)
    if verdict.alarm and verdict.status is ExitStatus.PARTIAL and temporary:
        success = verdict.memory.success
        yield tr("The last successful sync was {ago}.", ago=ago(success, now)) if success else tr("No sync has succeeded yet.")
    yield from (tr(warning) for key, warning in ended.warnings.items() if key in verdict.failures)
    if ended.left_out and DAILY in verdict.failures:
        yield tr(ended.left_out)


def _speak(message: Notification, verdict: Verdict) -> None:
    """Print plain text regardless of FORCE_COLOR: it is read in mails and logs."""
    if verdict.alarm:
        sys.stderr.write(message.text)
        sys.stderr.flush()
    elif verdict.notify:
        print_raw(message.text)


def _send(config: Config, message: Notification, verdict: Verdict) -> list[Message]:
    """Send the notification, if there is something to report, and ping the monitor; return what failed."""
    notify = config.notify
    notification = message if verdict.alarm or verdict.recovered or (verdict.notify and not notify.trouble_only) else None
    signal = "log" if verdict.status is ExitStatus.TEMPORARY else str(int(verdict.status))
    return send_all(notify, config.archive, notification, signal=signal, body=message.text)


def _numbers(config: Config, store: Store, verdict: Verdict, ended: _Ended, now: datetime) -> metrics.Numbers:
    with Catalogue.open(store.catalogue) as catalogue:
        items, size = catalogue.held_size()
    return metrics.Numbers(
        archive=config.archive.name,
        success=verdict.memory.success,
        ended=now,
        status=int(verdict.status),
        items=items,
        bytes=size,
        changed=sum(sum(run.counts.values()) for run in ended.runs),
        failed=sum(len(run.failures) for run in ended.finished),
    )


def _jitter(archive: Path) -> float:
    """A delay in seconds, constant for an archive on a machine, so that machines do not all connect at the same moment."""
    seed = hashlib.sha256(f"{socket.gethostname()} {archive}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(seed[:4]) % (_LONGEST_JITTER * 1000) / 1000
