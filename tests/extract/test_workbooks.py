"""Workbooks of every age: cells as they are shown; what is damaged, encrypted or very large costs only itself."""

import hashlib
import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msoffcrypto.format.ooxml
import olefile
import openpyxl
import pytest
from msoffcrypto.method.rc4 import DocumentRC4

from materials_cli.extract import sheets, workbook
from materials_cli.extract.formats import extract
from materials_cli.extract.package import Package
from support.ole_file import write_ole


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def wide(text: str, count: str = "<HB") -> bytes:
    return struct.pack(count, len(text), 1) + text.encode("utf-16-le")


def binary_workbook(path: Path, tables: Sequence[bytes], shared: bytes = b"", styles: bytes = b"") -> Path:
    """An .xls with these sheets, which are called S1, S2 and so on."""
    begin, end = record(0x0809, struct.pack("<HH", 0x0600, 5)), record(0x0A)
    size = len(begin + shared + styles + end) + sum(len(record(0x85, bytes(6) + wide("S1", "<BB"))) for _ in tables)
    listed = b""
    for number, table in enumerate(tables, 1):
        listed += record(0x85, struct.pack("<IBB", size, 0, 0) + wide(f"S{number}", "<BB"))
        size += len(table)
    return write_ole(path, {"Workbook": begin + listed + shared + styles + end + b"".join(tables)})


def sheet(*cells: bytes) -> bytes:
    return record(0x0809, struct.pack("<HH", 0x0600, 0x10)) + b"".join(cells) + record(0x0A)


def test_a_binary_workbook_shows_its_cells_comments_and_what_is_not_damaged(tmp_path: Path) -> None:
    strings = wide("министерство"), wide("отдел")
    # The second string goes on in the next record, in narrow characters.
    shared = record(
        0xFC, struct.pack("<II", 3, 3) + strings[0] + strings[1] + struct.pack("<HB", 6, 1) + "ab".encode("utf-16-le")
    )
    shared += record(0x3C, b"\0cdef")
    styles = record(0x041E, struct.pack("<H", 164) + wide("dd.mm.yyyy")) + b"".join(
        record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 9, 164)
    )
    first = sheet(
        record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)),
        record(0xFD, struct.pack("<HHHI", 0, 1, 0, 2)),
        record(0xFD, struct.pack("<HHHI", 0, 2, 0, 999)),
        record(0x0203, struct.pack("<HHHd", 1, 0, 1, 0.15)),
        record(0x027E, struct.pack("<HHHi", 1, 1, 2, 45828 << 2 | 2)),
        record(0x0006, struct.pack("<HHH", 65535, 255, 0) + b"\0" * 6 + b"\xff\xff" + bytes(8))
        + record(0x0207, wide("formula")),
        record(0x01B6, bytes(10) + struct.pack("<HH", 7, 0)) + record(0x3C, b"\0comment"),
    )
    text = extract(binary_workbook(tmp_path / "a.xls", [first, first[:-30]], shared, styles), "a.xls")
    assert text.sections[0].body.splitlines() == ["министерство\tabcdef", "15%\t20.06.2025", "formula", "comment"]
    assert text.sections[1].body.startswith("министерство")
    assert text.note
    assert dict(text.note.fields)["names"] == "S2"


def test_a_binary_workbook_shows_units_and_what_stands_around_texts(tmp_path: Path) -> None:
    codes = ('0.0,," млн"', '0;-0;;"г. "@')
    styles = b"".join(record(0x041E, bytes([164 + number, 0]) + wide(code)) for number, code in enumerate(codes))
    styles += b"".join(record(0xE0, bytes([0, 0, 164 + number, 0]) + bytes(16)) for number in range(2))
    number = record(0x027E, bytes([0, 0, 0, 0, 0, 0]) + (1_234_567 << 2 | 2).to_bytes(4, "little"))
    label = record(0x0204, bytes([0, 0, 1, 0, 1, 0]) + wide("Ош"))
    binary = binary_workbook(tmp_path / "a.xls", [sheet(number, label)], styles=styles)
    assert extract(binary, "a.xls").sections[0].body == "1.2 млн\tг. Ош"


def test_a_very_large_sheet_is_read_to_the_limit_and_the_note_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = openpyxl.Workbook()
    for number in range(1, 60):
        made.active.append([f"row{number}"])
    made.save(tmp_path / "a.xlsx")
    with Package(tmp_path / "a.xlsx") as package:
        (found,) = workbook.read_sheets(package, 40)
    assert (len(found.lines), found.cut_at) == (41, 41)
    monkeypatch.setattr(sheets, "_MAX_CELLS", 40)
    assert "its first 41 rows" in str(extract(tmp_path / "a.xlsx", "a.xlsx").note)


