"""`materials status`: show what the archive holds and how the last runs ended; with --max-age, check it for a monitor."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from materials_cli.catalogue.runs import misdated_success, unknown_runs
from materials_cli.catalogue.sources import for_signs
from materials_cli.catalogue.verifications import Proven, proven, verified_line
from materials_cli.cli.actions import changes
from materials_cli.cli.condition import Condition, condition_of
from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption, limit_option
from materials_cli.cli.freshness import age, followed, verdict
from materials_cli.cli.lacking import folded
from materials_cli.cli.layout import cells, padded
from materials_cli.cli.output import ago, moment, out, print_hanging, print_json, print_rows, print_wrapped, safe, styled
from materials_cli.cli.sources import show_sources, write_letters
from materials_cli.cli.trust import permitted
from materials_cli.codes import REMARKS
from materials_cli.config import Collection, Config
from materials_cli.custody.losses import Loss, open_losses
from materials_cli.errors import ExitStatus
from materials_cli.messages import Message, combined, counted, number, size, tr, trn
from materials_cli.model import Run
from materials_cli.notify.outbox import FILE as OUTBOX
from materials_cli.notify.outbox import waiting
from materials_cli.sources.look import look
from materials_cli.store.doubts import doubted
from materials_cli.store.lock import holder

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue

_FEW_NOTES = 3


def status(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age", metavar="36h", help="For monitoring: print one line, exit with status 3 if the last success is older."
        ),
    ] = None,
    limit: Annotated[int | None, limit_option("Maximum number of failures and notes per collection.")] = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="Show which sources may soon vanish, and which items are last copies.")
    ] = False,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="en|ru|ko", help="With --sources: letters to the owners, ready to copy.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="With --sources: write the letters to a new folder.")
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show what the archive holds and how the last sync went.

    With --sources, shows instead what may soon vanish from Drive: dead links, idle accounts, abandoned folders.

    Example: materials status --max-age 36h
    """
    if any((sources, letter, to)):
        _of_sources(ArchiveContext.of(context, archive), collections, letter, to)
        return
    oldest = age(max_age) if max_age else None
    here = ArchiveContext.of(context, archive)
    chosen = here.collections(collections)
    with here.catalogue() as catalogue:
        found, about = _look(here, catalogue, chosen)
    fresh, line = verdict(followed(chosen), about.successes, oldest, about.forgotten) if oldest else (None, "")
    if as_json:
        whole = {
            "archive": str(here.config.archive),
            "well": bool(found) and all(each.well for each in found) and not about.losses and not about.unused,
            "lost": [
                {"place": loss.place, "collection": loss.collection or None, "reason": loss.reason} for loss in about.losses
            ],
            "unused_settings": about.unused,
            "endangered": about.endangered,
        }
        print_json("materials/status@1", [each.row() for each in found], **whole, **({} if fresh is None else {"fresh": fresh}))
    elif fresh is None:
        _print_status(here.config, found, about, limit)
        _print_verdict(found, about)
    else:
        print_rows([(line,)])
    if fresh is False:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _of_sources(here: ArchiveContext, collections: list[str] | None, letter: str | None, to: Path | None) -> None:
    chosen = here.collections(collections)
    if letter or to:
        write_letters(here, chosen, letter, to)
    else:
        show_sources(here, chosen)


class _About(NamedTuple):
    """What there is to say of the whole archive.

    unused: settings that do not count. working: the run in progress. waiting: how many notifications were not
    delivered. endangered: how many items may soon vanish from Drive.
    """

    successes: Mapping[str, datetime]
    forgotten: Mapping[str, datetime]
    losses: Sequence[Loss]
    unused: Message | None
    working: Message | None
    waiting: int
    endangered: int


