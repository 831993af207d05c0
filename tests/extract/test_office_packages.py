"""Every place in a .pptx, .docx and .xlsx file that can contain text: a word in each, written with the usual libraries."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches

from materials_cli.extract.formats import extract
from materials_cli.model import Text
from support.texts import words

STRICT = (b"schemas.openxmlformats.org/officeDocument/2006", b"purl.oclc.org/ooxml/officeDocument")
BOX = (Inches(1), Inches(1), Inches(3), Inches(1))
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    out.seek(0)
    return out


def with_parts(path: Path, added: Mapping[str, bytes], relations: Mapping[str, str]) -> None:
    """Put parts into a package, and relations (as XML) into the lists named."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name, relation in relations.items():
        parts[name] = parts[name].replace(b"</Relationships>", relation.encode() + b"</Relationships>")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in (parts | dict(added)).items():
            package.writestr(name, content)


def relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rIdX{number}" Type="{kind}" Target="{target}"/>'


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Text:
    path = tmp_path_factory.mktemp("deck") / "a.pptx"
    made = pptx.Presentation()
    made.core_properties.title, made.core_properties.author = "zqdoctitle", "zqauthor"
    made.core_properties.keywords, made.core_properties.language = "zqkeyword", "uz"
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "zqtitle\vzqtitleline"
    box = slide.shapes.add_textbox(*BOX).text_frame
    box.text = "zqbox"
    run = box.add_paragraph().add_run()
    run.text, run.hyperlink.address = "zqlinked", "https://example.org/zqlink"
    group = slide.shapes.add_group_shape().shapes.add_group_shape()
    group.shapes.add_shape(MSO_SHAPE.OVAL, *BOX).text_frame.text = "zqgroup"
    table = slide.shapes.add_table(2, 2, *BOX).table
    table.cell(0, 0).text, table.cell(1, 1).text = "zqcellfirst", "zqcelllast"
    named = slide.shapes.add_picture(picture(), *BOX[:2])
    named._element.nvPicPr.cNvPr.set("descr", "zqalttext of a harbour")
    slide.shapes.add_picture(picture(), *BOX[:2])._element.nvPicPr.cNvPr.set("descr", "zqfilename.png")
    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["zqcategory", "other"]
    data.add_series("zqseries", (1, 2))  # type: ignore[no-untyped-call]
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data).chart
    chart.has_title, chart.chart_title.text_frame.text = True, "zqcharttitle"
    slide.notes_slide.notes_text_frame.text = "zqnotes"
    hidden = made.slides.add_slide(made.slide_layouts[5])
    hidden.shapes.title.text = "zqhidden"
    hidden._element.set("show", "0")
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(path))
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    modern = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
    smart = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    with_parts(
        path,
        {
            "ppt/comments/comment1.xml": (
                f'<p:cmLst xmlns:p="{p}"><p:cm><p:text>zqoldcomment</p:text></p:cm></p:cmLst>'
            ).encode(),
            "ppt/comments/modern1.xml": (
                f'<c:cmLst xmlns:c="{modern}" xmlns:a="{A}"><c:cm><c:txBody><a:p><a:r><a:t>zqmoderncomment</a:t></a:r></a:p>'
                "</c:txBody></c:cm></c:cmLst>"
            ).encode(),
            "ppt/diagrams/data1.xml": (
                f'<d:dataModel xmlns:d="{smart}" xmlns:a="{A}"><d:t><a:p><a:r><a:t>zqsmartart</a:t></a:r></a:p></d:t>'
                "</d:dataModel>"
            ).encode(),
        },
        {
            "ppt/slides/_rels/slide1.xml.rels": relation(1, f"{OFFICE}/comments", "../comments/comment1.xml")
            + relation(2, "http://schemas.microsoft.com/office/2018/10/relationships/comments", "../comments/modern1.xml")
            + relation(3, f"{OFFICE}/diagramData", "../diagrams/data1.xml")
        },
    )
    return extract(path, path.name)


@pytest.mark.parametrize(
    "word",
    [
        "zqbox", "zqlinked", "https://example.org/zqlink", "zqgroup", "zqcellfirst", "zqcelllast", "zqalttext", "zqcharttitle",
        "zqcategory", "zqseries", "zqoldcomment", "zqmoderncomment", "zqsmartart",
    ],
)  # fmt: skip
def test_a_slide_gives_every_word_on_it_once(deck: Text, word: str) -> None:
    assert deck.sections[0].body.count(word) == 1


