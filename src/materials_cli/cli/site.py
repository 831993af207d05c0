"""`materials site`: the catalogue as pages, for people without this program."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument
from materials_cli.cli.output import say
from materials_cli.messages import counted, tr


def site(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder to write; a catalogue in it is updated.")] = Path(
        "catalogue"
    ),
    archive: ArchiveOption = None,
) -> None:
    """Write the catalogue as pages that open by double-click.

    Needs no network, no server and no program but a browser, on any computer.

    Example: materials site --to catalogue
    """
    here = ArchiveContext.of(context, archive)
    from materials_cli.site.build import build  # noqa: PLC0415 - the templates take long to import
    from materials_cli.site.holdings import read_holdings  # noqa: PLC0415

    with here.catalogue() as catalogue:
        holdings = read_holdings(here.store, catalogue, here.collections(collections))
    target = to.expanduser().absolute()
    build(holdings, target)
    say(tr("Written: {path} ({count})", path=target, count=counted(sum(1 for _ in holdings.items), "item")))
    say(tr("Open it: {file}", file=target / "index.html"))
