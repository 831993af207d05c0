"""`materials status`: show what the archive holds and how the last runs ended; with --max-age, check it for a monitor."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from materials_cli.catalogue.runs import misdated_success
from materials_cli.cli.actions import changes
from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption
from materials_cli.cli.described import about_row, told_of
from materials_cli.cli.lacking import folded
from materials_cli.cli.layout import cells, padded
from materials_cli.cli.output import ago, moment, out, print_hanging, print_json, print_rows, print_wrapped, safe, styled
from materials_cli.config import Collection
from materials_cli.dates import read_duration
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.manifest import rfc3339, run_row
from materials_cli.messages import Message, counted, msg, number, size, tr, trn
from materials_cli.model import Item, Run, State
from materials_cli.notify.outbox import FILE as OUTBOX
from materials_cli.notify.outbox import from_json
from materials_cli.store.doubts import doubted
from materials_cli.store.lock import holder

_FEW_NOTES = 3


def status(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age",
            metavar="36h",
            help="For monitoring: print one line, exit with status 3 if the last success is older.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            metavar="N",
            min=1,
            help="Maximum number of failures and notes per collection.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show what the archive holds and how the last sync went.

    Example: materials status --max-age 36h
    """
    oldest = age(max_age) if max_age else None
    here = ArchiveContext.of(context, archive)
    chosen = here.collections(collections)
    with here.catalogue() as catalogue:
        items = catalogue.items(here.slugs(collections))
        runs = catalogue.last_runs()
        successes = catalogue.last_successes()
        misdated = catalogue.misdated()
    fresh, line = verdict(_followed(chosen), successes, oldest) if oldest else (None, "")
    working = holder(here.store.inner / "lock") if here.store.inner.is_dir() else None
    rows = [
        _status_row(c, [i for i in items if i.collection == c.slug], runs.get(c.slug), doubted(here.store, c.slug))
        for c in chosen
    ]
    for row in rows:
        _judge(row, misdated.get(row["collection"]), running=working is not None)
    if as_json:
        well = {"well": bool(rows) and all(row["well"] for row in rows)}
        print_json(
            "materials/status@1", rows, archive=str(here.config.archive), **well, **({} if fresh is None else {"fresh": fresh})
        )
    elif fresh is None:
        _print_status(here.config.archive, rows, misdated, limit)
        _print_verdict(rows, successes, working, len(from_json(here.store.read_state(OUTBOX))))
    else:
        print_rows([(line,)])
    if fresh is False:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _print_status(
    archive: Path, rows: Iterable[Mapping[str, Any]], misdated: Mapping[str, datetime], limit: int | None
) -> None:
    """Print the status of the archive, collection by collection."""
    print_hanging(out(), styled(f"{tr('Archive')}  ", "bold"), archive, "bold")
    failed, note, text = _columns(tr("failed"), tr("note"), tr("text"))
    for status in rows:
        out().print()
        title = f"  {safe(status['title'])}" if status["title"] else ""
        print_wrapped(out(), styled(status["collection"], "bold").append(title))
        if status["event"]:
            print_wrapped(out(), styled(f"  {safe(told_of(status['event']))}", "dim"))
        print_wrapped(out(), styled(_held(status)))
        if status["detached"]:
            print_wrapped(out(), styled(f"  {tr('detached: kept as it is, and not synced')}", "yellow"))
        slug, run = status["collection"], status["last_run"]
        if slug in misdated:
            print_hanging(out(), styled(f"  {note}  ", "yellow"), misdated_success(slug, misdated[slug]), "yellow")
        if run is None:
            if not status["detached"]:
                print_wrapped(out(), styled(f"  {tr('never synced. Next: materials sync')}"))
            continue
        line = tr(
            "last run {time}: {ending}; {changes}",
            time=moment(datetime.fromisoformat(run["started"])),
            ending=_ending(run),
            changes=changes(run["counts"]) or tr("no changes"),
        )
        print_wrapped(out(), styled(f"  {line}"))
        _print_notes(failed, "red", [f"{_placed(slug, row['path'])}: {tr(row['message'])}" for row in run["failures"]], limit)
        _print_notes(note, "yellow", [f"{slug}: {tr(notice)}" for notice in run["notices"]], None)
        notes = [f"{row['path']}: {tr(row['note'])}" for row in status["notes"]]
        if len(notes) > _FEW_NOTES and limit is None:
            notes = folded([row["note"] for row in status["notes"]])
        _print_notes(text, "dim", notes, limit)


def _held(status: Mapping[str, Any]) -> str:
    """What a collection holds, in one line."""
    held = f"  {tr(counted(status['held'], 'item'))}, {tr(size(status['bytes']))}"
    if status["withdrawn"]:
        withdrawn = status["withdrawn"]
        kept = trn("{count} withdrawn by the owner and kept", "{count} withdrawn by the owner and kept", withdrawn)
        held = f"{held}; {kept}"
    if count := status["waiting"]:
        waiting = trn("{count} with new content that waits", "{count} with new content that waits", count)
        held = f"{held}; {waiting}"
    return held


def _print_notes(label: str, style: str, notes: Sequence[str], limit: int | None) -> None:
    for note in notes[:limit]:
        print_hanging(out(), styled(f"  {label}  ", style), note, style)
    if limit and (more := len(notes) - limit) > 0:
        rest = tr("… and {count} more: materials status --json", count=number(more))
        print_wrapped(out(), styled(f"  {label}  {rest}", "dim"))


