"""PDF, web pages, plain text in many encodings, pictures, archives."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from materials_cli.extract.encodings import decode
from materials_cli.extract.formats import extract

RUSSIAN = "Государственные закупки: цифровые услуги для населения и бизнеса. " * 3
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. " * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "cp866"), (RUSSIAN, "iso8859-5"),
        (RUSSIAN, "utf-16"), (RUSSIAN, "utf-16-le"), (RUSSIAN, "utf-16-be"), (RUSSIAN, "utf-8-sig"), (RUSSIAN, "utf-32"),
        (KOREAN, "cp949"), (KOREAN, "euc-kr"), (KOREAN, "utf-16-be"),
        ("Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler. " * 3, "cp1254"),
        ("Tous les êtres humains naissent libres et égaux en dignité et en droits, déjà très âgés. " * 3, "cp1252"),
        ("すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 3, "shift-jis"),
        ("人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。" * 3, "gb18030"),
        ("ყველა ადამიანი იბადება თავისუფალი. " * 3, "utf-8"),
        ("Привет", "cp1251"), ("전자정부", "cp949"), ("plain words", "utf-16-le"),
    ],
)  # fmt: skip
def test_the_encoding_of_a_text_is_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_declared_encoding_is_used_if_the_bytes_do_not_decide() -> None:
    assert decode("Кыр".encode("koi8-r"), "koi8-r") == "Кыр"
    assert decode("Кыр".encode(), "koi8-r") == "Кыр"
    assert decode(b"caf\xe9", "no such encoding") == "café"
    assert decode(b"caf\xe9", "base64") == "café"


def test_a_web_page_gives_its_visible_text_in_its_declared_encoding(tmp_path: Path) -> None:
    page = (
        '<html><head><meta charset="koi8-r"><title>Итоги семинара</title><meta name="author" content="zqauthor"></head><body>'
        '<script>zqscript()</script><p>Слово</p><img alt="zqalttext of a bridge" src="x"><img alt="zqfile.jpg">'
        '<a href="https://example.org/zqlink">zqlinked</a><!-- zqcomment --></body></html>'
    )
    (tmp_path / "a.html").write_bytes(page.encode("koi8-r"))
    text = extract(tmp_path / "a.html", "a.html")
    (section,) = text.sections
    assert section.title == "Итоги семинара"
    assert section.body.splitlines() == ["Слово", "zqlinked", "zqalttext of a bridge", "https://example.org/zqlink"]
    assert text.properties == {"title": "Итоги семинара", "author": "zqauthor"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("Agenda", "Повестка дня".encode(), "Повестка дня"),
        ("Agenda", b"<!DOCTYPE html><title>x</title><p>words</p>", "words"),
        ("page.txt", b"<html><p>words</p></html>", "words"),
        ("data.unknown", b"words", "words"),
    ],
)
def test_text_is_read_whatever_its_suffix(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert extract(tmp_path / name, name).sections[0].body == words


def test_unknown_binary_files_give_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\1\2 words")
    assert extract(tmp_path / "a.bin", "a.bin").sections == ()


def pdf(path: Path, password: str = "") -> Path:
    encrypt = pdfencrypt.StandardEncryption(password) if password else None
    made = canvas.Canvas(str(path), encrypt=encrypt)
    made.setTitle("zqdoctitle")
    made.setAuthor("zqauthor")
    made.setKeywords("zqkeyword")
    for number in (1, 2):
        made.drawString(72, 720, f"Heading {number}")
        made.drawString(72, 700, f"zqbody{number}")
        if number == 1:
            made.linkURL("https://example.org/zqlink", (72, 600, 200, 620))
            made.textAnnotation("zqcomment", (72, 500, 200, 520))
        made.showPage()
    made.showPage()
    made.save()
    return path


def test_a_pdf_is_read_by_page_with_comments_and_links(tmp_path: Path) -> None:
    text = extract(pdf(tmp_path / "a.pdf"), "a.pdf")
    assert [(s.number, s.title, s.body) for s in text.sections] == [
        (1, "Heading 1", "zqbody1\nhttps://example.org/zqlink\nzqcomment"),
        (2, "Heading 2", "zqbody2"),
        (3, "", ""),
    ]
    assert str(text.note) == "1 of 3 pages has no text."
    assert {
        "title": "zqdoctitle",
        "author": "zqauthor",
        "keywords": "zqkeyword",
        "pages": "3",
    }.items() <= text.properties.items()
    assert text.properties["created"].startswith("20")


def test_an_encrypted_pdf_has_a_note_whatever_its_name(tmp_path: Path) -> None:
    assert "password" in str(extract(pdf(tmp_path / "a.pptx", password="x"), "a.pptx").note)
    assert len(extract(pdf(tmp_path / "b.pptx"), "b.pptx").sections) == 3


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_a_picture_gives_its_size_and_metadata(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0132] = "zqtitle of a picture", "zqartist", "2025:06:20 09:00:00"
    exif[0xC000] = 1
    out = io.BytesIO()
    more = {} if form in {"GIF", "BMP"} else {"exif": exif}
    Image.new("RGB", (321, 123), "red").save(out, form, **more)
    (tmp_path / "a.dat").write_bytes(out.getvalue())
    found = extract(tmp_path / "a.dat", "a.dat")
    assert (found.properties["width"], found.properties["height"]) == ("321", "123")
    if more:
        assert found.properties["title"] == "zqtitle of a picture"
        assert found.properties["author"] == "zqartist"
        assert found.properties["created"] == "2025-06-20T09:00:00"
    for cut in range(0, len(out.getvalue()), len(out.getvalue()) // 40):
        (tmp_path / "a.dat").write_bytes(out.getvalue()[:cut] or b"x")
        extract(tmp_path / "a.dat", "a.dat")


def test_an_archive_is_listed_with_its_names_decoded(tmp_path: Path) -> None:
    old = "Закупки и цифровые услуги населению.docx".encode("cp866")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("../../etc/zqpath", "not opened")
        made.writestr("Ключевой доклад.pptx", "not opened")
        made.writestr("x" * len(old), "not opened")
    content = (tmp_path / "a.zip").read_bytes().replace(b"x" * len(old), old)
    (tmp_path / "a.zip").write_bytes(content)
    text = extract(tmp_path / "a.zip", "a.zip")
    assert text.sections[0].body.splitlines() == [
        "../../etc/zqpath", "Ключевой доклад.pptx", "Закупки и цифровые услуги населению.docx",
    ]  # fmt: skip
    assert str(text.note) == "An archive: its files are listed, not read."
