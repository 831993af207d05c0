"""The search in the pages: its data, as plain scripts, which a page opened from a disk may load, and its own script.

The scripts of data call one function with a base64 of gzipped JSON: one of tables (see `tables`), and one for each collection.
That one has the texts of its items; all terms that `words` makes of them, in order; for every word, the numbers of its terms;
and for every text, the numbers of its words. The page puts the inverted index together from these.

Numbers are written as characters, the most frequent words as the shortest: see _written().
"""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Any

from materials_cli.search.equivalents import shipped
from materials_cli.site.holdings import Collection, Holdings, Item
from materials_cli.site.tables import tables
from materials_cli.words.fold import further_terms, indexed, matches
from materials_cli.words.languages import LANGUAGE

# A part needs those before it.
_PARTS = (
    "data", "words", "alphabets", "stems", "expression", "match", "snippet", "query", "values", "filters", "index", "catalogue",
    "suggest", "engine", "widen", "answers",
)  # fmt: skip
_TABLES = "search"
_LEVEL = 6  # of gzip: a hundredth more bytes than the highest, in a quarter of the time
# The first character that stands for a number, and how many there are; the first of those that stand before it for multiples.
_FIRST, _COUNT, _MULTIPLES = 0x5D, 50_000, 0xE000


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
    terms: set[str] = set()
    texts: list[tuple[str, str]] = []
    for each in holdings.collections:
        data = _texts(each, public=holdings.public)
        terms.update(data["terms"].split("\n"))
        texts.append((files[each.slug], _script(files[each.slug], data)))
    meanings = shipped().with_own(holdings.meanings).among(terms)
    yield _TABLES, _script(_TABLES, tables() | {"collections": listed, "meanings": meanings})
    yield from texts


def _script(name: str, data: Any) -> str:
    packed = gzip.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL, mtime=0)
    return f'MaterialsSearch.put("{name}", "{base64.b64encode(packed).decode()}");\n'


def _texts(collection: Collection, *, public: bool) -> dict[str, Any]:
    """The items of a collection, each with its texts, and what they are indexed by (see the top)."""
    words = _Words()
    items = [_item(item, words, public=public) for item in collection.items]
    return {"items": items, "coded": words.coded(), **words.known()}


class _Words:
    """The words of some texts, in the order of the texts: each by what `words` makes of it, folded words and other terms."""

    def __init__(self) -> None:
        self._texts: list[tuple[list[str], list[str]]] = []
        self._terms: dict[str, tuple[list[str], list[str]]] = {}

    def add(self, text: str, more: Iterable[str] = ()) -> str:
        """Note a text, and further terms that it has; return it."""
        raws, further = matches(text), [f" {term}" for term in (*further_terms(text), *more)]
        for raw in raws:
            if raw not in self._terms:
                folds, others = indexed(raw)
                self._terms[raw] = folds.split(), others.split()
        self._terms |= {term: ([term[1:]], []) for term in further}
        self._texts.append((raws, further))
        return text

    def coded(self) -> list[str]:
        """The words of each text, and behind a space its further terms."""
        numbers = {word: number for number, word in enumerate(self._by_frequency())}
        return [" ".join(_written([numbers[word] for word in each]) for each in text) for text in self._texts]

    def known(self) -> dict[str, str]:
        """All terms in the order of JavaScript, and the numbers of those of each word: its folded words, and others."""
        terms = sorted({term for each in self._terms.values() for part in each for term in part}, key=_utf_16)
        numbers = {term: number for number, term in enumerate(terms)}
        words = (self._terms[word] for word in self._by_frequency())
        told = (" ".join(_written([numbers[term] for term in part]) for part in each) for each in words)
        return {"terms": "\n".join(terms), "words": "\n".join(told)}

    def _by_frequency(self) -> list[str]:
        counts = Counter(word for text in self._texts for part in text for word in part)
        return [word for word, _ in counts.most_common()]


def _written(numbers: Sequence[int]) -> str:
    """Numbers as characters."""
    return "".join(
        chr(_FIRST + number) if number < _COUNT else chr(_MULTIPLES + number // _COUNT) + chr(_FIRST + number % _COUNT)
        for number in numbers
    )


def _utf_16(term: str) -> bytes:
    return term.encode("utf-16-be", "surrogatepass")


def _item(item: Item, words: _Words, *, public: bool) -> dict[str, Any]:
    """An item as assets/search/catalogue.js reads it: the texts are noted in its order.

    fields: its name, its folders, and what is said about it; for everybody, nothing that its page does not show.
    """
    held = item.description.item
    shown = held.path.rpartition("/")[2], " / ".join(held.remote.folders), "\n".join((item.title, *item.speakers))
    return {
        "id": item.key,
        "collection": item.collection,
        "path": held.path,
        "kind": item.kind,
        "fields": [words.add(text) for text in (shown if public or item.redacted else item.named)],
        "when": round((held.remote.modified or held.first_seen).timestamp() * 1000),
        "year": item.year,
        "countries": item.countries,
        "people": "\n".join(item.speakers),
        "sections": [
            (
                each.number,
                words.add(each.title),
                words.add(each.text, (LANGUAGE + code for code in each.languages)),
                words.add(each.notes),
            )
            for each in item.sections
        ],
    }