def _look(here: ArchiveContext, catalogue: "Catalogue", chosen: Sequence[Collection]) -> tuple[list[Condition], _About]:
    """The condition of each collection, and of the whole."""
    slugs = [collection.slug for collection in chosen]
    runs, now = catalogue.last_runs(), datetime.now(UTC)
    about = _About(
        successes=catalogue.last_successes(),
        forgotten=catalogue.forgotten(),
        losses=[loss for loss in open_losses(here.store, catalogue) if loss.collection in {"", *slugs}],
        unused=combined(permitted(here.config).notice, *(wrong for each in chosen for wrong in each.about.notices)),
        working=holder(here.store.lock_file) if here.store.inner.is_dir() else None,
        waiting=len(waiting(here.store.read_state(OUTBOX), here.config.notify)),
        endangered=len(look(catalogue, here.config.collections, now, for_signs(catalogue.connection)).of(slugs).endangered),
    )
    checked, misdated = proven(catalogue.connection, slugs), catalogue.misdated()
    found = [
        condition_of(
            c,
            catalogue.items([c.slug]),
            runs.get(c.slug),
            checked.get(c.slug, Proven()),
            doubted(here.store, c.slug),
            misdated=misdated.get(c.slug),
            forgotten=about.forgotten.get(c.slug),
            running=about.working is not None,
        )
        for c in chosen
    ]
    return found, about


class _Labels(NamedTuple):
    """What the lines below a collection begin with, all of one width."""

    failed: str
    note: str
    text: str
    lost: str


def _print_status(config: Config, found: Iterable[Condition], about: _About, limit: int | None) -> None:
    """Print the status of the archive, collection by collection."""
    print_hanging(out(), styled(f"{tr('Archive')}  ", "bold"), config.archive, "bold")
    if config.store:
        print_hanging(out(), styled(f"{tr('Object store')}  ", "bold"), config.store, "bold")
    labels = _Labels(*_columns(tr("failed"), tr("note"), tr("text"), tr("lost")))
    _print_notes(
        labels.lost, "red", [f"{loss.place}: {tr(loss.reason)}" for loss in about.losses if not loss.collection], limit
    )
    for each in found:
        _print_collection(each, about, labels, limit)


def _print_collection(each: Condition, about: _About, labels: _Labels, limit: int | None) -> None:
    """Print what a collection holds, what was lost of it, and its last run."""
    slug, collection = each.slug, each.collection
    out().print()
    title = f"  {safe(collection.title)}" if collection.title not in {"", slug} else ""
    print_wrapped(out(), styled(slug, "bold").append(title))
    if collection.about:
        print_wrapped(out(), styled(f"  {safe(collection.about.line(''))}", "dim"))
    print_wrapped(out(), styled(_held(each)))
    if collection.detached:
        print_wrapped(out(), styled(f"  {tr('detached: kept as it is, and not synced')}", "yellow"))
    if each.misdated:
        print_hanging(out(), styled(f"  {labels.note}  ", "yellow"), misdated_success(slug, each.misdated), "yellow")
    losses = [loss for loss in about.losses if loss.collection == slug]
    _print_notes(labels.lost, "red", [_below(slug, loss.place, tr(loss.reason)) for loss in losses], limit)
    if each.run:
        _print_run(slug, each.run, labels, limit)
    elif not collection.detached:
        print_wrapped(out(), styled(f"  {_without_run(each)}"))
    if each.checked.last:
        print_wrapped(out(), styled(f"  {tr(verified_line(each.checked, moment))}"))
    _print_texts(each, labels, limit)


def _print_run(slug: str, run: Run, labels: _Labels, limit: int | None) -> None:
    line = tr(
        "last run {time}: {ending}; {changes}",
        time=moment(run.started),
        ending=_ending(run),
        changes=changes(run.counts) or tr("no changes"),
    )
    print_wrapped(out(), styled(f"  {line}"))
    said: dict[bool, list[str]] = {False: [], True: []}
    for failure in run.failures:
        said[failure.code in REMARKS].append(_below(slug, failure.path, tr(failure.message)))
    _print_notes(labels.failed, "red", said[False], limit)
    _print_notes(labels.note, "yellow", said[True] + [tr(notice) for notice in run.notices], None)


def _print_texts(each: Condition, labels: _Labels, limit: int | None) -> None:
    """Print which items have no text, or how many if that would be a long list."""
    known = [(item.path, item.note) for item in each.lacking if item.note]
    notes = [_below(each.slug, path, tr(note)) for path, note in known]
    if len(notes) > _FEW_NOTES and limit is None:
        notes = folded([note for _, note in known])
    _print_notes(labels.text, "dim", notes, limit)


