"""What a person types → one query. Any text is a query, and none is an error.

Besides words, a query may have "a phrase", -excluded, this OR that, prefix*, and filters: kind:slides lang:ru year:2025
after:2025-05 before:2026 collection:samarkand path:day-1 speaker:baimenov in:notes. Text that resembles one of these but
is not valid is searched for as words.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from materials_cli.patterns import regex
from materials_cli.search.clauses import MAX_WORDS, Clause, Clauses, Term, terms_of
from materials_cli.search.expression import excluding
from materials_cli.search.filters import NO_FILTERS, Filters, values_of
from materials_cli.search.values import Value, values_in
from materials_cli.values import frozen
from materials_cli.words.fold import Forms, Word, forms_of
from materials_cli.words.fold import words as words_of
from materials_cli.words.grammar import is_grammar, without_asking
from materials_cli.words.hangul import in_hangul
from materials_cli.words.particles import without_particle

_MAX_LENGTH = 4000
_MAX_COMPOUNDED = 4
_PIECE = regex(
    r"(?P<excluded>(?<!\S)-(?!-))?(?:(?P<filter>[a-z]+):)?(?:[\"“”„«](?P<phrase>[^\"“”„«»]*)[\"“”«»]?|(?P<plain>\S+))",
    re.IGNORECASE,
)
_LOST_R = regex("(ph?)r(?=a)")
_OR, _AND = {"OR", "|", "||", "ИЛИ"}, {"AND", "&", "&&", "И"}
_OPERATORS = _OR | _AND


@frozen()
class Query:
    """A parsed query: one term of each clause, no excluded term, and the filters.

    text: what was typed, as far as it was parsed; words: all of its words, with their offsets in the text; given: those of
    the filters that are not in the text; unknown: (name, value) of filters that do not take such a value, and are searched
    for as words; idle: each OR that has nothing to join, and is left out; alone: the operators that were typed without any
    word, and are searched for as words.
    """

    text: str
    words: tuple[Word, ...]
    clauses: Clauses
    excluded: tuple[Term, ...]
    filters: Filters
    given: Filters
    unknown: tuple[tuple[str, str], ...] = ()
    idle: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()

    @property
    def only_excludes(self) -> bool:
        """Whether it says what to leave out and nothing to look for, neither words nor a language, so that nothing is found."""
        return bool(self.excluded) and not (self.clauses or self.filters.languages)

    @property
    def quoted(self) -> bool:
        """Whether it contains a phrase in quotation marks."""
        return any(len(clause) == 1 and clause[0].exact for clause in self.clauses)

    def unquoted(self) -> "Query":
        """The same query with each word of a quoted phrase as a clause of its own."""
        clauses: list[Clause] = []
        for clause in self.clauses:
            if len(clause) == 1 and clause[0].exact:
                clauses += [(Term((forms,)),) for forms in clause[0].words]
            else:
                clauses.append(tuple(replace(term, exact=False) for term in clause))
        return replace(self, clauses=tuple(clauses))

    def content(self) -> "Query":
        """The same query without words of grammar and of asking; as it is when there are no others, or one was quoted."""
        if self.quoted:
            return self
        typed = self._typed()
        clauses: list[Clause] = []
        for clause in self.clauses:
            if len(clause) > 1 or len(clause[0].words) > 1 or clause[0].prefix:
                clauses.append(clause)
            elif not is_grammar(typed.get(clause[0].words[0], clause[0].words[0].spelled), first=clause is self.clauses[0]):
                clauses += _without_asking(clause[0])
        return replace(self, clauses=tuple(clauses)) if clauses else self

    def narrowed(self, expression: str) -> str:
        """An FTS5 expression for sections with the query's filters, and no excluded term."""
        return excluding(self.filters.narrow(expression), self.excluded)

    def typed(self, clause: Clause) -> str:
        """The words of a clause as they were typed, without those of its alternatives and without Korean particles."""
        typed, sought = self._typed(), clause[0].words
        if clause[0].exact:
            for at in range(len(self.words) - len(sought) + 1):
                run = self.words[at : at + len(sought)]
                if tuple(word.forms for word in run) == sought:
                    return self.text[run[0].start : run[-1].end]
        joiner = " " if clause[0].exact or clause[0].loose else "-"
        return joiner.join(without_particle(typed.get(forms, forms.spelled)) for forms in clause[0].words)

    def _typed(self) -> dict[Forms, str]:
        return {word.forms: self.text[word.start : word.end] for word in self.words}

    def in_hangul(self) -> Clauses:
        """The Hangul spellings of what may be a Korean name and nothing else, as alternatives; none for anything else."""
        terms = [clause[0] for clause in self.clauses if len(clause) == 1 and not clause[0].exact]
        words = [forms.fold for term in terms for forms in term.words]
        spellings = in_hangul(words) if len(terms) == len(self.clauses) else []
        return (tuple(Term((forms_of(spelling),), respelled=True) for spelling in spellings),) if spellings else ()

    def in_lao(self) -> "Query | None":
        """The query as it is written in Lao, which has lost the r of pra and phra: Prabang is ພະບາງ; None without one."""
        clauses = tuple(tuple(map(_without_r, clause)) for clause in self.clauses)
        return replace(self, clauses=clauses) if clauses != self.clauses else None

    def compounds(self) -> Iterator[Clauses]:
        """The clauses, then the clauses with adjacent words as one word: Kim Minsu is one word in Korean."""
        yield self.clauses
        single = [clause[0] for clause in self.clauses if len(clause) == 1 and not clause[0].exact]
        if not len(self.clauses) == len(single) <= _MAX_COMPOUNDED or sum(len(term.words) for term in single) < 2:
            return
        spellings = ["".join(forms.spelled for forms in term.words) for term in single]
        for boundaries in range(1 << len(spellings) - 1):
            compounds = [spellings[0]]
            for number, spelling in enumerate(spellings[1:]):
                if boundaries >> number & 1:
                    compounds.append(spelling)
                else:
                    compounds[-1] += spelling
            if (made := tuple((Term((forms_of(compound),)),) for compound in compounds)) != self.clauses:
                yield made


