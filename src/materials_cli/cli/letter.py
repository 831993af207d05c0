"""What an unattended run writes to people and to the monitor: problems first, then changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from materials_cli.cli.actions import report_row
from materials_cli.cli.failures import particulars, word
from materials_cli.cli.output import ago, safe
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.export.digest import changed_row, headline, to_html, to_text
from materials_cli.history.digest import Digest
from materials_cli.messages import Message, language, msg, tr, trn
from materials_cli.model import Failure, Run
from materials_cli.notify.alarm import Outcome, Verdict
from materials_cli.notify.notification import Notification

_MOST_NOTED = 20


@dataclass(slots=True)
class Ended:
    """The outcome for all collections.

    finished: completed runs; runs: all since the last report; warnings: by key. troubles: of what is beside the mirroring (log,
    metrics …), by name. begun: the monitor was told that the run starts. signal: what ended the run from outside. unused: some
    settings were left out.
    """

    finished: list[Run] = field(default_factory=list)
    errors: list[tuple[str, MaterialsError]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    warnings: dict[str, Message] = field(default_factory=dict)
    troubles: dict[str, Message] = field(default_factory=dict)
    begun: bool = False
    signal: KeyboardInterrupt | None = None
    unused: bool = False

    @property
    def outcome(self) -> Outcome:
        """What there is to judge."""
        failures = {_key(r.collection, f): f.code for r in self.finished for f in r.failures}
        worst = max(self.errors, key=lambda pair: (pair[1].status is not ExitStatus.TEMPORARY, pair[1].status), default=None)
        status = worst[1].status if worst else ExitStatus.PARTIAL if failures or self.unused else ExitStatus.DONE
        return Outcome(
            status=status,
            code=f"{worst[1].code} {worst[0]}".strip() if worst else "",
            failures=failures | dict.fromkeys(self.warnings, "warning"),
            changed=any(sum(run.counts.values()) for run in self.runs),
            succeeded=bool(self.finished),
            # The archive itself ("") and what is known now; of other collections, what was reported stays so.
            collections=frozenset({"", *(run.collection for run in self.finished)}),
        )


def _key(collection: str, failure: Failure) -> str:
    """The identity of a failure for alarms: its code and what it concerns, not its text, which may contain numbers."""
    return f"{collection}/{failure.item or ''} {failure.code}"


def compose(
    archive: Path, ended: Ended, verdict: Verdict, news: Digest, troubles: Mapping[str, Message], now: datetime
) -> Notification:
    """Compose the notification. troubles: those of ended.troubles that are to be reported now."""
    lines = [*_problems(ended, verdict, now), *map(tr, troubles.values())]
    trouble = "".join(f"{safe(line)}\n" for line in lines)
    subject = tr(headline(news.changed))
    if verdict.alarm or troubles or not news.changed:
        urgent = verdict.alarm or troubles
        subject = tr("action needed") if urgent else tr("resolved") if verdict.recovered else tr("no changes")
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
            "troubles": {name: str(trouble) for name, trouble in troubles.items()},
        },
        status=int(verdict.status),
    )


def about_troubles(archive: Path, troubles: Mapping[str, Message]) -> Notification:
    """Tell those who can be reached that others cannot."""
    return Notification(
        tr("materials: {name}: a notification was not delivered", name=archive.name),
        "".join(f"{safe(tr(trouble))}\n" for trouble in troubles.values()),
        data={"archive": str(archive), "troubles": {name: str(trouble) for name, trouble in troubles.items()}},
        status=int(ExitStatus.PARTIAL),
    )


def about_killed(archive: Path, count: int, success: datetime | None, now: datetime) -> Notification:
    """Tell that runs do not end."""
    ended = trn(
        "The last {count} run did not end: it was killed, or the machine was switched off.",
        "The last {count} runs did not end: each was killed, or the machine was switched off.",
        count,
    )
    lines = (ended, _last_success(success, now), f"  {tr('fix')}   {tr(_KILLED_FIX)}")
    return Notification(
        tr("materials: {name}: action needed", name=archive.name),
        "".join(f"{safe(line)}\n" for line in lines),
        data={"archive": str(archive), "unfinished": count},
        status=int(ExitStatus.PARTIAL),
    )


_KILLED_FIX = msg(
    "Run `materials sync` by hand and watch it. The system's log says if memory ran out: journalctl -k -g 'out of memory'"
)


def note(ended: Ended) -> str:
    """What a monitor may note down of a run that needs nobody: what failed and is tried again."""
    lines = [f"{slug}: " * bool(slug) + f"{word(error)}: {tr(error.what)}" for slug, error in ended.errors]
    lines += [f"{failure.path}: {tr(failure.message)}" for run in ended.finished for failure in run.failures]
    return "".join(f"{safe(line)}\n" for line in lines[:_MOST_NOTED])


def _problems(ended: Ended, verdict: Verdict, now: datetime) -> Iterator[str]:
    """The lines on what is wrong, or is no longer wrong."""
    if verdict.recovered:
        yield tr("The problem is resolved.")
    for slug, error in ended.errors if verdict.alarm else ():
        yield f"{slug}: " * bool(slug) + f"{word(error)}: {tr(error.what)}"
        yield from (f"  {label} {text}" for label, text in particulars(error))
    temporary = any(error.status is ExitStatus.TEMPORARY for _, error in ended.errors)
    if verdict.alarm and verdict.status is ExitStatus.PARTIAL and temporary:
        yield _last_success(verdict.memory.success, now)
    yield from (tr(warning) for key, warning in ended.warnings.items() if key in verdict.failures)


def _last_success(success: datetime | None, now: datetime) -> str:
    return tr("The last successful sync was {ago}.", ago=ago(success, now)) if success else tr("No sync has succeeded yet.")
