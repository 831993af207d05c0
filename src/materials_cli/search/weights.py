"""How much words weigh in several archives together: BM25 with the numbers of all their indexes summed. Pure but for SQL.

FTS5 ranks by how rare a phrase is in its own table, and how long the table's texts are on the whole. So each table is asked for
each phrase alone, what it counted is told back from its rank, and the rank is made again with the sums.
Source of the formula: https://www.sqlite.org/fts5.html#the_bm25_function
"""

import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

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
    """One FTS5 table of sections or names. rank: how it ranks them, by weights of columns that are whole numbers."""

    def __init__(self, connection: sqlite3.Connection, table: str, rank: str) -> None:
        self._connection, self._table, self._rank = connection, table, rank
        self._sizes: Size | None = None

    @property
    def size(self) -> Size:
        """The record of averages that FTS5 keeps: the rows, and the terms in each column."""
        if self._sizes is None:
            (record,) = self._connection.execute(f"SELECT block FROM {self._table}_data WHERE id = 1").fetchone()  # noqa: S608 - a constant
            rows, *terms = _numbers(record)
            self._sizes = Size(rows, sum(terms))
        return self._sizes

    def lengths(self, rows: Iterable[int]) -> dict[int, int]:
        """The terms of some rows."""
        statement = f"SELECT id, sz FROM {self._table}_docsize WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
        return {row: sum(_numbers(size)) for row, size in self._connection.execute(statement, (json.dumps(list(rows)),))}

    def counted(self, phrase: str, lengths: dict[int, int]) -> Counted:
        """What there is of a phrase. lengths: of the rows that are asked about."""
        statement = f"SELECT count(*) FROM {self._table} WHERE {self._table} MATCH ?"  # noqa: S608 - constants
        rows = int(self._connection.execute(statement, (phrase,)).fetchone()[0])
        if not rows:
            return Counted(0, {})
        statement = (
            f"SELECT rowid, rank FROM {self._table} WHERE {self._table} MATCH ? AND rank MATCH ?"  # noqa: S608 - constants
            " AND +rowid IN (SELECT value FROM json_each(?))"
        )
        found = self._connection.execute(statement, (phrase, self._rank, json.dumps(list(lengths)))).fetchall()
        weight = _rarity(self.size.rows, rows)
        often = {}
        for row, rank in found:
            share, length = -rank / weight, _length(lengths[row], self.size.mean)
            often[row] = round(share * length / (_K1 + 1 - share))
        return Counted(rows, often)


def rank(size: Size, tree: Tree, length: int, often: Mapping[Phrase, int], having: Mapping[Phrase, int]) -> float:
    """The rank of a row, the higher the better. length: its terms.

    often: how often each phrase that it has stands in it. size, having: of all indexes; in how many of their rows each stands.
    """
    part = _length(length, size.mean)
    phrases = ranking(tree, often.__contains__) or ()
    return sum(_rarity(size.rows, having[each]) * often[each] * (_K1 + 1) / (often[each] + part) for each in phrases)


def _rarity(rows: int, having: int) -> float:
    weight = math.log((rows - having + 0.5) / (having + 0.5))
    return weight if weight > 0 else _LEAST


def _length(terms: int, mean: float) -> float:
    return _K1 * (1 - _B + _B * terms / mean)


def _numbers(record: bytes) -> list[int]:
    """The numbers in a record of FTS5: seven bits to a byte, the last with the highest bit unset."""
    found, number = list[int](), 0
    for byte in record:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(number)
            number = 0
    return found
