"""The use cases of publishing: looking at what is private in an archive, and deciding on it, item by item or kind by kind."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.disk import replace_file
from materials_cli.errors import Code, MaterialsError
from materials_cli.export.escape import for_csv, from_csv
from materials_cli.export.spreadsheet import Refused, rows_of
from materials_cli.extract.pool import staffed
from materials_cli.interrupts import Interrupts
from materials_cli.messages import Message, msg
from materials_cli.model import Item, State
from materials_cli.pictures.draw import held_digests
from materials_cli.triage.decisions import Decided
from materials_cli.triage.found import Decision, Find, FindKind
from materials_cli.triage.looks import PROGRAM, Looks
from materials_cli.triage.release import Releases
from materials_cli.triage.survey import finds_of
from materials_cli.values import frozen

COLUMNS = ("collection", "id", "path", "kind", "finds", "places", "text", "decision", "stamp")
_MOST_SHOWN = 5


@frozen()
class Examined:
    """An item with what was found in it, and what is decided. decision: None if anything is undecided."""

    item: Item
    finds: tuple[Find, ...]
    decided: Decided
    decision: Decision | None

    @property
    def open(self) -> tuple[Find, ...]:
        """The finds that nobody has decided on."""
        return tuple(find for find in self.finds if self.decided.on(find) is None)

    def is_new(self) -> bool:
        """Whether something was decided before, and new finds have made the item undecided again."""
        return self.decision is None and any(map(self.decided.is_new, self.open))


@frozen()
class Taken:
    """The result of a spreadsheet: the items whose decisions changed, and the rows that were refused."""

    changed: tuple[Item, ...]
    refused: tuple[Refused, ...]


class Triage:
    """Looks at the items of one archive, and decides on them. Raise locked, catalogue_lost or a disk error."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def examine(self, slugs: Sequence[str] = ()) -> tuple[list[Examined], list[Message]]:
        """The items of some collections (of all when empty) that are in the mirror; and what is wrong with files of decisions.

        Files that nobody has looked at are looked at first.
        """
        with Interrupts(), Catalogue.open(self._archive.store.catalogue) as catalogue:
            items = [item for item in catalogue.each(slugs) if item.state is State.HELD]
            Looks(self._archive.store).clear(held_digests(catalogue))
            self._look(items)
            releases = Releases(self._archive.store, catalogue)
            found = [_examined(releases, item) for item in items]
            return found, releases.decisions.wrong

    def decide(
        self, items: Iterable[Item], decision: Decision | None, kinds: Sequence[FindKind] = (), *, without_finds: bool = False
    ) -> list[Item]:
        """Decide on items or, of each, on what was found of some kinds; return those for which that changed anything.

        decision: None takes it back. without_finds: only on items in which nothing was found.
        """

        def made(one: Examined) -> Decided:
            if without_finds and one.finds:
                return one.decided
            if not kinds:
                return one.decided.with_item(decision, one.finds)
            decided = one.decided
            for kind in kinds:
                if decision is None or any(find.kind is kind for find in one.finds):
                    decided = decided.with_kind(kind, decision, one.finds)
            return decided

        return self.change(items, made)

    def change(self, items: Iterable[Item], made: Callable[[Examined], Decided]) -> list[Item]:
        """Replace the decisions on items by what `made` gives for each; return those for which they differ."""
        items = list(items)
        self._look(items)
        changed = []
        with self._archive.writing() as catalogue:
            releases = Releases(self._archive.store, catalogue)
            for item in items:
                one = _examined(releases, item)
                if releases.decisions.change(item.collection, item.id, item.path, made(one)):
                    changed.append(item)
            releases.decisions.write({item.collection for item in changed})
        return changed

    def write(self, examined: Iterable[Examined], file: Path) -> None:
        """Write a table for a spreadsheet, in which decisions can be changed; take() takes it back. Raise a disk error."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for one in examined:
            writer.writerows(map(for_csv, row.values()) for row in _rows(one))
        replace_file(file, out.getvalue().encode("utf-8-sig", "replace"))

    def take(self, file: Path) -> Taken:
        """Take the decisions that were changed in such a table; raise bad_usage if it is none."""
        rows = list(rows_of(file, msg("Start from one that `materials triage --to FILE` wrote.")))
        wanted: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
        for number, cells in rows:
            wanted.setdefault((cells.get("collection", ""), from_csv(cells.get("id", ""))), []).append((number, cells))
        with Catalogue.open(self._archive.store.catalogue) as catalogue:
            found = {place: catalogue.find(*place) for place in wanted}
        unknown = msg("there is no item with this collection and id")
        refused = [
            Refused(number, cells.get("path", ""), unknown)
            for place, given in wanted.items()
            if found[place] is None
            for number, cells in given
            if any(cells.values())
        ]

        def made(one: Examined) -> Decided:
            decided = one.decided
            shown = {row["kind"]: row for row in _rows(one)}
            for number, cells in wanted[one.item.collection, one.item.id]:
                try:
                    decided = _edited(decided, one, shown.get(cells.get("kind", "")), cells)
                except MaterialsError as error:
                    refused.append(Refused(number, cells.get("path", ""), error.what))
            return decided

        changed = self.change(filter(None, found.values()), made)
        return Taken(tuple(changed), tuple(sorted(refused, key=lambda one: one.row)))

    def _look(self, items: Iterable[Item]) -> None:
        """Look at files that nobody has looked at."""
        looks = Looks(self._archive.store)
        lacking = looks.lacking(items)
        if not lacking:
            return
        with staffed("looker", self._archive.progress, program=PROGRAM) as lookers:
            looks.complete(lacking, lookers)


def _rows(one: Examined) -> Iterator[dict[str, str]]:
    """The rows of an item: one for each kind of what was found in it, or one if nothing was."""
    of_kind: dict[FindKind | None, list[Find]] = {}
    for find in one.finds:
        of_kind.setdefault(find.kind, []).append(find)
    for kind, finds in (of_kind or {None: []}).items():
        decisions = {one.decided.on(find) for find in finds} if finds else {one.decided.whole}
        decision = next(iter(decisions)) if len(decisions) == 1 else None
        keys = sorted({find.key for find in finds})
        places = dict.fromkeys(str(find.place(one.item.unit or "section")) for find in finds)
        yield {
            "collection": one.item.collection,
            "id": one.item.id,
            "path": one.item.path,
            "kind": kind or "",
            "finds": str(len(finds)),
            "places": "; ".join(list(places)[:_MOST_SHOWN]),
            "text": "; ".join(list(dict.fromkeys(find.text for find in finds if find.text))[:_MOST_SHOWN]),
            "decision": decision or "",
            "stamp": hashlib.sha256(" ".join((*keys, decision or "")).encode()).hexdigest()[:10],
        }


def _edited(decided: Decided, one: Examined, shown: Mapping[str, str] | None, cells: Mapping[str, str]) -> Decided:
    """The decisions on an item after a row was edited; raise bad_usage."""
    if shown is None:
        raise MaterialsError(Code.BAD_USAGE, msg("nothing of this kind is found in it any more"))
    word = cells.get("decision", "").strip().lower()
    if word == shown["decision"]:
        return decided
    if word and word not in list(Decision):
        what = msg("“{value}” is not a decision; choose from {known}.", value=word[:60], known=", ".join(Decision))
        raise MaterialsError(Code.BAD_USAGE, what)
    if cells.get("stamp") and cells["stamp"] != shown["stamp"]:
        what = msg("what is found in it has changed since this table was made; write a new one (materials triage --to FILE)")
        raise MaterialsError(Code.BAD_USAGE, what)
    decision = Decision(word) if word else None
    kind = shown["kind"]
    return decided.with_kind(FindKind(kind), decision, one.finds) if kind else decided.with_item(decision, one.finds)


def _examined(releases: Releases, item: Item) -> Examined:
    finds = tuple(finds_of(releases.subject(item)))
    decided = releases.decisions.of(item.collection, item.id)
    return Examined(item, finds, decided, decided.on_all(finds))
