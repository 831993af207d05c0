"""Collects candidates tier by tier, and ranks them by comparing their texts with the query."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from materials_cli.search.clauses import Clause, Clauses
from materials_cli.search.expression import expression_of
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Candidate, Passages, Tier
from materials_cli.search.query import Query

FEW_HITS = 5
CANDIDATES = 20
_TIER_STEP = 1000.0
_MAX_TIERS = 64
_MAX_NAMES = 5000
_MAX_SPLITS = 8
_CANDIDATES_TO_VERIFY = 60
_MOST_HEARD = 1000


class Ranked(NamedTuple):
    """A candidate with its score, and the tier in which it was found."""

    score: float
    candidate: Candidate
    tier: Tier


def ranked(passages: Passages, query: Query, ways: Iterable[Tier], limit: int) -> list[Ranked]:
    """What the strictest of these ways find, enough for `limit` hits, the best first."""
    candidates, tiers = _collect(passages, query, ways, limit)
    return [Ranked(score, candidate, tiers[candidate.tier]) for score, candidate in _scored(passages, candidates, tiers)]


def _collect(passages: Passages, query: Query, ways: Iterable[Tier], limit: int) -> tuple[list[Candidate], list[Tier]]:
    """The candidates of the strictest tiers that find enough, each in the first tier that finds it; and the tiers tried."""
    found: dict[tuple[int, int | None], Candidate] = {}
    tiers: list[Tier] = []
    unheard = max(limit, _CANDIDATES_TO_VERIFY)  # of those that may only sound alike, how many are still compared
    for number, tier in enumerate(ways):
        tiers.append(tier)
        if len(found) >= limit:
            break
        if tier.verified and len(found) >= FEW_HITS:
            continue
        heard = tier.verified and not tier.loose
        most = unheard if heard else max(limit, CANDIDATES)
        for candidate in _candidates(passages, query, tier, number, most) if most > 0 else ():
            key = candidate.item, candidate.place
            unheard -= heard
            if key not in found and _is_meant(passages, candidate, tier):
                found[key] = candidate
    return list(found.values()), tiers


def _is_meant(passages: Passages, candidate: Candidate, tier: Tier) -> bool:
    """Whether enough clauses match a candidate when its words are compared, not only their sounds."""
    enough = tier.at_least or len(tier.clauses)
    return not tier.verified or len(passages.highlights(candidate, tier).matched) >= enough


def _candidates(passages: Passages, query: Query, tier: Tier, number: int, limit: int) -> Iterator[Candidate]:
    """The sections and names that the index finds in a tier."""
    every = not tier.at_least
    if every and any(passages.is_nowhere(clause, tier.level) for clause in tier.clauses):
        return
    for place, rank in [] if query.filters.names_only else _sections(passages, query, tier, limit):
        yield Candidate.at(place, rank, number)
    if tier.clauses and not (query.filters.columns or query.filters.languages or tier.in_name):
        for item, rank in passages.names(expression_of(tier.clauses, tier.level, every=every), limit):
            yield Candidate(item, None, rank, number)


def _sections(passages: Passages, query: Query, tier: Tier, limit: int) -> Iterable[tuple[int, float]]:
    """The places and ranks of the best sections in a tier."""
    if tier.in_name:
        splits = _beside_names(passages, query, tier.clauses)
        return [found for expression, items in splits for found in passages.sections(query, expression, CANDIDATES, items)]
    if tier.clauses == query.clauses and not may_have_content(passages, query, tier.level):
        return []
    expression = expression_of(tier.clauses, tier.level, every=not tier.at_least)
    if tier.verified:
        return passages.sections(query, expression, limit, most=_MOST_HEARD)
    return passages.sections(query, expression, limit)


def may_have_content(passages: Passages, query: Query, level: MatchLevel) -> bool:
    """Whether any section has all words but those of grammar, which stand everywhere and take longest to look for."""
    content = query.content().clauses
    less = set(content) < set(query.clauses)
    return not less or passages.extent(query.narrowed(expression_of(content, level))) > 0


def _beside_names(passages: Passages, query: Query, wanted: Clauses) -> Iterator[tuple[str, str]]:
    """Expressions for the clauses that the names of some items lack, each with those items (a JSON array)."""
    if len(wanted) < 2 or query.filters.columns:
        return
    named: defaultdict[int, set[int]] = defaultdict(set)
    for number, clause in enumerate(wanted):
        for item in passages.with_name(expression_of((clause,), MatchLevel.WORD), _MAX_NAMES):
            named[item].add(number)
    lacking: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for item, numbers in named.items():
        lacking[tuple(number for number in range(len(wanted)) if number not in numbers)].append(item)
    for missing in sorted(filter(None, lacking), key=len)[:_MAX_SPLITS]:
        clauses = tuple(wanted[number] for number in missing)
        yield expression_of(clauses, MatchLevel.WORD), json.dumps(lacking[missing])


def _scored(passages: Passages, candidates: Sequence[Candidate], tiers: Sequence[Tier]) -> list[tuple[float, Candidate]]:
    """Candidates with their scores, the best first; without names of items that have a section among them."""
    with_sections = {candidate.item for candidate in candidates if candidate.place is not None}
    name_ranks = {candidate.item: candidate.rank for candidate in candidates if candidate.place is None}
    left = [candidate for candidate in candidates if candidate.place is not None or candidate.item not in with_sections]
    # The clauses that the sections of an item match together: a deck about all of them ranks above a deck about some.
    matched: defaultdict[int, set[Clause]] = defaultdict(set)
    for candidate in left:
        matched[candidate.item].update(_matched(passages, candidate, tiers[candidate.tier]))
    scored: list[tuple[float, Candidate]] = []
    for candidate in left:
        tier = tiers[candidate.tier]
        similarity = 1.0 if tier.in_name else passages.highlights(candidate, tier).likeness
        if tier.at_least:
            here = _matched(passages, candidate, tier)
            similarity *= math.sqrt(_share(passages, tier, matched[candidate.item]) * _share(passages, tier, here))
        name_rank = name_ranks.get(candidate.item, 0.0) if candidate.place is not None else 0.0
        scored.append((_TIER_STEP * (_MAX_TIERS - candidate.tier) + (candidate.rank + name_rank) * similarity**2, candidate))
    # Items are numbered in the order of their arrival: equal scores are ordered by what no arrival changes.
    paths = passages.paths({candidate.item for candidate in left})
    return sorted(scored, key=lambda row: (-row[0], paths[row[1].item], row[1].place or 0))


def _matched(passages: Passages, candidate: Candidate, tier: Tier) -> set[Clause]:
    return {tier.clauses[number] for number in passages.highlights(candidate, tier).matched}


def _share(passages: Passages, tier: Tier, matched: set[Clause]) -> float:
    """How much of what was looked for is there: what stands everywhere, such as "result", weighs little."""
    weights = {clause: passages.rarity(clause) for clause in tier.clauses}
    return sum(weight for clause, weight in weights.items() if clause in matched) / sum(weights.values())
