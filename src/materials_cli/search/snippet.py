"""Where in a text the words of a query stand, and the passage that shows most of them, in its original spelling. Pure.

The index knows only normalised forms, so the text is read again and each of its words is compared with those typed.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from materials_cli.patterns import regex
from materials_cli.search.beginnings import beginning_of, may_begin
from materials_cli.search.clauses import Clause, Clauses, Term
from materials_cli.search.hit import Match, worst
from materials_cli.search.match import BY_SOUND, NO_MATCH, MatchLevel, Similarity, similar_sound, similarity
from materials_cli.values import frozen
from materials_cli.words.fold import (
    HYPHENS,
    Forms,
    Word,
    begins_unspaced,
    fold,
    forms_of,
    spaced_out,
    starts_of,
    written,
)
from materials_cli.words.hangul import name_of
from materials_cli.words.syllables import graphemes

LENGTH = 160
_MAX_TEXT = 200_000
_LEAD = 40
_NAMES_OF_A_PERSON = 2
_TOGETHER = 1.2
_NEXT = 2  # the characters between two words that stand next to one another
# Control characters and marks that change the direction of writing; lone surrogates are never stored.
_CONTROL = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
_CONTROLS, _BREAKS = regex(f"[{_CONTROL}]"), regex(rf"[\s{_CONTROL}]+")
_JOINED = regex(f"[{''.join(sorted(HYPHENS))}](?<=\\S.)(?=\\S)")

_RESPELLED = Similarity(0.6, match=Match.ALPHABET)

Marks = tuple[tuple[int, int], ...]


class _Span(NamedTuple):
    """Where a term stands. start, end: offsets in characters; term: its number among those of all clauses."""

    start: int
    end: int
    term: int


@frozen()
class Highlights:
    """Texts, and where the terms of a query stand in them.

    texts: on one line each; spans: of each text; similarity: from 0 to 1, the mean over all clauses of their most similar
    match; matched: the most similar match of each clause that has one, by their numbers; together: whether all of several
    clauses stand next to one another somewhere.
    """

    texts: tuple[str, ...]
    spans: tuple[tuple[_Span, ...], ...]
    similarity: float
    matched: Mapping[int, Similarity]
    together: bool = False

    @property
    def likeness(self) -> float:
        """The similarity, and more where all clauses stand together."""
        return self.similarity * (_TOGETHER if self.together else 1.0)


class Read:
    """A text on one line, and its words as they are written; it is read once for all that is looked for.

    words: in order; distinct: each once; is_hyphenated: whether a hyphen may join any.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = written(text)
        self.distinct = frozenset(self.words)
        self.is_hyphenated = any(hyphen in text for hyphen in HYPHENS)
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of each word: hardly any text in which nothing is found is asked for them."""
        if self._starts is None:
            self._starts = starts_of(self.text, self.words)
        return self._starts

    @property
    def has_starts(self) -> bool:
        """Whether the offsets were asked for."""
        return self._starts is not None

    def end(self, position: int) -> int:
        """The offset of the end of a word."""
        return self.starts[position] + len(self.words[position])


def read(text: str, max_length: int = _MAX_TEXT) -> Read:
    """A text, up to so many characters of it."""
    text = text[:max_length]
    return Read(_BREAKS.sub(" ", text).strip() if _CONTROLS.search(text) else " ".join(text.split()))


def highlight(texts: Sequence[str], clauses: Clauses, level: MatchLevel, *, max_length: int = _MAX_TEXT) -> Highlights:
    """Find every term of every clause in some texts (see `Finder`)."""
    return Finder(clauses, level).highlights([read(text, max_length) for text in texts])


def snippet(highlights: Highlights) -> tuple[str, Marks]:
    """About 160 characters of the text in which most terms stand close together, and the spans to mark in them.

    Without any match, it is the beginning of the first text that is not empty.
    """
    best_text, best_spans, best_start, best_count = "", tuple[_Span, ...](), 0, 0
    for text, spans in zip(highlights.texts, highlights.spans, strict=True):
        start, count = _densest(spans)
        if not best_text or count > best_count:
            best_text, best_spans, best_start, best_count = text, spans, start, count
    return _window(best_text, best_spans, best_start)


class Finder:
    """Finds the terms of some clauses in texts, and remembers the words that it has compared."""

    def __init__(self, clauses: Clauses, level: MatchLevel) -> None:
        self._clauses = clauses
        self._terms = [(number, term) for number, clause in enumerate(clauses) for term in _marked_terms(clause, level)]
        self._level = level
        self._unspaced = [number for number, (_, term) in enumerate(self._terms) if term.words[0].unspaced]
        self._names = {
            number: name
            for number, (_, term) in enumerate(self._terms)
            if (level in BY_SOUND or term.respelled) and len(term.words) == 1 and (name := name_of(term.words[0].fold))
        }
        self._surnames = frozenset(surname for name in self._names.values() for surname in name.surnames)
        self._is_surname: dict[str, bool] = {}
        self._beginnings = [beginning_of(term, level) for _, term in self._terms]
        self._beginning: dict[str, list[int]] = {}
        self._compared: set[str] = set()
        self._matching: dict[str, list[tuple[int, Similarity]]] = {}
        self._unlike: set[str] = set()
        self._single = [
            (at, replace(term, unspelled=False)) for at, (_, term) in enumerate(self._terms) if len(term.words) == 1
        ]
        self._joined: dict[str, list[tuple[int, Similarity]]] = {}
        self._best: list[Similarity] = []

    def highlights(self, texts: Sequence[Read]) -> Highlights:
        """Where the terms stand in some texts, the one that a snippet is best taken from first."""
        self._best = [NO_MATCH] * len(self._clauses)
        spans = tuple(tuple(self._spans(text)) for text in texts)
        degrees = [best.degree for best in self._best]
        matched = {number: best for number, best in enumerate(self._best) if best.degree}
        together = len(matched) == len(self._clauses) > 1 and any(map(self._together, spans))
        return Highlights(
            tuple(each.text for each in texts), spans, sum(degrees) / len(degrees) if degrees else 1.0, matched, together
        )

    def _spans(self, text: Read) -> list[_Span]:
        """Where the terms stand in a text."""
        found: list[_Span] = []
        if not text.words:
            return found
        self._compare(text.distinct)
        matching = self._matching
        places = [position for position, raw in enumerate(text.words) if raw in matching]
        for position in sorted({*places, *self.hyphens(text)}) if text.is_hyphenated else places:
            if matches := matching.get(text.words[position]):
                found += self._at(text, position, matches)
            else:
                found += self._across_hyphen(text, position)
        if self._names:
            found += itertools.chain(*(self._names_at(text, position) for position in self._near_surnames(text.words)))
        return sorted({*found, *self._spaced_out(text.text)}) if self._unspaced else found

    def _compare(self, words: frozenset[str]) -> None:
        """Note which terms begin with words; no word is looked at twice, and most are passed over by their beginning."""
        new = words - self._compared
        self._compared |= new
        for raw in new:
            if raw[:2] not in self._unlike:
                if may_be := self._beginning_as(raw):
                    if matches := self._matches(raw, may_be):
                        self._matching[raw] = matches
                else:
                    self._unlike.add(raw[:2])

    def hyphens(self, text: Read) -> list[int]:
        """The words behind a hyphen that joins them to the one before."""
        hyphens = list(_JOINED.finditer(text.text))
        behind = ((bisect_left(text.starts, hyphen.end()), hyphen) for hyphen in hyphens)
        return [
            at
            for at, hyphen in behind
            if 0 < at < len(text.starts) and text.starts[at] == hyphen.end() and text.end(at - 1) == hyphen.start()
        ]

    def _together(self, spans: Sequence[_Span]) -> bool:
        """Whether all clauses stand next to one another, in any order."""
        run: list[_Span] = []
        for span in spans:
            if run and not 0 <= span.start - run[-1].end <= _NEXT:
                run = []
            run = [*run, span][-len(self._best) :]
            if len({self._terms[each.term][0] for each in run}) == len(self._best):
                return True
        return False

    def _matches(self, raw: str, may_be: Sequence[int]) -> list[tuple[int, Similarity]]:
        """Those of some terms whose first word matches a word of the text."""
        forms = forms_of(raw)
        compared = ((number, self._similarity(forms, self._terms[number][1], 0)) for number in may_be)
        return [(number, similar) for number, similar in compared if similar.degree]

    def _beginning_as(self, raw: str) -> list[int]:
        """The terms that a word may be the first of, by its first two characters; in a script without spaces by one."""
        written = raw[: 1 if begins_unspaced(raw) else 2]
        may_be = self._beginning.get(written)
        if may_be is None:
            may_be = self._beginning[written] = [at for at, each in enumerate(self._beginnings) if may_begin(written, each)]
        return may_be

    def _at(self, text: Read, position: int, matches: Sequence[tuple[int, Similarity]]) -> list[_Span]:
        """The terms that begin with one word of the text: the first of them or, in a run without spaces, each."""
        raw, start = text.words[position], text.starts[position]
        word = Word(start, start + len(raw), forms_of(raw))
        found: list[_Span] = []
        for number, first in matches:
            clause, term = self._terms[number]
            last = position + len(term.words) - 1
            whole = self._whole(text.words[position + 1 : last + 1], term, first)
            if not whole.degree:
                continue
            self._best[clause] = max(self._best[clause], whole, key=_degree)
            begin, end = _marked_part(text.text, word, first.part)
            found.append(_Span(begin, text.end(last) if last > position else end, number))
            if not word.forms.unspaced:
                break
        return found

    def _across_hyphen(self, text: Read, position: int) -> list[_Span]:
        """The terms that a word of the text and the one before match together, which a hyphen joins.

        Of such a word the index has no spelling, so that it cannot tell that a term is spelled like it.
        """
        whole = text.words[position - 1] + text.words[position]
        if whole not in self._joined:
            forms = forms_of(whole)
            compared = [(number, self._similarity(forms, term, 0)) for number, term in self._single]
            self._joined[whole] = [(number, similar) for number, similar in compared if similar.degree]
        for number, similar in self._joined[whole]:
            self._best[self._terms[number][0]] = max(self._best[self._terms[number][0]], similar, key=_degree)
        return [_Span(text.starts[position - 1], text.end(position), number) for number, _ in self._joined[whole]]

    def _spaced_out(self, text: str) -> Iterator[_Span]:
        """The terms in what is written with a space after each syllable: it is compared without the spaces."""
        for run in spaced_out(text):
            places = [place for place in range(*run.span()) if text[place] != " "]
            joined = "".join(text[place] for place in places)
            word = Word(0, len(joined), forms_of(joined))
            for number in self._unspaced:
                clause, term = self._terms[number]
                if len(term.words) == 1 and (similar := self._similarity(word.forms, term, 0)).degree:
                    self._best[clause] = max(self._best[clause], similar, key=_degree)
                    begin, end = _marked_part(joined, word, similar.part)
                    yield _Span(places[begin], places[end - 1] + 1, number)

    def _near_surnames(self, words: Sequence[str]) -> list[int]:
        """Where a name of up to three words may begin that has one of the surnames first or last."""
        known, found = self._is_surname, set[int]()
        for position, raw in enumerate(words):
            if raw not in known:
                known[raw] = forms_of(raw).fold in self._surnames
            if known[raw]:
                found.update(range(max(0, position - 2), position + 1))
        return sorted(found)

    def _names_at(self, text: Read, position: int) -> list[_Span]:
        """The Korean names that two or three words of the text, from one on, are in Latin letters."""
        found: list[_Span] = []
        start = text.starts[position]
        for together in (text.words[position : position + 2], text.words[position : position + 3]):
            forms = list(map(forms_of, together))
            end = text.end(position + len(together) - 1)
            apart = end - start - sum(map(len, together))
            if apart >= len(together) or sum(each.name_like for each in forms) < _NAMES_OF_A_PERSON:
                continue
            for number, name in self._names.items():
                if name.is_spelled([each.fold for each in forms]):
                    clause, term = self._terms[number]
                    how = _RESPELLED._replace(match=Match.SOUND) if term.respelled else _RESPELLED
                    self._best[clause] = max(self._best[clause], how, key=_degree)
                    found.append(_Span(start, end, number))
        return found

    def _whole(self, following: Sequence[str], term: Term, first: Similarity) -> Similarity:
        """How similar the words of a text are to all words of a term; first: how similar the first ones are."""
        if len(following) < len(term.words) - 1:
            return NO_MATCH
        similar = [first]
        for number, raw in enumerate(following, 1):
            similar.append(self._similarity(forms_of(raw), term, number))
            if not similar[-1].degree:
                return NO_MATCH
        return Similarity(sum(map(_degree, similar)) / len(similar), first.part, worst(each.match for each in similar))

    def _similarity(self, word: Forms, term: Term, number: int) -> Similarity:
        typed = term.words[number]
        level = term.level(self._level)
        if term.unspelled and level in BY_SOUND:
            return similar_sound(word, typed, level)
        found = similarity(word, typed, level, prefix=term.prefix, exact=term.exact)
        if term.literal and found.match is Match.FORM and word.key == typed.key:
            return NO_MATCH  # another word of the same alphabet that only sounds alike
        return _RESPELLED._replace(part=found.part) if term.respelled and found.degree else found


def _degree(similar: Similarity) -> float:
    return similar.degree


def _marked_terms(clause: Clause, level: MatchLevel) -> list[Term]:
    """What to mark: phrases as they are, or their words separately where the index was searched for them separately."""
    if level < MatchLevel.TRUNCATED:
        return list(clause)
    return [
        part for term in clause for part in ([term] if term.exact else [replace(term, words=(forms,)) for forms in term.words])
    ]


def _marked_part(text: str, word: Word, part: tuple[int, int] | None) -> tuple[int, int]:
    """The offsets of what to mark of a word: all of it, or some graphemes of an unspaced run."""
    if part is None:
        return word.start, word.end
    starts = _starts(text[word.start : word.end])
    if len(starts) != len(graphemes(word.forms.fold)):
        return word.start, word.end
    first, end = part
    return word.start + starts[first], word.start + starts[end] if end < len(starts) else word.end


@lru_cache(maxsize=1 << 12)
def _starts(run: str) -> tuple[int, ...]:
    """Where the graphemes of an unspaced run begin; one that folding removes belongs to the one before it."""
    units = graphemes(run)
    offsets = itertools.accumulate(map(len, units), initial=0)
    return tuple(at for number, (at, unit) in enumerate(zip(offsets, units, strict=False)) if not number or fold(unit))


def _densest(spans: Sequence[_Span]) -> tuple[int, int]:
    """Where to begin so that the greatest number of different terms fits into a snippet, and that number."""
    best_start, best_different, best_total = 0, 0, 0
    starts = [span.start for span in spans]
    for first, span in enumerate(spans):
        near = spans[first : bisect_left(starts, span.start + LENGTH - _LEAD, first)]
        different = len({other.term for other in near})
        if (different, len(near)) > (best_different, best_total):
            best_start, best_different, best_total = span.start, different, len(near)
    return best_start, best_different


def _window(text: str, spans: Sequence[_Span], start: int) -> tuple[str, Marks]:
    left = max(0, min(start - _LEAD, len(text) - LENGTH))
    if left:
        left = text.find(" ", left, start) + 1 or left
    right = min(len(text), left + LENGTH)
    if right < len(text):
        space = text.rfind(" ", start + 1, right)
        right = space if space > left + LENGTH // 2 else right
    head, tail = ("… " if left else ""), (" …" if right < len(text) else "")
    shift = len(head) - left
    marks: list[tuple[int, int]] = []
    for begin, end, _ in sorted(spans):
        if left <= begin < right and (not marks or begin + shift >= marks[-1][1]):
            marks.append((begin + shift, min(end, right) + shift))
    return f"{head}{text[left:right]}{tail}", tuple(marks)
