"""Commands that look into the archive. None of them talks to Google, or imports what does."""

import fnmatch
import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from materials_cli.cli import pages
from materials_cli.cli.freshness import age, verdict
from materials_cli.cli.options import (
    ArchiveOption,
    CollectionOption,
    ItemArgument,
    JsonOption,
    find_item,
    open_catalogue,
    open_settings,
)
from materials_cli.cli.render import out, print_json, print_raw, print_rows, say
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.export.manifest import row, to_csv, to_jsonl
from materials_cli.kinds import Kind
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
        typer.Option("--since", formats=_DATES, help="Modified on or after this day.", show_default=False),
    ] = None,
    before: Annotated[
        datetime | None, typer.Option("--before", formats=_DATES, help="Modified before this day.", show_default=False)
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
    elif out().is_terminal:
        pages.print_table(items, grouped=sort is Sort.PATH)
        hidden = sum(item.state is State.WITHDRAWN for item in everything) if not withdrawn else 0
        pages.print_totals(items, hidden)
    else:
        print_rows(pages.cells(item) for item in items)
    if not items and not everything:
        say("The archive holds nothing yet. Next: materials sync")
    elif not items:
        say("Nothing fits.")


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for, in any language.")],
    *,
    collection: CollectionOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most this many hits.")] = 10,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Find slides, pages and sheets by their words.

    Accents, letter case and the alphabet of a name do not matter.

    Example: materials search public services
    """
    from materials_cli.catalogue.search import search as find  # noqa: PLC0415 - `list` needs no search
    from materials_cli.catalogue.suggest import did_you_mean  # noqa: PLC0415

    settings = open_settings(context, archive)
    chosen = [c.slug for c in settings.chosen(collection or [])] if collection else []
    query = " ".join(words)
    with open_catalogue(settings) as catalogue:
        hits = find(catalogue, query, collections=chosen, limit=limit)
        meant = None if hits else did_you_mean(catalogue, query)
    if as_json:
        print_json("materials/search@1", [pages.hit_row(hit) for hit in hits], query=query)
    elif out().is_terminal:
        pages.print_hits(hits)
    else:
        print_rows((hit.item.path, pages.place(hit), hit.section.title if hit.section else "", hit.snippet) for hit in hits)
    if not hits:
        say("Nothing found." + (f" Did you mean: {meant}?" if meant else " `materials list` shows all there is."))


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


def open_item(
    context: typer.Context,
    item: ItemArgument,
    *,
    source: Annotated[bool, typer.Option("--source", help="Open its page on Drive instead of the file here.")] = False,
    archive: ArchiveOption = None,
) -> None:
    """Open an item with the program that this computer uses for such files.

    Example: materials open georgia
    """
    settings = open_settings(context, archive)
    with open_catalogue(settings) as catalogue:
        found = find_item(catalogue, item)
    if source:
        target = found.remote.web_link or f"https://drive.google.com/open?id={found.remote.drive_id}"
        if not target.startswith(("https://", "http://")):
            raise MaterialsError("unknown_item", "Drive gave no usable link for this item.", where=target)
        opened = webbrowser.open(target)
    else:
        path = Store(settings.archive).held_path(found)
        if not path.exists():
            raise MaterialsError(
                "unknown_item",
                "The file is not on this disk.",
                where=str(path),
                why="",
                fix="`materials sync` brings it back.",
            )
        target = str(path)
        opened = _open_file(target)
    if not opened:
        raise MaterialsError("nothing_to_open_with", "It could not be opened from here.", where=target)
    say("Opened", target)


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


def _open_file(path: str) -> bool:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - the way Windows opens a file with the program for its kind
        return True
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return False
    return subprocess.run([opener, path], check=False, stdin=subprocess.DEVNULL).returncode == 0