def test_a_slide_has_a_title_notes_and_a_hidden_state(deck: Text) -> None:
    assert [(s.number, s.title, s.notes, s.hidden) for s in deck.sections] == [
        (1, "zqtitle zqtitleline", "zqnotes", False),
        (2, "zqhidden", "", True),
        (3, "", "", False),
    ]
    assert "zqfilename" not in deck.sections[0].body
    assert str(deck.note) == "1 of 3 slides has no text."


def test_a_deck_has_metadata(deck: Text) -> None:
    wanted = {"title": "zqdoctitle", "author": "zqauthor", "keywords": "zqkeyword", "language": "uz"}
    assert wanted.items() <= deck.properties.items()
    assert deck.properties["application"]


def test_a_strict_deck_is_read_in_presentation_order(tmp_path: Path) -> None:
    made = pptx.Presentation()
    for title in ("one", "two"):
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = title
    made.slides._sldIdLst.insert(0, made.slides._sldIdLst[1])
    made.save(str(tmp_path / "a.pptx"))
    with zipfile.ZipFile(tmp_path / "a.pptx") as package, zipfile.ZipFile(tmp_path / "b.pptx", "w") as strict:
        for name in package.namelist():
            strict.writestr(name, package.read(name).replace(*STRICT))
    assert [section.title for section in extract(tmp_path / "b.pptx", "b.pptx").sections] == ["two", "one"]


def test_the_complete_slides_of_a_truncated_deck_are_read(tmp_path: Path) -> None:
    made = pptx.Presentation()
    for number in range(5):
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = f"Title {number}"
    made.save(str(tmp_path / "a.pptx"))
    whole = (tmp_path / "a.pptx").read_bytes()
    (tmp_path / "a.pptx").write_bytes(whole[: whole.index(b"ppt/slides/slide4.xml")])
    text = extract(tmp_path / "a.pptx", "a.pptx")
    assert [section.title for section in text.sections] == ["Title 0", "Title 1", "Title 2"]
    assert "only part of it could be read. 2 of 5 slides" in str(text.note)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Text:
    path = tmp_path_factory.mktemp("document") / "a.docx"
    made = docx.Document()
    made.core_properties.title = "zqdoctitle"
    made.add_heading("zqheading", 1)
    commented = made.add_paragraph("zqparagraph")
    made.add_comment(commented.runs, text="zqcomment", author="A", initials="a")
    made.add_heading("zqsecond", 2)
    made.add_table(1, 2).cell(0, 1).text = "zqcell"
    made.add_picture(picture())
    made.inline_shapes[0]._inline.docPr.set("descr", "zqalttext of a lighthouse")
    made.sections[0].header.paragraphs[0].text = "zqheader"
    made.sections[0].footer.paragraphs[0].text = "zqfooter"
    link = made.part.relate_to("https://example.org/zqlink", f"{OFFICE}/hyperlink", is_external=True)
    boxed = made.add_paragraph()
    boxed._p.append(
        parse_xml(f'<w:hyperlink xmlns:w="{W}" xmlns:r="{OFFICE}" r:id="{link}"><w:r><w:t>zqlinked</w:t></w:r></w:hyperlink>')
    )
    text_box = "<w:txbxContent><w:p><w:r><w:t>zqbox</w:t></w:r></w:p></w:txbxContent>"
    boxed.add_run()._r.append(
        parse_xml(
            f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:w="{W}">'
            f"<mc:Choice>{text_box}</mc:Choice><mc:Fallback>{text_box}</mc:Fallback></mc:AlternateContent>"
        )
    )
    deleted = f'<w:del xmlns:w="{W}" w:id="1" w:author="A"><w:r><w:delText>zqdeleted</w:delText></w:r></w:del>'
    made.add_paragraph("kept")._p.append(parse_xml(deleted))
    made.save(str(path))
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote><w:p><w:r><w:t>zqfootnote</w:t></w:r></w:p></w:footnote></w:footnotes>'
    with_parts(
        path,
        {"word/footnotes.xml": notes.encode()},
        {"word/_rels/document.xml.rels": relation(1, f"{OFFICE}/footnotes", "footnotes.xml")},
    )
    return extract(path, path.name)


@pytest.mark.parametrize(
    "word",
    [
        "zqcell", "zqalttext", "zqheader", "zqfooter", "https://example.org/zqlink", "zqlinked", "zqbox", "zqcomment",
        "zqfootnote",
    ],
)  # fmt: skip
def test_a_document_gives_every_word_once(document: Text, word: str) -> None:
    assert document.sections[-1].body.count(word) == 1


