"""What several indexes are asked for, and what they tell."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.phrases import tree_of
from materials_cli.search.sections import RANK
from materials_cli.search.summed import Summed
from materials_cli.search.weights import Index
from support.small_catalogue import catalogue, item, put  # noqa: F401 - a fixture

WORDS = [f"word{number}" for number in range(40)]
ANY_OF_THEM = " OR ".join(f'"{word}"' for word in WORDS)

_T = TypeVar("_T")


def test_an_index_is_asked_as_often_however_many_words_are_looked_for(catalogue: Catalogue) -> None:
    put(catalogue, item("a.pptx"), *(Section(number, "", " ".join(WORDS[:number])) for number in range(1, 30)))
    index, asked = Index(catalogue.connection, "words", RANK), Counter[int]()

    def ask(number: int, question: Callable[[], _T]) -> _T:
        asked[number] += 1
        return question()

    rows = [place for (place,) in catalogue.connection.execute("SELECT rowid FROM words").fetchall()]
    best = Summed([index, index], ask).best(tree_of(ANY_OF_THEM), {0: rows, 1: rows}, {}, 5)
    assert len(best) == 5
    assert max(asked.values()) < len(WORDS) / 2


@pytest.mark.parametrize("words", [1, 127, 128, 300])
def test_how_long_a_text_is_and_how_often_it_has_a_word_is_told_of_long_ones_too(catalogue: Catalogue, words: int) -> None:
    before = Index(catalogue.connection, "words", RANK).size.terms
    put(catalogue, item("a.pptx"), Section(1, "alpha beta", " ".join(["alpha"] * words), "alpha"))
    index = Index(catalogue.connection, "words", RANK)
    ((place,),) = catalogue.connection.execute("SELECT rowid FROM words WHERE words MATCH '\"alpha\"'").fetchall()
    assert index.lengths([place]) == {place: index.size.terms - before}
    assert index.often('"alpha"', {place}, "alpha") == {place: 4 + 2 * words + 1}
