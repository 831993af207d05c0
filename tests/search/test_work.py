"""What a search does not do: texts that it does not read, words that it does not compare, questions that it asks once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.engine import search
from materials_cli.search.expression import expression_of
from materials_cli.search.hit import Match
from materials_cli.search.match import MatchLevel, _by_sound
from materials_cli.search.passages import Candidate, Passages, Tier
from materials_cli.search.query import parse
from materials_cli.search.runs import in_parts
from materials_cli.search.snippet import Finder, highlight, read
from materials_cli.words.fold import SOUND, SOUND_IN_RUN, forms_of, sound_of
from support.small_catalogue import catalogue, item, put  # noqa: F401 - a fixture

SLIDES = 40


@contextmanager
def asked(catalogue: Catalogue) -> Iterator[list[str]]:
    """The statements that SQLite is asked."""
    statements: list[str] = []
    catalogue.connection.set_trace_callback(statements.append)
    yield statements
    catalogue.connection.set_trace_callback(None)


def texts_read(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT body, notes, title") for statement in statements)


def test_what_is_spelled_nowhere_is_looked_for_by_its_sound_alone(catalogue: Catalogue) -> None:
    put(catalogue, item("names.pptx"), Section(1, "", "Гамлет"))
    passages = Passages(catalogue.connection, None)
    ((heard,),) = passages.to_hear(parse("gimulet").clauses, MatchLevel.SOUND)
    ((spelled,),) = passages.to_hear(parse("procurem").clauses, MatchLevel.SOUND)
    assert (heard.unspelled, spelled.unspelled) == (True, False)
    assert expression_of(((heard,),), MatchLevel.SOUND) == f'(("{SOUND}KMLT" * OR "{SOUND_IN_RUN}KMLT" *))'
    assert [hit.snippet for hit in search(catalogue, "hamulet gamlet").hits] == ["Гамлет"]


def test_sections_are_ranked_once_for_both_levels_of_sound(catalogue: Catalogue) -> None:
    put(catalogue, item("names.pptx"), *(Section(number, "", "Гиимоэри") for number in range(1, SLIDES)))
    with asked(catalogue) as statements:
        assert not search(catalogue, "gamur").hits
    ranked = [each for each in statements if "FROM words" in each and "rank MATCH" in each]
    assert len(ranked) == len(set(ranked)) == 1
    assert texts_read(statements) == len({each for each in statements if each.startswith("SELECT body")}) == SLIDES - 1


def test_names_of_one_alphabet_are_not_compared_by_the_sound_of_another(catalogue: Catalogue) -> None:
    put(catalogue, item("names.pptx"), *(Section(number, "", f"Гамлет {'а' * number}") for number in range(1, SLIDES)))
    passages = Passages(catalogue.connection, None)
    (clause,) = passages.to_hear(parse("Гимилот").clauses, MatchLevel.SOUND)
    _by_sound.cache_clear()
    text = " ".join(f"Гимулет{letter}" for letter in "абвгдежзик")
    assert not highlight([text], (clause,), MatchLevel.SOUND).matched
    assert _by_sound.cache_info().misses == 0
    assert highlight([text], (clause,), MatchLevel.ANY_SOUND).matched
    assert _by_sound.cache_info().misses == 10


def test_what_a_clause_has_is_counted_to_its_end_once(catalogue: Catalogue) -> None:
    put(catalogue, item("a.pptx"), *(Section(number, "", "alpha beta") for number in range(1, SLIDES)))
    put(catalogue, item("b.pptx"), *(Section(number, "", "gamma delta") for number in range(1, SLIDES)))
    with asked(catalogue) as statements:
        assert search(catalogue, "about alpha gamma alphas").hits
    counted = [each for each in statements if each.startswith("SELECT count(*)")]
    expressions = [each.partition("MATCH '")[2].partition("'")[0] for each in counted]
    assert len(expressions) == len(set(expressions)) > 1


def test_what_has_one_of_the_weightiest_words_is_counted_by_these_alone(catalogue: Catalogue) -> None:
    for deck in range(60):
        put(catalogue, item(f"{deck}.pptx"), *(Section(number, "", "alpha beta") for number in range(1, SLIDES)))
    put(catalogue, item("b.pptx"), Section(1, "", "gamma"))
    with asked(catalogue) as statements:
        assert search(catalogue, "gamma beta").hits[0].item.remote.name == "b.pptx"
    both = [each for each in statements if "gamma" in each and ") AND (" in each and " OR (" in each.partition(") AND (")[2]]
    assert any("rank MATCH" in each for each in both)
    assert not any(each.startswith("SELECT count(*)") for each in both)


def test_of_the_parts_of_a_run_half_need_not_be_asked_for(catalogue: Catalogue) -> None:
    put(catalogue, item("a.pptx"), Section(1, "", "ជនគ្រប់រូប"), Section(2, "", "មានសេរីភាព"))
    with asked(catalogue) as statements:
        parts = in_parts(Passages(catalogue.connection, None), parse("សេរីភាពជនគ្រប់រូប"))
    assert parts
    assert ["".join(term.words[0].fold for term in clause) for clause in parts.clauses] == ["សេរីភាព", "ជនគ្រប់រូប"]
    assert len([each for each in statements if "FROM words WHERE" in each]) <= 6


def test_a_candidate_is_compared_for_each_way_to_search(catalogue: Catalogue) -> None:
    put(catalogue, item("a.pptx"), Section(1, "", "alpha"))
    passages = Passages(catalogue.connection, None)
    ((place, rank),) = passages.sections(parse("alpha"), '"alpha"', 1)
    found = [
        passages.highlights(Candidate.at(place, rank, 0), Tier(parse(text).clauses, MatchLevel.WORD))
        for text in ("beta", "alpha")
    ]
    assert [bool(each.matched) for each in found] == [False, True]


def test_of_a_text_without_a_match_no_offsets_are_looked_up(catalogue: Catalogue) -> None:
    finder = Finder(parse("gamlet").clauses, MatchLevel.ANY_SOUND)
    without, hyphens, there = read("no such name"), read("no such-name"), read("Гамлет")
    assert not finder.highlights([without, hyphens]).matched
    assert finder.highlights([there]).matched
    assert [each.has_starts for each in (without, hyphens, there)] == [False, True, True]


@pytest.mark.parametrize("typed", ["khinali щедрож", "김 q"])
def test_what_cannot_be_one_name_is_not_looked_for_by_its_sound(catalogue: Catalogue, typed: str) -> None:
    sounding = "Герген Кеоркен Хнлщдрж Кимак Кимик"
    put(catalogue, item("names.pptx"), *(Section(number, "", sounding) for number in range(1, SLIDES)))
    with asked(catalogue) as statements:
        search(catalogue, typed)
    sound = sound_of(forms_of(typed.replace(" ", "")))
    assert not [each for each in statements if f'{SOUND}{sound}"' in each]


@pytest.mark.parametrize(("typed", "match"), [("egov", Match.EXACT), ("egovv", Match.FORM), ("covid19", Match.EXACT)])
def test_what_a_text_has_with_a_hyphen_alone_is_found_by_its_spelling(catalogue: Catalogue, typed: str, match: Match) -> None:
    put(catalogue, item("names.pptx"), Section(1, "", "Gov for all"), Section(2, "", "e-Gov, COVID-19"))
    results = search(catalogue, typed)
    assert (results.correction, results.hits[0].match, results.hits[0].place[-1]) == (None, match, 2)


@pytest.mark.parametrize("typed", ["Gamlet-2", "GovStak-2", "covid-2019"])
def test_what_was_typed_as_one_word_is_looked_for_by_its_sound(catalogue: Catalogue, typed: str) -> None:
    put(catalogue, item("names.pptx"), Section(1, "", "Гамлет GovStack COVID-19"))
    assert [hit.item.remote.name for hit in search(catalogue, typed).hits] == ["names.pptx"]


@pytest.mark.parametrize(
    ("written", "one"),
    [("김minsu", True), ("kimminsu", True), ("김민수", True), ("사용d다w", False), ("covid19", False), ("abщ", False)],
)
def test_what_may_be_one_name(written: str, one: bool) -> None:
    assert forms_of(written).is_of_one_name is one
