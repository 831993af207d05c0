"""Words that stand where few readers look: fields, charts, chunks, ruby, stray cells, forms, marks of Lao and Khmer."""

import datetime as dt
import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from pptx.util import Inches
from pypdfium2 import PdfDocument
from reportlab.pdfgen import canvas

from materials_cli.extract import numbers
from materials_cli.extract.alternative import is_written_by_hand
from materials_cli.extract.formats import extract
from materials_cli.extract.pdf import _date
from materials_cli.extract.pool import Pool
from materials_cli.extract.titles import is_telling
from support.office_parts import in_part

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word_file(path: Path, *paragraphs: str) -> Path:
    made = docx.Document()
    for inner in paragraphs:
        made.element.body.insert(0, parse_xml(f"<w:p {W} {MC}>{inner}</w:p>"))
    made.save(str(path))
    return path


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>left</w:t><w:ptab/><w:t>right</w:t></w:r>", "left\tright"),
        ("<w:r><w:t>X</w:t><w:noBreakHyphen/><w:t>Road</w:t></w:r>", "X-Road"),
        (
            "<w:ruby><w:rt><w:r><w:t>reading</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby>",
            "basereading",
        ),
        (
            (
                "<w:r><mc:AlternateContent><mc:Choice Requires='x'><w:t>once</w:t></mc:Choice>"
                "<mc:Fallback><w:t>twice</w:t></mc:Fallback></mc:AlternateContent></w:r>"
            ),
            "once",
        ),
        ("<w:r><w:t>kept</w:t></w:r><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>", "kept"),
        ("<w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>", "kept"),
    ],
)
def test_a_paragraph_of_word(tmp_path: Path, inner: str, text: str) -> None:
    assert extract(word_file(tmp_path / "a.docx", inner), "a.docx").sections[0].body == text


def test_headings_by_outline_level_and_inherited_style(tmp_path: Path) -> None:
    made = docx.Document()
    derived = made.styles.add_style("Own", WD_STYLE_TYPE.PARAGRAPH)
    derived.base_style = made.styles["Heading 1"]
    made.add_paragraph("Derived", style=derived)
    made.add_paragraph("one")
    direct = made.add_paragraph("Direct")
    direct._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="0"/>'))
    body = made.add_paragraph("no heading", style=derived)
    body._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="9"/>'))
    made.save(str(tmp_path / "a.docx"))
    found = [(section.title, section.body) for section in extract(tmp_path / "a.docx", "a.docx").sections]
    assert found == [("Derived", "one"), ("Direct", "no heading")]


def test_powerpoint_sections_are_no_slides_and_typed_dates_are_words(tmp_path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    for kind, inner in (
        ("dt", "<a:r><a:t>Samarkand, May</a:t></a:r>"),
        ("dt", '<a:fld id="{0}" type="datetime1"><a:t>1.1.</a:t></a:fld>'),
    ):
        box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1))
        box._element.nvSpPr.nvPr.append(in_part(f'<p:ph type="{kind}"/>'))
        box.text_frame.paragraphs[0]._p.append(in_part(inner))
    number = made.slides._sldIdLst[0].get("id")
    made.part._element.append(
        in_part(
            "<p:extLst><p:ext uri='s'><p14:sectionLst><p14:section><p14:sldIdLst>"
            f"<p14:sldId id='{number}'/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>"
        )
    )
    made.save(str(tmp_path / "a.pptx"))
    text = extract(tmp_path / "a.pptx", "a.pptx")
    assert [section.body for section in text.sections] == ["Samarkand, May"]
    assert text.note is None


def test_the_header_and_footer_of_pages_of_notes_are_told_once(tmp_path: Path) -> None:
    made = pptx.Presentation()
    for number in range(2):
        slide = made.slides.add_slide(made.slide_layouts[6])
        slide.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1)).text_frame.text = f"slide {number}"
        slide.notes_slide.notes_text_frame.text = f"notes {number}"
        for kind, text in (("hdr", "Ministry of Finance"), ("ftr", "Draft for comments"), ("sldNum", "7"), ("dt", "May 2025")):
            slide.notes_slide.shapes._spTree.append(
                in_part(
                    f"<p:sp><p:nvSpPr><p:cNvPr id='90' name='x'/><p:cNvSpPr/><p:nvPr><p:ph type='{kind}'/></p:nvPr></p:nvSpPr>"
                    f"<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
                )
            )
    made.save(str(tmp_path / "a.pptx"))
    first, second = extract(tmp_path / "a.pptx", "a.pptx").sections
    assert first.body.split("\n") == ["slide 0", "Ministry of Finance", "Draft for comments", "May 2025"]
    assert (first.notes, second.body, second.notes) == ("notes 0", "slide 1", "notes 1")


