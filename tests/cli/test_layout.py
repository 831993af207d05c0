"""Lines for a terminal: measured in cells, wrapped between words, in every script."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from materials_cli.cli.layout import branch, cells, columns, hanging, shortened

SCRIPTS = "Straße Übung слайд қазақша ქართული հայերեն বাংলা រដ្ឋាភិបាលឌីជីថល ລັດຖະບານ รัฐบาล 한국어 会議 монгол ✅ é"
LETTERS = sorted({letter for letter in SCRIPTS if letter != " " and unicodedata.category(letter)[0] != "M"})
WORDS = st.one_of(
    st.text(st.sampled_from(LETTERS), min_size=1, max_size=14),
    st.sampled_from([*SCRIPTS.split(), "--accept-withdrawals", "1xs5BuSNf57BAnVob7PUUAGysm1V9vG-T", "materials", "a/b/c.pptx"]),
)
WIDTHS = st.integers(60, 130)
BROKEN_ANYWHERE = re.compile("[\u4e00-\u9fff]")


@given(st.lists(WORDS, min_size=1, max_size=30), WIDTHS, st.sampled_from(["", "fix ", "   4.1 KB  2026-11-29  19 слайдов  "]))
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(words: list[str], width: int, lead: str) -> None:
    text = " ".join(words)
    lines = [line.plain for line in hanging(Text(lead), Text(text), width)]
    assert all(cells(line) <= width for line in lines)
    assert lines[0].startswith(lead)
    pieces = [lines[0][len(lead) :], *lines[1:]]
    assert "".join("".join(pieces).split()) == "".join(words)
    whole = {word for word in words if not BROKEN_ANYWHERE.search(word)}
    assert whole <= {part for piece in pieces for part in piece.split()}


def test_a_text_is_not_squeezed_beside_a_long_label() -> None:
    lines = [
        line.plain
        for line in hanging(Text("ok  " + "n" * 50 + " "), Text("the folder can be listed and read by everybody"), 80)
    ]
    assert lines == ["ok  " + "n" * 50 + " the folder can be listed", "    and read by everybody"]


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5), WIDTHS)
def test_the_columns_of_a_table_stand_below_one_another_in_any_script(rows: list[tuple[str, str]], width: int) -> None:
    lines = [line.plain for line in columns([[*map(Text, row), Text("§")] for row in rows], width, right=(0,))]
    wide = sum(max(cells(row[number]) for row in rows) + 2 for number in (0, 1))
    assert {cells(line) for line in lines} == {wide + 1} or wide > width - 20


@given(st.lists(WORDS, min_size=1, max_size=12), st.sampled_from([80, 120]), st.integers(0, 6))
def test_a_tree_keeps_its_guides_and_the_facts_of_a_file_in_one_piece(words: list[str], width: int, depth: int) -> None:
    guides, facts = "│   " * depth, "  19 слайдов  1,2 МБ"
    lead, below = Text(f"{guides}├── "), Text(f"{guides}│   ")
    lines = [line.plain for line in branch(lead, Text(" ".join(words)), Text(facts), below, width)]
    assert all(cells(line) <= width for line in lines)
    assert lines[-1].endswith(facts)
    assert (lines[0][: len(lead)], {line[: len(lead)] for line in lines[1:]} - {below.plain}) == (lead.plain, set())
    assert "".join("".join(line[len(lead) :] for line in lines).split()) == "".join([*words, *facts.split()])


def test_what_no_line_can_hold_is_broken_only_where_it_has_parts() -> None:
    name = "workshop/Презентация_министерства_цифрового_развития_финальная_версия.pptx"
    lines = [line.plain for line in hanging(Text("+  "), Text(name), 40)]
    assert lines == ["+  workshop/Презентация_министерства_", "   цифрового_развития_финальная_", "   версия.pptx"]
    link = "https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQrStUvWxYz012345"
    assert link in [line.plain.strip() for line in hanging(Text("fix "), Text(f"Open {link} again"), 40)]


@pytest.mark.parametrize("run", ["เทคโนโลยีและบริการน้ำ", "ໂຄງການລັດຖະບານນ້ຳແລະ", "រដ្ឋាភិបាលឌីជីថលក្រសួង", "မြန်မာနိုင်ငံအစိုးရအင်္ဂါ"])
@given(width=st.integers(5, 12))
def test_a_run_longer_than_a_line_is_broken_between_letters_that_stand_by_themselves(run: str, width: int) -> None:
    lines = [line.plain for line in hanging(Text(), Text(run), width)]
    whole, short = "".join(line.strip() for line in lines), shortened(run, width)
    assert whole == run
    for line in [*(line.strip() for line in lines), short.partition("…")[0]]:
        assert not re.match("[\u0e30\u0e32\u0e33\u0eb0\u0eb2\u0eb3]", line)
        assert unicodedata.category(line[0])[0] != "M"
        assert not re.search("[\u0e40-\u0e44\u0ec0-\u0ec4\u17d2\u1039]$", line)


def test_what_does_not_fit_beside_its_label_stands_below_it() -> None:
    digest = "0123456789abcdef" * 4
    lines = [line.plain for line in hanging(Text("Version 1  "), Text(f"SHA-256 {digest}; replaced"), 72)]
    assert lines == ["Version 1  SHA-256", f"    {digest};", "    replaced"]


@pytest.mark.parametrize(("text", "wide"), [("slide", 5), ("слайд", 5), ("한국", 4), ("会議", 4), ("e\u0301", 1), ("ខ្មែរ", 4)])
def test_cells_are_the_most_that_a_terminal_uses(text: str, wide: int) -> None:
    assert cells(text) == wide >= cell_len(text)


@given(st.lists(WORDS, min_size=1, max_size=12).map("_".join), st.integers(12, 60))
def test_a_name_that_is_too_long_keeps_its_suffix(name: str, width: int) -> None:
    short = shortened(f"{name}.pptx", width)
    assert cells(short) <= width
    assert short == f"{name}.pptx" or short.endswith("ptx")
