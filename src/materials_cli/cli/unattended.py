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
from materials_cli.cli.journal import Journal
from materials_cli.cli.render import ago, print_raw, safe
from materials_cli.cli.reports import digest_lines, digest_summary, report_row
from materials_cli.cli.tell import tell_all
from materials_cli.configuration import Collection, Notify
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.export import metrics
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
    with Journal(log_file or settings.log_file) as journal:
        try:
            ended = _sync_all(store, chosen, sync_one, journal, notify)
        except Exception:
            tell_all(notify, settings.archive, signal=str(int(ExitStatus.BUG)))
            raise
        verdict = judge(ended.outcome, memory, clock(), notify.alert_after)
        _remember(store, verdict, ended)
        message = _message(settings.archive, ended, verdict, clock())
        _speak(message, verdict, ended)
        journal.note("ended", status=int(verdict.status), spoke=verdict.speak, alarm=verdict.alarm)
        told = message if verdict.alarm or verdict.recovered or (verdict.speak and not notify.trouble_only) else None
        signal = "log" if verdict.status is ExitStatus.TEMPORARY else str(int(verdict.status))
        troubles = tell_all(notify, settings.archive, told, signal=signal, body=message.text)
        for trouble in troubles:
            journal.note("not told", message=trouble)
        if troubles and verdict.status is not ExitStatus.TEMPORARY:
            _complain(store, verdict.memory, troubles, clock())
        if settings.metrics_file:
            metrics.write(settings.metrics_file, _numbers(settings, store, verdict, ended, clock()))
    return int(verdict.status)


def _sync_all(store: Store, chosen: Sequence[Collection], sync_one: SyncOne, journal: Journal, notify: Notify) -> _Ended:
    ended = _Ended()
    try:
        store.prepare()
        with store.lock():
            # A monitor that cannot be reached is told of at the end.
            tell_all(notify, store.root, signal="start")
            for collection in chosen:
                journal.note("started", collection=collection.slug)
                try:
                    report = sync_one(store, collection)
                except MaterialsError as error:
                    journal.error(error, collection.slug)
                    ended.errors.append((collection.slug, error))
                    if error.status is not ExitStatus.PERSON_NEEDED:
                        break
                else:
                    journal.report(report)
                    ended.reports.append(report)
    except MaterialsError as error:
        journal.error(error)
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


def _message(archive: Path, ended: _Ended, verdict: Verdict, now: datetime) -> Message:
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
    lines += digest_lines(ended.reports, verdict.failures)
    needed = "needs you" if verdict.alarm else digest_summary(ended.reports) or "works again" * verdict.recovered or "no change"
    return Message(
        subject=f"materials: {archive.name}: {needed}",
        text="".join(f"{safe(line)}\n" for line in lines),
        data={
            "archive": str(archive),
            "collections": [report_row(report) for report in ended.reports],
            "errors": [
                {"collection": s, "code": e.code, "message": e.what, "why": e.why, "fix": e.fix} for s, e in ended.errors
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
