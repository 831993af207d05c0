"""The stretch of a text in which the words asked for stand closest together, in its own spelling. Pure.

The index knows only levelled forms of words, so the text is read again and each of its words compared with those asked.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from materials_cli.search.match import NOT_MEANT, Nearness, nearness
from materials_cli.search.query import Group, Reach, Term
from materials_cli.words.fold import HYPHENS, Forms, Word, fold, forms_of, joined, raw_words, signs

LENGTH = 160
_LONGEST_TEXT = 200_000
_LEAD = 40
# Line ends, control characters and marks that turn the direction of writing; lone surrogates were never stored.
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]+")

Marks = tuple[tuple[int, int], ...]


class _Place(NamedTuple):
    start: int
    end: int
    needle: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts that were compared with what was asked.

    degree: how near they come to it, from 0 to 1; answered: the numbers of the groups that they answer; complete: all are.
    """

    texts: tuple[str, ...]
    places: tuple[tuple[_Place, ...], ...]
    degree: float
    answered: frozenset[int]
    complete: bool


# For a word as it is written, the needles it answers and how nearly.
Known = dict[str, list[tuple[int, Nearness]]]


def read(
    texts: Sequence[str], groups: Sequence[Group], reach: Reach, *, longest: int = _LONGEST_TEXT, known: Known | None = None
) -> Reading:
    """Look for every term of every group.

    texts: the most wanted first; longest: characters of each that are looked at; known: words that were compared before,
    with the same groups and reach.
    """
    known = {} if known is None else known
    needles = [(number, needle) for number, group in enumerate(groups) for needle in _needles(group, reach)]
    best = [0.0] * len(groups)
    cleaned: list[str] = []
    places: list[tuple[_Place, ...]] = []
    for text in texts:
        clean = _BREAKS.sub(" ", text[:longest]).strip()
        cleaned.append(clean)
        places.append(tuple(_places(clean, needles, reach, best, known)))
    answered = frozenset(number for number, degree in enumerate(best) if degree)
    return Reading(tuple(cleaned), tuple(places), sum(best) / len(best) if best else 1.0, answered, all(best))


def snippet(reading: Reading) -> tuple[str, Marks]:
    """About 160 characters of the first text with most of the terms, and where they stand in it.

    Where no text has any of the terms, the beginning of the first that is not empty.
    """
    best_text, best_places, best_start, best_found = "", tuple[_Place, ...](), 0, 0
    for text, places in zip(reading.texts, reading.places, strict=True):
        start, found = _densest(places)
        if not best_text or found > best_found:
            best_text, best_places, best_start, best_found = text, places, start, found
    return _window(best_text, best_places, best_start)


def _needles(group: Group, reach: Reach) -> list[Term]:
    """What to mark: phrases as they are, or their words alone where the index was asked for them alone."""
    if reach < Reach.CUT:
        return list(group)
    return [
        part for term in group for part in ([term] if term.exact else [Term((forms,), term.begins) for forms in term.words])
    ]


def _places(text: str, needles: Sequence[tuple[int, Term]], reach: Reach, best: list[float], known: Known) -> list[_Place]:
    """Where the needles stand; best: the greatest nearness of each group so far, brought up to date."""
    found: list[_Place] = []
    every = list(raw_words(text))
    hyphens = not HYPHENS.isdisjoint(text)
    for position, (raw, begins) in enumerate(every):
        if (fitting := known.get(raw)) is None:
            forms = forms_of(raw)
            fitting = known[raw] = [
                (n, near)
                for n, (_, needle) in enumerate(needles)
                if (near := _near(forms, needle, 0, reach)) is not NOT_MEANT and near.degree
            ]
        if not fitting and not hyphens:
            continue
        word = Word(begins, begins + len(raw), forms_of(raw))
        for n, near in fitting:
            group, needle = needles[n]
            following = [
                Word(at, at + len(next_raw), forms_of(next_raw))
                for next_raw, at in every[position : position + len(needle.words)]
            ]
            degree = _degree(following, needle, reach, near.degree)
            if not degree:
                continue
            best[group] = max(best[group], degree)
            start, end = _span(text, word, near.signs)
            found.append(_Place(start, following[-1].end if len(following) > 1 else end, n))
            if not word.forms.unspaced:
                break
        before, before_at = every[position - 1] if position else ("", 0)
        if not fitting and before and joined(text, before_at + len(before), begins):
            whole = forms_of(before + raw)
            for n, (group, needle) in enumerate(needles):
                if len(needle.words) == 1 and (degree := _near(whole, needle, 0, reach).degree):
                    best[group] = max(best[group], degree)
                    found.append(_Place(before_at, word.end, n))
    return found


def _near(word: Forms, needle: Term, number: int, reach: Reach) -> Nearness:
    return nearness(word, needle.words[number], reach, begins=needle.begins, exact=needle.exact)


def _degree(following: Sequence[Word], needle: Term, reach: Reach, first: float) -> float:
    """How near words that follow one another come to all words of a needle."""
    total = first
    if len(following) < len(needle.words):
        return 0.0
    for number in range(1, len(needle.words)):
        degree = _near(following[number].forms, needle, number, reach).degree
        if not degree:
            return 0.0
        total += degree
    return total / len(needle.words)


def _span(text: str, word: Word, meant: tuple[int, int] | None) -> tuple[int, int]:
    """What to mark of a word: all of it, or the signs asked for where words have no spaces between them."""
    if meant is None:
        return word.start, word.end
    begins: list[int] = []
    for piece_start, piece in _pieces(text, word):
        if fold(piece) or not begins:
            begins.append(piece_start)
    if len(begins) != len(signs(word.forms.fold)):
        return word.start, word.end
    first, last = meant
    return begins[first], begins[last] if last < len(begins) else word.end


def _pieces(text: str, word: Word) -> list[tuple[int, str]]:
    """The signs of a word as it is written, and where each begins."""
    at = word.start
    pieces = []
    for piece in signs(text[word.start : word.end]):
        pieces.append((at, piece))
        at += len(piece)
    return pieces


def _densest(places: Sequence[_Place]) -> tuple[int, int]:
    """Where to begin so that most different terms fit in, and how many do."""
    best_start, best, best_total = 0, 0, 0
    starts = [place.start for place in places]
    for first, place in enumerate(places):
        near = places[first : bisect_left(starts, place.start + LENGTH - _LEAD, first)]
        different = len({other.needle for other in near})
        if (different, len(near)) > (best, best_total):
            best_start, best, best_total = place.start, different, len(near)
    return best_start, best


def _window(text: str, places: Sequence[_Place], start: int) -> tuple[str, Marks]:
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
    for begin, end, _ in sorted(places):
        if left <= begin and begin < right and (not marks or begin + shift >= marks[-1][1]):
            marks.append((begin + shift, min(end, right) + shift))
    return f"{head}{text[left:right]}{tail}", tuple(marks)
