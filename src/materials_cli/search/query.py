"""What a person types → one query. Any text is a query, and none is an error.

Besides words, a query may have "a phrase", -excluded, this OR that, prefix*, and filters: kind:slides lang:ru year:2025
after:2025-05 before:2026 collection:samarkand path:day-1 speaker:baimenov in:notes. Text that resembles one of these but
is not valid is searched for as words.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from materials_cli.dates import Period, read_period
from materials_cli.errors import MaterialsError
from materials_cli.kinds import is_kind, kind_word
from materials_cli.words.fold import Forms, Word, fold, forms_of, hyphenated
from materials_cli.words.fold import words as words_of
from materials_cli.words.languages import CODES, NAMES

_MAX_WORDS = 32
_MAX_LENGTH = 4000
_MAX_COMPOUNDED = 4
_PIECE = re.compile(
    r"(?P<excluded>(?<!\S)-)?(?:(?P<filter>[a-z]+):)?(?:[\"“”„«](?P<phrase>[^\"“”„«»]*)[\"“”«»]?|(?P<plain>\S+))", re.IGNORECASE
)
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)
_COLUMNS = {"title": "title", "titles": "title", "body": "body", "text": "body", "notes": "notes", "note": "notes"}
_OR, _AND = {"OR", "|", "||", "ИЛИ"}, {"AND", "&", "&&", "И"}
_OPERATORS = _OR | _AND


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another, usually one. prefix: the last may be the beginning of a word; exact: they were quoted."""

    words: tuple[Forms, ...]
    prefix: bool = False
    exact: bool = False


# Alternatives, of which one is enough.
Clause = tuple[Term, ...]
Clauses = tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on items, and on where their words stand; empty when there is none.

    Of several kinds, languages, collections or columns one is enough; paths and speakers have to match all.
    kinds: as `kinds.kind_word` returns them; languages: ISO 639 codes; paths: folded parts of a path; speakers: the clauses
    of a name each; columns: of the index of sections; names_only: search item names, not sections; after: inclusive;
    before: exclusive.
    """

    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    speakers: tuple[Clauses, ...] = ()
    columns: tuple[str, ...] = ()
    names_only: bool = False
    after: datetime | None = None
    before: datetime | None = None

    @property
    def select_items(self) -> bool:
        """Whether any of them is a condition on the item itself."""
        return bool(self.kinds or self.collections or self.paths or self.speakers or self.after or self.before)

    @property
    def unknown_kinds(self) -> list[str]:
        """Kinds that are neither a kind of ours nor an extension of one."""
        return [kind for kind in self.kinds if not is_kind(kind)]

    def unknown_collections(self, known: Iterable[str]) -> list[str]:
        """Collections that are not among the known ones."""
        names = set(known)
        return [name for name in self.collections if name not in names]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: one term of each clause, no excluded term, and the filters.

    text: what was typed, as far as it was parsed; words: all of its words, with their offsets in the text.
    """

    text: str
    words: tuple[Word, ...]
    clauses: Clauses
    excluded: tuple[Term, ...]
    filters: Filters

    @property
    def quoted(self) -> bool:
        """Whether it contains a phrase in quotation marks."""
        return any(term.exact for clause in self.clauses for term in clause)

    def unquoted(self) -> "Query":
        """The same query with each word of a quoted phrase as a clause of its own."""
        clauses: list[Clause] = []
        for clause in self.clauses:
            if len(clause) == 1 and clause[0].exact:
                clauses += [(Term((forms,)),) for forms in clause[0].words]
            else:
                clauses.append(tuple(replace(term, exact=False) for term in clause))
        return replace(self, clauses=tuple(clauses))

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
            yield tuple((Term((forms_of(compound),)),) for compound in compounds)


def parse(text: str) -> Query:
    """Parse what was typed, up to 4,000 characters and 32 words. A query without any word has no clauses."""
    return _Parser(text.encode("utf-8", "replace").decode()[:_MAX_LENGTH]).query()