@pytest.mark.parametrize(("code", "value", "text"), [
    ("0%", 0.15, "15%"), ("0.0%", 0.1256, "12.6%"), ("General", 0.1 + 0.2, "0.3"), ("", 12.0, "12"),
    ('0.00" kg"', 2.5, "2.50 kg"),
    ("dd.mm.yyyy", 45828.0, "20.06.2025"), ("yyyy-mm-dd hh:mm", 45828.5, "2025-06-20 12:00"), ("h:mm AM/PM", 0.75, "6:00 PM"),
    ('d "de" mmm yy', 45828.0, "20 de Jun 25"), ("mm:ss", 0.001, "01:26"), ("dd.mm.yyyy", -1.0, "-1"), ("[Red]0", 3.0, "3"),
    ('"Yes";"Yes";"No"', 1.0, "Yes"), ('"Yes";"Yes";"No"', 0.0, "No"), ('[Red]"Late"', -2.0, "Late"), ('"-"', 0.0, "-"),
    ('[=1]"Yes";[=0]"No"', 0.0, "No"), ('[=1]"Yes";[=0]"No"', 1.0, "Yes"), ('[=1]"Yes";[=0]"No"', 3.0, "3"),
    ('[>=10]"many";[<0]"none";"few"', -1.0, "none"), ('[>=10]"many";[<0]"none";"few"', 9.0, "few"),
    ('[Green][=1]"Yes";General', 2.0, "2"), ('"[=1]";"neg"', 5.0, "[=1]"),
    ('"a;b";0', 1.0, "a;b"), ('"Да";;"Нет"', 0.0, "Нет"),
])  # fmt: skip
def test_a_number_is_shown_as_its_format_says(code: str, value: float, text: str) -> None:
    assert numbers.shown(value, code, dt.datetime(1899, 12, 30)) == text  # noqa: DTZ001


def test_a_stray_cell_or_a_damaged_sheet_costs_only_itself(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active["A1"], made.active["XFD1048576"] = "ministry", "x"
    made.create_sheet("Other")["A1"] = "second"
    made.create_sheet("Third")["A1"] = "lost"
    made.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"][:-30]
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(
        b"</row>", b'<c r="B1" t="s"><v>9999</v></c></row>'
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    text = extract(tmp_path / "a.xlsx", "a.xlsx")
    assert [section.body for section in text.sections][:2] == ["ministry\nx", "second"]
    assert text.note
    assert dict(text.note.fields)["names"] == "Third"


def pdf(path: Path, *pages: list[str]) -> Path:
    drawn = canvas.Canvas(str(path))
    for lines in pages:
        for place, line in enumerate(lines):
            drawn.drawString(50, 780 - 20 * place, line)
        drawn.showPage()
    drawn.save()
    return path


def test_numbers_marks_and_running_heads_are_no_titles(tmp_path: Path) -> None:
    pages = [["Running head of the deck", f"{number}", f"Topic {name}", "body"] for number, name in enumerate("abcdef", 1)]
    text = extract(pdf(tmp_path / "a.pdf", *pages), "a.pdf")
    assert [section.title for section in text.sections] == [f"Topic {name}" for name in "abcdef"]
    assert "Running head" in text.sections[0].body
    assert extract(pdf(tmp_path / "b.pdf", ["-", "17", "Real title"]), "b.pdf").sections[0].title == "Real title"


def test_the_largest_line_of_a_page_is_its_title_and_a_footnote_mark_is_no_part_of_a_word(tmp_path: Path) -> None:
    drawn = canvas.Canvas(str(tmp_path / "a.pdf"))
    for number in range(1, 6):
        for place, (size, line) in enumerate(((10, f"Day {number}"), (10, "first words of the body"), (10, "and more of it"))):
            drawn.setFont("Helvetica", size)
            drawn.drawString(50, 700 - 20 * place, line)
        drawn.setFont("Helvetica", 24)
        drawn.drawString(50, 760, f"Article {number}")
        drawn.drawString(50, 735, f"of law {number}")
        written = drawn.beginText(50, 500)
        written.setFont("Helvetica", 12)
        written.textOut("the ministry")
        written.setFont("Helvetica", 7)
        written.setRise(4)
        written.textOut("2")
        drawn.drawText(written)
        drawn.drawString(50, 400, "COVID19")
        drawn.showPage()
    drawn.save()
    text = extract(tmp_path / "a.pdf", "a.pdf")
    assert [section.title for section in text.sections] == [f"Article {number} of law {number}" for number in range(1, 6)]
    assert "the ministry 2" in text.sections[0].body
    assert "COVID19" in text.sections[0].body


def test_what_was_filled_in_and_what_lies_inside_a_pdf(tmp_path: Path) -> None:
    drawn = canvas.Canvas(str(tmp_path / "form.pdf"))
    drawn.drawString(50, 780, "Application form")
    drawn.acroForm.textfield(name="a", value="Filled in", x=50, y=700, width=200, height=20)
    drawn.save()
    with PdfDocument(tmp_path / "form.pdf") as document:
        document.new_attachment("deck.pptx").set_data(b"x")
        document.save(str(tmp_path / "a.pdf"))
    text = extract(tmp_path / "a.pdf", "a.pdf")
    assert text.sections[0].body == "Filled in\ndeck.pptx"
    assert str(text.note) == "Embedded files (1) are not read."


def test_dates_of_a_mac() -> None:
    assert _date("D:20231027124256Z00'00'") == "2023-10-27T12:42:56Z"


def test_deleted_text_of_rtf_is_nowhere(tmp_path: Path) -> None:
    content = r"{\rtf1\ansi kept {\deleted gone }\deleted gone\plain  shown {a\*b} {\*\unknown lost}\par}"
    (tmp_path / "a.rtf").write_text(content)
    assert extract(tmp_path / "a.rtf", "a.rtf").sections[0].body == "kept  shown ab"


def test_what_stands_beside_the_text_of_rtf_is_no_part_of_its_words(tmp_path: Path) -> None:
    content = r"{\rtf1\ansi{\header left}{\footer right}\pard one{\footnote two}three{\*\annotation four}\par}"
    (tmp_path / "a.rtf").write_text(content)
    assert extract(tmp_path / "a.rtf", "a.rtf").sections[0].body.split() == ["left", "right", "one", "two", "three", "four"]


def test_words_of_old_wordart_are_found(tmp_path: Path) -> None:
    shape = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="Silk Road"/></v:shape>'
    inner = f"<w:r><w:pict>{shape}</w:pict></w:r>"
    assert extract(word_file(tmp_path / "a.docx", inner), "a.docx").sections[0].body == "Silk Road"


def test_much_text_in_any_script_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ж" * 12_000_000, "utf-8")
    with Pool(1) as pool:
        assert len(pool.extract(tmp_path / "a.txt", "a.txt").sections[0].body) == 12_000_000
    assert len(json.dumps("ж")) > len("ж".encode())


def test_what_a_template_shows_is_told_once(tmp_path: Path) -> None:
    made = pptx.Presentation()
    layout = made.slide_layouts[6]
    for number in range(3):
        slide = made.slides.add_slide(layout)
        box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1))
        box._element.nvSpPr.nvPr.append(in_part('<p:ph type="ftr"/>'))
        box.text_frame.text = "The footer"
        if number:
            slide.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1)).text_frame.text = f"own {number}"
    for place, words in ((made.slide_master, "on the master"), (layout, "on the layout")):
        shape = in_part(
            "<p:sp><p:nvSpPr><p:cNvPr id='90' name='x'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>"
            f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>"
        )
        place.shapes._spTree.append(shape)
    made.save(str(tmp_path / "a.pptx"))
    text = extract(tmp_path / "a.pptx", "a.pptx")
    assert [section.body for section in text.sections] == ["", "own 1\nThe footer\non the layout\non the master", "own 2"]
    assert str(text.note) == "1 of 3 slides has no text."