def test_a_document_has_sections_by_heading_without_deleted_text(document: Text) -> None:
    assert [section.title for section in document.sections] == ["zqheading", "zqsecond"]
    assert document.sections[0].body == "zqparagraph"
    assert "zqdeleted" not in document.sections[-1].body
    assert document.properties["title"] == "zqdoctitle"


def test_a_workbook_gives_cells_comments_charts_links_and_hidden_sheets(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "zqsheet"
    for row in (["zqcell", 3], ["2", 2.5]):
        sheet.append(row)
    sheet["A1"].comment = Comment("zqcomment", "A")
    sheet["B1"].hyperlink = "https://example.org/zqlink"
    chart = BarChart()
    chart.title = "zqcharttitle"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2))
    sheet.add_chart(chart, "D1")
    made.create_sheet("zqhidden").sheet_state = "hidden"
    made.properties.creator = "zqauthor"
    made.save(tmp_path / "a.xlsx")
    text = extract(tmp_path / "a.xlsx", "a.xlsx")
    for word in ("zqcell\t3", "2\t2.5", "zqcomment", "https://example.org/zqlink", "zqcharttitle"):
        assert text.sections[0].body.count(word) == 1, word
    assert [(s.title, s.hidden) for s in text.sections] == [("zqsheet", False), ("zqhidden", True)]
    assert text.properties["author"] == "zqauthor"
    assert text.unit == "sheet"


def test_charts_give_the_words_of_every_maker(tmp_path: Path) -> None:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(tmp_path / "a.pptx"))
    drawn = f'<userShapes xmlns:a="{A}"><sp><txBody><a:p><a:r><a:t>zqdrawn</a:t></a:r></a:p></txBody></sp></userShapes>'
    levels = "<lvl><pt><v>zqtown</v></pt><pt><v>zqcity</v></pt></lvl><lvl><pt><v>zqcountry</v></pt></lvl>"
    series = "<ser><tx><v>zqliteral</v></tx><val><numCache><pt><v>12</v></pt></numCache></val></ser>"
    chart = f"<chartSpace><cat><multiLvlStrCache>{levels}</multiLvlStrCache></cat>{series}</chartSpace>"
    title = "<title><tx><txData><v>zqtitle</v></txData></tx></title>"
    modern = f"<chartSpace><strDim><lvl><pt>zqdimension</pt></lvl></strDim>{title}</chartSpace>"
    shapes = relation(1, f"{OFFICE}/chartUserShapes", "../drawings/d.xml")
    with_parts(
        tmp_path / "a.pptx",
        {
            "ppt/charts/chart1.xml": chart.encode(),
            "ppt/charts/_rels/chart1.xml.rels": f"<Relationships>{shapes}</Relationships>".encode(),
            "ppt/drawings/d.xml": drawn.encode(),
            "ppt/charts/chartEx1.xml": modern.encode(),
        },
        {
            "ppt/slides/_rels/slide1.xml.rels": relation(1, f"{OFFICE}/chart", "../charts/chart1.xml")
            + relation(2, "http://schemas.microsoft.com/office/2014/relationships/chartEx", "../charts/chartEx1.xml")
        },
    )
    found = ["zqtown", "zqcity", "zqcountry", "zqliteral", "zqdrawn", "zqdimension", "zqtitle"]
    assert words(extract(tmp_path / "a.pptx", "a.pptx")) == found


@pytest.mark.parametrize(
    "chunk",
    [
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
            b"--b\nContent-Type: text/html\n\n<p>zqchunk</p>\n--b--\n"
        ),
        b"<html><body>zqchunk</body></html>",
        b"zqchunk",
    ],
)
def test_a_part_of_a_document_in_another_form_is_read(tmp_path: Path, chunk: bytes) -> None:
    made = docx.Document()
    made.element.body.insert(0, parse_xml(f'<w:altChunk xmlns:w="{W}" xmlns:r="{OFFICE}" r:id="rIdX1"/>'))
    made.save(str(tmp_path / "a.docx"))
    stated = {"word/_rels/document.xml.rels": relation(1, f"{OFFICE}/aFChunk", "chunk.mht")}
    with_parts(tmp_path / "a.docx", {"word/chunk.mht": chunk}, stated)
    assert words(extract(tmp_path / "a.docx", "a.docx")) == ["zqchunk"]
