"""The best rows of several indexes, by the numbers of all of them: no other row of any would rank among these.

Each phrase is asked for alone, the one that can add most to a rank first. What cannot reach the best any more, whatever is
still to come, is not looked at further, so that words which stand everywhere cost little. What is left is ranked.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeVar

from materials_cli.search.phrases import Phrase, Tree
from materials_cli.search.weights import (
    MOST,
    Index,
    Size,
    phrases_of,
    ranking,
    rarity,
    share,
    slowness,
    surely_counting,
    written,
)

_LESS = 1 - 1e-9  # bounds are rounded otherwise than ranks are
_LESS_BY = 0.5  # how much less has to be to come before rows are compared again

_T = TypeVar("_T")


class Ask(Protocol):
    """How the index with a number is asked for something."""

    def __call__(self, index: int, ask: Callable[[], _T], /) -> _T:
        """Return its answer."""


class _Sought(NamedTuple):
    """A phrase of an expression. asked: as an index is asked for it; term: it, if it is one that may stand in any column.

    having: the rows that have it, by the indexes' numbers; weight: by how rare it is in all indexes; times: how often it is in
    the expression; surely: of that, where it ranks whatever else a row has.
    """

    asked: str
    term: str | None
    having: tuple[int, ...]
    weight: float
    times: int
    surely: int

    @property
    def most(self) -> float:
        """What it adds to a rank at most."""
        return self.weight * MOST * self.times

    def stands_in(self, index: int) -> bool:
        """Whether any row of an index has it."""
        return self.having[index] > 0


class Summed:
    """Several indexes as one."""

    def __init__(self, indexes: Sequence[Index], ask: Ask) -> None:
        self._indexes, self._ask = indexes, ask

    def best(
        self, tree: Tree, found: Mapping[int, Collection[int]], columns: Mapping[Phrase, str], limit: int
    ) -> list[tuple[int, int, float]]:
        """The best of the rows that match an expression: index, row and rank; of equal ones, the first.

        found: the rows, by the numbers of their indexes; columns: in which a phrase is looked for, if not in all.
        """
        left = {index: self._rows(index, rows) for index, rows in found.items() if rows}
        if not left:
            return []
        phrases = list(dict.fromkeys(phrases_of(tree)))
        sought = self._sought(tree, phrases, columns)
        self._leave_out_beaten(left, sought, limit)
        ranks = _Ranks(tree, phrases, sought, {index: self._often(index, sought, rows) for index, rows in left.items()})
        best, reached = list[tuple[int, int, float]](), list[float]()
        for most, index, row in sorted((each for at, rows in left.items() for each in rows.at_most(at)), reverse=True):
            if len(reached) == limit and most < reached[0] * _LESS:
                break
            rank = ranks.rank(index, row, left[index].slow[row])
            best.append((index, row, rank))
            (heapq.heappush if len(reached) < limit else heapq.heappushpop)(reached, rank)
        return sorted(best, key=lambda row: (-row[2], row[0], row[1]))[:limit]

    def _leave_out_beaten(self, left: Mapping[int, "_Rows"], sought: Sequence[_Sought], limit: int) -> None:
        """Look up each phrase in turn, and leave out the rows that others have beaten by then."""
        in_turn = sorted(sought, key=lambda each: -each.most)
        to_come = {index: _to_come(index, in_turn) for index in left}
        begun, looked = 0, max(most[0] for most in to_come.values())
        for number in range(1, len(in_turn) + 1):
            more = max(most[number] for most in to_come.values())
            if more > looked * _LESS_BY:
                continue
            for index, rows in left.items():
                for each, often in self._often(index, in_turn[begun:number], rows):
                    rows.add(each, often)
            begun, looked = number, more
            _keep_the_best({rows: to_come[index][number] for index, rows in left.items()}, limit)

    def _sought(self, tree: Tree, phrases: Sequence[Phrase], columns: Mapping[Phrase, str]) -> list[_Sought]:
        times, surely = Counter(phrases_of(tree)), Counter(surely_counting(tree))
        asked = [f"{columns.get(phrase, '')}{written(phrase)}" for phrase in phrases]
        having = self._having(asked)
        return [
            _Sought(text, _term(phrase, columns), own, rarity(self._size.rows, sum(own)), times[phrase], surely[phrase])
            for phrase, text, own in zip(phrases, asked, having, strict=True)
        ]

    @cached_property
    def _size(self) -> Size:
        sizes = [self._ask(number, lambda index=index: index.size) for number, index in enumerate(self._indexes)]  # type: ignore[misc]  # its default defeats mypy
        return Size(sum(each.rows for each in sizes), sum(each.terms for each in sizes))

    def _having(self, phrases: Sequence[str]) -> Iterator[tuple[int, ...]]:
        """Of each phrase, the rows that have it, by the indexes' numbers."""
        asked = (lambda index=index: list(map(index.having, phrases)) for index in self._indexes)
        return zip(*(self._ask(number, ask) for number, ask in enumerate(asked)), strict=True)

    def _often(self, index: int, sought: Sequence[_Sought], rows: "_Rows") -> Iterator[tuple[_Sought, Mapping[int, int]]]:
        """Those of some phrases that stand in an index, and how often each stands in rows of it."""
        there = [each for each in sought if rows.left and each.stands_in(index)]
        asked = self._indexes[index]
        often = self._ask(index, lambda: [asked.often(each.asked, rows.left, each.term) for each in there])
        return zip(there, often, strict=True)

    def _rows(self, index: int, rows: Collection[int]) -> "_Rows":
        lengths, mean = self._ask(index, lambda: self._indexes[index].lengths(rows)), self._size.mean
        return _Rows({row: slowness(lengths[row], mean) for row in rows if row in lengths})


