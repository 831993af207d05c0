"""The formats of agendas: each says the same, and what is none is refused."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.agenda.clock import timed
from materials_cli.agenda.formats import read_agenda, read_pasted
from materials_cli.agenda.kept import file_of, keep, kept
from materials_cli.agenda.slots import Agenda, Slot, Speaker
from materials_cli.describe.countries import country_code
from materials_cli.errors import Code, MaterialsError
from materials_cli.store.mirror import Store

DAY = dt.date(2025, 6, 23)
ROWS = [
    ["Time", "Topic", "Speaker", "Organisation", "Country"],
    ["09:30", "Session 1: Data exchange", "", "", ""],
    ["09:40", "X-Road in practice", "Ms. Anna Bell", "Ministry of Finance", "Georgia"],
    ["10:10", "Coffee break", "", "", ""],
    ["10:30", "Open data", "Omar Diaz; Lee Hana", "Statistics Agency", "Korea"],
]
EXPECTED = [
    ("X-Road in practice", "09:40", ("Anna Bell",), "Georgia"),
    ("Open data", "10:30", ("Omar Diaz", "Lee Hana"), "Korea"),
]


def told(agenda: Agenda) -> list[tuple[str, str, tuple[str, ...], str]]:
    talks = [slot for slot in agenda.slots if slot.speakers]
    return [(slot.title, slot.start, tuple(one.name for one in slot.speakers), slot.speakers[0].country) for slot in talks]


def test_csv_with_any_delimiter_and_in_any_encoding_of_its_country(tmp_path: Path) -> None:
    for number, (delimiter, encoding) in enumerate([(",", "utf-8-sig"), (";", "utf-16"), ("\t", "utf-8")]):
        file = tmp_path / f"{number}.csv"
        text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in [["23 June 2025", *[""] * 4], *ROWS])
        file.write_text(text, encoding=encoding)
        agenda = read_agenda(file)
        assert told(agenda) == EXPECTED
        assert {slot.day for slot in agenda.slots} == {DAY}


def test_a_workbook_with_times_as_excel_keeps_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([dt.datetime(2025, 6, 23)])  # noqa: DTZ001 - a cell has no zone
    for row in ROWS:
        time = dt.time.fromisoformat(row[0]) if row[0][0].isdigit() else row[0]
        sheet.append([time, *(cell or None for cell in row[1:])])
    book.save(tmp_path / "agenda.xlsx")
    assert told(read_agenda(tmp_path / "agenda.xlsx")) == EXPECTED


def test_a_table_in_word_below_a_line_that_states_the_day(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Day 1: 23 June 2025")
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for cells, row in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "agenda.docx"))
    agenda = read_agenda(tmp_path / "agenda.docx")
    assert told(agenda) == EXPECTED
    assert {(slot.day, slot.day_number) for slot in agenda.slots} == {(DAY, 1)}


def _controlled(document: Any) -> None:
    """Put the table, a row, a cell, a paragraph of a cell and the heading in content controls, as templates of Word do."""
    table = document.tables[0]
    wrapped = [
        table.rows[1]._tr,
        table.cell(2, 2)._tc,
        table.cell(4, 1).paragraphs[0]._p,
        table._tbl,
        document.paragraphs[0]._p,
    ]
    for node in wrapped:
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        node.addprevious(control)
        control.append(content)
        content.append(node)


def test_a_form_of_word_with_content_controls_is_read_as_any_table(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Day 1: 23 June 2025")
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for number, row in enumerate(ROWS):
        for place, text in enumerate(row):
            table.cell(number, place).text = text
    _controlled(document)
    document.save(str(tmp_path / "agenda.docx"))
    agenda = read_agenda(tmp_path / "agenda.docx")
    assert told(agenda) == EXPECTED
    assert {(slot.day, slot.day_number) for slot in agenda.slots} == {(DAY, 1)}


def _opendocument(rows: Sequence[Sequence[str]]) -> bytes:
    """An .ods with these rows: times by value, repeated empty cells, a hidden sheet."""
    office, table, text = (f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))

    def cell(shown: str) -> str:
        if not shown:
            return '<table:table-cell table:number-columns-repeated="1"/>'
        hour, colon, minute = shown.partition(":")
        value = f' office:value-type="time" office:time-value="PT{hour}H{minute}M00S"' if colon and hour.isdigit() else ""
        return f"<table:table-cell{value}><text:p>{'at ' * bool(value)}{shown}</text:p></table:table-cell>"

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    sheet = f'<table:table table:name="Day 1: 23 June 2025">{lines}{empty}</table:table>'
    content = f"<office:document-content {office} {table} {text}><office:body><office:spreadsheet>{sheet}"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f"{content}</office:spreadsheet></office:body></office:document-content>")
    return made.getvalue()


def test_a_sheet_of_opendocument_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "agenda.ods").write_bytes(_opendocument(ROWS))
    agenda = read_agenda(tmp_path / "agenda.ods")
    assert told(agenda) == EXPECTED
    assert {(slot.day, slot.day_number) for slot in agenda.slots} == {(DAY, 1)}


def test_a_word_document_without_a_table_is_read_by_its_lines(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("10:00 – 11:00 Session 2: Open data", "Speaker: Anna Bell, Ministry of Finance, Georgia"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    assert read_agenda(tmp_path / "a.docx").slots == (
        Slot("Open data", "2", start="10:00", speakers=(Speaker("Anna Bell", "Ministry of Finance", "Georgia"),)),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 \0\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\r",
        b"PK\x03\x04broken",
        b"Dear colleagues,\nsee you soon.\n",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
    ],
)
def test_what_is_no_agenda_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "agenda"
    file.write_bytes(content)
    with pytest.raises(MaterialsError) as caught:
        read_agenda(file)
    assert caught.value.code is Code.BAD_AGENDA
    assert str(file) in str(caught.value.where)


def test_what_is_pasted_without_an_end_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "endless").open("w+b") as pasted:
        pasted.truncate(1 << 26)
        with pytest.raises(MaterialsError) as refused:
            read_pasted(pasted)
        assert pasted.tell() < 1 << 25
    assert refused.value.code is Code.BAD_AGENDA


def test_external_entities_of_a_schedule_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    entity = f'<!DOCTYPE s [<!ENTITY x SYSTEM "{tmp_path}/secret">]>'
    text = f"{entity}<schedule><day><room><event><title>A &x; talk</title></event></room></day></schedule>"
    (tmp_path / "s.xml").write_text(text)
    assert all("SECRET" not in slot.title for slot in read_agenda(tmp_path / "s.xml").slots)


def _far_cell() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Time"
    book.active["XFD1048576"] = "far"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


RECURRING = b"""BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20250101T100000Z\r\nSUMMARY:A talk\r
RRULE:FREQ=SECONDLY;COUNT=1000000000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""
LAUGHS = b"""<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<schedule><day><room><event><title>&c;&c;&c;</title></event></room></day></schedule>"""


