"""The use cases of publishing: looking at what is private in an archive, and deciding on it, item by item or kind by kind."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.extract.pool import Pool
from materials_cli.interrupts import Interrupts
from materials_cli.messages import Message
from materials_cli.model import Item, State
from materials_cli.triage.decisions import Decided, Decision
from materials_cli.triage.finds import FindKind
from materials_cli.triage.looks import PROGRAM, Looks
from materials_cli.triage.release import Releases
from materials_cli.triage.survey import Find, finds_of
from materials_cli.values import frozen


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
        return self.decision is None and bool(self.decided.seen or self.decided.whole)


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

    def _look(self, items: Iterable[Item]) -> None:
        """Look at files that nobody has looked at."""
        looks = Looks(self._archive.store)
        lacking = looks.lacking(items)
        if not lacking:
            return
        cores = os.cpu_count() or 1
        with Pool(cores, program=PROGRAM) as pool, ThreadPoolExecutor(cores, "looker") as threads:
            try:
                looks.complete(lacking, pool, threads, self._archive.progress)
            except BaseException:
                pool.stop()
                raise


def _examined(releases: Releases, item: Item) -> Examined:
    finds = tuple(finds_of(releases.subject(item)))
    decided = releases.decisions.of(item.collection, item.id)
    return Examined(item, finds, decided, decided.on_all(finds))
