"""`materials collection`: rename, detach or remove a collection, or change its link. No file is ever deleted."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.archive import Archive
from materials_cli.cli.complete import complete_collection
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.failures import declined
from materials_cli.cli.output import err, print_hanging, print_json, say, say_whole, styled
from materials_cli.cli.progress import Display, tell_notice
from materials_cli.cli.trust import YES
from materials_cli.cli.typer_ext import SpokenCommand, SpokenGroup
from materials_cli.curation import Curator
from materials_cli.errors import ExitStatus
from materials_cli.messages import counted, msg, tr, trn

app = typer.Typer(
    cls=SpokenGroup,
    help="Rename, detach or remove a collection, or change its link.\n\n"
    "Example: materials collection rename sample samarkand-2025",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
NameArgument = Annotated[
    str, typer.Argument(metavar="COLLECTION", help="The collection's name.", autocompletion=complete_collection)
]


@app.command(cls=SpokenCommand)
def rename(
    context: typer.Context,
    name: NameArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name: a-z, 0-9, - and _.")],
    *,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Rename a collection and its folder.

    Nothing is downloaded again; the history keeps what was recorded under the former name.

    Example: materials collection rename sample samarkand-2025
    """
    _curator(context, archive).rename(name, new)
    if as_json:
        print_json("materials/collection-rename@1", [{"collection": new, "was": name}])
    else:
        say(tr("“{name}” is now called “{new}”.", name=name, new=new))


@app.command(cls=SpokenCommand)
def detach(context: typer.Context, name: NameArgument, *, as_json: JsonOption = False, archive: ArchiveOption = None) -> None:
    """Keep a collection as it is, and no longer sync it.

    It is still listed, searched and verified. `materials collection link` attaches it again.

    Example: materials collection detach samarkand-2025
    """
    _curator(context, archive).detach(name)
    if as_json:
        print_json("materials/collection-detach@1", [{"collection": name, "detached": True}])
    else:
        say(tr("“{name}” is detached: everything is kept, and it is no longer synced.", name=name))
        say(tr("To sync it again: materials collection link {name} LINK", name=name))


@app.command(cls=SpokenCommand)
def remove(
    context: typer.Context,
    name: NameArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Move a collection out of the archive's lists, into a folder of its own.

    Its files, earlier versions and history move to a folder that is an archive itself. Nothing is deleted. On a terminal, you
    are asked first. `materials collection return FOLDER` brings it back.

    Example: materials collection remove samarkand-2025
    """
    curator = _curator(context, archive)
    if not (yes or as_json) and sys.stdin.isatty() and sys.stderr.isatty():
        _ask(curator.title(name))
    folder = curator.remove(name)
    if as_json:
        print_json("materials/collection-remove@1", [{"collection": name, "folder": str(folder)}])
    else:
        say(
            tr("“{name}” was moved to {folder}, which is an archive of its own; nothing was deleted.", name=name, folder=folder)
        )
        say_whole(tr("To bring it back: materials collection return {folder}", folder=shlex.quote(str(folder))))
        say(tr("Or move that folder wherever you like, or delete it if you are sure."))


@app.command("return", cls=SpokenCommand)
def bring_back(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that it was moved to.")],
    *,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Bring a removed collection back, with its files and earlier versions.

    Every file is read and compared with the manifest of that folder; nothing is downloaded.

    Example: materials collection return "removed collections/samarkand-2025 2026-01-31"
    """
    here = ArchiveContext.of(context, archive)
    with Display() as display:
        name, made = Curator(Archive(here.config.archive, here.config, progress=display.step)).bring_back(folder)
    lost = [{"place": loss.place, "reason": loss.reason} for loss in made.refused]
    if as_json:
        taken = {"held": made.held, "withdrawn": made.withdrawn, "versions": made.versions}
        print_json("materials/collection-return@1", [{"collection": name, "taken": taken, "lost": lost}])
    else:
        count = counted(made.held + made.withdrawn, "item")
        say(tr("“{name}” is back: {items}. Next: materials sync", name=name, items=count))
        for loss in made.refused:
            print_hanging(err(), styled(f"  {tr('lost')}  ", "red"), f"{loss.place}: {tr(loss.reason)}", "red")
        if not made.refused:
            say(tr("Only its own history is left in {folder}; you may delete that folder.", folder=folder.absolute()))
    if made.refused:
        raise typer.Exit(int(ExitStatus.PARTIAL))


@app.command(cls=SpokenCommand)
def link(
    context: typer.Context,
    name: NameArgument,
    address: Annotated[str, typer.Argument(metavar="LINK", help="The link to the Drive folder.")],
    *,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Change the link of a collection: the same folder elsewhere.

    What is the same there, by Drive's checksums, is not downloaded again. A detached collection is synced again.

    Example: materials collection link samarkand-2025 "https://drive.google.com/drive/folders/…"
    """
    here = ArchiveContext.of(context, archive)
    with Display() as display:
        done = Curator(Archive(here.config.archive, here.config, progress=display.step)).link(name, address)
    files = len(done.listing.files)
    if as_json:
        row = {"collection": name, "files": files, "kept": done.kept, "unproven": done.unproven, "missing": done.missing}
        print_json("materials/collection-link@1", [row])
        return
    say(tr("“{name}” now follows “{title}”: {files}.", name=name, title=done.listing.root.name, files=counted(files, "file")))
    say(
        trn(
            "{count} item is there, too, and goes on as it is.",
            "{count} items are there, too, and go on as they are.",
            done.kept - done.unproven,
        )
    )
    if done.unproven:
        say(
            trn(
                "{count} item is there under the same name, but Drive states no checksum: it is fetched again.",
                "{count} items are there under the same names, but Drive states no checksums: they are fetched again.",
                done.unproven,
            )
        )
    if done.missing:
        say(trn("{count} item is not there.", "{count} items are not there.", done.missing), style="yellow")
    for trouble in done.listing.troubles:
        say(tr(trouble.message), style="yellow")
    say(tr("Next: materials plan"))


def _ask(title: str) -> None:
    """Ask whether a collection is to be removed; end the command if it is not."""
    say(tr("“{name}” moves to a folder of its own and leaves the lists of this archive. Nothing is deleted.", name=title))
    answer = typer.prompt(tr("Remove it? [y/N]"), default="", show_default=False, err=True)
    if answer.strip().casefold() not in YES:
        raise declined(msg("Nothing was removed."))


def _curator(context: typer.Context, archive: "ArchiveOption") -> Curator:
    here = ArchiveContext.of(context, archive)
    return Curator(Archive(here.config.archive, here.config, progress=tell_notice))
