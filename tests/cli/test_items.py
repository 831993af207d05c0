"""How a person names an item or a slide: by words, by #N, by --slide, by the number of a hit; and what is asked in doubt."""

import json
import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section, Text
from support.command import data, run
from support.invented import invented_archive, put_invented
from support.terminal import session

DECKS = {
    "clouds.pptx": (Section(1, "Clouds", "procurement of clouds"), Section(2, "Budget", "what clouds cost", "Say it slowly")),
    "clouds and rain.pptx": (Section(1, "Rain", "what falls from clouds"),),
    "Plan #2": (Section(1, "Steps", "first step"), Section(2, "More steps", "second step"), Section(3, "Last", "third step")),
    "2025": (Section(1, "A year", "twelve months"),),
}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = invented_archive(tmp_path / "archive")
    with Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        for number, (name, sections) in enumerate(DECKS.items()):
            remote = replace(deck.remote, id=f"ID-{number}", drive_id=f"ID-{number}", name=name)
            item = replace(deck, remote=remote, path=f"invented/{name}", fixity=replace(deck.fixity, sha256=name))
            catalogue.record(item)
            catalogue.put_text("invented", item.id, Text("slide", sections), name, 1)
            (top / item.path).write_bytes(b"x")
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(top))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return top


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\|\r", "", shown)


def outline(*words: str) -> list[int]:
    return [section["section"] for section in data("show", *words)["items"][0]["outline"]]


def test_a_slide_is_named_alike_in_every_command(archive: Path) -> None:
    assert run("show", "clouds.pptx#2").stdout == run("show", "clouds.pptx", "--slide", "2").stdout
    assert run("show", "clouds.pptx#2").stdout == (
        "invented/clouds.pptx\tslide 2\n\nBudget\n\nwhat clouds cost\n\nSpeaker notes:\nSay it slowly\n"
    )
    assert outline("clouds.pptx#2") == outline("ID-0", "--page", "2") == [2]
    assert outline("clouds.pptx") == [1, 2]
    assert data("similar", "clouds.pptx#1")["section"] == data("similar", "clouds.pptx", "--slide", "1")["section"] == 1


@pytest.mark.parametrize("command", ["show", "open", "similar", "diff"])
def test_a_slide_that_an_item_has_not_is_refused(archive: Path, command: str) -> None:
    assert "There is no slide 9" in run(command, "clouds.pptx#9", status=2).stderr
    assert "There is no slide 0" in run(command, "clouds.pptx#0", status=2).stderr
    assert "materials show 'invented/clouds and rain.pptx'" in run(command, "clouds and rain.pptx#2", status=2).stderr
    assert "There is no slide 9" in run(command, "clouds.pptx", "--slide", "9", status=2).stderr
    assert "two slides" in run(command, "clouds.pptx#1", "--slide", "2", status=2).stderr


def test_a_name_that_ends_like_the_number_of_a_slide_is_a_name(archive: Path) -> None:
    assert outline("Plan #2") == outline("invented/Plan #2") == [1, 2, 3]
    assert outline("Plan #2#3") == [3]
    assert "unknown_item" in run("show", "plan#7 ", "x", status=2).stderr


def test_the_number_of_a_hit_names_it_on_the_same_terminal(archive: Path) -> None:
    shown = plain(
        session(
            "materials search what clouds cost", "materials show 1", "materials show 1#1", "materials history 1", folder=archive
        )
    )
    assert "Hit 1: clouds.pptx, slide 2" in shown
    assert "Say it slowly" in shown
    assert "invented/clouds.pptx  slide 1" in shown
    assert shown.count("Hit 1: clouds.pptx, slide 2") == 3
    piped = session("materials search clouds", "materials show 1 --json > found.json", folder=archive)
    assert "Hit 1: " in plain(piped)
    assert json.loads((archive / "found.json").read_text())["items"][0]["name"].startswith("clouds")


def test_a_number_that_no_hit_has_and_a_number_with_a_path_are_names(archive: Path) -> None:
    shown = plain(session("materials search clouds", "materials show 2025", "materials show ./2025", folder=archive))
    assert shown.count("twelve") == 0
    assert shown.count("slide 1  A year") == 2
    assert "Hit" not in shown
    many = "clouds OR step OR months OR Tõnurist"
    shown = plain(
        session(f"materials search '{many}' --all-slides", "materials show 3", "materials show ./3", folder=archive, status=2)
    )
    assert shown.count("Hit 3: ") == 1
    assert "unknown_item" in shown


def test_a_number_beyond_the_last_hits_is_no_word_of_a_name(archive: Path) -> None:
    for words in ("lighthouse", "clouds -n 1"):
        told = plain(session(f"materials search {words}", "materials show 2", folder=archive, status=2))
        assert "has a hit 2" in " ".join(told.split())


def test_hits_are_those_of_one_terminal_one_archive_and_one_hour(archive: Path, tmp_path: Path) -> None:
    told = plain(session("materials show 1", folder=archive, status=2))
    assert "unknown_item" in told
    assert "has a hit 1" in " ".join(told.split())
    session("materials search clouds", folder=archive)
    (kept,) = (tmp_path / "cache" / "materials").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    other = invented_archive(tmp_path / "other")
    shown = plain(session("materials search clouds", f"materials --archive '{other}' show 1", folder=archive, status=2))
    assert "unknown_item" in shown
    age = f"""sed -i 's/"time": [0-9.]*/"time": 1000000000/' "{kept.parent}"/*"""
    assert "unknown_item" in plain(session("materials search clouds", age, "materials show 1", folder=archive, status=2))


