"""OpenDocument slides, texts and sheets, with their other texts. The XML is written here, as LibreOffice writes it."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from materials_cli.extract.formats import extract

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in {
        "office": "office", "text": "text", "draw": "drawing", "presentation": "presentation", "style": "style",
        "table": "table", "meta": "meta", "chart": "chart", "svg": "svg-compatible",
    }.items()
)  # fmt: skip
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
META = (
    f"<office:document-meta {SPACES}><office:meta><dc:title>zqdoctitle</dc:title><dc:creator>zqauthor</dc:creator>"
    "<meta:keyword>zqkeyword</meta:keyword><dc:language>kk</dc:language></office:meta></office:document-meta>"
)
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
CHART = (
    f"<office:document-content {SPACES}><chart:chart><chart:title><text:p>zqcharttitle</text:p></chart:title>"
    "<table:table><table:table-row><table:table-cell><text:p>zqcategory</text:p></table:table-cell>"
    "<table:table-cell><text:p>12.5</text:p></table:table-cell></table:table-row></table:table></chart:chart>"
    "</office:document-content>"
)


def package(path: Path, kind: str, body: str, styles: str = "", parts: Mapping[str, str] | None = None) -> Path:
    content = f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
    content += f"<office:body>{body}</office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        made.writestr("content.xml", content)
        made.writestr("meta.xml", META)
        made.writestr("META-INF/manifest.xml", MANIFEST)
        for name, part in (parts or {}).items():
            made.writestr(name, part)
    return path


def test_a_presentation_gives_titles_notes_hidden_slides_and_other_texts(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="dp1" style:family="drawing-page"><style:drawing-page-properties/></style:style>'
        '<style:style style:name="dp2" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    first = (
        '<draw:page draw:style-name="dp1" presentation:use-footer-name="ftr1">'
        '<draw:frame presentation:class="title"><draw:text-box><text:p>zq<text:span>title</text:span></text:p></draw:text-box>'
        "</draw:frame><draw:g><draw:g><draw:custom-shape><text:p>zqgroup<text:s text:c='2'/>x<text:tab/>y</text:p>"
        "</draw:custom-shape></draw:g></draw:g>"
        "<draw:frame><table:table><table:table-row><table:table-cell><text:p>zqcell</text:p></table:table-cell></table:table-row>"
        "</table:table></draw:frame><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame>"
        "<draw:frame><draw:image xlink:href='Pictures/1.png'/><svg:title>picture.png</svg:title>"
        "<svg:desc>zqalttext of a river</svg:desc></draw:frame>"
        "<draw:frame><draw:text-box><text:p><text:a xlink:href='https://example.org/zqlink'>zqlinked</text:a></text:p>"
        "</draw:text-box></draw:frame><office:annotation><dc:creator>A</dc:creator><text:p>zqcomment</text:p></office:annotation>"
        "<presentation:notes><draw:frame><draw:text-box><text:p>zqnotes</text:p></draw:text-box></draw:frame></presentation:notes>"
        "</draw:page>"
    )
    footer = '<presentation:footer-decl presentation:name="ftr1">zqfooter</presentation:footer-decl>'
    second = '<draw:page draw:style-name="dp2"/>'
    made = package(
        tmp_path / "a.odp", "presentation", f"<office:presentation>{footer}{first}{second}</office:presentation>", styles,
        {"Object 1/content.xml": CHART},
    )  # fmt: skip
    text = extract(made, "a.odp")
    shown, hidden = text.sections
    assert (shown.title, shown.notes, shown.hidden, hidden.hidden) == ("zqtitle", "zqnotes", False, True)
    assert shown.body.splitlines() == [
        "zqgroup  x\ty", "zqcell", "zqlinked", "zqcomment", "zqcharttitle", "zqcategory", "zqalttext of a river",
        "https://example.org/zqlink", "zqfooter",
    ]  # fmt: skip
    assert text.properties == {"title": "zqdoctitle", "author": "zqauthor", "keywords": "zqkeyword", "language": "kk"}


def test_a_text_has_sections_by_heading_with_notes_and_headers(tmp_path: Path) -> None:
    body = (
        "<office:text><text:h>zqheading</text:h><text:p>zqparagraph<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>zqfootnote</text:p></text:note-body></text:note></text:p>"
        "<text:h>zqsecond</text:h><text:p>one<text:line-break/>two</text:p></office:text>"
    )
    styles = (
        f"<office:document-styles {SPACES}><style:master-page><style:header><text:p>zqheader</text:p></style:header>"
        "</style:master-page></office:document-styles>"
    )
    text = extract(package(tmp_path / "a.odt", "text", body, parts={"styles.xml": styles}), "a.odt")
    assert [(s.title, s.body) for s in text.sections] == [
        ("zqheading", "zqparagraph\nzqfootnote"),
        ("zqsecond", "one\ntwo\nzqheader"),
    ]


def test_a_spreadsheet_gives_cells_and_comments(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>zqcomment</text:p></office:annotation>'
        "<text:p>zqcell</text:p></table:table-cell>"
    )
    rows = f'<table:table table:name="zqsheet"><table:table-row>{cell}</table:table-row></table:table>'
    made = package(tmp_path / "a.ods", "spreadsheet", f"<office:spreadsheet>{rows}</office:spreadsheet>")
    (sheet,) = extract(made, "a.ods").sections
    assert sheet.title == "zqsheet"
    assert "zqcell" in sheet.body
    assert sheet.body.count("zqcomment") >= 1
