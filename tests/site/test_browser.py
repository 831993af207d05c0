"""The catalogue as people use it: opened by double-click in Chromium, from a disk, without a network."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest

from materials_cli.site import pages
from materials_cli.site.build import build_file, build_folder
from support.browser import Opened, browser, opened  # noqa: F401 - fixtures
from support.made_holdings import made_holdings

GEORGIA, CAMBODIA, KOREA, ESTONIA, HOSTILE = (f"{number:010x}" for number in (1, 2, 3, 4, 9))
AXE = os.environ.get("MATERIALS_TEST_AXE", "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue as a folder, and beside it as one file."""
    top = tmp_path_factory.mktemp("site")
    (top / "made").mkdir()
    holdings = made_holdings(top / "made")
    build_folder(holdings, top / "catalogue")
    build_file(holdings, top / "catalogue.html")
    return top / "catalogue"


def page_of(site: Path, key: str) -> Path:
    return site / "items" / f"{key}.html"


@pytest.fixture(params=["folder", "file"])
def start(request: pytest.FixtureRequest, site: Path) -> Path:
    """The first page of the folder, and the one file."""
    return site / "index.html" if request.param == "folder" else site.parent / "catalogue.html"


def test_the_pages_speak_the_language_of_the_browser_and_the_one_that_is_chosen(start: Path, opened: Opened) -> None:
    with opened(start, within=start.parent, locale="ru-RU") as page:
        assert page.locator("html").get_attribute("lang") == "ru"
        assert page.locator("h2").first.inner_text() == "Коллекции"
        page.locator("#interface-language").select_option("kk")
        page.get_by_role("link", name="Digital government workshop").first.click()
        page.locator("html[lang=kk] .view:visible h1").filter(has_text="Digital government workshop").wait_for()
        shown = page.locator(".view:visible").inner_text()
        assert "Самарқанд" not in shown
        assert "2025 ж. 23–25 маусым" in shown
        assert "Грузия" in shown
        assert page.locator(".view:visible h3 a[lang=ka]").first.inner_text() == "ელექტრონული მმართველობა"


def test_without_scripts_the_lists_read_and_lead_to_every_slide(start: Path, opened: Opened) -> None:
    with opened(start, within=start.parent, java_script_enabled=False) as page:
        assert page.locator(".scripted:visible").count() == 0
        page.get_by_role("link", name="Digital government workshop").first.click()
        page.get_by_role("link", name="전자정부와 민관협력").last.click()
        assert page.get_by_text("민관협력 사례").last.is_visible()
        assert page.get_by_role("link", name="Open on Google Drive").first.is_visible()


def test_a_page_without_its_neighbours_says_what_to_do(site: Path, tmp_path: Path, browser: Any) -> None:
    alone = Path(shutil.copy(site / "index.html", tmp_path))
    page = browser.new_page()
    page.goto(alone.as_uri())
    shown = page.locator("body").inner_text()
    assert all(
        words in shown for words in ("Extract the folder first", "распакуйте папку", "шығарып алыңыз", "압축을 푸십시오")
    )
    page.goto((site / "index.html").as_uri())
    assert "Extract the folder first" not in page.locator("body").inner_text()
    page.close()


def test_an_address_leads_to_its_slide_for_good(start: Path, opened: Opened) -> None:
    with opened(start, f"#{CAMBODIA}/2", within=start.parent) as page:
        slide = page.locator(f'[id="{CAMBODIA}/2"]')
        slide.wait_for()
        assert slide.evaluate("slide => document.activeElement === slide")
        assert "សេវាសាធារណៈ" in slide.inner_text()
        assert page.locator("h1:visible").inner_text() == "រដ្ឋាភិបាលឌីជីថល"
    with opened(start, "#ffffffffff/1", within=start.parent) as page:
        page.get_by_text("Nothing in this catalogue has this address.").wait_for()


