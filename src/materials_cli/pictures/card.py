"""A card with the text of a slide or page, where nothing could draw it: its title and first lines, as SVG."""

from collections.abc import Collection, Iterator
from itertools import islice
from xml.sax.saxutils import escape

from materials_cli.messages import Message
from materials_cli.model import Section, Text
from materials_cli.pictures.drawn import Drawn
from materials_cli.pictures.letters import wrapped
from materials_cli.pictures.svg import NAMESPACE

WIDTH, HEIGHT = 960, 540
_MARGIN, _TITLE, _BODY = 56, 38, 22
_TITLE_LINES, _MOST = 3, 500
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


def cards(drawn: Drawn, text: Text, reason: Message | None, most: int) -> Iterator[tuple[int, bytes]]:
    """The cards of what was not drawn, by number: with its text or, for a whole file without any, with the reason.

    most: how many pages were to be drawn.
    """
    sections = {section.number: section for section in text.sections}
    there = {sheet.number for sheet in drawn.sheets}
    for number in islice(_undrawn(drawn, sections, there, text.unit, most), _MOST):
        yield number, card(sections.get(number) or Section(number))
    if not (there or sections) and (drawn.pages or not drawn.by):
        yield 1, card(Section(1, title=str(text.note or reason or "")))


def _undrawn(drawn: Drawn, known: Collection[int], there: Collection[int], unit: str, most: int) -> Iterator[int]:
    """The numbers of what was not drawn. If anything was, what a section is must be what was drawn."""
    if not there:
        yield from sorted(known)
    elif unit == drawn.unit:
        yield from (number for number in range(1, min(drawn.pages, most) + 1) if number not in there)


def card(section: Section) -> bytes:
    """The card of a section."""
    room = WIDTH - 2 * _MARGIN
    y = _MARGIN + _TITLE
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fafaf7"/>',
        f'<rect width="12" height="{HEIGHT}" fill="#c9c5b8"/>',
    ]
    for line in _lines(section.title, room / _TITLE)[:_TITLE_LINES]:
        parts.append(_text(line, y, _TITLE, "#1f1f1b", ' font-weight="700"'))
        y += round(1.35 * _TITLE)
    y += _BODY // 2
    for line in _lines(section.body, room / _BODY):
        if y > HEIGHT - _MARGIN // 2:
            break
        parts.append(_text(line, y, _BODY, "#45453e"))
        y += round(1.5 * _BODY)
    head = (
        f'<svg xmlns="{NAMESPACE}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
    )
    return "".join((head, *parts, "</svg>")).encode()


def _lines(text: str, width: float) -> list[str]:
    return [line for each in text.translate(_NOT_XML)[:4000].splitlines() for line in wrapped(each, width)]


def _text(line: str, y: int, size: int, colour: str, more: str = "") -> str:
    return f'<text x="{_MARGIN}" y="{y}" font-size="{size}" fill="{colour}"{more}>{escape(line)}</text>'
