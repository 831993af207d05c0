"""ro-crate-preview.html: what the bag holds, for whoever opens its folder with a browser."""

from collections.abc import Iterable
from typing import BinaryIO

from materials_cli.config import Collection
from materials_cli.describe.description import Description
from materials_cli.describe.people import written_creators
from materials_cli.export.bag.crate import address, summary
from materials_cli.export.bag.words import RECORDS, SENTENCES
from materials_cli.export.escape import for_html
from materials_cli.export.formats import Request
from materials_cli.export.page import page

MOST = 3000  # items of a page that is a catalogue
_HERE = "<!-- here -->"
_FACTS = ("date", "place", "part_of", "organisers", "project", "rights", "contact")


class Whole:
    """The page as a catalogue, which is made when all files have come."""

    def __init__(self, out: BinaryIO, request: Request) -> None:
        self._out, self._request = out, request
        self._placed: dict[tuple[str, str], str] = {}

    def add(self, one: Description, path: str) -> None:
        """Add a file. path: below data/."""
        self._placed[one.item.collection, one.item.id] = address(path)

    def finish(self, missing: Iterable[str]) -> None:
        """Write it. missing: what could not be exported, and why."""
        assert self._request.page  # noqa: S101 - only used with one
        self._out.write(self._request.page(self._request, self._placed, list(missing)).encode("utf-8", "replace"))


class Preview:
    """The page as a plain list, which is written as the files come: of more than a browser opens gladly."""

    def __init__(self, out: BinaryIO, title: str, collections: Iterable[Collection]) -> None:
        self._out = out
        self._collections = {each.slug: each for each in collections}
        self._current = ""
        self._begin, self._end = page(title, _HERE, "en").split(_HERE)
        self._put(f"{self._begin}<h1>{for_html(title)}</h1>\n")

    def add(self, one: Description, path: str) -> None:
        """Add a file. path: below data/."""
        if one.item.collection != self._current:
            self._open(one)
        title, who = for_html(one.own.title), for_html(written_creators(list(one.own.creators)))
        withdrawn = f"; withdrawn {one.item.withdrawn:%Y-%m-%d}" if one.item.withdrawn else ""
        about = " · ".join(filter(None, (who, for_html(one.own.description or summary(one)) + withdrawn)))
        self._put(f'<li><a href="{for_html(address(path))}">{title}</a><br><small>{for_html(path)} · {about}</small></li>\n')

    def finish(self, missing: Iterable[str]) -> None:
        """End the page with the other files. missing: what could not be exported, and why."""
        self._put("</ul>\n" if self._current else "")
        lost = [f"<li>{for_html(each)}</li>" for each in missing]
        self._put(f"<h2>{SENTENCES['missing']}</h2>\n<ul>{''.join(lost)}</ul>\n" if lost else "")
        rows = (
            f'<li><a href="{for_html(address(path))}">{for_html(path)}</a>: {for_html(what)}</li>'
            for path, (what, _) in RECORDS.items()
        )
        self._put(f"<h2>{SENTENCES['records']}</h2>\n<ul>\n{chr(10).join(rows)}\n</ul>\n{self._end}")

    def _open(self, one: Description) -> None:
        """Begin the list of a collection."""
        self._put("</ul>\n" if self._current else "")
        self._current = one.item.collection
        self._put(f"<h2>{for_html(one.event)}</h2>\n")
        row = one.about.row()
        facts = {name: "; ".join(row[name]) if isinstance(row[name], list) else row[name] for name in _FACTS if row.get(name)}
        shown = {**facts, "rights": facts.get("rights", "undetermined"), "source": one.collection.link}
        lines = (f"{name.replace('_', ' ')}: {for_html(value)}" for name, value in shown.items() if value)
        self._put(f"<p>{'<br>'.join(lines)}</p>\n<ul>\n")

    def _put(self, text: str) -> None:
        self._out.write(text.encode("utf-8", "replace"))
