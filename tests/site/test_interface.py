"""The sentences of the pages: every language has every sentence, and every sentence that a page asks for is there."""

import re
from importlib import resources

import pytest

from materials_cli.kinds import Kind
from materials_cli.site.interface import LANGUAGES, english_date, sentences, whole_date

_CATEGORIES = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}, "kk": {"one", "other"}, "ko": {"other"}}


def _forms(told: str | dict[str, str]) -> dict[str, str]:
    return {"": told} if isinstance(told, str) else told


@pytest.mark.parametrize("key", sentences())
def test_a_sentence_is_complete_in_every_language(key: str) -> None:
    told = sentences()[key]
    assert told.keys() == LANGUAGES.keys()
    fields = {field for text in _forms(told["en"]).values() for field in re.findall(r"\{\w+\}", text)}
    for language, sentence in told.items():
        forms = _forms(sentence)
        assert "" in forms or forms.keys() == _CATEGORIES[language]
        assert all(text.strip() for text in forms.values())
        if not key.startswith("date_"):
            assert all(set(re.findall(r"\{\w+\}", text)) == fields for text in forms.values())


def test_every_sentence_is_asked_for_and_every_one_that_is_asked_for_is_there() -> None:
    folder = resources.files("materials_cli.site")
    files = [
        file for place in ("templates", "templates/parts", "assets") for file in (folder / place).iterdir() if file.is_file()
    ]
    text = "\n".join(file.read_text("utf-8") for file in files)
    asked = set(re.findall(r'(?:\bt|english|row|count|outside|say)\(\s*(?:[\w.]+,\s*)?"(\w+)"', text))
    asked |= set(re.findall(r'data-t(?:-\w+)?="(\w+)"', text))
    assert asked - {"kind_"} <= sentences().keys()
    composed = {f"kind_{kind}" for kind in Kind} | {name for unit in UNITS for name in (unit, f"{unit}_count")}
    spoken = {key for key in sentences() if f'"{key}"' in text}
    assert sentences().keys() - spoken - composed - {"date_day", "date_month"} == set()


UNITS = ("slide", "page", "sheet", "section", "picture")


@pytest.mark.parametrize(
    ("edtf", "shown", "known_to_html"),
    [
        ("2025-06-23", "23 June 2025", True),
        ("2025-06", "June 2025", True),
        ("2025", "2025", True),
        ("2025-06-23/2025-06-25", "23–25 June 2025", False),
        ("2025-06-30/2025-07-02", "30 June 2025 – 2 July 2025", False),
        ("2025-06~", "2025-06~", False),
        ("2025-06/..", "2025-06/..", False),
        ("2025-21", "2025", False),  # spring
    ],
)
def test_a_date_is_written_as_people_write_it(edtf: str, shown: str, known_to_html: bool) -> None:
    assert (english_date(edtf), whole_date(edtf)) == (shown, known_to_html)
