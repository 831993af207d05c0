"""Keynote, Pages and Numbers: slides in order with notes, tables, sheets, and the XML of before 2013."""

import zipfile
from pathlib import Path

import pytest

from materials_cli.extract.formats import extract
from materials_cli.extract.snappy import decompress
from support.iwork_file import (
    item,
    message,
    reference,
    storage,
    write_bundle,
    write_iwork,
    write_locked_old_iwork,
    write_old_iwork,
)


def test_slides_are_read_in_order_with_notes_tables_and_skipped_slides(tmp_path: Path) -> None:
    tree = message((2, reference(20)), (2, reference(10)))
    document = [
        item(1, 1, message((2, reference(2))), [2]),
        item(2, 2, message((3, tree)), [10, 20]),
        item(10, 4, message((2, reference(100)), (4, 1)), [100]),
        item(20, 4, message((2, reference(200))), [200]),
    ]
    first = [
        item(200, 5, message((5, reference(201)), (27, reference(203))), [201, 203, 205, 206, 900, 100]),
        item(201, 7, message((1, message((4, reference(202))))), [202]),
        item(202, 2001, storage("zqtitle\u2028line")),
        item(203, 15, message((1, reference(204))), [204]),
        item(204, 2001, storage("zqnotes", 4)),
        item(205, 2001, storage("zqbody \ufffc")),
        item(206, 6000, b"", [207]),
    ]
    table = [item(207, 6005, message((3, message((1, 1), (3, "zqcell")))))]
    template = [item(900, 6, b"", [901]), item(901, 2001, storage("zqtemplate"))]
    write_iwork(
        tmp_path / "a.key",
        {
            "Document": document,
            "Slide-200": first,
            "Slide-100": [item(100, 5, b"", [101]), item(101, 2001, storage("zqsecond"))],
            "Tables/DataList": table,
            "TemplateSlide-900": template,
        },
    )
    text = extract(tmp_path / "a.key", "a.key")
    assert [(s.number, s.title, s.body, s.notes, s.hidden) for s in text.sections] == [
        (1, "zqtitle line", "zqbody\nzqcell", "zqnotes", False),
        (2, "", "zqsecond", "", True),
    ]
    assert text.unit == "slide"


def test_a_document_without_slides_is_one_section(tmp_path: Path) -> None:
    objects = [item(1, 10000, b"", [2]), item(2, 2001, storage("zqbody", 0))]
    write_iwork(tmp_path / "a.pages", {"Document": objects, "Broken": [b"\xff" * 9]})
    assert [section.body for section in extract(tmp_path / "a.pages", "a.pages").sections] == ["zqbody"]


@pytest.mark.parametrize("name", ["a.key", "a.key.zip"])
def test_a_document_that_is_a_folder_is_read_from_the_zip_file_around_it(tmp_path: Path, name: str) -> None:
    write_bundle(tmp_path / name, "Präsentation.key", {"Document": [item(1, 2001, storage("zqbody"))]})
    text = extract(tmp_path / name, name)
    assert ([section.body for section in text.sections], text.note) == (["zqbody"], None)


def test_an_archive_with_one_folder_is_still_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("talks/Index/a.iwa", b"")
    text = extract(tmp_path / "a.zip", "a.zip")
    assert [section.body for section in text.sections] == ["talks/Index/a.iwa"]


def test_an_unknown_format_is_reported(tmp_path: Path) -> None:
    write_iwork(tmp_path / "a.key", {"Document": [b"\xff" * 40]})
    assert "cannot be read" in str(extract(tmp_path / "a.key", "a.key").note)


def test_a_password_is_reported(tmp_path: Path) -> None:
    write_locked_old_iwork(tmp_path / "old.pages", "index.xml")
    write_iwork(tmp_path / "new.key", {"Document": [b"\xff" * 40]})
    with zipfile.ZipFile(tmp_path / "new.key", "a") as made:
        made.writestr(".iwpv2", bytes(104))
    for path in (tmp_path / "old.pages", tmp_path / "new.key"):
        assert "password" in str(extract(path, path.name).note)


