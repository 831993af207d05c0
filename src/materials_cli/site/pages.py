"""The pages of the catalogue: templates filled with what holdings.py read. Every value is escaped, whatever it holds."""

from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from materials_cli import __version__
from materials_cli.export.escape import printable
from materials_cli.site.holdings import Holdings
from materials_cli.site.interface import LANGUAGES, english, sentence


def pages(holdings: Holdings) -> Iterator[tuple[str, str]]:
    """Every page of the folder: its path and its text."""
    environment = _environment()

    def page(name: str, template: str, root: str = "", **values: Any) -> tuple[str, str]:
        return name, environment.get_template(template).render(holdings=holdings, root=root, **values)

    yield page("index.html", "start.html")
    yield page("search.html", "search.html")
    for collection in holdings.collections:
        yield page(f"collections/{collection.slug}.html", "collection.html", "../", collection=collection)
        for item in collection.items:
            yield page(f"items/{item.key}.html", "item.html", "../", collection=collection, item=item)


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("materials_cli.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": sentence, "english": english, "languages": LANGUAGES, "version": __version__}
    return made


def _finalized(value: Any) -> Any:
    """What a page shows of a value: no control character, none that turns the direction of writing, no lone surrogate."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
