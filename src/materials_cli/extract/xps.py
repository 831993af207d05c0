"""Documents of fixed pages (.xps, .oxps): their lines, page by page, as they are printed. After ECMA-388 (Open XPS)."""

import posixpath
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import unquote

from lxml import etree

from materials_cli.extract.package import DAMAGED, Package, UnreadableError, parse_xml, properties
from materials_cli.extract.packages import sequence_in
from materials_cli.extract.pdflines import Line, with_titles
from materials_cli.messages import msg, msgid
from materials_cli.model import Section, Text

_PARTLY = msgid("Some pages are damaged, and their text is missing.")
_USUAL_WIDTH = 50.0  # of a letter, in hundredths of its height, where the file does not say
_GAP = 0.2  # between two words, in heights of a letter


def read_xps(package: Package) -> Text:
    """The pages in their order; raise UnreadableError if the list of them, or each of them, is damaged."""
    pages = list(_pages(package))
    if pages and all(page is None for page in pages):
        raise UnreadableError(msg(DAMAGED))
    lines = with_titles([page or [] for page in pages])
    sections = (Section(number, title, "\n".join(below)) for number, (title, below) in enumerate(lines, 1))
    return Text("page", tuple(sections), properties(package), msg(_PARTLY) if None in pages else None)


def _pages(package: Package) -> Iterator[list[Line] | None]:
    """The lines of each page; None for one that is damaged, and for a document whose list of pages is."""
    for document in _sources(package, sequence_in(package), "DocumentReference"):
        try:
            pages = _sources(package, document, "PageContent")
        except UnreadableError:
            yield None
            continue
        for page in pages:
            try:
                yield list(_lines(_xml(package, page)))
            except UnreadableError:
                yield None


def _sources(package: Package, part: str, element: str) -> list[str]:
    """The parts that a list names. Each once: a list of a few kilobytes can name one page a million times."""
    folder, nodes = posixpath.dirname(part), _xml(package, part).iter(f"{{*}}{element}")
    named = (posixpath.join("/", folder, unquote(node.get("Source", ""))) for node in nodes)
    return list(dict.fromkeys(posixpath.normpath(each).lstrip("/") for each in named))


def _xml(package: Package, part: str) -> etree._Element:
    """A part's XML; a printer writes a part in pieces."""
    return package.xml(part) if part in package else parse_xml(package.read_pieces(part))


def _lines(page: etree._Element) -> Iterator[Line]:
    """The lines of a page: what stands on one base line, one after the other."""
    for _, run in groupby(page.iter("{*}Glyphs"), _base_line):
        text, ends, tallest = "", 0.0, 0.0
        for glyphs in run:
            letters, size = glyphs.get("UnicodeString", "").removeprefix("{}"), _number(glyphs, "FontRenderingEmSize")
            begins = _number(glyphs, "OriginX")
            text += (" " if text and begins - ends > _GAP * size else "") + letters
            ends = begins + _width(glyphs, letters) * size / 100
            tallest = max(tallest, size)
        if text := " ".join(text.split()):
            yield Line(text, tallest)


def _base_line(glyphs: etree._Element) -> tuple[object, ...]:
    return glyphs.getparent(), glyphs.get("OriginY"), glyphs.get("RenderTransform")


def _width(glyphs: etree._Element, letters: str) -> float:
    """How wide a run is, in hundredths of the height of its letters."""
    stated = (each.split(",") for each in glyphs.get("Indices", "").split(";"))
    widths = [_as_number(each[1]) for each in stated if len(each) > 1 and each[1]]
    return sum(widths) + _USUAL_WIDTH * max(len(letters) - len(widths), 0)


def _number(glyphs: etree._Element, name: str) -> float:
    return _as_number(glyphs.get(name, ""))


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
