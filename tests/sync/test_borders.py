"""How far a failure reaches: one file, one collection, or all; and what nobody foresaw is kept as small as anything else."""

import errno
import itertools
import json
import os
import pkgutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.rows import item_to_json
from materials_cli.drive.pace import Pace
from materials_cli.drive.wire import Wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError, Reach, as_failure, stopped_at
from materials_cli.messages import verbatim
from materials_cli.model import Item
from materials_cli.store.mirror import Store
from support.small_drive import BYTES, drive, items, mirror, node, run, world  # noqa: F401 - fixtures


def second_collection(world: World) -> None:
    folder = world.add_folder("Other", world.add_folder("Apart"))
    world.add_file("other.txt", b"other", folder)
    run("add", folder, "--name", "d")


def breaking(method: str, monkeypatch: pytest.MonkeyPatch, fits: Callable[[object], bool]) -> None:
    """Give the store a bug: this method fails whenever one of its arguments fits."""
    sound = getattr(Store, method)

    def broken(store: Store, *given: object, **more: object) -> object:
        if any(map(fits, given)):
            raise ValueError("https://x/?key=SECRET")
        return sound(store, *given, **more)

    monkeypatch.setattr(Store, method, broken)


def damages(top: Path, item: str) -> list[str]:
    """The details of the events that report a wrong file in an item's place."""
    with closing(sqlite3.connect(top / ".materials" / "catalogue.sqlite")) as connection:
        found = connection.execute("SELECT detail FROM event WHERE item = ? AND outcome = 'failure'", [item])
        return [detail for (detail,) in found]


def test_a_border_stops_what_reaches_no_further() -> None:
    for code, border in itertools.product(Code, Reach):
        error = MaterialsError(code, verbatim("It happened."))
        if code.reach <= border:
            assert stopped_at(border, error) is error
            continue
        with pytest.raises(MaterialsError) as raised:
            stopped_at(border, error)
        assert raised.value is error, (code, border)


def test_what_nobody_foresaw_names_its_place_and_no_secret() -> None:
    with pytest.raises(ValueError, match="SECRET") as raised:
        raise ValueError("https://x/?key=SECRET")
    bug = as_failure(raised.value)
    assert bug.code is Code.BUG
    assert Path(__file__).name in str(bug.what)
    assert "in test_what_nobody_foresaw" in bug.trace
    assert "SECRET" not in str(bug.what) + bug.trace


def test_a_bug_with_one_file_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        world.add_file(f"new {number}.txt", b"new %d" % number)
    with monkeypatch.context() as patched:
        breaking("put", patched, lambda given: isinstance(given, Item) and given.path == "c/new 1.txt")
        shown = run("sync", status=3)
    assert "c/new 1.txt: ValueError" in shown
    assert "Traceback" in shown
    assert "SECRET" not in shown
    assert {"new 0.txt", "new 2.txt"} == {name for name in items() if name.startswith("new")}
    assert (tmp_path / "c" / "new 2.txt").exists()
    run("sync")
    assert "new 1.txt" in items()


