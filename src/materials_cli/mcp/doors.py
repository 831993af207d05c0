"""What an assistant can ask of several archives as if they were one. The id of an item begins with the name of its archive.

They are found once, at the start. One that cannot be asked any more is named in each answer, and the others answer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from materials_cli.attended import HungError, attended
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Config, load
from materials_cli.elsewhere import LARGEST_TABLE, Searchable, among, meanings_of, searched_among
from materials_cli.errors import Code, MaterialsError, as_failure
from materials_cli.mcp import quotes
from materials_cli.mcp.door import SCHEME, Arguments, Door, content, filters_of, within
from materials_cli.mcp.protocol import Content
from materials_cli.messages import Message, msg
from materials_cli.search.equivalents import Equivalents, own_concepts, shipped
from materials_cli.search.many import TOO_SLOW, search_many
from materials_cli.search.query import parse
from materials_cli.store.mirror import Store

_MOST_HITS = 50
_PATIENCE = 60.0  # seconds in which an archive has to answer; a picture may have to be drawn for it
_T = TypeVar("_T")
_ORDER = {str(verdict): number for number, verdict in enumerate(quotes.Verdict)}


class _FarDoor(Door):
    """One of several archives."""

    def __init__(self, archive: Searchable) -> None:
        self._archive = archive
        self._store = Store(archive.config.archive)

    def _equivalents(self) -> Equivalents:
        return shipped().with_own(own_concepts(self._store.root, largest=LARGEST_TABLE))

    @contextmanager
    def _open(self) -> Iterator[tuple[Config, Catalogue]]:
        archive = self._archive
        config = load(archive.root) if archive.root.is_dir() else archive.config
        with Catalogue.open(archive.catalogue) as catalogue:
            yield config, catalogue


class Doors:
    """Several archives. silent: why others that were asked for are not among them, by their names."""

    def __init__(self, archives: Sequence[Searchable], silent: Mapping[str, Message]) -> None:
        self._doors = {archive.name: _FarDoor(archive) for archive in archives}
        self._archives = archives
        self._silent = {name: str(why) for name, why in silent.items()}

    def search(self, given: Arguments) -> Content:
        """Find slides, pages and sheets in all of them."""
        slugs, answering = _collections(given), list(self._archives)
        asked = partial(
            search_many, query=parse(given["query"], filters_of(given)), collections=slugs,
            limit=within(given, "limit", 10, _MOST_HITS),
        )  # fmt: skip
        made, hung = meanings_of(answering)
        with made as meanings:
            (found, wrong), late = searched_among(answering, shipped(), asked)
            found, unasked = among(answering, lambda parts, watch: meanings.added(parts, found, slugs, watch))
        silent = {**self._silent, **{name: str(why) for name, why in {**hung, **wrong, **late, **unasked}.items()}}
        rows = [_marked(self._doors[hit.archive].row_of(hit), hit.archive) for hit in found.hits[: given.get("limit") or None]]
        told = {"total": found.total, "absent": list(found.absent), "did_you_mean": found.correction, "also": list(found.also)}
        value = {"results": rows, **told, "not_asked": silent}
        return content(value, ("results[].title", "results[].text", "results[].path", "not_asked"))

    def fetch(self, given: Arguments) -> Content:
        """The text of an item, or of a slide with its neighbours and its picture."""
        return self._at(given, Door.fetch)

    def outline(self, given: Arguments) -> Content:
        """The titles of an item's sections."""
        return self._at(given, Door.outline)

    def collections(self, given: Arguments) -> Content:
        """The collections and their events, of each archive."""
        answers, silent = self._each(given, Door.collections)
        rows = [{"archive": name, **row} for name, value in answers.items() for row in value["collections"]]
        return content({"collections": rows, "not_asked": silent}, ("collections[].title", "collections[].event"))

    def changes(self, given: Arguments) -> Content:
        """What has changed in each archive."""
        answers, silent = self._each(given, Door.changes)
        rows = [{"archive": name, **row} for name, value in answers.items() for row in value["changes"]]
        total = sum(value["total"] for value in answers.values())
        return content({"changes": rows, "total": total, "not_asked": silent}, ("changes[].path", "changes[].from"))

    def where(self, given: Arguments) -> Content:
        """Who showed a term in any of them: by country and language."""
        answers, silent = self._each(given, Door.where)
        grouped: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
        for value in answers.values():
            for row in value["found"]:
                grouped[row["country"], row["language"]] += row["items"]
        rows = [{"country": country, "language": tongue, "items": each} for (country, tongue), each in sorted(grouped.items())]
        count = sum(value["items"] for value in answers.values())
        near = [row for value in answers.values() for row in value["near"]]
        return content({"found": rows, "items": count, "near": near, "not_asked": silent}, ("found[].items[]", "near[]"))

    def check_quote(self, given: Arguments) -> Content:
        """Whether a text stands on a slide of any of them; the best answer."""
        if given.get("id"):
            return self._at(given, Door.check_quote)
        answers, silent = self._each(given, Door.check_quote)
        best = min(answers.values(), key=lambda value: (_ORDER[value["verdict"]], -float(value.get("likeness") or 0)))
        return Content({**best, "not_asked": silent})

    def page(self, cursor: str) -> tuple[Sequence[Mapping[str, str]], str]:
        """The items from a cursor on, one archive after another, as resources, and the next cursor."""
        begin, _, inner = cursor.partition(".")
        number = int(begin) if begin.isascii() and begin.isdecimal() and len(begin) < 9 else 0
        if number >= len(self._archives):
            return [], ""
        name = self._archives[number].name
        try:
            rows, more = self._asked(name, lambda door: door.page(inner))
        except Exception:  # noqa: BLE001 - the border around one archive, which other answers name
            rows, more = (), ""
        following = f"{number}.{more}" if more else f"{number + 1}." if number + 1 < len(self._archives) else ""
        return [{**row, "uri": _address(row["uri"], name)} for row in rows], following

    def read(self, uri: str) -> str | None:
        """The text of an item or slide by its address; None if there is none."""
        name, inner = self._parted(uri.removeprefix(SCHEME))
        return self._asked(name, lambda door: door.read(SCHEME + inner)) if name and uri.startswith(SCHEME) else None

    def _asked(self, name: str, ask: Callable[[Door], _T]) -> _T:
        """The answer of one archive; raise disk_refused if its disk gives none."""
        try:
            return attended(lambda watch: watch.asked(name, _PATIENCE, lambda: ask(self._doors[name])))
        except HungError as late:
            raise MaterialsError(Code.DISK_REFUSED, TOO_SLOW, where=name) from late

    def _parted(self, named: str) -> tuple[str, str]:
        """The archive that an id names, if it does, and the rest."""
        first, slash, rest = named.removeprefix(SCHEME).partition("/")
        name = unquote(first)
        return (name, rest) if slash and name in self._doors else ("", named)

    def _at(self, given: Arguments, ask: Callable[[Door, Arguments], Content]) -> Content:
        """The answer of the archive that an id names or, for a path or words of a name, of the only one that has it."""
        name, inner = self._parted(given["id"])
        asked = [name] if name else list(self._doors)
        answers: dict[str, Content] = {}
        failed = MaterialsError(Code.UNKNOWN_ITEM, msg("No matching item."), where=given["id"])
        for each in asked:
            try:
                answers[each] = self._asked(each, lambda door: ask(door, {**given, "id": inner}))
            except Exception as error:
                failure = as_failure(error)
                if name or failure.code is Code.AMBIGUOUS_ITEM:
                    raise
                failed = failed if failure.code is Code.UNKNOWN_ITEM else failure
        if not answers:
            raise failed
        if len(answers) > 1:
            ids = ", ".join(_marked(answer.value, each)["id"] for each, answer in answers.items())
            raise MaterialsError(Code.AMBIGUOUS_ITEM, msg("Several items match. Their ids: {ids}", ids=ids), where=given["id"])
        ((name, answer),) = answers.items()
        return Content(_marked(answer.value, name), answer.picture)

    def _each(
        self, given: Arguments, ask: Callable[[Door, Arguments], Content]
    ) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
        """The answers of all, with ids that name the archive, and why some gave none; raise the last error if none did."""
        answers: dict[str, Mapping[str, Any]] = {}
        silent, failed = dict(self._silent), None
        for name in self._doors:
            try:
                answers[name] = _marked(self._asked(name, lambda door: ask(door, given)).value, name)
            except Exception as error:  # noqa: BLE001 - the border around one archive
                failed = as_failure(error)
                silent[name] = str(failed.what)
        if failed and not answers:
            raise failed
        return answers, silent


def _collections(given: Arguments) -> list[str]:
    return [given["collection"]] if given.get("collection") else []


def _marked(value: Any, name: str) -> Any:
    """An answer with ids and addresses of ours that name the archive."""
    if isinstance(value, list):
        return [_marked(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    marked = {key: _marked(each, name) for key, each in value.items()}
    if "id" in value:
        marked = {"archive": name, **marked, "id": f"{quote(name, safe='')}/{value['id']}"}
    if "url" in value:
        marked["url"] = _address(value["url"], name)
    return marked


def _address(address: str, name: str) -> str:
    return f"{SCHEME}{quote(name, safe='')}/{address.removeprefix(SCHEME)}" if address.startswith(SCHEME) else address
