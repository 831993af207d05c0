"""`materials edit`: corrections win, are files, survive syncs and rebuilds, are searched, and go through a spreadsheet."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.filenames import METADATA
from support import command
from support.small_drive import drive, items, node, rules, run, world  # noqa: F401 - fixtures


def known(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("show", name, "--json"))["items"][0]["described"]
    return found


def table(
    file: Path, change: Callable[[list[dict[str, str]]], None], *, separator: str = ",", encoding: str = "utf-8-sig"
) -> str:
    """A copy of the manifest's table as a spreadsheet saves it."""
    with Path("manifest.csv").open(encoding="utf-8-sig", newline="") as made:
        rows = list(csv.DictReader(made))
    change(rows)
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return str(file)


def test_a_correction_is_a_file_that_outlives_syncs_renames_and_rebuilds(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    run("edit", "1.txt", "--set", "title=Digital Georgia", "--set", "creators=Nino Beridze (MoF, Грузия); Anna Lee")
    (file,) = (tmp_path / METADATA).iterdir()
    assert f'id = "{node(world, "1.txt")}"' in file.read_text("utf-8")
    world.change(node(world, "1.txt"), name="renamed.txt")
    world.edit(node(world, "renamed.txt"), b"other bytes")
    run("sync")
    for catalogue in (tmp_path / ".materials").glob("catalogue*"):
        catalogue.unlink()
    run("rebuild")
    described = known("renamed.txt")
    assert described["title"] == "Digital Georgia"
    assert described["creators"] == [
        {"name": "Nino Beridze", "organisation": "MoF", "country": "GE", "source": "corrected"},
        {"name": "Anna Lee", "organisation": None, "country": None, "source": "corrected"},
    ]
    assert "renamed.txt" in run("search", 'author:"Nino Beridze"')
    assert "renamed.txt" in run("search", "MoF")
    assert "Digital Georgia" in (tmp_path / "manifest.csv").read_text("utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    run("sync")
    assert {path: path.read_bytes() for path in before} == before
    run("edit", "renamed.txt", "--unset", "title", "--unset", "creators")
    assert known("renamed.txt")["title"] != "Digital Georgia"
    assert not list((tmp_path / METADATA).iterdir())


def test_a_hostile_or_broken_file_costs_only_itself_and_is_named(drive: RunningServer, world: World, tmp_path: Path) -> None:
    run("edit", "1.txt", "--set", "title=Kept")
    folder = tmp_path / METADATA
    (folder / "broken.toml").write_text("title = [", "utf-8")
    (folder / "wrong.toml").write_text('id = "x"\ntitle = 3\n', "utf-8")
    (folder / "stranger.toml").write_text('id = "../../etc"\ntitle = "x"\n', "utf-8")
    (folder / "link.toml").symlink_to("/etc/passwd")
    twin = f'id = "{node(world, "1.txt")}"\ntitle = "Twin"\n'
    (folder / "zz-twin.toml").write_text(twin, "utf-8")
    shown = run("sync")
    assert known("1.txt")["title"] == "Kept"
    for name in ("broken.toml", "wrong.toml", "link.toml", "zz-twin.toml"):
        assert f"{METADATA}/{name}: " in shown
    assert "stranger" not in shown


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16")])
def test_only_what_was_changed_in_a_spreadsheet_is_taken(
    drive: RunningServer, tmp_path: Path, separator: str, encoding: str
) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        assert {row["path"] for row in rows} == {f"c/{n}.txt" for n in (0, 2, 4, 6)} | {
            f"c/Inner/{n}.txt" for n in (1, 3, 5, 7)
        }
        by_name = {row["name"]: row for row in rows}
        by_name["0.txt"].update(title="'=SUM(A1)", countries="Georgia; KZ", date="24.06.2025", bytes="0")
        by_name["2.txt"]["countries"] = "Atlantis"
        by_name["4.txt"].update(stamp="old", title="Stale")
        by_name["6.txt"]["id"] = "another"

    file = table(tmp_path / "edited.csv", change, separator=separator, encoding=encoding)
    done = command.run("edit", "--csv", file, status=3)
    assert [path.name for path in (tmp_path / METADATA).iterdir()] == [f"{items()['0.txt']['id']}.toml"]
    described = known("0.txt")
    assert (described["title"], described["date"]) == ("=SUM(A1)", "2025-06-24")
    assert [country["code"] for country in described["countries"]] == ["GE", "KZ"]  # type: ignore[attr-defined]
    told = " ".join(done.stderr.split())
    for row in ("“Atlantis” is not the name", "has changed since this table was made", "there is no item with this collection"):
        assert row in told
    assert "0 items corrected" in run("edit", "--csv", "manifest.csv")


def test_a_table_that_is_none_is_refused(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("Название;Страна\nОпыт;Грузия\n".encode("cp1251"))
    assert "CSV UTF-8" in run("edit", "--csv", "x.csv", status=2)
    (tmp_path / "x.csv").write_text("title\nx\n", "utf-8")
    assert "no columns" in run("edit", "--csv", "x.csv", status=2)


def test_an_editor_is_given_toml_and_what_is_wrong_is_said(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import sys; file = open(sys.argv[1], 'a'); file.write('title = \"Edited\"\\n')", "utf-8")
    monkeypatch.setenv("VISUAL", f"python3 {script}")
    run("edit", "0.txt")
    assert known("0.txt")["title"] == "Edited"
    script.write_text("import sys; file = open(sys.argv[1], 'a'); file.write('day = \"first\"\\n')", "utf-8")
    assert "day: must be the number of a day" in run("edit", "0.txt", status=2)
    assert known("0.txt")["title"] == "Edited"


def test_a_wrong_option_is_refused(drive: RunningServer) -> None:
    assert "is not a field" in run("edit", "0.txt", "--set", "colour=red", status=2)
    assert "has no “=”" in run("edit", "0.txt", "--set", "title", status=2)
    assert "must be the number of a day" in run("edit", "0.txt", "--set", "day=0", status=2)
    assert "either an item or --csv" in run("edit", status=2)


def test_places_and_countries_are_searched(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, '\n[collections.c.about]\nplace = "Samarkand, Uzbekistan"\ndate = "2025-06"\n')
    world.add_file("Delegation of Georgia.txt", b"number one")
    run("sync")
    assert "Georgia.txt" in run("search", "country:Грузия")
    assert "Georgia.txt" in run("search", "country:ge number")
    assert "Georgia.txt" not in run("search", "country:kz number")
    assert "0.txt" in run("search", "place:samarkand number")
    assert "0.txt" not in run("search", "place:seoul number")
    assert "2025-06, Samarkand, Uzbekistan" in run("status")
    assert "2025-06, Samarkand, Uzbekistan" in run("show", "0.txt")


def test_the_editor_takes_back_what_it_was_given(drive: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run(
        "edit",
        "1.txt",
        "--set",
        "creators=Nino Beridze (MoF, GE); Anna “A” Lee",
        "--set",
        "countries=Georgia; KZ",
        "--set",
        "day=2",
    )
    before = known("1.txt")
    monkeypatch.setenv("EDITOR", "true")
    assert "Nothing was changed." in run("edit", "1.txt")
    assert known("1.txt") == before


@pytest.mark.parametrize("named", [None, "", "  "])
def test_without_a_terminal_no_editor_is_started_that_nobody_named(
    drive: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str | None
) -> None:
    """Here, one is on PATH that would say so."""
    started = tmp_path / "started"
    for name in ("nano", "vi", "ed"):
        (tmp_path / name).write_text(f"#!/bin/sh\n: > {started}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
        if named is not None:
            monkeypatch.setenv(name, named)
    said = command.run("edit", "1.txt", status=2).stderr
    assert "An editor needs a terminal." in said
    assert "--set" in said
    assert not started.exists()


@pytest.mark.parametrize("named", ["no-such-editor", "it's", "false"])
def test_an_editor_that_cannot_be_run_leaves_nothing(
    drive: RunningServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", named)
    assert f"The editor “{named}” could not be run." in command.run("edit", "1.txt", status=2).stderr
    assert not list(temporary.glob("materials-*"))


def test_a_file_that_is_not_there_is_a_slip_and_no_trouble_with_the_disk(drive: RunningServer, tmp_path: Path) -> None:
    for words in (("edit", "--csv", "none.csv"), ("agenda", "none.docx")):
        told = command.run(*words, status=2).stderr
        assert "There is no such file." in told
        assert "permission" not in told
    assert "This is a folder" in command.run("edit", "--csv", str(tmp_path), status=2).stderr


def test_the_next_step_after_an_export_can_be_typed_where_one_stands(drive: RunningServer, tmp_path: Path) -> None:
    told = command.run("export", "csv", "--to", "its table.csv").stderr
    assert f"materials edit --csv '{tmp_path}/its table.csv'" in " ".join(told.split())
