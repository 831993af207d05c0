"""What a search asks the index of sections, and the one in the catalogue, which is FTS5's.

Expressions are those of `expression`. Another index has to answer alike: `large` is one for very large archives.
"""

import json
import sqlite3
from collections.abc import Mapping
from typing import Protocol

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.segments import numbers
from materials_cli.search.expression import alternatives, counting, without

_FEW = 20  # are counted as fast as one, and who asks whether there is any may ask next whether there are so many
RANK = "bm25(4.0, 2.0, 1.0)"  # of title, body, notes
HINT, CURRENT = "search", "current"  # the folder beside a catalogue of which there may be an index elsewhere, and a file in it


class Sections(Protocol):
    """An index of sections by their terms. Places are rowids (see `catalogue.index`), ranks are the higher the better.

    items: only in these, a JSON array of their numbers; None for all.
    """

    def best(self, expression: str, titled: str, limit: int, items: str | None, most: int) -> list[tuple[int, float]]:
        """The places and ranks of the best sections that match an expression.

        titled: the expression for titles alone; most: how many sections need be ranked.
        """

    def to_rank(self, expression: str, titled: str, items: str | None, most: int) -> list[int]:
        """The places of the sections that are ranked in best(), by their order: all that match, if these are not too many."""

    def extent(self, expression: str, items: str | None) -> int:
        """How many sections match an expression; kept, since a search asks for it again."""

    def count_as(self, expression: str, shorter: str) -> None:
        """Be told that the same sections match a shorter expression, by which they are counted faster."""

    def count(self, expression: str, limit: int) -> int:
        """How many sections match an expression, up to a limit."""

    def first(self, expression: str, limit: int) -> list[int]:
        """The places of some sections that match an expression."""

    def size(self) -> int:
        """The number of all sections."""

    def terms(self, beginning: str) -> Mapping[str, int]:
        """The terms that begin so, and in how many sections each stands."""

    def having(self, term: str) -> int:
        """In how many sections a term stands."""


