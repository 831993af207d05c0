"""`materials cite`: a citation of an item or a slide."""

from typing import Annotated

import typer

from materials_cli.addresses import address
from materials_cli.catalogue.descriptions import description_of
from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.context import ArchiveOption, JsonOption
from materials_cli.cli.items import ItemArgument, Place, SlideOption, archive_of, find_place
from materials_cli.cli.output import print_json, print_raw
from materials_cli.describe.description import Description
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.citation import STYLES, cited
from materials_cli.messages import msg
from materials_cli.model import Text

FormOption = Annotated[
    str,
    typer.Option("--format", "-f", metavar="FORMAT", help="plain, bibtex, csl-json or ris.", autocompletion=lambda: [*STYLES]),
]


def cite(
    context: typer.Context,
    item: ItemArgument,
    *,
    slide: SlideOption = None,
    form: FormOption = "plain",
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Cite an item or a slide.

    Names its people and event, its checksum, which proves which bytes were cited, and its address in the catalogue.

    Example: materials cite georgia#3
    """
    if form not in STYLES:
        what = msg("“{name}” is not a format; choose from {known}.", name=form, known=", ".join(STYLES))
        raise MaterialsError(Code.BAD_USAGE, what)
    here = archive_of(context, archive, item)

    def read(catalogue: Catalogue) -> tuple[Place, Description, Text | None]:
        place = find_place(here, catalogue, item, slide)
        text = catalogue.text(place.item.collection, place.item.id) if place.number is not None else None
        return place, description_of(catalogue, here.config.collections, place.item), text

    place, one, text = here.asked(read)
    section = next((each for each in text.sections if each.number == place.number), None) if text else None
    told = "".join(STYLES[form]([cited(one, section)]))
    if as_json:
        row = {
            "item": place.item.id, "collection": place.item.collection, "section": place.number, "format": form,
            "citation": told.rstrip("\n"), "sha256": place.item.fixity.sha256, "address": address(place.item.id, place.number),
        }  # fmt: skip
        print_json("materials/cite@1", [row])
    else:
        print_raw(told)
