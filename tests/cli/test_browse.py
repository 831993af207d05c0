"""The screen, driven as a person drives it: type, look, point, open."""

import os
from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from materials_cli.cli.browse import Browser
from materials_cli.cli.context import ArchiveContext
from materials_cli.errors import Code
from materials_cli.search.filters import NO_FILTERS
from support.invented import invented_archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return invented_archive(tmp_path)


async def _drive(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opener = archive / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text('#!/bin/sh\nprintf "%s" "$1" > "$OPENED"\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("OPENED", str(archive / "opened"))
    app = Browser(ArchiveContext(archive), "", NO_FILTERS, ())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"kutaisi")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [hit.section and hit.section.number for hit in app.hits] == [11]
        assert "მომხსენებლები" in str(app.query_one("#text", Static).render())
        await pilot.press("down")
        assert app.query_one("#hits", OptionList).has_focus
        await pilot.press("enter")
        await pilot.pause()
        assert "go to slide 11" in str(app.query_one("#summary", Static).render())
        assert (archive / "opened").read_text().endswith("speakers.pptx")
        await pilot.press("escape")
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


def test_hits_follow_what_is_typed_and_one_opens(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    asyncio.run(_drive(archive, monkeypatch))


async def _look(archive: Path) -> None:
    app = Browser(ArchiveContext(archive), "", NO_FILTERS, ())
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
    app = Browser(ArchiveContext(archive), "", NO_FILTERS, ())
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