@pytest.mark.parametrize(("alt_text", "by_hand"), [
    ("Logo of the ministry", True), ("How AI is used in courts", True), ("Day 2\n\nRegistration", True), ("Agenda 2030", True),
    ("Рисунок 3", False), ("Ảnh 3", False), ("სურათი 12", False), ("My shape 4", False), ("IMG_2034", False),
    ('Картинки по запросу "Ташкент"', False), ("Un pont\n\nDescription générée automatiquement", False),
    ("A map\n\nAI-generated content may be incorrect.", False), ("Карта\n\nКонтент, созданный ИИ, может быть неверным.", False),
    ("Bản đồ\n\nMô tả được tạo tự động", False), ("Хартаи Душанбе\n\nТавсифи худкор", False),
])  # fmt: skip
def test_alternative_texts_that_programs_wrote_are_no_words(alt_text: str, *, by_hand: bool) -> None:
    assert is_written_by_hand(alt_text, "My shape 4") is by_hand


@pytest.mark.parametrize(("title", "tells"), [
    ("Georgia: digital services", True), ("Итоги 2024 года", True), ("Agenda 2030", True), ("전자정부 추진 현황", True),
    ("PowerPoint Presentation", False), ("PowerPoint-ის პრეზენტაცია", False), ("PowerPoint тақдимоти", False),
    ("Slide 1", False), ("May 2020", False), ("2020년 5월 12일", False), ("Monday, May 12, 2020", False),
    ("Слайд 12", False), ("슬라이드 1", False), ("Slayd 3", False), ("Microsoft Word - x.doc", False), ("12.05.2020", False),
    ("19 February 2019", False), ("12 мая 2020 г.", False), ("Шаблон UNDP", False), ("final_v2", False),
    ("Содержание", False), ("https://example.org/a", False), ("—", False),
])  # fmt: skip
def test_a_title_that_a_program_gave_tells_nothing(title: str, *, tells: bool) -> None:
    assert is_telling(title) is tells


def test_an_item_is_called_by_its_first_slide_where_the_file_says_nothing(tmp_path: Path) -> None:
    made = pptx.Presentation()
    made.core_properties.title = "PowerPoint Presentation"
    made.core_properties.author = "A. Baimenov"
    slide = made.slides.add_slide(made.slide_layouts[6])
    for line in ("12.05.2020", "A. Baimenov", "Civil service reform"):
        slide.shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1)).text_frame.text = line
    made.save(str(tmp_path / "a.pptx"))
    assert extract(tmp_path / "a.pptx", "a.pptx").properties["title"] == "Civil service reform"
