"""One language in, all out: names and terms of the field, behind the words as typed, and told apart from them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import equivalents as tool
from attested import with_checks
from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import MaterialsError
from materials_cli.model import Section
from materials_cli.search.engine import Results, search
from materials_cli.search.equivalents import COMPILED, Concept, compiled, concepts_in, own_concepts, shipped
from materials_cli.search.hit import Hit, Match
from materials_cli.search.widen import with_other_words
from materials_cli.words.fold import words
from support.small_catalogue import item, put
from support.xlang import countries_lost, questions

TEXTS = {
    "en": "Electronic government in Georgia is built on one registry",
    "ru": "Развитие электронного правительства: опыт Грузии и ПРООН",
    "ko": "전자정부는 국민을 위한 것이다",
    "ka": "საქართველოს ელექტრონული მთავრობა",
    "uz": "Elektron hukumatning rivojlanishi",
    "km": "ការអភិវឌ្ឍរដ្ឋាភិបាលអេឡិចត្រូនិកនៅកម្ពុជា",
    "tg": "Рушди ҳукумати электронӣ",
}


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue.open(tmp_path / "catalogue.sqlite", write=True)
    for code, text in TEXTS.items():
        put(made, item(f"{code}.pptx"), Section(1, "", text))
    put(made, item("other.pptx"), Section(1, "", "electronic music, and who governs it"))
    yield made
    made.close()


def find(catalogue: Catalogue, text: str, limit: int = 20) -> Results:
    return search(catalogue, text, limit=limit, equivalents=shipped())


def planted(name: str, *missing: str) -> Hit:
    return Hit(item(name), None, "", (), 0.0, Match.SOME if missing else Match.EXACT, missing)


def names(found: Results, *matches: Match) -> list[str]:
    return sorted(hit.item.remote.name[:-5] for hit in found.hits if not matches or hit.match in matches)


@pytest.mark.parametrize("typed", ["e-government", "электронного правительства", "전자정부", "elektron hukumat"])
def test_a_term_of_the_field_is_found_in_every_language(catalogue: Catalogue, typed: str) -> None:
    found = find(catalogue, typed)
    assert {*names(found)} >= {*TEXTS}
    assert "other" not in names(found, Match.MEANING)
    assert names(found, Match.MEANING)
    assert found.also


def test_no_spelling_is_suggested_for_words_that_have_an_answer_in_other_words(catalogue: Catalogue) -> None:
    put(catalogue, item("window.pptx"), Section(1, "", "The single window of all ministries"))
    put(catalogue, item("loop.pptx"), Section(1, "", "One stop loop of the tram"))
    found = find(catalogue, "one stop shop")
    assert found.correction is None
    assert names(found, Match.MEANING) == ["window"]


def test_alternatives_that_somebody_typed_are_all_that_is_meant(catalogue: Catalogue) -> None:
    assert not names(find(catalogue, "music OR 전자정부"), Match.MEANING)


def test_what_was_typed_comes_first_and_is_what_it_was(catalogue: Catalogue) -> None:
    for typed in ("electronic government", "government", "Georgia", "music", "nothing of the kind"):
        plain, wide = search(catalogue, typed), find(catalogue, typed)
        assert [hit for hit in wide.hits if hit.match is not Match.MEANING] == [
            hit
            for hit in plain.hits
            if (hit.item, hit.section) not in {(h.item, h.section) for h in wide.hits if h.match is Match.MEANING}
        ]
        assert (plain.correction, plain.absent, plain.total) == (wide.correction, wide.absent, wide.total)


def test_names_meet_in_any_language_and_case(catalogue: Catalogue) -> None:
    assert names(find(catalogue, "Georgia"), Match.MEANING) == ["ka", "ru"]
    assert names(find(catalogue, "საქართველო"), Match.MEANING) == ["en", "ru"]
    assert names(find(catalogue, "UNDP"), Match.MEANING) == ["ru"]
    assert not names(find(catalogue, "undp"), Match.MEANING)  # an abbreviation is one in capitals


def test_several_meanings_at_once_and_what_is_missing_is_said(catalogue: Catalogue) -> None:
    found = find(catalogue, "e-government in Georgia")
    best = [hit for hit in found.hits if hit.match is Match.MEANING]
    assert {hit.item.remote.name for hit in best[:2]} == {"ru.pptx", "ka.pptx"}
    assert [hit.missing for hit in best[:2]] == [(), ()]
    assert {hit.missing for hit in best[2:]} <= {("Georgia",)}


def test_what_lacks_fewer_words_comes_first_and_of_equals_what_has_those_that_were_typed(catalogue: Catalogue) -> None:
    found = find(catalogue, "e-government Georgia hydroponics").hits
    assert (found[0].item.remote.name, found[0].match, found[0].missing) == ("en.pptx", Match.SOME, ("hydroponics",))
    assert {hit.item.remote.name for hit in found[1:3]} == {"ru.pptx", "ka.pptx"}
    assert {hit.missing for hit in found[1:3]} == {("hydroponics",)}
    put(catalogue, item("plants.pptx"), Section(1, "", "hydroponics"))
    found = find(catalogue, "e-government Georgia hydroponics").hits
    (plants,) = (number for number, hit in enumerate(found) if hit.item.remote.name == "plants.pptx")
    assert plants > 2


def test_hits_for_the_words_as_typed_and_for_others_take_turns_by_what_they_lack() -> None:
    typed = [planted("sure"), planted("typed 1", "a"), planted("typed 3", "a", "b", "c")]
    others = [planted("meant 1", "b"), planted("sure"), planted("meant 2", "b", "c"), planted("meant 3", "a", "b", "c")]
    merged = [hit.item.remote.name for hit in with_other_words(typed, others, limit=9, extra=5)]
    assert merged == ["sure", "typed 1", "meant 1", "meant 2", "typed 3", "meant 3"]


def test_as_many_are_found_in_other_words_as_were_asked_for(catalogue: Catalogue) -> None:
    for number in range(40):
        put(catalogue, item(f"more {number}.pptx"), Section(1, "", TEXTS["uz"]))
    assert len(names(find(catalogue, "전자정부", 40), Match.MEANING)) > 30


def test_quotes_and_filters_narrow_it(catalogue: Catalogue) -> None:
    assert not names(find(catalogue, '"electronic government"'), Match.MEANING)
    assert names(find(catalogue, "e-government answer:ko")) == ["ko"]
    assert names(find(catalogue, "e-government lang:ru")) == ["ru"]
    assert "tg" not in names(find(catalogue, "e-government -Рушди"))


def test_a_common_meaning_weighs_less_than_a_rare_one(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as made:
        for number in range(30):
            put(made, item(f"{number}.pptx"), Section(1, "", f"Результаты и данные, встреча {number}"))
            put(made, item(f"{number}-other.pptx"), Section(1, "", f"Сады {number}"), Section(2, "", f"Птицы {number}"))
        put(made, item("rare.pptx"), Section(1, "", "Пытки запрещены"))
        hits = find(made, "results of the data on torture").hits
    assert hits[0].item.remote.name == "rare.pptx"


def test_old_azerbaijani_letters_and_armenian_cases_follow_from_the_spelling(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as made:
        put(made, item("az.pptx"), Section(1, "", "Електрон һөкумәт һаггында"))
        put(made, item("hy.pptx"), Section(1, "", "Պայքար ստրկության դեմ"))
        assert names(find(made, "e-government")) == ["az"]
        assert names(find(made, "slavery")) == ["hy"]


def test_every_country_of_the_region_is_found_from_english_and_back() -> None:
    assert not countries_lost()


def test_what_was_attested_is_noted_by_language_and_nothing_else_changes() -> None:
    text = '# first\n\n[a]\nen = "A"  # doubtful\n\n[b]\nen = "B"\nchecks = { en = "a law" }\n'
    assert with_checks(text, {"b": {"en": "a law"}}) == text
    noted = with_checks(text, {"a": {"ru": "corpus", "en": "corpus"}, "b": {}})
    assert [(concept.id, concept.checks) for concept in concepts_in(noted)] == [
        ("a", {"en": "corpus", "ru": "corpus"}),
        ("b", {}),
    ]
    assert "# doubtful" in noted


def test_no_more_than_five_come_in_addition(catalogue: Catalogue) -> None:
    assert len(find(catalogue, "electronic government", limit=1).hits) == 1 + 5


def test_an_archive_has_words_of_its_own(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "glossary.toml").write_text('[ours]\nen = "The Great Plan"\nru = ["Рушди", "план"]\n', "utf-8")
    own = shipped().with_own(own_concepts(tmp_path))
    assert names(search(catalogue, "great plan", equivalents=own), Match.MEANING) == ["tg"]
    for wrong in ("[a", 'a = "b"', "[a]\nen = 1", "[a]\nen = [1]"):
        (tmp_path / "names.toml").write_text(wrong, "utf-8")
        with pytest.raises(MaterialsError) as refused:
            own_concepts(tmp_path)
        assert str(refused.value.where).endswith("names.toml")


@pytest.mark.parametrize(
    ("table", "why"),
    [(f"a = {'[' * 9000}", "recursion"), (f"[{'a.' * 501}a]", "501 dots"), ("a" + '."\u2028"' * 501 + "=1", "501 dots")],
)
def test_a_table_of_another_archive_is_refused_if_it_would_take_minutes_to_read(tmp_path: Path, table: str, why: str) -> None:
    (tmp_path / "glossary.toml").write_text(table, "utf-8")
    with pytest.raises(MaterialsError, match=why):
        own_concepts(tmp_path, largest=1_000_000)


def test_the_compiled_tables_are_up_to_date() -> None:
    assert Path(tool.TOP, tool.SEARCH, COMPILED).read_text("utf-8") == tool.text_of(tool.TOP)


def test_the_questions_are_each_asked_once_and_half_of_them_put_aside() -> None:
    listed = questions()
    assert len({(each.question, each.item) for each in listed}) == len(listed) >= 150
    assert 60 <= sum(each.aside for each in listed) <= 90


def test_every_term_of_the_tables_finds_its_concept() -> None:
    table = shipped()
    for concept in tool.concepts(tool.TOP):
        for spelling in concept.spellings:
            typed = [(spelling[word.start : word.end], word.forms) for word in words(spelling)]
            if len(typed) <= 6:
                found = [spellings for part in table.find(typed) for spellings in part.spellings]
                assert spelling in found, (concept.id, spelling)


@given(
    st.dictionaries(
        st.from_regex("[a-z]{1,8}", fullmatch=True), st.lists(st.text("abéя전ក ", min_size=1), min_size=1, max_size=3)
    )
)
def test_any_table_is_found_again(rows: dict[str, list[str]]) -> None:
    listed = [Concept(name, {"en": tuple(terms)}) for name, terms in rows.items()]
    assert compiled(listed).count("\n\t") + compiled(listed).startswith("\t") == len(listed)
    text = "".join(f"[{name}]\nen = {terms!r}\n".replace("'", '"') for name, terms in rows.items())
    assert [concept.id for concept in concepts_in(text)] == list(rows)