def test_the_xml_of_old_keynote_is_read_by_slide(tmp_path: Path) -> None:
    table = (
        '<sf:tabular-model sf:name="Unnamed Table"><sf:datasource><sf:t><sf:ct sfa:s="zqcell"/></sf:t></sf:datasource>'
        "</sf:tabular-model>"
    )
    slide = (
        "<key:slide><key:title-placeholder><sf:p>zqtitle</sf:p></key:title-placeholder><sf:p>zq<sf:span>body</sf:span></sf:p>"
        f"{table}<key:notes><sf:p>zqnotes</sf:p></key:notes></key:slide>"
    )
    master = "<key:master-slide><sf:p>zqmaster</sf:p></key:master-slide>"
    write_old_iwork(tmp_path / "a.key", "index.apxl", "key:presentation", master + slide)
    (found,) = extract(tmp_path / "a.key", "a.key").sections
    assert (found.title, found.body, found.notes) == ("zqtitle", "zqbody\nzqcell", "zqnotes")


def test_the_xml_of_old_numbers_is_read_by_sheet(tmp_path: Path) -> None:
    menu = (
        '<sf:pm><sf:menu-choices><sf:t sfa:ID="c1"><sf:ct sfa:s="zqother"/></sf:t><sf:t sfa:ID="c2"><sf:ct sfa:s="zqchosen"/>'
        '</sf:t></sf:menu-choices><sf:proxied-cell-ref sfa:IDREF="c2"/></sf:pm>'
    )
    cells = (
        f'{menu}<sf:g/><sf:n sf:v="-872.39999999999998"/><sf:d sf:cell-date="276048000"/><sf:d sf:cell-date="1e300"/>'
        '<sf:f><sf:fo sf:fs="=SUM(B)"/><sf:r><sf:rn sf:v="4650"/></sf:r></sf:f><sf:t><sf:ct><sf:p>zqrich</sf:p></sf:ct></sf:t>'
    )
    table = f'<sf:tabular-model sf:name="zqtable"><sf:datasource>{cells}</sf:datasource></sf:tabular-model>'
    template = "<sf:tabular-prototypes><sf:p>zqtemplate</sf:p></sf:tabular-prototypes>"
    sheets = f'<ls:workspace ls:workspace-name="zqsheet">{table}</ls:workspace><ls:workspace ls:workspace-name="zqempty"/>'
    write_old_iwork(tmp_path / "a.numbers", "index.xml", "ls:document", sheets + template)
    text = extract(tmp_path / "a.numbers", "a.numbers")
    assert text.unit == "sheet"
    assert [(section.title, section.body.split("\n")) for section in text.sections] == [
        ("zqsheet", ["zqtable", "zqchosen", "-872.4", "2009-10-01", "4650", "zqrich"]),
        ("zqempty", [""]),
    ]


def test_the_templates_of_old_pages_are_left_out(tmp_path: Path) -> None:
    body = "<sf:p>zqbody</sf:p><sl:section-prototypes><sf:p>zqtemplate</sf:p></sl:section-prototypes>"
    write_old_iwork(tmp_path / "a.pages", "index.xml", "sl:document", body)
    assert [section.body for section in extract(tmp_path / "a.pages", "a.pages").sections] == ["zqbody"]


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (b"\x04\x0cabcd", b"abcd"),
        (b"\x0c\x0cabcd\x11\x04", b"abcdabcdabcd"),  # a copy of 8 that reaches into itself
        (b"\x08\x0cabcd\x0e\x04\x00", b"abcdabcd"),  # the same, with a distance of two bytes
        (b"\x08\x0cabcd\x0f\x04\x00\x00\x00", b"abcdabcd"),  # and of four
        (b"\x46\xf0\x45" + b"x" * 70, b"x" * 70),  # a length that follows its tag
    ],
)
def test_snappy_is_decompressed(packed: bytes, plain: bytes) -> None:
    assert decompress(packed, 1000) == plain


@pytest.mark.parametrize("packed", [b"", b"\xff\xff\xff\xff\x0f\x00", b"\x04\x11\x09", b"\x02\x0cabcd"])
def test_damaged_or_excessive_snappy_is_refused(packed: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        decompress(packed, 1000)
