"""Several archives as one: each keeps its own index, and the words weigh what they weigh in all of them together.

A search asks `Passages`; here it asks those of each archive, and their answers are put together. The number of an item says
which archive it belongs to: it stands above the bits of the archive's own numbers.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeVar

from materials_cli.attended import HungError, Watch
from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.errors import Code, MaterialsError, as_failure
from materials_cli.messages import Message, msg
from materials_cli.search.engine import Results, searched, sections_beside
from materials_cli.search.equivalents import Equivalents
from materials_cli.search.filters import at_places, matching_items
from materials_cli.search.hit import Hit
from materials_cli.search.passages import NAME_RANK, Candidate, Passages, Tier
from materials_cli.search.phrases import Joined, tree_of
from materials_cli.search.query import Query
from materials_cli.search.sections import RANK
from materials_cli.search.snippet import Highlights
from materials_cli.search.summed import Summed
from materials_cli.search.typed import is_typed
from materials_cli.search.weights import Index, phrases_of

_ITEM_BITS = 40
PATIENCE = 10.0  # seconds that one archive may take for its answers
_GRACE = 2.0  # seconds after that in which SQLite breaks off what it is asked, unless it waits for a disk
_STEPS = 20_000  # of SQLite's machine, between two looks at the clock
TOO_SLOW = msg("It took too long to answer.")

_T = TypeVar("_T")


class Part(NamedTuple):
    """One of several archives. described: its collections, as its materials.toml describes them."""

    name: str
    catalogue: Catalogue
    described: Sequence[Collection] = ()


class FailedError(Exception):
    """The archive with this number could not answer."""

    def __init__(self, number: int, why: Message) -> None:
        super().__init__(number, why)
        self.number, self.why = number, why


def search_many(
    parts: Sequence[Part],
    query: Query,
    *,
    collections: Sequence[str] = (),
    limit: int = 20,
    equivalents: Equivalents | None = None,
    patience: float = PATIENCE,
    watch: Watch | None = None,
) -> tuple[Results, Mapping[str, Message]]:
    """Search several archives as if they were one; see engine.answered().

    Return also, by name, why some archives did not answer: one that is broken, or takes longer than `patience` (seconds), is
    left out. watch: is told who is asked.
    """
    left, silent = list(parts), dict[str, Message]()
    while True:
        clock = Clock(left, patience, watch)
        try:
            asked = _asked(left, query, collections, clock)
            found = searched(ManyPassages(asked, clock), query, limit, equivalents)
        except FailedError as failed:
            silent[left.pop(failed.number).name] = failed.why
        else:
            return found, silent


class _Archive(NamedTuple):
    """What is asked of an archive. words, titles: its indexes of sections and of names."""

    name: str
    passages: Passages
    words: Index
    titles: Index


def _asked(parts: Sequence[Part], query: Query, collections: Sequence[str], clock: "Clock") -> list[_Archive]:
    """The archives, narrowed by the filters of a query."""

    def narrowed(number: int) -> _Archive:
        name, catalogue, described = parts[number]
        connection = catalogue.connection
        items = matching_items(connection, at_places(query.filters, described), collections)
        passages = Passages(connection, items, sections_beside(catalogue))
        return _Archive(name, passages, Index(connection, "words", RANK), Index(connection, "names", NAME_RANK))

    return [clock.asked(number, partial(narrowed, number)) for number in range(len(parts))]


class Clock:
    """The seconds that each archive may still take, by its number. What SQLite is asked meanwhile is broken off in time."""

    def __init__(self, parts: Sequence[Part], patience: float, watch: Watch | None = None) -> None:
        self._left = [patience] * len(parts)
        self._names = [part.name for part in parts]
        self._watch = watch or Watch()
        self._ends = 0.0
        for part in parts:
            part.catalogue.connection.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return time.monotonic() > self._ends

    def asked(self, number: int, ask: Callable[[], _T]) -> _T:
        """The answer of one archive; raise FailedError."""
        begun = time.monotonic()
        self._ends = begun + self._left[number]
        try:
            answer = self._watch.asked(self._names[number], self._left[number] + _GRACE, ask)
        except HungError:
            raise
        except Exception as error:
            raise FailedError(number, TOO_SLOW if self._is_late() else as_failure(error).what) from error
        self._left[number] -= time.monotonic() - begun
        if self._left[number] < 0:
            raise FailedError(number, TOO_SLOW)
        return answer


class ManyPassages(Passages):
    """The passages of several archives."""

    def __init__(self, archives: Sequence[_Archive], clock: Clock) -> None:
        self._clock = clock
        self._names = [each.name for each in archives]
        self._parts = [each.passages for each in archives]
        self._words = Summed([each.words for each in archives], clock.asked)
        self._titles = Summed([each.titles for each in archives], clock.asked)
        self._nowhere, self._established, self._rarities = {}, {}, {}

    def items(self, limit: int) -> tuple[Hit, ...]:
        """See Passages."""
        found = self._each(lambda part: list(map(require_typed, part.items(limit))))
        hits = (replace(hit, archive=name) for name, own in zip(self._names, found, strict=True) for hit in own)
        return tuple(sorted(hits, key=lambda hit: (hit.item.path, hit.item.collection)))[:limit]

    def paths(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """See Passages."""
        whole: dict[int, tuple[str, str]] = {}
        for archive, own in _by_archive(numbers).items():
            found = self._of(archive, lambda part, own=own: part.paths(own))  # type: ignore[misc]  # its default defeats mypy
            if lost := [item for item in own if tuple(map(type, found.get(item, ()))) != (str, str)]:
                raise FailedError(archive, _damaged(f"item {min(lost)}"))
            whole |= {_whole(archive, item): path for item, path in found.items()}
        return whole

    def sections(
        self, query: Query, expression: str, limit: int, items: str | None = None, *, most: int = 4000
    ) -> list[tuple[int, float]]:
        """See Passages; ranked by the numbers of all archives."""
        narrowed = _by_archive(json.loads(items)) if items else None
        found: dict[int, list[int]] = {}
        for archive in range(len(self._parts)) if narrowed is None else sorted(narrowed):
            own = None if narrowed is None else json.dumps(narrowed[archive])
            found[archive] = self._of(
                archive,
                lambda part, own=own: part.to_rank(query, expression, own, most),  # type: ignore[misc]  # its default defeats mypy
            )
        languages = query.filters.languages and tree_of(replace(query.filters, columns=()).narrow(""))
        tree = tree_of(expression)
        whole = Joined("AND", (tree, languages)) if languages else tree
        columns = f"{{{' '.join(query.filters.columns)}}} : " if query.filters.columns else ""
        best = self._words.best(whole, found, dict.fromkeys(phrases_of(tree), columns), limit)
        return [(_whole_place(archive, place), rank) for archive, place, rank in best]

    def names(self, expression: str, limit: int) -> list[tuple[int, float]]:
        """See Passages; ranked by the numbers of all archives."""
        found = dict(enumerate(self._each(lambda part: part.names_to_rank(expression, limit))))
        best = self._titles.best(tree_of(expression), found, {}, limit)
        return [(_whole(archive, item), rank) for archive, item, rank in best]

    def with_name(self, expression: str, limit: int) -> list[int]:
        """See Passages."""
        found = enumerate(self._each(lambda part: part.with_name(expression, limit)))
        return [_whole(archive, item) for archive, own in found for item in own]

    def named(self, expression: str, numbers: Iterable[int]) -> frozenset[int]:
        """See Passages."""
        return frozenset(
            _whole(archive, item)
            for archive, own in _by_archive(numbers).items()
            for item in self._of(archive, lambda part, own=own: part.named(expression, own))  # type: ignore[misc]  # its default defeats mypy
        )

    def count(self, expression: str, limit: int) -> int:
        """See Passages."""
        found = 0
        for archive in range(len(self._parts)):
            if found >= limit:
                break
            found += self._of(archive, lambda part: part.count(expression, limit))
        return min(found, limit)

    def terms(self, beginning: str) -> dict[str, int]:
        """See Passages."""
        counts = Counter[str]()
        for own in self._each(lambda part: part.terms(beginning)):
            counts.update(own)
        return dict(counts)

    def having(self, term: str) -> int:
        """See Passages."""
        return sum(self._each(lambda part: part.having(term)))

    def first(self, expression: str, limit: int) -> list[Candidate]:
        """See Passages."""
        found = [
            Candidate(_whole(archive, own.item), own.place and _whole_place(archive, own.place), own.rank, own.tier)
            for archive, firsts in enumerate(self._each(lambda part: part.first(expression, limit)))
            for own in firsts
        ]
        sections, names = [each for each in found if each.place is not None], [each for each in found if each.place is None]
        return sections[:limit] + names[:limit]

    def texts(self, candidate: Candidate) -> tuple[str, ...]:
        """See Passages."""
        archive, own = _own(candidate)
        return self._of(archive, lambda part: part.texts(own))

    @property
    def narrowed_to(self) -> int:
        """See Passages."""
        return sum(part.narrowed_to for part in self._parts)

    def extent(self, expression: str, items: str | None = None) -> int:
        """See Passages."""
        narrowed = _by_archive(json.loads(items)) if items else None
        if narrowed is None:
            return sum(self._each(lambda part: part.extent(expression)))
        return sum(
            self._of(archive, lambda part, own=own: part.extent(expression, json.dumps(own)))  # type: ignore[misc]  # its default defeats mypy
            for archive, own in narrowed.items()
        )

    def count_as(self, query: Query, expression: str, shorter: str) -> None:
        """See Passages."""
        self._each(lambda part: part.count_as(query, expression, shorter))

    def size(self) -> int:
        """See Passages."""
        return sum(self._each(lambda part: part.size()))

    def highlights(self, candidate: Candidate, tier: Tier) -> Highlights:
        """See Passages."""
        archive, own = _own(candidate)
        return self._of(archive, lambda part: part.highlights(own, tier))

    def hit(self, candidate: Candidate, tier: Tier, score: float, missing: Sequence[str] = ()) -> Hit:
        """See Passages; it says which archive it is from."""
        archive, own = _own(candidate)
        hit = self._of(archive, lambda part: require_typed(part.hit(own, tier, score, missing)))
        return replace(hit, archive=self._names[archive])

    def _each(self, ask: Callable[[Passages], _T]) -> list[_T]:
        return [self._of(archive, ask) for archive in range(len(self._parts))]

    def _of(self, archive: int, ask: Callable[[Passages], _T]) -> _T:
        return self._clock.asked(archive, lambda: ask(self._parts[archive]))


def _whole(archive: int, item: int) -> int:
    if item >> _ITEM_BITS:
        raise FailedError(archive, _damaged(f"item {item}"))
    return (archive << _ITEM_BITS) + item


def _whole_place(archive: int, place: int) -> int:
    return (_whole(archive, place >> PLACE_BITS) << PLACE_BITS) + (place & ((1 << PLACE_BITS) - 1))


def _damaged(reason: str) -> Message:
    """Why an archive is left out whose catalogue has what no catalogue of ours can have."""
    return msg("The catalogue is damaged ({reason}).", reason=reason)


def require_typed(hit: Hit) -> Hit:
    """A hit, if all that its archive told of it is of the right type; raise bad_catalogue."""
    if not is_typed(hit):
        raise MaterialsError(Code.BAD_CATALOGUE, _damaged(f"item {hit.item.id}"))
    return hit


def _by_archive(numbers: Iterable[int]) -> dict[int, list[int]]:
    """Numbers of items as their archives know them, by archive."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number in numbers:
        found[number >> _ITEM_BITS].append(number & ((1 << _ITEM_BITS) - 1))
    return dict(found)


def _own(candidate: Candidate) -> tuple[int, Candidate]:
    """The archive of a candidate, and the candidate as this archive knows it."""
    archive, place = candidate.item >> _ITEM_BITS, candidate.place
    item = candidate.item & ((1 << _ITEM_BITS) - 1)
    own = None if place is None else place & ((1 << (_ITEM_BITS + PLACE_BITS)) - 1)
    return archive, candidate._replace(item=item, place=own)