def _held(each: Condition) -> str:
    """What a collection holds, in one line."""
    held = f"  {tr(counted(each.held, 'item'))}, {tr(size(each.bytes))}"
    if each.withdrawn:
        kept = trn("{count} withdrawn by the owner and kept", "{count} withdrawn by the owner and kept", each.withdrawn)
        held = f"{held}; {kept}"
    if count := each.waiting:
        waiting = trn("{count} with new content that waits", "{count} with new content that waits", count)
        held = f"{held}; {waiting}"
    return held


def _print_notes(label: str, style: str, notes: Sequence[str], limit: int | None) -> None:
    for note in notes[:limit]:
        print_hanging(out(), styled(f"  {label}  ", style), note, style)
    if limit and (more := len(notes) - limit) > 0:
        rest = tr("… and {count} more: materials status --json", count=number(more))
        print_wrapped(out(), styled(f"  {label}  {rest}", "dim"))


def _columns(*labels: str) -> list[str]:
    width = max(map(cells, labels))
    return [padded(label, width) for label in labels]


def _below(slug: str, path: str, text: str) -> str:
    """What concerns a path, below the name of its collection, which is not repeated."""
    place = path.removeprefix(f"{slug}/")
    return text if place in {"", slug} else f"{place}: {text}"


def _without_run(each: Condition) -> str:
    """What there is to say of a collection of which no run is known."""
    if each.forgotten and each.last_fetched:
        unknown, newest = unknown_runs(each.forgotten), moment(each.last_fetched)
        return tr("last run {unknown}; last download {time}. Next: materials sync", unknown=unknown, time=newest)
    return tr("never synced. Next: materials sync")


def _print_verdict(found: Sequence[Condition], about: _About) -> None:
    """Print, in one line, whether anything needs a look."""
    parts = _to_do(found, about)
    well, count = not parts, counted(len(found), "collection")
    if well and all(each.collection.detached for each in found):
        parts.append(tr("No problems: {count}, detached and no longer synced.", count=count))
    elif well:
        successes = [about.successes.get(each.slug) for each in found if not each.collection.detached]
        known = list(filter(None, successes))
        if len(known) == len(successes):
            oldest = min(known)
            parts.append(tr("No problems: {count}, up to date {ago}.", count=count, ago=ago(oldest)))
        else:  # the first run is in progress
            parts.append(tr("No problems so far: {count}, not yet up to date.", count=count))
    if about.working:
        parts.append(tr("Running now: {holder}", holder=about.working))
    out().print()
    print_wrapped(out(), styled("; ".join(parts), "green" if well else "bold yellow"))


def _to_do(found: Sequence[Condition], about: _About) -> list[str]:
    """What needs a look, each in one phrase."""
    if not found:
        return [tr("No folder has been added to this archive. Next: materials add LINK")]
    new = ", ".join(each.slug for each in found if each.run is None and not each.collection.detached)
    partly = [each.slug for each in found if each.partly_here]
    bad = [each.slug for each in found if each.problematic]
    problems = tr(
        "Problems in {count}: {names}. For causes and fixes: materials doctor",
        count=counted(len(bad), "collection"),
        names=", ".join(bad),
    )
    damaged = trn(
        "{count} item is damaged or missing; to restore it: materials verify --repair",
        "{count} items are damaged or missing; to restore them: materials verify --repair",
        number_damaged := sum(each.damaged for each in found),
    )
    lost = trn(
        "{count} could not be recovered when the catalogue was rebuilt: materials doctor",
        "{count} could not be recovered when the catalogue was rebuilt: materials doctor",
        len(about.losses),
    )
    undelivered = trn(
        "{count} notification could not be delivered yet: materials notify",
        "{count} notifications could not be delivered yet: materials notify",
        about.waiting,
    )
    endangered = trn(
        "{count} item may soon vanish from Drive: materials status --sources",
        "{count} items may soon vanish from Drive: materials status --sources",
        about.endangered,
    )
    phrases = {
        problems: bad,
        damaged: number_damaged,
        lost: about.losses,
        tr("Not synced yet: {names}. Next: materials sync", names=new): new,
        tr("Not all of it is here yet: {names}. Next: materials sync", names=", ".join(partly)): partly,
        tr(about.unused or ""): about.unused,
        undelivered: about.waiting,
        endangered: about.endangered,
    }
    return [phrase for phrase, applies in phrases.items() if applies]


def _ending(run: Run) -> str:
    if run.status is None:
        return tr("did not finish")
    return tr("ended with status {status}", status=str(run.status)) if run.status else tr("no problems")
