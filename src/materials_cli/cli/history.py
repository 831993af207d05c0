"""`materials history`: show all runs, or the events of one item."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from materials_cli.cli.actions import changes, no_runs
from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionOption, JsonOption, limit_option
from materials_cli.cli.items import find_item, next_step
from materials_cli.cli.output import (
    is_terminal,
    moment,
    out,
    paged,
    print_columns,
    print_json,
    print_rows,
    print_wrapped,
    say,
    styled,
)
from materials_cli.dates import rfc3339
from materials_cli.errors import EXIT_MEANINGS, Code, ExitStatus
from materials_cli.export.digest import text_summary
from materials_cli.export.rows import run_row
from materials_cli.history.events import Event, EventType, Outcome
from materials_cli.messages import counted, msg, msgid, size, tr, trn
from materials_cli.model import Item, Run

_REMARKS: dict[str, str] = {
    Code.CATALOGUE_LOST: msgid("the catalogue was rebuilt"),
    Code.WITHDRAWALS_HELD: msgid("the guard held back withdrawals"),
    Code.REPLACEMENTS_HELD: msgid("the guard held back new content"),
    Code.NOT_YET_HERE: msgid("not all of it was in the copy"),
}


def history(
    context: typer.Context,
    item: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM]", help="A path, an id, or words of the name [default: all runs].")
    ] = None,
    *,
    collection: CollectionOption = None,
    limit: Annotated[int, limit_option("Maximum number, newest first.", most=100_000)] = 20,
    check: Annotated[
        bool, typer.Option("--check", help="Verify that history and catalogue were not changed afterwards.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="HASH", help="Verify that the history contains this hash, kept elsewhere."),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show the history of all runs, or of one item.

    Example: materials history georgia
    """
    here = ArchiveContext.of(context, archive)
    chosen = here.slugs(collection)
    with here.catalogue() as catalogue:
        if check or against is not None:
            from materials_cli.cli.history_check import check_history  # noqa: PLC0415 - see there

            check_history(here.config.archive, catalogue, against, as_json=as_json)
            return
        if item:
            found = find_item(here, catalogue, item)
            events = catalogue.history(found, limit)
            if as_json:
                rows = [_event_row(event) for event in events]
                print_json("materials/history@1", rows, collection=found.collection, id=found.id, path=found.path)
            elif is_terminal():
                _print_events(found, events)
                _print_total(tr(counted(len(events), "event")), more=len(events) == limit)
            else:
                print_rows(_event_cells(event) for event in events)
            if not events:
                say(tr("No events recorded: the item is older than this archive's history."))
            return
        runs, rebuilt = catalogue.runs(chosen, limit=limit), catalogue.rebuildings()
    if as_json:
        print_json("materials/history@1", [run_row(run) for run in runs])
    elif is_terminal():
        _print_runs(runs)
        _print_total(trn("{count} run", "{count} runs", len(runs)), more=len(runs) == limit)
    else:
        print_rows(_run_cells(run) for run in runs)
    if not runs:
        say(next_step(here.config, no_runs(rebuilt)))


def _run_cells(run: Run) -> tuple[object, ...]:
    """A run as columns for a pipe."""
    return run.id, moment(run.started), run.collection, "" if run.status is None else run.status, _what_run_did(run)


def _print_runs(runs: Sequence[Run]) -> None:
    """Print runs, newest first."""
    rows = []
    for run in runs:
        look = "" if run.status in {0, 3} else "red" if run.status else "yellow"
        when, name = styled(moment(run.started)), styled(run.collection, "bold")
        rows.append((styled(run.id, "dim"), when, name, styled(_what_run_did(run), look)))
    with paged():
        print_columns(rows, right=(0,))


def _print_total(count: str, *, more: bool) -> None:
    """Print how many lines there were, after the pager is closed. more: the limit was reached."""
    print_wrapped(out(), styled(tr("The newest: {count}. For more: --limit N", count=count) if more else count, "dim"))


def _event_cells(event: Event) -> tuple[object, ...]:
    """An event as columns for a pipe."""
    return moment(event.time), event.run or "", event.type, event.outcome, _what_happened(event)


def _print_events(item: Item, events: Sequence[Event]) -> None:
    """Print an item's events, newest first."""
    rows = []
    for event in events:
        look = "red" if event.outcome is Outcome.FAILURE else ""
        run = tr("run {number}", number=str(event.run)) if event.run else ""
        what = styled(tr(str(event.type)), look), styled(_what_happened(event), look)
        rows.append((styled(moment(event.time)), styled(run, "dim"), *what))
    with paged():
        print_wrapped(out(), styled(item.path, "bold"))
        print_columns(rows, right=(1,))


def _event_row(event: Event) -> dict[str, Any]:
    """An event as a JSON object."""
    return {
        "number": event.number,
        "time": rfc3339(event.time),
        "run": event.run,
        "type": str(event.type),
        "outcome": str(event.outcome),
        "detail": event.in_english(),
        "hash": event.hash,
    }


def _what_run_did(run: Run) -> str:
    """A summary of a run: what it changed and, unless it succeeded, how it ended."""
    done = changes(run.counts)
    if run.ended is None:
        return tr("{done}; did not finish", done=done) if done else tr("did not finish")
    if run.status == ExitStatus.DONE:
        return done or tr("no changes")
    if run.status == ExitStatus.PARTIAL:
        failed = sum(not failure.is_remark for failure in run.failures)
        remarks = [tr(_REMARKS[f.code]) for f in run.failures if f.is_remark]
        counted_failures = [trn("{count} item failed", "{count} items failed", failed)] if failed else []
        return "; ".join((done or tr("no changes"), *dict.fromkeys(remarks), *counted_failures))
    why = f"{run.ended_by.code}: {tr(run.ended_by.message)}" if run.ended_by else _meaning(run.status)
    return tr("{done}; ended by {reason}", done=done, reason=why) if done else tr("ended by {reason}", reason=why)


def _meaning(status: int | None) -> str:
    return tr(EXIT_MEANINGS[ExitStatus(status)]) if status in set(ExitStatus) else tr("status {status}", status=str(status))


def _what_happened(event: Event) -> str:
    """The details of an event, in one line."""
    detail = event.detail
    if event.outcome is Outcome.FAILURE:
        return _message(event, "message", "note", "found")
    match event.type:
        case EventType.CAPTURE:
            return tr("{size} downloaded from Drive", size=size(detail["bytes"]))
        case EventType.DIGEST:
            return f"SHA-256 {detail['sha256'][:16]}…"
        case EventType.FIXITY:
            return tr("matches {what}", what=event.message("compared_with") or msg("the catalogue"))
        case EventType.EXTRACTION:
            read = counted(detail["sections"], detail["unit"])
            return tr(text_summary(detail["text"]) if "text" in detail else read)
        case EventType.RENAMING:
            return f"{detail.get('from', '')} → {detail['path']}: {_message(event, 'reason')}"
        case EventType.WITHDRAWAL:
            return tr("{reason}; its bytes are kept", reason=event.message("reason") or "")
        case _:
            return _message(event, "reason")


def _message(event: Event, *names: str) -> str:
    """The first of these messages that the detail of an event has; empty when it has none."""
    return next((tr(message) for name in names if (message := event.message(name))), "")
