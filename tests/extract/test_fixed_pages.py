"""Documents of fixed pages (XPS, Open XPS): their words in lines, whatever pieces a printer cut them into."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from materials_cli.extract.formats import extract
from materials_cli.extract.package import Package, UnreadableError

SPACE = "http://schemas.microsoft.com/xps/2005/06"
LIST = f"<FixedDocumentSequence xmlns='{SPACE}'><DocumentReference Source='Documents/1/Fixed.fdoc'/></FixedDocumentSequence>"
SECOND = "<PageContent Source='/odd%20place/2.fpage'/>"
PAGES = f"<FixedDocument xmlns='{SPACE}'><PageContent Source='Pages/1.fpage'/>{SECOND}</FixedDocument>"


def glyphs(text: str, x: float, y: float, size: float = 10, more: str = "") -> str:
    return f"<Glyphs UnicodeString='{text}' OriginX='{x}' OriginY='{y}' FontRenderingEmSize='{size}' {more}/>"


def page(*content: str) -> str:
    return f"<FixedPage xmlns='{SPACE}' Width='816' Height='1056'>{''.join(content)}</FixedPage>"


FIRST = page(
    "<Canvas>", glyphs("Цифровое", 50, 50, 30), glyphs("правительство", 250, 50, 30), "</Canvas>",
    glyphs("Mini", 50, 100, more="Indices='10,55;11,45;,50;12,50'"), glyphs("stry of", 70, 100), glyphs("ICT", 150, 100),
    glyphs("{}{braces}", 50, 120), glyphs("moved", 0, 0, more="RenderTransform='1,0,0,1,50,140'"),
    glyphs("down", 0, 0, more="RenderTransform='1,0,0,1,50,160'"), glyphs("", 50, 180),
    glyphs("odd", 50, 200, more="Indices='x,y'"),
)  # fmt: skip
PARTS = {
    "_rels/.rels": "<Relationships/>", "Fixed.fdseq": LIST, "Documents/1/Fixed.fdoc": PAGES,
    "Documents/1/Pages/1.fpage": FIRST, "odd place/2.fpage": page(glyphs("Второй", 1, 1)),
}  # fmt: skip


def package(path: Path, parts: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def in_pieces(parts: Mapping[str, str]) -> dict[str, str]:
    """Each part in three pieces, as a printer writes them while it does not know yet what follows."""
    ends = (".piece", ".piece", ".last.piece")
    return {
        f"{name}/[{number}]{end}": content[number * len(content) // 3 : (number + 1) * len(content) // 3]
        for name, content in parts.items()
        for number, end in enumerate(ends)
    }


@pytest.mark.parametrize("parts", [PARTS, in_pieces(PARTS)], ids=["whole", "in pieces"])
def test_the_lines_of_each_page_are_read(tmp_path: Path, parts: Mapping[str, str]) -> None:
    text = extract(package(tmp_path / "a.oxps", parts), "a.oxps")
    first, second = text.sections
    assert (text.unit, text.note, first.title) == ("page", None, "Цифровое правительство")
    assert first.body.split("\n") == ["Ministry of ICT", "{braces}", "moved", "down", "odd"]
    assert (second.number, f"{second.title}{second.body}") == (2, "Второй")


def test_a_damaged_page_costs_itself_alone(tmp_path: Path) -> None:
    text = extract(package(tmp_path / "a.xps", {**PARTS, "Documents/1/Pages/1.fpage": FIRST[:200]}), "a.xps")
    assert [f"{section.title}{section.body}" for section in text.sections] == ["", "Второй"]
    assert "Some pages are damaged" in str(text.note)


def test_a_document_whose_list_of_pages_is_damaged_costs_itself_alone(tmp_path: Path) -> None:
    both = LIST.replace("<DocumentReference ", "<DocumentReference Source='Documents/0/Fixed.fdoc'/><DocumentReference ")
    for number, broken in enumerate(({}, {"Documents/0/Fixed.fdoc": PAGES[:30]})):
        text = extract(package(tmp_path / f"{number}.xps", {**PARTS, "Fixed.fdseq": both, **broken}), "a.xps")
        assert [f"{section.title}{section.body}" for section in text.sections][0::2] == ["", "Второй"]
        assert "Some pages are damaged" in str(text.note)


def test_a_list_of_pages_that_is_damaged_or_leads_nowhere_is_told(tmp_path: Path) -> None:
    assert "damaged" in str(extract(package(tmp_path / "a.xps", {**PARTS, "Fixed.fdseq": LIST[:40]}), "a.xps").note)
    without = {name: content for name, content in PARTS.items() if not name.endswith(".fdoc")}
    assert extract(package(tmp_path / "b.xps", without), "b.xps").note


@pytest.mark.parametrize("name", ["notes.fdseq.txt", "unpacked/Fixed.fdseq"])
def test_an_archive_that_holds_the_list_of_pages_of_another_file_is_listed(tmp_path: Path, name: str) -> None:
    text = extract(package(tmp_path / "a.zip", {name: LIST, "readme.txt": "hello"}), "a.zip")
    assert "readme.txt" in text.sections[0].body


def test_pieces_are_together_no_larger_than_a_part_may_be(tmp_path: Path) -> None:
    file = package(tmp_path / "a.xps", {f"p/[{number}].piece": " " * (33 << 20) for number in range(2)})
    with Package(file) as opened, pytest.raises(UnreadableError, match="zip bomb"):
        opened.read_pieces("p")


def test_a_page_that_is_named_many_times_is_read_once(tmp_path: Path) -> None:
    often = {**PARTS, "Documents/1/Fixed.fdoc": PAGES.replace(SECOND, SECOND * 1000)}
    assert len(extract(package(tmp_path / "a.xps", often), "a.xps").sections) == 2
