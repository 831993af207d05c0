"""Words that stand beside the text, in files that programs or damage left odd: the rest is read as ever."""

import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table
from reportlab.pdfgen import canvas

from materials_cli.extract import biff12
from materials_cli.extract.docdata import words_in_data
from materials_cli.extract.formats import extract
from materials_cli.extract.repeated import lacking
from support.texts import words


@pytest.mark.parametrize("empty", [r"{\*\ffl}", r"{\*\ffhelptext}", r"{\sp{\sn wzDescription}{\sv }}"])
def test_rich_text_with_an_empty_choice_help_or_description_is_read(tmp_path: Path, empty: str) -> None:
    (tmp_path / "a.rtf").write_text(rf"{{\rtf1 before {empty} after}}")
    assert extract(tmp_path / "a.rtf", "a.rtf").sections[0].body == "before  after"


def test_a_workbook_with_a_comment_of_xml_in_its_table_is_read(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["zqhead"])
    made.active.append(["zqcell"])
    made.active.add_table(Table(displayName="T", ref="A1:A2"))
    made.save(tmp_path / "made.xlsx")
    with zipfile.ZipFile(tmp_path / "made.xlsx") as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<autoFilter", b"<!-- by a program --><autoFilter"))
    assert words(extract(tmp_path / "a.xlsx", "a.xlsx")) == ["zqhead", "zqcell"]


def test_a_sheet_whose_record_is_cut_has_no_part() -> None:
    whole = bytes(8) + struct.pack("<I", 2) + "r1".encode("utf-16-le") + struct.pack("<I", 1) + "A".encode("utf-16-le")
    records = (whole[:4], whole[:15], whole)
    assert list(biff12.sheets(b"".join(b"\x9c\1" + bytes([len(each)]) + each for each in records))) == [("r1", "A", False)]


def test_a_bookmark_with_half_a_letter_costs_no_other_bookmark(tmp_path: Path) -> None:
    drawn_on = canvas.Canvas(str(tmp_path / "a.pdf"))
    drawn_on.drawString(50, 780, "zqpage")
    for name, title in (("a", "zqhalf ?"), ("b", "zqwhole")):
        drawn_on.bookmarkPage(name)
        drawn_on.addOutlineEntry(title, name)
    drawn_on.save()
    half = b"<" + ("\ufeffzqhalf ".encode("utf-16-be") + b"\xd8\x3d").hex().encode() + b">"
    (tmp_path / "a.pdf").write_bytes((tmp_path / "a.pdf").read_bytes().replace(b"(zqhalf ?)", half))
    assert words(extract(tmp_path / "a.pdf", "a.pdf")) == ["zqpage", "zqhalf", "zqwhole"]


def test_what_a_text_has_already_is_looked_for_in_a_bounded_part_of_it() -> None:
    assert list(lacking(["one two", "three"], "zero one two")) == ["three"]
    assert list(lacking(["late"], "x" * 1_000_000 + " late")) == ["late"]
    assert list(lacking(["there"] * 1001, "there")) == ["there"]


def test_a_field_of_a_form_that_is_cut_off_gives_what_was_read_of_it() -> None:
    def told(text: str) -> bytes:
        return struct.pack("<H", len(text)) + text.encode("utf-16-le") + b"\0\0"

    texts = (told("name") + b"\0\0", told(""), told("zqhelp"), told("zqstatus"), told(""), told(""))
    field = (
        b"\xff\xff\xff\xff\x02"
        + b"\0" * 5
        + b"".join(texts)
        + struct.pack("<HHHH", 0xFFFF, 2, 0, 5)
        + "zqone".encode("utf-16-le")
    )
    data = struct.pack("<IHH", 0x44 + len(field), 0x44, 0).ljust(0x44, b"\0") + field
    assert list(words_in_data(data)) == ["zqhelp", "zqstatus", "zqone"]