class _Rows:
    """Those rows of one index that may be among the best. slow: how slowly a phrase adds to their ranks (see weights)."""

    def __init__(self, slow: Mapping[int, float]) -> None:
        self.slow = slow
        self.left = set(slow)
        self._least = dict.fromkeys(slow, 0.0)  # what is known of their ranks
        self._more: defaultdict[int, float] = defaultdict(float)  # and what may not count

    def add(self, sought: _Sought, often: Mapping[int, int]) -> None:
        """A phrase stands so often in rows."""
        weight, surely, unsure = sought.weight, sought.surely, sought.times - sought.surely
        least, more, slow = self._least, self._more, self.slow
        for row in often.keys() & self.left:
            added = share(weight, often[row], slow[row])
            if surely:
                least[row] += added * surely
            if unsure:
                more[row] += added * unsure

    def reached(self) -> Iterator[float]:
        """What their ranks are at least."""
        return (self._least[row] for row in self.left)

    def at_most(self, index: int) -> Iterator[tuple[float, int, int]]:
        """What their ranks are at most, once all is added; each with the number of this index, and that of the row."""
        return ((self._least[row] + self._more.get(row, 0.0), index, row) for row in self.left)

    def leave_out_below(self, rank: float) -> None:
        """Leave out what is not known to have a rank."""
        self.left = {row for row in self.left if self._least[row] + self._more.get(row, 0.0) >= rank}


class _Ranks:
    """The ranks of rows, to the last bit as FTS5 would tell them."""

    def __init__(
        self,
        tree: Tree,
        phrases: Sequence[Phrase],
        sought: Sequence[_Sought],
        often: Mapping[int, Iterable[tuple[_Sought, Mapping[int, int]]]],
    ) -> None:
        self._tree, self._sought = tree, sought
        number = {each.asked: number for number, each in enumerate(sought)}
        self._often = {index: [(number[each.asked], rows) for each, rows in some] for index, some in often.items()}
        self._numbers = {phrase: number for number, phrase in enumerate(phrases)}
        self._in_order = [self._numbers[phrase] for phrase in phrases_of(tree)]
        self._plain = all(each.times == each.surely for each in sought)

    def rank(self, index: int, row: int, slow: float) -> float:
        """The rank of a row; slow: see weights."""
        there = {number: rows[row] for number, rows in self._often[index] if row in rows}
        rank, numbers = 0.0, self._numbers
        counting = self._in_order
        if not self._plain:
            counting = [numbers[one] for one in ranking(self._tree, lambda one: numbers[one] in there) or ()]
        for number in counting:  # sum() would round otherwise than FTS5 does
            if number in there:
                rank += share(self._sought[number].weight, there[number], slow)
        return rank


def _term(phrase: Phrase, columns: Mapping[Phrase, str]) -> str | None:
    """The term that a phrase is, unless it is looked for in some columns alone."""
    return None if phrase.prefix or len(phrase.terms) > 1 or columns.get(phrase) else phrase.terms[0]


def _to_come(index: int, in_turn: Sequence[_Sought]) -> list[float]:
    """What phrases add to a rank in an index at most: all, all but the first, and so on."""
    # From the last on: what is still to come must not be lost in the rounding of what has come.
    added = accumulate((each.most if each.stands_in(index) else 0.0 for each in reversed(in_turn)), initial=0.0)
    return [*added][::-1]


def _keep_the_best(to_come: Mapping[_Rows, float], limit: int) -> None:
    """Leave out the rows that others have beaten already, whatever is still to come for those of an index."""
    if sum(len(rows.left) for rows in to_come) > limit:
        best = heapq.nlargest(limit, (rank for rows in to_come for rank in rows.reached()))
        for rows, more in to_come.items():
            if more < best[-1] * _LESS:
                rows.leave_out_below(best[-1] * _LESS - more)
