"""A collection is renamed, detached, removed, or gets another link: no byte is deleted, and the history stays one."""

import hashlib
import json
import os
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.custody import collections
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support import command
from support.small_drive import BYTES, items, node, run, sums_hold
from support.synced import made_once
from support.terminal import session


@pytest.fixture
def world() -> World:
    """Two workshops side by side."""
    made = World("Top")
    first, second = made.add_folder("Workshop"), made.add_folder("Other")
    inner = made.add_folder("Inner", first)
    for number in range(8):
        made.add_file(f"{number}.txt", f"file number {number}".encode(), inner if number % 2 else first)
    made.add_file("1.txt", b"file number 1", second)
    made.add_file("x.txt", b"x", second)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        monkeypatch.chdir(tmp_path)
        yield server
        assert not server.crashes


@pytest.fixture
def archive(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """C has an earlier version of 0.txt and the withdrawn 1.txt; d has withdrawn the same bytes, and x.txt."""

    def make() -> None:
        for name, folder in (("c", "Workshop"), ("d", "Other")):
            run("add", node(world, folder), "--name", name, "--no-check")
        run("sync")
        world.edit(node(world, "0.txt"), b"file number zero")
        for found in [n.id for n in world.nodes.values() if n.name == "1.txt"]:
            world.trash(found)
        run("sync")

    made_once(world, tmp_path, make)
    return tmp_path


def all_bytes(top: Path) -> Counter[str]:
    """The digests of all that is archived below a folder, with what was removed."""
    places = [path for path in top.rglob("*") if path.is_file() and path.suffix != ".pptx"]
    archived = [p for p in places if p.suffix == ".txt" or p.parent.parent.name == "versions"]
    return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in archived)


