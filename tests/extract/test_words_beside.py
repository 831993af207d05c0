"""Words that stand beside the text: print headers, prompts, choices, forms, tooltips, bookmarks, artful letters.

In each format, a person would search for what an author wrote there, and never for what a program keeps for itself.
"""

import html
import struct
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.worksheet.datavalidation import DataValidation
from reportlab.pdfgen import canvas

from materials_cli.extract.formats import extract
from materials_cli.extract.printed import NUMBER, of_excel, telling
from materials_cli.model import Text
from support.ole_file import record, word_97, write_ole
from support.texts import words

SPACES = " ".join(
    f'xmlns:{name}="{space}"'
    for name, space in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "v": "urn:schemas-microsoft-com:vml",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    }.items()
)  # fmt: skip
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def test_a_workbook_gives_what_is_printed_once_prompts_choices_tooltips_and_links_of_formulas(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    first, second = made.active, made.create_sheet("zqsecond")
    for sheet in (first, second):
        sheet["A1"] = "cell"
        sheet.oddHeader.center.text, sheet.oddHeader.center.font = "zqheader && more", "Arial,Bold"
        sheet.oddFooter.left.text, sheet.evenFooter.right.text = "Page &P of &N", "zqfooter &D"
    first["A2"] = '=HYPERLINK("https://example.org/zqformula","x")'
    first["A3"] = "zqbroken\r\nzqline"
    first["A4"] = "cell"
    first["A4"].hyperlink = "https://example.org/zqlink"
    first["A4"].hyperlink.tooltip = "zqtooltip"
    rule = DataValidation(
        type="list", formula1='"zqone,zqtwo words"', promptTitle="zqtitle", prompt="zqprompt", error="zqerror"
    )
    rule.add("B1")
    second.add_data_validation(rule)
    made.save(tmp_path / "a.xlsx")
    text = extract(tmp_path / "a.xlsx", "a.xlsx")
    assert sorted(words(text)) == sorted(
        [
            "zqbroken",
            "zqline",
            "zqformula",
            "zqlink",
            "zqtooltip",
            "zqheader",
            "zqfooter",
            "zqsecond",
            "zqtitle",
            "zqprompt",
            "zqerror",
            "zqone",
            "zqtwo",
        ]
    )
    assert text.sections[0].body.endswith("zqheader & more\nzqfooter")
    assert "zqone, zqtwo words" in text.sections[1].body


@pytest.mark.parametrize(("code", "lines"), [
    ('&L&"Arial,Bold"&12Budget&C&K01+000Draft&RPage &P', ["Budget", "Draft"]), ("Страница &P из &N", []), ("&P / &N", []),
    ("UNDP &P", ["UNDP"]), ("&A&F&D&T", []), ("R&&D", ["R&D"]), ("&L&G&Rបើកចំហ &P", ["បើកចំហ"]), ("2024", ["2024"]), ("—", []),
])  # fmt: skip
def test_a_printed_line_that_only_numbers_pages_says_nothing(code: str, lines: list[str]) -> None:
    assert list(of_excel([code])) == lines


def test_the_same_printed_line_is_told_once() -> None:
    assert list(telling(["Report", "Report", f"Page {NUMBER}", f"Report {NUMBER}"])) == ["Report", "Report"]


def binary_sheet(*records: bytes) -> dict[str, bytes]:
    """A workbook of one sheet, with these records in it."""

    def plain(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin, end = plain(0x0809, struct.pack("<HH", 0x0600, 5)), plain(0x0A)
    listed = plain(0x85, struct.pack("<IBB", 0, 0, 0) + b"\2\0S1")
    listed = plain(0x85, struct.pack("<IBB", len(begin + listed + end), 0, 0) + b"\2\0S1")
    return {"Workbook": begin + listed + end + begin + b"".join(records) + end, "MBD0001": b"x"}


def drawn(number: int, content: str) -> bytes:
    """A shape with one property that is a text."""
    return record(0xF004, record(0xF00B, struct.pack("<HI", number | 0x8000, 2 * len(content)) + content.encode("utf-16-le"),
                                 instance=1), container=True)  # fmt: skip


def test_a_binary_workbook_gives_what_stands_beside_its_cells_and_counts_the_files_inside(tmp_path: Path) -> None:
    literal = b"\x17\x0b\1" + "zqone\0zqtwo".encode("utf-16-le")
    rule = struct.pack("<I", 3) + b"".join(map(wide, ("zqtitle", "\0", "zqprompt", "\0")))
    validation = rule + struct.pack("<HH", len(literal), 0) + literal
    art = drawn(0x00C0, "zqart")
    records = (
        (0x14, wide("&LZq &P zqheader")), (0x15, b"\0\0"), (0x01BE, validation), (0x01BE, validation[:22]), (0xEC, art[:9]),
        (0xEC, art[9:]), (0x0800, bytes(10) + "zqtooltip\0".encode("utf-16-le")),
        (0x0204, struct.pack("<HHH", 0, 0, 0) + wide("zqcell")),
    )  # fmt: skip
    made = write_ole(tmp_path / "a.xls", binary_sheet(*(struct.pack("<HH", kind, len(each)) + each for kind, each in records)))
    text = extract(made, "a.xls")
    assert sorted(words(text)) == [
        "zqart",
        "zqcell",
        "zqheader",
        "zqone",
        "zqprompt",
        "zqtitle",
        "zqtooltip",
        "zqtwo",
    ]
    assert str(text.note) == "Embedded files (1) are not read."


def test_packages_of_true_visio_and_of_the_first_openoffice_are_known(tmp_path: Path) -> None:
    relation = '<Relationships><Relationship Id="a" Type="http://x/relationships/{0}" Target="{1}"/></Relationships>'
    with zipfile.ZipFile(tmp_path / "a.vsdx", "w") as made:
        made.writestr("_rels/.rels", relation.format("document", "visio/document.xml"))
        made.writestr("visio/document.xml", "<VisioDocument/>")
        made.writestr("visio/_rels/document.xml.rels", relation.format("pages", "pages.xml"))
        made.writestr(
            "visio/pages.xml", "<Pages xmlns:r='http://x/relationships'><Page Name='zqpage'><Rel r:id='a'/></Page></Pages>"
        )
        made.writestr("visio/_rels/pages.xml.rels", relation.format("page", "page.xml"))
        made.writestr("visio/page.xml", "<PageContents><Text>zqshape</Text></PageContents>")
    assert words(extract(tmp_path / "a.vsdx", "a.vsdx")) == ["zqpage", "zqshape"]
    table = "<t:table t:name='zqsheet'><t:table-row><t:table-cell><p>zqcell</p></t:table-cell></t:table-row></t:table>"
    with zipfile.ZipFile(tmp_path / "a.sxc", "w") as made:
        listed = "<manifest><file-entry full-path='/' media-type='application/vnd.sun.xml.calc'/></manifest>"
        made.writestr("META-INF/manifest.xml", listed)
        made.writestr(
            "content.xml",
            f"<document-content xmlns:t='http://openoffice.org/2000/table'><body>{table}</body></document-content>",
        )
    assert words(extract(tmp_path / "a.sxc", "a.sxc")) == ["zqsheet", "zqcell"]


def test_a_word_document_gives_choices_help_captions_and_what_stands_in_its_headers(tmp_path: Path) -> None:
    made = docx.Document()
    choices = '<w:listItem w:displayText="zqfirst" w:value="zqvalue"/><w:listItem w:value="1" w:displayText="zqsecond"/>'
    body = (
        f"<w:sdt><w:sdtPr><w:dropDownList>{choices}</w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>zqchosen</w:t></w:r>"
        f"</w:sdtContent></w:sdt>"
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:helpText w:type="text" w:val="zqhelp"/>'
        '<w:statusText w:type="autoText" w:val="zqauto"/>'
        '<w:ddList><w:listEntry w:val="zqentry"/></w:ddList></w:ffData></w:fldChar></w:r>'
        '<w:hyperlink w:anchor="x" w:tooltip="zqtooltip"><w:r><w:t xml:space="preserve"> zqlinked</w:t></w:r></w:hyperlink>'
    )
    made.element.body.insert(0, parse_xml(f"<w:p {SPACES}>{body}</w:p>"))
    made.add_table(1, 1)._tbl.tblPr.append(parse_xml(f'<w:tblCaption {SPACES} w:val="zqcaption"/>'))
    header = made.sections[0].header
    link = header.part.relate_to("https://example.org/zqlink", HYPERLINK, is_external=True)
    shown = (
        '<w:r><w:pict><v:shape alt="zqalt of the logo"><v:textpath string="zqwatermark"/></v:shape></w:pict></w:r>'
        f'<w:r><w:drawing><wp:docPr id="1" name="x" descr="zqdescribed"/></w:drawing></w:r><w:hyperlink r:id="{link}"/>'
    )
    header._element.append(parse_xml(f"<w:p {SPACES}>{shown}</w:p>"))
    made.save(str(tmp_path / "a.docx"))
    assert set(words(extract(tmp_path / "a.docx", "a.docx"))) == {
        "zqfirst",
        "zqsecond",
        "zqchosen",
        "zqhelp",
        "zqentry",
        "zqtooltip",
        "zqlinked",
        "zqcaption",
        "zqlink",
        "zqalt",
        "zqwatermark",
        "zqdescribed",
    }


def test_a_binary_document_gives_watermarks_alternative_texts_choices_and_help(tmp_path: Path) -> None:
    made = word_97(tmp_path / "a.doc", ["text\r"],
                   drawings=record(0xF000, b"", container=True) + b"\0" + drawn(0x00C0, "zqwatermark"),
                   data=piece(drawn(0x0381, "zqalt of a river")) + piece(field("zqhelp", "zqfirst", "zqsecond")))  # fmt: skip
    assert words(extract(made, "a.doc")) == ["zqwatermark", "zqalt", "zqhelp", "zqfirst", "zqsecond"]


def piece(content: bytes) -> bytes:
    """What Word keeps in its stream of data for a picture or a field."""
    return struct.pack("<IHH", 0x44 + len(content), 0x44, 0x64).ljust(0x44, b"\0") + content


def field(helping: str, *offered: str) -> bytes:
    """A drop-down field."""

    def text(words: str) -> bytes:
        return struct.pack("<H", len(words)) + words.encode("utf-16-le")

    head = b"\xff\xff\xff\xff\x02" + bytes(5) + text("name") + b"\0\0" + b"\0\0" + text("") + b"\0\0"
    beside = b"".join(text(each) + b"\0\0" for each in (helping, "", "", ""))
    return head + beside + struct.pack("<HHH", 0xFFFF, len(offered), 0) + b"".join(map(text, offered))


def test_rich_text_gives_choices_help_watermarks_and_the_results_of_objects_and_skips_bytes(tmp_path: Path) -> None:
    content = (
        rb"{\rtf1\ansi zqtext \\bin9 zqpath {\pict\bin6 }}}zqx} {\upr{zqansi}{\*\ud{zqunicode}}} {\xe zqindex}"
        rb"{\field{\*\fldinst{FORMDROPDOWN {\*\formfield{\*\ffname zqname}{\*\ffhelptext zqhelp}{\*\ffl zqfirst}"
        rb"{\*\ffl zqother}}}}"
        rb"{\fldrslt zqchosen}}"
        rb"{\object\objemb{\*\objdata 0102}{\result zqresult}}"
        rb"{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv zqwatermark}}{\sp{\sn fillColor}{\sv zqcolour}}}}\par}"
    )
    (tmp_path / "a.rtf").write_bytes(content)
    text = extract(tmp_path / "a.rtf", "a.rtf")
    assert words(text) == [
        "zqtext",
        "zqpath",
        "zqunicode",
        "zqchosen",
        "zqresult",
        "zqhelp",
        "zqfirst",
        "zqother",
        "zqwatermark",
    ]
    assert str(text.note) == "Embedded files (1) are not read."


def test_a_web_page_gives_its_fields_tooltips_and_what_is_shown_without_scripts(tmp_path: Path) -> None:
    page = (
        "<head><noscript>zqhead</noscript><link title=zqfeed></head>"
        "<body><noscript>zqnoscript</noscript><input value=zqvalue placeholder=zqplace>"
        "<input type=hidden value=zqhidden><input type=password value=zqsecret><input type=checkbox value=zqbox><textarea>"
        "zqarea</textarea>"
        "<select><optgroup label=zqgroup><option value=zqcode>zqoption</select><datalist><option value=zqdata></datalist>"
        "<abbr title='zqexpansion'>A</abbr><area alt='zqarea of the map'><img src=x alt='zqalt of it' title='zqalt of it'>"
        f"<span title='ctx_ver={'zq' * 30}'></span><iframe srcdoc='&lt;p&gt;zqframe'></iframe><template>"
        f"zqtemplate</template></body>"
    )
    (tmp_path / "a.html").write_text(page)
    assert sorted(words(extract(tmp_path / "a.html", "a.html"))) == sorted(
        [
            "zqnoscript",
            "zqarea",
            "zqoption",
            "zqvalue",
            "zqplace",
            "zqgroup",
            "zqdata",
            "zqexpansion",
            "zqarea",
            "zqalt",
            "zqframe",
        ]
    )


def test_a_message_gives_what_only_its_invitation_says_and_names_files_that_are_not_attached(tmp_path: Path) -> None:
    lines = (
        "BEGIN:VEVENT", "UID:zquid", "SUMMARY:zqsubject",
        "LOCATION;LANGUAGE=en:zqroom\\, Tash", " kent",
        'DESCRIPTION;ALTREP="cid:zqpart@example.org":zqbody\\nzqagenda',
        "END:VEVENT",
    )  # fmt: skip
    invitation = "\n".join(lines)
    parts = (
        ("text/plain", "zqbody"), ("text/calendar", invitation), ("application/pdf; name=zqplan.pdf", "x"),
        ("image/png; name=zqpicture.png", "x"), ("text/html", ""),
        ("message/rfc822; name=zqinner.eml", "Subject: zqinside\n\nzqtext"),
    )  # fmt: skip
    body = "".join(f"--A\nContent-Type: {kind}\n\n{content}\n" for kind, content in parts)
    (tmp_path / "a.eml").write_text(f"Subject: zqsubject\nContent-Type: multipart/mixed; boundary=A\n\n{body}--A--\n")
    text = extract(tmp_path / "a.eml", "a.eml")
    assert words(text) == ["zqsubject", "zqinside", "zqbody", "zqtext", "zqroom", "zqbody", "zqagenda", "zqplan"]
    assert "zqroom, Tashkent" in text.sections[0].body
    assert str(text.note) == "Embedded files (1) are not read."


def test_a_book_gives_the_names_of_its_chapters_and_what_it_says_of_itself(tmp_path: Path) -> None:
    contents = (
        "<html xmlns:e='http://x/ops'><nav e:type='toc'><a href='text/1.xhtml'><img/></a>"
        "<a href='text/1.xhtml'>zqchapter</a><a href='text/1.xhtml#b'>"
        "zqplace</a></nav>"
        "<nav e:type='landmarks'><a href='text/1.xhtml'>zqlandmark</a></nav></html>"
    )
    listed = (
        "<item href='nav.xhtml' properties='nav'/><item href='toc.ncx' media-type='application/x-dtbncx+xml'/>"
        "<item id='a' href='text/1.xhtml'/><item id='b' href='2.xhtml'/>"
    )
    stated = "<d:title>Silk roads</d:title><d:creator>Aigul</d:creator>"
    stated = f"<metadata xmlns:d='http://purl.org/dc/elements/1.1/'>{stated}</metadata>"
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", "<container><rootfile full-path='O/b.opf'/></container>")
        book.writestr(
            "O/b.opf",
            f"<package>{stated}<manifest>{listed}</manifest><spine><itemref idref='a'/><itemref idref='b'/></spine></package>",
        )
        book.writestr("O/nav.xhtml", contents)
        book.writestr(
            "O/toc.ncx", "<ncx><navPoint><navLabel><text>zqold</text></navLabel><content src='2.xhtml'/></navPoint></ncx>"
        )
        book.writestr(
            "O/text/1.xhtml", "<html><head><title>Silk roads</title></head><body><img alt='zqalt of it'/></body></html>"
        )
        book.writestr("O/2.xhtml", "<html><body>zqtext</body></html>")
    text = extract(tmp_path / "a.epub", "a.epub")
    assert [(each.title, each.body) for each in text.sections] == [
        ("zqchapter", "Silk roads\nzqplace\nzqalt of it"),
        ("zqold", "zqtext"),
    ]
    assert (text.properties["title"], text.properties["author"]) == ("Silk roads", "Aigul")


def test_a_pdf_gives_its_bookmarks_fields_and_choices_and_a_picture_of_a_page_stays_without_text(tmp_path: Path) -> None:
    drawn_on = canvas.Canvas(str(tmp_path / "a.pdf"))
    drawn_on.drawString(50, 780, "zqpage one")
    for name, title in (("a", "zqbookmark of it"), ("b", "zqpage one"), ("c", "Page 1")):
        drawn_on.bookmarkPage(name)
        drawn_on.addOutlineEntry(title, name)
    drawn_on.acroForm.textfield(name="t", value="zqtyped", tooltip="zqtooltip", x=50, y=700)
    drawn_on.acroForm.choice(name="c", value="zqsecond", options=["zqfirst", "zqsecond"], tooltip="zq_field_1", x=50, y=600)
    drawn_on.acroForm.checkbox(name="b", checked=True, tooltip="zqagree", x=50, y=500)
    drawn_on.showPage()
    drawn_on.bookmarkPage("d")
    drawn_on.addOutlineEntry("zqscanned page", "d")
    drawn_on.showPage()
    drawn_on.save()
    text = extract(tmp_path / "a.pdf", "a.pdf")
    assert text.sections[0].body.splitlines() == [
        "zqtyped",
        "zqtooltip",
        "zqsecond",
        "zqfirst, zqsecond",
        "zqagree",
        "zqbookmark of it",
    ]
    assert str(text.note) == "1 of 2 pages has no text."


def test_pages_inside_pages_are_read_and_those_too_deep_are_told(tmp_path: Path) -> None:
    def nested(depth: int) -> Text:
        page = "<p>zqinnermost</p>"
        for level in range(depth):
            page = f'<p>zq{level}</p><iframe srcdoc="{html.escape(page)}"></iframe>'
        (tmp_path / "a.html").write_text(f"<body>zqouter{page}", "utf-8")
        return extract(tmp_path / "a.html", "a.html")

    deep = nested(20)
    assert set(words(deep)) == {"zqouter", "zqinnermost", *(f"zq{level}" for level in range(20))}
    assert deep.note is None
    deeper = nested(300)
    assert {"zqouter", "zq299"} <= set(words(deeper))
    assert "innermost" in str(deeper.note)
    page = '<meta charset=utf-8><body>a<iframe srcdoc="<meta charset=windows-1251><p>слово"></iframe>'
    (tmp_path / "b.html").write_text(page, "utf-8")
    assert extract(tmp_path / "b.html", "b.html").sections[0].body == "a\nслово"
