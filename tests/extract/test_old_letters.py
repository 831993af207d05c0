"""Old letters and fonts: what a reader saw is what is read, and found by its Unicode spelling."""

import io
import struct
from pathlib import Path

import docx
import pytest
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfgen import canvas

from materials_cli.extract.encodings import decode
from materials_cli.extract.fonts import family, in_unicode
from materials_cli.extract.formats import extract
from materials_cli.model import Text
from support.decks import deck
from support.ole_file import record, write_ole

TAJIK = str.maketrans("ҷҳӣқғӯҶҲӢҚҒӮ", "љњїќѓўЉЊЇЌЃЎ")
KAZAKH = str.maketrans("қғңұүәҚҒҢҰҮӘ", "ќѓњђџѕЌЃЊЂЏЅ")
UZBEK = str.maketrans("қғҳҚҒҲ", "ќѓњЌЃЊ")
MONGOLIAN = str.maketrans("өүӨҮ", "єїЄЇ")
SERBIAN = "Људи и њихова права: грађани могу да поднесу захтев, а министарство мора да одговори"
MACEDONIAN = "Секој човек има право на живот, а џамијата и ѕидот се стари; ќе дојдат сите граѓани"
UKRAINIAN = "Кожна людина має право на життя, її свободу і європейське майбутнє"
UZBEK_NOW = "Ўзбекистон Республикаси ва унинг фуқаролари ўз ҳуқуқларига эга"


def read(tmp_path: Path, name: str, content: bytes) -> Text:
    (tmp_path / name).write_bytes(content)
    return extract(tmp_path / name, name)


@pytest.mark.parametrize(
    ("letters", "title", "body"),
    [
        (TAJIK, "Иқтисоди Тоҷикистон", "Ҳукумати ҷумҳурӣ лоиҳаро тасдиқ кард\nбарои рушди деҳот"),
        (KAZAKH, "Әділет министрлігі", "Азаматтардың құқықтары және міндеттері\nҚызмет көрсету үлгісі"),
        (UZBEK, "Инсон ҳуқуқлари", "Ҳар бир фуқаро ҳуқуққа эга бўлиши керак"),
        (MONGOLIAN, "Өрхийн орлого", "Монгол Улсын хөгжлийн бодлого\nҮр дүн нь өмнөх жилээс өссөн байна"),
    ],
)
def test_letters_of_an_8_bit_font_are_those_of_the_language(
    tmp_path: Path, letters: dict[int, int], title: str, body: str
) -> None:
    old = deck((title.translate(letters), body.translate(letters)), notes=[body.translate(letters)])
    (section,) = read(tmp_path, "old.pptx", old).sections
    assert (section.title, section.body, section.notes) == (title, body, body)


@pytest.mark.parametrize("text", [SERBIAN, MACEDONIAN, UKRAINIAN, UZBEK_NOW, "Њујорк", "Їжак", "Є"])
def test_letters_that_are_right_stay(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, "a.txt", text.encode()).sections[0].body == text


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("evsjv‡`k", "বাংলাদেশ"), ("ag© Kg©KZ©v Kvh©vjq", "ধর্ম কর্মকর্তা কার্যালয়"), ("wkÿv I wPwKrmv", "শিক্ষা ও চিকিৎসা"),
        ("gš¿Yvjq", "মন্ত্রণালয়"), ("ivóªxq cÖwZôvb", "রাষ্ট্রীয় প্রতিষ্ঠান"), ("wek¦we`¨vjq", "বিশ্ববিদ্যালয়"),
        ("‡mŠ›`h©", "সৌন্দর্য"), ("Pvu‡`i Av‡jv", "চাঁদের আলো"), ("12 Rb|", "১২ জন।"), ("¯^vaxbZv", "স্বাধীনতা"),
        ("e¨e¯’v", "ব্যবস্থা"), ("wbe©vPb", "নির্বাচন"), ("m¤ú‡K©", "সম্পর্কে"), ("wkï", "শিশু"),
    ],
)  # fmt: skip
def test_bijoy_is_put_in_order(typed: str, seen: str) -> None:
    assert in_unicode(typed, family("SutonnyMJ")) == seen


