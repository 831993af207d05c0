"""A sentence of a script without spaces → its parts that the archive has, for when nothing has the whole."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from materials_cli.search.clauses import Clause, Term
from materials_cli.search.passages import Passages
from materials_cli.search.query import Query
from materials_cli.words.fold import Forms, forms_of
from materials_cli.words.particles import without_particle
from materials_cli.words.syllables import graphemes

_SHORTEST, _LONGEST = 2, 8
_SHORTEST_RUN, _LONGEST_RUN = 6, 60


def in_parts(passages: Passages, query: Query) -> Query | None:
    """The query with each run that may be several words as those of its parts that occur; None when there are none."""
    clauses: list[Clause] = []
    for clause in query.clauses:
        forms = clause[0].words[0]
        single = len(clause) == len(clause[0].words) == 1 and not clause[0].exact and forms.unspaced
        clauses += list(_parts(passages, forms)) if single else [clause]
    return replace(query, clauses=tuple(clauses)) if clauses and tuple(clauses) != query.clauses else None


def _parts(passages: Passages, forms: Forms) -> Iterator[Clause]:
    """From left to right the longest parts of a run that any text has; what stands between them is left out."""
    units = graphemes(forms.fold)[:_LONGEST_RUN]
    if len(units) < _SHORTEST_RUN:
        yield (Term((forms,)),)
        return
    start = 0
    while start < len(units):
        parts = [_part(units[start:end]) for end in range(start + _SHORTEST, min(len(units), start + _LONGEST) + 1)]
        longest = _longest(passages, parts)
        if longest >= 0:
            yield (replace(parts[longest], exact=False),)
        start += _SHORTEST + longest if longest >= 0 else 1


def _part(units: Sequence[str]) -> Term:
    return Term((forms_of("".join(units)),), exact=True)


def _longest(passages: Passages, parts: Sequence[Term]) -> int:
    """The place of the longest of some parts, the shortest first, that any text has; -1 if there is none.

    A text that has one has those before it, which are beginnings of it: so half of them need not be asked for. Not so in
    Korean, where a word is also looked for without its particle.
    """
    if any(without_particle(part.words[0].fold) != part.words[0].fold for part in parts):
        return next((at for at in reversed(range(len(parts))) if passages.is_known((parts[at],))), -1)
    return bisect_left(parts, True, key=lambda part: not passages.is_known((part,))) - 1
