"""A query → ranked hits with snippets.

The archive is searched in tiers, from strict to loose, until there are enough hits: all words as typed, in any inflection
or alphabet; all words, some of them only in the item's name; all words as prefixes; all words by their sound in another
alphabet; all words truncated, for languages without a stemmer; and most of many words. If nothing has all words, the query
is corrected; if that fails too, words are compared by their sound in any alphabet, and in the end any word is enough.

Within a tier, hits are ranked by BM25 (titles above bodies above notes), by how similar their words are to those typed, and
higher when the item's name matches too. The name of an item is a hit of its own only when none of its sections is one.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from materials_cli.catalogue.index import PLACE_BITS, name_fields
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import ITEM_COLUMNS, SECTION_COLUMNS, item_of, section_of
from materials_cli.model import Hit
from materials_cli.search.clauses import Clauses
from materials_cli.search.expression import excluding, expression_of
from materials_cli.search.filters import NO_FILTERS, Filters, matching_items
from materials_cli.search.match import BY_SOUND, MatchLevel
from materials_cli.search.query import Query, parse
from materials_cli.search.snippet import Highlights, WordCache, highlight, snippet
from materials_cli.search.suggest import corrected

_SECTION_RANK, _NAME_RANK = "bm25(4.0, 2.0, 1.0)", "bm25(4.0, 1.0, 2.0)"
_TIER_STEP = 1000.0
_MAX_TIERS = 64
_MAX_NAMES = 5000
_MAX_SPLITS = 8
_MANY_CLAUSES, _FEW_HITS = 3, 5
_CANDIDATES, _CANDIDATES_TO_VERIFY = 20, 60
_MAX_TEXT = 10_000
_FIRST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    query: as it was parsed; hits: the best first; correction: the query with its spelling corrected, when nothing has the
    words as they were typed and the hits are for the corrected ones; phrases_split: no text contains the quoted phrases,
    and the hits are for their words.
    """

    query: Query
    hits: tuple[Hit, ...]
    correction: str | None = None
    phrases_split: bool = False


def search(
    catalogue: Catalogue, text: str, *, filters: Filters = NO_FILTERS, collections: Sequence[str] = (), limit: int = 20
) -> Results:
    """Search the archive for what a person typed (see `query`).

    filters: in addition to those in the text; collections: in these only, in all when empty; limit: the greatest number of
    hits.
    """
    query = parse(text, filters)
    index = _Index(catalogue.connection, matching_items(catalogue.connection, query.filters, collections))
    if not query.clauses and not query.filters.languages:
        return Results(query, index.items(limit))
    wanted = query
    found = _find(index, wanted, _tiers(wanted), limit)
    phrases_split = query.quoted and not found.hits
    if phrases_split:
        wanted = query.unquoted()
        found = _find(index, wanted, _tiers(wanted), limit)
    if not found.spelled and (better := corrected(catalogue.connection, query, confident=bool(found.hits))):
        hits = _find(index, better, _tiers(better), limit).hits
        if hits:
            return Results(query, _distinct((*hits, *found.hits))[:limit], better.text)
    hits = found.hits or _find(index, wanted, _sound_tiers(wanted, MatchLevel.ANY_SOUND), limit).hits
    hits = hits or _find(index, wanted, [_Tier(wanted.clauses, MatchLevel.ANY_SOUND, at_least=1)], limit).hits
    return Results(query, hits, phrases_split=phrases_split)


class _Tier(NamedTuple):
    """One way to search. in_name: some clauses may match the item's name only; at_least: clauses needed, 0 for all."""

    clauses: Clauses
    level: MatchLevel
    in_name: bool = False
    at_least: int = 0

    @property
    def verified(self) -> bool:
        """Whether candidates have to be compared with the query, since the index finds more than is meant."""
        return bool(self.at_least) or self.level in BY_SOUND


class _Candidate(NamedTuple):
    """A section or, without a place, the name of an item. rank: BM25, the higher the better; tier: its number."""

    item: int
    place: int | None
    rank: float
    tier: int


class _Found(NamedTuple):
    """spelled: whether any hit has all words in their spelling, not only some, or only their sound."""

    hits: tuple[Hit, ...]
    spelled: bool