def test_only_the_fonts_that_are_not_what_they_seem_count() -> None:
    ours = ["AcadNusx", "LitMtavrPS", "ArTarumianTimes", "Arial Armenian", "Times LatArm", "SutonnyMJ", "TeeshtaMJ Bold"]
    assert [family(font) for font in ours] == [*["georgian"] * 2, *["armenian"] * 3, *["bangla"] * 2]
    assert not any(map(family, ("Arial", "Sylfaen", "SutonnyOMJ", "Calibri", "Times New Roman", "", None)))
    assert in_unicode("saqarTvelos mTavroba, WiaTura, RvTis ZaRli", "georgian") == "საქართველოს მთავრობა, ჭიათურა, ღვთის ძაღლი"
    assert in_unicode("Ð³Û³ëï³Ý ¨ ºñ¨³Ý", "armenian") == "Հայաստան և Երևան"
    assert (
        in_unicode("Ð³Û".encode("cp1252").decode("cp1251"), "armenian") == in_unicode("\uf0d0\uf0b3\uf0db", "armenian") == "Հայ"
    )


def test_runs_of_a_deck_are_read_by_their_fonts(tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    lines = slide.shapes.add_textbox(0, 0, Inches(5), Inches(5)).text_frame
    for pieces in (
        [("AcadNusx", "saqarTve"), ("AcadNusx", "los "), ("Arial", "X-Road")],
        [("ArTarumianTimes", "º"), ("ArTarumianTimes", "ñ¨³Ý")],
        [("SutonnyMJ", "evsjv‡"), ("SutonnyMJ", "`k"), ("Arial", " 2025")],
    ):
        line = lines.add_paragraph()
        for font, text in pieces:
            run = line.add_run()
            run.text, run.font.name = text, font
    file = io.BytesIO()
    presentation.save(file)
    assert read(tmp_path, "a.pptx", file.getvalue()).sections[0].body == "საქართველოს X-Road\nԵրևան\nবাংলাদেশ 2025"


def test_a_word_file_is_read_by_the_fonts_of_its_styles(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles["Normal"].font.name = "SutonnyMJ"
    document.styles["Quote"].font.name = "AcadNusx"
    document.add_paragraph("evsjv‡`k")
    document.add_paragraph("mTavroba", style="Quote")
    document.add_paragraph("").add_run("plain").font.name = "Arial"
    file = io.BytesIO()
    document.save(file)
    assert read(tmp_path, "a.docx", file.getvalue()).sections[0].body == "বাংলাদেশ\nმთავრობა\nplain"


def test_an_open_document_is_read_by_the_fonts_of_its_styles(tmp_path: Path) -> None:
    flat = (
        '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>'
        '<style:style style:name="P1"><style:text-properties style:font-name="LitNusx"/></style:style>'
        '<style:style style:name="P2" style:parent-style-name="P1"/>'
        '<style:style style:name="T1"><style:text-properties style:font-name="Arial"/></style:style>'
        '</office:automatic-styles><office:body><office:text><text:p text:style-name="P2">Tbi<text:span>lisi</text:span>'
        ' <text:span text:style-name="T1">plain</text:span></text:p></office:text></office:body></office:document>'
    )
    assert read(tmp_path, "a.fodt", flat.encode()).sections[0].body == "თბილისი plain"


def test_rich_text_is_read_by_its_fonts(tmp_path: Path) -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fnil\fcharset204 Arial;}{\f1\fnil\fcharset0 SutonnyMJ;}{\f2 AcadNusx;}"
        rb"{\f3\fnil Arial Armenian;}}\f0 \'cf\'f0\'e8 \f1 evsjv\'87\lang1033 `k\f0  \f2 Tbilisi\f0  "
        rb"\f3 \'ba\'f1\'a8\'b3\'dd\f0  ok}"
    )
    assert read(tmp_path, "a.rtf", rtf).sections[0].body == "При বাংলাদেশ თბილისი Երևան ok"


