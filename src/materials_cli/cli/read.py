"""Commands that look into the archive. None of them talks to Google, or imports what does."""

import fnmatch
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from materials_cli.cli import pages
from materials_cli.cli.context import (
    ArchiveOption,
    CollectionOption,
    ItemArgument,
    JsonOption,
    find_item,
    open_catalogue,
    open_settings,
)
from materials_cli.cli.freshness import age, verdict
from materials_cli.cli.output import out, print_json, print_raw, print_rows, say
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.export.manifest import row, to_csv, to_jsonl
from materials_cli.kinds import Kind
from materials_cli.messages import english, tr
from materials_cli.model import Item, State
from materials_cli.store.mirror import Store


class Sort(StrEnum):
    """What `list` sorts by."""

    PATH = "path"
    NAME = "name"
    MODIFIED = "modified"
    SIZE = "size"


class Format(StrEnum):
    """What `list` prints."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"
    PATHS = "paths"


_EARLY = datetime.min.replace(tzinfo=UTC)
_SORT_KEYS: dict[Sort, Callable[[Item], Any]] = {
    Sort.PATH: lambda item: (item.path.split("/")[:-1], item.path),
    Sort.NAME: lambda item: (item.remote.name.casefold(), item.path),
    Sort.MODIFIED: lambda item: (item.remote.modified or _EARLY, item.path),
    Sort.SIZE: lambda item: (item.fixity.size, item.path),
}
_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def list_items(  # noqa: PLR0913 - each argument is an option of the command
    context: typer.Context,
    *,
    collection: CollectionOption = None,
    kind: Annotated[
        list[Kind] | None, typer.Option("--kind", "-k", help="Only this kind (may be repeated).", show_default=False)
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", "-n", metavar="PATTERN", help="Only names like this: *georgia*, 2025-??.pdf.", show_default=False
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", metavar="YYYY-MM-DD", formats=_DATES, help="Modified on or after this day.", show_default=False
        ),
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option("--before", metavar="YYYY-MM-DD", formats=_DATES, help="Modified before this day.", show_default=False),
    ] = None,
    sort: Annotated[Sort, typer.Option("--sort", "-s", help="Sort by this.")] = Sort.PATH,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Turn the order round.")] = False,
    tree: Annotated[bool, typer.Option("--tree", help="Draw the folders as a tree.")] = False,
    withdrawn: Annotated[bool, typer.Option("--all", "-a", help="Also what the owner has withdrawn.")] = False,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to print it.")] = Format.TABLE,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """List what the archive holds.

    Example: materials list --kind slides --since 2025-06-01
    """
    if as_json and form is not Format.TABLE:
        what = english("--json and --format {format} are two answers.", format=form)
        raise MaterialsError("bad_usage", what, fix=english("Keep one of them."))
    settings = open_settings(context, archive)
    chosen = [c.slug for c in settings.chosen(collection or [])] if collection else []
    with open_catalogue(settings) as catalogue:
        everything = catalogue.items(chosen)
    items = [
        item
        for item in everything
        if (withdrawn or item.state is State.HELD)
        and (not kind or item.kind in kind)
        and (name is None or _fits(item, name))
        and (since is None or (item.remote.modified or _EARLY) >= since.astimezone(UTC))
        and (before is None or (item.remote.modified or _EARLY) < before.astimezone(UTC))
    ]
    items.sort(key=_SORT_KEYS[sort], reverse=reverse)
    if as_json:
        print_json("materials/list@1", [row(item) for item in items])
    elif form is Format.CSV:
        print_raw(to_csv(items))
    elif form is Format.JSONL:
        print_raw(to_jsonl(items))
    elif form is Format.PATHS:
        print_raw("".join(f"{item.path}\n" for item in items))
    elif tree:
        pages.print_tree(items)
    elif out().is_terminal and items:
        pages.print_table(items, Store(settings.archive).held_path, grouped=sort is Sort.PATH)
        hidden = sum(item.state is State.WITHDRAWN for item in everything) if not withdrawn else 0
        pages.print_totals(items, hidden)
    else:
        print_rows(pages.cells(item) for item in items)
    if not items and not everything:
        say(tr("The archive holds nothing yet. Next: materials sync"))
    elif not items:
        say(tr("Nothing fits."))


def show(context: typer.Context, item: ItemArgument, *, as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Show all that is known of one item, and its outline.

    Example: materials show georgia
    """
    settings = open_settings(context, archive)
    with open_catalogue(settings) as catalogue:
        found = find_item(catalogue, item)
        text = catalogue.text(found.collection, found.id)
        versions = catalogue.versions(found.collection, found.id)
    if as_json:
        print_json("materials/show@1", [pages.full_row(found, text, versions)])
    else:
        pages.print_item(found, text, versions, Store(settings.archive).held_path(found))


def status(
    context: typer.Context,
    *,
    max_age: Annotated[
        str | None,
        typer.Option("--max-age", metavar="36h", help="For monitoring: one line; status 3 when older.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Say what is held, when it was last synced and what failed.

    Example: materials status --max-age 36h
    """
    limit = age(max_age) if max_age else None
    settings = open_settings(context, archive)
    with open_catalogue(settings) as catalogue:
        items = catalogue.items()
        runs = catalogue.last_runs()
        successes = catalogue.last_successes()
    fresh, line = verdict([c.slug for c in settings.collections], successes, limit) if limit else (None, "")
    rows = [pages.status_row(c, [i for i in items if i.collection == c.slug], runs.get(c.slug)) for c in settings.collections]
    if as_json:
        print_json("materials/status@1", rows, archive=str(settings.archive), **({} if fresh is None else {"fresh": fresh}))
    elif fresh is None:
        pages.print_status(settings.archive, rows)
    else:
        print_rows([(line,)])
    if fresh is False:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _fits(item: Item, pattern: str) -> bool:
    """A name pattern: with wildcards as in a shell, else any part of the name."""
    wanted = pattern.casefold() if any(c in pattern for c in "*?[") else f"*{pattern.casefold()}*"
    names: Sequence[str] = (item.remote.name, item.path.rpartition("/")[2])
    return any(fnmatch.fnmatchcase(name.casefold(), wanted) for name in names)
