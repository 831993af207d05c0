"""What a search finds, in which order, and what its results say about it."""

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.engine import search
from materials_cli.search.expression import expression_of
from materials_cli.search.filters import Filters
from materials_cli.search.match import MatchLevel
from materials_cli.search.partial import with_some_words
from materials_cli.search.passages import Passages
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
    better = next(corrections(Passages(catalogue.connection, None), parse("procuremnt kind:sheet")))
    assert better is not None
    assert better.text == "Procurement kind:sheet"
    assert list(corrections(Passages(catalogue.connection, None), parse("procurement"))) == []


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
    for query in ("sandbox start-ups", "sandbox registries"):  # all of the words, and some
        assert [path for path, _ in found(catalogue, query) if path in arrival] == ["a.pptx", "b.pptx"]


def test_of_many_matches_those_with_titles_and_of_the_latest_items_are_ranked(catalogue: Catalogue) -> None:
    sections = [Section(number, "Ferries" if number in (3, 4) else "", "ferries timetable") for number in range(1, 41)]
    sections[2] = Section(3, "Ferries", "timetable withheld")
    put(catalogue, item("ferries.pptx"), *sections)
    passages = Passages(catalogue.connection, None)
    query = parse("ferries -withheld")
    expression = expression_of(query.clauses, MatchLevel.WORD)
    every = dict(passages.sections(query, expression, 100))
    some = dict(passages.sections(query, expression, 100, most=16))
    ends = [place & 0xFFFFF for place in some]
    assert (len(every), sorted(ends)) == (39, [4, *range(33, 41)])
    assert {place: every[place] for place in some if place & 0xFFFFF > 4} == {
        place: rank for place, rank in some.items() if place & 0xFFFFF > 4
    }
    assert passages.size() == catalogue.connection.execute("SELECT count(*) FROM section").fetchone()[0]


def test_some_words_are_looked_for_by_the_weightiest_where_the_others_stand_everywhere(catalogue: Catalogue) -> None:
    sections = [Section(number, "", f"ferries {'lighthouse' if number == 7 else 'timetable'}") for number in range(1, 31)]
    put(catalogue, item("ferries.pptx"), *sections)
    passages = Passages(catalogue.connection, None)
    query = parse("ferries lighthouse quince")
    everything = with_some_words(passages, query, 50)
    led = with_some_words(passages, query, 50, most=8)
    assert [each.candidate.place for each in led] == [each.candidate.place for each in everything[:1]]
    assert led[0].lacking == (2,)


def test_the_sound_of_a_word_that_many_sections_have_is_not_compared(catalogue: Catalogue) -> None:
    put(catalogue, item("ferries.pptx"), *(Section(number, "", "ferries") for number in range(1, 31)))
    marked = Passages(catalogue.connection, None).to_hear(parse("ferries quince").clauses, MatchLevel.ANY_SOUND)
    assert [clause[0].level(MatchLevel.ANY_SOUND) for clause in marked] == [MatchLevel.PREFIX, MatchLevel.ANY_SOUND]


@pytest.mark.parametrize("typed", ["xrocurement", "porcurement", "pocurement", "pxocurement", "prxocurement"])
def test_a_slip_at_one_of_the_first_letters_is_corrected(catalogue: Catalogue, typed: str) -> None:
    assert search(catalogue, typed).correction == "Procurement"


def test_a_search_asks_the_index_nothing_twice_and_not_for_what_lacks_a_word(catalogue: Catalogue) -> None:
    put(catalogue, item("ferries.pptx"), *(Section(number, "", "what is said about ferries") for number in range(1, 9)))
    asked: list[str] = []
    catalogue.connection.set_trace_callback(asked.append)
    search(catalogue, "what is said about registries and harbours?")
    counted = [statement for statement in asked if statement.startswith("SELECT count(*) FROM words")]
    assert len(counted) == len(set(counted)) > 0
    asked.clear()
    search(catalogue, "what is said about ferries in xqzvw?")
    catalogue.connection.set_trace_callback(None)
    assert not [
        statement for statement in asked if '"ferries"' in statement and '"xqzvw"' in statement and ")) AND ((" in statement
    ]


def test_what_may_only_sound_alike_is_compared_with_a_bounded_number_of_texts(catalogue: Catalogue) -> None:
    names = (
        "Гиимоэри Гиэлаито Бииэкоэри",
        "Гиимоэригиэлаито Бииэкоэри",
        "Гиимоэри Гиэлаитобииэкоэри",
        "Гиимоэригиэлаитобииэкоэри",
    )
    put(catalogue, item("names.pptx"), *(Section(number, "", names[number % 4]) for number in range(1, 400)))
    read: list[str] = []
    catalogue.connection.set_trace_callback(read.append)
    assert not search(catalogue, "gamur golet bakor", limit=10).hits
    catalogue.connection.set_trace_callback(None)
    assert 0 < sum(statement.startswith("SELECT body, notes, title") for statement in read) <= 120
