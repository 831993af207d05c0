"""Verification is recorded, and damage repaired from what can prove its bytes: another file, or Drive."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.verifications import last_verified
from materials_cli.config import load
from materials_cli.custody.choice import Choice
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.store.mirror import Store
from materials_cli.upkeep import keep_sound
from support import command
from support.small_drive import kept as kept_digests
from support.small_drive import node, run, served, world  # noqa: F401 - a fixture
from support.synced import made_once, sync_first

CATALOGUE = Path(".materials") / "catalogue.sqlite"


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server:
        yield server
        assert not server.violations


@pytest.fixture
def archive(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """Eight items: 0.txt with an earlier version, 1.txt withdrawn, 3.txt with the bytes that 0.txt had before."""

    def make() -> None:
        sync_first(world, tmp_path)
        world.add_file("twin.txt", b"file number 0")
        run("sync")
        world.edit(node(world, "0.txt"), b"file number zero")
        world.trash(node(world, "1.txt"))
        run("sync")

    made_once(world, tmp_path, make)
    return tmp_path


def rot(path: Path) -> bytes:
    """Change one bit and nothing else, as a failing disk does; return the bytes as they were."""
    seen, content = path.stat(), path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    return content


def kept_file(top: Path, number: int) -> Path:
    return next(
        p for p in (top / ".materials" / "versions").rglob("*") if p.is_file() and p.read_bytes()[-1:] == b"%d" % number
    )


def verified(*words: str, status: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(command.run("verify", *words, "--json", status=status).stdout)
    return found


def manifest(top: Path) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, (top / "manifest.jsonl").read_text("utf-8").splitlines())
    return {row["path"]: row for row in rows if "path" in row}


def events(top: Path) -> list[tuple[str | None, str, dict[str, Any]]]:
    with closing(sqlite3.connect(top / CATALOGUE)) as connection, connection:
        rows = connection.execute("SELECT item, outcome, detail FROM event WHERE type = 'fixity check' ORDER BY number")
        return [
            (item, outcome, json.loads(detail)) for item, outcome, detail in rows if "compared_with" not in detail or not item
        ]


def age(top: Path, days: int) -> None:
    """Let everything be so many days older than it is."""
    with closing(sqlite3.connect(top / CATALOGUE)) as connection, connection:
        long_ago = (datetime.now(UTC) - timedelta(days=days)).isoformat().replace("+00:00", "Z")
        connection.execute("UPDATE item SET fetched = ?", (long_ago,))
        connection.execute("UPDATE verification SET time = ?", (long_ago,))


def test_what_was_verified_is_told_by_show_manifest_and_history(archive: Path) -> None:
    assert manifest(archive)["c/2.txt"]["last_verified"] is None
    rot(archive / "c" / "4.txt")
    verified(status=5)
    told = manifest(archive)
    assert told["c/2.txt"]["last_verified"] > told["c/2.txt"]["fetched"]
    assert told["c/4.txt"]["last_verified"] is None
    shown = command.data("show", "2.txt")["items"][0]
    assert shown["last_verified"] == told["c/2.txt"]["last_verified"]
    (flaw, ending) = events(archive)
    assert (flaw[0], flaw[1], flaw[2]["path"]) == (told["c/4.txt"]["id"], "failure", "c/4.txt")
    assert (ending[0], ending[1], ending[2]["items"], ending[2]["failed"]) == (None, "failure", 9, 1)
    assert "none changed" in run("history", "--check")
    run("sync")
    assert verified()["items"] == []
    assert manifest(archive)["c/4.txt"]["last_verified"]


def test_new_bytes_have_not_been_verified(archive: Path, world: World) -> None:
    verified()
    world.edit(node(world, "2.txt"), b"others")
    run("sync")
    assert manifest(archive)["c/2.txt"]["last_verified"] is None
    assert manifest(archive)["c/4.txt"]["last_verified"]


@pytest.mark.parametrize("words", [["--sample", "25%"], ["--sample", "0%"], ["--older-than", "soon"], ["--sample", "1"]])
def test_a_share_or_a_time_is_understood_or_refused(archive: Path, words: list[str]) -> None:
    if words[1] == "25%":
        assert verified(*words)["files"] in {3, 4}
    else:
        assert words[1] in run("verify", *words, status=2)


def test_only_what_is_older_is_read(archive: Path) -> None:
    assert verified("--older-than", "30d")["files"] == 0
    assert "all was verified or fetched since then" in run("verify", "--older-than", "30d")
    age(archive, 40)
    assert verified("--older-than", "30d")["files"] == 10
    assert verified("--older-than", "30d")["files"] == 0


def test_in_a_hundred_nights_everything_is_read_and_quiet_nights_change_no_file(archive: Path) -> None:
    age(archive, 200)
    run("sync")
    before = (archive / "manifest.jsonl").read_bytes()
    read = set[tuple[str, str]]()
    for _ in range(3):
        found = keep_sound(Archive(archive), choice=Choice(turn=1 / 3))
        assert found.chosen
        assert not read & found.chosen
        read |= found.chosen
    assert len(read) == 9
    assert (archive / "manifest.jsonl").read_bytes() == before
    checks = {check["check"]: check["verdict"] for check in command.data("doctor", "--offline")["items"]}
    assert checks["Manifest"] == "ok"
    with Catalogue.open(archive / CATALOGUE) as catalogue:
        assert all(last_verified(catalogue.connection, item.collection, item.id) for item in catalogue.each())


def test_what_cannot_be_repaired_keeps_nothing_else_from_its_turn(archive: Path) -> None:
    age(archive, 200)
    rot(kept_file(archive, 1))
    read = set[tuple[str, str]]()
    for _ in range(3):
        read |= keep_sound(Archive(archive), choice=Choice(turn=1 / 3)).chosen or set()
    assert len(read) == 9


def test_damage_is_repaired_from_another_file_or_from_drive_and_read_again(archive: Path, drive: RunningServer) -> None:
    version, mirrored = kept_file(archive, 0), archive / "c" / "twin.txt"
    was = rot(version)
    (archive / "c" / "4.txt").unlink()
    found = verified("--repair")
    assert found["items"] == []
    assert {row["file"]: row["source"] for row in found["repaired"]} == {
        version.relative_to(archive).as_posix(): "from c/twin.txt",
        "c/4.txt": "from Drive",
    }
    assert (version.read_bytes(), (archive / "c" / "4.txt").read_bytes()) == (was, b"file number 4")
    rot(mirrored)
    before = drive.count("media")
    assert verified("--repair")["repaired"][0]["source"] == f"from {version.relative_to(archive).as_posix()}"
    assert (mirrored.read_bytes(), drive.count("media")) == (was, before)
    assert len([path for path in (archive / ".materials" / "aside").rglob("*") if path.is_file()]) == 2
    assert verified()["items"] == []
    assert "none changed" in run("history", "--check")
    assert run("sync").startswith("c: no changes")


def test_what_nothing_can_prove_stays_as_it_is_and_is_told(archive: Path) -> None:
    withdrawn = kept_file(archive, 1)
    rot(withdrawn)
    content, before = withdrawn.read_bytes(), kept_digests(archive)
    found = verified("--repair", status=5)
    assert [(row["trouble"], row["role"]) for row in found["items"]] == [("damaged", "withdrawn")]
    assert (found["repaired"], withdrawn.read_bytes(), kept_digests(archive)) == ([], content, before)


def test_an_archive_that_somebody_else_writes_to_is_verified_and_not_recorded(archive: Path) -> None:
    with Store(archive).lock():
        found = verified()
    assert (found["files"], len(found["troubles"])) == (10, 1)
    assert events(archive) == []


def scheduled(capsys: pytest.CaptureFixture[str], archive: Path) -> tuple[int, str]:
    from materials_cli.cli.unattended import sync_unattended

    config = load(archive)
    status = sync_unattended(config, config.collections, wait=lambda _: None)
    told = capsys.readouterr()
    return status, told.out + told.err


def test_a_scheduled_sync_verifies_its_share_once_a_day_repairs_and_tells(
    archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_JITTER", "0")
    settings = (archive / "materials.toml").read_text("utf-8")
    (archive / "materials.toml").write_text(f'verify = "100% a night"\n{settings}', "utf-8")
    scheduled(capsys, archive)
    assert scheduled(capsys, archive) == (0, "")
    assert len(events(archive)) == 1
    rot(archive / "c" / "2.txt")
    (archive / "c" / "twin.txt").unlink()
    withdrawn = kept_file(archive, 1)
    rot(withdrawn)
    with closing(sqlite3.connect(archive / CATALOGUE)) as connection, connection:
        connection.execute("DROP TRIGGER event_is_final")
        connection.execute("UPDATE event SET time = '2026-01-01T00:00:00Z' WHERE item IS NULL AND type = 'fixity check'")
    status, told = scheduled(capsys, archive)
    assert status == 5
    assert "c/2.txt" in told
    assert withdrawn.name in told
    assert (archive / "c" / "2.txt").read_bytes() == b"file number 2"
