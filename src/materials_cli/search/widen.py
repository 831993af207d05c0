"""A query, widened by what means the same in other languages: behind the words as they were typed, and told apart from them."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from materials_cli.search.clauses import Clause, Clauses, Term
from materials_cli.search.equivalents import Equivalents
from materials_cli.search.hit import Hit, Match
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Passages, Tier
from materials_cli.search.query import Query
from materials_cli.values import frozen
from materials_cli.words.fold import words

_MOST_TERMS = 60  # of one concept that are looked for
SURE = frozenset({Match.EXACT, Match.FORM, Match.ALPHABET})


@frozen()
class Widened:
    """clauses: of the whole query; concepts: only those that mean something in other languages; also: what they add."""

    clauses: Clauses
    concepts: Clauses
    also: tuple[str, ...]

    def tiers(self) -> list[Tier]:
        """The ways to search, from strict to loose: all words, all concepts, any of them."""
        every = Tier(self.clauses, MatchLevel.FORM, loose=True)
        wanted = [every, every._replace(in_name=True, loose=False)]
        if self.concepts != self.clauses:
            wanted.append(every._replace(clauses=self.concepts))
        return [*wanted, every._replace(clauses=self.concepts, at_least=1)] if len(self.concepts) > 1 else wanted


def widened(passages: Passages, query: Query, table: Equivalents) -> Widened | None:
    """The query with the other terms that the archive has; None if there are none. Quoted words mean themselves alone."""
    clauses: list[Clause] = []
    concepts: list[Clause] = []
    also: dict[str, None] = {}
    content = set(query.content().clauses)
    for part, spellings in _parts(query, table):
        if not spellings and part[0] not in content:
            continue
        known = _known(passages, spellings)
        typed = part[0] if len(part) == 1 else (_together(part),)
        clauses.append((*typed, *known.values()))
        if known:
            concepts.append(clauses[-1])
            words_typed = {each.fold for clause in part for each in clause[0].words}
            also |= dict.fromkeys(name for name, term in known.items() if {each.fold for each in term.words} - words_typed)
    return Widened(tuple(clauses), tuple(concepts), tuple(also)) if concepts else None


def with_other_words(hits: Sequence[Hit], others: Iterable[Hit], limit: int, extra: int) -> tuple[Hit, ...]:
    """Hits for the words as typed and those for others: the sure ones, then what lacks the fewest words.

    Each list keeps its order; of two hits that lack as many, that for the words as typed is first. limit: of the hits for the
    words as typed; extra: how many others there are at least, however many hits there are.
    """
    sure = {hit.place: hit for hit in hits if hit.match in SURE}
    typed = deque(hit for hit in hits if hit.place not in sure)
    added = deque(islice((hit for hit in others if hit.place not in sure), most_others(len(sure), limit, extra)))
    found = dict(sure)
    while typed or added:
        first = typed if typed and not (added and len(added[0].missing) < len(typed[0].missing)) else added
        hit = first.popleft()
        found.setdefault(hit.place, hit)
    return tuple(found.values())


def most_others(sure: int, limit: int, extra: int) -> int:
    """How many hits in other words there may be beside so many sure ones."""
    return max(extra, limit - sure)


def _parts(query: Query, table: Equivalents) -> Iterator[tuple[Sequence[Clause], tuple[str, ...]]]:
    """The clauses of a query, one by one or, if some mean something together, these; and the other terms for them."""
    plain = [_plain_term(clause) for clause in query.clauses]
    raw = {word.forms: query.text[word.start : word.end] for word in query.words}
    numbered = [(number, forms) for number, term in enumerate(plain) if term for forms in term.words]
    found: dict[int, tuple[int, tuple[str, ...]]] = {}
    for start, end, spellings in table.find([(raw.get(forms, forms.spelled), forms) for _, forms in numbered]):
        first, last = numbered[start][0], numbered[end - 1][0]
        together = all(plain[first : last + 1])
        whole = [number for number, _ in numbered].count(first) <= end - start
        if together and whole:
            found[first] = last, spellings
    at = 0
    while at < len(query.clauses):
        last, spellings = found.get(at, (at, ()))
        yield query.clauses[at : last + 1], spellings
        at = last + 1


def _plain_term(clause: Clause) -> Term | None:
    term = clause[0]
    return term if len(clause) == 1 and not (term.exact or term.prefix) else None


def _together(part: Sequence[Clause]) -> Term:
    return Term(tuple(forms for clause in part for forms in clause[0].words), loose=True)


def _term(spelling: str) -> Term | None:
    found = tuple(word.forms for word in words(spelling))
    return Term(found, loose=True, literal=len(found) == 1 and spelling.isupper()) if found else None


def _known(passages: Passages, spellings: Sequence[str]) -> dict[str, Term]:
    """The terms among some spellings that the archive has."""
    terms = {spelling: term for spelling in spellings[:_MOST_TERMS] if (term := _term(spelling))}
    return {name: term for name, term in terms.items() if not passages.is_nowhere((term,), MatchLevel.WORD)}
