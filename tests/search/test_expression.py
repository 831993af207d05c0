"""Expressions that cost less find, count and rank the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.clauses import clauses_of
from materials_cli.search.engine import search
from materials_cli.search.expression import alternatives, counting, expression_of, without
from materials_cli.search.match import MatchLevel
from materials_cli.words.fold import token_stream
from support.small_catalogue import catalogue, item, put  # noqa: F401 - a fixture

TEXTS = [
    "Georgia and the regional office", "Грузия и регионы", "The and of", "theory, theatre, their", "e-Gov COVID-19", "",
    "ระบบราชการ", "전자정부는 김민수", "ժողովրդական", "workshops in Tbilisi, workshop", "Prabang ພະບາງ",
    "что говорили о регионах",
]  # fmt: skip
QUERIES = [
    "the", "and the", "workshop Georgia", "regional theory", "what is said about regions", "e-gov", '"and the"', "전자정부",
    "Kim Minsu", "ພະບາງ", "что говорили", "theor* and", "covid19", "xyzzy the", "ระบบ", "procurement", "a b", "regions OR the",
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'ascii')")
        texts = [(token_stream(one), token_stream(other)) for one in TEXTS for other in TEXTS]
        connection.executemany("INSERT INTO words VALUES (?, ?)", texts)
        yield connection


@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("level", MatchLevel)
@pytest.mark.parametrize("typed", QUERIES)
def test_what_is_left_out_changes_neither_what_matches_nor_its_rank(
    index: sqlite3.Connection, typed: str, level: MatchLevel, every: bool
) -> None:
    expression = expression_of(clauses_of(typed), level, every=every)
    nowhere = {term for term in alternatives(expression) if not _found(index, term)}
    assert _found(index, without(expression, nowhere)) == _found(index, expression)
    titled = f"{{title}} : ({expression})"
    assert _found(index, without(titled, nowhere)) == _found(index, titled)
    assert [row for row, _ in _found(index, counting(expression))] == [row for row, _ in _found(index, expression)]


def _found(index: sqlite3.Connection, expression: str) -> list[tuple[int, float]]:
    return index.execute("SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rowid", (expression,)).fetchall()


def test_what_a_beginning_covers_is_not_counted_beside_it() -> None:
    assert counting('("the" OR "theme" OR "the" * OR "t") AND ("the" OR "a")') == '("the" * OR "t") AND ("the" OR "a")'


def test_nothing_is_ranked_by_terms_that_stand_nowhere(catalogue: Catalogue) -> None:
    put(catalogue, item("a.pptx"), Section(1, "", "workshops in Georgia"))
    statements: list[str] = []
    catalogue.connection.set_trace_callback(statements.append)
    assert search(catalogue, "workshop georgia").hits
    catalogue.connection.set_trace_callback(None)
    ranked = [each for each in statements if "FROM words" in each and "rank MATCH" in each]
    assert ranked
    assert not [each for each in ranked if '"georg" OR' in each]
