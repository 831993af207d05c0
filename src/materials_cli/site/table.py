"""What the scripts of the pages know of every item, for lists of hits, facets, addresses and the hand-out: data/items.js."""

from collections.abc import Iterator
from typing import Any

from materials_cli.export.escape import for_json, printable
from materials_cli.pictures.drawn import SUFFIXES
from materials_cli.site.holdings import Holdings, Item
from materials_cli.site.interface import words_for
from materials_cli.site.places import pictures_of


def scripts(holdings: Holdings) -> Iterator[tuple[str, str]]:
    """The scripts below data/, by their names: what page.js takes in. All are ASCII, and nothing in them ends a <script>."""
    countries = {code for each in holdings.collections for code in each.countries}
    countries |= {one.country for item in holdings.items for one in item.description.own.creators if one.country}
    languages = {code for each in holdings.collections for code in each.languages}
    yield "words", _call("words", words_for(countries, languages))
    yield "items", _call("items", _table(holdings))


def _call(name: str, value: Any) -> str:
    """A script that hands a value to the page."""
    text = for_json(value).replace("<", "\\u003c").replace(">", "\\u003e")
    ascii_only = "".join(each if each.isascii() else _escaped(each) for each in text)
    return f'Catalogue.take("{name}", {ascii_only});\n'


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _table(holdings: Holdings) -> dict[str, Any]:
    return {
        "collections": [{"slug": each.slug, "title": printable(each.title)} for each in holdings.collections],
        "items": [_row(item) for item in holdings.items],
    }


def _row(item: Item) -> dict[str, Any]:
    """An item. pictures: their folder, and the suffix of each by its number."""
    pictures = {str(each.number): SUFFIXES[each.picture.media] for each in item.sections if each.picture}
    values = {
        "key": item.key,
        "collection": item.collection,
        "title": printable(item.title),
        "lang": item.language,
        "kind": item.kind,
        "unit": item.unit,
        "sections": len(item.sections),
        "year": item.year,
        "countries": item.countries,
        "languages": item.languages,
        "speakers": [printable(name) for name in item.speakers],
        "source": item.description.item.remote.web_link,
        "pictures": [pictures_of(item), pictures] if pictures else None,
        "event": printable(item.description.event),
    }
    return {name: value for name, value in values.items() if value}
