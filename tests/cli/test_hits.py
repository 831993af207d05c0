"""How hits are shown: their place and their marks before all else, no text twice, and how many there are beside them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.messages import Language, placed_at
from materials_cli.model import Section, State, Text
from support.command import data, run
from support.invented import invented_archive
from support.terminal import seen

LOOKS = re.compile("\x1b\\[[0-9;?]*[A-Za-z]|\x1b\\]8;[^\x1b]*\x1b\\\\")
LONG = "Презентация_министерства_цифрового_развития_и_общественных_услуг_2025_года.pptx"
WORDS = {"gone.pptx": "lighthouse", "edited.pptx": "lagoon", "twin.pptx": "lantern"}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """60 slides of one deck about harbours; a withdrawn one; one whose text is of an earlier version; one in two places."""
    made = invented_archive(tmp_path)
    monkeypatch.chdir(made)
    with Catalogue.open(made / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        (deck,) = catalogue.items()
        for name, count, changed in (
            (LONG, 60, deck),
            ("gone.pptx", 1, replace(deck, state=State.WITHDRAWN, withdrawn=datetime.now(UTC))),
            ("edited.pptx", 1, deck),
            ("twin.pptx", 2, deck),
            ("twins/twin.pptx", 2, deck),
        ):
            fixity, remote = (
                replace(deck.fixity, sha256=sha256(name.removeprefix("twins/").encode()).hexdigest()),
                replace(deck.remote, id=name, name=name),
            )
            item = replace(changed, remote=remote, path=f"invented/{name}", fixity=fixity)
            catalogue.record(item)
            word = WORDS.get(name.removeprefix("twins/"), "harbour")
            slides = tuple(
                Section(number, f"The {word}", f"The {word} number {number} of all.") for number in range(1, count + 1)
            )
            catalogue.put_text("invented", name, Text("slide", slides), "0" * 64 if word == "lagoon" else fixity.sha256, 1)
    return made


def test_there_are_more_results_than_are_shown(archive: Path) -> None:
    shown = LOOKS.sub("", seen("search", "harbour", "--all-slides", folder=archive, columns=80))
    assert "The best 10 of 60 results. For more: --limit N" in shown
    assert "The best" not in seen("search", "harbour", folder=archive)  # they are all of one file
    assert data("search", "harbour")["total"] == 60
    assert data("search", "lagoon")["total"] == 1
    assert "The best" not in seen("search", "lagoon", folder=archive)
    # Files of the same bytes are one result, which no other limit makes two.
    assert data("search", "lantern")["total"] == 4
    assert "The best" not in seen("search", "lantern", folder=archive)


def decks_of(archive: Path, text: str, names: Iterable[str], *, slides: int = 1, **changes: Any) -> None:
    """More decks, each of the same slides. changes: to their items."""
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        deck = next(item for item in catalogue.items() if item.path.endswith("twins/twin.pptx"))
        for name in names:
            fixity = replace(deck.fixity, sha256=changes.get("sha256") or sha256(name.encode()).hexdigest())
            state = changes.get("state", State.HELD)
            withdrawn = datetime.now(UTC) if state is State.WITHDRAWN else None
            remote = replace(deck.remote, id=name, name=name)
            path = f"invented/{name}"
            item = replace(deck, remote=remote, path=path, fixity=fixity, state=state, withdrawn=withdrawn)
            catalogue.record(item)
            sections = tuple(Section(number, "", text) for number in range(1, slides + 1))
            catalogue.put_text("invented", name, Text("slide", sections), fixity.sha256, 1)


@pytest.mark.parametrize("where", [(), ("--in", ".")])
def test_the_count_is_of_rows_and_more_is_promised_only_if_there_is_more(archive: Path, where: tuple[str, ...]) -> None:
    decks_of(archive, "the quay", (f"{number}.pptx" for number in range(12)), slides=4)
    for words, told in (
        ((), "The best 10 of 12"),
        (("-n", "3"), "The best 3 of 12"),
        (("-n", "12"), None),
        (("-n", "50"), None),
    ):
        shown = LOOKS.sub("", seen("search", "quay", *words, *where, folder=archive))
        assert re.findall(r"The best.*\d", shown) == ([told] if told else [])


def test_hits_in_other_words_fill_up_to_a_limit_that_was_given_and_those_left_out_are_counted(archive: Path) -> None:
    decks_of(archive, "Elektron hukumatning rivojlanishi", (f"{number}.pptx" for number in range(8)))
    shown = LOOKS.sub("", seen("search", "e-government", folder=archive))
    assert "The best 5 of 8 results. For more: --limit N" in shown
    assert len(re.findall(r"\d\.pptx", shown)) == 5
    shown = LOOKS.sub("", seen("search", "e-government", "-n", "20", folder=archive))
    assert "The best" not in shown
    assert len(re.findall(r"\d\.pptx", shown)) == 8


def test_what_else_was_looked_for_is_told_only_if_a_shown_hit_was_found_by_it(archive: Path) -> None:
    decks_of(archive, "Elektron hukumatning rivojlanishi", ["uz.pptx"])
    decks_of(archive, "The electronic government", ["en.pptx"])
    for words, told in (((), True), (("-n", "1"), False), (("-n", "1", "--all-slides"), False)):
        shown = LOOKS.sub("", seen("search", "electronic government", *words, folder=archive))
        assert ("Also looked for:" in shown) is told
        assert ("uz.pptx" in shown) is told
    assert data("search", "electronic government")["also"]
    assert not data("search", "electronic government", "-n", "1")["also"]


def test_the_other_slides_of_a_deck_are_in_their_order(archive: Path) -> None:
    decks_of(archive, "the pier", ["pier.pptx"], slides=2)
    assert " · also slide 2" in LOOKS.sub("", seen("search", "pier", folder=archive))
    shown = " ".join(LOOKS.sub("", seen("search", "harbour", "-n", "1", folder=archive)).split())
    listed = re.search(r"also slides ([\d, ]+) and 51 more", shown)
    assert listed
    numbers = [int(number) for number in listed[1].split(", ")]
    assert len(numbers) == 8
    assert numbers == sorted(numbers)
    assert Language("ru")(placed_at("slide", [3, 6])) == "слайды 3, 6"


def test_of_identical_items_the_held_one_is_shown_and_the_withdrawn_one_is_a_remark(archive: Path) -> None:
    decks_of(archive, "the mooring", ["Concept note.pptx"], sha256="c" * 64, state=State.WITHDRAWN)
    decks_of(archive, "the mooring", ["Concept paper.pptx"], sha256="c" * 64)
    shown = LOOKS.sub("", seen("search", "mooring", folder=archive))
    assert " 1  slide 1  Concept paper.pptx" in shown
    assert "identical to Concept note.pptx (withdrawn)" in " ".join(shown.split())
    assert run("search", "concept").stdout.startswith("invented/Concept paper.pptx")
    assert run("search", "note").stdout.startswith("invented/Concept note.pptx")
    assert run("search", "note", "mooring").stdout.startswith("invented/Concept note.pptx")


def test_a_heading_keeps_its_place_beside_a_long_name_and_says_no_text_twice(archive: Path) -> None:
    lines = LOOKS.sub("", seen("search", "harbour", "-n", "1", folder=archive, columns=60)).replace("\r", "").splitlines()
    assert re.match(r" 1  slide \d+  Презентация_.*….*\.pptx$", lines[0])
    assert lines[1].startswith("    The harbour number")
    coloured = seen("search", "harbour", folder=archive)
    assert "\x1b[2m 1  \x1b[0m\x1b[36mslide " in coloured
    assert "\x1b[1;4mharbour\x1b[0m" in coloured


@pytest.mark.parametrize(("word", "mark"), [("lighthouse", "withdrawn"), ("lagoon", "earlier version"), ("harbour", "")])
def test_hits_of_withdrawn_items_and_of_earlier_versions_are_marked(archive: Path, word: str, mark: str) -> None:
    shown = LOOKS.sub("", seen("search", word, folder=archive)).splitlines()[0]
    assert (f"slide 1  {mark}  " in shown) is bool(mark)
    assert run("search", word).stdout.splitlines()[0].split("\t")[-1] == mark
    hit = data("search", word)["items"][0]
    assert (hit["state"], hit["earlier_version"]) == ("withdrawn" if mark == "withdrawn" else "held", mark == "earlier version")
