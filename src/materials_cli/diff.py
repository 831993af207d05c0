"""Compares two texts of one document: which slides, pages or sheets changed, and which of their words. Pure.

Sections with the same text are matched first. Of the others, those that share most of their words count as one section
that changed. Only pairs that share rare words, a title or a position are considered, so that a deck that was rewritten
throughout costs little more than any other. White space is ignored, since it varies between exports.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection as Group
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby, pairwise

from materials_cli.model import Section, Text

# Scripts without spaces are compared by character: a letter with its marks and, in Khmer, the letters below it.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_PUNCTUATION = "!-/:-@\\[-`{-~«»“”„‘’‚…–—·•।،؛。、"
_WORD = re.compile(f"[^\\s{_PUNCTUATION}]")
_MAX_CELLS = 16_000_000  # the largest table of an exact comparison; longer sequences are first cut at unique elements
_WIDTHS = (1, 4, 16)
_MAX_DEPTH = 8
_MIN_LIKENESS = 0.5
_SAME_TITLE = _SAME_PLACE = 0.25
_MAX_PAIRS_OF_A_WORD = 16
_MAX_CANDIDATES = 5

Pair = tuple[int, int]


class ChangeKind(StrEnum):
    """How a section changed."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


class Mark(StrEnum):
    """How some words changed."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


_ORDER = (Mark.REMOVED, Mark.ADDED, Mark.SAME)


@dataclass(frozen=True, slots=True)
class Change:
    """A section that changed. before: None if it was added. after: None if it was removed.

    moved: its position among the remaining sections changed; its words may have changed as well.
    """

    before: Section | None
    after: Section | None
    moved: bool = False

    @property
    def rewritten(self) -> bool:
        """Whether a remaining section has other words; if not, it was moved, hidden or shown."""
        return bool(self.before and self.after and _content(self.before) != _content(self.after))

    @property
    def kind(self) -> ChangeKind:
        """The kind of change; "changed" for a section that was both moved and changed."""
        if self.before is None or self.after is None:
            return ChangeKind.ADDED if self.before is None else ChangeKind.REMOVED
        return ChangeKind.MOVED if self.moved and not self.rewritten else ChangeKind.CHANGED


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two texts. before, after: the number of sections in each."""

    unit: str
    before: int
    after: int
    changes: tuple[Change, ...]

    def counts(self) -> Mapping[str, str | int]:
        """The numbers, as an event stores them. A section that was both moved and changed is counted in both."""
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
    """Some words, with the space before them, and how they changed."""

    mark: Mark
    text: str


