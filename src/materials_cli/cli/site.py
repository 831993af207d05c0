"""`materials site`: the catalogue as pages, for people without this program."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption
from materials_cli.cli.output import print_json, say
from materials_cli.messages import counted, size, tr

_FOLDER = Path("catalogue")


def site(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="DIR", help="The folder to write; a catalogue in it is updated.", show_default="catalogue"
        ),
    ] = None,
    single: Annotated[
        Path | None,
        typer.Option(
            "--single", metavar="FILE", help="Write one file that holds everything but the decks.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Write the catalogue as pages that open by double-click.

    Needs no network, no server and no program but a browser, on any computer.

    Example: materials site --to catalogue
    """
    here = ArchiveContext.of(context, archive)
    from materials_cli.site.build import build_file, build_folder  # noqa: PLC0415 - the templates take long to import
    from materials_cli.site.holdings import read_holdings  # noqa: PLC0415

    with here.catalogue() as catalogue:
        holdings = read_holdings(here.store, catalogue, here.collections(collections))
    made = {}
    if single:
        file = single.expanduser().absolute()
        made[file] = str(size(build_file(holdings, file)))
    if to or not single:
        folder = (to or _FOLDER).expanduser().absolute()
        build_folder(holdings, folder)
        made[folder / "index.html"] = ""
    count = sum(1 for _ in holdings.items)
    if as_json:
        print_json("materials/site@1", [{"path": str(path), "items": count} for path in made])
        return
    say(tr("The catalogue is written ({count}). Open it by a double click:", count=counted(count, "item")))
    for path in made:
        say(f"  {path}", style="bold")
