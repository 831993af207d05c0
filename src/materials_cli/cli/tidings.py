"""What the commands about changes show: runs, events, the digest and differences, on a terminal, in a pipe, for programs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text as Line

from materials_cli.cli.output import grid, moment, out, styled
from materials_cli.cli.pages import changes
from materials_cli.diff import ChangeKind, Comparison, Mark
from materials_cli.errors import EXIT_MEANINGS, ExitStatus
from materials_cli.export import difference
from materials_cli.export.digest import Chapter, text_words
from materials_cli.export.manifest import rfc3339
from materials_cli.history.events import Event, EventType, Outcome
from materials_cli.messages import counted, msgid, retold, size, tr, trn
from materials_cli.model import Item, Run, Version

_LOOKS = {Mark.SAME: "", Mark.ADDED: "green underline", Mark.REMOVED: "red strike"}
_SIGN_LOOKS = {
    ChangeKind.ADDED: "bold green",
    ChangeKind.REMOVED: "bold red",
    ChangeKind.MOVED: "bold cyan",
    ChangeKind.CHANGED: "bold yellow",
}
_EDITED = "edited; kept as "


def run_cells(run: Run) -> tuple[object, ...]:
    """The columns of a run in a pipe."""
    return run.id, moment(run.started), run.collection, "" if run.status is None else run.status, _what_run_did(run)


def print_runs(runs: Sequence[Run]) -> None:
    """The runs, newest first."""
    table = grid(
        {"justify": "right", "style": "dim", "no_wrap": True}, {"no_wrap": True}, {"no_wrap": True}, {"overflow": "fold"}
    )
    for run in runs:
        look = "" if run.status in {0, 3} else "red" if run.status else "yellow"
        table.add_row(styled(run.id), moment(run.started), styled(run.collection, "bold"), styled(_what_run_did(run), look))
    out().print(table)


def event_cells(event: Event) -> tuple[object, ...]:
    """The columns of an event in a pipe."""
    return moment(event.time), event.run or "", event.type, event.outcome, _what_happened(event)


def print_events(item: Item, events: Sequence[Event]) -> None:
    """What happened to an item, newest first."""
    out().print(styled(item.path, "bold"), soft_wrap=True)
    table = grid(
        {"no_wrap": True}, {"justify": "right", "style": "dim", "no_wrap": True}, {"no_wrap": True}, {"overflow": "fold"}
    )
    for event in events:
        look = "red" if event.outcome is Outcome.FAILURE else ""
        run = tr("run {number}", number=event.run) if event.run else ""
        table.add_row(moment(event.time), run, styled(tr(str(event.type)), look), styled(_what_happened(event), look))
    out().print(table)


def event_row(event: Event) -> dict[str, Any]:
    """An event for programs."""
    return {
        "number": event.number,
        "time": rfc3339(event.time),
        "run": event.run,
        "type": str(event.type),
        "outcome": str(event.outcome),
        "detail": dict(event.detail),
        "hash": event.hash,
    }


def version_row(version: Version) -> dict[str, Any]:
    """An earlier version for programs."""
    return {
        "sha256": version.fixity.sha256,
        "bytes": version.fixity.size,
        "path": version.path,
        "fetched": rfc3339(version.fetched),
        "retired": rfc3339(version.retired),
    }


def print_chapters(chapters: Iterable[Chapter]) -> None:
    """The digest of what has changed."""
    for number, chapter in enumerate(chapters):
        if number:
            out().print()
        out().print(styled(chapter.collection, "bold").append(f"  {chapter.headline}"))
        out().print(styled(f"  {chapter.when}", "dim"))
        for group in chapter.groups:
            out().print()
            out().print(styled(f"  {group.label}", "red" if group.failed else "cyan"))
            for line in group.lines:
                shown = Line("    ")
                if line.was:
                    shown.append(line.was, "dim").append(" → ", "dim")
                shown.append(line.path).append(f"  {line.remark}" if line.remark else "", "dim")
                out().print(shown, soft_wrap=True)
            if group.more:
                more = trn("… and {count} more (--json lists all)", "… and {count} more (--json lists all)", group.more)
                out().print(styled(f"    {more}", "dim"))


def facts(item: Item, was: Version) -> Mapping[str, str]:
    """What is compared with what."""
    return {
        tr("from"): f"{moment(was.fetched)}, {size(was.fixity.size)}, SHA-256 {was.fixity.sha256[:12]}",
        tr("to"): f"{moment(item.fetched)}, {size(item.fixity.size)}, SHA-256 {item.fixity.sha256[:12]}",
    }


def print_difference(comparison: Comparison, item: Item, was: Version) -> None:
    """What became of each section, with the words marked."""
    out().print(styled(item.path, "bold"), soft_wrap=True)
    told = facts(item, was)
    width = max(map(len, told))
    for name, fact in told.items():
        out().print(styled(f"  {name:<{width}}  {fact}", "dim"), soft_wrap=True)
    out().print(styled(f"  {text_words(comparison.counts())}"))
    for change in comparison.changes:
        out().print()
        head = Line(f"{difference.SIGNS[change.kind]} ", _SIGN_LOOKS[change.kind])
        out().print(head.append(difference.heading(change, comparison.unit), "bold").append(f"  {difference.title_of(change)}"))
        for passage in difference.passages(change):
            shown = Line("    ").append(f"{passage.name}: " if passage.name else "", "dim")
            for piece in passage.pieces:
                text = difference.indented(piece.text)
                bare = text.lstrip()
                shown.append(text[: len(text) - len(bare)]).append(bare, _LOOKS[piece.mark])
            out().print(shown)


def _what_run_did(run: Run) -> str:
    """In one line: what it changed, and how it ended if not well."""
    done = changes(run.counts)
    if run.ended is None:
        return tr("{done}; did not end", done=done) if done else tr("did not end")
    if run.status == ExitStatus.DONE:
        return done or tr("nothing has changed")
    if run.status == ExitStatus.PARTIAL:
        done = done or tr("nothing has changed")
        return trn("{done}; {count} item failed", "{done}; {count} items failed", len(run.failures), done=done)
    why = f"{run.failures[-1].code}: {retold(run.failures[-1].message)}" if run.failures else _meaning(run.status)
    return tr("{done}; ended by {reason}", done=done, reason=why) if done else tr("ended by {reason}", reason=why)


def _meaning(status: int | None) -> str:
    return tr(EXIT_MEANINGS[ExitStatus(status)]) if status in set(ExitStatus) else tr("status {status}", status=status)


def _what_happened(event: Event) -> str:
    """The detail of an event, for people."""
    detail = event.detail
    if event.outcome is Outcome.FAILURE:
        return retold(str(detail.get("message") or detail.get("note") or "")) or _found(detail.get("found", ""))
    match event.type:
        case EventType.CAPTURE:
            return tr("{size} came from Drive", size=size(detail["bytes"]))
        case EventType.DIGEST:
            return f"SHA-256 {detail['sha256'][:16]}…"
        case EventType.FIXITY:
            return tr("agrees with {what}", what=tr(detail.get("compared_with", msgid("the catalogue"))))
        case EventType.EXTRACTION:
            read = counted(detail["sections"], detail["unit"])
            return text_words(detail["text"]) if "text" in detail else read
        case EventType.RENAMING:
            return f"{detail.get('from', '')} → {detail['path']}: {retold(detail['reason'])}"
        case EventType.WITHDRAWAL:
            return tr("{reason}; its bytes are kept", reason=retold(detail["reason"]))
        case _:
            return retold(str(detail.get("reason", "")))


def _found(kept: str) -> str:
    """What lay in the place of an item's bytes."""
    place = kept.removeprefix(_EDITED)
    return tr("edited; kept as {place}", place=place) if place != kept else tr(kept)
