"""The copy of the catalogue: what it leaves out, when it is made, and that it never costs a run."""

import contextlib
import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from materials_cli import disk
from materials_cli.catalogue.copy import is_intact, last_hash, write_copy
from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import MaterialsError
from support.command import data
from support.small_drive import drive, run, world  # noqa: F401 - fixtures

CATALOGUE, COPY = Path(".materials/catalogue.sqlite"), Path(".materials/catalogue.copy.sqlite")


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_it_has_everything_but_the_texts_and_their_index(drive: RunningServer, tmp_path: Path) -> None:
    for table in ("run", "event", "version", "item"):
        columns = "path, sha256, remote, first_seen, title, sections" if table == "item" else "*"
        statement = f"SELECT {columns} FROM {table} ORDER BY 1, 2"  # noqa: S608 - names of this test
        assert rows(tmp_path / COPY, statement) == rows(tmp_path / CATALOGUE, statement)
    assert rows(tmp_path / CATALOGUE, "SELECT count(*) FROM section") != [(0,)]
    for emptied in ("section", "words", "names"):
        assert rows(tmp_path / COPY, f"SELECT count(*) FROM {emptied}") == [(0,)]  # noqa: S608 - names of this test
    assert rows(tmp_path / COPY, "SELECT count(*) FROM item WHERE text_of IS NOT NULL") == [(0,)]


def test_columns_and_tables_of_later_versions_are_copied(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "a", write=True) as catalogue:
        write_copy(catalogue.connection, tmp_path / "b")
    every = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger', 'index') ORDER BY name"
    assert rows(tmp_path / "a", every) == rows(tmp_path / "b", every)


def _written(root: Path) -> tuple[int, int]:
    """Which file the copy is, and when it was written; not when it was last read."""
    seen = (root / COPY).stat()
    return seen.st_ino, seen.st_mtime_ns


def test_a_run_without_changes_makes_none(drive: RunningServer, world: World, tmp_path: Path) -> None:
    made = _written(tmp_path)
    run("sync")
    assert _written(tmp_path) == made
    world.add_file("new.txt", b"new")
    run("sync")
    assert rows(tmp_path / COPY, "SELECT count(*) FROM item") == [(9,)]
    (tmp_path / COPY).unlink()
    run("sync")
    assert is_intact(tmp_path / COPY, history=True)


def test_a_copy_that_cannot_be_made_costs_no_run(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / COPY).read_bytes()
    sound = disk.flush_file

    def full(file: object, size: int) -> None:
        if "catalogue.copy" in getattr(file, "name", ""):
            raise OSError(errno.ENOSPC, "No space left on device")
        sound(file, size)  # type: ignore[arg-type]

    monkeypatch.setattr(disk, "flush_file", full)
    world.add_file("new.txt", b"new")
    assert "could not be copied" in run("sync")
    assert (tmp_path / COPY).read_bytes() == before
    assert not list((tmp_path / ".materials").glob(".catalogue*"))
    monkeypatch.undo()


def test_a_link_in_its_place_is_replaced_and_not_followed(drive: RunningServer, world: World, tmp_path: Path) -> None:
    mine = tmp_path.parent / f"{tmp_path.name} mine"
    mine.write_bytes(b"mine")
    (tmp_path / COPY).unlink()
    (tmp_path / COPY).symlink_to(mine)
    assert not is_intact(tmp_path / COPY)
    world.add_file("new.txt", b"new")
    run("sync")
    assert mine.read_bytes() == b"mine"
    assert is_intact(tmp_path / COPY)


def test_the_doctor_makes_a_new_one(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / COPY).write_bytes(b"damaged")
    (found,) = [row for row in data("doctor", "--offline")["items"] if row["check"] == "Its copy"]
    assert (found["verdict"], "doctor --fix" in found["hint"]) == ("warning", True)
    run("doctor", "--offline", "--fix")
    assert is_intact(tmp_path / COPY)


@pytest.mark.parametrize("content", [b"", b"no database" * 500, b"SQLite format 3\0" + b"\0" * 5000])
def test_what_is_no_catalogue_is_not_intact_and_has_no_hash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert not is_intact(tmp_path / "a")
    assert last_hash(tmp_path / "a") == ""


def test_another_programs_database_is_not_taken_for_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    assert not is_intact(tmp_path / "a")
    with Catalogue.open(tmp_path / "b", write=True) as catalogue, contextlib.suppress(MaterialsError):
        catalogue.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(MaterialsError, match="supports versions up to"):
        is_intact(tmp_path / "b")
