"""`history --check` compares the history with everything that is kept of it, and says what that does not show."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.export.feed import kept_hashes
from support.command import data, run
from support.small_drive import node

CATALOGUE = Path(".materials/catalogue.sqlite")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """Two runs that changed something: one file has been replaced, one withdrawn, one renamed; then one that did not."""
    top, world = tmp_path_factory.mktemp("made"), World("Folder")
    for number in range(5):
        world.add_file(f"{number}.txt", f"file number {number}".encode())
    with start(world) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)
        patch.chdir(top)
        run("add", world.root, "--name", "c")
        run("sync")
        world.edit(node(world, "0.txt"), b"another edition")
        world.trash(node(world, "1.txt"))
        world.rename(node(world, "2.txt"), "two.txt")
        run("sync")
        run("sync")
        yield server, top


@pytest.fixture
def archive(made: tuple[RunningServer, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made[1], tmp_path / "a")
    monkeypatch.chdir(tmp_path / "a")
    return tmp_path / "a"


@pytest.fixture
def forge(archive: Path) -> Callable[..., None]:
    """Change the catalogue as somebody does who has the file and SQLite."""

    def forged(*statements: str) -> None:
        with closing(sqlite3.connect(archive / CATALOGUE, isolation_level=None)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)

    return forged


def checked(*more: str) -> dict[str, Any]:
    (row,) = data("history", "--check", *more)["items"]
    found: dict[str, Any] = row
    return found


def test_an_archive_that_nobody_changed_contradicts_nothing(archive: Path) -> None:
    row = checked()
    assert (row["broken"], row["contradictions"], row["items"], row["kept_hashes"]) == (None, [], 5, 2)
    said = run("history", "--check").stderr
    assert "2 hashes kept outside the catalogue" in said
    assert "Whether events were removed after the last kept hash; 1 event follows it." in said
    assert "materials verify" in said


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE item SET sha256 = printf('%064d', 7) WHERE path = 'c/3.txt'", "c/3.txt: differs"),
        ("UPDATE item SET path = 'c/elsewhere.txt' WHERE path = 'c/3.txt'", "c/elsewhere.txt: differs"),
        ("UPDATE item SET state = 'held' WHERE path = 'c/1.txt'", "c/1.txt: differs"),
        ("DELETE FROM item WHERE path = 'c/3.txt'", "c/3.txt: there are events about it"),
        ("DELETE FROM version", "c/0.txt: an earlier version that its events mention is missing"),
        ("UPDATE version SET sha256 = printf('%064d', 7)", "c/0.txt: no event mentions an earlier version of it"),
    ],
)
def test_a_row_that_was_changed_contradicts_its_events(
    archive: Path, forge: Callable[..., None], statement: str, told: str
) -> None:
    forge(statement)
    assert told in run("history", "--check", status=5).stderr


def test_a_cut_off_end_contradicts_the_feed(archive: Path, forge: Callable[..., None]) -> None:
    last = kept_hashes(archive)[0].hash
    forge(
        "DELETE FROM event WHERE run >= 2", "DELETE FROM run WHERE id >= 2", "DELETE FROM version",
        "UPDATE item SET state = 'held', path = 'c/' || name, sha256 = (SELECT json_extract(detail, '$.sha256') FROM event"
        " WHERE type = 'ingestion' AND item = item.id)",
    )  # fmt: skip
    said = run("history", "--check", status=5).stderr
    assert last in said
    assert "changes.atom" in said


def test_a_hash_that_was_kept_elsewhere_is_looked_for(archive: Path, forge: Callable[..., None]) -> None:
    head = checked()["head"]
    (archive / "changes.atom").unlink()
    assert checked("--against", head.upper())["kept_hashes"] == 1
    assert "no hash is kept" in " ".join(checked()["unproven"])
    forge("DELETE FROM event WHERE number = (SELECT max(number) FROM event)", "DELETE FROM run WHERE id = 3")
    run("history", "--check")
    assert head in run("history", "--against", head, status=5).stderr


@pytest.mark.parametrize("text", ["", "ab", "z" * 64, "a" * 65])
def test_what_is_no_hash_is_refused(archive: Path, text: str) -> None:
    assert "bad_usage" in run("history", "--against", text, status=2).stderr


@pytest.mark.parametrize("content", [b"", b"<feed", b"<html/>", b"\xff" * 100, b"<feed xmlns='http://www.w3.org/2005/Atom'/>"])
def test_a_feed_that_is_none_keeps_nothing(archive: Path, content: bytes) -> None:
    (archive / "changes.atom").write_bytes(content)
    assert checked()["kept_hashes"] == 0


def test_items_that_are_older_than_the_history_are_counted(archive: Path, forge: Callable[..., None]) -> None:
    forge("DELETE FROM event", "UPDATE run SET status = 0, failures = '[]'", "DELETE FROM version")
    (archive / "changes.atom").unlink()
    row = checked()
    assert (row["items"], row["contradictions"]) == (0, [])
    assert any("5 items" in gap for gap in row["unproven"])


def test_after_a_rebuild_the_feed_of_before_is_no_contradiction(archive: Path, made: tuple[RunningServer, Path]) -> None:
    last = kept_hashes(archive)[0].hash
    for path in (archive / ".materials").glob("catalogue.*"):
        path.unlink()
    run("rebuild")
    row = checked()
    assert (row["contradictions"], row["kept_hashes"]) == ([], 0)
    assert any(last in gap for gap in row["unproven"])
    run("history", "--against", last)
    run("history", "--against", "ab" * 32, status=5)
