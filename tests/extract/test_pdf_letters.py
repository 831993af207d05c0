"""Letters of PDFs: those whose names are lost, and those whose marks are set apart, as LibreOffice sets Lao and Khmer."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from materials_cli.extract.formats import extract

WIDTH, SIZE = 12, 20


def written(path: Path, words: str, places: Sequence[tuple[float, float]], *, named: bool = True, alt: str = "") -> Path:
    """A page with these letters at these places, each of the same width. named: the file says what its letters are.

    alt: what the file says in place of a picture on the page.
    """
    codes = {letter: 33 + number for number, letter in enumerate(dict.fromkeys(words))}
    shown = " ".join(f"1 0 0 1 {x} {y} Tm <{codes[letter]:02x}> Tj" for letter, (x, y) in zip(words, places, strict=True))
    chars = "".join(f"<{code:02x}> <{ord(letter):04x}>\n" for letter, code in codes.items())
    names = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{chars}endbfchar endcmap"
    )
    glyphs = " ".join(f"/g{code} 7 0 R" for code in codes.values())
    encoding = " ".join(f"{code} /g{code}" for code in codes.values())
    widths = " ".join([str(WIDTH * 1000 // SIZE)] * len(codes))
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]"
        f"/CharProcs<<{glyphs}>>/Encoding<</Differences[{encoding}]>>/FirstChar 33/LastChar {32 + len(codes)}/Widths[{widths}]"
        f"{'/ToUnicode 6 0 R' if named else ''}>>"
    )
    shapes = f"/Figure <</MCID 0>> BDC 0 0 9 9 re f EMC BT /F {SIZE} Tf {shown} ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 8 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/StructParents 0>>",
        stream(shapes), font, stream(names), stream("600 0 0 0 600 700 d1 0 0 600 700 re f"),
        "<</Type/StructTreeRoot/K 9 0 R/ParentTree 10 0 R>>",
        f"<</Type/StructElem/S/Figure/P 8 0 R/Pg 3 0 R/K 0/Alt({alt})>>", "<</Nums[0 [9 0 R]]>>",
    ]  # fmt: skip
    content = "%PDF-1.4\n" + "".join(f"{number} 0 obj {each} endobj\n" for number, each in enumerate(objects, 1))
    path.write_text(f"{content}trailer <</Root 1 0 R/Size {len(objects) + 1}>>\n%%EOF\n", "ascii")
    return path


def stream(content: str) -> str:
    return f"<</Length {len(content)}>> stream\n{content}\nendstream"


@pytest.mark.parametrize("words", ["ທຸກຄົນມີສິດ", "សិទ្ធិមនុស្ស", "ทุกคนมีสิทธิ"])
def test_marks_set_apart_break_no_word(tmp_path: Path, words: str) -> None:
    places: list[tuple[float, float]] = []
    x = 72
    for letter in words:
        is_mark = unicodedata.category(letter).startswith("M")
        places.append((x - 8, 709) if is_mark else (x, 700))
        x += 0 if is_mark else WIDTH
    (page,) = extract(written(tmp_path / "a.pdf", words, places), "a.pdf").sections
    assert (page.title or page.body) == words


def test_a_page_whose_letters_have_no_names_has_no_text(tmp_path: Path) -> None:
    places = [(72.0 + WIDTH * number, 700.0) for number in range(len("письмо"))]
    assert extract(written(tmp_path / "a.pdf", "письмо", places), "a.pdf").sections[0].title == "письмо"
    text = extract(written(tmp_path / "b.pdf", "письмо", places, named=False), "b.pdf")
    assert (text.sections[0].title, text.sections[0].body) == ("", "")
    assert str(text.note) == "Its only page has no text."


def test_what_stands_in_place_of_a_picture_is_read_on_pages_with_text(tmp_path: Path) -> None:
    places = [(72.0 + WIDTH * number, 700.0) for number in range(len("letter"))]
    text = extract(written(tmp_path / "a.pdf", "letter", places, alt="A map of the river"), "a.pdf")
    assert text.sections[0].body == "A map of the river"
    text = extract(written(tmp_path / "b.pdf", "letter", places, named=False, alt="A map of the river"), "b.pdf")
    assert (text.sections[0].body, str(text.note)) == ("", "Its only page has no text.")