ARMENIAN = {
    letter: 0xB2 + 2 * at + small for at in range(38) for small, letter in enumerate((chr(0x531 + at), chr(0x561 + at)))
}
GEORGIAN = {letter: 0xC0 + at for at, letter in enumerate("აბგდევზჱთიკლმნჲოპჟრსტჳუფქღყშჩცძწჭხჴჯჰჵ")}
ACADEMY = {letter: 0xC0 + at for at, letter in enumerate("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ")}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Հայաստանի Հանրապետության կառավարությունը", ARMENIAN),
        ("Քաղաքացիների իրավունքները, թիվ 12", ARMENIAN),
        ("საქართველოს მთავრობის დადგენილება", GEORGIAN),
        ("მოქალაქეთა უფლებები და მოვალეობები", GEORGIAN),
        ("საქართველოს მთავრობის დადგენილება და სხვა", ACADEMY),
    ],
)
def test_plain_text_in_the_encodings_of_the_caucasus(text: str, codes: dict[str, int]) -> None:
    assert decode(bytes(codes.get(letter, ord(letter) % 256) for letter in text)) == text


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "cp1251", "iso8859-5"])
@pytest.mark.parametrize("text", ["Программа семинара", "Список участников", "цифровые услуги", "Отчёт: 12 страниц"])
def test_a_few_russian_words_are_recognised_in_any_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Розвиток громадських організацій України", "cp1251"),
        ("Програма реформ триває", "cp1251"),
        ("Заходи міністерства", "cp1251"),
        ("Бюджет громади надходить із податків", "cp1251"),
        ("Үкімет бағдарламасы", "kz1048"),
        ("Әділет министрлігінің күнтізбесі", "ptcp154"),
        ("Санариптик өкмөттүн кызматтары", "ptcp154"),
    ],
)
def test_ukrainian_is_told_from_kazakh_and_kyrgyz(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_declared_encodings_of_the_caucasus_are_known() -> None:
    assert decode(bytes([0xB2, 0xB3]), "ARMSCII-8") == "Աա"
    assert decode(bytes([0xC8]), "geostd8") == "თ"


def test_a_page_of_a_pdf_is_read_by_the_fonts_of_its_letters(tmp_path: Path) -> None:
    page = canvas.Canvas(str(tmp_path / "a.pdf"))
    page.setFont("Helvetica", 12)
    page.drawString(50, 750, "Plain heading")
    page.drawString(50, 700, "saqarTvelos mTavroba")
    page.save()
    content = (tmp_path / "a.pdf").read_bytes()
    assert read(tmp_path, "plain.pdf", content).sections[0].body == "saqarTvelos mTavroba"
    old = content.replace(b"/BaseFont /Helvetica", b"/BaseFont /AcadNusx ")
    (section,) = read(tmp_path, "old.pdf", old).sections
    assert (section.title, section.body) == ("პლაინ ჰეადინგ", "საქართველოს მთავრობა")


def test_a_binary_presentation_is_read_by_the_fonts_of_its_runs(tmp_path: Path) -> None:
    words = "Tbilisi and evsjv\u2021`k"
    fonts = [
        record(0x0FB7, name.encode("utf-16-le").ljust(68, b"\0"), instance=at)
        for at, name in enumerate(("AcadNusx", "TeeshtaMJ"))
    ]
    style = struct.pack("<IHIHH", len(words) + 1, 0, 0x1800, 1, 100)
    style += struct.pack("<IIHHH", 7, 0x30001, 1, 0, 24) + struct.pack("<II", 5, 0) + struct.pack("<IIH", 9, 0x10000, 1)
    slide = record(0x03F3, struct.pack("<IIIII", 1, 0, 0, 256, 0)) + record(0x0F9F, struct.pack("<I", 0))
    slide += record(0x0FA0, words.encode("utf-16-le")) + record(0x0FA1, style)
    environment = record(0x03F2, record(0x07D5, b"".join(fonts), container=True), container=True)
    document = record(0x03E8, environment + record(0x0FF0, slide, container=True), container=True)
    made = write_ole(tmp_path / "a.ppt", {"PowerPoint Document": document, "Current User": record(0x0FF6, bytes(12))})
    assert extract(made, "a.ppt").sections[0].title == "თბილისი and বাংলাদেশ"
