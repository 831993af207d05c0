"""How much words weigh in several archives together: BM25 with the numbers of all their indexes summed. Pure but for SQL.

FTS5 ranks by how rare a phrase is in its own table, and how long the table's texts are on the whole. So each table is asked for
each phrase alone, what it counted is told back from its rank, and the rank is made again with the sums.
Source of the formula: https://www.sqlite.org/fts5.html#the_bm25_function
"""

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from materials_cli.catalogue.segments import numbers
from materials_cli.patterns import regex
from materials_cli.search.expression import quoted
from materials_cli.search.phrases import Phrase, Tree

_K1, _B = 1.2, 0.75
MOST = _K1 + 1
_LEAST = 1e-6
_WEIGHT_BITS = 3
_AS_CHEAP = 3  # so many rows are counted in the time in which one is ranked
_COLUMNS = {"words": ("title", "body", "notes"), "names": ("name", "folders", "about")}
_NUMBER = regex(r"\d+(?=\.0)")


class Size(NamedTuple):
    """How many rows an index has, and how many terms they have together."""

    rows: int
    terms: int

    @property
    def mean(self) -> float:
        """The terms of a row; where there are none, any number will do."""
        return self.terms / self.rows if self.rows and self.terms else 1.0


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
        self._having: dict[str, int] = {}
        self._often: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._asked: defaultdict[str, set[int]] = defaultdict(set)
        self._whole: set[str] = set()  # the phrases of which all rows are known

    @cached_property
    def size(self) -> Size:
        """The record of averages that FTS5 keeps: the rows, and the terms in each column."""
        (record,) = self._connection.execute(f"SELECT block FROM {self._table}_data WHERE id = 1").fetchone()  # noqa: S608 - a constant
        rows, *terms = list(numbers(record)) or [0]  # nothing was ever put in
        return Size(rows, sum(terms))

    def having(self, phrase: str) -> int:
        """In how many rows a phrase stands."""
        if phrase not in self._having:
            statement = f"SELECT count(*) FROM {self._table} WHERE {self._table} MATCH ?"  # noqa: S608 - constants
            self._having[phrase] = int(self._connection.execute(statement, (phrase,)).fetchone()[0])
        return self._having[phrase]

    def often(self, phrase: str, rows: AbstractSet[int], term: str | None = None) -> Mapping[int, int]:
        """How often a phrase stands in rows, weighted by columns: in all that have it, or at least in these.

        term: the phrase, if it is one whole term that is looked for in all columns.
        """
        having, known = self.having(phrase), self._often[phrase]
        if having and phrase not in self._whole and (new := rows - self._asked[phrase]):
            if term is not None and having <= len(new) * _AS_CHEAP:
                self._whole.add(phrase)
                known |= self._counted(term)
            elif having <= len(new):
                self._whole.add(phrase)
                self._read(phrase, None)
            else:
                self._asked[phrase] |= new
                self._read(phrase, json.dumps(list(new)))
        return known

    def _counted(self, term: str) -> dict[int, int]:
        """How often a term stands in each row, by its places: that is cheaper than to rank the rows.

        The table has it in small letters, in which no sound is written.
        """
        by_column = " ".join(f"WHEN '{name}' THEN {weight}" for name, weight in self._columns)
        statement = (
            f"SELECT json_group_array(doc << {_WEIGHT_BITS} | CASE col {by_column} END)"  # noqa: S608 - constants
            f" FROM temp.{self._places} WHERE term = lower(?)"
        )
        often: defaultdict[int, int] = defaultdict(int)
        for place in json.loads(self._connection.execute(statement, (term,)).fetchone()[0]):  # faster than as many rows
            often[place >> _WEIGHT_BITS] += place & ((1 << _WEIGHT_BITS) - 1)
        return often

    @cached_property
    def _columns(self) -> list[tuple[str, int]]:
        return list(zip(_COLUMNS[self._table], map(int, _NUMBER.findall(self._rank)), strict=True))

    @cached_property
    def _places(self) -> str:
        name = f"{self._table}_places"
        self._connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{name} USING fts5vocab (main, {self._table}, instance)"
        )
        return name

    def _read(self, phrase: str, rows: str | None) -> None:
        """Tell how often a phrase stands in its rows back from their ranks. rows: in these alone, a JSON array."""
        statement = (
            f"SELECT rowid, rank FROM {self._table} WHERE {self._table} MATCH ?1 AND rank MATCH ?2"  # noqa: S608 - constants
            " AND (?3 IS NULL OR +rowid IN (SELECT value FROM json_each(?3)))"
        )
        ranks = self._connection.execute(statement, (phrase, self._rank, rows)).fetchall()
        lengths = self.lengths([row for row, _ in ranks])
        weight, mean, often = rarity(self.size.rows, self._having[phrase]), self.size.mean, self._often[phrase]
        for row, rank in ranks:
            if row in lengths:
                share = -rank / weight
                often[row] = max(0, round(share * slowness(lengths[row], mean) / (MOST - share)))  # not 0 in a sound catalogue

    def lengths(self, rows: Iterable[int]) -> Mapping[int, int]:
        """How many terms rows have: all that were asked for by now, as far as there are any."""
        if new := [row for row in rows if row not in self._lengths]:
            statement = f"SELECT id, sz FROM {self._table}_docsize WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
            found = self._connection.execute(statement, (json.dumps(new),)).fetchall()
            # Nearly all have less than 128 terms in each column: then each number is one byte.
            self._lengths |= {row: sum(size if size.isascii() else numbers(size)) for row, size in found}
        return self._lengths


def surely_counting(tree: Tree, *, alternative: bool = False) -> Iterator[Phrase]:
    """The phrases of an expression that rank each row that has them: not those of alternatives that ask for others, too."""
    if isinstance(tree, Phrase):
        yield tree
    elif tree.operator == "OR":
        for part in tree.parts:
            yield from surely_counting(part, alternative=True)
    elif not alternative:
        for part in tree.parts[: 1 if tree.operator == "NOT" else None]:
            yield from surely_counting(part)


def rarity(rows: int, having: int) -> float:
    """What a phrase weighs that some of all rows have."""
    without = max(rows - having, 0)  # a sync may write between the two counts
    return max(_LEAST, math.log((without + 0.5) / (having + 0.5)))


def slowness(terms: int, mean: float) -> float:
    """How slowly a phrase that stands in a row more often adds to its rank: the longer the row, the slower."""
    return _K1 * (1 - _B + _B * terms / mean)


def share(weight: float, often: int, slow: float) -> float:
    """What a phrase adds to the rank of a row, at most its weight times MOST; rounded as FTS5 does."""
    return weight * (often * MOST / (often + slow))