def test_chosen_slides_become_a_sheet_with_their_sources(start: Path, site: Path, opened: Opened, tmp_path: Path) -> None:
    single = start.name != "index.html"
    with opened(start, f"#{GEORGIA}/2", within=start.parent) as page:
        page.locator(f'[data-choose="{GEORGIA}/2"]').click()
        assert page.locator(f'[data-choose="{GEORGIA}/2"]').get_attribute("aria-pressed") == "true"
        page.goto(f"{start.as_uri()}#{KOREA}/3" if single else f"{page_of(site, KOREA).as_uri()}")
        page.locator(f'[data-choose="{KOREA}/3"]').click()
        page.get_by_role("link", name="Hand-out 2").click()
        page.locator(".handout li").nth(1).wait_for()
        shown = page.locator(".handout").inner_text()
        assert "ელექტრონული მმართველობა, Slide 2" in shown
        assert "იუსტიციის სახლი" in shown
        assert "https://docs.google.com/presentation/d/3" in shown
        assert "Digital government workshop" in shown
        (tmp_path / "sheet.pdf").write_bytes(page.pdf())
        address = page.locator("[data-handout-address]").get_attribute("href")
        page.get_by_role("button", name="Remove from the hand-out").first.click()
        page.get_by_role("link", name="Hand-out 1").wait_for()
    printed = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in printed)
    printed.close()
    assert "docs.google.com" in text
    assert "Remove" not in text
    place, anchor = address.split("#")
    with opened(Path(place.removeprefix("file://")), f"#{anchor}", within=start.parent) as page:
        page.locator(".handout li").nth(1).wait_for()


def test_a_slide_without_a_picture_is_printed_as_its_text(site: Path, opened: Opened) -> None:
    with opened(site / "handout.html", f"#!{ESTONIA}/2", within=site) as page:
        page.locator(".handout .text").filter(has_text="Once only").wait_for()


def test_light_and_dark_follow_the_system_and_the_switch(start: Path, opened: Opened) -> None:
    def paper(page: Any) -> Any:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    with opened(start, within=start.parent) as page:
        light = paper(page)
    with opened(start, within=start.parent, color_scheme="dark") as page:
        assert paper(page) != light
        page.locator("#theme").click()
        assert paper(page) == light
        page.reload()
        assert paper(page) == light


def each_kind(site: Path, key: str) -> Iterator[Path]:
    """One page of each kind: with what came from outside in an item."""
    yield from (site / name for name in ("index.html", "search.html", "handout.html"))
    yield site / "collections" / ("other.html" if key == HOSTILE else "workshop.html")
    yield page_of(site, key)
    yield site.parent / "catalogue.html"


def test_nothing_is_wider_than_a_telephone(site: Path, opened: Opened) -> None:
    with opened(site / "index.html", within=site.parent, viewport={"width": 360, "height": 740}, has_touch=True) as page:
        for file in (*each_kind(site, KOREA), page_of(site, HOSTILE)):
            page.goto(file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, file.name


def test_everything_is_reached_by_keys(start: Path, opened: Opened) -> None:
    with opened(start, within=start.parent) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.type") == "search"
    with opened(start, f"#{KOREA}/1", within=start.parent) as page:
        page.locator(f'[id="{KOREA}/1"]:focus').wait_for()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**#{KOREA}/2")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**#{KOREA}/2")


def runs(page: Any, site: Path) -> list[str]:
    """The pages on which something that came from outside runs."""
    found = []
    for file in each_kind(site, HOSTILE):
        page.goto(file.as_uri())
        for button in page.locator(".choose:visible").all()[:1]:
            button.click()
        if page.evaluate("window.ran !== undefined"):
            found.append(file.name)
    return found


def test_nothing_hostile_runs(site: Path, opened: Opened) -> None:
    with opened(site / "index.html", within=site.parent) as page:
        assert not runs(page, site)
        page.goto(page_of(site, HOSTILE).as_uri())
        assert "<script>ran=1</script>" in page.locator("h1").inner_text()
        assert page.locator("a[href^=javascript]").count() == 0


def test_the_search_for_what_runs_would_find_it(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_POLICY", "default-src * 'unsafe-inline'")
    unescaped = pages._environment().overlay(autoescape=False)
    monkeypatch.setattr(pages, "_environment", lambda: unescaped)
    (tmp_path / "made").mkdir()
    holdings = made_holdings(tmp_path / "made")
    build_folder(holdings, tmp_path / "catalogue")
    build_file(holdings, tmp_path / "catalogue.html")
    page = browser.new_page()
    assert f"{HOSTILE}.html" in runs(page, tmp_path / "catalogue")
    page.close()


@pytest.mark.skipif(not AXE, reason="MATERIALS_TEST_AXE names no axe.min.js")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Path, theme: str, opened: Opened) -> None:
    axe = Path(AXE).read_text("utf-8")
    with opened(site / "index.html", within=site.parent, color_scheme=theme) as page:
        for file in (*each_kind(site, KOREA), page_of(site, ESTONIA)):
            page.goto(file.as_uri())
            page.evaluate(axe)
            result = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
            serious = [each for each in result["violations"] if each["impact"] in {"serious", "critical"}]
            assert not [(each["id"], each["nodes"][0]["html"]) for each in serious], file.name


def test_words_are_found_as_one_types_and_lead_to_their_slide(start: Path, opened: Opened) -> None:
    with opened(start, within=start.parent) as page:
        page.locator(".ask:visible input").fill("Tonurist")
        page.keyboard.press("Enter")
        page.locator(".found").first.wait_for()
        assert "Piret Tõnurist" in page.locator(".found").first.inner_text()
        field = page.locator(".ask:visible input")
        field.fill("")
        field.press_sequentially("민관협력")
        page.locator("mark").first.wait_for()
        page.locator(".found mark").filter(has_text="민관협력").first.wait_for()
        address = page.url
        assert page.locator("[data-status]").inner_text().endswith("found")
        page.locator(".hits a").last.click()
        page.locator(f'[id^="{KOREA}/"]:focus').wait_for()
    with opened(start, f"#{address.partition('#')[2]}", within=start.parent) as page:
        if start.name == "catalogue.html":
            page.locator("mark").first.wait_for()


def are_found(page: Any, count: int) -> None:
    """Wait until that many items are found, and no more."""
    page.locator(".found").nth(count - 1).wait_for()
    page.locator(".found").nth(count).wait_for(state="detached")


def test_facets_narrow_what_is_found_and_stand_in_the_address(site: Path, opened: Opened) -> None:
    with opened(site / "search.html", within=site) as page:
        page.locator(".found").nth(4).wait_for()
        page.get_by_label("Cambodia").check()
        are_found(page, 1)
        assert "country=KH" in page.url
        page.get_by_label("Georgia", exact=False).first.check()
        are_found(page, 3)
        page.reload()
        are_found(page, 3)
        page.get_by_role("button", name="Clear the filters").click()
        are_found(page, 5)
    with opened(site / "search.html", "#?q=deck&year=2025&language=ka", within=site) as page:
        page.locator("[data-status]").filter(has_text="Nothing was found.").wait_for()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-deck", "This says only what to leave out."),
        ("deck OR", "“OR” goes between two words (this OR that); here it was left out."),
        ("deck OR day", "found"),
        ("OR", "“OR” joins two words (this OR that); typed alone, it was searched for as a word."),
    ],
)
def test_a_query_that_says_less_than_it_seems_is_explained(site: Path, opened: Opened, words: str, told: str) -> None:
    with opened(site / "search.html", f"#?q={quote(words)}", within=site) as page:
        status = page.locator("[data-status]")
        status.filter(has_text=re.compile(r"found|leave out")).wait_for()
        assert told in status.inner_text()
        assert ("left out" in status.inner_text()) == ("left out" in told)


