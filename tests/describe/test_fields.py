"""Corrections: what a person types is read, what is shown can be typed back, and hostile values are refused by name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.configfile import parse
from materials_cli.describe.derive import Facts, derive
from materials_cli.describe.fields import FIELDS, read_corrections
from materials_cli.errors import MaterialsError

NAMES = (
    st.text("ABCdefgh АБв김 -'", min_size=2, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: len(text) > 1)
)


def corrections(folder: Path, text: str) -> dict[str, object]:
    (folder / "one.toml").write_text(text, "utf-8")
    return read_corrections(parse(folder / "one.toml"))


@pytest.mark.parametrize("name", FIELDS)
def test_the_example_of_each_field_is_valid(tmp_path: Path, name: str) -> None:
    assert list(corrections(tmp_path, FIELDS[name].example)) == [name]


def test_values_are_normalised(tmp_path: Path) -> None:
    text = 'countries = ["Грузия", "kz", "GE"]\nlanguages = ["English", "ru"]\ndate = 2025-06-24\n'
    assert corrections(tmp_path, f'{text}creators = ["Anna Lee (UNDP, Georgia)"]') == {
        "countries": ["GE", "KZ"],
        "languages": ["en", "ru"],
        "date": "2025-06-24",
        "creators": [{"name": "Anna Lee", "organisation": "UNDP", "country": "GE"}],
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("titel = 'x'", "titel: unknown field; did you mean “title”?"),
        ("title = 1", "title: must be text in quotes"),
        (f"title = '{'x' * 5000}'", "title: must be text in quotes"),
        ('title = "a\\u001b[31m"', "title: must be text in quotes"),
        ("countries = ['Atlantis']", "countries: “Atlantis” is not the name or code of a country"),
        ("creators = [{organisation = 'UNDP'}]", "creators: must be a list of people"),
        ("creators = ['(UNDP)']", "creators: must be a list of people"),
        ("day = 0", "day: must be the number of a day"),
        ("date = 'June'", "date: must be a date such as"),
        ("languages = ['Elvish tongue']", "languages: must be a list of languages"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(MaterialsError) as caught:
        corrections(tmp_path, f"\n{text}\n")
    assert str(caught.value.what).startswith(what)
    assert str(caught.value.where).endswith("one.toml, line 2")


@given(st.lists(st.tuples(NAMES, st.none() | NAMES, st.sampled_from([None, "GE", "KZ"])), max_size=3, unique_by=lambda p: p[0]))
def test_what_a_cell_shows_can_be_typed_back(people: list[tuple[str, str | None, str | None]]) -> None:
    creators = [{"name": n, **({"organisation": o} if o else {}), **({"country": c} if c else {})} for n, o, c in people]
    written = {
        "creators": creators,
        "countries": ["GE"],
        "keywords": ["a b", "c"],
        "languages": ["ky", "en"],
        "day": 2,
        "title": "T",
    }
    own = derive(Facts(name="x", corrections=written))
    assert {name: FIELDS[name].typed(FIELDS[name].written(own)) for name in written} == written
