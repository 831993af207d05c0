"""Workbooks of binary parts (.xlsb): their cells as Excel shows them, and what stands beside them."""

import struct
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from materials_cli.extract.formats import extract
from support.texts import words


def binary_part(*records: tuple[int, bytes]) -> bytes:
    kinds = (bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7]) for kind, _ in records)
    return b"".join(kind + bytes([len(content)]) + content for kind, (_, content) in zip(kinds, records, strict=True))


def wide_text(words: str) -> bytes:
    return struct.pack("<I", len(words)) + words.encode("utf-16-le")


def binary_package(path: Path, parts: Mapping[str, bytes | str], book: bytes = b"", **related: str) -> Path:
    """An .xlsb of one sheet. parts: by name below xl/; book: records about it; related: the workbook's relations."""

    def listed(**targets: str) -> str:
        relations = (f"<Relationship Id='{kind}' Type='x/{kind}' Target='{target}'/>" for kind, target in targets.items())
        return f"<Relationships>{''.join(relations)}</Relationships>"

    sheet = (156, bytes(8) + wide_text("worksheet") + wide_text("zqsheet"))
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("_rels/.rels", listed(officeDocument="xl/workbook.bin"))
        made.writestr("xl/workbook.bin", book + binary_part((131, b""), (143, b""), sheet, (144, b""), (132, b"")))
        made.writestr("xl/_rels/workbook.bin.rels", listed(worksheet="worksheets/sheet1.bin", **related))
        rels = listed(comments="../comments1.bin", drawing="../drawing.xml")
        made.writestr("xl/worksheets/_rels/sheet1.bin.rels", rels)
        for name, content in parts.items():
            made.writestr(f"xl/{name}", content)
    return path


def test_a_workbook_of_binary_parts_gives_comments_text_boxes_and_what_is_printed(tmp_path: Path) -> None:
    cell = (6, bytes(8) + wide_text("zqcell"))
    edges = (479, b"\0\0" + wide_text("&CZq &P zqheader") + wide_text("Page &P") + b"\xff" * 16)
    sheet = binary_part((129, b""), (148, bytes(16)), (145, b""), (0, bytes(25)), cell, (146, b""), edges, (130, b""))
    drawing = '<wsDr xmlns:a="a"><sp><txBody><a:p><a:r><a:t>zqbox</a:t></a:r></a:p></txBody></sp></wsDr>'
    comments = binary_part((637, b"\0" + wide_text("zqcomment")))
    parts: dict[str, bytes | str] = {"worksheets/sheet1.bin": sheet, "comments1.bin": comments, "drawing.xml": drawing}
    text = extract(binary_package(tmp_path / "a.xlsb", parts), "a.xlsb")
    assert words(text) == ["zqsheet", "zqcell", "zqcomment", "zqbox", "zqheader"]


@pytest.mark.parametrize(("since_1904", "year"), [(False, "2025"), (True, "2029")])
def test_cells_of_binary_parts_are_read_as_they_are_shown(tmp_path: Path, *, since_1904: bool, year: str) -> None:
    formats = ((44, struct.pack("<H", 164) + wide_text("dd.mm.yyyy")), (44, struct.pack("<H", 165) + wide_text('0.0" km"')))
    styles = ((617, b""), *((47, struct.pack("<HH12x", 0, number)) for number in (0, 9, 164, 165)), (618, b""))
    of_names = (47, struct.pack("<HH12x", 0, 164))  # a style with a name, which cells do not have

    def cell(kind: int, value: bytes, style: int = 0) -> tuple[int, bytes]:
        return kind, struct.pack("<II", 0, style) + value

    def double(value: float) -> bytes:
        return struct.pack("<d", value)

    rows = (
        (
            cell(5, struct.pack("<d", 0.15), 1),
            cell(5, struct.pack("<d", 45828.0), 2),
            cell(2, struct.pack("<I", 7 << 2 | 2), 3),
        ),
        (cell(7, struct.pack("<I", 1)), cell(7, struct.pack("<I", 99)), cell(62, b"\0" + wide_text("zqrich"))),
        (cell(8, wide_text("zqresult")), cell(9, double(0.5), 1), cell(10, b"\1"), cell(11, b"\x07")),
        (cell(4, b"\0"), cell(1, b""), (17, bytes(4) + wide_text("zqshort"))),
    )
    sheet = binary_part(*((kind, value) for n, row in enumerate(rows) for kind, value in ((0, struct.pack("<I21x", n)), *row)))
    parts = {
        "worksheets/sheet1.bin": sheet,
        "styles.bin": binary_part(*formats, of_names, *styles),
        "sharedStrings.bin": binary_part((19, b"\0" + wide_text("zqfirst")), (19, b"\0" + wide_text("zqsecond"))),
    }
    book = binary_part((153, struct.pack("<I", since_1904)))
    made = binary_package(tmp_path / "a.xlsb", parts, book, styles="styles.bin", sharedStrings="sharedStrings.bin")
    assert extract(made, "a.xlsb").sections[0].body.split("\n") == [
        f"15%\t{'20' if year == '2025' else '21'}.06.{year}\t7.0 km",
        "zqsecond\tzqrich",
        "zqresult\t50%\tTRUE",
        "FALSE\tzqshort",
    ]


def test_a_binary_sheet_whose_part_is_damaged_costs_itself_alone(tmp_path: Path) -> None:
    sheet = binary_part((0, bytes(25)), (6, bytes(8) + wide_text("zqcell")), (5, bytes(9)))
    text = extract(binary_package(tmp_path / "a.xlsb", {"worksheets/sheet1.bin": sheet}), "a.xlsb")
    assert words(text) == ["zqsheet", "zqcell"]
    assert "zqsheet" in str(text.note)


ENDLESS = b"\xff\xff\xff\x7f"  # the largest size that a record can state


@pytest.mark.parametrize(
    ("part", "is_told"),
    [("comments1.bin", False), ("styles.bin", False), ("sharedStrings.bin", True), ("worksheets/sheet1.bin", True)],
)
def test_a_part_with_a_record_that_is_too_large_costs_itself_alone(tmp_path: Path, part: str, *, is_told: bool) -> None:
    sheet = binary_part((0, bytes(25)), (6, bytes(8) + wide_text("zqcell")))
    parts = {"worksheets/sheet1.bin": sheet, "sharedStrings.bin": b"", "styles.bin": b"", "comments1.bin": b""}
    parts[part] += b"\x13" + ENDLESS
    made = binary_package(tmp_path / "a.xlsb", parts, styles="styles.bin", sharedStrings="sharedStrings.bin")
    text = extract(made, "a.xlsb")
    assert words(text) == ["zqsheet", "zqcell"]
    assert ("zqsheet" in str(text.note)) == is_told


def test_rows_without_cells_take_no_memory(tmp_path: Path) -> None:
    sheet = bytes(600_000) + binary_part((0, bytes(25)), (6, bytes(8) + wide_text("zqcell")))
    package = binary_package(tmp_path / "a.xlsb", {"worksheets/sheet1.bin": sheet})
    tracemalloc.start()
    try:
        text = extract(package, "a.xlsb")
        assert tracemalloc.get_traced_memory()[1] < 10 << 20  # a list for each row: 20 MB
    finally:
        tracemalloc.stop()
    assert "zqcell" in words(text)
