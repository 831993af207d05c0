"""Keynote, Pages and Numbers: slides in their order with notes, words of tables, and the XML of before 2013."""

import zipfile
from pathlib import Path

import pytest

from materials_cli.extract.formats import extract
from materials_cli.extract.snappy import unpack
from support.iwork_file import item, message, reference, storage, write_iwork


def test_slides_come_as_they_are_shown_with_notes_tables_and_what_is_skipped(tmp_path: Path) -> None:
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
    made = write_iwork(
        tmp_path / "a.key",
        {
            "Document": document,
            "Slide-200": first,
            "Slide-100": [item(100, 5, b"", [101]), item(101, 2001, storage("zqsecond"))],
            "Tables/DataList": table,
            "TemplateSlide-900": template,
        },
    )
    text = extract(made, "a.key")
    assert [(s.number, s.title, s.body, s.notes, s.hidden) for s in text.sections] == [
        (1, "zqtitle line", "zqbody\nzqcell", "zqnotes", False),
        (2, "", "zqsecond", "", True),
    ]
    assert text.unit == "slide"


def test_a_document_without_slides_is_one_section(tmp_path: Path) -> None:
    made = write_iwork(
        tmp_path / "a.pages",
        {"Document": [item(1, 10000, b"", [2]), item(2, 2001, storage("zqbody", 0))], "Broken": [b"\xff" * 9]},
    )
    assert [section.body for section in extract(made, "a.pages").sections] == ["zqbody"]


def test_what_is_no_iwork_that_is_known_says_so(tmp_path: Path) -> None:
    made = write_iwork(tmp_path / "a.key", {"Document": [b"\xff" * 40]})
    assert "cannot be read" in str(extract(made, "a.key").note)


def test_the_xml_of_old_keynote_is_read_by_slide(tmp_path: Path) -> None:
    spaces = 'xmlns:key="http://developer.apple.com/namespaces/keynote2" xmlns:sf="http://developer.apple.com/namespaces/sf"'
    slide = (
        "<key:slide><key:title-placeholder><sf:p>zqtitle</sf:p></key:title-placeholder><sf:p>zq<sf:span>body</sf:span></sf:p>"
        "<key:notes><sf:p>zqnotes</sf:p></key:notes></key:slide>"
    )
    with zipfile.ZipFile(tmp_path / "a.key", "w") as made:
        made.writestr("index.apxl", f"<key:presentation {spaces}>{slide}</key:presentation>")
    (found,) = extract(tmp_path / "a.key", "a.key").sections
    assert (found.title, found.body, found.notes) == ("zqtitle", "zqbody", "zqnotes")


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (b"\x04\x0cabcd", b"abcd"),
        (b"\x0c\x0cabcd\x11\x04", b"abcdabcdabcd"),  # a copy of 8 that reaches into itself
        (b"\x08\x0cabcd\x0e\x04\x00", b"abcdabcd"),  # the same, with a distance of two bytes
        (b"\x08\x0cabcd\x0f\x04\x00\x00\x00", b"abcdabcd"),  # and of four
        (b"\x46\xf0\x45" + b"x" * 70, b"x" * 70),  # a length that stands behind its tag
    ],
)
def test_snappy_is_unpacked(packed: bytes, plain: bytes) -> None:
    assert unpack(packed, 1000) == plain


@pytest.mark.parametrize("packed", [b"", b"\xff\xff\xff\xff\x0f\x00", b"\x04\x11\x09", b"\x02\x0cabcd"])
def test_damaged_or_swollen_snappy_is_refused(packed: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        unpack(packed, 1000)