@pytest.mark.parametrize("method", ["retire", "move", "set_time"])
def test_a_bug_with_one_file_that_needs_no_download_costs_no_other(
    drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    changes: dict[str, Callable[[str], object]] = {
        "retire": world.trash,
        "move": lambda i: world.rename(i, f"later {i}"),
        "set_time": lambda i: world.change(i, description="other"),
    }
    for name in ("2.txt", "4.txt"):
        changes[method](node(world, name))
    unlucky = items()["2.txt"]["id"]
    with monkeypatch.context() as patched:
        breaking(method, patched, lambda given: isinstance(given, Item) and given.id == unlucky)
        run("sync", status=3)
        before = {i["id"]: i for i in items("--all").values()}
    run("sync")
    after = {i["id"]: i for i in items("--all").values()}
    assert {item for item in before if before[item] != after[item]} == {unlucky}


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not know")
@pytest.mark.parametrize("name", [b"with\\backslash.txt", b"not \xff text.txt", b"line\nbreak.txt", b"\x1b[31m.txt"])
def test_a_file_that_was_moved_to_an_odd_name_is_moved_back(drive: RunningServer, tmp_path: Path, name: bytes) -> None:
    place = os.path.join(os.fsencode(tmp_path), b"c", name)  # noqa: PTH118 - names that are no text
    os.rename(tmp_path / "c" / "2.txt", place)  # noqa: PTH104
    before = drive.count(*BYTES)
    assert "moved back" in run("sync")
    assert not os.path.lexists(place)
    assert (tmp_path / "c" / "2.txt").read_bytes() == b"file number 2"
    assert drive.count(*BYTES) == before
    assert "c: no changes" in run("sync")


def test_what_cannot_be_moved_within_the_mirror_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three files that pass their names on, and one that somebody moved, two cannot be touched."""
    for old, new in (("2.txt", "4.txt"), ("4.txt", "6.txt"), ("6.txt", "2.txt")):
        world.rename(items()[old]["id"], new)
    (tmp_path / "c" / "0.txt").rename(tmp_path / "c" / "mine.txt")
    unlucky = {items()["4.txt"]["id"], items()["0.txt"]["id"]}
    world.add_file("new.txt", b"new")
    with monkeypatch.context() as patched:
        for method in ("retire", "move_back"):
            breaking(method, patched, lambda given: isinstance(given, Item) and given.id in unlucky)
        assert "1 new" in run("sync", status=3)
    run("sync")
    held = mirror(tmp_path)
    right = {
        each.name: each.data for each in world.nodes.values() if each.name in {"0.txt", "2.txt", "4.txt", "6.txt", "new.txt"}
    }
    assert {name: held[name] for name in right} == right


def test_a_note_that_names_no_place_of_ours_ends_nothing(drive: RunningServer, world: World, tmp_path: Path) -> None:
    note = tmp_path / ".materials" / "incoming" / "planted.done"
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
        held = next(iter(catalogue.held("c").values()))
    note.write_text(json.dumps(item_to_json(replace(held, path="c\\..\\x", fetched=held.fetched + timedelta(1)))), "utf-8")
    world.add_file("new.txt", b"new")
    run("sync")
    assert "new.txt" in items()
    assert "nothing to do" in run("plan")


def test_a_bug_in_one_row_leaves_nothing_half_written(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Catalogue.note

    def broken(catalogue: Catalogue, events: list[object]) -> None:
        if any("new 1.txt" in str(event) and "action" in str(event) for event in events):
            raise ValueError("a bug")
        sound(catalogue, events)  # type: ignore[arg-type]

    for number in range(3):
        world.add_file(f"new {number}.txt", b"new %d" % number)
    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "note", broken)
        run("sync", status=3)
    assert {"new 0.txt", "new 2.txt"} == {name for name in items() if name.startswith("new")}
    run("sync")
    assert "new 1.txt" in items()
    assert not (tmp_path / ".materials" / "aside").exists()


@pytest.mark.parametrize("cron", [True, False])
def test_a_bug_in_one_collection_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, cron: bool
) -> None:
    second_collection(world)
    log = tmp_path / "log.jsonl"
    with monkeypatch.context() as patched:
        breaking("survey", patched, bool)
        shown = run("sync", *(["--cron", "--log-file", str(log)] if cron else []), status=1)
    assert "error[bug]" in shown
    assert "SECRET" not in shown
    assert (tmp_path / "d" / "other.txt").exists()
    if cron:
        (told,) = [line for line in map(json.loads, log.read_text("utf-8").splitlines()) if line["event"] == "error"]
        assert told["collection"] == "c"
        assert "in broken" in told["trace"]
    else:
        assert "in broken" in shown


def test_a_folder_that_is_never_listed_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    world.add_file("new.txt", b"new")
    drive.faults.add(Fault(operation="list", target=node(world, "Inner"), status=500, reason="backendError", times=None))
    assert "“Inner” could not be listed" in run("sync", status=3)
    assert (tmp_path / "c" / "new.txt").exists()
    assert (tmp_path / "c" / "Inner" / "1.txt").exists()


def test_a_file_whose_connection_always_breaks_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    world.add_file("fine.txt", b"interoperability")
    drive.faults.add(Fault(operation="media", target=world.add_file("bad.txt", b"bad"), hung_up=True, times=None))
    shown = run("sync", status=3)
    assert "c/bad.txt: The connection to Google Drive was interrupted." in shown
    assert "offline" not in shown
    assert "fine.txt" in run("search", "interoperability")


def test_offline_is_said_when_nothing_can_be_reached(
    drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    second_collection(world)
    drive.faults.add(Fault(operation="get", target=world.root, hung_up=True, times=None))
    shown = run("sync", status=75)
    assert "error[google_trouble]" in shown
    assert "d: 1 new" in shown
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", f"127.0.0.1:{closed.getsockname()[1]}")
    assert run("sync", status=75).count("error[offline]") == 1


def test_a_run_that_ends_early_reports_the_files_it_moved_aside(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own file is in the place of one that is restored, and then the rate of downloads is limited."""
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    monkeypatch.setattr(Pace, "slow_down", lambda *_: None)
    returning = node(world, "0.txt")
    world.trash(returning)
    run("sync", "--accept-withdrawals")
    world.restore(returning)
    (tmp_path / "c" / "0.txt").write_bytes(b"my own notes")
    limited = world.add_file("new.txt", b"new")
    drive.faults.add(Fault(operation="media", target=limited, status=429, reason="rateLimitExceeded", times=None))
    shown = run("sync", status=75)
    (aside,) = (tmp_path / ".materials" / "aside").rglob("0.txt")
    assert aside.read_bytes() == b"my own notes"
    assert aside.relative_to(tmp_path).as_posix() in shown
    (damage,) = damages(tmp_path, returning)
    assert aside.relative_to(tmp_path).as_posix() in damage


def test_a_disk_that_fills_up_while_bytes_are_put_in_place_ends_the_run(
    drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    world.add_file("new.txt", b"new")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "put", full)
        assert "error[disk_full]" in run("sync", status=6)
    run("sync")
    assert "new.txt" in items()


@pytest.mark.parametrize("place", ["materials_cli.extract.pool.Pool.extract", "materials_cli.sync.texts._is_here"])
def test_a_file_that_cannot_be_read_costs_no_other_its_text(
    drive: RunningServer, world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    sound = pkgutil.resolve_name(place.replace(".texts.", ".texts:").replace(".pool.", ".pool:"))

    def broken(owner: object, given: Path | Item, *more: object) -> object:
        if str(given.path if isinstance(given, Item) else given).endswith("1.txt"):
            raise RuntimeError("too many")
        return sound(owner, given, *more)

    with monkeypatch.context() as patched:
        patched.setattr(place, broken)
        shown = run("index", "--all", status=3)
    assert "RuntimeError: too many" in shown
    assert "Read 7 items" in shown
