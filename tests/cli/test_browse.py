"""The screen, driven as a person drives it: type, look, point, open."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.browse import Browser
from materials_cli.cli.context import ArchiveContext
from materials_cli.cli.scope import Here
from materials_cli.errors import Code, ExitStatus
from materials_cli.model import Section, Text
from materials_cli.search.filters import NO_FILTERS
from materials_cli.search.hit import Match
from support.invented import invented_archive
from support.terminal import typed_into

if TYPE_CHECKING:
    from textual.pilot import Pilot


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return invented_archive(tmp_path)


@pytest.fixture
def opener(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that opens files by writing their names to `opened`."""
    program = archive / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s" "$1" > "$OPENED"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("OPENED", str(archive / "opened"))


async def _drive(archive: Path) -> None:
    app = Browser(Here(ArchiveContext(archive)), "", NO_FILTERS, ())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"kutaisi")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [hit.section and hit.section.number for hit in app.hits] == [11]
        assert "მომხსენებლები" in str(app.query_one("#text", Static).render())
        await pilot.press("down", "up", "enter")
        await pilot.pause()
        assert "Go to slide 11" in str(app.query_one("#summary", Static).render())
        assert (archive / "opened").read_text().endswith("speakers.pptx")
        words = app.query_one("#words", Input)
        assert words.has_focus
        words.value = "Tashknt Toshkent"
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.hits
        words.value = "[bold]zzzz[/bold]"
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.hits == ()
        await pilot.press("escape")
    assert app.return_code == 0


@pytest.mark.usefixtures("opener")
def test_hits_follow_what_is_typed_and_one_opens(archive: Path) -> None:
    import asyncio

    asyncio.run(_drive(archive))


def _shown(app: Browser, widget: str) -> str:
    return str(app.query_one(widget, Static).render())


async def _type(pilot: "Pilot[Any]", words: str) -> None:
    pilot.app.query_one("#words", Input).value = words
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def _point(archive: Path) -> None:
    app = Browser(Here(ArchiveContext(archive)), "", NO_FILTERS, ())
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Enter open   Esc quit   F1 help   ↑ ↓ select   PgUp PgDn scroll" in _shown(app, "#keys")
        await pilot.press("question_mark")
        await pilot.pause()
        assert "double click" in str(app.screen.query_one("#help", Static).render())
        await pilot.press("escape")
        assert app.query_one("#words", Input).has_focus
        await _type(pilot, "kutaisi")
        hits = app.query_one("#hits", OptionList)
        heading = hits.get_option_at_index(0)
        assert heading.disabled
        assert "Similar" in str(heading.prompt)
        assert app.selected is app.hits[0]
        assert app.selected.match is not Match.EXACT
        await pilot.click("#hits", offset=(2, 2))
        await pilot.pause()
        assert not (archive / "opened").exists()
        await pilot.click("#hits", offset=(2, 2), times=2)
        await pilot.pause()
        assert (archive / "opened").read_text().endswith("speakers.pptx")


@pytest.mark.usefixtures("opener")
def test_the_mouse_selects_with_one_click_and_opens_with_two(archive: Path) -> None:
    import asyncio

    asyncio.run(_point(archive))


async def _scroll(archive: Path) -> None:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        (item,) = catalogue.items()
        long = "\n".join(
            [*(f"line {number} of many words that are wrapped in a narrow preview" for number in range(80)), "Zugdidi"]
        )
        text = Text("slide", tuple(Section(number, f"Zugdidi {number}", long) for number in range(1, 61)))
        catalogue.put_text(item.collection, item.id, text, "earlier", 1)
    app = Browser(Here(ArchiveContext(archive)), "", NO_FILTERS, ())
    async with app.run_test(size=(80, 24)) as pilot:
        await _type(pilot, "in:body zugdidi")
        assert _shown(app, "#summary") == "The best 50 of 60 results"
        preview = app.query_one("#preview", VerticalScroll)
        lines = _shown(app, "#text").splitlines()
        assert "earlier version" in lines[1]
        first = next(number for number, line in enumerate(lines) if "Zugdidi" in line)
        assert preview.scroll_y <= first < preview.scroll_y + preview.size.height
        await pilot.press("pagedown")
        await pilot.pause()
        assert preview.scroll_y > first
        await pilot.press("pageup")
        await pilot.pause()
        assert preview.scroll_y < preview.size.height


def test_the_preview_opens_at_the_first_marked_word_and_keys_scroll_it(archive: Path) -> None:
    import asyncio

    asyncio.run(_scroll(archive))


def test_ctrl_c_leaves_a_clean_screen(archive: Path) -> None:
    shown, status = typed_into(["search", "-i"], [("Esc", b"kutaisi"), ("speakers.pptx", b"\x03")], folder=archive)
    assert status == ExitStatus.INTERRUPTED
    assert "Traceback" not in shown
    assert shown.rpartition("\x1b[?1049l")[1:] != ("", shown)


async def _look(archive: Path) -> None:
    app = Browser(Here(ArchiveContext(archive)), "", NO_FILTERS, ())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"kutaisi")
        await app.workers.wait_for_complete()
        await pilot.pause()
        shown = app.query_one("#text", Static).visual
        assert isinstance(shown, Content)
        assert [shown.plain[span.start : span.end] for span in shown.spans if "underline" in str(span.style)] == ["ქუთაისი"]
        (archive / ".materials" / "catalogue.sqlite").write_bytes(b"no catalogue" * 500)
        await pilot.press("x")
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert app.return_value
    assert app.return_value.code == Code.BAD_CATALOGUE


def test_words_are_marked_in_the_slide_and_an_error_ends_the_screen(archive: Path) -> None:
    import asyncio

    asyncio.run(_look(archive))


async def _press_enter_on(archive: Path, words: str) -> str:
    app = Browser(Here(ArchiveContext(archive)), "", NO_FILTERS, ())
    async with app.run_test(size=(200, 30)) as pilot:
        await pilot.press(*words)
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        return str(app.query_one("#summary", Static).render())


def test_a_program_under_the_name_of_a_deck_stays_closed(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    (deck,) = archive.rglob("speakers.pptx")
    deck.write_bytes(b"MZ\x90\0\x03")
    monkeypatch.setenv("PATH", "")
    said = asyncio.run(_press_enter_on(archive, "kutaisi"))
    assert "speakers.pptx was not opened: it may be a program" in said
    assert str(deck) in said