class InCatalogue:
    """The index in the catalogue.

    To rank a section costs twenty times what it costs to find it: where too many match, only some are ranked, those that match
    in their titles and those of the latest items.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._extents: dict[tuple[str, str | None], int] = {}
        self._least: dict[str, int] = {}
        self._shorter: dict[str, str] = {}
        self._size: int | None = None
        self._nowhere: dict[str, bool] = {}
        self._best: dict[tuple[str, int, str | None, int], list[tuple[int, float]]] = {}

    def best(self, expression: str, titled: str, limit: int, items: str | None, most: int) -> list[tuple[int, float]]:
        """See Sections; kept, since what is looked for by its sound may be asked for once more."""
        asked = expression, limit, items, most
        if asked not in self._best:
            self._best[asked] = self._bests(expression, titled, limit, items, most)
        return self._best[asked]

    def _bests(self, expression: str, titled: str, limit: int, items: str | None, most: int) -> list[tuple[int, float]]:
        counted = self.size() > most or (expression, items) in self._extents
        found = self.extent(expression, items) if counted else most
        if found <= most:
            return self._ranked(expression, limit, items) if found else []
        best = dict(self._ranked(titled, limit, items, self._latest(titled, most // 4, items)))
        best |= self._ranked(expression, limit, items, self._latest(expression, most // 2, items))
        return sorted(best.items(), key=lambda row: -row[1])[:limit]

    def to_rank(self, expression: str, titled: str, items: str | None, most: int) -> list[int]:
        """See Sections."""
        if self.size() <= most or self.extent(expression, items) <= most:
            return self._found(expression, items)
        chosen = {*self._found(titled, items, self._latest(titled, most // 4, items))}
        return sorted(chosen.union(self._found(expression, items, self._latest(expression, most // 2, items))))

    def extent(self, expression: str, items: str | None) -> int:
        """See Sections."""
        statement = (
            "SELECT count(*) FROM words WHERE words MATCH ?1"
            " AND (?2 IS NULL OR rowid >> ?3 IN (SELECT value FROM json_each(?2)))"
        )
        expression = self._shorter.get(expression, expression)
        if (expression, items) not in self._extents:
            row = self._connection.execute(statement, (counting(expression), items, PLACE_BITS)).fetchone()
            self._extents[expression, items] = int(row[0])
        return self._extents[expression, items]

    def count_as(self, expression: str, shorter: str) -> None:
        """See Sections."""
        self._shorter[expression] = shorter

    def count(self, expression: str, limit: int) -> int:
        """See Sections; kept, and as an extent if it was counted to its end."""
        known = self._extents.get((expression, None), self._least.get(expression, 0))
        if known >= limit or (expression, None) in self._extents:
            return min(known, limit)
        statement = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        most = max(limit, _FEW)
        found = int(self._connection.execute(statement, (counting(expression), most)).fetchone()[0])
        if found < most:
            self._extents[expression, None] = found
        self._least[expression] = found
        return min(found, limit)

    def first(self, expression: str, limit: int) -> list[int]:
        """See Sections."""
        found = self._connection.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (expression, limit))
        return [place for (place,) in found]

    def size(self) -> int:
        """The first number in the record of averages that FTS5 keeps."""
        if self._size is None:
            (record,) = self._connection.execute("SELECT block FROM words_data WHERE id = 1").fetchone()
            self._size = next(numbers(record), 0)
        return self._size

    def terms(self, beginning: str) -> Mapping[str, int]:
        """See Sections."""
        return terms_in(self._connection, "words", beginning)

    def having(self, term: str) -> int:
        """See Sections."""
        return term_in(self._connection, "words", term)

    def _ranked(self, expression: str, limit: int, items: str | None, first: int = 0) -> list[tuple[int, float]]:
        """The places and ranks of the best sections, from a place on."""
        rows = self._connection.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ?1 AND rank MATCH ?2 AND rowid >= ?6"
            " AND (?3 IS NULL OR rowid >> ?4 IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?5",
            (self._shortened(expression), RANK, items, PLACE_BITS, limit, first),
        )
        return [(row[0], -row[1]) for row in rows]

    def _shortened(self, expression: str) -> str:
        """An expression without the terms that stand nowhere: each costs for every section that is ranked."""
        asked = [term for term in alternatives(expression) if term not in self._nowhere]
        if asked:
            statement = "SELECT value, EXISTS (SELECT 1 FROM words WHERE words MATCH value) FROM json_each(?)"
            self._nowhere |= {term: not there for term, there in self._connection.execute(statement, (json.dumps(asked),))}
        return without(expression, {term for term, nowhere in self._nowhere.items() if nowhere})

    def _found(self, expression: str, items: str | None, first: int = 0) -> list[int]:
        """The places of the sections that match an expression, from a place on."""
        rows = self._connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid >= ?4"
            " AND (?2 IS NULL OR rowid >> ?3 IN (SELECT value FROM json_each(?2)))",
            (expression, items, PLACE_BITS, first),
        )
        return [place for (place,) in rows.fetchall()]

    def _latest(self, expression: str, count: int, items: str | None) -> int:
        """The first of the last so many places that match an expression; 0 if there are fewer."""
        row = self._connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ?1"
            " AND (?2 IS NULL OR rowid >> ?3 IN (SELECT value FROM json_each(?2))) ORDER BY rowid DESC LIMIT 1 OFFSET ?4",
            (expression, items, PLACE_BITS, count - 1),
        ).fetchone()
        return int(row[0]) if row else 0


def terms_in(connection: sqlite3.Connection, table: str, beginning: str) -> dict[str, int]:
    """The terms of an FTS5 table that begin so, and in how many of its rows each stands."""
    after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    statement = f"SELECT term, doc FROM temp.{_vocabulary(connection, table)} WHERE term >= ? AND term < ?"  # noqa: S608 - constants
    return dict(map(tuple, connection.execute(statement, (beginning, after)).fetchall()))


def term_in(connection: sqlite3.Connection, table: str, term: str) -> int:
    """In how many rows of an FTS5 table a term stands."""
    statement = f"SELECT doc FROM temp.{_vocabulary(connection, table)} WHERE term = ?"  # noqa: S608 - constants
    row = connection.execute(statement, (term,)).fetchone()
    return int(row[0]) if row else 0


def _vocabulary(connection: sqlite3.Connection, table: str) -> str:
    connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_known USING fts5vocab (main, {table}, row)")
    return f"{table}_known"
