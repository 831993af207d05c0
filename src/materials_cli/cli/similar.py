"""`materials similar`: slides of other decks that share an item's words."""

from typing import Annotated

import typer

from materials_cli.cli import hits as look
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.items import check_section, find_item
from materials_cli.cli.output import print_json, say
from materials_cli.messages import tr
from materials_cli.search.similar import similar as nearest


def similar(
    context: typer.Context,
    item: Annotated[list[str], typer.Argument(metavar="ITEM[#SLIDE]", help="A path, an id, or words of the name.")],
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, max=1000, help="At most this many.")] = 10,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Find slides of other decks that share its words.

    The most telling words of an item, or of one slide of it, are looked for.

    Example: materials similar georgia#3
    """
    here = ArchiveContext.of(context, archive)
    *name, last = " ".join(item).rpartition("#")
    words, number = (name[0], int(last)) if name[0] and last.isdecimal() else (" ".join(item), None)
    with here.catalogue() as catalogue:
        found = find_item(catalogue, [words])
        if number is not None:
            check_section(found.sections, number, found.unit or "section", found.path)
        hits = nearest(catalogue, found, number, limit)
    if as_json:
        print_json("materials/similar@1", [look.hit_row(hit) for hit in hits], item=found.id, section=number)
    else:
        look.print_hits([look.Folded([hit]) for hit in hits], here.store)
    if not hits:
        say(tr("No other slide shares enough words with it."))