@pytest.mark.parametrize(
    "content",
    [
        b"10:00 Talk\n- Anna Bell, Georgia\n" * 50_000,
        b"Time;Title;Speaker\n" + b"10:00;Talk;Anna Bell\n" * 400_000,
        b"Time;Title;Speaker\n10:00;" + b"x" * 200_000,
        *(
            b"10:00 Talk\n" + line * 100_000
            for line in (b"a: ", b"A - ", b"- x (", b"Ab. ", b"1 ", b"*_", b"Session ", b"10 - ")
        ),
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 50_000,
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        LAUGHS,
        b"<schedule>" + b"<day>" * 10_000,
        _far_cell(),
    ],
    ids=lambda content: content[:10].decode("latin-1"),  # the bytes of a zip that follow tell the time
)
def test_a_hostile_file_costs_little_and_is_no_agenda(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "agenda"
    file.write_bytes(content)
    with suppress(MaterialsError):
        assert len(read_agenda(file).slots) <= 2


def test_an_event_that_recurs_is_one_entry(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_bytes(RECURRING)
    assert [slot.title for slot in read_agenda(tmp_path / "a.ics").slots] == ["A talk"]


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("9:15 a.m. – 10 a.m. Talk", "09:15"),
        ("1:30 – 2:15 p.m. Talk", "13:30"),
        ("11:30 – 1 pm Talk", "11:30"),
        ("12:00 PM Talk", "12:00"),
        ("10.00–10.30 Talk", "10:00"),
        ("오후 2:00~2:30 Talk", "14:00"),
        ("14:00 (30\u2032) Talk", "14:00"),
    ],
)
def test_clocks_of_twelve_and_of_twenty_four_hours(line: str, start: str) -> None:
    assert [slot.start for slot in read_pasted(io.BytesIO(line.encode())).slots] == [start]


@pytest.mark.parametrize(
    "line", ["Delegation of Tajikistan", "Делегация Таджикистана", "Delegation of the Republic of Tajikistan"]
)
def test_a_delegation_is_a_speaker_from_its_country(line: str) -> None:
    slots = read_pasted(io.BytesIO(f"10:00 Country reports\n- {line}\n".encode())).slots
    assert [country_code(one.country.removeprefix("Republic of ")) for one in slots[0].speakers] == ["TJ"]


@pytest.mark.parametrize("line", ["12.05.2025 talk", "1.10.2 Talk", "3.5 million talks"])
def test_a_date_and_a_number_are_no_times(line: str) -> None:
    assert timed(line) is None


WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SPEAKER = st.builds(Speaker, WORD, WORD, WORD)
SLOT = st.builds(
    Slot,
    WORD,
    WORD,
    WORD,
    st.none() | st.dates(),
    st.integers(0, 99),
    WORD,
    st.lists(SPEAKER.filter(lambda one: one != Speaker()), max_size=3).map(tuple),
    st.booleans(),
)


@given(slots=st.lists(SLOT, min_size=1, max_size=4))
def test_what_is_kept_is_read_back(tmp_path_factory: pytest.TempPathFactory, slots: list[Slot]) -> None:
    store = Store(tmp_path_factory.mktemp("archive"))
    keep(store, "c", Agenda(tuple(slots)))
    assert kept(store, "c") == Agenda(tuple(slots))


@pytest.mark.parametrize(
    "text", ["entry = 3", "[[entry]]\ntitle = 4", "[[entry]]\ntitel = 'x'", "nonsense", "[[entry]]\ntitle = 'x'\nday = 'soon'"]
)
def test_a_kept_agenda_that_was_spoilt_is_refused(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path)
    file_of(store, "c").parent.mkdir(parents=True)
    file_of(store, "c").write_text(text)
    with pytest.raises(MaterialsError, match="agenda") as caught:
        kept(store, "c")
    assert caught.value.code is Code.BAD_AGENDA


@given(text=st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(MaterialsError):
        assert read_pasted(io.BytesIO(text.encode())).slots
