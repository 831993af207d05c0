"""The catalogue as the page of a bag, ro-crate-preview.html: the one file without pictures, beside the files it leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from materials_cli.export.bag.words import RECORDS
from materials_cli.export.formats import Request
from materials_cli.site.build import single_page
from materials_cli.site.holdings import Collection, Holdings, read_holdings
from materials_cli.site.places import Bagged


def crate_page(request: Request, placed: Mapping[tuple[str, str], str], missing: Sequence[str]) -> str:
    """The page. placed: the address of each item's file, by its collection and id; missing: what is not in the bag, and why."""
    holdings = read_holdings(request.store, request.catalogue, request.chosen)
    here = tuple(_with(collection, placed, versions=request.options.versions) for collection in holdings.collections)
    shown = Holdings(title=holdings.title, identity=holdings.identity, made=holdings.made, collections=here)
    files = {item.key: placed[item.collection, item.description.item.id] for item in shown.items}
    records = tuple((path, what) for path, (what, _) in RECORDS.items())
    return single_page(shown, files, bagged=Bagged(records, tuple(missing)))


def _with(collection: Collection, placed: Mapping[tuple[str, str], str], *, versions: bool) -> Collection:
    """A collection with the items that are in the bag, and with their earlier versions if these are."""
    items = (item for item in collection.items if (item.collection, item.description.item.id) in placed)
    if not versions:
        items = (replace(item, description=replace(item.description, versions=())) for item in items)
    return replace(collection, items=tuple(items))
