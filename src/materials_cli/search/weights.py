"""How much words weigh in several archives together: BM25 with the numbers of all their indexes summed. Pure but for SQL.

FTS5 ranks by how rare a phrase is in its own table, and how long the table's texts are on the whole. So each table is asked for
each phrase alone, what it counted is told back from its rank, and the rank is made again with the sums.
Source of the formula: https://www.sqlite.org/fts5.html#the_bm25_function
"""

import json
import math
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from materials_cli.catalogue.segments import numbers
from materials_cli.search.expression import quoted
from materials_cli.search.phrases import Phrase, Tree

_K1, _B = 1.2, 0.75
_LEAST = 1e-6


class Size(NamedTuple):
    """How many rows an index has, and how many terms they have together."""

    rows: int
    terms: int

    @property
    def mean(self) -> float:
        """The terms of a row."""
        return self.terms / self.rows if self.rows else 1.0


class Counted(NamedTuple):
    """What one index says of a phrase: in how many rows it stands; how often in some of them, weighted by their columns."""

    rows: int
    often: dict[int, int]


def phrases_of(tree: Tree) -> Iterator[Phrase]:
    """The phrases of an expression."""
    if isinstance(tree, Phrase):
        yield tree
    else:
        for part in tree.parts:
            yield from phrases_of(part)


def written(phrase: Phrase) -> str:
    """A phrase as an expression."""
    return " + ".join(map(quoted, phrase.terms)) + (" *" if phrase.prefix else "")


def ranking(tree: Tree, has: Callable[[Phrase], bool]) -> list[Phrase] | None:
    """The phrases of an expression that rank what matches it: of alternatives, those that match; None if it does not match."""
    if isinstance(tree, Phrase):
        return [tree] if has(tree) else None
    found = [ranking(part, has) for part in tree.parts]
    if tree.operator == "NOT":
        return None if any(each is not None for each in found[1:]) else found[0]
    there = [each for each in found if each is not None]
    if tree.operator == "AND" and len(there) < len(found):
        return None
    return list(chain(*there)) if there else None


class Index:
    """One FTS5 table of sections or names; what it told is remembered. rank: how it ranks, by whole numbers as weights."""

    def __init__(self, connection: sqlite3.Connection, table: str, rank: str) -> None:
        self._connection, self._table, self._rank = connection, table, rank
        self._lengths: dict[int, int] = {}
        self._counted: dict[str, Counted] = {}

    @cached_property
    def size(self) -> Size:
        """The record of averages that FTS5 keeps: the rows, and the terms in each column."""
        (record,) = self._connection.execute(f"SELECT block FROM {self._table}_data WHERE id = 1").fetchone()  # noqa: S608 - a constant
        rows, *terms = list(numbers(record)) or [0]  # nothing was ever put in
        return Size(rows, sum(terms))

    def lengths(self, rows: Sequence[int]) -> dict[int, int]:
        """The terms of some rows."""
        if new := [row for row in rows if row not in self._lengths]:
            statement = f"SELECT id, sz FROM {self._table}_docsize WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
            self._lengths |= {row: sum(numbers(size)) for row, size in self._connection.execute(statement, (json.dumps(new),))}
        return {row: self._lengths[row] for row in rows if row in self._lengths}

    def counted(self, phrase: str, lengths: dict[int, int]) -> Counted:
        """What there is of a phrase. lengths: of the rows that are asked about."""
        known = self._counted.get(phrase)
        if known is None:
            statement = f"SELECT count(*) FROM {self._table} WHERE {self._table} MATCH ?"  # noqa: S608 - constants
            known = Counted(int(self._connection.execute(statement, (phrase,)).fetchone()[0]), {})
            self._counted[phrase] = known
        if known.rows and (new := [row for row in lengths if row not in known.often]):
            known.often.update(self._often(phrase, known.rows, new, lengths))
        return known

    def _often(self, phrase: str, having: int, rows: Sequence[int], lengths: dict[int, int]) -> Iterator[tuple[int, int]]:
        """How often a phrase stands in some rows, told back from their rank."""
        statement = (
            f"SELECT rowid, rank FROM {self._table} WHERE {self._table} MATCH ? AND rank MATCH ?"  # noqa: S608 - constants
            " AND +rowid IN (SELECT value FROM json_each(?))"
        )
        found = dict(map(tuple, self._connection.execute(statement, (phrase, self._rank, json.dumps(rows)))))
        weight = _rarity(self.size.rows, having)
        for row in rows:
            share, length = -found.get(row, 0.0) / weight, _length(lengths[row], self.size.mean)
            yield row, round(share * length / (_K1 + 1 - share))


class Ranking:
    """The ranks of rows that match an expression, by the numbers of all indexes. having: how many rows have each phrase."""

    def __init__(self, tree: Tree, size: Size, having: Mapping[Phrase, int]) -> None:
        self._tree, self._mean = tree, size.mean
        self._weights = {phrase: _rarity(size.rows, rows) * (_K1 + 1) for phrase, rows in having.items()}
        self._counting: dict[frozenset[Phrase], Sequence[Phrase]] = {}

    def rank(self, length: int, often: Mapping[Phrase, int]) -> float:
        """The rank of a row, the higher the better. length: its terms; often: how often each of its phrases stands in it."""
        there, part = frozenset(often), _length(length, self._mean)
        if there not in self._counting:
            self._counting[there] = ranking(self._tree, there.__contains__) or ()
        return sum(self._weights[each] * often[each] / (often[each] + part) for each in self._counting[there])


def _rarity(rows: int, having: int) -> float:
    without = max(rows - having, 0)  # a sync may write between the two counts
    return max(_LEAST, math.log((without + 0.5) / (having + 0.5)))


def _length(terms: int, mean: float) -> float:
    return _K1 * (1 - _B + _B * terms / mean)