def test_a_renamed_collection_goes_on_as_it_was(archive: Path, drive: RunningServer) -> None:
    before, history = items("--collection", "c", "--all"), command.data("history", "0.txt")["items"]
    run("collection", "rename", "c", "new")
    assert "[collections.new]" in (archive / "materials.toml").read_text("utf-8")
    after = items("--collection", "new", "--all")
    assert {row["path"].removeprefix("new/") for row in after.values()} == {
        row["path"].removeprefix("c/") for row in before.values()
    }
    assert sums_hold(archive)
    lines = [json.loads(line) for line in (archive / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {row["collection"] for row in lines} == {"new", "d"}
    assert run("verify").endswith("all present and intact.\n")
    fetched = drive.count(*BYTES)
    assert "new: no changes, 7 unchanged; nothing downloaded." in run("sync", "new")
    assert drive.count(*BYTES) == fetched
    events = command.data("history", "0.txt")["items"]
    assert [event["hash"] for event in events] == [event["hash"] for event in history]
    assert {event["detail"]["path"] for event in events if "path" in event["detail"]} == {"new/0.txt"}
    assert "none changed" in run("history", "--check")
    assert command.data("status", "new")["items"][0]["last_run"]["collection"] == "new"
    assert {row["collection"] for row in command.data("history", "--collection", "new")["items"]} == {"new"}
    changes = command.data("changes", "--since", "1000d")
    assert {row["collection"] for row in [*changes["items"], *changes["runs"]]} == {"new", "d"}
    assert {row["path"].partition("/")[0] for row in changes["items"]} == {"new", "d"}
    assert {row["path"] for row in command.data("list", "--at", "today", "-c", "new")["items"]} == {
        row["path"] for row in after.values() if row["state"] == "held"
    }
    assert "new/0.txt" in run("search", "zero")


def test_until_its_next_run_the_runs_of_the_former_name_count(archive: Path) -> None:
    run("collection", "rename", "c", "new")
    (row,) = command.data("status", "new")["items"]
    assert (row["well"], row["last_run"]["collection"]) == (True, "new")
    assert run("status", "--max-age", "1h").startswith("ok: 2 collections")


@pytest.mark.parametrize(
    ("words", "code"),
    [("c d", "collection_exists"), ("c taken", "collection_exists"), ("c Über", "bad_usage"), ("c con", "bad_usage"),
     ("lost x", "unknown_collection")],
)  # fmt: skip
def test_a_name_that_cannot_be_given(archive: Path, words: str, code: str) -> None:
    (archive / "taken").mkdir()
    before = (archive / "materials.toml").read_bytes()
    refused = run("collection", "rename", *words.split(), status=2)
    assert f"error[{code}]" in refused
    assert "--name" not in refused  # which is an option of add
    assert (archive / "materials.toml").read_bytes() == before
    assert (archive / "c").is_dir()


@pytest.mark.parametrize("words", [(), ("--cron",)])
def test_a_lost_catalogue_is_told_even_if_no_collection_is_synced(archive: Path, words: tuple[str, ...]) -> None:
    run("sync", *words)
    for name in ("c", "d"):
        run("collection", "detach", name)
    for path in (archive / ".materials").glob("catalogue.*"):
        path.unlink()
    (archive / "c" / "2.txt").unlink()
    printed = run("sync", *words, status=3)
    assert "rebuilt from the manifest and the files" in printed
    assert "c/2.txt: not recovered" in printed
    assert "rebuilt" not in run("sync", *words)


def test_a_detached_collection_is_kept_and_no_longer_synced(archive: Path, drive: RunningServer, world: World) -> None:
    run("collection", "detach", "c")
    world.edit(node(world, "2.txt"), b"another two")
    drive.requests.clear()
    assert "“c” is detached" in run("sync", "c")
    assert drive.requests == []
    assert "“c” is detached" in run("sync")
    assert "d: no changes" in run("sync")
    assert run("sync", "--cron", "c") == ""
    assert "detached: kept as it is" in run("status")
    (row,) = command.data("status", "c")["items"]
    assert (row["detached"], row["well"], row["held"]) == (True, True, 7)
    assert "c/2.txt" in run("search", "number")
    assert run("verify").endswith("all present and intact.\n")
    assert {row["check"] for row in command.data("doctor")["items"]}.isdisjoint({"Link c"})
    told = run("add", node(world, "Workshop"), "--name", "again", status=2)
    folder = node(world, "Workshop")
    assert f'materials collection link c "https://drive.google.com/drive/folders/{folder}"' in told
    run("collection", "link", "c", folder)
    assert "c: 1 replaced" in run("sync", "c")


def test_a_removed_collection_is_an_archive_of_its_own(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, shown, events = all_bytes(archive), items("--collection", "c", "--all"), history(archive)
    folder = Path(command.data("collection", "remove", "c")["items"][0]["folder"])
    assert all_bytes(archive) - before == Counter([hashlib.sha256(b"file number 1").hexdigest()])  # d needs it, too
    assert not before - all_bytes(archive)
    assert not (archive / "c").exists()
    assert {row["collection"] for row in command.data("status")["items"]} == {"d"}
    assert {row["path"] for row in items("--all").values()} == {"d/1.txt", "d/x.txt"}
    assert run("verify") == "2 files verified, 14 B: all present and intact.\n"
    assert '"collection": "c"' not in (archive / "manifest.jsonl").read_text("utf-8")
    assert history(archive)[: len(events)] == events
    assert "none changed" in run("history", "--check")
    assert "c/" not in run("search", "number")
    assert "d: no changes" in run("sync")
    monkeypatch.chdir(folder)
    assert items("--all") == shown
    assert run("verify").endswith("all present and intact.\n")
    assert history(folder)[: len(events)] == events
    assert "none changed" in run("history", "--check")
    assert "c/0.txt" in run("search", "zero")
    assert sums_hold(folder)
    assert "“c” is detached" in run("sync")
    run("restore", "0.txt", "--from", "1", "--to", str(archive.parent / "out"))
    assert (archive.parent / "out" / "0.txt").read_bytes() == b"file number 0"


def test_no_is_an_answer_and_no_failure(archive: Path) -> None:
    shown = session("materials collection remove c", folder=archive, typed="n\n", status=130)
    assert "Nothing was removed." in shown
    assert "error[" not in shown
    assert "continues" not in shown
    assert items("--all")


def test_a_removed_collection_comes_back_as_it_was(archive: Path, drive: RunningServer) -> None:
    before, shown, runs = all_bytes(archive), items("--all"), command.data("history")["items"]
    settings = (archive / "materials.toml").read_text("utf-8")
    said = run("collection", "remove", "c")
    words = shlex.split(said.splitlines()[1].partition(": materials ")[2])
    fetched = drive.count(*BYTES)
    elsewhere = Path(words[-1]).rename(archive.parent / "elsewhere")
    said = run(*words[:-1], str(elsewhere))
    assert "“c” is back: 8 items" in said
    assert "you may delete that folder" in said
    assert not (archive / "removed collections").exists()
    shutil.rmtree(elsewhere)
    assert sorted((archive / "materials.toml").read_text("utf-8").split()) == sorted(settings.split())
    assert not before - all_bytes(archive)
    assert items("--all") == shown
    assert command.data("history")["items"] == runs
    assert sums_hold(archive)
    assert run("verify").endswith("all present and intact.\n")
    assert "none changed" in run("history", "--check")
    assert "No problems" in run("status")
    assert "c/0.txt" in run("search", "zero")
    assert "c: no changes" in run("sync", "c")
    assert drive.count(*BYTES) == fetched
    run("restore", "0.txt", "--from", "1", "--to", str(archive.parent / "back"))
    run("collection", "remove", "c")
    assert {row["collection"] for row in command.data("list")["items"]} == {"d"}


def test_without_its_manifest_a_removed_collection_stays_where_it_is(archive: Path) -> None:
    folder = Path(command.data("collection", "remove", "c")["items"][0]["folder"])
    (folder / "manifest.jsonl").unlink()
    os.mkfifo(folder / "manifest.jsonl")
    before = all_bytes(folder)
    assert "manifest.jsonl" in run("collection", "return", str(folder), status=2)
    assert all_bytes(folder) == before
    assert not (archive / "c").exists()


def test_what_people_say_of_a_collection_goes_with_it(archive: Path) -> None:
    (archive / "agenda.txt").write_text("Day 3 – 23 June 2025\n10:00 Session 1: Zero\n- Anna Bell, Ministry of Health\n")
    run("agenda", "agenda.txt", "--collection", "c")
    run("edit", "2.txt", "--set", "title=Two")

    def told() -> tuple[object, object]:
        rows = map(json.loads, (archive / "manifest.jsonl").read_text("utf-8").splitlines())
        items = {row["name"]: row["described"] for row in rows if "described" in row}
        return items["0.txt"]["session"], items["2.txt"]["title"]

    assert told() == ("Zero", "Two")
    run("collection", "rename", "c", "e")
    assert told() == ("Zero", "Two")
    folder = command.data("collection", "remove", "e")["items"][0]["folder"]
    assert not list((archive / "metadata").rglob("*.toml"))
    run("collection", "return", folder)
    assert told() == ("Zero", "Two")


def test_only_what_was_removed_comes_back(archive: Path) -> None:
    folder = command.data("collection", "remove", "c")["items"][0]["folder"]
    assert "no removed collection" in run("collection", "return", str(archive / "nowhere"), status=2)
    assert "bad_usage" in run("collection", "return", ".", status=2)
    (archive / "c").mkdir()
    assert "already has something" in run("collection", "return", folder, status=2)
    (archive / "c").rmdir()
    (Path(folder) / "c" / "0.txt").unlink()
    assert "lost  c/0.txt" in run("collection", "return", folder, status=3)
    assert "none changed" in run("history", "--check")
    # The earlier version of what is lost is in no manifest, and does not come back a second time.
    run("collection", "return", command.data("collection", "remove", "c")["items"][0]["folder"])
    assert "c: 1 new" in run("sync", "c")
    assert "none changed" in run("history", "--check")
    assert "No problems" in run("status")


def history(archive: Path) -> list[str]:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite") as catalogue:
        return [row["hash"] for row in catalogue.connection.execute("SELECT hash FROM event ORDER BY number")]


def test_a_name_that_became_free_can_be_used_again(archive: Path, world: World) -> None:
    run("collection", "remove", "c")
    run("add", node(world, "Workshop"), "--name", "c", "--no-check")
    assert "never synced" in run("status", "c")
    assert "c: 7 new" in run("sync", "c")
    run("collection", "rename", "c", "e")
    run("collection", "rename", "d", "c")
    assert {row["collection"]: row["well"] for row in command.data("status")["items"]} == {"c": True, "e": True}
    runs = {name: {row["run"] for row in command.data("history", "-c", name)["items"]} for name in ("c", "e")}
    assert runs["c"]
    assert runs["e"]
    assert not runs["c"] & runs["e"]
    assert "no changes" in run("sync", "c")
    assert "no changes" in run("sync", "e")
    assert sums_hold(Path())


@pytest.mark.parametrize("step", ["_move_folder", "rename_collection", "remove_collection", "_move_version"])
def test_what_was_cut_is_finished_by_the_next_command(archive: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_bytes(archive)
    words = ("remove", "c") if step in {"remove_collection", "_move_version"} else ("rename", "c", "new")

    done = getattr(collections, step)

    def cut(*given: object, **named: object) -> None:
        if step != "remove_collection" or "folder" in named:  # else what leaves is only being prepared
            raise KeyboardInterrupt
        done(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(collections, step, cut)
        command.run("collection", *words, status=130)
    assert not before - all_bytes(archive)
    assert "no changes" in run("sync")
    assert run("verify").endswith("all present and intact.\n")
    assert sums_hold(archive)
    assert not (archive / "c").exists()
    assert not before - all_bytes(archive)
    named = {row["collection"] for row in command.data("status")["items"]}
    assert named == ({"d"} if words[0] == "remove" else {"d", "new"})


def test_what_was_cut_before_it_began_has_not_happened(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    for name, words in (("rename_table", ("rename", "c", "new")), ("take_out_table", ("remove", "c"))):
        with monkeypatch.context() as patch:
            patch.setattr(collections, name, cut)
            command.run("collection", *words, status=130)
        assert "c: no changes" in run("sync")
        assert run("verify").endswith("all present and intact.\n")


def copy_of(world: World, *, changed: str) -> str:
    """Another folder with the same files, as its owner's copy has them: other ids, other days; one of them was changed."""
    top = world.add_folder("Copy")
    inner = world.add_folder("Inner", top)
    for number in (0, 2, 3, 4, 5, 6, 7):
        found = world.nodes[node(world, f"{number}.txt")]
        content = b"changed there" if found.name == changed else found.data
        assert isinstance(content, bytes)
        world.add_file(found.name, content, inner if number % 2 else top)
    return top


def test_the_same_folder_elsewhere_is_not_fetched_again(archive: Path, drive: RunningServer, world: World) -> None:
    history = command.data("history", "4.txt")["items"]
    (was,) = command.data("show", "0.txt")["items"][0]["versions"]
    top = copy_of(world, changed="2.txt")
    told = run("collection", "link", "c", top)
    assert "6 items are there, too, and go on as they are." in told
    assert "2 items are not there." in told
    assert sums_hold(archive)
    fetched = drive.count(*BYTES)
    assert "c: 1 new" in run("sync", "c", "--accept-withdrawals")
    assert drive.count(*BYTES) == fetched + 1
    assert "c: no changes, 7 unchanged" in run("sync", "c")
    assert command.data("history", "4.txt")["items"][-len(history) :] == history
    assert command.data("show", "0.txt")["items"][0]["versions"] == [was]
    assert run("verify").endswith("all present and intact.\n")
    assert "none changed" in run("history", "--check")
    assert sums_hold(archive)
    assert {row["name"] for row in command.data("list", "--at", "today", "-c", "c")["items"]} == {
        f"{number}.txt" for number in (0, 2, 3, 4, 5, 6, 7)
    }


def test_where_drive_states_no_checksum_that_is_said(
    archive: Path, drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    told = run("collection", "link", "c", copy_of(world, changed="2.txt"))
    assert "7 items are there under the same names, but Drive states no checksums" in told
    assert "c: 1 replaced, 6 with updated details" in run("sync", "c", "--accept-withdrawals")
    assert "1 item is not there." in told
    assert {row["path"] for row in items("-c", "c").values()} >= {"c/0.txt", "c/2.txt", "c/Inner/3.txt"}
    assert len(command.data("show", "c/2.txt")["items"][0]["versions"]) == 1
    assert command.data("show", "c/4.txt")["items"][0]["versions"] == []
    assert run("verify").endswith("all present and intact.\n")


def test_a_folder_that_another_collection_follows_is_refused(archive: Path, world: World) -> None:
    assert "error[collection_exists]" in run("collection", "link", "c", node(world, "Other"), status=2)


@pytest.mark.parametrize(
    "planted",
    [
        '{"rename": "evil", "to": "../outside"}',
        '{"rename": "../outside", "to": "c"}',
        '{"remove": "evil", "to": "../outside"}',
        '{"remove": "c", "to": "removed collections/x"}',
        '{"rename": "evil", "to": 7}',
        '{"remove": "evil", "to": "removed collections/.."}',
        "[1]", "not json", "[" * 100_000,
    ],
)  # fmt: skip
def test_a_planted_record_of_what_is_under_way_moves_nothing(archive: Path, planted: str) -> None:
    outside = archive.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "mine.txt").write_bytes(b"mine")
    (archive / "evil").mkdir()
    (archive / "evil" / "run.desktop").write_bytes(b"x")
    (archive / ".materials" / "collections.json").write_text(planted)
    run("sync")
    assert [path.name for path in outside.iterdir()] == ["mine.txt"]
    assert (archive / "evil" / "run.desktop").is_file()
    assert set(items()) >= {"c/0.txt", "d/x.txt"} or {"0.txt", "x.txt"} <= set(items())
    assert not (archive / ".materials" / "collections.json").exists()