def parse(text: str, given: Filters = NO_FILTERS) -> Query:
    """Parse what was typed, up to 4,000 characters and 32 words. A query without any word has no clauses.

    given: filters that hold in addition to those in the text.
    """
    return _Parser(text.encode("utf-8", "replace").decode()[:_MAX_LENGTH], given).query()


def _without_r(term: Term) -> Term:
    if term.exact or term.prefix or term.literal or len(term.words) > 1:
        return term
    return replace(term, words=(forms_of(_LOST_R.sub(r"\1", term.words[0].spelled)),))


def _without_asking(term: Term) -> list[Clause]:
    """The term, or the parts of a question in a script without spaces."""
    forms = term.words[0]
    parts = without_asking(forms.fold) if forms.unspaced else []
    return [(Term((forms_of(part),)),) for part in parts] if parts and parts != [forms.fold] else [(term,)]


def _spelled(value: Value) -> Iterator[Term]:
    """The ways to write a date or a number, as phrases."""
    for spelling in value.spellings:
        if found := tuple(words_of(spelling)):
            yield Term(tuple(word.forms for word in found), exact=len(found) > 1)


class _Parser:
    """Goes through the pieces of a text (words and phrases, each with what stands before it) and collects what they mean."""

    def __init__(self, text: str, given: Filters) -> None:
        self._text = text
        self._given = given
        self._words = tuple(words_of(text))
        self._clauses: list[list[Term]] = []
        self._excluded: list[Term] = []
        self._filters = given
        self._words_left = MAX_WORDS
        self._unknown: list[tuple[str, str]] = []

    def query(self) -> Query:
        idle, alone = list(self._without_anything_to_join()), list[re.Match[str]]()
        if not (self._clauses or self._excluded):
            idle, alone = [], idle
            for piece in alone:
                self._take(self._words_of(piece))
        clauses = tuple(map(tuple, self._clauses))
        joiners = tuple(piece[0] for piece in idle if piece[0] in _OR)
        return Query(
            self._text,
            self._words,
            clauses,
            tuple(self._excluded),
            self._filters,
            self._given,
            tuple(self._unknown),
            joiners,
            tuple(piece[0] for piece in alone),
        )

    def _without_anything_to_join(self) -> Iterator[re.Match[str]]:
        """Take in all pieces; yield the operators before the first word and behind the last."""
        values = {value.start: value for value in values_in(self._text)} if '"' not in self._text else {}
        until = 0
        waiting: list[re.Match[str]] = []
        while piece := _PIECE.search(self._text, until):
            until = piece.end()
            if piece[0] in _OPERATORS:
                waiting.append(piece)
                continue
            value = values.get(self._first_word(piece))
            until = value.end if value else until  # what else stands in the piece is looked for, too
            if not value and self._take_filter(piece):
                continue
            if found := [list(_spelled(value))] if value else self._words_of(piece):
                yield from waiting if not self._clauses else ()
                self._take(found, alternative=any(each[0] in _OR for each in waiting))
                waiting = []
        yield from waiting

    def _first_word(self, piece: re.Match[str]) -> int:
        """Where the first word of a piece begins, unless it is excluded, quoted or a filter; -1 without one."""
        if piece["excluded"] or piece["filter"] or not piece["plain"]:
            return -1
        place = bisect_left(self._words, piece.start(), key=lambda word: word.start)
        return next((word.start for word in self._words[place : place + 1] if word.start < piece.end()), -1)

    def _take_filter(self, piece: re.Match[str]) -> bool:
        name, value = piece["filter"] or "", piece["plain"] or piece["phrase"]
        filters = self._filters.with_filter(name, value)
        if filters is None and values_of(name):
            self._unknown.append((name, value))
        self._filters = filters or self._filters
        return filters is not None

    def _words_of(self, piece: re.Match[str]) -> list[list[Term]]:
        """The clauses of a piece; what it excludes is set apart, and is none."""
        terms = list(self._terms(piece, "plain" if piece["plain"] else "phrase"))[: max(0, self._words_left)]
        terms = [*self._terms(piece, "filter"), *terms]
        self._words_left -= sum(len(term.words) for term in terms)
        if piece["excluded"]:
            self._excluded += terms
            return []
        return [[term] for term in terms]

    def _take(self, clauses: list[list[Term]], *, alternative: bool = False) -> None:
        if alternative and self._clauses:
            self._clauses[-1] += [term for clause in clauses for term in clause]
        else:
            self._clauses += clauses

    def _terms(self, piece: re.Match[str], part: str) -> Iterator[Term]:
        return terms_of(self._text, self._words, *piece.span(part), phrase=part == "phrase")
