"""The catalogue in Firefox, from a disk: languages, search as one types, addresses, and nothing hostile runs."""

from pathlib import Path

import pytest

from materials_cli.site.build import build_file, build_folder
from support.firefox import Firefox, firefox
from support.made_holdings import made_holdings

__all__ = ["firefox"]
KOREA = f"{3:010x}"


@pytest.fixture(scope="module", params=["folder", "file"])
def start(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page of a folder, and one file."""
    top = tmp_path_factory.mktemp("site")
    (top / "made").mkdir()
    holdings = made_holdings(top / "made")
    if request.param == "file":
        build_file(holdings, top / "catalogue.html")
        return top / "catalogue.html"
    build_folder(holdings, top / "catalogue")
    return top / "catalogue" / "index.html"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Tonurist", "Piret Tõnurist"), ("민관협력", "전자정부와 민관협력"), ("მონაცემთა", "ელექტრონული მმართველობა"),
        ("អត្តសញ្ញាណ", "រដ្ឋាភិបាលឌីជីថល"), ("e-government", "전자정부"),
    ],
)  # fmt: skip
def test_words_are_found_as_one_types(firefox: Firefox, start: Path, typed: str, expected: str) -> None:
    firefox.open("about:blank")
    firefox.open((start if start.name == "catalogue.html" else start.with_name("search.html")).as_uri() + "#?q=")
    field = ".ask:not([hidden]) input"
    firefox.until(f"return [...document.querySelectorAll('{field}')].some((each) => each.offsetParent)")
    firefox.run(f"[...document.querySelectorAll('{field}')].find((each) => each.offsetParent).id = 'asked'")
    firefox.type("#asked", typed)
    found = "[...document.querySelectorAll('.found')]"
    firefox.until(f"return {found}.length < 5 && {found}.some((each) => each.innerText.includes('{expected}'))")
    assert firefox.run("return window.ran ?? null") is None
    assert firefox.run("return typeof window.MaterialsSearch") == "object"  # so that `ran` would be seen, too


def test_the_pages_speak_the_language_of_the_browser_and_an_address_leads_to_its_slide(firefox: Firefox, start: Path) -> None:
    firefox.open("about:blank")
    firefox.open(start.as_uri())
    assert firefox.until("return document.documentElement.lang") == "ru"
    assert "Коллекции" in firefox.run("return document.body.innerText")
    firefox.open("about:blank")
    firefox.open(f"{start.as_uri()}#{KOREA}/2")
    firefox.until(f"return document.activeElement.id === '{KOREA}/2'")
    assert "디지털 플랫폼 정부" in firefox.run("return document.activeElement.innerText")
    assert firefox.run("return window.ran ?? null") is None
