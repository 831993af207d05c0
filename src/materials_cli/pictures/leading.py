"""Sets the lines of a text as far apart as PowerPoint does, and where its shape anchors them.

document-svg sets them their own size apart, below the place where one line alone would stand.
"""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from materials_cli.pictures.anchors import BOTTOM, MIDDLE
from materials_cli.pictures.texts import ABOVE, BELOW, is_turned, number, size_of

_NAME = re.compile(r"\d+:(t|ctr|b)")
_APART = 1.2  # how far lines are apart, in parts of their size
_SHARES = {MIDDLE: 0.5, BOTTOM: 1.0}  # how much of a text is above the place of its first line


def anchor_of(line: etree._Element) -> str:
    """Where the shape of a line has its text, as its name tells that was written for document-svg; empty for a table's."""
    found = _NAME.fullmatch(line.get("data-source-id") or "")
    return found[1] if found else ""


def named(number: int, anchor: str) -> str:
    """The name of a shape that tells its anchor, and is no other shape's."""
    return f"{number}:{anchor}"


def set_apart(lines: Sequence[etree._Element], spans: Mapping[etree._Element, tuple[float, float]], height: int) -> None:
    """Set the lines of one shape, as far as other lines and the slide leave room.

    spans: where each line of the slide begins and ends, measured once, since that takes long. height: of the slide.
    """
    first, last = number(lines[0], "y"), number(lines[-1], "y")
    if not anchor_of(lines[0]) or last <= first or is_turned(*lines):
        return
    above, below = _room(lines, spans, height)
    share = _SHARES.get(anchor_of(lines[0]), 0.0)
    rooms = [room / part for room, part in ((first - above, share), (below - first, 1 - share)) if part]
    stretch = min(_APART, max(1.0, min(rooms) / (last - first)))
    top = max(first - share * stretch * (last - first), min(first, ABOVE * size_of(lines[0])))
    for line in lines:
        line.set("y", f"{top + (number(line, 'y') - first) * stretch:g}")


def _room(
    lines: Sequence[etree._Element], spans: Mapping[etree._Element, tuple[float, float]], height: int
) -> tuple[float, float]:
    """How high the first line may stand, and how low the last, without touching another text in their column."""
    first, last = number(lines[0], "y"), number(lines[-1], "y")
    above, below = 0.0, float(height)
    left, right = min(spans[line][0] for line in lines), max(spans[line][1] for line in lines)
    for other, (start, end) in spans.items():
        if start >= right or left >= end or other.get("data-source-id") == lines[0].get("data-source-id") or is_turned(other):
            continue
        y, size = number(other, "y"), size_of(other)
        if y > last:
            below = min(below, y - ABOVE * size)
        elif y < first:
            above = max(above, y + BELOW * size)
    return above + ABOVE * size_of(lines[0]), below - BELOW * size_of(lines[-1])
