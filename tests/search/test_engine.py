"""What a search finds, in which order, and what its results say about it."""

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.engine import search
from materials_cli.search.filters import Filters
from materials_cli.search.query import parse
from materials_cli.search.suggest import corrections
from support.small_catalogue import catalogue, found, item, put  # noqa: F401 - a fixture


def test_a_title_ranks_above_a_body(catalogue: Catalogue) -> None:
    assert found(catalogue, "data exchange")[0] == ("opening.pptx", 1)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("procurement -harbour", [("budget.xlsx", 1)]),
        ("registries OR harbour", [("opening.pptx", 1), ("opening.pptx", 2)]),
        ("procure*", [("budget.xlsx", 1), ("opening.pptx", 2)]),
        ("procurement kind:sheet", [("budget.xlsx", 1)]),
        ("procurement kind:slides", [("opening.pptx", 2)]),
        ("procurement year:2023", [("budget.xlsx", 1)]),
        ("procurement after:2025-01", [("opening.pptx", 2)]),
        ("procurement before:2025", [("budget.xlsx", 1)]),
        ("procurement before:yesterday year:2022-2024", [("budget.xlsx", 1)]),
        ("procurement after:30d", []),
        ("procurement collection:d", [("budget.xlsx", 1)]),
        ("harbour in:notes", [("opening.pptx", 2)]),
        ("registries in:notes", []),
        ("opening", [("opening.pptx", None)]),
    ],
)
def test_operators_and_filters(catalogue: Catalogue, typed: str, expected: list[tuple[str, int | None]]) -> None:
    assert sorted(found(catalogue, typed), key=str) == sorted(expected, key=str)


def test_a_quoted_phrase_is_split_into_words_only_if_no_text_contains_it(catalogue: Catalogue) -> None:
    assert found(catalogue, '"data exchange"') == [("opening.pptx", 1)]
    assert not search(catalogue, '"data exchange"').phrases_split
    apart = search(catalogue, '"exchange data"')
    assert apart.phrases_split
    assert [hit.section and hit.section.number for hit in apart.hits] == [1, 2]


def test_spelling_is_corrected_only_for_unknown_words(catalogue: Catalogue) -> None:
    better = next(corrections(catalogue.connection, parse("procuremnt kind:sheet")))
    assert better is not None
    assert better.text == "Procurement kind:sheet"
    assert list(corrections(catalogue.connection, parse("procurement"))) == []


def test_results_carry_the_query_they_are_for(catalogue: Catalogue) -> None:
    results = search(catalogue, "procuremnt kind:sheet kind:slidse collection:nowhere")
    assert results.query == parse("procuremnt kind:sheet kind:slidse collection:nowhere")
    assert results.query.filters.unknown_kinds == ["slidse"]
    assert results.query.filters.unknown_collections(["c", "d"]) == ["nowhere"]


def test_hits_for_a_corrected_query_come_with_its_text(catalogue: Catalogue) -> None:
    results = search(catalogue, "prcurement kind:sheet")
    assert results.correction == "Procurement kind:sheet"
    assert [hit.item.remote.name for hit in results.hits] == ["budget.xlsx"]


def test_filters_given_beside_the_text_hold_for_the_corrected_query_too(catalogue: Catalogue) -> None:
    results = search(catalogue, "prcurement", filters=Filters(kinds=("sheet",)))
    assert results.correction == "Procurement"
    assert [hit.item.remote.name for hit in results.hits] == ["budget.xlsx"]
    assert search(catalogue, "procurement kind:slides", filters=Filters(kinds=("sheet",))).query.filters.kinds == (
        "sheet",
        "slides",
    )


def test_any_of_the_words_is_enough_when_nothing_has_all(catalogue: Catalogue) -> None:
    results = search(catalogue, "registries harbour")
    assert {hit.section and hit.section.number for hit in results.hits} == {1, 2}
    assert results.correction is None


@pytest.mark.parametrize("arrival", [("a.pptx", "b.pptx"), ("b.pptx", "a.pptx")])
def test_copies_of_a_deck_come_in_one_order_whichever_arrived_first(catalogue: Catalogue, arrival: tuple[str, str]) -> None:
    for name in arrival:
        put(catalogue, item(name), Section(1, "Sandboxes", "a sandbox for start-ups"))
    assert found(catalogue, "sandbox start-ups") == [("a.pptx", 1), ("b.pptx", 1)]
