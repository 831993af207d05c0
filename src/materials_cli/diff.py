"""Two texts of one document → what became of its slides, pages or sheets, and of their words. Pure.

Sections that kept their text are found first; among the rest, those that share most of their words are taken for the same
section, changed. Only pairs that share rare words, a title or a place are looked at, so that a deck rewritten from end to
end costs little more than one that was not. Spaces and line breaks make no difference: exports set them as they like.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby, pairwise

from materials_cli.model import Section, Text

# Scripts that write without spaces are compared sign by sign: a letter with its marks, in Khmer with what is stacked below.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_PUNCTUATION = "!-/:-@\\[-`{-~«»“”„‘’‚…–—·•।،؛。、"
_WORD = re.compile(f"[^\\s{_PUNCTUATION}]")
_CELLS = 16_000_000  # what an exact comparison may cost; longer sequences are first cut where both have something unique
_WIDTHS = (1, 4, 16)
_DEEPEST = 8
_ALIKE = 0.5
_SAME_TITLE = _SAME_PLACE = 0.25
_RARE = 16
_LIKELIEST = 5

Pair = tuple[int, int]


class ChangeKind(StrEnum):
    """What became of a section."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


class Mark(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


_ORDER = (Mark.REMOVED, Mark.ADDED, Mark.SAME)


@dataclass(frozen=True, slots=True)
class Change:
    """A section that is not as it was. before: None when it was added; after: None when it was removed.

    moved: it stands elsewhere among those that stayed; it may have been changed as well.
    """

    before: Section | None
    after: Section | None
    moved: bool = False

    @property
    def rewritten(self) -> bool:
        """Whether the words of a section that stayed differ; if not, it was moved, hidden or shown."""
        return bool(self.before and self.after and _content(self.before) != _content(self.after))

    @property
    def kind(self) -> ChangeKind:
        """In one word; a section that was both moved and changed is changed."""
        if self.before is None or self.after is None:
            return ChangeKind.ADDED if self.before is None else ChangeKind.REMOVED
        return ChangeKind.MOVED if self.moved and not self.rewritten else ChangeKind.CHANGED


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two texts. before, after: how many sections there were and are."""

    unit: str
    before: int
    after: int
    changes: tuple[Change, ...]

    def counts(self) -> Mapping[str, str | int]:
        """In numbers, as an event keeps it. moved counts those that were changed as well, changed those with other words."""
        kinds = Counter(change.kind for change in self.changes)
        return {
            "unit": self.unit,
            "before": self.before,
            "after": self.after,
            "added": kinds[ChangeKind.ADDED],
            "removed": kinds[ChangeKind.REMOVED],
            "moved": sum(change.moved for change in self.changes),
            "changed": sum(change.rewritten for change in self.changes),
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and what became of them, with the space before them."""

    mark: Mark
    text: str


def compare(before: Text, after: Text) -> Comparison:
    """Say what became of the sections. Comparing the other way round says the same, with the sides exchanged."""
    left, right = before.sections, after.sections
    # Which of two equally good pairings is found may depend on the side, so the texts themselves decide on the sides.
    turned = [_content(s) for s in left] > [_content(s) for s in right]
    pairs = sorted((i, j) for j, i in _pairs(right, left)) if turned else sorted(_pairs(left, right))
    staying = set(_rising(pairs)) if not turned else {(i, j) for j, i in _rising(sorted((j, i) for i, j in pairs))}
    changes = [Change(left[i], None) for i in sorted(set(range(len(left))) - {i for i, _ in pairs})]
    changes += [Change(None, right[j]) for j in sorted(set(range(len(right))) - {j for _, j in pairs})]
    for i, j in pairs:
        change = Change(left[i], right[j], moved=(i, j) not in staying)
        if change.moved or change.rewritten or left[i].hidden != right[j].hidden:
            changes.append(change)
    return Comparison(after.unit, len(left), len(right), tuple(sorted(changes, key=_place)))


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Say what became of the words of one text; all but the added ones make up the one, all but the removed the other."""
    if before > after:
        turned = {Mark.SAME: Mark.SAME, Mark.ADDED: Mark.REMOVED, Mark.REMOVED: Mark.ADDED}
        return _ordered(Piece(turned[piece.mark], piece.text) for piece in words(after, before))
    left, right = tokens(before), tokens(after)
    pieces: list[Piece] = []
    at_left = at_right = 0
    for i, j in (*_telling(_align(*_numbered(left, right)), left, right), (len(left), len(right))):
        pieces += [Piece(Mark.REMOVED, text) for text in left[at_left:i]]
        pieces += [Piece(Mark.ADDED, text) for text in right[at_right:j]]
        pieces += [Piece(Mark.SAME, max(left[i], right[j], key=lambda text: (len(text), text)))] if i < len(left) else []
        at_left, at_right = i + 1, j + 1
    return _ordered(pieces)


def tokens(text: str) -> list[str]:
    """The words and punctuation of a text, each with the space before it; signs, in scripts without spaces."""
    return _token().findall(text)


def _content(section: Section) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in (section.title, section.body, section.notes))


def _place(change: Change) -> tuple[int, int]:
    """Where a change is told: removed sections where they were, all others where they are."""
    section = change.after or change.before
    return (section.number if section else 0, change.after is not None)


def _pairs(left: Sequence[Section], right: Sequence[Section]) -> set[Pair]:
    """Which section is which: those that kept their text, in order or not, then those that are most alike."""
    ours, theirs = [_content(section) for section in left], [_content(section) for section in right]
    spine = _align(*_numbered(ours, theirs))
    found = set(spine)
    waiting: dict[tuple[str, ...], list[int]] = {}
    for j in sorted(set(range(len(right))) - {j for _, j in spine}, reverse=True):
        waiting.setdefault(theirs[j], []).append(j)
    for i in sorted(set(range(len(left))) - {i for i, _ in spine}):
        # Of sections without a word nobody can say that one is the other.
        if any(ours[i]) and (places := waiting.get(ours[i])):
            found.add((i, places.pop()))
    free_left = sorted(set(range(len(left))) - {i for i, _ in found})
    free_right = sorted(set(range(len(right))) - {j for _, j in found})
    gaps = {i: bisect_left(spine, (i, 0)) for i in free_left}, {j: bisect_left([b for _, b in spine], j) for j in free_right}
    return found | _most_alike({i: ours[i] for i in free_left}, {j: theirs[j] for j in free_right}, gaps)


def _most_alike(
    left: Mapping[int, tuple[str, ...]], right: Mapping[int, tuple[str, ...]], gaps: tuple[Mapping[int, int], Mapping[int, int]]
) -> set[Pair]:
    """Pair what shares most words, the likeliest first. gaps: between which sections of the spine each stands."""
    bags = tuple({i: Counter(_words(texts)) for i, texts in side.items()} for side in (left, right))
    scored = []
    for i, j in _candidates(left, right, bags, gaps):
        ours, theirs = bags[0][i], bags[1][j]
        shared = (ours & theirs).total()
        titled = bool(left[i][0]) and left[i][0].casefold() == right[j][0].casefold()
        if not shared and not titled:
            continue
        likeness = 2 * shared / max(1, ours.total() + theirs.total())
        likeness += _SAME_TITLE * titled + _SAME_PLACE * (gaps[0][i] == gaps[1][j])
        if likeness >= _ALIKE:
            scored.append((-likeness, abs(i - j), i, j))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(scored):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return set(found.items())


def _candidates(
    left: Mapping[int, tuple[str, ...]],
    right: Mapping[int, tuple[str, ...]],
    bags: Sequence[Mapping[int, Counter[str]]],
    gaps: tuple[Mapping[int, int], Mapping[int, int]],
) -> set[Pair]:
    """The pairs worth a closer look: some for each section, whatever the size of the texts."""
    holders: dict[str, tuple[list[int], list[int]]] = {}
    for side, texts in enumerate((left, right)):
        for place, content in texts.items():
            for word in (*bags[side][place], f" {content[0].casefold()}"):
                holders.setdefault(word, ([], []))[side].append(place)
    votes: dict[int, Counter[int]] = {}
    for ours, theirs in holders.values():
        if len(ours) * len(theirs) <= _RARE:
            for i in ours:
                votes.setdefault(i, Counter()).update(theirs)
    found = {(i, j) for i, counted in votes.items() for j, _ in counted.most_common(_LIKELIEST)}
    standing: dict[int, tuple[list[int], list[int]]] = {}
    for side in (0, 1):
        for place, gap in gaps[side].items():
            standing.setdefault(gap, ([], []))[side].append(place)
    for ours, theirs in standing.values():
        found.update(zip(ours, theirs, strict=False))
        found.update(zip(reversed(ours), reversed(theirs), strict=False))
    return found


def _words(texts: Iterable[str]) -> list[str]:
    found = (token.strip().casefold() for text in texts for token in tokens(text))
    return [token for token in found if _WORD.match(token)]


def _numbered(left: Sequence[object], right: Sequence[object]) -> tuple[list[int], list[int]]:
    """Both sequences with a number for each different element, since numbers compare quickly. Words: without their space."""
    numbers: dict[object, int] = {}
    ours, theirs = (
        [numbers.setdefault(e.strip() if isinstance(e, str) else e, len(numbers)) for e in side] for side in (left, right)
    )
    return ours, theirs


def _align(left: Sequence[int], right: Sequence[int], depth: int = 0) -> list[Pair]:
    """Places of equal elements, rising on both sides; as many as there can be, unless the sequences are very long."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    inner_left, inner_right = left[start : len(left) - end], right[start : len(right) - end]
    if len(inner_left) * len(inner_right) <= _CELLS:
        inner = _longest(inner_left, inner_right)
    else:
        inner = _cut(inner_left, inner_right, depth) if depth < _DEEPEST else []
    head = [(place, place) for place in range(start)]
    tail = [(len(left) - back, len(right) - back) for back in range(end, 0, -1)]
    return head + [(i + start, j + start) for i, j in inner] + tail


def _longest(left: Sequence[int], right: Sequence[int]) -> list[Pair]:
    """The longest common subsequence."""
    if not left or not right:
        return []
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415 - most runs compare nothing

    same = [part for part in LCSseq.opcodes(left, right) if part.tag == "equal"]
    return [(part.src_start + k, part.dest_start + k) for part in same for k in range(part.src_end - part.src_start)]


def _cut(left: Sequence[int], right: Sequence[int], depth: int) -> list[Pair]:
    """Cut long sequences where both have an element, or a run of elements, that each has once (Bram Cohen's patience diff)."""
    anchors = next(filter(None, (_anchors(left, right, width) for width in _WIDTHS)), [])
    pairs: list[Pair] = []
    for (i, j), (to_i, to_j) in pairwise([(-1, -1), *anchors, (len(left), len(right))]) if anchors else ():
        between = _align(left[i + 1 : to_i], right[j + 1 : to_j], depth + 1)
        pairs += [(a + i + 1, b + j + 1) for a, b in between]
        pairs += [(to_i, to_j)] if to_i < len(left) else []
    return pairs


def _anchors(left: Sequence[int], right: Sequence[int], width: int) -> list[Pair]:
    once = []
    for side in (left, right):
        runs = list(zip(*(side[k:] for k in range(width)), strict=False))
        counted = Counter(runs)
        once.append({run: place for place, run in enumerate(runs) if counted[run] == 1})
    return _rising([(i, once[1][run]) for run, i in once[0].items() if run in once[1]])


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of pairs (sorted by their first) whose second rises too; by patience sorting."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int | None] = []
    for number, (_, second) in enumerate(pairs):
        pile = bisect_left(tops, second)
        before.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1] = [second]
        piles[pile : pile + 1] = [number]
    found = []
    last = piles[-1] if piles else None
    while last is not None:
        found.append(pairs[last])
        last = before[last]
    return found[::-1]