def test_nobody_plants_hits_or_leads_them_elsewhere(archive: Path, tmp_path: Path) -> None:
    session("materials search clouds", folder=archive)
    folder = tmp_path / "cache" / "materials"
    elsewhere = tmp_path / "elsewhere"
    for change in (
        f'for f in "{folder}"/*; do mv "$f" "{elsewhere}"; ln -s "{elsewhere}" "$f"; done',
        f'chmod 666 "{folder}"/*',
        f'chmod 777 "{folder}"',
        f"""for f in "{folder}"/*; do echo '{{"time": "x"' > "$f"; done""",
        f"""for f in "{folder}"/*; do echo '[]' > "$f"; done""",
    ):
        lines = ("materials search clouds", change, "materials show 1")
        assert "unknown_item" in plain(session(*lines, folder=archive, status=2)), change
        folder.chmod(0o700)
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    trap = f'for f in "{folder}"/*; do ln -sf "{victim}" "$f"; done'
    assert "Hit 1" in plain(
        session("materials search clouds", trap, "materials search clouds", "materials show 1", folder=archive)
    )
    assert victim.read_text() == "untouched"


def test_a_search_works_where_no_hits_can_be_kept(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    more = {"XDG_CACHE_HOME": str(tmp_path / "file")}
    assert "clouds.pptx" in plain(session("materials search clouds", folder=archive, more=more))


def test_a_pipe_keeps_no_hits(archive: Path, tmp_path: Path) -> None:
    run("search", "clouds")
    session("materials search clouds > found.txt", folder=archive)
    assert not (tmp_path / "cache").exists()


def test_an_ambiguous_item_is_asked_for_on_a_terminal(archive: Path) -> None:
    shown = plain(session("materials show clouds", folder=archive, typed="7\nwhat\n2\n"))
    assert "2 items match “clouds”:" in shown
    assert re.search(r"^ +2  invented/clouds.pptx$", shown, re.MULTILINE)
    assert shown.count("Which one?") == 3
    assert "procurement" not in shown
    assert re.search(r"Id +ID-0\b", shown)
    shown = plain(session("materials open clouds#1 --source", folder=archive, typed="\n", status=130))
    assert "No item chosen" in shown
    assert "error[" not in shown


@pytest.mark.parametrize("redirected", ["</dev/null", "| cat", "2>&1 | cat", "--json"])
def test_nobody_is_asked_who_cannot_answer(archive: Path, redirected: str) -> None:
    shown = plain(session(f"materials show clouds {redirected}", folder=archive, status=None))
    assert "ambiguous_item" in shown
    assert "Which one?" not in shown
    assert "ID-0  invented/clouds.pptx" in shown


def test_what_a_program_is_told_of_an_ambiguous_item_is_english(archive: Path) -> None:
    more = {"LANGUAGE": "ru", "LANG": "ru_RU.UTF-8"}
    shown = plain(session("materials show clouds --json", folder=archive, status=2, more=more))
    assert json.loads(shown)["error"]["message"].startswith("2 items match “clouds”:")
    assert "найдены 2 материала" in (
        asked := plain(session("materials show clouds", folder=archive, typed="1\n", more=more))
    ), asked
    assert os.environ["LANGUAGE"] == "en"


def test_the_languages_of_items_are_shown_and_select_them(archive: Path) -> None:
    listed = {entry["name"]: entry["languages"] for entry in data("list")["items"]}
    assert listed["clouds and rain.pptx"] == data("show", "ID-1")["items"][0]["languages"] == ["en"]
    assert "Languages\tEnglish\n" in run("show", "ID-1").stdout
    assert [entry["name"] for entry in data("list", "--lang", "английский")["items"]] == [
        name for name, languages in listed.items() if "en" in languages
    ]
    assert data("list", "--lang", "ja")["items"] == []
    assert "“Klingon” is not a language" in run("list", "--lang", "Klingon", status=2).stderr


def test_a_number_that_no_hit_has_is_no_word_of_a_name_without_a_terminal_either(archive: Path) -> None:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        item = next(iter(catalogue.items()))
        catalogue.record(replace(item, remote=replace(item.remote, id="ID-9", name="Day 7.pptx"), path="invented/Day 7.pptx"))
    told = run("show", "7", status=2).stderr
    assert "A number means a hit of the last search on a terminal, and there is no terminal here." in told
    assert "For an item with 7 in its name: ./7" in told
    assert "Search again" not in told  # without a terminal, no search gives numbers
    assert data("show", "./7")["items"][0]["name"] == "Day 7.pptx"


def test_a_program_gets_the_candidates_as_data(archive: Path) -> None:
    error = json.loads(run("show", "clouds", "--json", status=2).stdout)["error"]
    assert error["code"] == "ambiguous_item"
    assert [row["path"] for row in error["candidates"]] == ["invented/clouds and rain.pptx", "invented/clouds.pptx"]
    assert data("show", error["candidates"][1]["id"])["items"][0]["path"] == "invented/clouds.pptx"
    assert "candidates" not in json.loads(run("show", "nothing such", "--json", status=2).stdout)["error"]
