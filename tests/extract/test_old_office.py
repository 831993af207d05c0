"""Binary Office files: Word's pieces, PowerPoint's records, metadata; and RTF."""

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from materials_cli.extract.formats import extract
from support.ole_file import record, word_97, write_ole


def texts(body: str, kind: int = 4) -> bytes:
    return record(0x0F9F, struct.pack("<I", kind)) + record(0x0FA0, body.encode("utf-16-le"))


def test_the_pieces_of_a_word_file_are_read_in_order(tmp_path: Path) -> None:
    made = word_97(tmp_path / "a.doc", [b"first caf\xe9\r", "затем по-русски\r", "대한민국\r", b"cell\x07cell\x07\x07\r"])
    assert extract(made, "a.doc").sections[0].body == "first café\nзатем по-русски\n대한민국\ncell\tcell"


def test_fields_give_their_result_and_links_their_target(tmp_path: Path) -> None:
    link = '\x13 HYPERLINK "https://example.org/x" \x14shown\x15'
    made = word_97(tmp_path / "a.doc", [link, " and \x13 PAGE \x147\x15 and \x13 IF \x13 DATE \x141\x15 x \x14yes\x15\r"])
    assert extract(made, "a.doc").sections[0].body == "https://example.org/x shown and 7 and yes"


