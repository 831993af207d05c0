"""`materials verify --against-drive`: how what is held stands to what Drive states today; nothing is downloaded or changed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.chronicle import chronicle
from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.history.events import EventType
from support import command
from support.google_document import EXPORTS
from support.small_drive import BYTES, drive, mirror, node, run, world  # noqa: F401 - fixtures


def compared(*words: str, status: int = 0) -> dict[str, Any]:
    """The collection as JSON tells of it."""
    (found,) = json.loads(command.run("verify", "--against-drive", *words, "--json", status=status).stdout)["against_drive"]
    return dict(found)


def standings(found: dict[str, Any]) -> dict[str, str]:
    return {row["path"].rpartition("/")[2]: row["standing"] for row in found["items"]}


def test_each_item_stands_as_drive_says_and_nothing_is_changed(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_native("Notes", "presentation", EXPORTS)
    run("sync")
    assert compared()["counts"] == {
        "same": 8, "agrees": 1, "uncompared": 0, "differs": 0, "gone": 0, "not_held": 0, "not_listed": 0,
    }  # fmt: skip
    world.edit(node(world, "0.txt"), b"another text")
    world.trash(node(world, "1.txt"))
    world.rename(node(world, "3.txt"), "three.txt")
    world.add_file("new.txt", b"new")
    before, asked = mirror(tmp_path), [drive.count(way) for way in BYTES]
    found = compared(status=3)
    assert standings(found) == {
        "0.txt": "differs", "1.txt": "gone", "new.txt": "not_held", "Notes.pptx": "agrees", **dict.fromkeys(
            ("2.txt", "3.txt", "4.txt", "5.txt", "6.txt", "7.txt"), "same"),
    }  # fmt: skip
    rows = {row["path"]: row for row in found["items"]}
    assert rows["c/2.txt"]["stated"]["sha256"] == rows["c/2.txt"]["sha256"]
    assert rows["c/0.txt"]["stated"]["sha256"] != rows["c/0.txt"]["sha256"]
    printed = command.run("verify", "--against-drive", status=3)
    assert {tuple(line.split("\t")[:2]) for line in printed.stdout.splitlines()} == {
        ("DIFFERS", "c/0.txt"), ("GONE", "c/Inner/1.txt"), ("NOT HELD", "c/new.txt"),
    }  # fmt: skip
    assert "c, compared with Drive: SAME 6, AGREES 1, DIFFERS 1, GONE 1, NOT HELD 1" in printed.stderr
    assert "`materials sync` brings it." in printed.stdout
    assert (mirror(tmp_path), [drive.count(way) for way in BYTES]) == (before, asked)
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
        assert catalogue.find("c", node(world, "1.txt")) is not None
        told = [json.loads(row["detail"]) for row in chronicle(catalogue.connection) if row.get("type") == EventType.FIXITY]
    told = [detail for detail in told if detail.get("source") == "Google Drive"]
    assert len(told) == 3
    assert told[-1]["counts"] == {"same": 6, "agrees": 1, "differs": 1, "gone": 1, "not_held": 1}


def test_no_sync_is_promised_to_bring_what_its_owner_refuses(drive: RunningServer, world: World) -> None:
    world.change(world.add_file("new.txt", b"new"), downloadable=False)
    told = command.run("verify", "--against-drive", status=3).stdout
    assert told == "NOT HELD\tc/new.txt\tThe owner does not allow this file to be downloaded.\t\n"
    assert "agree with the last events" in run("history", "--check")


def test_only_the_chosen_items_are_compared(drive: RunningServer, world: World) -> None:
    world.add_file("new.txt", b"new")
    assert compared("--older-than", "30d")["items"] == []
    half = standings(compared("--sample", "50%"))
    assert (len(half), set(half.values())) == (4, {"same"})


def test_what_the_public_page_cannot_tell_is_said(drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.change(node(world, "0.txt"), modified=datetime.now(UTC))
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    found = compared()
    assert standings(found) == {"0.txt": "uncompared", **{f"{number}.txt": "agrees" for number in range(1, 8)}}
    rows = {row["path"]: row for row in found["items"]}
    assert "day of its last change" in rows["c/0.txt"]["message"]
    assert "materials help access" in rows["c/0.txt"]["hint"]
    assert "no checksum is stated" in rows["c/2.txt"]["message"]


def test_damage_here_counts_more_and_a_drive_that_cannot_be_asked_hides_nothing(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    world.edit(node(world, "0.txt"), b"another text")
    (tmp_path / "c" / "2.txt").unlink()
    assert standings(compared(status=5))["0.txt"] == "differs"
    run("sync")
    world.trash(world.root)
    told = command.run("verify", "--against-drive", status=4)
    assert "all present and intact" in told.stderr
    assert "folder_trashed" in told.stderr
    assert compared(status=4)["error"]["code"] == "folder_trashed"
