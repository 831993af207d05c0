"""Corrected spelling for words that occur nowhere: the most similar word of the archive, as its texts spell it.

Only what can be a slip is corrected: a letter too many, too few or wrong, or two in the wrong order; no abbreviation is. Words
are compared by their folded form and, since a name may be typed in another alphabet, by their key: with those that begin
with the same two letters, since to read all words of the index takes 0.7 s for 100,000 slides, and with those whose only slip
is at these letters.
"""

import itertools
from collections.abc import Iterator

from materials_cli.search.clauses import Term
from materials_cli.search.expression import quoted
from materials_cli.search.passages import Passages
from materials_cli.search.query import Query, parse
from materials_cli.words.fold import KEY, Forms, forms_of, words
from materials_cli.words.sounds import sound
from materials_cli.words.syllables import graphemes

_ALPHABETS = tuple("".join(map(chr, range(*ends))) for ends in ((0x61, 0x7B), (0x430, 0x450), (0x561, 0x587), (0x10D0, 0x10F1)))
_SOUNDING_ALIKE = ("ckq", "eiy", "uvw", "jz")
_SHORT_WORD, _LONG_WORD = 6, 11
_MAX_CANDIDATES = 10
_SHORTEST_WORD = 4
_MAX_EXAMPLES = 2


def corrections(passages: Passages, query: Query, *, confident: bool = False) -> Iterator[Query]:
    """The query with each unknown word replaced by the most similar known one, where one can be.

    Then also with each that the archive has only in another form, which may be a word of another language: "algoritms" is a
    slip, although Uzbek texts have "algoritm". confident: accept only very similar words of the same alphabet with the same
    first letter.
    """
    searched = set(_searched_words(query))
    unknown = {forms for forms in searched if not passages.is_known((Term((forms,)),))}
    if not unknown:
        return
    index = _Index(passages)
    long = {forms for forms in searched if len(forms.fold) > _SHORT_WORD and not forms.unspaced}
    for wrong in (unknown, unknown | {forms for forms in long if not index.has(forms.fold)}):
        if better := _replaced(index, query, wrong, confident=confident):
            yield better


def _replaced(index: "_Index", query: Query, wrong: set[Forms], *, confident: bool) -> Query | None:
    """The query with each of some words replaced by the most similar known one; None when none can be replaced."""
    text, at = "", 0
    for word in query.words:
        better = _most_similar(index, word.forms, confident=confident) if word.forms in wrong else None
        if better and {word.forms.fold, *word.forms.stems}.isdisjoint(forms_of(better).stems):
            text += query.text[at : word.start] + better
            at = word.end
    return parse(text + query.text[at:], query.given) if at else None


def _searched_words(query: Query) -> Iterator[Forms]:
    for clause in query.clauses:
        for term in clause:
            if term.literal:
                continue
            yield from (forms for forms in term.words if len(forms.fold) >= _SHORTEST_WORD)


class _Index:
    """The terms of the index, and in how many sections and names each stands."""

    def __init__(self, passages: Passages) -> None:
        self.passages = passages
        self._beginning: dict[str, dict[str, int]] = {}
        self._near: dict[tuple[str, int, bool, bool], list[tuple[str, int]]] = {}

    def has(self, term: str) -> bool:
        """Whether a term is one of the index."""
        return bool(self.count(term))

    def near(self, term: str, most: int, *, by_sound: bool = False, same_first: bool = False) -> list[tuple[str, int]]:
        """The terms that differ by at most some slips, and by how many.

        by_sound: it is a key, which may begin with other letters of its sound; same_first: only those with its first letter.
        """
        asked = term, most, by_sound, same_first
        if asked not in self._near:
            self._near[asked] = self._compared(term, most, by_sound=by_sound, same_first=same_first)
        return self._near[asked]

    def _compared(self, term: str, most: int, *, by_sound: bool, same_first: bool) -> list[tuple[str, int]]:
        from rapidfuzz import process  # noqa: PLC0415 - its import costs 13 ms, and few searches need a correction
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

        terms = dict.fromkeys(itertools.chain(*map(self._beginning_with, _beginnings(term, by_sound=by_sound))))
        found = process.extract(term, list(terms), scorer=OSA.distance, score_cutoff=most, limit=_MAX_CANDIDATES)
        near = {near: int(distance) for near, distance, _ in found}
        if most:
            slipped = (each for each in _with_a_slip_at_first(term) if not same_first or each[0] == term[0])
            near |= dict.fromkeys(self._present(set(slipped) - {*near, term}), 1)
        return list(near.items())

    def _present(self, terms: set[str]) -> Iterator[str]:
        """Those of some terms that the index has; to ask for all at once costs little, and there seldom is one."""
        expression = " OR ".join(map(quoted, sorted(terms)))
        if terms and self.passages.count(expression, 1):
            yield from filter(self.has, sorted(terms))

    def count(self, term: str) -> int:
        """In how many sections and names a term stands."""
        return self.passages.having(term)

    def _beginning_with(self, beginning: str) -> dict[str, int]:
        if beginning not in self._beginning:
            self._beginning[beginning] = self.passages.terms(beginning)
        return self._beginning[beginning]


