"""`materials similar`: find similar slides in other decks."""

from collections.abc import Sequence
from typing import Annotated

import typer

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli import hits as look
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, limit_option
from materials_cli.cli.items import ItemArgument, Place, SlideOption, archive_of, find_place
from materials_cli.cli.output import print_json, say
from materials_cli.cli.scope import Here
from materials_cli.messages import tr
from materials_cli.search.hit import Hit
from materials_cli.search.similar import similar as nearest


def similar(
    context: typer.Context,
    item: ItemArgument,
    *,
    slide: SlideOption = None,
    limit: Annotated[int, limit_option("Maximum number.", most=1_000)] = 10,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Find similar slides in other decks.

    Searches for the most characteristic words of an item, or of one of its slides.

    Example: materials similar georgia#3
    """
    here = archive_of(context, archive, item)

    def read(catalogue: Catalogue) -> tuple[Place, Sequence[Hit]]:
        place = find_place(here, catalogue, item, slide)
        return place, nearest(catalogue, place.item, place.number, limit)

    place, hits = here.asked(read)
    if as_json:
        print_json("materials/similar@1", [look.hit_row(hit) for hit in hits], item=place.item.id, section=place.number)
    else:
        look.print_hits([look.Folded([hit]) for hit in hits], Here(here), ArchiveContext.of(context, archive).root)
    if not hits:
        say(tr("No similar slides found."))