class _Index:
    """The index, narrowed to the items of a JSON array of numbers (None for all), and the texts behind it."""

    def __init__(self, connection: sqlite3.Connection, items: str | None) -> None:
        self._connection = connection
        self._items = items
        self._highlights: dict[_Candidate, Highlights] = {}
        self._caches: defaultdict[tuple[Clauses, MatchLevel], WordCache] = defaultdict(dict)

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

    def sections(self, expression: str, limit: int, items: str | None = None) -> list[tuple[int, float]]:
        """The places and ranks of the best sections; items: narrowed to these instead, also a JSON array."""
        rows = self._connection.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ?1 AND rank MATCH ?2"
            " AND (?3 IS NULL OR rowid >> ?4 IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?5",
            (expression, _SECTION_RANK, items or self._items, PLACE_BITS, limit),
        )
        return [(row[0], -row[1]) for row in rows]

    def names(self, expression: str, limit: int) -> list[tuple[int, float]]:
        """The numbers and ranks of the items with the best names."""
        rows = self._connection.execute(
            "SELECT rowid, rank FROM names WHERE names MATCH ?1 AND rank MATCH ?2"
            " AND (?3 IS NULL OR rowid IN (SELECT value FROM json_each(?3))) ORDER BY rank LIMIT ?4",
            (expression, _NAME_RANK, self._items, limit),
        )
        return [(row[0], -row[1]) for row in rows]

    def highlights(self, candidate: _Candidate, tier: _Tier) -> Highlights:
        """Where the beginning of a candidate's texts matches its tier; cached."""
        if candidate not in self._highlights:
            self._highlights[candidate] = self._compared(self._texts(candidate), tier)
        return self._highlights[candidate]

    def hit(self, candidate: _Candidate, tier: _Tier, score: float) -> Hit:
        """A candidate as a hit, with its snippet."""
        highlights = self.highlights(candidate, tier)
        if not any(highlights.spans):
            highlights = self._further_on(candidate, tier) or highlights
        statement = f"SELECT {ITEM_COLUMNS} FROM item WHERE number = ?"  # noqa: S608 - constants
        item = item_of(self._connection.execute(statement, (candidate.item,)).fetchone())
        section = None
        if candidate.place is not None:
            statement = f"SELECT {SECTION_COLUMNS} FROM section WHERE place = ?"  # noqa: S608 - constants
            section = section_of(self._connection.execute(statement, (candidate.place,)).fetchone())
        text, marks = snippet(highlights)
        return Hit(item, section, text, marks, score)

    def _further_on(self, candidate: _Candidate, tier: _Tier) -> Highlights | None:
        """Where long texts match after their beginning: parts with the first letters of a word are tried first."""
        texts = self._texts(candidate)
        starts = range(_MAX_TEXT, max(map(len, texts)), _MAX_TEXT)
        parts = [[text[start : start + _MAX_TEXT] for text in texts] for start in starts]
        letters = [term.words[0].spelled[:_FIRST_LETTERS] for clause in tier.clauses for term in clause]
        parts.sort(key=lambda part: not any(first in text.lower() for first in letters for text in part))
        return next(filter(lambda highlights: any(highlights.spans), (self._compared(part, tier) for part in parts)), None)

    def _compared(self, texts: Sequence[str], tier: _Tier) -> Highlights:
        cache = self._caches[tier.clauses, tier.level]
        return highlight(texts, tier.clauses, tier.level, max_length=_MAX_TEXT, cache=cache)

    def _texts(self, candidate: _Candidate) -> tuple[str, ...]:
        """The texts of a candidate, the one that a snippet is best taken from first."""
        if candidate.place is None:
            statement = "SELECT path, remote, properties FROM item WHERE number = ?"
            return name_fields(*self._connection.execute(statement, (candidate.item,)).fetchone())
        statement = "SELECT body, notes, title FROM section WHERE place = ?"
        return tuple(self._connection.execute(statement, (candidate.place,)).fetchone())


