"""What has only some of the words: the passages whose words weigh most, each with the words that it lacks.

A word weighs the more the fewer sections have it (idf), and less when it is only similar to the one typed, so that
"blockchain voting" shows what is about blockchain even if "voting" stands everywhere. Of what is shown, the order is by which
words are there more than by how similar they are: MIRZIEEV may well be Mirziyoyev, and weighs more than the 7 beside it.
"""

import math
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from materials_cli.search.clauses import Clauses
from materials_cli.search.expression import expression_of
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Candidate, Passages, Tier
from materials_cli.search.query import Query

_LEVEL = MatchLevel.ANY_SOUND
_MAX_COUNTED = 20_000
_MAX_WORDS = 6
_CANDIDATES = 40
_MOST_RANKED = 2000
_IN_NAME = 0.7
_MIN_OF_BEST = 0.6
_RANKS = 1000.0


class Partial(NamedTuple):
    """A candidate, its score, the numbers of the clauses that it lacks, and the way in which it was found."""

    candidate: Candidate
    score: float
    lacking: tuple[int, ...]
    tier: Tier


def with_some_words(passages: Passages, query: Query, limit: int, *, most: int = _MOST_RANKED) -> list[Partial]:
    """The sections that have the weightiest of the words, the best first; most: how many are ranked."""
    query = replace(query, clauses=passages.to_hear(query.clauses, _LEVEL))
    tier = Tier(query.clauses, _LEVEL, at_least=1)
    weights = _weights(passages, query.clauses)
    if not any(weights):
        return []
    candidates = _candidates(passages, query, weights, most)
    items = {candidate.item for candidate in candidates}
    named = [passages.named(expression_of((clause,), MatchLevel.WORD), items) for clause in query.clauses]
    compared: list[tuple[float, Partial]] = []
    for candidate in candidates:
        matched = passages.highlights(candidate, tier).matched
        degrees = [_IN_NAME * (candidate.item in named[number]) for number in range(len(weights))]
        for number, similar in matched.items():
            degrees[number] = max(degrees[number], similar.degree)
        if matched:
            covered, rank = _covered(weights, degrees), candidate.rank / _RANKS
            lacking = tuple(number for number, degree in enumerate(degrees) if not degree)
            score = _covered(weights, _by_presence(degrees)) + rank
            compared.append((covered, Partial(candidate, score, lacking, tier)))
    least = max((covered for covered, _ in compared), default=0.0) * _MIN_OF_BEST
    enough = [each for covered, each in compared if covered >= least]
    paths = passages.paths({each.candidate.item for each in enough})  # see engine.py: not the order of arrival
    return sorted(enough, key=lambda each: (-each.score, paths[each.candidate.item], each.candidate.place or 0))[:limit]


def _covered(weights: Sequence[float], degrees: Sequence[float]) -> float:
    """How much of what all clauses weigh is there."""
    return float(sum(map(operator.mul, weights, degrees)) / sum(weights))


def _by_presence(degrees: Sequence[float]) -> list[float]:
    """The same in the same order, but with any of them nearer to 1 than to 0."""
    return [degree and (1 + degree) / 2 for degree in degrees]


def _candidates(passages: Passages, query: Query, weights: Sequence[float], most: int) -> list[Candidate]:
    """What has any of the weightiest words: sections by their spelling and by their sound, and the names of other items."""
    weightiest = sorted(filter(weights.__getitem__, range(len(weights))), key=lambda number: -weights[number])[:_MAX_WORDS]
    clauses = tuple(query.clauses[number] for number in weightiest)
    expressions = dict.fromkeys(_any_of(passages, query, clauses, level, most) for level in (MatchLevel.PREFIX, _LEVEL))
    found: dict[int, float] = {}
    for expression in expressions:
        found |= dict(passages.sections(query, expression, _CANDIDATES, most=most))
    candidates = [Candidate.at(place, rank, -1) for place, rank in found.items()]
    if query.filters.columns or query.filters.languages:
        return candidates
    items = {candidate.item for candidate in candidates}
    names = passages.names(expression_of(clauses, MatchLevel.PREFIX, every=False), _CANDIDATES)
    return candidates + [Candidate(item, None, rank, -1) for item, rank in names if item not in items]


def _any_of(passages: Passages, query: Query, clauses: Clauses, level: MatchLevel, most: int) -> str:
    """An expression for what has any of some clauses, the weightiest first; where too much has, for what has one of the first.

    What has only words that stand everywhere is not looked at; beside a weightier one, they count.
    """
    leading, found = 0, 0
    for clause in clauses:
        found += passages.extent(query.narrowed(expression_of((clause,), level)))
        if leading and found > most:
            break
        leading += 1
    expression = expression_of(clauses, level, every=False)
    if leading < len(clauses):
        weightiest = expression_of(clauses[:leading], level, every=False)
        expression = f"({weightiest}) AND ({expression})"
        passages.count_as(query, expression, weightiest)
    return expression


def _weights(passages: Passages, clauses: Clauses) -> list[float]:
    """How much each clause of a query says: the logarithm of how rare it is; 0 when the archive lacks it."""
    total = passages.size() + 1
    counts = [passages.count(expression_of((clause,), _LEVEL), _MAX_COUNTED) for clause in clauses]
    return [math.log(1 + total / count) if count else 0.0 for count in counts]