def compare(before: Text, after: Text) -> Comparison:
    """Compare the sections of two texts. Swapping the texts gives the same result with the sides swapped."""
    left, right = before.sections, after.sections
    # Which of two equally good matchings is found may depend on the sides, so the texts themselves decide these.
    if [_content(s) for s in left] > [_content(s) for s in right]:
        changes = [Change(change.after, change.before, moved=change.moved) for change in _changes(right, left)]
    else:
        changes = list(_changes(left, right))
    return Comparison(after.unit, len(left), len(right), tuple(sorted(changes, key=_place)))


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Compare the words of two texts. Without the added pieces the result is `before`, without the removed ones `after`."""
    if before > after:
        swapped = {Mark.SAME: Mark.SAME, Mark.ADDED: Mark.REMOVED, Mark.REMOVED: Mark.ADDED}
        return _ordered(Piece(swapped[piece.mark], piece.text) for piece in words(after, before))
    left, right = tokens(before), tokens(after)
    pieces: list[Piece] = []
    at_left = at_right = 0
    for i, j in (*_meaningful(_align(*_numbered(left, right)), left, right), (len(left), len(right))):
        pieces += [Piece(Mark.REMOVED, text) for text in left[at_left:i]]
        pieces += [Piece(Mark.ADDED, text) for text in right[at_right:j]]
        pieces += [Piece(Mark.SAME, max(left[i], right[j], key=lambda text: (len(text), text)))] if i < len(left) else []
        at_left, at_right = i + 1, j + 1
    return _ordered(pieces)


def tokens(text: str) -> list[str]:
    """The words and punctuation of a text, each with the space before it; in scripts without spaces, the characters."""
    return _token().findall(text)


def _content(section: Section) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in (section.title, section.body, section.notes))


def _place(change: Change) -> tuple[int, int]:
    """The sort key of a change: removed sections by their old number, all others by their new one."""
    section = change.after or change.before
    return (section.number if section else 0, change.after is not None)


def _changes(left: Sequence[Section], right: Sequence[Section]) -> Iterator[Change]:
    """Each section that changed, in no particular order."""
    pairs = sorted(_pairs(left, right))
    removed, added = _unpaired(left, right, pairs)
    yield from (Change(left[i], None) for i in removed)
    yield from (Change(None, right[j]) for j in added)
    in_order = set(_rising(pairs))
    for i, j in pairs:
        change = Change(left[i], right[j], moved=(i, j) not in in_order)
        if change.moved or change.rewritten or left[i].hidden != right[j].hidden:
            yield change


def _unpaired(left: Sequence[object], right: Sequence[object], pairs: Group[Pair]) -> tuple[list[int], list[int]]:
    """The positions on each side that are in no pair."""
    return sorted(set(range(len(left))) - {i for i, _ in pairs}), sorted(set(range(len(right))) - {j for _, j in pairs})


def _pairs(left: Sequence[Section], right: Sequence[Section]) -> set[Pair]:
    """Match the sections: first those with the same text, in order or not, then the most similar ones."""
    ours, theirs = [_content(section) for section in left], [_content(section) for section in right]
    spine = _align(*_numbered(ours, theirs))
    found = set(spine)
    free_left, free_right = _unpaired(left, right, found)
    waiting: dict[tuple[str, ...], list[int]] = {}
    for j in reversed(free_right):
        waiting.setdefault(theirs[j], []).append(j)
    for i in free_left:
        # Sections without words cannot be told apart.
        if any(ours[i]) and (places := waiting.get(ours[i])):
            found.add((i, places.pop()))
    free_left, free_right = _unpaired(left, right, found)
    gaps = {i: bisect_left(spine, (i, 0)) for i in free_left}, {j: bisect_left([b for _, b in spine], j) for j in free_right}
    return found | _most_alike({i: ours[i] for i in free_left}, {j: theirs[j] for j in free_right}, gaps)


def _most_alike(
    left: Mapping[int, tuple[str, ...]], right: Mapping[int, tuple[str, ...]], gaps: tuple[Mapping[int, int], Mapping[int, int]]
) -> set[Pair]:
    """Match the sections that share most words, the most similar first. gaps: the position of each between matched ones."""
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
        if likeness >= _MIN_LIKENESS:
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
    """The pairs worth comparing: a few for each section, whatever the size of the texts."""
    holders: dict[str, tuple[list[int], list[int]]] = {}
    for side, texts in enumerate((left, right)):
        for place, content in texts.items():
            for word in (*bags[side][place], f" {content[0].casefold()}"):
                holders.setdefault(word, ([], []))[side].append(place)
    votes: dict[int, Counter[int]] = {}
    for ours, theirs in holders.values():
        if len(ours) * len(theirs) <= _MAX_PAIRS_OF_A_WORD:
            for i in ours:
                votes.setdefault(i, Counter()).update(theirs)
    found = {(i, j) for i, counted in votes.items() for j, _ in counted.most_common(_MAX_CANDIDATES)}
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
    """Both sequences with a number for each distinct element, which compares quickly; words without their space."""
    numbers: dict[object, int] = {}
    ours, theirs = (
        [numbers.setdefault(e.strip() if isinstance(e, str) else e, len(numbers)) for e in side] for side in (left, right)
    )
    return ours, theirs


def _align(left: Sequence[int], right: Sequence[int], depth: int = 0) -> list[Pair]:
    """Pairs of positions of equal elements, ascending on both sides: as many as possible, except in very long sequences."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    inner_left, inner_right = left[start : len(left) - end], right[start : len(right) - end]
    if len(inner_left) * len(inner_right) <= _MAX_CELLS:
        inner = _longest(inner_left, inner_right)
    else:
        inner = _cut(inner_left, inner_right, depth) if depth < _MAX_DEPTH else []
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
    """Cut long sequences at elements, or runs of elements, that occur once in each (Bram Cohen's patience diff)."""
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
    """The longest subsequence of pairs (sorted by their first) whose second ascends too, by patience sorting."""
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


def _meaningful(pairs: Sequence[Pair], left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """The pairs without isolated commas and the like that match by chance, between words that differ."""
    framed = [(-1, -1), *pairs, (len(left), len(right))]
    return [
        here
        for last, here, following in zip(framed, framed[1:], framed[2:], strict=False)
        if _WORD.match(left[here[0]].lstrip()) or (last[0] + 1, last[1] + 1) == here or (here[0] + 1, here[1] + 1) == following
    ]


def _ordered(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Join neighbours with one mark; between unchanged pieces, removed ones come before added ones."""
    joined = []
    for _, group in groupby(pieces, key=lambda piece: piece.mark is Mark.SAME):
        neighbours = list(group)
        texts = {mark: "".join(piece.text for piece in neighbours if piece.mark is mark) for mark in _ORDER}
        joined += [Piece(mark, text) for mark, text in texts.items() if text]
    return tuple(joined)


@cache
def _token() -> re.Pattern[str]:
    """The pattern of a token with the space before it; compiled when first needed, since most runs compare nothing."""
    stacked = "".join(
        chr(sign) for sign in (*range(0xE00, 0xF00), *range(0x1000, 0x10A0), *range(0x1780, 0x1800))
        if unicodedata.category(chr(sign))[0] == "M"
    )  # fmt: skip
    return re.compile(
        f"\\s*(?:[{_UNSPACED}](?:\u17d2.|[{stacked}])*|[^\\s{_PUNCTUATION}{_UNSPACED}]+|[{_PUNCTUATION}])", re.DOTALL
    )
