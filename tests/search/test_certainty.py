"""A hit tells how it was found, and a question is answered by the words that say something."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.engine import search
from materials_cli.search.hit import Match
from materials_cli.search.query import parse
from support.invented import invented_archive
from support.small_catalogue import item, put


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    top = invented_archive(tmp_path_factory.mktemp("invented"))
    with Catalogue.open(top / ".materials" / "catalogue.sqlite") as catalogue:
        yield catalogue


@pytest.mark.parametrize(
    ("typed", "match", "missing"),
    [
        ("digital identity", Match.EXACT, ()),
        ("DIGITAL nunez", Match.SOME, ("nunez",)),
        ("jose nunez", Match.EXACT, ()),
        ("registry", Match.FORM, ()),
        ("anticip", Match.FORM, ()),
        ("procur*", Match.EXACT, ()),
        ("Байменова", Match.FORM, ()),
        ("Baimenov", Match.ALPHABET, ()),
        ("Хосе Нуньес", Match.SOUND, ()),
        ("procurement hydroponics", Match.SOME, ("hydroponics",)),
    ],
)
def test_a_hit_tells_how_it_was_found(catalogue: Catalogue, typed: str, match: Match, missing: tuple[str, ...]) -> None:
    hit = search(catalogue, typed).hits[0]
    assert (hit.match, hit.missing) == (match, missing)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("who spoke about digital identity?", 1),
        ("what did they say about the procurement of cloud services", 2),
        ("кто выступит про хаб государственной службы?", 3),
        ("Toshkent shahar hokimligi haqida kim gapirdi?", 5),
    ],
)
def test_a_question_is_answered_by_what_it_asks_for(catalogue: Catalogue, typed: str, number: int) -> None:
    section = search(catalogue, typed).hits[0].section
    assert section
    assert section.number == number


def test_a_word_that_is_nowhere_is_named(catalogue: Catalogue) -> None:
    assert search(catalogue, "procurement hydroponics").absent == ("hydroponics",)
    assert search(catalogue, "hydroponics").absent == ("hydroponics",)
    assert search(catalogue, "procurement services").absent == ()


def test_a_sentence_without_spaces_is_found_by_its_parts(catalogue: Catalogue) -> None:
    found = search(catalogue, "김민수는블록체인투표를개발했습니다")
    assert [(hit.match, hit.snippet[hit.marks[0][0] : hit.marks[0][1]]) for hit in found.hits[:1]] == [(Match.SOME, "김민수")]
    assert found.absent == ("김민수는블록체인투표를개발했습니다",)
    assert search(catalogue, "블록체인").hits == ()


@pytest.mark.parametrize("typed", ["SAID", "ЕЛК", "PIER", "THO"])
def test_an_abbreviation_is_neither_corrected_nor_taken_for_a_beginning(catalogue: Catalogue, typed: str) -> None:
    found = search(catalogue, typed)
    assert found.correction is None
    assert found.hits == ()


SLIPS = ["registires", "egistries", "tegistries", "xregistries", "ergistries"]


@pytest.mark.parametrize(("typed", "corrected"), [*((slip, "registries") for slip in SLIPS), ("prokuremnt", "procurement")])
def test_a_slip_is_corrected(catalogue: Catalogue, typed: str, corrected: str) -> None:
    assert search(catalogue, typed).correction == corrected


@pytest.mark.parametrize("typed", ["registrations", "identical", "cloudburst"])
def test_another_word_is_no_slip(catalogue: Catalogue, typed: str) -> None:
    assert search(catalogue, typed).correction is None


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("who spoke about X-Road", ["X-Road"]),
        ("WHO reform", ["WHO", "reform"]),
        ("Li Na", ["Li", "Na"]),
        ("what is it", ["what", "is", "it"]),
        ('"who is who" guide', None),
        ("តើមានអ្វីអំពីទាសភាព", ["ទាសភាព"]),
        ("кто выступал или рассказывала про хаб", ["хаб"]),
        ("누가 슬라이드에서 전자정부에 대해 말했나요", ["전자정부"]),
    ],
)
def test_what_a_question_is_about(typed: str, left: list[str] | None) -> None:
    query = parse(typed)
    content = query.content()
    assert [content.typed(clause) for clause in content.clauses] == left if left else content == query


def test_a_name_that_has_some_of_the_words_is_found(catalogue: Catalogue) -> None:
    hit = search(catalogue, "who is in the speakers.pptx from hydroponics").hits[0]
    assert (hit.item.path, hit.match, hit.missing) == ("invented/speakers.pptx", Match.SOME, ("hydroponics",))


@pytest.mark.parametrize("typed", ["ocupation of registires", "hydroponics registires"])
def test_a_slip_beside_a_word_that_is_nowhere_is_corrected(catalogue: Catalogue, typed: str) -> None:
    found = search(catalogue, typed)
    assert found.correction == f"{typed.rpartition(' ')[0]} registries"
    assert [(hit.section.number, hit.match) for hit in found.hits if hit.section] == [(1, Match.SOME)]
    assert found.absent == (typed.partition(" ")[0],)


def test_a_rare_name_that_only_sounds_alike_leads_what_has_a_common_word(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        common = [Section(number, "", f"Item 7 of page {number}") for number in range(2, 8)]
        others = [Section(number, "", "Nothing else") for number in range(8, 14)]
        put(catalogue, item("deck.pptx"), Section(1, "", "Mirziyoyev spoke"), *common, *others)
        found = search(catalogue, "MIRZIEEV 7").hits
        assert next((hit.section.number, hit.missing) for hit in found if hit.section) == (1, ("7",))
        assert len(found) == 7


def test_words_that_stand_together_come_first(catalogue: Catalogue) -> None:
    apart, together = search(catalogue, "cloud services"), search(catalogue, "services cloud")
    assert apart.hits[0].score == together.hits[0].score > search(catalogue, "procurement services").hits[0].score


def test_an_abbreviation_is_no_other_word_of_its_alphabet_that_sounds_alike(catalogue: Catalogue) -> None:
    assert [hit.match for hit in search(catalogue, "сахри").hits] == [Match.FORM]  # шаҳри
    assert not search(catalogue, "САХРИ").hits
    assert [hit.match for hit in search(catalogue, "SAHRI").hits] == [Match.ALPHABET]


def test_what_has_enough_of_the_words_is_there_however_often_the_best_has_its_own(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        for number, text in enumerate(["harbour " * 9] + ["by ferry" + " and on" * 20] * 4 + ["a road"] * 17):
            put(catalogue, item(f"{number}.pptx"), Section(1, "", text, ""))
        assert [hit.missing for hit in search(catalogue, "harbour ferry").hits] == [("ferry",)] + [("harbour",)] * 4