class _Parser:
    """Goes through the pieces of a text (words and phrases, each with what stands before it) and collects what they mean."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = tuple(words_of(text))
        self._starts = [word.start for word in self._words]
        self._clauses: list[list[Term]] = []
        self._excluded: list[Term] = []
        self._filters = Filters()
        self._words_left = _MAX_WORDS

    def query(self) -> Query:
        pieces = list(_PIECE.finditer(self._text))
        alternative = False
        for piece in pieces:
            if self._clauses and piece is not pieces[-1] and piece["plain"] in _OPERATORS:
                alternative = piece["plain"] in _OR
            elif not self._take_filter(piece):
                self._take_words(piece, alternative=alternative)
                alternative = False
        if not self._clauses:
            # Nobody searches for everything but a word: the hyphen belongs to it.
            self._clauses, self._excluded = [[term] for term in self._excluded], []
        return Query(self._text, self._words, tuple(map(tuple, self._clauses)), tuple(self._excluded), self._filters)

    def _take_filter(self, piece: re.Match[str]) -> bool:
        filters = _with_filter(self._filters, piece["filter"] or "", (piece["plain"] or piece["phrase"]).strip())
        self._filters = filters or self._filters
        return filters is not None

    def _take_words(self, piece: re.Match[str], *, alternative: bool) -> None:
        terms = list(self._terms(piece, "plain" if piece["plain"] else "phrase"))[: max(0, self._words_left)]
        terms = [*self._terms(piece, "filter"), *terms]
        self._words_left -= sum(len(term.words) for term in terms)
        if piece["excluded"]:
            self._excluded += terms
        elif alternative and terms:
            self._clauses[-1] += terms
        else:
            self._clauses += [[term] for term in terms]

    def _terms(self, piece: re.Match[str], part: str) -> Iterator[Term]:
        """The terms of a part of a piece: one for a phrase, otherwise one for each word or words joined by hyphens."""
        start, end = piece.span(part)
        run: list[Word] = []
        for word in self._words[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if run and part != "phrase" and not hyphenated(self._text, run[-1].end, word.start):
                yield Term(tuple(each.forms for each in run))
                run = []
            run.append(word)
        if run:
            prefix = self._text.endswith("*", start, end)
            yield Term(tuple(word.forms for word in run[:_MAX_WORDS]), prefix, exact=part == "phrase")


def _with_filter(filters: Filters, name: str, value: str) -> Filters | None:
    """The filters and one more; None when it is not a valid filter."""
    changed: dict[str, Any] = {}
    lowered = value.lower()
    match name.lower() if value else "":
        case "kind" | "type":
            changed = {"kinds": (*filters.kinds, kind_word(value))}
        case "lang" | "language" if (code := NAMES.get(lowered, lowered)) in CODES:
            changed = {"languages": (*filters.languages, code)}
        case "collection":
            changed = {"collections": (*filters.collections, value)}
        case "path" | "folder":
            changed = {"paths": (*filters.paths, fold(value))}
        case "speaker" | "author" if clauses := parse(value).clauses:
            changed = {"speakers": (*filters.speakers, clauses)}
        case "in" if lowered in _COLUMNS:
            changed = {"columns": (*filters.columns, _COLUMNS[lowered])}
        case "in" if lowered == "name":
            changed = {"names_only": True}
        case "year" if (years := _YEARS.fullmatch(value)) and (period := _period(years[1], years[2] or years[1])):
            changed = {"after": period.start, "before": period.end}
        case "after" | "before" if period := _period(value, value):
            changed = {name.lower(): period.start}
    return replace(filters, **changed) if changed else None


def _period(first: str, last: str) -> Period | None:
    """From the beginning of one date to the end of another; None when either is not a date."""
    now = datetime.now(UTC)
    try:
        return Period(read_period(first, now).start, read_period(last, now).end)
    except MaterialsError:
        return None