def _tiers(query: Query) -> list[_Tier]:
    """The ways to search for all words (in the last, for most of many), from strict to loose."""
    clauses = query.clauses
    if not clauses:
        return [_Tier(clauses, MatchLevel.WORD)]
    most = [_Tier(clauses, MatchLevel.TRUNCATED, at_least=len(clauses) - len(clauses) // 3)]
    return [
        _Tier(clauses, MatchLevel.WORD),
        _Tier(clauses, MatchLevel.WORD, in_name=True),
        _Tier(clauses, MatchLevel.PREFIX),
        *_sound_tiers(query, MatchLevel.SOUND),
        _Tier(clauses, MatchLevel.TRUNCATED),
        *(most if len(clauses) >= _MANY_CLAUSES else []),
    ]


def _sound_tiers(query: Query, level: MatchLevel) -> list[_Tier]:
    """The ways to search for all words by their sound."""
    return [_Tier(clauses, level) for clauses in query.compounds()]


def _find(index: _Index, query: Query, tiers: Sequence[_Tier], limit: int) -> _Found:
    """Collect candidates tier by tier, and rank them by comparing their texts with the query."""
    ranked = _ranked(index, _collect(index, query, tiers, limit), tiers)
    hits = tuple(index.hit(candidate, tiers[candidate.tier], score) for score, candidate in ranked[:limit])
    return _Found(hits, any(not tiers[candidate.tier].verified for _, candidate in ranked))


def _collect(index: _Index, query: Query, tiers: Sequence[_Tier], limit: int) -> list[_Candidate]:
    """The candidates of the strictest tiers that find enough, each in the first tier that finds it."""
    found: dict[tuple[int, int | None], _Candidate] = {}
    for number, tier in enumerate(tiers):
        if len(found) >= (min(limit, _FEW_HITS) if tier.verified else limit):
            continue
        most = max(limit, _CANDIDATES_TO_VERIFY if tier.verified else _CANDIDATES)
        for candidate in _candidates(index, query, tier, number, most):
            key = candidate.item, candidate.place
            if key not in found and _is_meant(index, candidate, tier):
                found[key] = candidate
    return list(found.values())


def _is_meant(index: _Index, candidate: _Candidate, tier: _Tier) -> bool:
    """Whether enough clauses match a candidate when its words are compared, not only their sounds."""
    enough = tier.at_least or len(tier.clauses)
    return not tier.verified or len(index.highlights(candidate, tier).matched) >= enough


def _candidates(index: _Index, query: Query, tier: _Tier, number: int, limit: int) -> Iterator[_Candidate]:
    """The sections and names that the index finds in a tier."""
    every = not tier.at_least
    for place, rank in [] if query.filters.names_only else _sections(index, query, tier, limit):
        yield _Candidate(place >> PLACE_BITS, place, rank, number)
    if tier.clauses and not (query.filters.columns or query.filters.languages or tier.in_name):
        for item, rank in index.names(expression_of(tier.clauses, tier.level, every=every), limit):
            yield _Candidate(item, None, rank, number)


def _sections(index: _Index, query: Query, tier: _Tier, limit: int) -> Iterable[tuple[int, float]]:
    """The places and ranks of the best sections in a tier."""
    if tier.in_name:
        splits = _beside_names(index, query)
        return [found for expression, items in splits for found in index.sections(expression, _CANDIDATES, items)]
    return index.sections(_expression(query, tier.clauses, tier.level, every=not tier.at_least), limit)


def _beside_names(index: _Index, query: Query) -> Iterator[tuple[str, str]]:
    """Expressions for the clauses that the names of some items lack, each with those items (a JSON array)."""
    if len(query.clauses) < 2 or query.filters.columns:
        return
    named: defaultdict[int, set[int]] = defaultdict(set)
    for number, clause in enumerate(query.clauses):
        for item, _ in index.names(expression_of((clause,), MatchLevel.WORD), _MAX_NAMES):
            named[item].add(number)
    lacking: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for item, numbers in named.items():
        lacking[tuple(number for number in range(len(query.clauses)) if number not in numbers)].append(item)
    for missing in sorted(filter(None, lacking), key=len)[:_MAX_SPLITS]:
        clauses = tuple(query.clauses[number] for number in missing)
        yield _expression(query, clauses, MatchLevel.WORD), json.dumps(lacking[missing])


def _expression(query: Query, clauses: Clauses, level: MatchLevel, *, every: bool = True) -> str:
    """The FTS5 expression for sections with some of the query's clauses, its filters, and no excluded term."""
    return excluding(query.filters.narrow(expression_of(clauses, level, every=every)), query.excluded)


def _ranked(index: _Index, candidates: Sequence[_Candidate], tiers: Sequence[_Tier]) -> list[tuple[float, _Candidate]]:
    """Candidates with their scores, the best first; without names of items that have a section among them."""
    with_sections = {candidate.item for candidate in candidates if candidate.place is not None}
    name_ranks = {candidate.item: candidate.rank for candidate in candidates if candidate.place is None}
    left = [candidate for candidate in candidates if candidate.place is not None or candidate.item not in with_sections]
    # The clauses that the sections of an item match together: a deck about all of them ranks above a deck about some.
    matched: defaultdict[int, set[int]] = defaultdict(set)
    for candidate in left:
        matched[candidate.item] |= index.highlights(candidate, tiers[candidate.tier]).matched
    scored: list[tuple[float, _Candidate]] = []
    for candidate in left:
        tier = tiers[candidate.tier]
        similarity = 1.0 if tier.in_name else index.highlights(candidate, tier).similarity
        if tier.at_least:
            similarity *= len(matched[candidate.item]) / len(tier.clauses)
        name_rank = name_ranks.get(candidate.item, 0.0) if candidate.place is not None else 0.0
        scored.append((_TIER_STEP * (_MAX_TIERS - candidate.tier) + (candidate.rank + name_rank) * similarity**2, candidate))
    # Items are numbered in the order of their arrival: equal scores are ordered by what no arrival changes.
    paths = index.paths({candidate.item for candidate in left})
    return sorted(scored, key=lambda row: (-row[0], paths[row[1].item], row[1].place or 0))


def _distinct(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits without repetitions of the same section or name."""
    first: dict[tuple[str, str, int], Hit] = {}
    for hit in hits:
        first.setdefault((hit.item.collection, hit.item.id, hit.section.number if hit.section else 0), hit)
    return tuple(first.values())


def _name(path: str) -> str:
    return path.rpartition("/")[2]
