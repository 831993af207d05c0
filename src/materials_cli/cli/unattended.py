"""`materials sync --cron`: nothing is printed when nothing changed; a digest when something did; trouble once, on stderr."""

import hashlib
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.alarm import FILE, Memory, Outcome, Verdict, channels_failed, judge
from materials_cli.catalogue.records import Catalogue
from materials_cli.cli.log import Log
from materials_cli.cli.render import ago, print_raw, safe
from materials_cli.cli.reports import report_row
from materials_cli.cli.tell import tell_all
from materials_cli.configuration import Collection, Notify
from materials_cli.digest import Digest, digest
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.export import metrics
from materials_cli.export.digest import changed_row, headline, to_html, to_text
from materials_cli.model import State, SyncReport
from materials_cli.notify.message import Message
from materials_cli.settings import Settings
from materials_cli.store.mirror import Store

_LONGEST_JITTER = 30
SyncOne = Callable[[Store, Collection], SyncReport]


@dataclass(slots=True)
class _Ended:
    """What came of all collections."""

    reports: list[SyncReport] = field(default_factory=list)
    errors: list[tuple[str, MaterialsError]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        failures = {f"{r.collection}/{f.item or f.path}": f.code for r in self.reports for f in r.failures}
        changed = any(report.accessions for report in self.reports)
        worst = max(self.errors, key=lambda pair: (pair[1].status is not ExitStatus.TEMPORARY, pair[1].status), default=None)
        if worst is None:
            return Outcome(ExitStatus.PARTIAL if failures else ExitStatus.DONE, failures=failures, changed=changed)
        return Outcome(worst[1].status, f"{worst[1].code} {worst[0]}".strip(), failures, changed)


def sync_unattended(
    settings: Settings,
    chosen: Sequence[Collection],
    sync_one: SyncOne,
    *,
    log_file: Path | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    wait: Callable[[float], object] = time.sleep,
) -> int:
    """Sync, and tell what a person should know; return the exit status."""
    if not sys.stderr.isatty() and os.environ.get("MATERIALS_JITTER") != "0":
        wait(_jitter(settings.archive))
    store, notify = Store(settings.archive), settings.notify
    memory = Memory.from_json(store.recall(FILE), clock())
    with Log(log_file or settings.log_file) as log:
        try:
            ended = _sync_all(store, chosen, sync_one, log, notify)
        except Exception:
            tell_all(notify, settings.archive, signal=str(int(ExitStatus.BUG)))
            raise
        verdict = judge(ended.outcome, memory, clock(), notify.alert_after)
        _remember(store, verdict, ended)
        message = _message(settings.archive, ended, verdict, _digest(store, ended, verdict), clock())
        _speak(message, verdict, ended)
        log.note("ended", status=int(verdict.status), spoke=verdict.speak, alarm=verdict.alarm)
        told = message if verdict.alarm or verdict.recovered or (verdict.speak and not notify.trouble_only) else None
        signal = "log" if verdict.status is ExitStatus.TEMPORARY else str(int(verdict.status))
        troubles = tell_all(notify, settings.archive, told, signal=signal, body=message.text)
        for trouble in troubles:
            log.note("not told", message=trouble)
        if troubles and verdict.status is not ExitStatus.TEMPORARY:
            _complain(store, verdict.memory, troubles, clock())
        if settings.metrics_file:
            metrics.write(settings.metrics_file, _numbers(settings, store, verdict, ended, clock()))
    return int(verdict.status)


def _sync_all(store: Store, chosen: Sequence[Collection], sync_one: SyncOne, log: Log, notify: Notify) -> _Ended:
    ended = _Ended()
    try:
        store.prepare()
        with store.lock():
            # A monitor that cannot be reached is told of at the end.
            tell_all(notify, store.root, signal="start")
            for collection in chosen:
                log.note("started", collection=collection.slug)
                try:
                    report = sync_one(store, collection)
                except MaterialsError as error:
                    log.refusal(error, collection.slug)
                    ended.errors.append((collection.slug, error))
                    if error.status is not ExitStatus.PERSON_NEEDED:
                        break
                else:
                    log.report(report)
                    ended.reports.append(report)
    except MaterialsError as error:
        log.refusal(error)
        ended.errors.append(("", error))
    return ended


def _remember(store: Store, verdict: Verdict, ended: _Ended) -> None:
    try:
        store.keep(FILE, verdict.memory.to_json())
    except MaterialsError as error:
        # What cannot be remembered will be told again: better twice than never.
        ended.errors.append(("", error))


def _complain(store: Store, memory: Memory, troubles: Sequence[str], now: datetime) -> None:
    """Say that nobody could be told, once a day."""
    if later := channels_failed(memory, now):
        sys.stderr.write("".join(f"{safe(trouble)}\n" for trouble in troubles))
        store.keep(FILE, later.to_json())


def _digest(store: Store, ended: _Ended, verdict: Verdict) -> Digest:
    """What the runs brought that are worth a word: those that changed something, or in which something failed anew."""
    news = {key.partition("/")[0] for key in verdict.failures}
    numbers = {report.run for report in ended.reports if report.accessions or report.collection in news}
    if not numbers:
        return Digest((), (), "")
    with Catalogue.open(store.catalogue) as catalogue:
        runs = [run for run in catalogue.runs(after=min(numbers) - 1) if run.id in numbers]
        return digest(runs, catalogue.events(runs))


def _message(archive: Path, ended: _Ended, verdict: Verdict, told: Digest, now: datetime) -> Message:
    """What a person reads: the trouble first, then what changed."""
    lines = []
    if verdict.recovered:
        lines.append("It works again.")
    for slug, error in ended.errors if verdict.alarm else ():
        lines.append(f"{slug}: " * bool(slug) + f"error[{error.code}]: {error.what}")
        lines += [f"  {label:<6}{text}" for label in ("where", "why", "fix") if (text := getattr(error, label))]
    if verdict.alarm and verdict.status is ExitStatus.PARTIAL and ended.errors:
        success = verdict.memory.success
        lines.append(f"The last success was {ago(success, now)}." if success else "There has been no success yet.")
    trouble = "".join(f"{safe(line)}\n" for line in lines)
    subject = headline(told.changed)
    if verdict.alarm or not told.changed:
        subject = "needs you" if verdict.alarm else "works again" if verdict.recovered else "nothing has changed"
    subject = f"materials: {archive.name}: {subject}"
    return Message(
        subject=subject,
        text=trouble + to_text(told),
        html=to_html(told, subject) if told.runs and not trouble else "",
        data={
            "archive": str(archive),
            "changes": [changed_row(change) for change in told.changed],
            "collections": [report_row(report) for report in ended.reports],
            "errors": [
                {"collection": slug, "code": error.code, "message": error.what, "why": error.why, "fix": error.fix}
                for slug, error in ended.errors
            ],
            "recovered": verdict.recovered,
        },
        status=int(verdict.status),
    )


def _speak(message: Message, verdict: Verdict, ended: _Ended) -> None:
    """Plain text, whatever FORCE_COLOR says: this is read in mails and logs."""
    if verdict.alarm:
        sys.stderr.write(message.text)
        sys.stderr.flush()
    elif verdict.speak and (ended.reports or verdict.recovered):
        print_raw(message.text)


def _numbers(settings: Settings, store: Store, verdict: Verdict, ended: _Ended, now: datetime) -> metrics.Numbers:
    with Catalogue.open(store.catalogue) as catalogue:
        items = [item for item in catalogue.items() if item.state is State.HELD]
    return metrics.Numbers(
        archive=settings.archive.name,
        success=verdict.memory.success,
        ended=now,
        status=int(verdict.status),
        items=len(items),
        bytes=sum(item.fixity.size for item in items),
        changed=sum(len(report.accessions) for report in ended.reports),
        failed=sum(len(report.failures) for report in ended.reports),
    )


def _jitter(archive: Path) -> float:
    """Seconds, always the same for one archive on one machine, so that not all machines ask at the same moment."""
    seed = hashlib.sha256(f"{socket.gethostname()} {archive}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(seed[:4]) % (_LONGEST_JITTER * 1000) / 1000
