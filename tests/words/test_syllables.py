"""Letters that belong together stay together: in a line of a terminal, and in what may be a word."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.cli.layout import spans
from materials_cli.search.terms import _Runs
from materials_cli.words.syllables import goes_on, graphemes


@given(st.text(st.one_of(st.characters(), st.characters(min_codepoint=0xE00, max_codepoint=0x17FF))))
def test_joined_graphemes_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text


@pytest.mark.parametrize("run", ["รัฐบาลเมืองและประชาชนต่างๆ", "ລັດຖະບານແລະປະຊາຊົນຕ່າງໆ", "ប្រជាជននៅតំបន់ផ្សេងៗ", "မန္တလေးမြို့တော်ဝန္ထမ်း"])
def test_neither_a_line_nor_a_word_begins_within_a_syllable(run: str) -> None:
    units = graphemes(run)
    ends = accumulate(map(len, units))
    inside = {end for end, (before, after) in zip(ends, pairwise(units), strict=False) if goes_on(before, after)}
    assert inside
    assert inside.isdisjoint(start for start, _ in spans(run, 6))
    for piece in _Runs().pieces(run):
        starts = (start for start in range(len(run)) if run.startswith(piece, start))
        assert any(inside.isdisjoint((start, start + len(piece))) for start in starts), piece
