"""How a person names an item, or a place in it; and how long an item is said to be."""

from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.complete import complete_item
from materials_cli.errors import MaterialsError
from materials_cli.messages import counted, joined, msg, msgn, placed, tr, verbatim
from materials_cli.model import Item

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue

ItemArgument = Annotated[
    list[str], typer.Argument(metavar="ITEM", help="A path, an id, or words of the name.", autocompletion=complete_item)
]


def find_item(catalogue: "Catalogue", words: list[str]) -> Item:
    """The one item that the words mean; raise unknown_item, or ambiguous_item naming the candidates."""
    from materials_cli.search.items import resolve  # noqa: PLC0415 - TAB waits for no tables of letters

    text = " ".join(words)
    found = resolve(catalogue, text)
    if not found:
        raise MaterialsError("unknown_item", msg("No item fits."), where=text)
    if len(found) > 1:
        lines = [msgn("{count} item fits “{text}”:", "{count} items fit “{text}”:", len(found), text=text)]
        lines += [verbatim(f"{item.id}  {item.path}") for item in found[:10]]
        if (more := len(found) - 10) > 0:
            lines.append(msgn("… and {count} more", "… and {count} more", more))
        raise MaterialsError("ambiguous_item", joined(lines, "\n         "))
    return found[0]


def check_section(count: int, number: int, unit: str, path: str) -> None:
    """Raise bad_usage when an item has no section of that number."""
    if 1 <= number <= count:
        return
    has = msg("It has {count}.", count=str(count))
    extent = has if count else msg("No text was read out of it, so its extent is not known.")
    raise MaterialsError(
        "bad_usage", msg("There is no {place}.", place=placed(unit, number)), where=path,
        why=extent, fix=msg("`materials show` lists them."),
    )  # fmt: skip


def extent(item: Item) -> str:
    """How much there is of an item: 12 slides; else its kind."""
    return tr(counted(item.sections, item.unit or "section")) if item.sections else tr(str(item.kind))
