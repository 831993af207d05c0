"""The passages of an archive that a search may find: sections, and the names of items."""

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Self

from materials_cli.catalogue.index import NAME_COLUMNS, PLACE_BITS, name_fields
from materials_cli.catalogue.rows import ITEM_COLUMNS, SECTION_COLUMNS, item_of, section_of
from materials_cli.search.clauses import Clause, Clauses, Term
from materials_cli.search.expression import expression_of
from materials_cli.search.hit import Hit, Match, worst
from materials_cli.search.match import BY_SOUND, MatchLevel
from materials_cli.search.query import Query
from materials_cli.search.sections import InCatalogue, Sections, term_in, terms_in
from materials_cli.search.snippet import Finder, Highlights, Read, highlight, read, snippet

NAME_RANK = "bm25(4.0, 1.0, 2.0)"
_MAX_TEXT = 10_000
_FIRST_LETTERS = 4
_MANY = 20
_MOST_RANKED = 4000


class Tier(NamedTuple):
    """One way to search. in_name: some clauses may match the item's name only; at_least: clauses needed, 0 for all.

    loose: some of its terms are words that have to follow one another, which the index does not tell.
    """

    clauses: Clauses
    level: MatchLevel
    in_name: bool = False
    at_least: int = 0
    loose: bool = False

    @property
    def verified(self) -> bool:
        """Whether candidates have to be compared with the query, since the index finds more than is meant."""
        return bool(self.at_least) or self.loose or self.level in BY_SOUND


class Candidate(NamedTuple):
    """A section or, without a place, the name of an item. rank: BM25, the higher the better; tier: its number."""

    item: int
    place: int | None
    rank: float
    tier: int

    @classmethod
    def at(cls, place: int, rank: float, tier: int) -> Self:
        """A section, by its place."""
        return cls(place >> PLACE_BITS, place, rank, tier)


