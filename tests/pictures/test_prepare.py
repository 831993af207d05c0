"""What document-svg passes over is written otherwise before it draws: line breaks, anchors, and subtitles."""

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR

from materials_cli.extract.package import Package
from materials_cli.pictures.anchors import Anchors
from materials_cli.pictures.prepare import prepared

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PART = (
    '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:cSld><p:spTree>{}</p:spTree></p:cSld></p:sld>'
)
SHAPE = "<p:sp><p:nvSpPr><p:nvPr>{}</p:nvPr></p:nvSpPr><p:txBody>{}</p:txBody></p:sp>"
RUN = "<a:r><a:rPr sz='2400'/><a:t>{}</a:t></a:r>"
BREAK = "<a:br><a:rPr sz='1200'/></a:br>"


def written(slide: bytes) -> bytes:
    """A slide as it is prepared, in a package without layouts."""
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    return prepared(slide, "ppt/slides/slide1.xml", Anchors(Package(Path("deck.pptx"), content.getvalue())))


def lines(paragraphs: str, place: str = "") -> list[tuple[str, list[str]]]:
    """The paragraphs of a shape, once it is prepared: the text of each, and what its properties and end are."""
    root = etree.fromstring(written(PART.format(SHAPE.format(place, paragraphs)).encode()))
    made = list(root.iter(f"{A}p"))
    return [
        ("".join(map(str, each.itertext())), [etree.QName(one).localname for one in each.iterfind(f"{A}pPr/*")])
        for each in made
    ]


def test_what_follows_a_line_break_is_a_line_of_its_own_without_a_bullet() -> None:
    properties = "<a:pPr><a:lnSpc/><a:spcBef/><a:buChar char='-'/></a:pPr>"
    broken = f"<a:p>{properties}{RUN.format('one')}{BREAK}{RUN.format('two')}</a:p><a:p>{RUN.format('three')}</a:p>"
    assert lines(broken) == [("one", ["lnSpc", "spcBef", "buChar"]), ("two", ["lnSpc", "buNone"]), ("three", [])]


def test_an_empty_line_is_as_high_as_its_letters() -> None:
    root = etree.fromstring(written(PART.format(SHAPE.format("", f"<a:p>{BREAK}{RUN.format('one')}</a:p>")).encode()))
    first = next(root.iter(f"{A}p"))
    assert [(end.tag, end.get("sz")) for end in first if end.get("sz")] == [(f"{A}endParaRPr", "1200")]


def test_a_subtitle_has_no_bullet_but_its_own() -> None:
    subtitle = "<p:ph type='subTitle'/>"
    assert lines(f"<a:p>{RUN.format('one')}</a:p>", subtitle) == [("one", ["buNone"])]
    own = f"<a:p><a:pPr><a:buChar char='-'/></a:pPr>{RUN.format('one')}</a:p>"
    assert lines(own, subtitle) == [("one", ["buChar"])]


@pytest.mark.parametrize(("place", "properties"), [("title", ["buNone"]), ("body", [])])
def test_a_title_whose_place_on_the_layout_is_gone_has_no_bullet(place: str, properties: list[str]) -> None:
    gone = f"<p:ph type='{place}' idx='4294967295'/>"
    assert lines(f"<a:p>{RUN.format('one')}</a:p>", gone) == [("one", properties)]


def test_a_line_break_in_a_cell_is_a_space() -> None:
    paragraph = f"<a:p>{RUN.format('one')}{BREAK}{RUN.format('two')}</a:p>"
    cell = f"<a:tbl><a:tr><a:tc><a:txBody>{paragraph}</a:txBody></a:tc></a:tr></a:tbl>"
    root = etree.fromstring(written(PART.format(cell).encode()))
    assert ["".join(map(str, each.itertext())) for each in root.iter(f"{A}p")] == ["one two"]


@pytest.mark.parametrize("content", [b"<a:br> no XML", b""])
def test_what_cannot_be_read_stays_as_it_is(content: bytes) -> None:
    assert written(content) == content


def test_the_name_of_a_shape_tells_where_its_text_is_anchored(tmp_path: Path) -> None:
    """By the shape itself, its layout (the subtitle, at the bottom), its master (the title, in the middle); or by none."""
    deck = Presentation()
    layout, slide = deck.slide_layouts[0], deck.slides.add_slide(deck.slide_layouts[0])
    body = layout.placeholders[1].element.find(".//{*}bodyPr")
    assert body is not None
    body.set("anchor", "b")
    for anchor in (None, MSO_ANCHOR.MIDDLE):
        slide.shapes.add_textbox(0, 0, 9, 9).text_frame.vertical_anchor = anchor
    deck.save(str(tmp_path / "deck.pptx"))
    part = "ppt/slides/slide1.xml"
    with Package(tmp_path / "deck.pptx") as package:
        root = etree.fromstring(prepared(package.read(part), part, Anchors(package)))
    assert [each.get("name") for each in root.iterfind(".//{*}sp/{*}nvSpPr/{*}cNvPr")] == ["0:ctr", "1:b", "2:t", "3:ctr"]