def test_a_part_larger_than_memory_should_hold_is_read_piece_by_piece(tmp_path: Path) -> None:
    block = "".join(f"{number * number * 7919:x}" for number in range(4000))
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("xl/workbook.xml", "<workbook xmlns:r='http://x/relationships'><sheet name='S' r:id='a'/></workbook>")
        made.writestr(
            "xl/_rels/workbook.xml.rels", "<R><Relationship Id='a' Type='t/worksheet' Target='worksheets/sheet1.xml'/></R>"
        )
        row = f"<row junk='{block}'><c t='inlineStr'><is><t>cell</t></is></c></row>"
        made.writestr("xl/worksheets/sheet1.xml", f"<worksheet>{row * 2300}</worksheet>")
    text = extract(tmp_path / "a.xlsx", "a.xlsx")
    assert text.sections[0].body.count("cell") == 2300
    assert text.note is None


def test_cells_of_open_document_are_read_as_they_are_shown(tmp_path: Path) -> None:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
    )
    cell = '<table:table-cell office:value-type="percentage" office:value="0.15"><text:p>15%</text:p>'
    comment = "<office:annotation><text:p>remark</text:p></office:annotation>"
    rows = (
        f"<table:table-row>{cell}{comment}</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        "<table:table-row><table:table-cell><text:p>last</text:p></table:table-cell></table:table-row>"
    )
    deleted = "<table:tracked-changes><text:p>deleted</text:p></table:tracked-changes>"
    content = (
        f"<office:document {spaces} office:mimetype='application/vnd.oasis.opendocument.spreadsheet'><office:body>"
        f"<office:spreadsheet>{deleted}<table:table table:name='Бюджет'>{rows}</table:table></office:spreadsheet>"
        "</office:body></office:document>"
    )
    (tmp_path / "a.fods").write_text(content, "utf-8")
    (section,) = extract(tmp_path / "a.fods", "a.fods").sections
    assert (section.title, section.body.splitlines()) == ("Бюджет", ["15%", "last", "remark"])


@pytest.mark.parametrize(("password", "note"), [("VelvetSweatshop", None), ("chosen", "password")])
def test_a_workbook_that_excel_opens_without_asking_is_read(tmp_path: Path, password: str, note: str | None) -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "protected structure"
    plain = io.BytesIO()
    made.save(plain)
    with (tmp_path / "a.xlsx").open("wb") as locked:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt(password, locked)
    text = extract(tmp_path / "a.xlsx", "a.xlsx")
    assert [section.body for section in text.sections] == ([] if note else ["protected structure"])
    assert (note or "None") in str(text.note)


def stream_of_rc4(length: int) -> bytes:
    """What RC4 adds to a workbook that has Excel's own password."""
    return bytes(DocumentRC4.decrypt("VelvetSweatshop", bytes(16), io.BytesIO(bytes(length)), blocksize=1024).read())


def added(content: bytes, stream: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(content, stream, strict=True))


def locked_workbook(folder: Path, cell: bytes, after: bytes = b"") -> Path:
    """An .xls that Excel opens without asking. after: what its stream ends with, after its last record."""
    verifier = bytes(range(16))
    check = added(verifier + hashlib.md5(verifier).digest(), stream_of_rc4(32))  # noqa: S324 - what the format has
    lock = record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(16) + check)
    with olefile.OleFileIO(binary_workbook(folder / "plain.xls", [sheet(cell)], lock)) as plain:
        content = bytearray(plain.openstream("Workbook").read())
    stream, at = stream_of_rc4(len(content)), 0
    while at < len(content) and content[at]:
        kind, size = struct.unpack_from("<HH", content, at)
        start, end = at + 4 + {0x0809: size, 0x2F: size, 0x85: 4}.get(kind, 0), at + 4 + size
        content[start:end] = added(bytes(content[start:end]), stream[start:end])
        at = end
    return write_ole(folder / "a.xls", {"Workbook": bytes(content[:at]) + after})


@pytest.mark.parametrize("length", range(1, 5))
def test_any_number_of_zeros_may_follow_a_binary_workbook_that_excel_opens_without_asking(tmp_path: Path, length: int) -> None:
    cell = record(0x0204, bytes(6) + struct.pack("<HB", length, 0) + b"x" * length)
    (section,) = extract(locked_workbook(tmp_path, cell), "a.xls").sections
    assert section.body == "x" * length


@pytest.mark.parametrize("zeros", [1, 2, 3, 65_540, 131_077])
def test_zeros_that_are_no_whole_records_are_part_of_one(tmp_path: Path, zeros: int) -> None:
    cell = record(0x0204, bytes(6) + struct.pack("<HB", 5, 0) + b"a tap") + record(0x5C, bytes(5000))
    (section,) = extract(locked_workbook(tmp_path, cell, bytes(zeros)), "a.xls").sections
    assert section.body == "a tap"


def test_a_locked_binary_workbook_with_a_damaged_end_has_a_note(tmp_path: Path) -> None:
    made = locked_workbook(tmp_path, record(0x0204, bytes(9)), record(0x5C, bytes(5000)) + b"\1\1")
    assert "password" in str(extract(made, "a.xls").note)
