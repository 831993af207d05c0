"""`materials list`: list archived items as a table, a tree or a file for other programs."""

import fnmatch
import itertools
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from materials_cli.cli.context import (
    ArchiveContext,
    ArchiveOption,
    CollectionOption,
    CollectionsArgument,
    JsonOption,
    KindOption,
    kinds_of,
    limit_option,
)
from materials_cli.cli.items import extent, next_step
from materials_cli.cli.layout import cells, padded
from materials_cli.cli.output import (
    day,
    file_link,
    is_terminal,
    out,
    paged,
    print_branch,
    print_columns,
    print_json,
    print_pieces,
    print_rows,
    print_wrapped,
    safe,
    say,
    styled,
)
from materials_cli.dates import read_period, rfc3339
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.entries import BOM
from materials_cli.export.rows import csv_lines, jsonl_lines, row
from materials_cli.kinds import matches_kind
from materials_cli.messages import counted, msg, size, tr, trn
from materials_cli.model import Item, State
from materials_cli.sources.kept import Marks, marks_of
from materials_cli.sources.outlook import Key as _Key
from materials_cli.values import frozen
from materials_cli.words.languages import CODES, code_of

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.store.mirror import Store


_SIZE, _DAY = 7, 10  # cells of “1023 KB” and of a date


class Sort(StrEnum):
    """The sort orders of `list`."""

    PATH = "path"
    NAME = "name"
    MODIFIED = "modified"
    SIZE = "size"


