"""A sentence of a script without spaces → its parts that the archive has, for when nothing has the whole."""

from collections.abc import Iterator
from dataclasses import replace

from materials_cli.search.clauses import Clause, Term
from materials_cli.search.passages import Passages
from materials_cli.search.query import Query
from materials_cli.words.fold import Forms, forms_of
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
        for end in range(min(len(units), start + _LONGEST), start + _SHORTEST - 1, -1):
            clause = (Term((forms_of("".join(units[start:end])),), exact=True),)
            if passages.is_known(clause):
                yield (replace(clause[0], exact=False),)
                start = end
                break
        else:
            start += 1