class Passages:
    """The indexes of sections and names, and the texts behind them; items: narrowed to these, a JSON array of numbers."""

    def __init__(self, connection: sqlite3.Connection, items: str | None, sections: Sections | None = None) -> None:
        self._connection = connection
        self._sections = sections or InCatalogue(connection)
        self._items = items
        self._established: dict[Clause, bool] = {}
        self._highlights: dict[tuple[int, int | None, Clauses, MatchLevel], Highlights] = {}
        self._finders: dict[tuple[Clauses, MatchLevel], Finder] = {}
        self._nowhere: dict[tuple[Clause, MatchLevel], bool] = {}
        self._with_name: dict[tuple[str, int], list[int]] = {}
        self._read: dict[tuple[int, int | None], list[Read]] = {}
        self._rarities: dict[Clause, float] = {}

    def items(self, limit: int) -> tuple[Hit, ...]:
        """The items it is narrowed to, by path; none when it is not narrowed."""
        rows = self._connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM item WHERE number IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
            " ORDER BY path, collection, id LIMIT ?",
            (self._items or "[]", limit),
        )
        items = map(item_of, rows.fetchall())
        return tuple(Hit(item, None, snippet(highlight([_name(item.path)], (), MatchLevel.WORD))[0], (), 0.0) for item in items)

    def paths(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Path and collection of items, by their numbers."""
        asked = json.dumps(sorted(numbers))
        rows = self._connection.execute(
            "SELECT number, path, collection FROM item WHERE number IN (SELECT value FROM json_each(?))", (asked,)
        )
        return {number: (path, collection) for number, path, collection in rows}

    def sections(
        self, query: Query, expression: str, limit: int, items: str | None = None, *, most: int = _MOST_RANKED
    ) -> list[tuple[int, float]]:
        """The places and ranks of the best sections that match an expression, with the query's filters.

        items: narrowed to these instead, also a JSON array; most: how many of those that match need be ranked.
        """
        anywhere, titled = query.narrowed(expression), query.narrowed(f"{{title}} : ({expression})")
        return self._sections.best(anywhere, titled, limit, items or self._items, most)

    def to_rank(self, query: Query, expression: str, items: str | None, most: int) -> list[int]:
        """The places of the sections among which the best are: all that match an expression, if these are not too many."""
        anywhere, titled = query.narrowed(expression), query.narrowed(f"{{title}} : ({expression})")
        return self._sections.to_rank(anywhere, titled, items or self._items, most)

    def names_to_rank(self, expression: str, limit: int) -> list[int]:
        """The numbers of the items among which the best names are: all that match, if these are not too many."""
        found = self.with_name(expression, _MOST_RANKED + 1)
        return found if len(found) <= _MOST_RANKED else [item for item, _ in self.names(expression, max(limit, _MOST_RANKED))]

    def names(self, expression: str, limit: int) -> list[tuple[int, float]]:
        """The numbers and ranks of the items with the best names."""
        rows = self._connection.execute(
            "SELECT rowid, rank FROM names WHERE names MATCH ?1 AND rank MATCH ?2"
            " AND (?3 IS NULL OR rowid IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?4",
            (expression, NAME_RANK, self._items, limit),
        )
        return [(row[0], -row[1]) for row in rows]

    def with_name(self, expression: str, limit: int) -> list[int]:
        """The numbers of some items whose name matches an expression; kept, since a search asks for them again."""
        statement = (
            "SELECT rowid FROM names WHERE names MATCH ?1"
            " AND (?2 IS NULL OR rowid IN (SELECT value FROM json_each(?2))) LIMIT ?3"
        )
        if (expression, limit) not in self._with_name:
            rows = self._connection.execute(statement, (expression, self._items, limit))
            self._with_name[expression, limit] = [item for (item,) in rows]
        return self._with_name[expression, limit]

    def named(self, expression: str, numbers: Iterable[int]) -> frozenset[int]:
        """Those of some items whose name matches an expression."""
        # With the plus, SQLite goes through what matches once, instead of once for each of the numbers.
        statement = "SELECT rowid FROM names WHERE names MATCH ? AND +rowid IN (SELECT value FROM json_each(?))"
        return frozenset(row[0] for row in self._connection.execute(statement, (expression, json.dumps(list(numbers)))))

    def count(self, expression: str, limit: int) -> int:
        """The number of sections and names that match an expression, up to a limit."""
        found = self._sections.count(expression, limit)
        if found < limit:
            statement = "SELECT 1 FROM names WHERE names MATCH ? LIMIT ?"
            found += len(self._connection.execute(statement, (expression, limit - found)).fetchall())
        return found

    def is_known(self, clause: Clause) -> bool:
        """Whether anything in the archive has a clause, in any form or alphabet."""
        return not self.is_nowhere(clause, MatchLevel.PREFIX)

    def is_nowhere(self, clause: Clause, level: MatchLevel) -> bool:
        """Whether nothing in the archive has a clause; what it has in the same form is there at higher levels, too."""
        asked = clause, level
        if asked not in self._nowhere:
            spelled = level > MatchLevel.WORD and not any(term.unspelled for term in clause)
            lower = spelled and not self.is_nowhere(clause, MatchLevel.WORD)
            self._nowhere[asked] = not (lower or self.count(expression_of((clause,), level), 1))
        return self._nowhere[asked]

    def terms(self, beginning: str) -> dict[str, int]:
        """The terms that begin so, and in how many sections and names each stands."""
        counts = dict(self._sections.terms(beginning))
        for term, count in terms_in(self._connection, "names", beginning).items():
            counts[term] = counts.get(term, 0) + count
        return counts

    def having(self, term: str) -> int:
        """In how many sections and names a term stands."""
        return self._sections.having(term) + term_in(self._connection, "names", term)

    def texts_with(self, expression: str, limit: int) -> Iterator[str]:
        """The texts of the first sections and names that match an expression."""
        for candidate in self.first(expression, limit):
            yield from self.texts(candidate)

    def first(self, expression: str, limit: int) -> list[Candidate]:
        """The first sections that match an expression, then the first names, of each up to a limit."""
        names = self._connection.execute("SELECT rowid FROM names WHERE names MATCH ? LIMIT ?", (expression, limit)).fetchall()
        sections = [Candidate.at(place, 0.0, 0) for place in self._sections.first(expression, limit)]
        return sections + [Candidate(item, None, 0.0, 0) for (item,) in names]

    def to_hear(self, clauses: Clauses, level: MatchLevel) -> Clauses:
        """Clauses for a search by sound at some level.

        Those are marked as known that many sections or names have in their spelling, and terms as unspelled that none has.
        """
        return tuple(self._to_hear(clause, level) for clause in clauses)

    def _to_hear(self, clause: Clause, level: MatchLevel) -> Clause:
        known = self._is_established(clause)
        return tuple(replace(term, known=known, unspelled=not known and self._is_unspelled(term, level)) for term in clause)

    def _is_unspelled(self, term: Term, level: MatchLevel) -> bool:
        """Whether no word of the archive can be one that was typed but by its sound, at some level."""
        spelled = term.spelled_in_full(level)
        return spelled is not None and self.is_nowhere((term,), spelled)

    def _is_established(self, clause: Clause) -> bool:
        if clause not in self._established:
            self._established[clause] = self.count(expression_of((clause,), MatchLevel.WORD), _MANY) >= _MANY
        return self._established[clause]

    @property
    def narrowed_items(self) -> list[int]:
        """The numbers of the items that the search is narrowed to; none when it is not narrowed."""
        return list(json.loads(self._items or "[]"))

    @property
    def narrowed_to(self) -> int:
        """How many items the search is narrowed to; 0 when it is not narrowed."""
        return len(self.narrowed_items)

    def places(self, expression: str) -> list[int]:
        """The places of all sections that match an expression."""
        return [place for (place,) in self._connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,))]

    def has(self, place: int) -> bool:
        """Whether there is a section at a place."""
        return self._connection.execute("SELECT 1 FROM section WHERE place = ?", (place,)).fetchone() is not None

    def extent(self, expression: str, items: str | None = None) -> int:
        """The number of sections that match an expression, in some items or those that the search is narrowed to."""
        return self._sections.extent(expression, items or self._items)

    def count_as(self, query: Query, expression: str, shorter: str) -> None:
        """Be told that the same sections match a shorter expression (see `sections`)."""
        self._sections.count_as(query.narrowed(expression), query.narrowed(shorter))

    def size(self) -> int:
        """The number of all sections."""
        return self._sections.size()

    def rarity(self, clause: Clause) -> float:
        """How much a clause tells a section from others, above 0."""
        if clause not in self._rarities:
            having = self.extent(expression_of((clause,), MatchLevel.WORD))
            self._rarities[clause] = math.log(1 + (1 + self.size()) / (1 + having))
        return self._rarities[clause]

    def highlights(self, candidate: Candidate, tier: Tier) -> Highlights:
        """Where the beginning of a candidate's texts matches its tier; cached."""
        asked = candidate.item, candidate.place, tier.clauses, tier.level
        if asked not in self._highlights:
            self._highlights[asked] = self._compared(self._beginning(candidate), tier)
        return self._highlights[asked]

    def hit(self, candidate: Candidate, tier: Tier, score: float, missing: Sequence[str] = ()) -> Hit:
        """A candidate as a hit, with its snippet; missing: the words that it lacks."""
        highlights = self.highlights(candidate, tier)
        if not any(highlights.spans):
            highlights = self._further_on(candidate, tier) or highlights
        statement = f"SELECT {ITEM_COLUMNS}, text_of IS NOT sha256 AS earlier FROM item WHERE number = ?"  # noqa: S608 - constants
        row = self._connection.execute(statement, (candidate.item,)).fetchone()
        item, section = item_of(row), None
        if candidate.place is not None:
            statement = f"SELECT {SECTION_COLUMNS} FROM section WHERE place = ?"  # noqa: S608 - constants
            section = section_of(self._connection.execute(statement, (candidate.place,)).fetchone())
        text, marks = snippet(highlights)
        match = Match.SOME if missing else self._match(candidate, tier, highlights)
        return Hit(item, section, text, marks, score, match, tuple(missing), section is not None and bool(row["earlier"]))

    def _match(self, candidate: Candidate, tier: Tier, highlights: Highlights) -> Match:
        """How a candidate was found: words that its text lacks may stand in the name of its item."""
        matched = highlights.matched
        if len(matched) < len(tier.clauses) and candidate.place is not None:
            named = self._compared(self._beginning(candidate._replace(place=None)), tier).matched
            matched = {**named, **matched}
        return worst(similar.match for similar in matched.values()) if matched or not tier.clauses else Match.FORM

    def _further_on(self, candidate: Candidate, tier: Tier) -> Highlights | None:
        """Where long texts match after their beginning: parts with the first letters of a word are tried first."""
        texts = self.texts(candidate)
        starts = range(_MAX_TEXT, max(map(len, texts)), _MAX_TEXT)
        parts = [[text[start : start + _MAX_TEXT] for text in texts] for start in starts]
        letters = [term.words[0].spelled[:_FIRST_LETTERS] for clause in tier.clauses for term in clause]
        parts.sort(key=lambda part: not any(first in text.lower() for first in letters for text in part))
        return next(
            filter(lambda highlights: any(highlights.spans), (self._compared(map(read, part), tier) for part in parts)), None
        )

    def _beginning(self, candidate: Candidate) -> list[Read]:
        """The beginning of a candidate's texts; cached, since one is compared with a query in several ways."""
        at = candidate.item, candidate.place
        if at not in self._read:
            self._read[at] = [read(text, _MAX_TEXT) for text in self.texts(candidate)]
        return self._read[at]

    def _compared(self, texts: Iterable[Read], tier: Tier) -> Highlights:
        sought = tier.clauses, tier.level
        if sought not in self._finders:
            self._finders[sought] = Finder(*sought)
        return self._finders[sought].highlights(list(texts))

    def texts(self, candidate: Candidate) -> tuple[str, ...]:
        """The texts of a candidate, the one that a snippet is best taken from first."""
        if candidate.place is None:
            statement = f"SELECT {NAME_COLUMNS} FROM item WHERE number = ?"  # noqa: S608 - constants
            return name_fields(*self._connection.execute(statement, (candidate.item,)).fetchone())
        statement = "SELECT body, notes, title FROM section WHERE place = ?"
        return tuple(self._connection.execute(statement, (candidate.place,)).fetchone())


def _name(path: str) -> str:
    return path.rpartition("/")[2]
