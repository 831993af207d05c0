"""Text from outside harms neither a terminal nor a spreadsheet, in any form in which it is shown."""

import csv
import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.export.escape import for_csv, for_json, one_line, printable

# Cc: controls, C1 included; Cs: half of a character; Zl, Zp: separators. Bidi_Class of what reorders a line.
_REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
NASTY = st.text(
    st.sampled_from("\x1b\x07\x00\x9b\x9d\r\n\t\u202e\u2066\u200f\u061c\u2028\ufeff\ud800;,\"' =+-@＝＋－＠aя字")
    | st.characters()
)


def harms(text: str) -> set[str]:
    """The characters that a terminal would act upon."""
    acts = {"Cc", "Cs", "Zl", "Zp"}
    return {c for c in text if (unicodedata.category(c) in acts and c != "\n") or unicodedata.bidirectional(c) in _REORDERING}


@given(NASTY, st.sampled_from([None, 2]))
def test_json_stays_the_same_value_and_shows_no_control(text: str, indent: int | None) -> None:
    shown = for_json({text: [text]}, indent=indent)
    assert not harms(shown)
    read = json.loads(shown)
    assert json.dumps(read) == json.dumps({text: [text]})


@given(NASTY)
def test_text_for_people_has_no_control(text: str) -> None:
    assert not harms(one_line(text))
    assert "\n" not in one_line(text)
    assert not harms(printable(text).replace("\t", ""))


@given(st.lists(NASTY, min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_no_cell_is_a_formula_whatever_separates_cells(cells: list[str], separator: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(map(for_csv, cells))
    (line,) = csv.reader([out.getvalue()], delimiter=separator)
    pieces = [*line, *out.getvalue().split(separator)]  # a program that knows no quotes sees the latter
    assert not [piece for piece in pieces if re.match(r"[\s\"]*[=+\-@]", unicodedata.normalize("NFKC", piece))]


@pytest.mark.parametrize("name", ["report - final.pdf", "a=b+c@d.txt", "Отчёт; версия 2.docx", "O'zbekiston.pptx"])
def test_an_ordinary_name_stays_as_it_is_in_a_cell(name: str) -> None:
    assert for_csv(name) == name
