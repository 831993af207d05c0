"""The pages of the catalogue: templates filled with what holdings.py read. Every value is escaped, whatever it holds."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from materials_cli import __version__
from materials_cli.export.escape import printable
from materials_cli.export.schemaorg import graph
from materials_cli.site import overview
from materials_cli.site.holdings import Collection, Holdings, Item
from materials_cli.site.interface import LANGUAGES, country_name, english, english_date, language_name, sentence, whole_date
from materials_cli.site.places import Bagged, Places

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src {pictures}; base-uri 'none'; form-action 'none'"
)


class Pages:
    """The pages of some holdings. files: the decks that are along, by the keys of the items."""

    def __init__(self, holdings: Holdings, files: Mapping[str, str] | None = None) -> None:
        self._holdings = holdings
        self._files = files or {}

    def folder(self, scripts: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
        """Every page of the folder, by its path. scripts: the paths of those of each page, by its template; “” for all."""
        yield self._page("index.html", "start.html", scripts)
        yield self._page("search.html", "search.html", scripts)
        yield self._page("handout.html", "handout.html", scripts)
        for collection in self._holdings.collections:
            yield self._page(f"collections/{collection.slug}.html", "collection.html", scripts, collection=collection)
            for item in collection.items:
                yield self._page(f"items/{item.key}.html", "item.html", scripts, collection=collection, item=item)

    def single(self, style: str, icon: str, scripts: Sequence[str], bagged: Bagged | None = None) -> str:
        """The one file, with its style and its scripts in it, which the policy knows by their hashes."""
        policy = _POLICY.format(scripts=" ".join(map(_hash, scripts)), styles=_hash(style), pictures="data:")
        # All of these are our own files, or made by table.py and index.py, which leave no “<” in them.
        first, *rest = (Markup(f"<script>{each}</script>") for each in scripts)  # noqa: S704 - see above
        shown = Markup('<link rel="icon" href="data:image/svg+xml;base64,{}">\n').format(
            base64.b64encode(icon.encode()).decode()
        )
        head, tail = shown + Markup(f"<style>{style}</style>\n") + first, Markup("\n").join(rest)  # noqa: S704 - as above
        places = Places(single=True, bagged=bagged, files=self._files)
        return self._rendered("single.html", _Site(places, policy, head, tail))

    def _page(self, path: str, template: str, scripts: Mapping[str, tuple[str, ...]], **values: Any) -> tuple[str, str]:
        places = Places(root="../" * path.count("/"), files=self._files)
        policy = _POLICY.format(scripts="'self'", styles="'self'", pictures="'self'")
        icon = Markup('<link rel="icon" href="{}assets/icon.svg" type="image/svg+xml">\n').format(places.root)
        linked = icon + Markup('<link rel="stylesheet" href="{}assets/style.css">').format(places.root)
        first, *rest = (*scripts[""], *scripts.get(template, ()))
        tail = Markup("\n").join(Markup('<script src="{}{}"></script>').format(places.root, each) for each in rest)
        head = linked + Markup('\n<script src="{}{}"></script>').format(places.root, first)
        return path, self._rendered(template, _Site(places, policy, head, tail), **values)

    def _rendered(self, template: str, site: "_Site", **values: Any) -> str:
        return _environment().get_template(template).render(holdings=self._holdings, site=site, **self._overview, **values)

    @cached_property
    def _overview(self) -> dict[str, Any]:
        return {
            "numbers": overview.numbers(self._holdings),
            "newest": overview.newest(self._holdings),
            "plot": overview.plot(self._holdings),
        }


@cache
def _environment() -> Environment:
    """The templates, which a process reads once, however many catalogues it makes."""
    made = Environment(
        loader=PackageLoader("materials_cli.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "t": sentence,
        "english": english,
        "english_date": english_date,
        "whole_date": whole_date,
        "country_name": country_name,
        "language_name": language_name,
        "interface_languages": LANGUAGES,
        "version": __version__,
        "groups": overview.groups,
        "people": overview.people,
    }
    return made


class _Site:
    """What a template asks of the page that it makes: addresses, and what stands in its head and at its end."""

    def __init__(self, places: Places, policy: str, head: Markup, tail: Markup) -> None:
        self.policy, self.head, self.tail = policy, head, tail
        self._places = places

    def __getattr__(self, name: str) -> Any:
        return getattr(self._places, name)

    @staticmethod
    def linked_data(shown: Collection | Item) -> Markup:
        """JSON-LD of an item or collection; nothing in it ends the element that it stands in."""
        nodes = (shown.description,) if isinstance(shown, Item) else ()
        collection = shown.configured if isinstance(shown, Collection) else shown.description.collection
        return Markup(graph([collection], nodes))  # noqa: S704 - every “<” in it is escaped


def _hash(content: str) -> str:
    """A script or style as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _finalized(value: Any) -> Any:
    """What a page shows of a value: no control character, none that turns the direction of writing, no lone surrogate."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
