"""Parsing: operators, phrases and filters; whatever is not valid is a word."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.search.clauses import Clauses
from materials_cli.search.filters import Filters
from materials_cli.search.query import Query, parse


def spelled(clauses: Clauses) -> list[list[str]]:
    """Each clause as its alternatives; words of one term joined by a space, quoted terms in quotation marks."""
    return [
        [
            " ".join(forms.spelled for forms in term.words).join(('"', '"') if term.exact else ("", "")) + "*" * term.prefix
            for term in clause
        ]
        for clause in clauses
    ]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("Data exchange", [["data"], ["exchange"]]),
        ('"open data" policy', [['"open data"'], ["policy"]]),
        ("«open data", [['"open data"']]),
        ("procure*", [["procure*"]]),
        ("X-Road e-gov", [["x road"], ["e gov"]]),
        ("a OR b c", [["a", "b"], ["c"]]),
        ("a | b || c", [["a", "b", "c"]]),
        ("a ИЛИ b", [["a", "b"]]),
        ("a AND b", [["a"], ["b"]]),
        ("OR a", [["a"]]),
        ("a OR", [["a"]]),
        ("a OR kind:pdf", [["a"]]),
        ("a OR -b c", [["a", "c"]]),
        ('a "OR"', [["a"], ['"or"']]),
        ("OR", [["or"]]),
        ("kind:pdf ИЛИ", [["или"]]),
        ('a OR "b c"', [["a", '"b c"']]),
        ("a OR kind:pdf b", [["a", "b"]]),
        ("a -b", [["a"]]),
        ("-only", []),
        ("--only", [["only"]]),
        ("- -", []),
        ("foo:bar", [["foo"], ["bar"]]),
        ("year:20", [["year"], ["20"]]),
        ("lang:klingon", [["lang"], ["klingon"]]),
        ("in:nowhere", [["in"], ["nowhere"]]),
        ("speaker:-", [["speaker"]]),
        ("kind:", [["kind"]]),
        ("\ud800 word", [["word"]]),
    ],
)
def test_clauses(text: str, clauses: list[list[str]]) -> None:
    assert spelled(parse(text).clauses) == clauses


def test_excluded_terms() -> None:
    query = parse('budget -draft -"second reading" e-gov')
    assert spelled((query.excluded,)) == [["draft", '"second reading"']]
    assert spelled(query.clauses) == [["budget"], ["e gov"]]


@pytest.mark.parametrize(
    ("text", "idle"),
    [("a OR", ["OR"]), ("| a", ["|"]), ("a OR -b", ["OR"]), ("a OR b", []), ("a AND", []), ("OR", []), ('a "OR"', [])],
)
def test_an_or_without_anything_to_join_is_known(text: str, idle: list[str]) -> None:
    assert list(parse(text).idle) == idle


@pytest.mark.parametrize(
    ("text", "alone"),
    [("OR", ["OR"]), ("AND |", ["AND", "|"]), ("a OR", []), ("OR -b", []), ('"OR"', []), ("or", []), ("", [])],
)
def test_operators_without_any_word_are_known(text: str, alone: list[str]) -> None:
    assert list(parse(text).alone) == alone


def test_words_are_told_as_they_were_typed() -> None:
    for text, typed in (('"one, two" X-Road', ["one, two", "X-Road"]), ("about 2.50", ["about", "2.50"])):
        query = parse(text)
        assert [query.typed(clause) for clause in query.clauses] == typed


def test_a_date_is_an_alternative_to_a_word() -> None:
    assert [len(clause) > 2 for clause in parse("a OR 12.05.2020 b").clauses] == [True, False]


@pytest.mark.parametrize(
    ("text", "only"), [("-a", True), ("-a kind:pdf", True), ("-a b", False), ("lang:ru -a", False), ("", False)]
)
def test_what_is_only_to_be_left_out_is_known(text: str, only: bool) -> None:
    assert parse(text).only_excludes is only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind:slides TYPE:.PDF", Filters(kinds=("slides", "pdf"))),
        ("lang:ru language:Korean", Filters(languages=("ru", "ko"))),
        ("collection:Samarkand", Filters(collections=("Samarkand",))),
        ('path:"Day 1" folder:Ташкент', Filters(paths=("day 1", "ташкент"))),
        ("in:title in:text in:note", Filters(columns=("title", "body", "notes"))),
        ("in:name", Filters(names_only=True)),
        ("after:2025-05", Filters(after=datetime(2025, 5, 1).astimezone())),
        ("before:2025-05-31", Filters(before=datetime(2025, 5, 31).astimezone())),
        ("year:2024-2025", Filters(after=datetime(2024, 1, 1).astimezone(), before=datetime(2026, 1, 1).astimezone())),
    ],
)
def test_filters(text: str, expected: Filters) -> None:
    query = parse(text)
    assert query.filters == expected
    assert query.clauses == ()


def test_a_speaker_is_a_name_of_several_words() -> None:
    query = parse('speaker:"Ann Lee" policy')
    assert [spelled(name) for name in query.filters.speakers] == [[["ann"], ["lee"]]]
    assert spelled(query.clauses) == [["policy"]]


def test_a_query_is_one_value_that_cannot_change() -> None:
    assert parse("speaker:lee a OR b -c") == parse("speaker:lee a OR b -c")
    assert len({parse("a"), parse("a"), parse("b")}) == 2
    with pytest.raises(AttributeError):
        parse("a").text = "b"  # type: ignore[misc]


@given(st.text(max_size=60))
def test_words_know_where_they_stand_in_the_text(typed: str) -> None:
    query = parse(typed)
    for word in query.words:
        assert query.text[word.start : word.end].strip()
    asked = {forms for clause in query.clauses for term in clause for forms in term.words}
    assert asked <= {word.forms for word in query.words}


def test_long_queries_are_cut() -> None:
    def count(query: Query) -> int:
        return sum(len(term.words) for clause in query.clauses for term in clause)

    assert count(parse("word " * 100)) == 32
    assert count(parse(f'"{"word " * 100}" more words')) == 32
    assert len(parse("x" * 5000).text) == 4000


def test_the_words_of_a_quoted_phrase_alone() -> None:
    query = parse('"open data" OR "public data" "digital state"')
    assert query.quoted
    assert spelled(query.unquoted().clauses) == [["open data", "public data"], ["digital"], ["state"]]
    assert not query.unquoted().quoted


@pytest.mark.parametrize(
    ("text", "compounds"),
    [
        ("Kim Minsu", ["kim minsu", "kimminsu", "kim minsu"]),
        ("x-road", ["x road", "xroad"]),
        ("one", ["one"]),
        ("a OR b c", ["a|b c"]),
        ("a b c d e", ["a b c d e"]),
    ],
)
def test_adjacent_words_may_be_one_word(text: str, compounds: list[str]) -> None:
    found = [" ".join("|".join(clause) for clause in spelled(clauses)) for clauses in parse(text).compounds()]
    assert found == compounds
