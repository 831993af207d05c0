"""A lost or damaged catalogue is made anew from its copy, or from the manifest and the files, and nothing else is believed."""

import hashlib
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.export.feed import kept_hashes
from materials_cli.messages import Message
from support.command import data, run
from support.lost_catalogue import CATALOGUE, COPY, archive, change, lose, made, server  # noqa: F401 - fixtures
from support.small_drive import BYTES, drive, kept, mirror, node, world  # noqa: F401 - fixtures


@pytest.fixture
def changing(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """The same archive, of a Drive that changes further."""
    change(world)
    return tmp_path


def told() -> dict[str, Any]:
    """What an archive answers. Times of the manifest are those of the catalogue, without fractions of a millisecond."""
    shown = {name: data("show", name)["items"] for name in ("0.txt", "2.txt", "four.txt", "7.txt")}
    return {"list": data("list"), "search": data("search", "number"), **shown}


def without_time(answers: Any) -> Any:
    """The answers without the time at which they were given, and without why a version was replaced, which events tell."""
    left_out = {"generated", "reason"}
    return json.loads(json.dumps(answers), object_hook=lambda row: {k: v for k, v in row.items() if k not in left_out})


def fetched(drive: RunningServer) -> int:
    return drive.count(*BYTES)


def test_everything_answers_as_before_without_catalogue_and_copy(server: RunningServer, archive: Path) -> None:
    before, files, count = without_time(told()), mirror(archive), fetched(server)
    manifest = [(archive / name).read_bytes() for name in ("manifest.jsonl", "manifest.csv", "SHA256SUMS")]
    lose(archive)
    made = data("rebuild")
    assert (made["from"], made["taken"]) == ("manifest", {"held": 7, "withdrawn": 1, "versions": 1})
    assert (made["items"], made["unnamed"]) == ([], 0)
    assert without_time(told()) == before
    assert [(archive / name).read_bytes() for name in ("manifest.jsonl", "manifest.csv", "SHA256SUMS")] == manifest
    assert "no changes" in run("sync").stderr
    assert (mirror(archive), fetched(server)) == (files, count)
    assert run("diff", "0.txt").stdout
    assert "verified" in (archive / "manifest.jsonl").read_text("utf-8")


def test_the_history_tells_what_the_manifest_told_and_names_its_last_hash(archive: Path) -> None:
    head, seen = data("history", "--check")["items"][0]["head"], data("show", "2.txt")["items"][0]
    changed = kept_hashes(archive)[0].hash
    lose(archive)
    assert data("rebuild")["last_hash"] == changed != head
    events = data("history", "2.txt")["items"]
    assert [event["type"] for event in events] == ["metadata extraction", "recovery", "withdrawal", "ingestion"]
    assert [event["time"] for event in events[2:]] == [seen["withdrawn"], seen["fetched"]]
    checked = data("history", "--check")["items"][0]
    assert (checked["items"], checked["contradictions"]) == (8, [])
    assert any(changed in gap for gap in checked["unproven"])
    run("history", "--check", "--against", changed)
    for command in ("history", "changes"):
        assert "rebuilt without them" in run(command).stderr


def test_a_copy_keeps_the_whole_history(archive: Path) -> None:
    before = without_time(told())
    asked = (("changes", "--since", "0"), ("history", "0.txt"))
    answers = [without_time(data(*words)) for words in asked]
    (archive / CATALOGUE).write_bytes(b"no database" * 1000)
    made = data("rebuild")
    assert (made["from"], made["taken"], made["known"]) == ("copy", {"held": 0, "withdrawn": 0, "versions": 0}, 8)
    assert without_time(told()) == before
    changes, history = (without_time(data(*words)) for words in asked)
    assert [changes[name] for name in ("items", "summary")] == [answers[0][name] for name in ("items", "summary")]
    assert [event for event in history["items"] if event in answers[1]["items"]] == answers[1]["items"]
    assert "no changes" in run("sync").stderr
    run("history", "--check")


def test_what_a_cut_run_had_not_copied_comes_from_the_manifest(drive: RunningServer, changing: Path, world: World) -> None:
    older = (changing / COPY).read_bytes()
    world.add_file("new.txt", b"new")
    world.edit(node(world, "1.txt"), b"a second edition of number 1")
    run("sync")
    before, count = without_time(data("list")), fetched(drive)
    lose(changing)
    (changing / COPY).write_bytes(older)
    made = data("rebuild")
    assert (made["from"], made["taken"]) == ("copy", {"held": 2, "withdrawn": 0, "versions": 1})
    assert without_time(data("list")) == before
    assert "no changes" in run("sync").stderr
    assert fetched(drive) == count
    run("history", "--check")


def test_a_file_at_the_last_place_of_one_that_was_withdrawn_is_recovered(
    drive: RunningServer, tmp_path: Path, world: World
) -> None:
    for one in [one for one in world.nodes.values() if one.data is not None]:
        world.trash(one.id)
        world.add_file(one.name, f"a new {one.name}".encode(), one.parent)
    run("sync", "--accept-withdrawals")
    before, count = without_time(data("list")), fetched(drive)
    lose(tmp_path)
    made = data("rebuild")
    assert (made["taken"], made["items"]) == ({"held": 8, "withdrawn": 8, "versions": 0}, [])
    assert without_time(data("list")) == before
    assert "no changes" in run("sync").stderr
    assert fetched(drive) == count


def test_a_damaged_copy_is_not_used(archive: Path) -> None:
    lose(archive, copy=True)
    whole = (archive / COPY).read_bytes()
    (archive / COPY).write_bytes(whole[:4096] + os.urandom(4096) + whole[8192:])
    assert data("rebuild")["from"] != "copy"


def test_of_a_copy_whose_history_was_changed_only_what_was_before_is_used(archive: Path) -> None:
    with closing(sqlite3.connect(archive / COPY)) as connection, connection:
        connection.execute("DROP TRIGGER event_is_final")
        connection.execute("UPDATE event SET time = '2020-01-01T00:00:00Z' WHERE number = 3")
    lose(archive, copy=True)
    made = data("rebuild")
    assert (made["from"], made["events"]["recovered"], made["taken"]["held"]) == ("damaged", 2, 7)
    assert "none changed" in run("history", "--check").output


def test_the_damaged_catalogue_and_the_manifest_are_kept(archive: Path) -> None:
    manifest = (archive / "manifest.jsonl").read_bytes()
    (archive / CATALOGUE).write_bytes(b"no database" * 1000)
    for words in (("list",), ("sync",), ("status",)):
        assert "materials rebuild" in run(*words, status=5).stderr
    assert "materials rebuild" in run("doctor", "--offline", status=3).stdout
    aside = archive / data("rebuild")["aside"]
    assert (aside / "catalogue.sqlite").read_bytes() == b"no database" * 1000
    assert (aside / "manifest.jsonl").read_bytes() == manifest
    run("doctor", "--offline")


@pytest.mark.parametrize(
    "words",
    [("list",), ("search", "number"), ("show", "0.txt"), ("status",), ("changes",), ("history",), ("plan",), ("index",)],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("copied", [False, True], ids=["with what is hidden", "without"])
def test_every_command_tells_of_a_lost_catalogue(archive: Path, words: tuple[str, ...], copied: bool) -> None:
    lose(archive)
    if copied:
        shutil.rmtree(archive / ".materials")
    said = run(*words, status=5).stderr
    assert "catalogue_lost" in said
    assert "materials rebuild" in said
    assert not (archive / CATALOGUE).exists()


def test_the_doctor_tells_once_of_a_lost_catalogue(archive: Path) -> None:
    lose(archive)
    found = data_of_doctor()
    assert [row["check"] for row in found if row["code"] == "catalogue_lost"] == ["Catalogue"]
    assert "has never been synced" not in str(found)


def data_of_doctor() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run("doctor", "--offline", "--json", status=3).stdout)["items"]
    return rows


def test_a_sync_rebuilds_a_lost_catalogue_first_and_tells(server: RunningServer, archive: Path) -> None:
    count, before = fetched(server), without_time(data("list"))
    lose(archive)
    said = run("sync", status=3).stderr
    assert "rebuilt from the manifest and the files: 8 items" in said
    assert "no changes" in said
    assert (fetched(server), without_time(data("list"))) == (count, before)
    assert "rebuilt" not in run("sync").stderr


def test_a_catalogue_from_a_backup_forgets_nothing_that_its_copy_knows(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    older = (tmp_path / CATALOGUE).read_bytes()
    change(world)
    before, events = without_time(told()), data("history", "0.txt")["items"]
    lose(tmp_path, copy=True)
    (tmp_path / CATALOGUE).write_bytes(older)
    assert "The catalogue was older than its copy" in run("sync", status=3).stderr
    assert without_time(told()) == before
    assert all(event in data("history", "0.txt")["items"] for event in events)
    run("history", "--check")
    assert "all present and intact" in run("verify").stderr
    assert "older than its copy" not in run("sync").stderr


def test_a_timer_tells_of_it_once(archive: Path) -> None:
    run("sync", "--cron")
    lose(archive)
    assert "catalogue" in run("sync", "--cron", status=3).stderr
    again = run("sync", "--cron")
    assert "rebuilt" not in again.stderr


def test_a_digest_comes_after_a_rebuild_too(changing: Path, world: World) -> None:
    for _ in range(4):
        run("sync", "--cron")
    lose(changing)
    run("rebuild")
    run("sync", "--cron")
    world.add_file("new.txt", b"new")
    assert "new.txt" in run("sync", "--cron").output


def test_an_archive_that_was_never_synced_is_not_lost(server: RunningServer, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    run("--archive", str(fresh), "add", server.world.root)
    assert "archive is empty" in run("--archive", str(fresh), "list").output
    assert "nothing_to_rebuild" in run("--archive", str(fresh), "rebuild", status=2).stderr


def test_an_intact_catalogue_stays(archive: Path) -> None:
    before = (archive / CATALOGUE).read_bytes()
    assert "intact and complete: 8 items" in run("rebuild").stderr
    assert (archive / CATALOGUE).read_bytes() == before
    assert not (archive / ".materials" / "rebuilt").exists()


def test_an_intact_catalogue_takes_in_what_only_the_manifest_knows(archive: Path) -> None:
    before = without_time(data("list"))
    lose(archive)
    with Catalogue.open(archive / CATALOGUE, write=True) as begun_anew:
        begun_anew.begin_run("c", datetime.now(UTC))
    assert data("rebuild")["taken"] == {"held": 7, "withdrawn": 1, "versions": 1}
    assert without_time(data("list")) == before


def test_a_rebuild_that_was_cut_begins_again(archive: Path) -> None:
    lose(archive)
    for suffix in ("", "-wal"):
        (archive / f".materials/catalogue.new.sqlite{suffix}").write_bytes(b"half")
    assert data("rebuild")["known"] == 8
    assert not list((archive / ".materials").glob("*.new.*"))


def test_files_in_versions_that_nothing_names_are_counted_and_stay(archive: Path) -> None:
    stranger = archive / ".materials/versions/ab" / ("ab" * 32)
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"whose?")
    lose(archive)
    assert data("rebuild")["unnamed"] == 1
    assert stranger.exists()


def problems(top: Path) -> dict[str, Message | None]:
    """What is wrong with what waits, as it was found, not as somebody says."""
    with Catalogue.open(top / CATALOGUE) as catalogue:
        return {item.id: item.replacement.damage for item in catalogue.replaced() if item.replacement}


def test_what_the_guard_holds_back_waits_on_and_is_not_fetched_again(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    for number in range(6):
        world.edit(node(world, f"{number}.txt"), random.Random(number).randbytes(400))  # noqa: S311 - what looks encrypted
    run("sync", status=3)
    before, files, count, found = without_time(data("list")), mirror(tmp_path), fetched(drive), problems(tmp_path)
    lose(tmp_path)
    manifest = (tmp_path / "manifest.jsonl").read_text("utf-8")
    (tmp_path / "manifest.jsonl").write_text(manifest.replace('"problem": "', '"problem": "Somebody says: '), "utf-8")
    assert data("rebuild")["taken"]["held"] == 8
    assert without_time(data("list")) == before
    assert problems(tmp_path) == found
    run("sync", status=3)
    assert (mirror(tmp_path), fetched(drive)) == (files, count)
    run("sync", "--accept-replacements")
    assert fetched(drive) == count
    assert (tmp_path / "c" / "0.txt").stat().st_size == 400
    run("history", "--check")


# The manifest is a claim.


@pytest.fixture
def claim(archive: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Put an entry of the manifest in the place of one that is true, and rebuild; the answer."""

    def claimed(name: str, **changes: Any) -> dict[str, Any]:
        lose(archive)
        lines = (archive / "manifest.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        (row,) = [row for row in rows if row["name"] == name]
        row |= changes
        (archive / "manifest.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        answer: dict[str, Any] = json.loads(run("rebuild", "--json", status=3).stdout)
        return answer

    yield claimed
    assert not list((archive / ".materials").glob("*.new.*"))


SECRET = b"what others keep here"


@pytest.mark.parametrize(("field", "value"), [("path", "../secret.txt"), ("sha256", "ab"), ("source", {})])
def test_an_entry_that_is_not_valid_costs_itself_alone(
    archive: Path, claim: Callable[..., dict[str, Any]], field: str, value: object
) -> None:
    (archive.parent / "secret.txt").write_bytes(SECRET)
    fixity = {"sha256": hashlib.sha256(SECRET).hexdigest(), "bytes": len(SECRET), "versions": []}
    made = claim("0.txt", **(fixity | {field: value}))
    assert (made["taken"]["held"], len(made["items"])) == (6, 1)
    assert "not a valid entry" in made["items"][0]["reason"]


def test_other_bytes_than_stated_are_not_taken_in(archive: Path, claim: Callable[..., dict[str, Any]]) -> None:
    (archive / "c" / "0.txt").write_bytes(b"scribbled on, of the same len.")
    made = claim("7.txt", sha256="0" * 64)
    assert sorted(lost["place"] for lost in made["items"]) == ["c/0.txt", "c/Inner/7.txt"]
    assert made["taken"] == {"held": 5, "withdrawn": 1, "versions": 1}


def link_file(archive: Path, target: Path) -> None:
    (archive / "c" / "0.txt").replace(target)
    (archive / "c" / "0.txt").symlink_to(target)


def link_folder(archive: Path, target: Path) -> None:
    (archive / "c" / "Inner").rename(target)
    (archive / "c" / "Inner").symlink_to(target)


def pipe(archive: Path, target: Path) -> None:
    (archive / "c" / "0.txt").unlink()
    os.mkfifo(archive / "c" / "0.txt")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize(("plant", "lost"), [(link_file, 1), (link_folder, 4), (pipe, 1)])
def test_no_link_and_no_pipe_is_followed(
    archive: Path, plant: Callable[[Path, Path], None], lost: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plant(archive, tmp_path_factory.mktemp("elsewhere") / "target")
    lose(archive)
    made = json.loads(run("rebuild", "--json", status=3).stdout)
    assert (len(made["items"]), made["taken"]["held"]) == (lost, 7 - lost)


def test_withdrawn_bytes_and_versions_are_read_too(archive: Path) -> None:
    for place in (archive / ".materials/versions").rglob("*"):
        if place.is_file():
            place.write_bytes(b"x" * place.stat().st_size)
    lose(archive)
    made = json.loads(run("rebuild", "--json", status=3).stdout)
    assert made["taken"] == {"held": 7, "withdrawn": 0, "versions": 0}
    assert len(made["items"]) == len(kept(archive)) == 2


def test_an_entry_that_is_there_twice_counts_once(archive: Path) -> None:
    lines = (archive / "manifest.jsonl").read_text("utf-8").splitlines(keepends=True)
    twin = json.loads(lines[0]) | {"id": "another"}
    (archive / "manifest.jsonl").write_text("".join([*lines, lines[0], f"{json.dumps(twin)}\n", "no JSON\n"]), "utf-8")
    lose(archive)
    made = json.loads(run("rebuild", "--json", status=3).stdout)
    assert (made["known"], len(made["items"])) == (8, 3)


@pytest.mark.parametrize(("field", "value"), [("id", "a\ud800"), ("fetched", "0001-01-01T00:00:00+14:00")])
def test_a_value_that_no_database_stores_costs_its_entry_alone(
    archive: Path, claim: Callable[..., dict[str, Any]], field: str, value: str
) -> None:
    made = claim("0.txt", **{field: value})
    assert made["taken"]["held"] == 6
    assert "not a valid entry" in made["items"][0]["reason"]
