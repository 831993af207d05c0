"""A regular expression that is compiled later is the same expression."""

import re

import pytest

from materials_cli.patterns import regex


@pytest.mark.parametrize("method", ["search", "match", "fullmatch", "findall", "split"])
def test_it_has_the_methods_of_a_compiled_one(method: str) -> None:
    text = "Ab ab 12"
    later, now = regex("[a-z]+", re.IGNORECASE), re.compile("[a-z]+", re.IGNORECASE)
    for _ in range(2):
        assert str(getattr(later, method)(text)) == str(getattr(now, method)(text))
    assert later.pattern == now.pattern
    assert regex("b").sub("c", "abb") == "acc"
    assert [found[0] for found in regex("b.").finditer("ba bu")] == ["ba", "bu"]