class Format(StrEnum):
    """The output formats of `list`."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"
    PATHS = "paths"


_EARLY = datetime.min.replace(tzinfo=UTC)
_SORT_KEYS: dict[Sort, Callable[[Item], Any]] = {
    Sort.PATH: lambda item: (item.path.split("/")[:-1], item.path),
    Sort.NAME: lambda item: (item.remote.name.casefold(), item.path),
    Sort.MODIFIED: lambda item: (_EARLY - (item.remote.modified or _EARLY), item.path),
    Sort.SIZE: lambda item: (-item.fixity.size, item.path),
}
_FILES: dict[Format, Callable[[Iterable[Item]], Iterable[str]]] = {
    Format.CSV: lambda items: itertools.chain(() if is_terminal() else (BOM,), csv_lines(items)),
    Format.JSONL: jsonl_lines,
    Format.PATHS: lambda items: (f"{item.path}\n" for item in items),
}


@frozen()
class _Selection:
    """What the options select; None and empty select everything. since: inclusive; before: exclusive."""

    kinds: tuple[str, ...]
    name: str | None
    since: datetime | None
    before: datetime | None
    withdrawn: bool
    languages: frozenset[str]

    def includes(self, item: Item, languages: Sequence[str]) -> bool:
        """Whether an item in these languages is selected."""
        modified = item.remote.modified or _EARLY
        return (
            (self.withdrawn or item.state is State.HELD)
            and (not self.kinds or matches_kind(self.kinds, item.kind, item.path))
            and (self.name is None or _fits(item, self.name))
            and (self.since is None or modified >= self.since)
            and (self.before is None or modified < self.before)
            and (not self.languages or not self.languages.isdisjoint(languages))
        )


class _Listed:
    """The items that are selected, up to a limit; to be gone through once, and counted meanwhile.

    of: all that they are selected from, of which so many are withdrawn; count: those up to the limit; more: those after it.
    """

    def __init__(
        self, items: Iterable[Item], selection: _Selection, languages: Mapping[_Key, Sequence[str]], limit: int | None
    ) -> None:
        self._items, self._selection, self._languages, self._limit = items, selection, languages, limit
        self.of = self.withdrawn = self.count = self.more = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            self.of += 1
            self.withdrawn += item.state is State.WITHDRAWN
            if not self._selection.includes(item, self._languages.get(_key(item), ())):
                continue
            if self._limit is None or self.count < self._limit:
                self.count += 1
                yield item
            else:
                self.more += 1


def list_items(  # noqa: PLR0913 - each argument is an option of the command
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    collection: CollectionOption = None,
    kind: KindOption = None,
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", metavar="LANGUAGE", help="Only items in this language: kk, Kazakh (repeatable)."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="PATTERN", help="Only names matching this pattern: *georgia*, 2025-??.pdf.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Modified on or after this date: 2025-06-01, 2025-06, yesterday, 30d."),
    ] = None,
    before: Annotated[str | None, typer.Option("--before", metavar="DATE", help="Modified before this date.")] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="What the archive held at the end of this date.")
    ] = None,
    sort: Annotated[
        Sort, typer.Option("--sort", "-s", help="Sort order: the newest or the largest first, else from A to Z.")
    ] = Sort.PATH,
    limit: Annotated[int | None, limit_option("Maximum number.")] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Reverse the order.")] = False,
    tree: Annotated[bool, typer.Option("--tree", help="Show the folders as a tree.")] = False,
    withdrawn: Annotated[bool, typer.Option("--all", "-a", help="Include withdrawn items.")] = False,
    form: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TABLE,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """List what the archive holds.

    Example: materials list --kind slides --since 2025-06-01
    """
    if as_json and form is not Format.TABLE:
        what = msg("--json and --format {format} cannot be combined.", format=form)
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Use only one of them."))
    selection = _Selection(kinds_of(kind), name, _start(since), _start(before), withdrawn, _languages(lang))
    here = ArchiveContext.of(context, archive)
    chosen = _chosen(here, collections, collection)
    end = read_period(at, datetime.now(UTC)).end if at is not None else None
    with here.catalogue() as catalogue:
        drawn = is_terminal() and form is Format.TABLE
        languages = catalogue.languages_by_item() if as_json or drawn or selection.languages else {}
        listed = _Listed(_sorted(catalogue, chosen, end, sort, reverse=reverse), selection, languages, limit)
        if as_json:
            _print_json(listed, languages, _marks(here, catalogue, lambda: catalogue.each(chosen), end=end), end)
        elif form in _FILES:
            print_pieces(_FILES[form](listed))
        elif tree:
            with paged():
                print_tree(list(listed))
        elif drawn:
            present = _present(catalogue, chosen, end)
            marks = partial(_marks, here, catalogue, end=end)
            _draw(
                listed,
                partial(_file_now, here.store, present),
                languages,
                marks,
                grouped=sort is Sort.PATH,
                hiding=not withdrawn,
            )
        else:
            print_rows(map(piped, listed))
    if not listed.count:
        say(_nothing(here, listed, end))


def _draw(
    listed: _Listed,
    held_path: Callable[[Item], Path],
    languages: Mapping[_Key, Sequence[str]],
    marks: Callable[[Callable[[], Sequence[Item]]], Marks],
    *,
    grouped: bool,
    hiding: bool,
) -> None:
    """Draw a table, page by page, and its totals; nothing if there are no items. hiding: whether it has none withdrawn."""
    if items := list(listed):
        known = marks(lambda: items)
        with paged():
            print_table(items, held_path, languages, known, grouped=grouped)
        print_totals(items, listed.more, listed.withdrawn if hiding else 0)


def _nothing(here: ArchiveContext, listed: _Listed, end: datetime | None) -> str:
    if listed.of:
        return tr("No matching items.")
    return tr("The archive held nothing then.") if end else next_step(here.config)


def _chosen(here: ArchiveContext, *typed: list[str] | None) -> list[str]:
    """The collections to list; for a word that is none, say how items are found."""
    named = [name for names in typed for name in names or ()]
    try:
        return here.slugs(named)
    except MaterialsError as error:
        if error.code is Code.UNKNOWN_COLLECTION:
            error.fix = msg("To find items by their words: materials search {words}", words=shlex.join(named))
        raise


def _sorted(
    catalogue: "Catalogue", collections: Sequence[str], end: datetime | None, sort: Sort, *, reverse: bool
) -> Iterable[Item]:
    """What the archive holds or, if `end` is given, held just before that. By their paths, items come one by one."""
    if sort is Sort.PATH and not end:
        return catalogue.each_by_folder(collections, reverse=reverse)
    items = catalogue.items_at(end, collections) if end else catalogue.items(collections)
    return sorted(items, key=_SORT_KEYS[sort], reverse=reverse)


def _present(catalogue: "Catalogue", collections: Sequence[str], end: datetime | None) -> dict[_Key, Item]:
    """The present items beside those of an earlier time."""
    return {_key(item): item for item in catalogue.each(collections)} if end else {}


def _marks(here: ArchiveContext, catalogue: "Catalogue", read: Callable[[], Iterable[Item]], *, end: datetime | None) -> Marks:
    """What is known of the sources of items; nothing of those of an earlier time."""
    return Marks({}, {}) if end else marks_of(here.store, catalogue, here.config.collections, read, datetime.now(UTC))


def _key(item: Item) -> _Key:
    return item.collection, item.id


def _languages(typed: Sequence[str] | None) -> frozenset[str]:
    """The codes of the languages given; raise bad_usage for what is none."""
    codes = {word: code_of(word) for word in typed or ()}
    for word, code in codes.items():
        if code is None:
            known = ", ".join(sorted(CODES))
            what = msg("“{language}” is not a language that texts are recognised in.", language=word)
            raise MaterialsError(
                Code.BAD_USAGE, what, why=msg("The languages are: {known}. Their names work, too.", known=known)
            )
    return frozenset(filter(None, codes.values()))


def _print_json(items: Iterable[Item], languages: Mapping[_Key, Sequence[str]], marks: Marks, end: datetime | None) -> None:
    rows = (
        {
            **row(item),
            "languages": list(languages.get(_key(item), ())),
            "last_copy": rfc3339(marks.last.get(_key(item))),
            "endangered": (sign := marks.signs.get(_key(item))) and str(sign),
        }
        for item in items
    )
    print_json("materials/list@1", rows, **({"at": rfc3339(end)} if end else {}))


def _file_now(store: "Store", present: Mapping[_Key, Item], item: Item) -> Path:
    """Where the bytes are today that an item has, or had at an earlier time."""
    now = present.get(_key(item), item)
    return store.place(now) if now.fixity.sha256 == item.fixity.sha256 else store.versions.path(item.fixity.sha256)


def _start(date: str | None) -> datetime | None:
    return read_period(date, datetime.now(UTC)).start if date is not None else None


def _fits(item: Item, pattern: str) -> bool:
    """Match a name with a pattern: shell wildcards if it has any, else any part of the name."""
    wanted = pattern.casefold() if any(c in pattern for c in "*?[") else f"*{pattern.casefold()}*"
    names: Sequence[str] = (item.remote.name, item.path.rpartition("/")[2])
    return any(fnmatch.fnmatchcase(name.casefold(), wanted) for name in names)


def piped(item: Item) -> tuple[object, ...]:
    """An item as columns for a pipe."""
    return item.path, item.kind, item.fixity.size, day(item.remote.modified), item.sections or "", item.id


def print_table(
    items: Sequence[Item],
    held_path: Callable[[Item], Path],
    languages: Mapping[_Key, Sequence[str]],
    marks: Marks,
    *,
    grouped: bool,
) -> None:
    """Print items grouped by folder, or with full paths. held_path: returns the path of an item's file."""
    groups = itertools.groupby(items, key=lambda item: item.path.rpartition("/")[0]) if grouped else [("", iter(items))]
    width = max((cells(extent(item)) for item in items), default=0)
    spoken_in = {_key(item): " ".join(languages.get(_key(item), ())) for item in items}
    wide = max(map(cells, spoken_in.values()), default=0)
    for place, (folder, members) in enumerate(groups):
        if grouped:
            if place:
                out().print()
            print_wrapped(out(), styled(folder, "bold"))
        rows = []
        for item in members:
            name = item.path.rpartition("/")[2] if grouped else item.path
            shown = styled("").append(safe(name), file_link(held_path(item)))
            if item.state is State.WITHDRAWN:
                shown.append(f"  {tr('withdrawn')}", "yellow")
            if _key(item) in marks.last:
                shown.append(f"  {tr('last copy')}", "yellow")
            if _key(item) in marks.signs:
                shown.append(f"  {tr('endangered')}", "yellow")
            if item.replacement:
                shown.append(f"  {tr('new content waits')}", "yellow")
            weight = tr(size(item.fixity.size)).rjust(_SIZE + 2 * grouped)
            facts = padded(day(item.remote.modified), _DAY), padded(extent(item), width)
            spoken = styled(padded(spoken_in[_key(item)], wide), "dim")
            rows.append((styled(weight), *map(styled, facts), *([spoken] if wide else []), shown))
        print_columns(rows)


