"""`materials add`: check a Drive folder and add it to materials.toml."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.described import about_row, event_line
from materials_cli.cli.output import print_json, say
from materials_cli.cli.progress import Display
from materials_cli.config import FILE
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import counted, msg, size, tr, trn
from materials_cli.model import Listing
from materials_cli.mounts import network_type
from materials_cli.store.space import room


def add(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(metavar="LINK", help="The link to a Drive folder.")] = None,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="SLUG", help="A short name: a-z, 0-9, - and _.")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="A title for people.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Add the collections defined in this file.")
    ] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Check the folder on Drive first.")] = True,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Add a Drive folder to the archive.

    If there is no archive yet, one is created here.

    Example: materials add "https://drive.google.com/drive/folders/…"
    """
    if (link is None) == (source is None):
        raise MaterialsError(Code.BAD_USAGE, msg("Give either a folder link or --from FILE."), fix=msg("materials add LINK"))
    here = ArchiveContext.of(context, archive)
    folder = here.folder or (here.named or Path.cwd()).absolute()
    with Display() as display:
        from materials_cli.archive import Archive  # noqa: PLC0415 - what it needs takes long to import

        begun = Archive(folder, progress=display.step)
        added = begun.add_from(source, check=check) if source else [begun.add(link or "", name=name, title=title, check=check)]
    if as_json:
        rows = [{"collection": c.slug, "title": c.title, "link": c.link, "event": about_row(c)} for c, _ in added]
        print_json("materials/add@1", rows, archive=str(folder))
        return
    for collection, listing in added:
        if listing:
            _print_found(listing)
            _warn_of_shortage(listing, folder)
        if collection.title:
            say(tr("Added “{slug}” to {path}: {title}", slug=collection.slug, path=folder / FILE, title=collection.title))
        else:
            say(tr("Added “{slug}” to {path}", slug=collection.slug, path=folder / FILE))
        if collection.about:
            say(tr("Event: {event}", event=event_line(collection)))
    if kind := network_type(folder):
        say(
            tr(
                "The archive is on a network disk ({kind}): run materials from one computer only. More: materials doctor",
                kind=kind,
            ),
            style="yellow",
        )
    say(tr("Next: materials sync"))


def _warn_of_shortage(listing: Listing, folder: Path) -> None:
    """Say so if the folder does not fit on this disk, as far as its sizes are known."""
    wanted, usable = sum(file.size or 0 for file in listing.files if not file.native), max(room(folder), 0)
    if wanted > usable:
        what = tr("It does not fit on this disk, of which a sync may use {left}; a sync takes what fits.", left=size(usable))
        say(what, style="yellow")


def _print_found(listing: Listing) -> None:
    """Print what a folder contains."""
    native = sum(file.native for file in listing.files)
    found = {
        "name": listing.root.name,
        "files": counted(len(listing.files), "file"),
        "folders": counted(len(listing.folders), "folder"),
        "size": size(sum(file.size or 0 for file in listing.files)),
    }
    if any(file.rough for file in listing.files):
        say(tr("Found “{name}”: {files} in {folders}; the public page states no sizes", **found))
    elif native:
        documents = trn("{count} Google document", "{count} Google documents", native)
        say(tr("Found “{name}”: {files} in {folders}, {size} and {documents}", **found, documents=documents))
    else:
        say(tr("Found “{name}”: {files} in {folders}, {size}", **found))
    if not listing.files and not listing.folders and not listing.closed:
        say(
            tr("It is empty, or not shared with you: Drive shows both in the same way. Ask its owner if you expected files."),
            style="yellow",
        )
    for trouble in listing.troubles:
        say(tr(trouble.message), style="yellow")
    for names in listing.closed.values():
        say(tr("“{folder}” is empty for you: it is not shared.", folder="/".join(names) or listing.root.name), style="yellow")
