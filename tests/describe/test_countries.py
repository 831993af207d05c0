"""Countries are known by their names in the project's languages, with the endings that these add, and not by other words."""

import pytest

from materials_cli.describe import countries
from materials_cli.describe.countries import countries_in, country_code, country_name
from materials_cli.words.fold import words


@pytest.mark.parametrize(
    ("name", "code"),
    [("Georgia", "GE"), ("ge", "GE"), ("საქართველო", "GE"), ("조지아", "GE"), ("Lao PDR", "LA"), ("Republic of Korea", "KR"),
     ("한국", "KR"), ("Кыргызская Республика", "KG"), ("Viet Nam", "VN"), ("Atlantis", None), ("", None)],
)  # fmt: skip
def test_a_country_has_one_code(name: str, code: str | None) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Опыт Грузии и Республики Корея", ("GE", "KR")),
        ("조지아의 전자정부", ("GE",)),
        ("საქართველოს გამოცდილება", ("GE",)),
        ("Ўзбекистонда рақамли хизматлар", ("UZ",)),
        ("Guinea-Bissau and Guinea", ("GW", "GN")),
        ("수단과 방법", ()),
        ("mali xidmətlər", ()),
        ("Груз для порта", ()),
        ("for us all", ()),
    ],
)
def test_a_text_names_countries(text: str, codes: tuple[str, ...]) -> None:
    assert countries_in(text) == codes


def test_in_a_name_nobody_minds_capitals() -> None:
    assert countries_in("georgia_egov-final".replace("_", " "), name=True) == ("GE",)


def test_a_code_has_an_english_name() -> None:
    assert (country_name("KG"), country_name("??")) == ("Kyrgyzstan", "??")


def test_every_name_is_found_among_those_that_begin_in_its_alphabet() -> None:
    spaced = [name for names in countries._table().values() for name in names if not countries._is_unspaced(name)]
    for name in spaced:
        folded = tuple(word.forms.fold for word in words(name))
        found = countries._names_in(countries._alphabet(name))
        assert countries._names_like(folded[0]) is found, name
        assert folded in found.folded
        assert folded[0] in found.firsts
    assert countries.spaced_names().keys() == {tuple(word.forms.fold for word in words(name)) for name in spaced}
