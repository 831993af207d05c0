"""Text laid out in the cells of a terminal: measured and wrapped between words. The one place that counts cells.

Terminals disagree about the width of some scripts, Khmer above all. cells() counts the most that any of them uses, so
that a line may end early but never runs over the edge.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from materials_cli.patterns import regex
from materials_cli.words.syllables import goes_on, graphemes

if TYPE_CHECKING:
    from rich.text import Text

INDENT = 4  # of what does not fit beside its label
_NARROW = 20
_PIECE = regex(r"[^ ]+ *| +")
_ADDRESS = regex(r"\w+://")
_PART = regex(r"[^/_,;|&=·-]+[/_,;|&=·-]*|[/_,;|&=·-]+")
# Scripts without spaces: of these, some may be broken after any letter, and the others between words alone.
_BROKEN_ANYWHERE = regex("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED = regex("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_VOWELS_OF_JAMO = range(0x1160, 0x1200)
_VARIATION_SELECTOR = "\ufe0f"  # it may make a sign as wide as two letters


def cells(text: str) -> int:
    """The most cells that a terminal uses for a text."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(maxsize=1 << 14)
def _cells(character: str) -> int:
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 2
    silent = unicodedata.category(character) in {"Mn", "Me", "Cf"} or ord(character) in _VOWELS_OF_JAMO
    return 0 if silent and character != _VARIATION_SELECTOR else 1


def padded(text: str, width: int) -> str:
    """A text with spaces after it, so that it fills this many cells."""
    return text + " " * (width - cells(text))


def shortened(text: str, width: int) -> str:
    """A text that has at most this many cells: what is too long loses its middle, so that a file keeps its suffix."""
    if cells(text) <= width:
        return text
    units = _letters(text)
    tail = _fitting(reversed(units), width // 3)
    head = _fitting(units, width - 1 - sum(map(cells, tail)))
    return f"{''.join(head)}…{''.join(reversed(tail))}"


def _fitting(units: Iterable[str], room: int) -> list[str]:
    taken: list[str] = []
    for unit in units:
        room -= cells(unit)
        if room < 0:
            break
        taken.append(unit)
    return taken


def _letters(text: str) -> list[str]:
    letters: list[str] = []
    for unit in graphemes(text):
        if letters and goes_on(letters[-1], unit):
            letters[-1] += unit
        else:
            letters.append(unit)
    return letters


def spans(text: str, width: int, first: int | None = None) -> list[tuple[int, int]]:
    """Where each line of a wrapped text begins and ends, without the spaces around it.

    width: cells of a line; first: of the first line, if that has another room. Words, options and addresses stay whole. Only
    what is longer than a line is broken: a path between its parts, a script without spaces between its letters, as Chinese and
    Japanese always are. An address or a word that is longer still is left to the terminal, to be copied in one piece.
    """
    lines: list[tuple[int, int]] = []
    start = end = at = 0
    room = width if first is None else first
    for piece in _pieces(text, width):
        bare = len(piece.rstrip(" "))
        if bare and cells(text[start : at + bare]) > room and (at > start or (not lines and room < width)):
            lines.append((start, end))
            start, room = at, width
        end = at + bare if bare else end
        at += len(piece)
    return [*lines, (start, max(start, end))]


def _pieces(text: str, width: int) -> Iterator[str]:
    """What may not be broken, each with the spaces after it."""
    for word in _PIECE.findall(text):
        bare = word.rstrip(" ")
        if _BROKEN_ANYWHERE.search(bare) or (_UNSPACED.search(bare) and cells(bare) > width):
            *most, last = _letters(bare)
            yield from _together(most, last + word[len(bare) :])
        elif cells(bare) > width and not _ADDRESS.search(bare):
            yield from _PART.findall(word)
        else:
            yield word


def _together(units: Sequence[str], last: str) -> Iterator[str]:
    """Letters of a script without spaces each by itself; others in the same word together."""
    held = ""
    for unit, following in pairwise([*units, last]):
        held += unit
        if _UNSPACED.match(unit) or _UNSPACED.match(following):
            yield held
            held = ""
    yield held + last


def hanging(lead: "Text", text: "Text", width: int) -> "Iterator[Text]":
    """A label and a text beside it, in lines of this width; a text that does not fit there is indented below its label."""
    beside = width - cells(lead.plain)
    longest = max((cells(piece.rstrip(" ")) for piece in _pieces(text.plain, width - INDENT)), default=0)
    squeezed = beside < max(_NARROW, width // 2) and cells(text.plain) > beside
    below = squeezed or (longest > beside and longest <= width - INDENT)
    indent = INDENT if below and beside < width - INDENT else width - beside
    lines = spans(text.plain, width - indent, max(0, beside))
    for number, (start, end) in enumerate(lines):
        if not number:
            yield _spaces(0) + lead + text[start:end]
        elif end > start:
            yield _spaces(indent) + text[start:end]


def branch(lead: "Text", text: "Text", facts: "Text", below: "Text", width: int) -> "Iterator[Text]":
    """A line of a tree: a name beside its guides, then facts that stay in one piece, on a line of their own if need be.

    below: the guides of the lines that follow, as wide as the lead.
    """
    first, *more = hanging(lead, text, width)
    indent = cells(lead.plain)
    guided = [below + line[indent:] if line.plain[:indent].isspace() else line for line in more]
    lines = [first, *guided]
    if facts.plain and cells(lines[-1].plain) + cells(facts.plain) > width:
        fits = indent + cells(facts.plain) <= width
        lines.append(below if fits else _spaces(INDENT))
    yield from (*lines[:-1], lines[-1] + facts)


def columns(rows: "Iterable[Sequence[Text]]", width: int, right: Iterable[int] = ()) -> "Iterator[Text]":
    """A table in lines of this width: its columns padded by cells, the last one, which holds names or sentences, hanging.

    right: the columns that are aligned to the right.
    """
    table, right = [list(row) for row in rows], frozenset(right)
    widths = [max(cells(cell.plain) for cell in column) for column in zip(*table, strict=True)][:-1]
    for row in table:
        lead = _spaces(0)
        for number, (cell, wide) in enumerate(zip(row, widths, strict=False)):
            space = _spaces(wide - cells(cell.plain))
            lead = (lead + space + cell if number in right else lead + cell + space) + _spaces(2 if wide else 0)
        yield from hanging(lead, row[-1], width)


def _spaces(count: int) -> "Text":
    from rich.text import Text  # noqa: PLC0415 - a pipe draws nothing

    return Text(" " * count)
