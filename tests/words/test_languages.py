"""The languages of texts: of sentences, short texts, mixed ones and those in a language that nobody asks for."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.words.languages import CODES, NAMES, code_of, languages, of_sections

SENTENCES = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))
LONG = {code: text.strip().splitlines() for code, text in SENTENCES["long"].items()}
SLIDES = {code: "\n".join(lines[:2]) for code, lines in LONG.items()}


@pytest.mark.parametrize("code", LONG)
def test_a_sentence_is_in_its_language(code: str) -> None:
    assert {line: languages(line) for line in LONG[code]} == dict.fromkeys(LONG[code], (code,))


def test_sentences_in_capitals_are_in_the_same_language() -> None:
    loud = {code: [line.upper() for line in lines] for code, lines in LONG.items()}
    assert {code: {languages(line) for line in lines} for code, lines in loud.items()} == {code: {(code,)} for code in LONG}


def test_a_text_in_an_unknown_language_is_in_none_of_ours() -> None:
    texts = SENTENCES["other"]["texts"].strip().splitlines()
    assert {text: languages(text) for text in texts} == dict.fromkeys(texts, ())


@pytest.mark.parametrize("code", SENTENCES["short"])
def test_a_short_text_is_in_its_language_if_its_words_tell(code: str) -> None:
    texts = SENTENCES["short"][code].splitlines()
    assert {text: languages(text) for text in texts} == dict.fromkeys(texts, (code,) if code else ())


@pytest.mark.parametrize(
    ("first", "second"), [("kk", "ru"), ("ky", "ru"), ("uz", "en"), ("az", "en"), ("tg", "ru"), ("mn", "en"), ("ko", "en")]
)
def test_a_slide_in_two_languages_is_in_both(first: str, second: str) -> None:
    assert set(languages(f"{SLIDES[first]}\n{SLIDES[second]}")) == {first, second}


def test_a_foreign_name_or_two_do_not_make_a_language() -> None:
    assert languages("Using AI responsibly\nPublish a register of algorithms\nKeep a human in the loop") == ("en",)
    assert languages("Piret Tõnurist") == ()
    assert languages(f"{SLIDES['ru']} Қанат Әбілов, Estonia") == ("ru",)
    assert languages(f"{SLIDES['en']} Владимир") == ("en",)


def test_a_slide_that_says_too_little_is_in_the_language_of_its_deck() -> None:
    deck = [(SLIDES["kk"], ""), ("Асқар Оспанов", ""), ("X-Road", ""), (SLIDES["kk"], SLIDES["ru"]), ("2025", "")]
    assert of_sections(deck) == [("kk",), ("kk",), (), ("kk", "ru"), ()]
    assert of_sections([("X-Road", ""), ("Delta 2025", ""), ("2025", "")]) == [("en",), ("en",), ()]
    assert of_sections([(SLIDES["uz"], ""), ("X-Road", "")]) == [("uz",), ("uz",)]
    german = SENTENCES["other"]["texts"].strip().splitlines()[0]
    assert of_sections([(SLIDES["en"],), (german,)]) == [("en",), ()]
    assert of_sections([("X-Road",), (german,)]) == [(), ()]


def test_a_language_is_known_by_its_code_and_by_its_names() -> None:
    assert {code_of(code) for code in CODES} == CODES
    assert all(code_of(name.title()) == code for name, code in NAMES.items())
    names = ["Қазақша", "русский", "oʻzbekcha", "o'zbek", "забони тоҷикӣ", "հայերեն", "tl", "Tiếng Việt", "한국어", "казахский"]
    assert [*map(code_of, names)] == ["kk", "ru", "uz", "uz", "tg", "hy", "fil", "vi", "ko", "kk"]
    assert code_of("Klingon") is None
    assert code_of("") is None


@given(st.text())
def test_any_text_has_some_known_languages_or_none(text: str) -> None:
    assert set(languages(text)) <= CODES
