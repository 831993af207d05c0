"""A query → ranked hits with snippets.

The archive is searched in tiers, from strict to loose, until there are enough hits: all words as typed, in any inflection
or alphabet; all words, some of them only in the item's name; all words as prefixes; the same without words of grammar and
of asking; all words by their sound in another alphabet; all words truncated, for languages without a stemmer. If nothing
has all words, the query is corrected; if that fails too, words are compared by their sound in any alphabet, and in the end
some of the words are enough (see `partial`), or some parts of a sentence without spaces (see `runs`). A hit says how it was
found, and the surest come first.

Within a tier, hits are ranked by BM25 (titles above bodies above notes), by how similar their words are to those typed, and
higher when the item's name matches too. The name of an item is a hit of its own only when none of its sections is one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.search.equivalents import Equivalents
from materials_cli.search.expression import expression_of
from materials_cli.search.filters import NO_FILTERS, Filters, at_places, matching_items
from materials_cli.search.hit import Hit, Match
from materials_cli.search.match import MatchLevel
from materials_cli.search.partial import with_some_words
from materials_cli.search.passages import Passages, Tier
from materials_cli.search.query import Query, parse
from materials_cli.search.ranking import CANDIDATES, FEW_HITS, may_have_content, ranked
from materials_cli.search.runs import in_parts
from materials_cli.search.sections import CURRENT, HINT, InCatalogue, Sections
from materials_cli.search.suggest import corrections
from materials_cli.search.tiers import sound_tiers, tiers_of
from materials_cli.search.widen import SURE, Widened, most_others, widened, with_other_words
from materials_cli.values import frozen

MOST_OTHERS = 5


@frozen()
class Results:
    """What a search found.

    query: as it was parsed; hits: the best first; correction: the query with its spelling corrected, when nothing has the
    words as they were typed and the hits are for the corrected ones; phrases_split: no text contains the quoted phrases,
    and the hits are for their words; absent: the words that the archive has nowhere; total: how many hits there would be
    without the limit. also: what else was searched for, since it means the same, if that found anything.
    """

    query: Query
    hits: tuple[Hit, ...]
    correction: str | None = None
    phrases_split: bool = False
    absent: tuple[str, ...] = ()
    total: int = 0
    also: tuple[str, ...] = ()

    @property
    def whole(self) -> int:
        """How many hits there are, as far as is known: total, and those in other words and near in meaning."""
        others = sum(hit.match in {Match.MEANING, Match.NEAR} for hit in self.hits)
        return max(self.total, len(self.hits) - others) + others

    def cut(self, hits: tuple[Hit, ...]) -> "Results":
        """The same with only some of the hits, and without other words if none of these was found by them."""
        return replace(self, hits=hits, also=self.also if any(hit.match is Match.MEANING for hit in hits) else ())


def search(
    catalogue: Catalogue,
    text: str,
    *,
    filters: Filters = NO_FILTERS,
    collections: Sequence[str] = (),
    described: Sequence[Collection] = (),
    limit: int = 20,
    equivalents: Equivalents | None = None,
) -> Results:
    """Search the archive for what a person typed (see `query`).

    filters: in addition to those in the text; collections: in these only, in all when empty; described: the
    collections as materials.toml describes them, for the filter `place:`; limit: the greatest number of hits for these
    words. equivalents: what means the same is searched for as well, which may add up to five hits.
    """
    query = parse(text, filters)
    return answered(catalogue, query, collections=collections, described=described, limit=limit, equivalents=equivalents)


def answered(
    catalogue: Catalogue,
    query: Query,
    *,
    collections: Sequence[str] = (),
    described: Sequence[Collection] = (),
    limit: int = 20,
    equivalents: Equivalents | None = None,
) -> Results:
    """What search() finds for a query that was parsed."""
    where = at_places(query.filters, described)
    narrowed_to = matching_items(catalogue.connection, where, collections)
    passages = Passages(catalogue.connection, narrowed_to, sections_beside(catalogue))
    return searched(passages, query, limit, equivalents)


def sections_beside(catalogue: Catalogue) -> Sections:
    """The index of a catalogue's sections: this user's one for very large archives, if it is up to date, or its own."""
    path = Path(catalogue.connection.path)
    with suppress(OSError):
        if (path.with_name(HINT) / CURRENT).is_file():
            from materials_cli.search.large import sections_of  # noqa: PLC0415 - few archives have one, and its extra
            from materials_cli.search.large_folder import folder_of  # noqa: PLC0415 - as above

            return sections_of(catalogue.connection, folder_of(path))
    return InCatalogue(catalogue.connection)


def searched(passages: Passages, query: Query, limit: int, equivalents: Equivalents | None) -> Results:
    """What passages have for a query; see search()."""
    found = _as_typed(passages, query, limit)
    wider = widened(passages, query, equivalents) if equivalents and query.clauses else None
    if wider is None:
        return found
    sure = sum(hit.match in SURE for hit in found.hits)
    most = min(limit + MOST_OTHERS, max(CANDIDATES, most_others(sure, limit, MOST_OTHERS)))
    others = list(_in_other_words(passages, query, wider, most))
    if found.correction and any(not hit.missing for hit in others):
        found = _as_typed(passages, query, limit, correcting=False)  # nothing is wrong with words that have an answer
    return replace(found, also=wider.also).cut(with_other_words(found.hits, others, limit, MOST_OTHERS))


def _in_other_words(passages: Passages, query: Query, wider: Widened, most: int) -> Iterator[Hit]:
    """What is found when words may be replaced by others that mean the same, each with the words that it lacks."""
    typed = Tier(query.content().clauses, MatchLevel.FORM)
    for score, candidate, tier in ranked(passages, query, wider.tiers(), most)[:most]:
        if len(passages.highlights(candidate, typed).matched) == len(typed.clauses):
            continue  # it has the very words that were typed, behind those that were asked for
        there = {tier.clauses[number] for number in passages.highlights(candidate, tier).matched}
        every = tier.clauses == wider.clauses and not tier.at_least
        lacking = [] if every else [query.typed(each) for each in wider.clauses if each not in there]
        yield replace(passages.hit(candidate, tier, score), match=Match.MEANING, missing=tuple(lacking))


def _without_words(passages: Passages, query: Query, limit: int) -> Results:
    """What is found for filters alone: the items that they select."""
    if query.only_excludes:
        return Results(query, ())
    items = passages.items(limit)
    return Results(query, items, total=max(len(items), passages.narrowed_to))


def _as_typed(passages: Passages, query: Query, limit: int, *, correcting: bool = True) -> Results:
    """What is found for the words as they were typed or, if that is nothing, for their corrected spelling."""
    if not query.clauses and not query.filters.languages:
        return _without_words(passages, query, limit)
    wanted = query
    found = _find(passages, wanted, limit)
    phrases_split = query.quoted and not found.hits
    if phrases_split:
        wanted = query.unquoted()
        found = _find(passages, wanted, limit)
    content = wanted.content()
    tried: Query | None = None
    for better in () if found.spelled or not correcting else corrections(passages, content, confident=bool(found.hits)):
        if hits := _find(passages, better, limit).hits:
            both = _distinct((*hits, *found.hits))[:limit]
            return Results(query, both, better.text, total=_total(passages, better, both, limit))
        tried = better.content() if _differs_by_one(content, better) else tried
    hits = found.hits or _found(passages, content, sound_tiers(passages, content, MatchLevel.ANY_SOUND), limit).hits
    if tried and not hits and (better_hits := tuple(_with_some_words(passages, tried, limit))):
        both = _distinct((*_with_some_words(passages, content, limit), *better_hits))[:limit]
        return Results(query, both, tried.text, absent=_absent(passages, tried, both), total=len(both))
    if not found.sure:
        hits = _with_parts(passages, content, hits, limit)
    absent = _absent(passages, content, hits)
    return Results(query, _surest_first(hits), None, phrases_split, absent, _total(passages, wanted, hits, limit))


def _differs_by_one(query: Query, corrected: Query) -> bool:
    """Whether one word was corrected: of several, hardly all are what was meant."""
    return len({word.forms for word in corrected.words} - {word.forms for word in query.words}) == 1


def _with_parts(passages: Passages, query: Query, hits: tuple[Hit, ...], limit: int) -> tuple[Hit, ...]:
    """Some hits and, if they are few, what has only some of the words or, if there are none, some parts of a run."""
    if not hits and (parts := in_parts(passages, query)):
        hits = tuple(replace(hit, match=Match.SOME) for hit in _with_some_words(passages, parts, limit))
    if len(hits) < FEW_HITS and len(query.clauses) > 1:
        hits = _distinct((*hits, *_with_some_words(passages, query, limit)))[:limit]
    return hits


def _total(passages: Passages, query: Query, hits: Sequence[Hit], limit: int) -> int:
    """How many hits there would be without the limit: of the first way to search for all words that reaches it."""
    if len(hits) < limit:
        return len(hits)
    spelled = (tier for tier in tiers_of(passages, query) if not (tier.in_name or tier.verified))
    tiers = (tier for tier in spelled if tier.clauses != query.clauses or may_have_content(passages, query, tier.level))
    counts = (passages.extent(query.narrowed(expression_of(tier.clauses, tier.level))) for tier in tiers)
    return max(len(hits), next((count for count in counts if count >= limit), 0))


def _with_some_words(passages: Passages, query: Query, limit: int) -> Iterator[Hit]:
    for candidate, score, lacking, tier in with_some_words(passages, query, limit):
        missing = [query.typed(query.clauses[number]) for number in lacking]
        yield passages.hit(candidate, tier, score, missing)


def _absent(passages: Passages, query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The words that the archive has nowhere, unless what was found has all of them in its spelling."""
    if any(hit.match in (Match.EXACT, Match.FORM) for hit in hits):
        return ()
    return tuple(query.typed(clause) for clause in query.clauses if not passages.is_known(clause))


def _surest_first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits by how sure they are, and in their order within; another form and another alphabet are equally sure."""
    order = {match: number for number, match in enumerate(Match)} | {Match.ALPHABET: list(Match).index(Match.FORM)}
    return tuple(sorted(hits, key=lambda hit: order[hit.match]))


class _Found(NamedTuple):
    """spelled: whether any hit has all words in their spelling, not only their sound; sure: and more than their beginnings."""

    hits: tuple[Hit, ...]
    spelled: bool
    sure: bool


def _find(passages: Passages, query: Query, limit: int) -> _Found:
    return _found(passages, query, tiers_of(passages, query), limit)


def _found(passages: Passages, query: Query, ways: Iterable[Tier], limit: int) -> _Found:
    found = ranked(passages, query, ways, limit)
    hits = tuple(passages.hit(candidate, tier, score) for score, candidate, tier in found[:limit])
    sure = any(each.tier.level <= MatchLevel.PREFIX for each in found)
    return _Found(hits, any(not each.tier.verified for each in found), sure)


def _distinct(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits without repetitions of the same section or name."""
    first: dict[tuple[str, str, str, int], Hit] = {}
    for hit in hits:
        first.setdefault(hit.place, hit)
    return tuple(first.values())
