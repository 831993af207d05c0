"""In a pipe, lines with tabs are for programs and English; whatever else is printed is for people, in their language."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from support.command import data, run
from support.decks import deck
from support.small_drive import node


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    world, top = World("Folder"), tmp_path_factory.mktemp("archive")
    world.add_file("Deck.pptx", deck(("Digital", "public services"), notes=["Say hello"]))
    world.add_file("notes.txt", b"public services")
    with start(world) as drive, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        patch.chdir(top)
        run("add", world.root, "--name", "c")
        run("sync")
        world.edit(node(world, "Deck.pptx"), deck(("Digital", "public services and more"), "New", notes=["Say hello"]))
        run("sync")
        (top / "c" / "mine.txt").write_text("mine")
        yield top


@pytest.fixture(autouse=True)
def russian(archive: Path, monkeypatch: pytest.MonkeyPatch, speaking: Callable[..., None]) -> None:
    monkeypatch.chdir(archive)
    speaking(LANGUAGE="ru")


@pytest.mark.parametrize(
    "words",
    ["list", "search public", "similar Deck", "terms", "history", "history Deck", "plan", "verify", "show Deck", "show Deck#1"],
)
def test_lines_with_tabs_are_english(words: str) -> None:
    printed = run(*words.split()).stdout
    assert "\t" in printed or not printed
    assert not re.search("[а-яё]", printed, re.IGNORECASE)


@pytest.mark.parametrize("words", ["status", "doctor --offline", "changes", "diff Deck", "status --max-age 9w"])
def test_what_is_for_people_follows_their_language(words: str) -> None:
    printed = run(*words.split()).stdout
    assert "\t" not in printed
    assert re.search("[а-яё]", printed, re.IGNORECASE)


def test_a_version_says_which_of_its_dates_is_which(archive: Path) -> None:
    (version,) = data("show", "Deck")["items"][0]["versions"]
    line = next(line for line in run("show", "Deck").stdout.splitlines() if line.startswith("Version 1\t"))
    assert re.match(r"Version 1\tfetched \d{4}-[^,]+, modified \d{4}-[^,]+, ", line)
    assert version["sha256"] in line
