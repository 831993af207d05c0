"""Decisions are files that outlive everything, belong to what was found, and go through a spreadsheet."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support import command
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures
from support.terminal import session

MAIL = b"Write to nino.beridze@mof.gov.ge for the slides"


def decisions() -> dict[str, str]:
    return {Path(one["path"]).name: one["decision"] for one in json.loads(run("triage", "--json"))["items"]}


@pytest.fixture
def shared(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """An archive in which 1.txt has an address."""
    world.edit(node(world, "1.txt"), MAIL)
    run("sync")
    return tmp_path


def test_a_decision_outlives_syncs_renames_rebuilds_and_another_name_of_its_collection(shared: Path, world: World) -> None:
    run("triage", "1.txt", "--decide", "redact")
    run("triage", "--decide", "publish", "--without-finds")
    assert (shared / "metadata" / "triage" / "c.toml").read_text("utf-8").count("[[item]]") == 8
    world.change(node(world, "1.txt"), name="renamed.txt")
    run("sync")
    for catalogue in (shared / ".materials").glob("catalogue*"):
        catalogue.unlink()
    run("rebuild")
    run("collection", "rename", "c", "d")
    found = decisions()
    assert found.pop("renamed.txt") == "redact"
    assert set(found.values()) == {"publish"}
    assert not (shared / "metadata" / "triage" / "c.toml").exists()


def test_decisions_go_with_a_bag_and_with_a_removed_collection_and_come_back(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("triage", "1.txt", "--decide", "redact")
    run("export", "--to", "bag")
    run("import", "bag", "--to", "again")
    monkeypatch.chdir(shared / "again")
    assert decisions()["1.txt"] == "redact"
    monkeypatch.chdir(shared)
    run("collection", "remove", "c")
    (apart,) = (shared / "removed collections").iterdir()
    assert (apart / "metadata" / "triage" / "c.toml").is_file()
    run("collection", "return", str(apart))
    assert decisions()["1.txt"] == "redact"


def test_new_bytes_with_another_find_are_undecided_again_and_the_same_find_is_not(shared: Path, world: World) -> None:
    run("triage", "1.txt", "--decide", "publish")
    world.edit(node(world, "1.txt"), b"More text, and still nino.beridze@mof.gov.ge to ask")
    run("sync")
    assert decisions()["1.txt"] == "publish"
    world.edit(node(world, "1.txt"), MAIL + b", or +995 599 12 34 56")
    run("sync")
    assert decisions()["1.txt"] == "undecided"
    item = next(one for one in json.loads(run("triage", "--json"))["items"] if one["path"].endswith("1.txt"))
    assert item["undecided_again"]
    assert [find["decision"] for find in item["finds"]] == ["publish", "undecided"]


def test_what_was_left_undecided_is_not_new(shared: Path, world: World) -> None:
    def again() -> bool:
        shown = json.loads(run("triage", "1.txt", "--json"))["items"]
        return bool(shown[0]["undecided_again"])

    world.edit(node(world, "1.txt"), MAIL + b", or +995 599 12 34 56")
    run("sync")
    run("triage", "1.txt", "--decide", "publish", "--kind", "email")
    assert not again()
    world.edit(node(world, "1.txt"), MAIL + b", or +995 599 12 34 56, password: kestrel-42-Moon")
    run("sync")
    assert again()
    run("triage", "1.txt", "--decide", "publish", "--kind", "phone")
    assert not again()


def test_only_a_letter_or_a_whole_word_decides(shared: Path) -> None:
    shown = session("materials triage 1.txt --interactive", folder=shared, typed="pq\npublishing\nredact\n")
    assert shown.count("Answer with one of these letters or words") == 2
    assert "1 decision was made" in shown
    assert decisions()["1.txt"] == "redact"
    for answer in ("P", "publish", "опубликовать"):
        run("triage", "1.txt", "--decide", "none")
        session("materials triage 1.txt --interactive", folder=shared, typed=f"{answer}\n")
        assert decisions()["1.txt"] == "publish", answer


def test_a_name_can_be_what_is_private(shared: Path, world: World) -> None:
    run("triage", "2.txt", "--decide", "publish")
    world.change(node(world, "2.txt"), name="2 call +995 599 12 34 56.txt")
    run("sync")
    assert decisions()["2 call +995 599 12 34 56.txt"] == "undecided"


def test_nothing_is_decided_by_a_slip(shared: Path) -> None:
    for words in (
        ("--decide", "publish"), ("c", "--decide", "publish"), ("--decide", "yes", "1.txt"), ("--without-finds",),
        ("--kind", "mail"), ("--csv", "x.csv", "1.txt"), ("--interactive",), ("--decide", "publish", "nowhere.txt"),
    ):  # fmt: skip
        command.run("triage", *words, status=2)
    assert set(decisions().values()) == {"undecided"}


def test_a_file_of_decisions_that_is_broken_publishes_nothing_and_is_named(shared: Path) -> None:
    run("triage", "--decide", "publish", "--without-finds")
    file = shared / "metadata" / "triage" / "c.toml"
    file.write_text(file.read_text("utf-8").replace('"publish"', '"Publish"', 1), "utf-8")
    done = command.run("triage", "--json")
    assert {one["decision"] for one in json.loads(done.stdout)["items"]} == {"undecided"}
    assert "metadata/triage/c.toml: " in done.stderr
    file.unlink()
    file.symlink_to("/etc/passwd")
    assert "symbolic link" in command.run("triage").stderr


def edited(file: Path, change: Callable[[dict[str, dict[str, str]]], None]) -> str:
    """The table as a spreadsheet saves it after a change."""
    file.unlink(missing_ok=True)
    run("triage", "--to", str(file))
    with file.open(encoding="utf-8-sig", newline="") as made:
        rows = list(csv.DictReader(made))
    change({Path(row["path"]).name: row for row in rows})
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return str(file)


def test_decisions_go_through_a_spreadsheet_and_rows_that_cannot_be_taken_are_named(shared: Path, world: World) -> None:
    world.change(node(world, "3.txt"), name="=HYPERLINK(1).txt")
    run("sync")

    def change(rows: dict[str, dict[str, str]]) -> None:
        assert rows["1.txt"]["kind"] == "email"
        assert rows["1.txt"]["text"] == "nino.beridze@mof.gov.ge"
        assert "c/=HYPERLINK" not in {row["path"] for row in rows.values()} or all(
            not cell.startswith("=") for row in rows.values() for cell in row.values()
        )
        rows["1.txt"]["decision"] = "Redact"
        rows["0.txt"]["decision"] = "publish"
        rows["2.txt"]["decision"] = "perhaps"
        rows["4.txt"].update(decision="publish", stamp="old")
        rows["5.txt"].update(decision="publish", id="another")

    done = command.run("triage", "--csv", edited(shared / "table.csv", change), status=3)
    found = decisions()
    assert {name: decision for name, decision in found.items() if decision != "undecided"} == {
        "1.txt": "redact",
        "0.txt": "publish",
    }
    told = " ".join(done.stderr.split())
    for reason in ("“perhaps” is not a decision", "changed since this table was made", "no item with this collection"):
        assert reason in told
    command.run("triage", "--csv", edited(shared / "table.csv", lambda rows: rows["1.txt"].update(decision="")))
    assert decisions()["1.txt"] == "undecided"


def test_a_pipe_gets_a_line_for_each_find_that_cannot_move_the_cursor(
    shared: Path, world: World, speaking: Callable[..., None]
) -> None:
    world.edit(node(world, "1.txt"), "Почта \x9b31m\u202e nino@mof.gov.ge \x1b]0;x\x07".encode())
    run("sync")
    lines = [line.split("\t") for line in run("triage").splitlines() if "1.txt" in line]
    assert [(line[2], line[4], line[5]) for line in lines] == [("email", "nino@mof.gov.ge", "undecided")]
    shown = run("triage", "--json")
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)
    speaking(LANG="ru_RU.UTF-8")
    assert "Решение принято по 1 материалу." in command.run("triage", "1.txt", "--decide", "redact").stderr


def test_a_file_of_decisions_that_is_broken_is_not_written_over(shared: Path) -> None:
    run("triage", "1.txt", "--decide", "redact")
    file = shared / "metadata" / "triage" / "c.toml"
    broken = file.read_text("utf-8").replace('"redact"', '"Redact"')
    file.write_text(broken, "utf-8")
    assert str(file) in command.run("triage", "2.txt", "--decide", "withhold", status=2).stderr
    assert file.read_text("utf-8") == broken


def test_a_table_is_not_written_over_what_is_there(shared: Path) -> None:
    (shared / "mine.csv").write_text("mine")
    command.run("triage", "--to", "mine.csv", status=2)
    assert (shared / "mine.csv").read_text() == "mine"


def test_nothing_is_kept_of_what_was_seen_in_files_that_are_no_longer_held(shared: Path) -> None:
    decisions()
    seen = set((shared / ".materials" / "triage").glob("*/*.json"))
    run("collection", "remove", "c")
    decisions()
    assert seen
    assert not [file for file in seen if file.exists()]


def test_decisions_of_a_newer_version_are_neither_believed_nor_overwritten(shared: Path) -> None:
    run("triage", "1.txt", "--decide", "publish")
    file = shared / "metadata" / "triage" / "c.toml"
    newer = file.read_text("utf-8").replace("format = 1", "format = 2")
    file.write_text(newer, "utf-8")
    told = json.loads(command.run("triage", "--json").stdout)["items"]
    assert {one["decision"] for one in told} == {"undecided"}
    assert "newer version" in run("triage", "2.txt", "--decide", "publish", status=2)
    assert file.read_text("utf-8") == newer


def test_the_help_of_triage_reads_no_file_and_no_catalogue() -> None:
    code = "import sys, materials_cli.cli.triage; print(*{'lxml', 'sqlite3'} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not found.stdout.strip()