def test_encrypted_files_have_a_note(tmp_path: Path) -> None:
    locked = word_97(tmp_path / "a.doc", [b"secret"], flags=0x0300)
    assert "password" in str(extract(locked, "a.doc").note)
    package = write_ole(tmp_path / "a.docx", {"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    assert "password" in str(extract(package, "a.docx").note)
    managed = write_ole(tmp_path / "a.ppt", {"EncryptedPackage": b"x", "\x09DRMContent": b"y"})
    assert "rights management" in str(extract(managed, "a.ppt").note)


def test_word_6_is_decoded_by_its_language(tmp_path: Path) -> None:
    words = "Государственные закупки и цифровые услуги населению".encode("cp1251")
    main = bytearray(0x400)
    struct.pack_into("<HH", main, 0, 0xA5DC, 101)
    struct.pack_into("<II", main, 0x18, 0x400, 0x400 + len(words))
    made = write_ole(tmp_path / "a.doc", {"WordDocument": bytes(main) + words})
    assert extract(made, "a.doc").sections[0].body == "Государственные закупки и цифровые услуги населению"


def test_word_95_of_east_asia_has_wide_letters_or_an_encoding_of_its_own(tmp_path: Path) -> None:
    def made(kind: int, language: int, flags: int, words: bytes, table: bytes = b"") -> str:
        main = bytearray(0x400)
        struct.pack_into("<4H", main, 0, kind, 104, 0, language)
        struct.pack_into("<H", main, 0x0A, flags)
        struct.pack_into("<II", main, 0x18, 0x400, 0x400 + len(words))
        struct.pack_into("<II", main, 0x0160, 0x400 + len(words), len(table))
        path = write_ole(tmp_path / "a.doc", {"WordDocument": bytes(main) + words + table})
        return extract(path, "a.doc").sections[0].body

    words, half = "디지털 정부", "디지털 "
    wide = words.encode("utf-16-le")
    assert made(0xA699, 0x0412, 0x1000, wide) == words
    places = struct.pack("<3I", 0, len(half), len(words)) + b"".join(
        struct.pack("<HIH", 0, 0x400 + 2 * at, 0) for at in (0, len(half))
    )
    assert made(0xA699, 0x0412, 0x1004, wide, b"\x02" + struct.pack("<I", len(places)) + places) == words
    assert made(0xA698, 0x0412, 0, words.encode("cp949")) == words
    assert made(0xA5DC, 0x0411, 0, "電子政府".encode("cp932")) == "電子政府"


def presentation(tmp_path: Path) -> Path:
    """Two slides, the second hidden, with all that may stand beside their text."""
    persisted: dict[int, int] = {}
    stream = b""

    def keep(reference: int, kind: int, content: bytes) -> None:
        nonlocal stream
        persisted[reference] = len(stream)
        stream += record(kind, content, container=True)

    comment = record(0x2EE0, record(0x0FBA, "zqcomment".encode("utf-16-le"), instance=1), container=True)
    tags = record(0x1388, record(0x138A, record(0x138B, comment), container=True), container=True)
    footer = record(0x0FD9, record(0x0FBA, "zqfooter".encode("utf-16-le"), instance=2), container=True)
    clicked = record(0x0FF2, record(0x0FF3, struct.pack("<II8x", 0, 7)), container=True)
    hidden = record(0x03F9, struct.pack("<IIBBH4x", 0, 0, 0, 0, 0x0004))
    keep(1, 0x03EE, record(0x040C, texts("zqbox") + clicked, container=True) + tags + footer)
    keep(2, 0x03EE, hidden)
    keep(3, 0x03F0, record(0x03F1, struct.pack("<I4x", 257)) + texts("zqnotes"))
    link = record(
        0x0FD7,
        record(0x0FD3, struct.pack("<I", 7)) + record(0x0FBA, "https://example.org/zqlink".encode("utf-16-le"), instance=1),
        container=True,
    )
    listed = [(1, 256, "zqtitle1"), (2, 257, "zqtitle2")]
    slides = b"".join(record(0x03F3, struct.pack("<IIIII", r, 0, 0, i, 0)) + texts(title, 0) for r, i, title in listed)
    notes = record(0x03F3, struct.pack("<IIIII", 3, 0, 0, 900, 0))
    persisted[4] = len(stream)
    stream += record(
        0x03E8,
        record(0x0409, link + record(0x0FCC, b"", container=True), container=True)
        + record(0x0FF0, slides, instance=0, container=True)
        + record(0x0FF0, notes, instance=2, container=True),
        container=True,
    )
    directory = len(stream)
    stream += record(
        0x1772, struct.pack("<I", len(persisted) << 20 | 1) + struct.pack("<4I", *(persisted[n] for n in (1, 2, 3, 4)))
    )
    edit = len(stream)
    stream += record(0x0FF5, struct.pack("<IIIIIII", 0, 0, 0, directory, 4, 4, 0))
    current = record(0x0FF6, struct.pack("<III", 20, 0xE391C05F, edit))
    summary = properties({2: "zqsummary", 4: "zqauthor"})
    return write_ole(
        tmp_path / "a.ppt", {"PowerPoint Document": stream, "Current User": current, "\x05SummaryInformation": summary}
    )


def properties(stated: dict[int, str]) -> bytes:
    entries, values = b"", b""
    for number, text in stated.items():
        raw = text.encode("cp1251") + b"\0"
        entries += struct.pack("<II", number, 8 + 8 * len(stated) + len(values))
        values += struct.pack("<II", 0x1E, len(raw)) + raw.ljust(-(-len(raw) // 4) * 4, b"\0")
    body = struct.pack("<II", 8 + len(entries) + len(values), len(stated)) + entries + values
    return struct.pack("<HHI16xI16xI", 0xFFFE, 0, 0, 1, 48) + body


def test_a_binary_presentation_gives_titles_text_boxes_notes_comments_links_and_hidden_slides(tmp_path: Path) -> None:
    text = extract(presentation(tmp_path), "a.ppt")
    first, second = text.sections
    assert (first.title, first.body, first.notes) == (
        "zqtitle1", "zqbox\nzqcomment\nzqfooter\nhttps://example.org/zqlink", "",
    )  # fmt: skip
    assert (second.title, second.notes, first.hidden, second.hidden) == ("zqtitle2", "zqnotes", False, True)
    assert text.properties == {"title": "zqsummary", "author": "zqauthor"}
    assert str(text.note) == "Embedded files (1) are not read."


@pytest.mark.parametrize(
    ("name", "section", "place", "word"),
    [
        ("WithComments.ppt", 0, "body", "This is a test comment"),
        ("SampleShow.ppt", 1, "notes", "notes of the 2nd slide"),
        ("headers_footers_2007.ppt", 1, "body", "THE FOOTER TEXT FOR SLIDE 2"),
        ("incorrect_slide_order.ppt", 1, "body", "Third slide I added"),
        ("Word6_sections.doc", 0, "body", "section"),
        ("53379.doc", 1, "title", "WORKSHOP ON PHASE I STUDIES"),
    ],
)
def test_real_old_files_give_their_text(corpus: Path, name: str, section: int, place: str, word: str) -> None:
    found = extract(corpus / "apache+poi" / name, name).sections[section]
    assert word in getattr(found, place)


def run_page(bounds: Sequence[int], step: int, settings: Sequence[bytes]) -> bytes:
    """A page of 512 bytes that says what was set for each range of a Word file."""
    page = bytearray(512)
    struct.pack_into(f"<{len(bounds)}I", page, 0, *bounds)
    for number, setting in enumerate(settings):
        at = 200 + 20 * number
        page[4 * len(bounds) + step * number] = at // 2 if setting else 0
        page[at : at + len(setting)] = setting
    page[511] = len(settings)
    return bytes(page)


def test_deleted_text_of_word_is_nowhere_and_its_headings_are_titles(tmp_path: Path) -> None:
    text = b"kept gone.\rHeading\rbody\rcell\x07\x07after\r"
    start = 0x400
    characters = run_page([start, start + 5, start + 9, start + len(text)], 1, [b"", b"\x03\x00\x08\x01", b""])
    ends = [at + 1 for at in range(len(text)) if text[at] in b"\r\x07"]
    plain, heading, row = b"\0\1\0\0", b"\0\1\1\0", b"\x03\0\0\x17\x24\1"
    paragraphs = run_page([start, *(start + end for end in ends)], 13, [plain, heading, plain, plain, row, plain])
    made = word_97(tmp_path / "a.doc", [text], runs=(characters, paragraphs))
    sections = extract(made, "a.doc").sections
    assert [(section.title, section.body) for section in sections] == [("", "kept ."), ("Heading", "body\ncell\nafter")]


RTF = rb"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset129 Batang;}}
{\info{\title zqtitle}{\author zqauthor}}{\colortbl;\red0;}{\*\generator Word}
\pard caf\'e9 \f1 \'cf\'f0\'e8\'e2\'e5\'f2\par\f2 \'b4\'eb\'c7\'d1\par
\u1178?\u-10179?\u-8704? {\field{\*\fldinst HYPERLINK "https://example.org/zqlink"}{\fldrslt shown}}\par
{\*\annotation zqcomment}{\footnote zqfoot}{\shp{\*\shpinst{\sp{\sn x}}{\shptxt zqbox}}{\shprslt twice}}
{\pict 0102}\{brace\}\emdash end}"""


def test_rich_text_is_read_font_by_font(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RTF.replace(b"\n", b"\r\n"))
    text = extract(tmp_path / "a.rtf", "a.rtf")
    body = text.sections[0].body
    for word in (
        "café",
        "Привет",
        "대한",
        "Қ😀",
        "https://example.org/zqlink shown",
        "zqcomment",
        "zqfoot",
        "zqbox",
        "{brace}—end",
    ):
        assert word in body
    for word in ("twice", "0102", "Arial", "Word", "zqtitle"):
        assert word not in body
    assert text.properties == {"title": "zqtitle", "author": "zqauthor"}


def test_headings_of_rich_text_are_titles(tmp_path: Path) -> None:
    styles = rb"{\stylesheet{\s0 Normal;}{\s7\b {\*\soutlvl}heading 2;}{\s8\outlinelevel0 Own;}}"
    body = rb"\pard first\par\pard\s7 By {name}\par\pard one\par\pard\s8 By level\par\pard\outlinelevel2 Direct\par\pard end"
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1\ansi" + styles + body + b"}")
    sections = extract(tmp_path / "a.rtf", "a.rtf").sections
    expected = [("", "first"), ("By name", "one"), ("By level", ""), ("Direct", "end")]
    assert [(section.title, section.body) for section in sections] == expected


def test_a_binary_presentation_gives_artful_letters_and_what_its_master_shows_even_after_a_damaged_edit(tmp_path: Path) -> None:
    def shape(words: bytes, placeholder: int | None = None) -> bytes:
        client = record(0x0BC3, struct.pack("<iBBH", 0, placeholder, 0, 0)) if placeholder else b""
        return record(0xF004, words + client, container=True)

    art = record(0xF00B, struct.pack("<HI", 0x80C0, 10) + "zqart".encode("utf-16-le"), instance=1)
    atom = record(0x03EF, struct.pack("<12xIIHH", 0x80000000, 0, 1, 0))
    master = record(0x03F8, shape(texts("zqown")) + shape(texts("zqfooter"), 9) + shape(texts("zqprompt"), 1), container=True)
    slide = record(0x03EE, atom + shape(art), container=True)
    lists = b"".join(
        record(0x0FF0, record(0x03F3, struct.pack("<IIIII", number, 0, 0, identity, 0)), instance=kind, container=True)
        for number, identity, kind in ((1, 0x80000000, 1), (2, 256, 0))
    )
    stream = master + slide + record(0x03E8, lists, container=True)
    stream += record(0x1772, struct.pack("<III", 2 << 20 | 1, 0, len(master)))
    current = record(0x0FF6, struct.pack("<III", 20, 0xE391C05F, len(stream)))
    made = write_ole(tmp_path / "a.ppt", {"PowerPoint Document": stream + b"\xff" * 40, "Current User": current})
    (section,) = extract(made, "a.ppt").sections
    assert section.body.splitlines() == ["zqart", "zqown", "zqfooter"]