def _beginnings(term: str, *, by_sound: bool) -> Iterator[str]:
    """What the terms begin with that a term is compared with: its first two letters, or others of their sound."""
    mark, letters = _marked(term)
    first, second = letters[:1], letters[1:2]
    if not _alphabet(first):
        yield mark + first
        return
    for one in _alike(first) if by_sound else first:
        yield from (mark + one + other for other in ((_alike(second) if by_sound else second) or ("",)))


def _with_a_slip_at_first(term: str) -> Iterator[str]:
    """A term with a slip at one of its first two letters, in its own script: another, none, one more, or two swapped."""
    mark, letters = _marked(term)
    alphabet = _alphabet(letters[:1])
    for at in range(min(2, len(letters) - 1)):
        before, here, after = mark + letters[:at], letters[at], letters[at + 1 :]
        yield before + after
        yield before + after[0] + here + after[1:]
        for letter in alphabet:
            yield before + letter + after
            yield before + letter + here + after


def _marked(term: str) -> tuple[str, str]:
    """The mark before a key, and its letters."""
    return (KEY, term[1:]) if term.startswith(KEY) else ("", term)


def _alphabet(letter: str) -> str:
    return next((letters for letters in _ALPHABETS if letter and letter in letters), "")


def _alike(letter: str) -> str:
    """A letter of a key and others that may stand for its sound."""
    return letter + "".join(letters for letters in _SOUNDING_ALIKE if letter and letter in letters).replace(letter, "")


def _most_similar(index: _Index, forms: Forms, *, confident: bool) -> str | None:
    """The original spelling of the most similar word, or None."""
    candidates = _slipped(index, forms, confident=confident)
    if not confident:
        candidates += _spelled_alike(index, forms)
    # Of equally similar words, the more frequent is the more likely one.
    for _, _, term in sorted(candidates):
        if spelling := _spelling(index.passages, term):
            return spelling
    return None


def _slipped(index: _Index, forms: Forms, *, confident: bool) -> list[tuple[int, int, str]]:
    """The words that differ by a few slips: how many, how rare they are, and their folded form."""
    most = _slips(len(graphemes(forms.fold))) - confident
    near = index.near(forms.fold, most, same_first=confident) if most else []
    return [(slips, -index.count(term), term) for term, slips in near if not confident or term[0] == forms.fold[0]]


def _spelled_alike(index: _Index, forms: Forms) -> list[tuple[int, int, str]]:
    """The same for words of any alphabet that are romanised alike: by one letter, or by some with the same sound."""
    if not forms.key:
        return []
    near = index.near(KEY + forms.key, _slips(len(forms.key)), by_sound=True)
    alike = [(term, slips) for term, slips in near if slips <= 1 or sound(term[1:]) == sound(forms.key)]
    return [(slips + 1, -index.count(term), term) for term, slips in alike]


def _slips(length: int) -> int:
    """How many slips of the fingers a word of that length may have; two letters in the wrong order are one."""
    return 1 if length <= _SHORT_WORD else 2 if length <= _LONG_WORD else 3


def _spelling(passages: Passages, term: str) -> str | None:
    """How the texts spell a term of the index; None when it is part of no single word."""
    for text in passages.texts_with(quoted(term), _MAX_EXAMPLES):
        for word in words(text):
            if term in (word.forms.fold, KEY + word.forms.key):
                return text[word.start : word.end]
    return None
