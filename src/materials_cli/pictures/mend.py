"""What document-svg draws wrong, mended in its tree: bullets on letters, lines that run out of the slide or touch.

Its texts state what they are: data-content-kind (text, bullet) and data-source-id (the shape). Each text is one line.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby, pairwise

from lxml import etree

from materials_cli.extract.package import local
from materials_cli.pictures.letters import is_tall, joins, width_of

_HANGING = 0.85  # of the size of a bullet: how far before its text PowerPoint's own templates set it
_WINGDINGS = {"l": "●", "n": "■", "§": "▪", "Ø": "➢", "ü": "✓", "q": "❑", "v": "❖", "u": "◆", "w": "◆", "o": "○"}
_MARGIN = 0.015  # of the width of a slide
_ABOVE, _BELOW = 0.8, 0.25  # how far letters reach from the line they stand on, in parts of their size
_SMALLEST = 0.6  # of its size: how small a title may get
_TALL = 1.2  # the height of a line of such letters, in parts of their size


def mend(root: etree._Element, width: int) -> None:
    """Mend a slide of this width."""
    lines = [text for text in root.iter() if local(text) == "text"]
    for before, after in pairwise(lines):
        if before.get("data-content-kind") == "bullet":
            _hang(before, after)
        elif before.get("data-source-id") == after.get("data-source-id"):
            _give_back(before, after)
            _loosen(before, after)
    for above, below in pairwise(_blocks(lines)):
        _part(above, below)
    for line in lines:
        _fit(line, width)


def _hang(bullet: etree._Element, text: etree._Element) -> None:
    """Set a bullet before its text, if it stands on it. The number of a slide has none."""
    for span in bullet:
        if _words(text).strip().isdecimal():
            span.text = ""
        else:
            span.text = _sign(span.text or "")
    x = _number(bullet, "x")
    if bullet.get("text-anchor") == "start" and bullet.get("y") == text.get("y") and abs(x - _number(text, "x")) < 1:
        bullet.set("x", f"{max(0.0, x - _HANGING * _size(bullet)):g}")


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
    step, size = _number(after, "y") - _number(before, "y"), _size(before)
    if not (0 < step < _TALL * size and any(map(is_tall, _words(before)))):
        return
    for line in (before, after):
        for span in line:
            if _number(span, "font-size") > step / _TALL:
                span.set("font-size", f"{step / _TALL:g}")


def _blocks(lines: Sequence[etree._Element]) -> list[list[etree._Element]]:
    """The lines of each shape that has text, in their order."""
    return [list(block) for _, block in groupby(lines, lambda line: line.get("data-source-id"))]


def _part(title: Sequence[etree._Element], body: Sequence[etree._Element]) -> None:
    """Part a title of several lines from the text below it, which its last lines stand on: only its first line was centred.

    It moves up as a whole, until all of it is centred; if that is not enough, it gets smaller.
    """
    first, last, top = _number(title[0], "y"), _number(title[-1], "y"), min(_number(line, "y") for line in body)
    size, limit = _size(title[0]), top - _ABOVE * _size(body[0])
    if first == last or not first < top or _is_turned(*title, *body) or last + _BELOW * size <= limit:
        return
    if title[0].get("data-semantic-role") != "placeholder" or not _is_below(title, body):
        return
    step, count = (last - first) / (len(title) - 1), len(title)
    first = max(first - (last - first) / 2, _ABOVE * size)
    room = limit - _BELOW * size - first
    share = min(1.0, max(_SMALLEST, room / (step * (count - 1))))
    for number, line in enumerate(title):
        line.set("y", f"{first + number * step * share:g}")
        for span in line:
            if share < 1 and span.get("font-size"):
                span.set("font-size", f"{_number(span, 'font-size') * share:g}")


def _is_turned(*lines: etree._Element) -> bool:
    return any(line.get("transform", "").replace("matrix(1 0 0 1 0 0)", "") for line in lines)


def _is_below(title: Sequence[etree._Element], body: Sequence[etree._Element]) -> bool:
    """Whether any line of a body stands where a line of the title is, from left to right."""
    spans = [_extent(line) for line in title]
    return any(left < end and start < right for start, end in map(_extent, body) for left, right in spans)


def _extent(line: etree._Element) -> tuple[float, float]:
    """Where a line begins and ends, as far as its letters tell."""
    x, width = _number(line, "x"), _estimated(line)
    begin = {"middle": x - width / 2, "end": x - width}.get(line.get("text-anchor", "start"), x)
    return begin, begin + width


def _words(line: etree._Element) -> str:
    return "".join(span.text or "" for span in line)


def _fit(line: etree._Element, width: int) -> None:
    """Draw a line together that would run out of the slide."""
    if _is_turned(line) or not _is_plain(line):
        return
    x, anchor = _number(line, "x"), line.get("text-anchor", "start")
    right = width * (1 - _MARGIN)
    room = {"start": right - x, "middle": 2 * min(right - x, x - width * _MARGIN), "end": x - width * _MARGIN}.get(anchor, 0.0)
    if 0 < room < _estimated(line):
        line.set("textLength", f"{room:g}")
        line.set("lengthAdjust", "spacingAndGlyphs")


def _is_plain(line: etree._Element) -> bool:
    return all("x" not in span.attrib for span in line)


def _estimated(line: etree._Element) -> float:
    """The width of a line, as far as its letters tell."""
    return sum(_size(span) * width_of(span.text or "") for span in line)


def _last(line: etree._Element) -> etree._Element | None:
    return next((span for span in reversed(line) if span.text), None)


def _size(element: etree._Element) -> float:
    """The size of the letters of a line, or of a part of it."""
    for each in element.iter():
        if each.get("font-size"):
            return _number(each, "font-size")
    return 0.0


def _number(element: etree._Element, key: str) -> float:
    try:
        return float(element.get(key) or 0)
    except ValueError:
        return 0.0
