"""The ways to search for all words of a query, from strict to loose; engine.py says which come when."""

from collections.abc import Iterator

from materials_cli.search.clauses import Clauses, Term
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Passages, Tier
from materials_cli.search.query import Query
from materials_cli.words.fold import forms_of


def tiers_of(passages: Passages, query: Query) -> Iterator[Tier]:
    """The ways to search for all words, from strict to loose: first as typed, then without those of grammar and asking."""
    yield from _spelled_tiers(query.clauses)
    content = query.content()
    if content.clauses != query.clauses:
        yield from _spelled_tiers(content.clauses)
    if respelled := query.in_hangul():
        yield Tier(respelled, MatchLevel.SOUND)
    yield from sound_tiers(passages, content, MatchLevel.SOUND)
    if respelled_in_lao := content.in_lao():
        yield from sound_tiers(passages, respelled_in_lao, MatchLevel.SOUND)
    yield Tier(content.clauses, MatchLevel.TRUNCATED)


def _spelled_tiers(clauses: Clauses) -> list[Tier]:
    """The ways to search for all words in their spelling."""
    if not clauses:
        return [Tier(clauses, MatchLevel.WORD)]
    return [Tier(clauses, MatchLevel.WORD), Tier(clauses, MatchLevel.WORD, in_name=True), Tier(clauses, MatchLevel.PREFIX)]


def sound_tiers(passages: Passages, query: Query, level: MatchLevel) -> Iterator[Tier]:
    """The ways to search for all words by the sound of those that nothing has in their spelling; none if there are none."""
    first, *compounds = query.compounds()
    apart = passages.to_hear(first, level)
    if not all(term.known for clause in apart for term in clause):
        yield Tier(apart, level)
    written = {forms_of("".join(forms.spelled for forms in term.words)) for clause in first for term in clause}
    for clauses in compounds:
        joined = passages.to_hear(clauses, level)
        if all(term.words[0] in written or _may_be_heard(passages, term) for clause in joined for term in clause):
            yield Tier(joined, level)


def _may_be_heard(passages: Passages, term: Term) -> bool:
    """Whether words that were typed apart are worth looking for as one: what cannot be a name, only if it is spelled so."""
    return term.words[0].is_of_one_name or (not term.unspelled and passages.is_known((term,)))
