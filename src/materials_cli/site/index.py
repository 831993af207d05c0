"""The search in the pages: its data, as plain scripts, which a page opened from a disk may load, and its own script.

The scripts of data call one function with a base64 of gzipped JSON: one of tables (see `tables`), and one for each collection,
with the texts of its items and, for every word in them, the terms that `words` makes of it. The page puts the inverted index
together from these: where the words stand is known from the texts, and would be as large again.
"""

import base64
import gzip
from collections.abc import Iterator
from importlib import resources
from typing import Any

from materials_cli.export.escape import for_json
from materials_cli.site.holdings import Collection, Holdings, Item
from materials_cli.site.tables import tables
from materials_cli.words.fold import indexed, matches

# A part needs those before it.
_PARTS = (
    "data", "words", "alphabets", "stems", "expression", "match", "snippet", "query", "values", "filters", "index", "catalogue",
    "suggest", "engine", "answers",
)  # fmt: skip
_TABLES = "search"


def search_script() -> str:
    """MaterialsSearch.open() and MaterialsSearch.search(): one script, whose parts lie in assets/search."""
    folder = resources.files("materials_cli.site") / "assets" / "search"
    return "\n".join((folder / f"{part}.js").read_text("utf-8") for part in _PARTS)


def search_data(holdings: Holdings) -> Iterator[tuple[str, str]]:
    """The scripts below data/, each by its name without “.js”: ASCII alone, and nothing in it ends a <script>."""
    files = {collection.slug: f"{_TABLES}-{number}" for number, collection in enumerate(holdings.collections, 1)}
    listed = [
        {
            "slug": each.slug,
            "file": files[each.slug],
            "place": each.configured.about.place,
            "sections": sum(len(item.sections) for item in each.items),
        }
        for each in holdings.collections
    ]
    yield _TABLES, _script(_TABLES, tables() | {"collections": listed})
    for each in holdings.collections:
        yield files[each.slug], _script(files[each.slug], _texts(each, public=holdings.public))


def _script(name: str, data: Any) -> str:
    packed = gzip.compress(for_json(data).encode(), 9, mtime=0)
    return f'MaterialsSearch.put("{name}", "{base64.b64encode(packed).decode()}");\n'


def _texts(collection: Collection, *, public: bool) -> dict[str, Any]:
    """The items of a collection, and all their words, each with its terms as the index of the catalogue has them."""
    items = [_item(item, public=public) for item in collection.items]
    raws: set[str] = set()
    for item in items:
        for text in (*item["fields"], *(text for section in item["sections"] for text in section[1:4])):
            raws.update(matches(text))
    return {"items": items, "words": "\n".join(map(_word, sorted(raws)))}


def _word(raw: str) -> str:
    """A word, its folded words unless they are the word in lower case, and its other terms."""
    folds, others = indexed(raw)
    return f"{raw}\t{folds if folds != raw.lower() else ''}\t{others}"


def _item(item: Item, *, public: bool) -> dict[str, Any]:
    """An item as assets/search/catalogue.js reads it.

    fields: its name, its folders, and what is said about it; for everybody, nothing that its page does not show.
    """
    held = item.description.item
    shown = held.path.rpartition("/")[2], " / ".join(held.remote.folders), "\n".join((item.title, *item.speakers))
    return {
        "id": item.key,
        "collection": item.collection,
        "path": held.path,
        "kind": item.kind,
        "fields": shown if public else item.named,
        "when": round((held.remote.modified or held.first_seen).timestamp() * 1000),
        "year": item.year,
        "countries": item.countries,
        "people": "\n".join(item.speakers),
        "sections": [(each.number, each.title, each.text, each.notes, " ".join(each.languages)) for each in item.sections],
    }
