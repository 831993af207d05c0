"""What an item says of itself: each value from the best source that has it, and named."""

import json
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.describe.derive import Facts, count_words, derive
from materials_cli.describe.description import Origin, Own
from materials_cli.describe.people import creators_of, typed_creators
from materials_cli.model import Section


@pytest.mark.parametrize(
    ("properties", "slide", "title", "source"),
    [
        ({"title": "Open data", "title_from": "text"}, "Open data", "Open data", Origin.SECTION),
        ({"title": "Open data", "title_from": "text"}, "Welcome", "Open data", Origin.TEXT),
        ({}, "Welcome", "Cases of X", Origin.NAME),
        ({"title": "Digital services"}, "Welcome", "Digital services", Origin.PROPERTIES),
    ],
)
def test_a_title_says_where_it_was_found(properties: Mapping[str, str], slide: str, title: str, source: Origin) -> None:
    own = derive(Facts(name="Cases_of_X.pptx", properties=properties, first=Section(1, slide)))
    assert (own.title, own.sources["title"]) == (title, source)


@pytest.mark.parametrize(
    ("name", "folders", "session", "day", "date", "country"),
    [
        ("Delegation of Georgia.pptx", ("Day 1", "Session 2 – Cases"), "Session 2 – Cases", 1, None, "GE"),
        ("발표.pptx", ("2일차", "세션 1"), "세션 1", 2, None, None),
        ("доклад.ppt", ("День 2", "Сессия II. Опыт"), "Сессия II. Опыт", 2, None, None),
        ("2025-06-24_Panel 3 Kazakhstan.pdf", (), "Panel 3", None, "2025-06-24", "KZ"),
        ("24.06.2025.pdf", ("1-kun", "Monday"), None, 1, "2025-06-24", None),
        ("Yesterday 1.pdf", ("Modular 3",), None, None, None, None),
    ],
)
def test_folders_and_names_tell_session_day_date_and_country(
    name: str, folders: tuple[str, ...], session: str | None, day: int | None, date: str | None, country: str | None
) -> None:
    own = derive(Facts(name=name, folders=folders))
    assert (own.session, own.day, own.date) == (session, day, date)
    assert [each.code for each in own.countries] == ([country] if country else [])


@pytest.mark.parametrize(
    ("body", "people"),
    [
        (
            "Nino Beridze\nHead, Digital Governance Agency, Georgia",
            [("Nino Beridze", "Digital Governance Agency, Georgia", "GE")],
        ),
        ("Steven Glover\nSékou Kone\n10 June 2019", [("Steven Glover", None, None), ("Sékou Kone", None, None)]),
        ("Докладчик: Иван Петров", [("Иван Петров", None, None)]),
        ("김민수 과장\n행정안전부", [("김민수", "행정안전부", None)]),
        ("Dr. Anna Lee, Deputy Minister, Uzbekistan", [("Anna Lee", None, "UZ")]),
        ("Data Collection\nOpen Source\n10 June 2019", []),
        ("Samarkand, Uzbekistan\nJune 2025", []),
        ("Anna Lee\nand much more on the following slides", []),
    ],
)
def test_a_first_slide_presents_its_speakers(body: str, people: list[tuple[str, str | None, str | None]]) -> None:
    found = creators_of({}, Section(1, "A title", body))
    assert [(one.name, one.organisation, one.country) for one in found] == people


def test_the_author_of_the_properties_comes_after_the_speakers_and_no_program_or_address_is_one() -> None:
    first = Section(1, "T", "Presenter: Anna Lee")
    found = creators_of({"author": "Lee, Anna; Bob Ray <bob@example.org>; user", "company": "ACME"}, first)
    assert [(one.name, one.source) for one in found] == [("Anna Lee", Origin.SECTION), ("Bob Ray", Origin.PROPERTIES)]
    assert creators_of({"author": "bob@example.org"}, None) == ()
    assert creators_of({"author": "python-pptx"}, None) == ()


def test_a_place_on_a_first_slide_is_not_the_country_that_it_is_about() -> None:
    own = derive(Facts(name="a.pptx", first=Section(1, "Digital Mongolia", "Samarkand, Uzbekistan\n24 June 2025, Uzbekistan")))
    assert [(each.code, each.source) for each in own.countries] == [("MN", Origin.SECTION)]


def test_a_correction_wins_and_an_empty_one_says_that_there_is_none() -> None:
    facts = Facts(name="a.pptx", properties={"author": "Anna Lee", "title": "Stale title", "keywords": "x, y; z"})
    own = derive(Facts(**{**{n: getattr(facts, n) for n in Facts.__slots__}, "corrections": {"title": "True", "creators": []}}))
    assert (own.title, own.sources["title"], own.creators) == ("True", Origin.CORRECTED, ())
    assert "creators" not in own.sources
    assert own.keywords == ("x", "y", "z")


@given(
    st.text(max_size=80), st.text(max_size=200), st.dictionaries(st.sampled_from(["author", "title", "keywords"]), st.text())
)
def test_whatever_a_file_says_the_answer_survives_json(name: str, body: str, properties: dict[str, str]) -> None:
    own = derive(Facts(name=name or "x", first=Section(1, body, body), properties=properties, folders=(body,)))
    assert own.title
    assert Own.from_json(json.loads(json.dumps(own.to_json()))) == own


@pytest.mark.parametrize("piece", ["-", "a", " ", "@", "a@", "(", "세", ", ", "a,"])
def test_however_long_a_line_is_it_is_described_in_one_pass(piece: str) -> None:
    """In quadratic time each of these would take the test's whole time limit."""
    line = piece * 400_000
    assert count_words(line) in {0, 1} or piece.strip() != piece
    assert derive(Facts(name="a.pdf", properties={"author": line, "keywords": line}, first=Section(1, line))).title == "a"
    with suppress(ValueError):
        typed_creators(f"a{line}!")


@given(st.text(alphabet="a-é. \n1"))
def test_words_are_what_stands_between_spaces_and_says_something(text: str) -> None:
    assert count_words(text) == sum(any(map(str.isalnum, word)) for word in text.split())
