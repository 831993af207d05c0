"""The stretch of a text in which the words asked for stand closest together, in its own spelling. Pure.

The index knows only levelled forms of words, so the text is read again and each of its words compared with those asked.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from materials_cli.catalogue.query import Reach, Term, cut, cut_key
from materials_cli.catalogue.words import SHORTEST_KEY, Forms, Word, fold, forms_of, joined, words

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


def snippet(texts: Sequence[str], terms: Sequence[Term], reach: Reach) -> tuple[str, Marks]:
    """About 160 characters of the first text with most of the terms, and where they stand in it.

    texts: the most wanted first. Where no text has any of the terms, the beginning of the first that is not empty.
    """
    needles = _needles(terms, reach)
    best_text, best_places, best_start, best_found = "", list[_Place](), 0, 0
    for text in texts:
        clean = _BREAKS.sub(" ", text[:_LONGEST_TEXT]).strip()
        places = _places(clean, needles, reach)
        start, found = _densest(places)
        if not best_text or found > best_found:
            best_text, best_places, best_start, best_found = clean, places, start, found
        if found == len(needles):
            break
    return _window(best_text, best_places, best_start)


def _needles(terms: Sequence[Term], reach: Reach) -> list[Term]:
    """What to mark: phrases as they are, or their words alone where the index was asked for them alone."""
    if reach < Reach.CUT:
        return list(terms)
    return [Term((forms,), term.begins) for term in terms for forms in term.words]


def _places(text: str, needles: Sequence[Term], reach: Reach) -> list[_Place]:
    found: list[_Place] = []
    known: dict[Forms, list[int]] = {}
    every = list(words(text))
    for position, word in enumerate(every):
        if (fitting := known.get(word.forms)) is None:
            fitting = [n for n, needle in enumerate(needles) if _answers(word.forms, needle.words[0], needle, reach)]
            known[word.forms] = fitting
        for needle in fitting:
            following = every[position : position + len(needles[needle].words)]
            if _follow(following, needles[needle], reach):
                start, end = _span(text, word, needles[needle].words[0])
                found.append(_Place(start, following[-1].end if len(following) > 1 else end, needle))
                if not word.forms.unspaced:
                    break
        if not fitting and position and joined(text, every[position - 1].end, word.start):
            whole = forms_of(every[position - 1].forms.fold + word.forms.fold)
            found += [
                _Place(every[position - 1].start, word.end, n)
                for n, needle in enumerate(needles)
                if len(needle.words) == 1 and needle.words[0].key == whole.key
            ]
    return found


def _follow(following: Sequence[Word], needle: Term, reach: Reach) -> bool:
    if len(following) < len(needle.words):
        return False
    pairs = zip(following[1:], needle.words[1:], strict=True)
    return all(_answers(word.forms, wanted, needle, reach) for word, wanted in pairs)


def _answers(word: Forms, wanted: Forms, needle: Term, reach: Reach) -> bool:
    """Whether a word of the text is one that the index found for a word asked."""
    if wanted.unspaced and word.unspaced:
        return wanted.fold in word.fold or (reach == Reach.CUT and cut(wanted) in word.fold)
    if word.fold == wanted.fold or (word.stem == wanted.stem and not needle.begins):
        return True
    keyed = len(wanted.key) >= SHORTEST_KEY
    if keyed and word.key == wanted.key:
        return True
    if reach == Reach.CUT:
        return word.fold.startswith(cut(wanted)) or (keyed and word.key.startswith(cut_key(wanted)))
    if reach == Reach.BEGINNING or needle.begins:
        return word.fold.startswith(wanted.fold) or (keyed and word.key.startswith(wanted.key))
    return False


def _span(text: str, word: Word, wanted: Forms) -> tuple[int, int]:
    """What to mark of a word: all of it, or the part asked for where words have no spaces between them."""
    if not word.forms.unspaced or not wanted.unspaced:
        return word.start, word.end
    folded, origins = "", []
    for offset in range(word.start, word.end):
        one = fold(text[offset])
        folded += one
        origins += [offset] * len(one)
    for looked_for in (wanted.fold, cut(wanted)):
        at = folded.find(looked_for)
        if at >= 0:
            return origins[at], origins[at + len(looked_for) - 1] + 1
    return word.start, word.end


def _densest(places: list[_Place]) -> tuple[int, int]:
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