def test_the_first_hits_come_at_once_and_all_of_them_are_counted(site: Path, opened: Opened, tmp_path: Path) -> None:
    few = Path(shutil.copytree(site, tmp_path / "few"))
    script = few / "assets" / "results.js"
    script.write_text(
        script.read_text("utf-8").replace("[20, 40, 400,", "[20, 1, 400,").replace("PAUSE = 250", "PAUSE = 60_000")
    )
    with opened(few / "search.html", "#?q=day", within=few) as page:
        are_found(page, 1)
        assert page.locator("[data-status]").inner_text() == "…"
    script.write_text(script.read_text("utf-8").replace("PAUSE = 60_000", "PAUSE = 0"))
    with opened(few / "search.html", "#?q=day", within=few) as page:
        page.locator("[data-status]").filter(has_text="found").wait_for()
        counted = page.locator("[data-status]").inner_text()
        page.locator(".found").nth(1).wait_for()
    with opened(site / "search.html", "#?q=day", within=site) as page:
        page.locator("[data-status]").filter(has_text="found").wait_for()
        assert page.locator("[data-status]").inner_text() == counted


def test_a_large_catalogue_loads_the_collections_that_are_chosen(site: Path, opened: Opened, tmp_path: Path) -> None:
    large = Path(shutil.copytree(site, tmp_path / "large"))
    script = large / "assets" / "search.js"
    script.write_text(script.read_text("utf-8").replace("AT_ONCE = 20_000", "AT_ONCE = 5"), "utf-8")
    with opened(large / "search.html", "#?q=민관협력", within=large) as page:
        page.get_by_text("This catalogue is large.").wait_for()
        assert not page.evaluate("[...document.scripts].some((each) => /search-[0-9]/.test(each.src))")
        page.get_by_label("Digital government workshop").check()
        page.locator("mark").first.wait_for()
        loaded = page.evaluate("[...document.scripts].filter((each) => /search-[0-9]/.test(each.src)).length")
        assert loaded == 1
    with opened(large / "search.html", "#?q=민관협력", within=large) as page:
        page.get_by_role("button", name="Search in all collections").click()
        page.locator("mark").first.wait_for()
