"""OpenDocument slides, texts and sheets, with their other texts."""

from pathlib import Path

import pytest

from materials_cli.extract.formats import extract
from support.open_document import SPACES, open_document
from support.texts import words

CHART = (
    f"<office:document-content {SPACES}><chart:chart><chart:title><text:p>zqcharttitle</text:p></chart:title>"
    "<table:table><table:table-row><table:table-cell><text:p>zqcategory</text:p></table:table-cell>"
    "<table:table-cell><text:p>12.5</text:p></table:table-cell></table:table-row></table:table></chart:chart>"
    "</office:document-content>"
)


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
        "<draw:frame><table:table><table:table-row><table:table-cell><text:p>zqcell</text:p></table:table-cell>"
        "</table:table-row>"
        "</table:table></draw:frame><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame>"
        "<draw:frame><draw:image xlink:href='Pictures/1.png'/><svg:title>picture.png</svg:title>"
        "<svg:desc>zqalttext of a river</svg:desc></draw:frame>"
        "<draw:frame><draw:text-box><text:p><text:a xlink:href='https://example.org/zqlink'>zqlinked</text:a></text:p>"
        "</draw:text-box></draw:frame><office:annotation><dc:creator>A</dc:creator><text:p>zqcomment</text:p>"
        "</office:annotation>"
        "<presentation:notes><draw:frame><draw:text-box><text:p>zqnotes</text:p></draw:text-box></draw:frame>"
        "</presentation:notes>"
        "</draw:page>"
    )
    footer = '<presentation:footer-decl presentation:name="ftr1">zqfooter</presentation:footer-decl>'
    second = '<draw:page draw:style-name="dp2"/>'
    made = open_document(
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
    text = extract(open_document(tmp_path / "a.odt", "text", body, parts={"styles.xml": styles}), "a.odt")
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
    made = open_document(tmp_path / "a.ods", "spreadsheet", f"<office:spreadsheet>{rows}</office:spreadsheet>")
    (sheet,) = extract(made, "a.ods").sections
    assert sheet.title == "zqsheet"
    assert "zqcell" in sheet.body
    assert sheet.body.count("zqcomment") >= 1


def test_open_sheets_give_what_is_printed_prompts_choices_forms_and_every_shape(tmp_path: Path) -> None:
    form = (
        "<office:forms><form:form form:name='zqname'><form:listbox><form:option form:label='zqoption' form:value='zqvalue'/>"
        "</form:listbox><form:textarea form:current-value='zqfilled'/></form:form></office:forms>"
    )
    rules = (
        "<table:content-validations><table:content-validation table:name='v'"
        " table:condition='of:cell-content-is-in-list(&quot;zqone&quot;;&quot;zqtwo&quot;)'>"
        "<table:help-message table:title='zqhelp'>"
        "<text:p>zqmore</text:p></table:help-message></table:content-validation></table:content-validations>"
    )
    sheet = (
        f"<table:table table:name='S' table:style-name='ta'>{form}<table:shapes><draw:caption><text:p>zqcaption</text:p>"
        "</draw:caption></table:shapes><table:table-row><table:table-cell table:content-validation-name='v'><text:p>"
        "zqcell</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    fields = "<text:page-number>1</text:page-number><text:sheet-name>???</text:sheet-name>"
    header = f"<style:{{0}}><text:p>{{1}} {fields}</text:p></style:{{0}}>"
    masters = (
        f"<style:master-page style:name='M'>{header.format('header', 'zqheader')}{header.format('footer', 'Page')}"
        "<style:header-left style:display='false'><text:p>zqoff</text:p></style:header-left></style:master-page>"
        f"<style:master-page style:name='N'>{header.format('header', 'zqunused')}</style:master-page>"
    )
    made = open_document(
        tmp_path / "a.ods", "spreadsheet", f"<office:spreadsheet>{rules}{sheet}</office:spreadsheet>", masters=masters,
        styles="<style:style style:name='ta' style:family='table' style:master-page-name='M'/>",
    )  # fmt: skip
    (section,) = extract(made, "a.ods").sections
    assert section.body.splitlines() == [
        "zqcell",
        "zqcaption",
        "zqoption",
        "zqfilled",
        "zqhelp",
        "zqmore",
        "zqone, zqtwo",
        "zqheader",
    ]


def test_an_open_text_gives_hidden_and_conditional_text_choices_formulas_and_what_its_headers_show(tmp_path: Path) -> None:
    field = "<text:{0} {1}>{2}</text:{0}> "
    body = (
        field.format("hidden-text", "text:string-value='zqhidden'", "")
        + field.format("conditional-text", "text:string-value-if-true='zqshown' text:string-value-if-false='zqelse'", "zqshown")
        + field.format("drop-down", "", "<text:label text:value='zqfirst'/><text:label text:value='zqsecond'/>zqsecond")
        + field.format("text-input", "text:description='zqask'", "zqanswer")
        + "<draw:frame><draw:object><math><mrow><mi>zqformula</mi></mrow><annotation>zqcode</annotation></math></draw:object>"
        "<draw:object-ole/></draw:frame>"
    )
    masters = (
        "<style:master-page><style:header><text:p>zqheader<draw:frame><svg:desc>zqalt of the logo</svg:desc></draw:frame>"
        "</text:p>"
        "</style:header></style:master-page>"
    )
    text = extract(
        open_document(tmp_path / "a.odt", "text", f"<office:text><text:p>{body}</text:p></office:text>", masters=masters),
        "a.odt",
    )
    assert set(words(text)) == {
        "zqhidden",
        "zqshown",
        "zqelse",
        "zqfirst",
        "zqsecond",
        "zqask",
        "zqanswer",
        "zqformula",
        "zqheader",
        "zqalt",
    }
    assert str(text.note) == "Embedded files (1) are not read."


def test_what_was_deleted_in_its_place_is_nowhere(tmp_path: Path) -> None:
    regions = "".join(
        f"<text:changed-region text:id='{name}'><text:{kind}/></text:changed-region>"
        for name, kind in (("a", "deletion"), ("b", "insertion"))
    )
    marked = "".join(
        f"<text:change-start text:change-id='{name}'/><text:span>zq{name}</text:span>zqtail{name}"
        f"<text:change-end text:change-id='{name}'/>zqafter{name}"
        for name in "ab"
    )
    body = f"<office:text><text:tracked-changes>{regions}</text:tracked-changes><text:p>{marked}</text:p></office:text>"
    text = extract(open_document(tmp_path / "a.odt", "text", body), "a.odt")
    assert text.sections[0].body == "zqafterazqbzqtailbzqafterb"


def test_an_open_presentation_gives_each_text_that_is_declared_or_typed_once_for_all_slides(tmp_path: Path) -> None:
    declared = "".join(
        f"<presentation:{kind}-decl presentation:name='x'>zq{kind}</presentation:{kind}-decl>"
        for kind in ("footer", "header", "date-time")
    )
    own = "<draw:frame><text:p>zqown</text:p></draw:frame>"
    page = f"<draw:page draw:master-page-name='M' presentation:use-footer-name='x'>{own}</draw:page>"
    frame = "<draw:frame presentation:class='{}'><text:p>{}</text:p></draw:frame>"
    masters = (
        f"<style:master-page style:name='M'>{frame.format('footer', 'zqtyped')}{frame.format('title', 'zqprompt')}"
        f"{frame.format('page-number', 'zqnumber')}</style:master-page>"
    )
    made = open_document(
        tmp_path / "a.odp", "presentation", f"<office:presentation>{declared}{page * 2}</office:presentation>", masters=masters
    )
    first, second = extract(made, "a.odp").sections
    assert sorted(first.body.split()) == ["zqdate-time", "zqfooter", "zqheader", "zqown", "zqtyped"]
    assert second.body == "zqown"


def test_the_number_of_a_page_is_no_note_and_what_was_deleted_apart_is_nowhere(tmp_path: Path) -> None:
    number = "<text:p><text:page-number>&lt;number&gt;</text:page-number></text:p>"
    page = f"<draw:page><presentation:notes><draw:frame>{number}</draw:frame></presentation:notes></draw:page>"
    (slide,) = extract(
        open_document(tmp_path / "a.odp", "presentation", f"<office:presentation>{page}</office:presentation>"), "a.odp"
    ).sections
    assert slide.notes == ""
    deleted = "<text:changed-region text:id='c'><text:deletion><text:p>zqgone</text:p></text:deletion></text:changed-region>"
    body = f"<text:tracked-changes>{deleted}</text:tracked-changes><text:p>zqkept<text:change text:change-id='c'/></text:p>"
    assert words(extract(open_document(tmp_path / "a.odt", "text", f"<office:text>{body}</office:text>"), "a.odt")) == [
        "zqkept"
    ]


@pytest.mark.parametrize("place", ["./Object 1", "Object 1/", "Object 1"])
def test_a_chart_is_read_however_a_program_names_its_place(tmp_path: Path, place: str) -> None:
    body = f"<office:text><text:p><draw:frame><draw:object xlink:href='{place}'/></draw:frame></text:p></office:text>"
    made = open_document(tmp_path / "a.odt", "text", body, parts={"Object 1/content.xml": CHART})
    assert words(extract(made, "a.odt")) == ["zqcharttitle", "zqcategory"]


def test_footers_that_no_page_uses_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    texts = [f"zqfooter{number}" for number in range(12)]
    declared = "".join(
        f'<presentation:footer-decl presentation:name="{text}">{text}</presentation:footer-decl>' for text in texts
    )
    page = f"<office:presentation>{declared}<draw:page><text:p>zqbody</text:p></draw:page></office:presentation>"
    made = open_document(tmp_path / "a.odp", "presentation", page)
    assert words(extract(made, "a.odp")) == ["zqbody", *texts]
