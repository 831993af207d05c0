"""What document-svg draws wrong, mended in its tree: bullets on letters, lines that run out of the slide or touch.

Its texts state what they are: data-content-kind (text, bullet) and data-source-id (the shape). Each text is one line.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby, pairwise

from lxml import etree

from materials_cli.extract.package import local
from materials_cli.pictures.anchors import BOTTOM, MIDDLE
from materials_cli.pictures.leading import anchor_of, set_apart
from materials_cli.pictures.letters import is_tall, joins
from materials_cli.pictures.texts import ABOVE, BELOW, extent, is_turned, number, size_of, width_about, words_of

_HANGING = 0.85  # of the size of a bullet: how far before its text PowerPoint's own templates set it
_WINGDINGS = {"l": "●", "n": "■", "§": "▪", "Ø": "➢", "ü": "✓", "q": "❑", "v": "❖", "u": "◆", "w": "◆", "o": "○"}
_MARGIN = 0.015  # of the width of a slide
_SMALLEST = 0.6  # of its size: how small a title may get
_TALL = 1.2  # the height of a line of such letters, in parts of their size


def mend(root: etree._Element, width: int, height: int) -> None:
    """Mend a slide of this size."""
    lines = [text for text in root.iter() if local(text) == "text"]
    blocks = _blocks(lines)
    spans = {line: extent(line) for line in lines}
    for block in blocks:
        set_apart(block, spans, height)
    for before, after in pairwise(lines):
        if before.get("data-content-kind") == "bullet":
            _hang(before, after)
        elif before.get("data-source-id") == after.get("data-source-id"):
            _give_back(before, after)
            _loosen(before, after)
    for above, below in pairwise(blocks):
        _part(above, below)
    for line in lines:
        _fit(line, width)


def _hang(bullet: etree._Element, text: etree._Element) -> None:
    """Set a bullet before its text, if it stands on it. The number of a slide has none."""
    for span in bullet:
        if words_of(text).strip().isdecimal():
            span.text = ""
        else:
            span.text = _sign(span.text or "")
    x = number(bullet, "x")
    if bullet.get("text-anchor") == "start" and bullet.get("y") == text.get("y") and abs(x - number(text, "x")) < 1:
        bullet.set("x", f"{max(0.0, x - _HANGING * size_of(bullet)):g}")


def _sign(bullet: str) -> str:
    """A bullet as its reader sees it. A letter alone stands for a sign of Wingdings, which readers may not have."""
    letter = bullet.strip()
    if letter in _WINGDINGS or (len(letter) == 1 and letter.isascii() and letter.isalpha()):
        return _WINGDINGS.get(letter, "•")
    return "•" if any(unicodedata.category(sign) == "Co" for sign in bullet) else bullet


def _give_back(before: etree._Element, after: etree._Element) -> None:
    """Signs that belong to the last letter of the line above, since a line was broken inside a letter."""
    last, first = _last(before), next(iter(after), None)
    if last is None or first is None or not first.text or not last.text:
        return
    taken = 0
    while taken < len(first.text) and joins(first.text[taken], (last.text + first.text)[len(last.text) + taken - 1]):
        taken += 1
    last.text, first.text = last.text + first.text[:taken], first.text[taken:]


def _loosen(before: etree._Element, after: etree._Element) -> None:
    """Make letters that reach high and low smaller, where the line after theirs is so near that the two would touch."""
    step, size = number(after, "y") - number(before, "y"), size_of(before)
    if not (0 < step < _TALL * size and any(map(is_tall, words_of(before)))):
        return
    for line in (before, after):
        for span in line:
            if number(span, "font-size") > step / _TALL:
                span.set("font-size", f"{step / _TALL:g}")


def _blocks(lines: Sequence[etree._Element]) -> list[list[etree._Element]]:
    """The lines of each shape that has text, in their order."""
    return [list(block) for _, block in groupby(lines, lambda line: line.get("data-source-id"))]


def _part(title: Sequence[etree._Element], body: Sequence[etree._Element]) -> None:
    """Part a title of several lines from the text below it, which its last lines stand on.

    It moves up by half of itself if nothing says where it is anchored; if that is not enough, it gets smaller.
    """
    first, last, top = number(title[0], "y"), number(title[-1], "y"), min(number(line, "y") for line in body)
    size, limit = size_of(title[0]), top - ABOVE * size_of(body[0])
    if first == last or not first < top or is_turned(*title, *body) or last + BELOW * size <= limit:
        return
    if title[0].get("data-semantic-role") != "placeholder" or not _is_below(title, body):
        return
    step, count = (last - first) / (len(title) - 1), len(title)
    if anchor_of(title[0]) not in {MIDDLE, BOTTOM}:
        first = max(first - (last - first) / 2, ABOVE * size)
    room = limit - BELOW * size - first
    share = min(1.0, max(_SMALLEST, room / (step * (count - 1))))
    for index, line in enumerate(title):
        line.set("y", f"{first + index * step * share:g}")
        for span in line:
            if share < 1 and span.get("font-size"):
                span.set("font-size", f"{number(span, 'font-size') * share:g}")


def _is_below(title: Sequence[etree._Element], body: Sequence[etree._Element]) -> bool:
    """Whether any line of a body stands where a line of the title is, from left to right."""
    spans = [extent(line) for line in title]
    return any(left < end and start < right for start, end in map(extent, body) for left, right in spans)


def _fit(line: etree._Element, width: int) -> None:
    """Draw a line together that would run out of the slide."""
    if is_turned(line) or not _is_plain(line):
        return
    x, anchor = number(line, "x"), line.get("text-anchor", "start")
    right = width * (1 - _MARGIN)
    room = {"start": right - x, "middle": 2 * min(right - x, x - width * _MARGIN), "end": x - width * _MARGIN}.get(anchor, 0.0)
    if 0 < room < width_about(line):
        line.set("textLength", f"{room:g}")
        line.set("lengthAdjust", "spacingAndGlyphs")


def _is_plain(line: etree._Element) -> bool:
    return all("x" not in span.attrib for span in line)


def _last(line: etree._Element) -> etree._Element | None:
    return next((span for span in reversed(line) if span.text), None)
