"""What can still be read of a damaged catalogue is recovered: its events as far as their hashes prove them, and newer rows."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.command import data, run
from support.lost_catalogue import CATALOGUE, COPY, archive, made, server  # noqa: F401 - fixtures
from support.small_drive import BYTES, drive, world  # noqa: F401 - fixtures

PAGE = 4096


def question(path: Path, asked: str) -> Any:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return connection.execute(asked).fetchone()[0]


def ruin(path: Path, number: int) -> None:
    """Overwrite a page, as a failing disk does."""
    content = bytearray(path.read_bytes())
    content[(number - 1) * PAGE : number * PAGE] = b"\xff" * PAGE
    path.write_bytes(content)


def ruin_index(path: Path) -> None:
    """Ruin what holds nothing of its own."""
    ruin(path, question(path, "SELECT rootpage FROM sqlite_master WHERE name = 'event_item'"))


def ruin_event(path: Path, number: int) -> None:
    """Ruin the page with an event, and those beside it on that page."""
    digest = question(path, f"SELECT hash FROM event WHERE number = {number}")  # noqa: S608 - a test's own number
    content = path.read_bytes()
    ruin(path, content.index(digest.encode()) // PAGE + 1)


def events() -> list[dict[str, Any]]:
    with closing(sqlite3.connect(CATALOGUE)) as connection, connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM event ORDER BY number")]


def runs() -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(CATALOGUE)) as connection, connection:
        return connection.execute("SELECT * FROM run ORDER BY id").fetchall()


def test_a_history_that_can_be_read_goes_on(server: RunningServer, archive: Path) -> None:
    before, ran, count = events(), runs(), server.count(*BYTES)
    ruin_index(archive / CATALOGUE)
    (archive / COPY).unlink()
    assert "materials rebuild" in run("doctor", "--offline", status=3).stdout
    made = data("rebuild")
    assert (made["from"], made["known"], made["items"]) == ("damaged", 8, [])
    assert made["events"] == {"recovered": len(before), "lost": 0}
    assert (events()[: len(before)], runs()) == (before, ran)
    checked = data("history", "--check")["items"][0]
    assert checked["contradictions"] == []
    assert not any("rebuilt" in gap or "damaged" in gap for gap in checked["unproven"])
    assert "no changes" in run("sync").stderr
    assert server.count(*BYTES) == count


def test_events_up_to_the_first_that_cannot_be_read_are_recovered(archive: Path) -> None:
    before = events()
    ruin_event(archive / CATALOGUE, len(before) // 2)
    (archive / COPY).unlink()
    made = data("rebuild")
    recovered, lost = made["events"]["recovered"], made["events"]["lost"]
    assert 0 < recovered < len(before) // 2
    assert (recovered + lost, made["items"]) == (len(before), [])
    assert events()[:recovered] == before[:recovered]
    checked = data("history", "--check")["items"][0]
    assert (checked["contradictions"], checked["items"]) == ([], 8)
    assert any("its last events could not be read" in gap for gap in checked["unproven"])
    assert "no changes" in run("sync").stderr
    assert "none changed" in run("history", "--check").output


def test_a_damaged_copy_knows_what_a_damaged_catalogue_does_not(archive: Path) -> None:
    before = events()
    ruin_event(archive / CATALOGUE, len(before) // 2)
    ruin_index(archive / COPY)
    assert data("rebuild")["events"] == {"recovered": len(before), "lost": 0}
    assert events()[: len(before)] == before


def test_what_happened_after_the_copy_was_made_is_in_the_history(archive: Path) -> None:
    copied = question(archive / COPY, "SELECT max(number) FROM event")
    run("verify")
    before = events()
    ruin_index(archive / CATALOGUE)
    made = data("rebuild")
    assert (made["from"], made["events"]) == ("copy", {"recovered": len(before) - copied, "lost": 0})
    assert len(before) > copied
    assert events()[: len(before)] == before
    assert "none changed" in run("history", "--check").output


@pytest.mark.parametrize("copied", [True, False])
def test_rows_that_are_newer_than_the_manifest_are_recovered(
    drive: RunningServer, world: World, tmp_path: Path, copied: bool
) -> None:
    kept = {name: (tmp_path / name).read_bytes() for name in ("manifest.jsonl", str(COPY))}
    world.add_file("new.txt", b"new")
    world.edit(next(node.id for node in world.nodes.values() if node.name == "1.txt"), b"a second edition")
    run("sync")
    before, count = data("list")["items"], drive.count(*BYTES)
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    if not copied:
        (tmp_path / COPY).unlink()
    ruin_index(tmp_path / CATALOGUE)
    made = data("rebuild")
    assert (made["items"], made["events"]["lost"]) == ([], 0)
    assert data("list")["items"] == before
    assert data("history", "--check")["items"][0]["contradictions"] == []
    assert "no changes" in run("sync").stderr
    assert drive.count(*BYTES) == count


def test_what_is_newer_than_the_last_event_that_can_be_read_is_told(archive: Path) -> None:
    before, listed = events(), data("list")["items"]
    ruin_event(archive / CATALOGUE, len(before))
    (archive / COPY).unlink()
    made = data("rebuild")
    assert made["events"]["recovered"] < len(before)
    assert made["events"]["lost"] == len(before) - made["events"]["recovered"]
    assert (made["items"], data("list")["items"]) == ([], listed)
    assert "none changed" in run("history", "--check").output


def test_earlier_versions_of_what_is_gone_from_the_mirror_are_told(archive: Path) -> None:
    """No event can be read, the rows can: the item's own bytes are missing until the next sync, its versions are there."""
    ruin_event(archive / CATALOGUE, 1)
    (archive / COPY).unlink()
    (archive / "c/0.txt").unlink()
    assert "earlier versions 1" in run("rebuild", status=3).output
    run("sync")
    assert "none changed" in run("history", "--check").output


def forge(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER event_is_final")
        connection.execute("UPDATE event SET detail = json_set(detail, '$.bytes', 7) WHERE number = 5")


def escape(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE item SET path = 'c/../../secret.txt' WHERE name = '0.txt'")


@pytest.mark.parametrize(("tamper", "recovered"), [(forge, 4), (escape, None)])
def test_nothing_is_believed_because_it_can_be_read(
    archive: Path, tamper: Callable[[Path], None], recovered: int | None
) -> None:
    before = events()
    tamper(archive / CATALOGUE)
    ruin_index(archive / CATALOGUE)
    (archive / COPY).unlink()
    made = data("rebuild")
    assert made["events"]["recovered"] == (len(before) if recovered is None else recovered)
    assert (made["known"], made["items"]) == (8, [])
    assert data("history", "--check")["items"][0]["contradictions"] == []


def test_a_run_whose_row_cannot_be_read_is_told_by_its_events(archive: Path) -> None:
    ran = runs()
    ruin(archive / CATALOGUE, question(archive / CATALOGUE, "SELECT rootpage FROM sqlite_master WHERE name = 'run'"))
    (archive / COPY).unlink()
    assert data("rebuild")["events"]["lost"] == 0
    assert [row[:2] for row in runs()] == [row[:2] for row in ran]
    assert data("history", "--check")["items"][0]["contradictions"] == []
    assert "7 new, 1 withdrawn" in run("changes", "--since", "0").output