def _status_row(collection: Collection, items: Sequence[Item], run: Run | None, doubtful: frozenset[str]) -> dict[str, Any]:
    """The status of a collection as a JSON object. doubtful: the ids whose files were found damaged or missing."""
    held = [item for item in items if item.state is State.HELD]
    return {
        "collection": collection.slug,
        "title": collection.title,
        "link": collection.link,
        "event": about_row(collection),
        "detached": collection.detached,
        "held": len(held),
        "bytes": sum(item.fixity.size for item in held),
        "withdrawn": len(items) - len(held),
        "waiting": sum(item.replacement is not None for item in held),
        "damaged": len(doubtful.intersection(item.id for item in items)),
        "notes": [{"path": item.path, "id": item.id, "note": item.note} for item in held if item.note],
        "last_run": run and run_row(run),
    }


def _columns(*labels: str) -> list[str]:
    width = max(map(cells, labels))
    return [padded(label, width) for label in labels]


def _placed(slug: str, path: str) -> str:
    """What failed, with its collection."""
    return path if path == slug or path.startswith(f"{slug}/") else f"{slug}: {path}"


def _judge(row: dict[str, Any], misdated: datetime | None, *, running: bool) -> None:
    """Add whether the last run of a collection leaves nothing to look at."""
    row["misdated_success"] = rfc3339(misdated)
    status = row["last_run"] and row["last_run"]["status"]
    fine = status == ExitStatus.DONE or (running and status is None)
    row["well"] = not row["damaged"] and (row["detached"] or (row["last_run"] is not None and fine and not misdated))


def _print_verdict(
    rows: Sequence[Mapping[str, Any]], successes: Mapping[str, datetime], working: Message | None, waiting: int
) -> None:
    """Print, in one line, whether anything needs a look."""
    parts = _to_do(rows, waiting)
    well = not parts
    if well and all(row["detached"] for row in rows):
        parts.append(tr("No problems: {count}, detached and no longer synced.", count=counted(len(rows), "collection")))
    elif well:
        oldest = min(
            (successes[row["collection"]] for row in rows if row["collection"] in successes and not row["detached"]),
            default=datetime.now(UTC),
        )
        parts.append(tr("No problems: {count}, up to date {ago}.", count=counted(len(rows), "collection"), ago=ago(oldest)))
    if working:
        parts.append(tr("Running now: {holder}", holder=working))
    out().print()
    print_wrapped(out(), styled("; ".join(parts), "green" if well else "bold yellow"))


def _to_do(rows: Sequence[Mapping[str, Any]], waiting: int) -> list[str]:
    """What needs a look, each in one phrase."""
    new = [row["collection"] for row in rows if row["last_run"] is None and not row["detached"]]
    bad = [row["collection"] for row in rows if row["last_run"] is not None and not row["well"] and not row["damaged"]]
    damaged = sum(row["damaged"] for row in rows)
    parts = [] if rows else [tr("No folder has been added to this archive. Next: materials add LINK")]
    if bad:
        count = counted(len(bad), "collection")
        parts.append(
            tr("Problems in {count}: {names}. For causes and fixes: materials doctor", count=count, names=", ".join(bad))
        )
    if damaged:
        parts.append(
            trn(
                "{count} file is damaged or missing; to restore it: materials sync",
                "{count} files are damaged or missing; to restore them: materials sync",
                damaged,
            )
        )
    if new:
        parts.append(tr("Not synced yet: {names}. Next: materials sync", names=", ".join(new)))
    if waiting:
        parts.append(
            trn(
                "{count} notification could not be delivered yet: materials notify",
                "{count} notifications could not be delivered yet: materials notify",
                waiting,
            )
        )
    return parts


def _ending(run: Mapping[str, Any]) -> str:
    if run["status"] is None:
        return tr("did not finish")
    return tr("ended with status {status}", status=str(run["status"])) if run["status"] else tr("no problems")


def age(text: str) -> timedelta:
    """Parse a duration: 36h, 2d, 90m, 1w; raise bad_usage."""
    try:
        return read_duration(text)
    except ValueError as error:
        what = msg("“{text}” is not a duration.", text=text)
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Write it like 90m, 36h, 2d or 1w.")) from error


def stale(collections: Sequence[str], successes: Mapping[str, datetime], limit: timedelta) -> list[str]:
    """The collections whose last success is older than the limit."""
    now = datetime.now(UTC)
    return [slug for slug in collections if slug not in successes or now - successes[slug] > limit]


def _followed(chosen: Sequence[Collection]) -> list[str]:
    """The collections whose age counts; all, if none of them is synced any more."""
    return [c.slug for c in chosen if not c.detached] or [c.slug for c in chosen]


def verdict(collections: Sequence[str], successes: Mapping[str, datetime], limit: timedelta) -> tuple[bool, str]:
    """Whether all collections are recent enough, and a line that says so."""
    if not collections:
        return False, tr("stale: no folder has been added to this archive")
    if late := stale(collections, successes, limit):
        ages = (f"{slug} ({ago(successes[slug]) if slug in successes else tr('never')})" for slug in late)
        return False, tr("stale: last brought up to date: {collections}", collections=", ".join(ages))
    oldest = min(successes[slug] for slug in collections)
    followed = counted(len(collections), "collection")
    return True, tr("ok: {collections}, brought up to date {ago}", collections=followed, ago=ago(oldest))
