"""`lang:` finds the sections that are in a language, and what `list` and `show` say of the items agrees with it."""

from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.engine import search
from support.small_catalogue import catalogue, found, item, put  # noqa: F401 - a fixture

KAZAKH = "Балалар мектепке барады, ал аналары базардан азық алып келеді"
RUSSIAN = "Министерство открыло единое окно, где граждане могут подать заявление"
ENGLISH = "The ministry opened a window where citizens can apply for a permit"


@pytest.fixture
def decks(catalogue: Catalogue) -> Catalogue:
    put(catalogue, item("kazakh.pptx"), Section(1, "Асан Оспанов"), Section(2, "Базар", KAZAKH), Section(3, "", "2025"))
    put(catalogue, item("mixed.pptx"), Section(1, "", KAZAKH, RUSSIAN), Section(2, "", RUSSIAN), Section(3, "", ENGLISH))
    return catalogue


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("lang:ru", [("mixed.pptx", 1), ("mixed.pptx", 2)]),
        ("lang:казахский", [("kazakh.pptx", 1), ("kazakh.pptx", 2), ("mixed.pptx", 1)]),
        ("базар lang:kk in:title", [("kazakh.pptx", 2)]),
        ("окно lang:kk in:notes", [("mixed.pptx", 1)]),
        ("lang:uz", []),
    ],
)
def test_a_section_is_found_by_its_language(decks: Catalogue, query: str, expected: list[tuple[str, int]]) -> None:
    assert sorted(found(decks, query)) == expected


def test_the_languages_of_an_item_are_those_of_its_sections(decks: Catalogue) -> None:
    of_items = {key[1].removeprefix("id-"): codes for key, codes in decks.languages_by_item().items()}
    assert of_items["kazakh.pptx"] == ("kk",)
    assert of_items["mixed.pptx"] == ("ru", "en", "kk")
    for held in decks.items():
        assert decks.languages(held) == of_items.get(held.remote.name, ())
        for code in of_items.get(held.remote.name, ()):
            assert held.id in {hit.item.id for hit in search(decks, f"lang:{code}", limit=1000).hits}


def test_a_section_whose_language_changes_is_found_by_the_new_one_alone(decks: Catalogue, tmp_path: Path) -> None:
    put(decks, item("kazakh.pptx"), Section(1, "Асан Оспанов"), Section(2, "", RUSSIAN))
    assert sorted(found(decks, "lang:ru"))[:2] == [("kazakh.pptx", 1), ("kazakh.pptx", 2)]
    assert found(decks, "lang:kk") == [("mixed.pptx", 1)]
    decks.connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    before = decks.languages_by_item()
    decks.connection.execute("UPDATE setting SET value = '3' WHERE name = 'normaliser'")
    decks.close()
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as again:
        assert again.languages_by_item() == before
        assert found(again, "lang:kk") == [("mixed.pptx", 1)]
