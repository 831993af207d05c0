"""Dates and numbers meet however they are written."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.search.clauses import Clauses
from materials_cli.search.match import MatchLevel
from materials_cli.search.query import parse
from materials_cli.search.snippet import highlight
from materials_cli.search.values import values_in

DATES = ["12 мая 2020", "12.05.2020", "2020-05-12", "May 12, 2020", "12 may 2020", "2020년 5월 12일", "12 мамыр 2020"]
FOUR_DIGITS = ["4500", "4 500", "4,500", "4,500.00"]
AMOUNTS = ["2.5", "2,5", "2.50", "2,50"]
DECIMALS = ["1234567.5", "1,234,567.50", "1 234 567,5", "1234567,50"]
JOINED = ["1500kg", "1 500kg", "1,500 kg"]
DATES_JOINED = ["12.05.2020г", "12 мая 2020г", "2020-05-12г"]
NUMBERS = ["1 000 000", "1,000,000", "1.000.000", "1000000", "1 млн", "1 million", "100만"]


def found(clauses: Clauses, text: str) -> bool:
    return len(highlight([f"On {text} it was decided"], clauses, MatchLevel.WORD).matched) == len(clauses)


@pytest.mark.parametrize(("typed", "text"), [
    *itertools.product(DATES, DATES), *itertools.product(NUMBERS[:6], NUMBERS),
    *itertools.product(FOUR_DIGITS[:3], FOUR_DIGITS),
    *itertools.product(DECIMALS, DECIMALS), *itertools.product(AMOUNTS, AMOUNTS),
    ("$2.1", "2.10"), ("2.10 %", "2.1"), ("0.1", "0.10"),
    ("1234.56", "1,234.56"), ("5 тыс", "5,000"), ("1млн", "1 000 000"), ("1млн", "1млн"),
    *itertools.product(["$2.5 million", "$2,500,000", "(2.5 million)", "≈ 2,5 млн"], ["2.5 million", "2 500 000", "2,5 млн"]),
    *itertools.product(JOINED[:2], JOINED), *itertools.product(DATES_JOINED, ["12.05.2020", "12 мая 2020 г.", *DATES_JOINED]),
])  # fmt: skip
def test_one_value_however_it_is_written(typed: str, text: str) -> None:
    clauses = parse(typed).clauses
    assert len(clauses) == 1
    assert found(clauses, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("5 min", "5000"),
        ("5000", "5 min"),
        ("5 minutes", "5 min manat"),
        ("5 մլ", "5000"),
        ("5000", "5 մլ"),
        ("500 мил", "500 000 000"),
        ("5 min manat", "5 min"),
    ],
)
def test_minutes_millilitres_and_miles_are_no_thousands(typed: str, text: str) -> None:
    clauses = parse(typed).clauses
    assert found(clauses, typed)
    assert not found(clauses, text)


@pytest.mark.parametrize("typed", ["5 min manat", "5 Min manat", "5000 manat", "5 000 manat"])
@pytest.mark.parametrize("text", ["5 min manat", "5000 manat", "5 000 manat"])
def test_a_thousand_in_azerbaijani_is_told_by_what_it_counts(typed: str, text: str) -> None:
    assert found(parse(typed).clauses, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2.5kg", "2.5kg"),
        ("1.5M", "1.5M"),
        ("7.5тыс", "7.5тыс"),
        ("2.5억", "2.5억"),
        ("2.5%/year", "2.5%/year"),
        ("1500kg2", "1500kg2"),
        ("১৫০০টাকা", "1500টাকা"),
        ("2.5,6.7", "2.5,6.7"),
        ("2.5–3.6", "2.5–3.6"),
    ],
)
def test_what_is_joined_to_an_amount_is_looked_for_too(typed: str, text: str) -> None:
    clauses = parse(typed).clauses
    assert found(clauses, text)
    assert not found(clauses, "2.5")


@pytest.mark.parametrize(("typed", "text"), [("2.5*", "2.57"), ("1500*", "15007")])
def test_an_amount_with_a_star_is_a_beginning(typed: str, text: str) -> None:
    assert found(parse(typed).clauses, text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1000-5000", ["1000", "5000"]),
        ("1000/day", ["1 000", "day"]),
        ("10000kg/m3", ["10 000 kg", "m3"]),
        ("5000|x", ["5000", "x"]),
    ],
)
def test_what_stands_behind_a_value_is_looked_for_too(typed: str, words: list[str]) -> None:
    clauses = parse(typed).clauses
    assert found(clauses, " and ".join(words))
    assert not any(found(clauses, word) for word in words)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("12.05.2020", "12 июня 2020"),
        ("May 12", "12.05.2020"),
        ("1 млн", "10 000 000"),
        ("2025", "2 025"),
        ("2,025", "2025"),
        ("1234.5", "1,234.56"),
        ("2.5", "25"),
        ("2.5", "2.55"),
        ("2.50", "2.05"),
        ("2.1", "2.10"),
        ("2.10", "2.1"),
        ("12.3", "12.30"),
        ("1500kg", "1500"),
        ("1500kg", "1500 m"),
    ],
)
def test_other_values_do_not_meet(typed: str, text: str) -> None:
    assert not found(parse(typed).clauses, text)


@pytest.mark.parametrize(
    "typed",
    [
        "2025 budget",
        "31.02.2020",
        "phase 3 of 12 modules",
        "version 3.11.7",
        "5 6 7",
        "day 1",
        "2.1",
        "2.10",
        "3.2.5",
        "2.5.1",
        "v2.5",
        "2.5/3",
        "14:2.5",
        "2.5kg",
        "2.5*",
    ],
)
def test_what_is_neither_stays_words(typed: str) -> None:
    assert values_in(typed) == []


def test_a_value_is_one_clause_among_words() -> None:
    assert len(parse("budget of 12 мая 2020 workshop").clauses) == 4


def test_digits_without_end_are_a_query() -> None:
    assert parse("111 " * 200).clauses


@given(st.text("0123456789 .,-/년월일майMay", max_size=30))
def test_any_text_is_a_query_and_values_lie_in_it(text: str) -> None:
    values = values_in(text)
    assert all(0 <= value.start < value.end <= len(text) for value in values)
    assert all(one.end <= other.start for one, other in itertools.pairwise(values))
    parse(text)