def print_totals(items: Sequence[Item], more: int, hidden: int) -> None:
    """Print a summary line below a table."""
    line = f"{tr(counted(len(items), 'item'))}, {tr(size(sum(item.fixity.size for item in items)))}"
    if more:
        line = f"{line}; {trn('… and {count} more', '… and {count} more', more)}"
    if hidden:
        withdrawn = trn(
            "{count} withdrawn by the owner and kept (--all shows it)",
            "{count} withdrawn by the owner and kept (--all shows them)",
            hidden,
        )
        line = f"{line}; {withdrawn}"
    out().print()
    print_wrapped(out(), styled(line, "dim"))


def print_tree(items: Sequence[Item]) -> None:
    """Print folders and files as a tree."""
    tree: dict[str, Any] = {}
    for item in items:
        *folders, name = item.path.split("/")
        here = tree
        for folder in folders:
            here = here.setdefault(folder, {})
        here[name] = item
    for top, below in tree.items():
        print_wrapped(out(), styled(top, "bold"))
        _print_branches(below, "")


def _print_branches(folder: Mapping[str, Any], guides: str) -> None:
    """Print what is in a folder of a tree: a folder is a mapping, a file an item. guides: the lines of the folders above."""
    last = len(folder) - 1
    for number, (name, below) in enumerate(folder.items()):
        lead = styled(f"{guides}{'└── ' if number == last else '├── '}", "dim")
        inner = f"{guides}{'    ' if number == last else '│   '}"
        if isinstance(below, Item):
            print_branch(lead, styled(name), inner, styled(f"  {extent(below)}  {tr(size(below.fixity.size))}", "dim"))
        else:
            print_branch(lead, styled(name, "bold"), inner)
            _print_branches(below, inner)
