"""Text of a PDF page in scripts whose marks stand above and below their letter: Lao, Khmer, Thai.

pdfium takes such a mark for a line of its own and breaks the line before and after it. Where it put a break or a space beside a
mark, the boxes of the letters tell whether one is there.
"""

import re
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

_MARK = re.compile("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ecd\u17b4-\u17d3\u17dd]")
_GAP = 0.3


class _Letter(NamedTuple):
    """A character of the page. box: left, bottom, right, top, in points; None for what pdfium added."""

    character: str
    box: tuple[float, float, float, float] | None


def has_marks(text: str) -> bool:
    """Whether a text has marks of these scripts."""
    return bool(_MARK.search(text))


def first_mark(text: str) -> int:
    """The place of the first mark of these scripts; the length of the text if it has none."""
    found = _MARK.search(text)
    return found.start() if found else len(text)


def joined(page: pdfium.PdfTextPage) -> str:
    """The text of a page, without the breaks and spaces that pdfium put beside marks."""
    pieces: list[str] = []
    added, base, after_mark = "", None, False
    for letter in (_letter(page, place) for place in range(page.count_chars())):
        if letter.box is None:
            added += letter.character
            continue
        is_mark = bool(_MARK.match(letter.character))
        if added and not (is_mark or (after_mark and base and _beside(base, letter.box))):
            pieces.append(added)
        added = ""
        pieces.append(letter.character)
        after_mark = is_mark
        if not is_mark:
            base = letter.box
    return "".join(pieces)


def _letter(page: pdfium.PdfTextPage, place: int) -> _Letter:
    character = chr(raw.FPDFText_GetUnicode(page, place))
    return _Letter(character, None if raw.FPDFText_IsGenerated(page, place) else page.get_charbox(place))


def _beside(before: tuple[float, float, float, float], after: tuple[float, float, float, float]) -> bool:
    """Whether a letter follows another on the same line without a gap."""
    height = max(before[3] - before[1], after[3] - after[1])
    on_line = min(before[3], after[3]) - max(before[1], after[1]) > height / 2
    return on_line and -height < after[0] - before[2] < height * _GAP
