"""Files that are not what their name says, and documents of other programs: read for what they are, or called by their name."""

import zipfile
from pathlib import Path

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


def test_a_book_is_read_in_its_order(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>')
        items = '<item id="a" href="1.xhtml"/><item id="b" href="2.xhtml"/>'
        book.writestr(
            "O/b.opf", f'<package><manifest>{items}</manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
        )
        book.writestr("O/1.xhtml", "<html><head><title>Last</title></head><body>end</body></html>")
        book.writestr("O/2.xhtml", "<html><head><title>First</title></head><body>beginning</body></html>")
    text = extract(tmp_path / "a.epub", "a.epub")
    assert [(section.title, section.body) for section in text.sections] == [("First", "beginning"), ("Last", "end")]


def test_a_pointer_to_a_google_document_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "a.gslides").write_text('{"url": "https://docs.google.com/open?id=x"}')
    assert "pointer to a Google document" in str(extract(tmp_path / "a.gslides", "a.gslides").note)


@pytest.mark.parametrize(
    ("stream", "note"),
    [
        ("VisioDocument", "a Visio drawing"),
        ("__properties_version1.0", "an Outlook message"),
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
