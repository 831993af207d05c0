"""Files that are not what their name says, and documents of other programs: read for what they are, or called by their name."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pptx
import pytest

from materials_cli.extract.formats import extract
from support.ole_file import write_ole

WORKBOOK = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:sch'
    'emas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Бюджет">'
    '<Table><Row><Cell><Data ss:Type="String">'
    "Ташкент</Data></Cell><Cell><Data>12</Data></Cell></Row></Table></Worksheet></Workbook>"
)
WORD = (
    '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>'
    "<w:t>Протокол заседания</w:t></w:r></w:p></w:body></w:wordDocument>"
)
ARCHIVED = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n"
    "Content-Transfer-Encoding: quoted-printable\n\n<html><body><p>caf=C3=A9 archived</p></body></html>\n--b--\n"
)
MAIL = (
    "From: Aigul <a@example.org>\nTo: all@example.org\nSubject: =?utf-8?b?0J/RgNC40LPQu9Cw"
    "0YjQtdC90LjQtQ==?=\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=u"
    "tf-8\nContent-Transfer-Encoding: base64\n\n"
    "0KHQtdC80LjQvdCw0YA=\n--b\nContent-Type: application/pdf\nContent-Disposition: attach"
    "ment; filename=agenda.pdf\n\nxx\n--b--\n"
)
FLAT = (
    '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:text="urn:oasis'
    ':names:tc:opendocument:xmlns:text:1.0"'
    ' office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><offi'
    "ce:presentation><draw:page><draw:frame>"
    "<draw:text-box><text:p>flat words</text:p></draw:text-box></draw:frame></draw:page></"
    "office:presentation></office:body>"
    "</office:document>"
)


@pytest.mark.parametrize(
    ("name", "content", "title", "body"),
    [
        ("a.xls", WORKBOOK, "Бюджет", "Ташкент\t12"),
        ("a.doc", WORD, "", "Протокол заседания"),
        ("a.doc", ARCHIVED, "", "café archived"),
        ("a.mht", ARCHIVED, "", "café archived"),
        ("a.doc", "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body>Отчёт</body></html>", "", "Отчёт"),
        ("a.xls", "<table><tr><td>Бюджет</td></tr></table>", "", "Бюджет"),
        ("a.xls", "Name\tCity\nАли\tХуджанд", "", "Name\tCity\nАли\tХуджанд"),
        ("a.doc", "just text", "", "just text"),
        ("a.fodp", FLAT, "", "flat words"),
    ],
)
def test_what_is_saved_under_another_name_is_read(tmp_path: Path, name: str, content: str, title: str, body: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    text = extract(tmp_path / name, name)
    assert [(section.title, section.body) for section in text.sections] == [(title, body)]
    assert text.note is None


def test_a_table_in_wide_letters_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text("Город\tТашкент", "utf-16")
    assert extract(tmp_path / "a.xls", "a.xls").sections[0].body == "Город\tТашкент"


def test_a_message_is_read_and_its_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(MAIL)
    text = extract(tmp_path / "a.eml", "a.eml")
    (section,) = text.sections
    assert section.title == "Приглашение"
    assert section.body == "From: Aigul <a@example.org>\nTo: all@example.org\nСеминар\nagenda.pdf"
    assert str(text.note) == "Embedded files (1) are not read."


def test_every_message_inside_a_message_keeps_its_own_text(tmp_path: Path) -> None:
    page = "<p>Решение</p>".encode("cp1251")
    (tmp_path / "a.eml").write_bytes(
        b"Subject: Outer\nContent-Type: multipart/mixed; boundary=A\n\n"
        b"--A\nContent-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: 8bit\n\n" + page + b"\n"
        b"--A\nContent-Type: message/rfc822\n\nSubject: Forwarded\nContent-Type: multipart/alternative; boundary=B\n\n"
        b"--B\nContent-Type: text/plain\n\ninner words\n--B\nContent-Type: text/html\n\n<p>inner words</p>\n--B--\n--A--\n"
    )
    assert extract(tmp_path / "a.eml", "a.eml").sections[0].body == "Forwarded\nРешение\ninner words"


def test_a_book_is_read_in_its_order(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>')
        items = '<item id="a" href="1.xhtml"/><item id="b" href="part%20two/../2%20%D0%B3.xhtml#top"/><item id="c" href="3"/>'
        spine = "".join(f'<itemref idref="{each}"/>' for each in "bac")
        book.writestr("O/b.opf", f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>")
        book.writestr("O/1.xhtml", "<html><head><title>Last</title></head><body>end</body></html>")
        book.writestr("O/2 г.xhtml", "<html><head><title>First</title></head><body>beginning</body></html>")
    text = extract(tmp_path / "a.epub", "a.epub")
    assert [(section.title, section.body) for section in text.sections] == [("First", "beginning"), ("Last", "end")]
    assert str(text.note) == "1 chapter is missing from the book."


def test_a_pointer_to_a_google_document_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "a.gslides").write_text('{"url": "https://docs.google.com/open?id=x"}')
    assert "pointer to a Google document" in str(extract(tmp_path / "a.gslides", "a.gslides").note)


@pytest.mark.parametrize(
    ("stream", "note"),
    [
        ("VisioDocument", "a Visio drawing"),
        ("TBkndAssn", "a Project plan"),
        ("MatOST", "a Works document"),
        ("PP40", "older than 97"),
        ("Unheard", "not known here"),
        ("ENCRYPTEDPACKAGE", "password"),
        ("Quill", "a Publisher publication"),
        ("Props14", "a Project plan"),
        ("FileHeader", "a Hangul (HWP) document"),
    ],
)
def test_a_document_of_another_program_is_called_by_its_name(tmp_path: Path, stream: str, note: str) -> None:
    write_ole(tmp_path / "a.bin", {stream: b"x" * 5000})
    assert note in str(extract(tmp_path / "a.bin", "a.bin").note)


def test_the_beginning_of_a_hangul_document_is_read(tmp_path: Path) -> None:
    streams = {"FileHeader": b"x" * 5000, "PrvText": "전자정부 계획".encode("utf-16-le") * 600}
    write_ole(tmp_path / "a.hwp", streams)
    text = extract(tmp_path / "a.hwp", "a.hwp")
    assert text.sections[0].body.startswith("전자정부 계획")
    assert "only the beginning" in str(text.note)


@pytest.mark.parametrize(
    ("head", "program"),
    [
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1", "OneNote"),
        (b"\xffWPC....", "WordPerfect"),
        (b"HWP Document File V3.00", "old version of HWP"),
        (b"\x09\x04\x06\0....", "old version of Excel"),
        (b"\xdb\xa5-\0....", "old version of Word"),
        (b"x" * 60 + b"BOOKMOBI", "MOBI"),
    ],
)
def test_a_file_of_another_program_is_called_by_its_name(tmp_path: Path, head: bytes, program: str) -> None:
    (tmp_path / "a.doc").write_bytes(head)
    assert program in str(extract(tmp_path / "a.doc", "a.doc").note)


def test_a_message_of_outlook_is_read_and_its_files_are_named(tmp_path: Path) -> None:
    text_of = {"0037001F": "Приглашение", "1000001F": "Семинар в Бишкеке", "0C1A001F": "Aigul", "0E04001F": "all"}
    streams = {f"__substg1.0_{number}": text.encode("utf-16-le").ljust(5000, b"\0") for number, text in text_of.items()}
    write_ole(tmp_path / "a.msg", {"__properties_version1.0": bytes(5000), **streams})
    (section,) = extract(tmp_path / "a.msg", "a.msg").sections
    assert (section.title, section.body) == ("Приглашение", "From: Aigul\nTo: all\nСеминар в Бишкеке")


def test_the_narrow_texts_of_a_message_may_end_with_zeros(tmp_path: Path) -> None:
    text_of = {"0037001E": "Семинар", "0E04001E": "Айгуль", "0C1A001E": "Aigul"}
    streams = {f"__substg1.0_{number}": text.encode("cp1251") + b"\0" for number, text in text_of.items()}
    listed = bytes(32) + struct.pack("<4I", 0x3FFD0003, 0, 1251, 0)
    write_ole(tmp_path / "a.msg", {"__properties_version1.0": listed, **streams})
    (section,) = extract(tmp_path / "a.msg", "a.msg").sections
    assert (section.title, section.body) == ("Семинар", "From: Aigul\nTo: Айгуль")


def test_a_drawing_of_visio_is_read_page_by_page(tmp_path: Path) -> None:
    relations, document = "http://schemas.openxmlformats.org/package/2006/relationships", "http://x/relationships"
    with zipfile.ZipFile(tmp_path / "a.vsdx", "w") as made:
        made.writestr("_rels/.rels", f'<Relationships xmlns="{relations}"><Relationship Id="a" Type="t/document"'
                      ' Target="visio/document.xml"/><Relationship Id="b" Type="t/officeDocument" Target="visio/document.xml"/>'
                      "</Relationships>")  # fmt: skip
        made.writestr("visio/document.xml", "<VisioDocument/>")
        made.writestr("visio/_rels/document.xml.rels", f'<Relationships xmlns="{relations}"><Relationship Id="a"'
                      ' Type="t/pages" Target="pages/pages.xml"/></Relationships>')  # fmt: skip
        made.writestr(
            "visio/pages/pages.xml", f'<Pages xmlns:r="{document}"><Page Name="Process"><Rel r:id="p"/></Page></Pages>'
        )
        made.writestr("visio/pages/_rels/pages.xml.rels", f'<Relationships xmlns="{relations}"><Relationship Id="p"'
                      ' Type="t/page" Target="page1.xml"/></Relationships>')  # fmt: skip
        made.writestr("visio/pages/page1.xml", "<PageContents><Shape><Text><cp IX='0'/>Заявка</Text></Shape></PageContents>")
    (section,) = extract(tmp_path / "a.vsdx", "a.vsdx").sections
    assert (section.title, section.body) == ("Process", "Заявка")


def test_a_hangul_package_is_read_whole(tmp_path: Path) -> None:
    cell = "<p><run><t>표 안</t></run></p>"
    with zipfile.ZipFile(tmp_path / "a.hwpx", "w") as made:
        made.writestr("mimetype", "application/hwp+zip")
        for number, text in ((10, "끝"), (2, "둘째"), (0, "전자정부")):
            made.writestr(f"Contents/section{number}.xml", f"<sec><p><run><t>{text}</t><tbl>{cell}</tbl></run></p></sec>")
    (section,) = extract(tmp_path / "a.hwpx", "a.hwpx").sections
    assert section.body.splitlines() == ["전자정부", "표 안", "둘째", "표 안", "끝", "표 안"]


def test_a_package_is_known_by_its_main_part_however_its_parts_are_named(tmp_path: Path) -> None:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "found"
    made.save(str(tmp_path / "usual.pptx"))
    with zipfile.ZipFile(tmp_path / "usual.pptx") as usual:
        parts = {name: usual.read(name) for name in usual.namelist()}
    spellings: tuple[Callable[[str], str], ...] = (
        str.upper,
        lambda name: name.replace("/", "\\"),
        lambda name: name.replace("ppt/", "deck/"),
    )
    for number, spelled in enumerate(spellings):
        with zipfile.ZipFile(tmp_path / f"{number}.pptx", "w") as odd:
            for name, content in parts.items():
                odd.writestr(spelled(name), content.replace(b"ppt/", b"deck/") if number == 2 else content)
        text = extract(tmp_path / f"{number}.pptx", f"{number}.pptx")
        assert [section.title for section in text.sections] == ["found"]
        assert text.note is None


def test_a_workbook_in_xml_gives_what_stands_beside_its_cells(tmp_path: Path) -> None:
    comment = "<Comment><Data>zqcomment</Data></Comment>"
    cell = f'<Cell HRef="https://example.org/zqlink" HRefScreenTip="zqtip"><Data>zqcell</Data>{comment}</Cell>'
    cell += '<Cell><Data Type="Number">2.2000000000000002</Data></Cell>'
    cell += '<Cell><Data Type="DateTime">2016-04-27T00:00:00.000</Data></Cell>'
    rule = '<DataValidation><Value>"zqone,zqtwo"</Value><InputMessage>zqinput</InputMessage></DataValidation>'
    edges = '<Header Data="&amp;CZqheader"/><Footer Data="Page &amp;P"/>'
    sheet = f'<Worksheet Name="zqsheet"><Table><Row>{cell}<Cell HRef="#zqplace"/></Row></Table>{edges}{rule}</Worksheet>'
    properties = "<DocumentProperties><Title>Budget of a year</Title></DocumentProperties>"
    (tmp_path / "a.xls").write_text(
        f'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">{properties}{sheet * 2}</Workbook>'
    )
    text = extract(tmp_path / "a.xls", "a.xls")
    lines = ["zqcell\t2.2\t2016-04-27", "zqcomment", "https://example.org/zqlink", "zqtip", "zqinput", "zqone, zqtwo"]
    assert [section.body.splitlines() for section in text.sections] == [[*lines, "Zqheader"], lines]
    assert text.properties["title"] == "Budget of a year"


def test_a_document_in_xml_has_headings_and_glues_no_words_of_comments_and_boxes(tmp_path: Path) -> None:
    def paragraph(inner: str) -> str:
        return f"<w:p><w:r><w:t>{inner}</w:t></w:r></w:p>"

    box = f"<v:textbox>{paragraph('zqbox')}</v:textbox>"
    inside = f'<w:pict><v:shape alt="zqalt of it"><v:textpath string="zqart"/>{box}</v:shape></w:pict>'
    link = '<w:hlink w:dest="https://example.org/zqlink" w:screenTip="zqtip"/>'
    heading = "<w:p><w:pPr><w:outlineLvl w:val='0'/></w:pPr><w:r><w:t>zqheading</w:t></w:r></w:p>"
    note = f"<w:footnote>{paragraph('zqfoot')}</w:footnote>"
    body = f"{heading}<w:p><w:r><w:t>zqtext</w:t>{inside}{note}</w:r>{link}</w:p>"
    spaces = 'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:v="urn:schemas-microsoft-com:vml"'
    (tmp_path / "a.doc").write_text(f"<w:wordDocument {spaces}><w:body>{body}</w:body></w:wordDocument>")
    (section,) = extract(tmp_path / "a.doc", "a.doc").sections
    assert section.title == "zqheading"
    assert section.body.splitlines() == [
        "zqtext",
        "zqbox",
        "zqfoot",
        "zqalt of it",
        "zqart",
        "https://example.org/zqlink",
        "zqtip",
    ]


@pytest.mark.parametrize("stated", ["text/plain; charset=utf-8", "text/plain; charset=windows-1251", "text/plain"])
def test_a_message_saved_again_in_utf_16_is_read(tmp_path: Path, stated: str) -> None:
    head = f"Subject: Seminar\nTo: all\nMIME-Version: 1.0\nContent-Type: {stated}\n"
    (tmp_path / "a.eml").write_bytes(f"{head}Content-Transfer-Encoding: 8bit\n\nСеминар в Оше\n".encode("utf-16"))
    (section,) = extract(tmp_path / "a.eml", "a.eml").sections
    assert (section.title, section.body) == ("Seminar", "To: all\nСеминар в Оше")
