"""The lines of a PDF page with their height, by which a title is known and a footnote's mark is told from a number."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pypdfium2 as pdfium

from materials_cli.extract.pdffonts import as_seen, has_old_fonts
from materials_cli.extract.stacked import first_mark, has_marks, joined

_MARKED = re.compile(r"(?<=[^\W\d_]{2})\d{1,3}(?!\w)")
_RAISED = 0.85
_RUNNING = 0.3
_NUMBERS = re.compile(r"\d+")
_LETTER = re.compile(r"\w")
_LONGEST_TITLE, _MOST_LINES = 120, 4
_ALIKE, _LARGER = 0.96, 1.1
_SAYS_SOMETHING = re.compile(r"[^\W\d_]{2}|[^\W\d_][\u0900-\u17ff]|[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7a3]")


class Line(NamedTuple):
    """A line of a page. height: of its first letter, in points, with the room above and below it; 0 if unknown."""

    text: str
    height: float = 0.0


def lines_of(page: pdfium.PdfTextPage) -> list[Line]:
    """The lines of a page that have text, without the marks of line ends; none where no letter has a name."""
    text = page.get_text_bounded()
    if has_old_fonts(page):
        text = as_seen(page)
    elif has_marks(text):
        text = joined(page)
    if not any(map(str.isalnum, text)):
        return []
    text = text.replace("\ufffe", "").replace("\r", "")
    measured = _Measured(page)
    return [measured.line(line) for each in text.split("\n") if (line := each.strip())]


def with_titles(pages: Sequence[Sequence[Line]]) -> Iterator[tuple[str, list[str]]]:
    """The title and the other lines of each page. What stands on many pages is no title."""
    texts = [{line.text for line in lines} for lines in pages]
    many = max(2, len(pages) * _RUNNING)
    running = _frequent(texts, many)
    numbered = _frequent([set(map(_bare, each)) for each in texts], many)
    for lines, each in zip(pages, texts, strict=True):
        places = _title_lines(lines, running, frozenset(text for text in each if _bare(text) in numbered))
        title = " ".join(lines[place].text for place in places)
        yield title, [line.text for place, line in enumerate(lines) if place not in places]


def _frequent(texts: Iterable[set[str]], many: float) -> frozenset[str]:
    counted = Counter(text for each in texts for text in each)
    return frozenset(text for text, count in counted.items() if count > many)


def _bare(text: str) -> str:
    return _NUMBERS.sub("", text)


def _title_lines(lines: Sequence[Line], running: frozenset[str], numbered: frozenset[str]) -> range:
    """The places of the lines that are the title of a page; none if nothing can be.

    They are the largest that say something, if these are larger than most of the page, else the first short line that does.
    running: lines that stand on many pages; numbered: those that do so with other numbers, which only large ones may be.
    """
    heights = sorted(line.height for line in lines)
    usual = heights[(len(heights) - 1) // 2] * _LARGER if heights else 0
    able = [
        place
        for place, line in enumerate(lines)
        if _can_be_title(line.text, running) and (line.text not in numbered or line.height > usual)
    ]
    if not able:
        return range(0)
    if max(lines[place].height for place in able) <= usual:
        return range(able[0], able[0] + 1) if able[0] < _MOST_LINES else range(0)
    return _largest(lines, able)


def _largest(lines: Sequence[Line], able: Sequence[int]) -> range:
    """The first of the largest lines, and those after it that are as large."""
    large = max(lines[place].height for place in able) * _ALIKE
    first = next(place for place in able if lines[place].height >= large)
    last = first
    while last + 1 in able and last + 1 < first + _MOST_LINES and lines[last + 1].height >= large:
        last += 1
    return range(first, last + 1)


def _can_be_title(text: str, running: frozenset[str]) -> bool:
    return len(text) <= _LONGEST_TITLE and text not in running and bool(_SAYS_SOMETHING.search(text))


class _Measured:
    """Finds lines among the characters of a page, in their order."""

    def __init__(self, page: pdfium.PdfTextPage) -> None:
        self._page = page
        self._text = page.get_text_range()
        self._at = 0

    def line(self, text: str) -> Line:
        letter = _LETTER.search(text)
        # Where marks stand above letters, the page's own order of characters differs from that of the text.
        known = text[: first_mark(text)]
        start = self._text.find(known, self._at) if known else -1
        if letter is None or start < 0:
            return Line(text)
        self._at = start + len(known)
        if len(known) == len(text):
            text = "".join(self._without_marks(text, start))
        return Line(text, self._height(start + letter.start()))

    def _without_marks(self, text: str, start: int) -> Iterator[str]:
        """The text with a space before the mark of a footnote, which is smaller than the word that it follows."""
        at = 0
        for mark in _MARKED.finditer(text):
            if 0 < self._height(start + mark.start()) < self._height(start + mark.start() - 1) * _RAISED:
                yield text[at : mark.start()] + " "
                at = mark.start()
        yield text[at:]

    def _height(self, index: int) -> float:
        """The height of the character at a place of the page's text."""
        number = pdfium.raw.FPDFText_GetCharIndexFromTextIndex(self._page, index)
        if number < 0:
            return 0.0
        try:
            _, bottom, _, top = self._page.get_charbox(number, loose=True)
        except pdfium.PdfiumError:
            return 0.0
        return float(top - bottom)
