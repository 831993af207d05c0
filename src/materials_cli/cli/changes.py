"""Commands about what has changed: the history of runs and items, a digest for people, two versions of a deck compared."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.context import (
    ArchiveOption,
    CollectionOption,
    ItemArgument,
    JsonOption,
    find_item,
    open_catalogue,
    open_settings,
)
from materials_cli.cli.output import out, print_json, print_raw, print_rows, say
from materials_cli.errors import MaterialsError
from materials_cli.export.manifest import rfc3339
from materials_cli.messages import counted, english, tr

if TYPE_CHECKING:
    from materials_cli.catalogue.records import Catalogue
    from materials_cli.model import Run


class Form(StrEnum):
    """How `changes` tells it."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


class DiffForm(StrEnum):
    """How `diff` shows it."""

    TEXT = "text"
    HTML = "html"


LimitOption = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, max=100_000, help="At most this many, the newest.")
]


def history(
    context: typer.Context,
    item: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ITEM]", help="A path, an id, or words of the name; else all runs.", show_default=False),
    ] = None,
    *,
    collection: CollectionOption = None,
    limit: LimitOption = 20,
    check: Annotated[bool, typer.Option("--check", help="Prove that nobody changed the history afterwards.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Tell what was done, run by run; or what happened to one item.

    Example: materials history georgia
    """
    from materials_cli.cli import tidings  # noqa: PLC0415 - `--help` shall not wait for it

    settings = open_settings(context, archive)
    chosen = [c.slug for c in settings.chosen(collection or [])] if collection else []
    with open_catalogue(settings) as catalogue:
        if check:
            _check(catalogue, as_json=as_json)
            return
        if item:
            found = find_item(catalogue, item)
            events = catalogue.history(found, limit)
            if as_json:
                rows = [tidings.event_row(event) for event in events]
                print_json("materials/history@1", rows, collection=found.collection, id=found.id, path=found.path)
            elif out().is_terminal:
                tidings.print_events(found, events)
            else:
                print_rows(tidings.event_cells(event) for event in events)
            if not events:
                say(tr("Nothing is known of it from before this program wrote a history."))
            return
        runs = catalogue.runs(chosen, limit=limit)
    if as_json:
        from materials_cli.export.manifest import run_row  # noqa: PLC0415 - a table needs none of it

        print_json("materials/history@1", [run_row(run) for run in runs])
    elif out().is_terminal:
        tidings.print_runs(runs)
    else:
        print_rows(tidings.run_cells(run) for run in runs)
    if not runs:
        say(tr("There was no run yet. Next: materials sync"))


def changes(
    context: typer.Context,
    *,
    since: Annotated[
        str,
        typer.Option("--since", metavar="last|DATE|RUN", help="The last run; on or after a day; after the run of this number."),
    ] = "last",
    collection: CollectionOption = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="How to tell it.")] = Form.TEXT,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Tell what has changed.

    New, replaced, renamed and withdrawn items, and what became of their texts.

    Example: materials changes --since 2025-06-01
    """
    from materials_cli.cli import tidings  # noqa: PLC0415 - see history()
    from materials_cli.export import digest as telling  # noqa: PLC0415
    from materials_cli.export.manifest import run_row  # noqa: PLC0415
    from materials_cli.history.digest import digest  # noqa: PLC0415 - the other commands need no digest

    settings = open_settings(context, archive)
    chosen = [c.slug for c in settings.chosen(collection or [])] if collection else []
    with open_catalogue(settings) as catalogue:
        runs = _runs_since(catalogue, since, chosen)
        brought = digest(runs, catalogue.events(runs))
        earlier = catalogue.runs(chosen, changing=True, limit=1)
    if as_json:
        print_json(
            "materials/changes@1",
            [telling.changed_row(change) for change in brought.changed],
            since=since,
            summary=dict(telling.summary(brought)),
            runs=[run_row(run) for run in brought.runs],
            head=brought.head or None,
        )
    elif form is Form.HTML:
        print_raw(telling.to_html(brought, tr("What has changed in {archive}", archive=settings.archive.name)))
    elif form is Form.MARKDOWN:
        print_raw(telling.to_markdown(brought))
    elif out().is_terminal:
        tidings.print_chapters(telling.chapters(brought, 20))
    else:
        print_raw(telling.to_text(brought))
    if not runs:
        say(tr("There was no run since then.") if earlier else tr("There was no run yet. Next: materials sync"))
    elif not brought.changed and earlier:
        say(tr("The last run that changed something: materials changes --since {run}", run=earlier[0].id - 1))


def diff(
    context: typer.Context,
    item: ItemArgument,
    *,
    version: Annotated[
        str,
        typer.Option(
            "--from", metavar="VERSION", help="Counted back (1: the one before), a day, or the beginning of a SHA-256."
        ),
    ] = "1",
    form: Annotated[DiffForm, typer.Option("--format", "-f", help="How to show it.")] = DiffForm.TEXT,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Compare an item with its earlier version.

    Slide by slide and word by word.

    Example: materials diff georgia --from 1
    """
    from materials_cli.cli import tidings  # noqa: PLC0415 - see history()
    from materials_cli.cli.versions import find_version, text_of  # noqa: PLC0415
    from materials_cli.diff import compare  # noqa: PLC0415 - the other commands compare nothing
    from materials_cli.export import difference  # noqa: PLC0415
    from materials_cli.extract.pool import Pool  # noqa: PLC0415
    from materials_cli.store.mirror import Store  # noqa: PLC0415

    settings = open_settings(context, archive)
    with open_catalogue(settings) as catalogue:
        found = find_item(catalogue, item)
        was = find_version(found, catalogue.versions(found.collection, found.id), version)
    store = Store(settings.archive)
    with Pool(1) as pool:
        before = text_of(pool, store.version_path(was.fixity.sha256), was.path)
        after = text_of(pool, store.held_path(found), found.path)
    comparison = compare(before, after)
    if as_json:
        print_json(
            "materials/diff@1",
            [difference.change_row(change) for change in comparison.changes],
            collection=found.collection, id=found.id, path=found.path, text=dict(comparison.counts()),
            **{"from": tidings.version_row(was), "to": {"sha256": found.fixity.sha256, "fetched": rfc3339(found.fetched)}},
        )  # fmt: skip
    elif form is DiffForm.HTML:
        print_raw(difference.to_html(comparison, found.path.rpartition("/")[2], tidings.facts(found, was)))
    elif out().is_terminal:
        tidings.print_difference(comparison, found, was)
    else:
        print_raw(difference.to_text(comparison))


def _check(catalogue: "Catalogue", *, as_json: bool) -> None:
    """Say whether all hashes are right; raise broken_history when they are not."""
    chain = catalogue.check_history()
    if as_json:
        print_json("materials/history-check@1", [{"events": chain.events, "head": chain.head, "broken": chain.broken}])
    if chain.broken is not None:
        what = english("Event {number} of {count} is not as it was written.", number=chain.broken, count=chain.events)
        raise MaterialsError("broken_history", what)
    if not as_json:
        say(
            tr(
                "{events}, none of them changed afterwards. The hash of the last: {hash}",
                events=counted(chain.events, "event"),
                hash=chain.head or tr("none"),
            )
        )


def _runs_since(catalogue: "Catalogue", since: str, chosen: list[str]) -> "list[Run]":
    if since == "last":
        return [run for run in catalogue.last_runs().values() if not chosen or run.collection in chosen]
    if since.isdecimal() and len(since) < 8:
        return catalogue.runs(chosen, after=int(since))
    return catalogue.runs(chosen, since=day_or_moment(since))


def day_or_moment(text: str) -> datetime:
    """A date, or a date and time, of this computer's own time unless it says otherwise; raise bad_usage."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise MaterialsError(
            "bad_usage", english("This is neither “last”, nor a date, nor the number of a run."), where=text,
            fix=english("For example: --since last, --since 2025-06-01, --since 12"),
        ) from error  # fmt: skip
