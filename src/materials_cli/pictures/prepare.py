"""What document-svg passes over in a slide, written so that it does not: line breaks, anchors, and what has no bullets.

Those are subtitles, and titles whose place on the layout is gone (of index 4294967295).

A line break ends a paragraph; what follows it becomes a paragraph of its own, without a bullet and without space before it.
The name of a shape becomes one that tells where its text is anchored; see leading.py.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from materials_cli.extract.package import UnreadableError, local, parse_xml
from materials_cli.pictures.anchors import Anchors
from materials_cli.pictures.leading import named

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BULLETS = {"buNone", "buAutoNum", "buChar", "buBlip"}
_BEFORE_BULLETS = {
    "lnSpc", "spcBef", "spcAft", "buClrTx", "buClr", "buSzTx", "buSzPct", "buSzPts", "buFontTx", "buFont",
}  # fmt: skip
_WITHOUT_BULLETS = {"title", "ctrTitle", "subTitle", "sldNum", "dt", "ftr"}


def prepared(slide: bytes, part: str, anchors: Anchors) -> bytes:
    """A slide's part, of this name, written so; as it is, if it cannot be read."""
    try:
        root = parse_xml(slide, huge=True)
    except UnreadableError:
        return slide
    for number, (shape, anchor) in enumerate(anchors.of(part, root)):
        properties = shape.find("{*}nvSpPr/{*}cNvPr")
        if properties is not None:
            properties.set("name", named(number, anchor))
        place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        if place is not None and place.get("type") in _WITHOUT_BULLETS:
            for paragraph in shape.iter(f"{_DRAWING}p"):
                _unmark(paragraph)
    broken: Any
    for broken in [each for each in root.iter(f"{_DRAWING}p") if each.find(f"{_DRAWING}br") is not None]:
        body = broken.getparent()
        if body is None:
            return slide
        if body.tag == f"{_DRAWING}txBody":
            _space_out(broken)
        else:
            at = body.index(broken)
            body[at : at + 1] = list(_lines(broken))
    return etree.tostring(root)


def _space_out(paragraph: Any) -> None:
    """In a cell of a table, a line break becomes a space: the height of its row is that of one paragraph."""
    for line_break in list(paragraph.iterfind(f"{_DRAWING}br")):
        run = etree.Element(f"{_DRAWING}r")
        run.extend(line_break)
        etree.SubElement(run, f"{_DRAWING}t").text = " "
        paragraph.replace(line_break, run)


def _lines(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The lines of a paragraph, as paragraphs."""
    line = _like(paragraph)
    for child in list(paragraph):
        if local(child) == "br":
            _end(line, child.find(f"{_DRAWING}rPr"))
            yield line
            line = _like(paragraph)
            _unmark(line, joined=True)
        elif local(child) != "pPr":
            line.append(child)
    yield line


def _like(paragraph: etree._Element) -> etree._Element:
    made = etree.Element(f"{_DRAWING}p")
    properties = paragraph.find(f"{_DRAWING}pPr")
    made.append(etree.Element(f"{_DRAWING}pPr") if properties is None else deepcopy(properties))
    return made


def _end(line: etree._Element, letters: etree._Element | None) -> None:
    """An empty line is as high as its letters would be."""
    if len(line) == 1 and letters is not None:
        end = deepcopy(letters)
        end.tag = f"{_DRAWING}endParaRPr"
        line.append(end)


def _unmark(paragraph: etree._Element, *, joined: bool = False) -> None:
    """A paragraph without a bullet, unless it states one of its own; joined: without any, as a part of the one before it."""
    properties = paragraph.find(f"{_DRAWING}pPr")
    if properties is None:
        properties = etree.Element(f"{_DRAWING}pPr")
        paragraph.insert(0, properties)
    stated = [child for child in properties if local(child) in _BULLETS]
    if stated and not joined:
        return
    for child in [*stated, *(child for child in properties if joined and local(child) == "spcBef")]:
        properties.remove(child)
    if joined and properties.get("indent"):
        properties.set("indent", "0")
    after = sum(local(child) in _BEFORE_BULLETS for child in properties)
    properties.insert(after, etree.Element(f"{_DRAWING}buNone"))