def _telling(pairs: Sequence[Pair], left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """Without lone commas and the like that only happen to stand on both sides, amid words that differ."""
    framed = [(-1, -1), *pairs, (len(left), len(right))]
    return [
        here
        for last, here, following in zip(framed, framed[1:], framed[2:], strict=False)
        if _WORD.match(left[here[0]].lstrip()) or (last[0] + 1, last[1] + 1) == here or (here[0] + 1, here[1] + 1) == following
    ]


def _ordered(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one mark joined; between two that stayed, what was removed comes before what was added."""
    joined = []
    for _, group in groupby(pieces, key=lambda piece: piece.mark is Mark.SAME):
        neighbours = list(group)
        texts = {mark: "".join(piece.text for piece in neighbours if piece.mark is mark) for mark in _ORDER}
        joined += [Piece(mark, text) for mark, text in texts.items() if text]
    return tuple(joined)


@cache
def _token() -> re.Pattern[str]:
    """What a text is cut into for a comparison, with the spaces before it; compiled late, since most runs compare nothing."""
    stacked = "".join(
        chr(sign) for sign in (*range(0xE00, 0xF00), *range(0x1000, 0x10A0), *range(0x1780, 0x1800))
        if unicodedata.category(chr(sign))[0] == "M"
    )  # fmt: skip
    return re.compile(
        f"\\s*(?:[{_UNSPACED}](?:\u17d2.|[{stacked}])*|[^\\s{_PUNCTUATION}{_UNSPACED}]+|[{_PUNCTUATION}])", re.DOTALL
    )
