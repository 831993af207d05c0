"""Without a credential, Google refuses whoever asks much: which files a run asks for, and what is kept when it refuses."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from materials_cli.archive import Archive
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.decks import deck as deck_of
from support.small_drive import PPTX, impatient, items, kept, mirror, node, rules, run

NAMES = [f"{number}.txt" for number in range(6)]


@pytest.fixture
def world() -> World:
    made = World("Folder")
    for name in NAMES:
        made.add_file(name, f"file {name}".encode())
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    impatient(monkeypatch)
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    monkeypatch.chdir(tmp_path)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", world.root, "--name", "c")
        yield server
        assert not server.crashes


def asked(drive: RunningServer, world: World) -> list[str]:
    """The names of the files that were asked for since this was last called."""
    names = [world.nodes[r.query["id"]].name for r in drive.requests if r.operation == "page-uc"]
    drive.requests.clear()
    return sorted(names)


def change(world: World, name: str, time: datetime, data: bytes | None = None) -> None:
    """Let a file have been edited at this time."""
    if data is not None:
        world.edit(node(world, name), data)
    world.change(node(world, name), modified=time.replace(microsecond=0))


def test_a_file_is_asked_for_once_and_not_again_while_its_day_stays(drive: RunningServer, world: World) -> None:
    assert asked(drive, world) == []
    run("sync")
    assert asked(drive, world) == NAMES
    assert "no changes, 6 unchanged" in run("sync")
    run("plan")
    run("doctor")
    assert asked(drive, world) == []


def test_a_run_asks_for_the_page_of_each_folder_once(drive: RunningServer, world: World) -> None:
    world.add_folder("Empty", world.add_folder("Inner"))
    drive.requests.clear()
    run("sync")
    assert drive.count("page-list") == 3


def test_a_file_edited_on_the_day_of_its_download_is_asked_for_again(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    change(world, "1.txt", now - timedelta(hours=1))
    run("sync")
    asked(drive, world)
    assert "possibly edited" in run("plan")
    assert "no changes, 6 unchanged; nothing downloaded" in run("sync")
    assert asked(drive, world) == ["1.txt"]
    change(world, "1.txt", now, b"as much.")
    assert "1 replaced" in run("sync")
    assert mirror(tmp_path)["1.txt"] == b"as much."
    assert asked(drive, world) == ["1.txt"]


def test_a_file_whose_day_changed_is_asked_for_and_fetched_only_if_it_changed(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    run("sync")
    asked(drive, world)
    change(world, "1.txt", datetime(2025, 9, 1, 12, tzinfo=UTC), b"other")
    world.rename(node(world, "1.txt"), "one.txt")
    assert "1 replaced" in run("sync")
    assert asked(drive, world) == ["one.txt"]
    assert mirror(tmp_path)["one.txt"] == b"other"
    assert len(kept(tmp_path)) == 1
    assert "no changes" in run("sync")
    assert asked(drive, world) == []


def test_a_renamed_file_that_turns_out_to_be_unchanged_is_moved(drive: RunningServer, world: World, tmp_path: Path) -> None:
    change(world, "1.txt", datetime.now(UTC) - timedelta(hours=1))
    run("sync")
    asked(drive, world)
    world.rename(node(world, "1.txt"), "one.txt")
    assert "1 renamed or moved" in run("sync")
    assert asked(drive, world) == ["one.txt"]
    assert items()["one.txt"]["path"] == "c/one.txt"
    assert "no changes" in run("sync")


def test_a_file_that_is_missing_here_is_restored_whether_or_not_it_may_have_changed(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    change(world, "1.txt", datetime.now(UTC) - timedelta(hours=1))
    run("sync")
    for name in ("0.txt", "1.txt"):
        (tmp_path / "c" / name).unlink()
    assert "2 restored" in run("sync")
    assert sorted(mirror(tmp_path)) == NAMES


@pytest.mark.parametrize("how", ["moved", "missing, and kept as an earlier version of another"])
def test_an_edit_of_a_file_that_was_disturbed_here_is_not_missed(
    drive: RunningServer, world: World, tmp_path: Path, how: str
) -> None:
    change(world, "0.txt", datetime(2025, 8, 1, tzinfo=UTC), b"file 1.txt")
    run("sync")
    change(world, "0.txt", datetime(2025, 9, 1, tzinfo=UTC), b"other")
    run("sync")
    here = tmp_path / "c" / "1.txt"
    here.rename(tmp_path / "c" / "mine.txt") if how == "moved" else here.unlink()
    change(world, "1.txt", datetime(2025, 10, 1, tzinfo=UTC), b"edited")
    run("sync")
    assert sorted(mirror(tmp_path)) == NAMES
    assert mirror(tmp_path)["1.txt"] == b"edited"
    assert len(kept(tmp_path)) == 1
    assert "no changes" in run("sync")


@pytest.mark.parametrize("rule", ['exclude = ["*.txt"]', 'only = ["slides"]'])
def test_what_is_left_out_is_never_asked_for(drive: RunningServer, world: World, tmp_path: Path, rule: str) -> None:
    change(world, "1.txt", datetime.now(UTC))
    run("sync")
    asked(drive, world)
    rules(tmp_path, rule + "\n")
    world.add_file("new.txt", b"new")
    change(world, "2.txt", datetime.now(UTC))
    assert "0 new" not in run("sync")
    assert asked(drive, world) == []
    assert len(mirror(tmp_path)) == 6


def test_a_file_that_is_too_large_is_not_read_and_not_asked_for_again_until_its_day_changes(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    rules(tmp_path, 'max_size = "1 MB"\n')
    large = world.add_file("large.bin", b"x" * 3_000_000)
    grown = node(world, "0.txt")
    told = run("sync")
    assert "6 new" in told
    assert "1 excluded" in told
    assert asked(drive, world) == [*NAMES, "large.bin"]
    assert not list((tmp_path / ".materials" / "incoming").iterdir())
    assert "1 excluded" in run("sync")
    assert asked(drive, world) == []
    change(world, "0.txt", datetime(2025, 9, 1, tzinfo=UTC), b"y" * 3_000_000)
    for expected in (["0.txt"], []):
        assert "2 excluded" in run("sync")
        assert asked(drive, world) == expected
    assert mirror(tmp_path)["0.txt"] == b"file 0.txt"
    change(world, "large.bin", datetime(2025, 9, 2, tzinfo=UTC), b"small")
    assert "1 new" in run("sync")
    assert {large, grown} <= {item["id"] for item in items().values()}


def test_a_file_whose_length_is_not_stated_is_dropped_once_too_much_of_it_came(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    rules(tmp_path, 'max_size = "1 MB"\n')
    large = world.add_file("large.txt", b"x" * 30_000_000)
    for file in (large, node(world, "0.txt")):
        drive.faults.add(Fault(operation="page-uc", target=file, unmeasured=True, times=None))
    printed = run("sync")
    assert "6 new" in printed
    assert "1 excluded" in printed
    assert not list((tmp_path / ".materials" / "incoming").iterdir())
    drive.requests.clear()
    assert "1 excluded" in run("sync")
    assert asked(drive, world) == []
    change(world, "large.txt", datetime(2025, 9, 2, tzinfo=UTC), b"small")
    assert "1 new" in run("sync")


def test_a_larger_limit_brings_what_was_too_large(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, 'max_size = "1 MB"\n')
    world.add_file("large.bin", b"x" * 3_000_000)
    run("sync")
    settings = tmp_path / "materials.toml"
    settings.write_text(settings.read_text("utf-8").replace("1 MB", "9 MB"), "utf-8")
    assert "1 new" in run("sync")
    assert len(mirror(tmp_path)["large.bin"]) == 3_000_000


def test_an_update_that_the_quota_page_refuses_is_named_and_comes_later(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    run("sync")
    change(world, "1.txt", datetime(2025, 9, 1, tzinfo=UTC), b"other")
    drive.faults.add(Fault(operation="page-media", target=node(world, "1.txt"), reason="downloadQuotaExceeded", times=None))
    told = run("sync", status=3)
    assert "c/1.txt" in told
    assert "used up for today" in told
    assert " 1.txt: Google's download quota" in run("status")
    assert "c/1.txt: Google's download quota" in run("doctor")
    assert mirror(tmp_path)["1.txt"] == b"file 1.txt"
    drive.faults.clear()
    assert "1 replaced" in run("sync")


def test_what_was_granted_before_google_refuses_is_kept_and_the_next_run_goes_on(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    change(world, "0.txt", datetime.now(UTC))
    drive.faults.add(Fault(operation="page-media", skip=4, status=403, html=True, times=None))
    with ThreadPoolExecutor(1) as workers:
        (made,) = Archive(tmp_path, executor=workers).sync()
    assert made.status == 75
    assert len(mirror(tmp_path)) == 4
    drive.faults.clear()
    asked(drive, world)
    run("sync")
    assert len(mirror(tmp_path)) == 6
    assert len(asked(drive, world)) <= 3


def test_what_may_have_changed_is_asked_for_after_what_is_new(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for name in NAMES:
        change(world, name, datetime.now(UTC) - timedelta(hours=1))
    run("sync")
    world.add_file("new.txt", b"new")
    asked(drive, world)
    with ThreadPoolExecutor(1) as workers:
        (made,) = Archive(tmp_path, executor=workers).sync()
    assert (made.counts, made.unchanged) == ({"add": 1}, 6)
    assert next(r.query["id"] for r in drive.requests if r.operation == "page-uc") == node(world, "new.txt")


def test_a_document_that_was_exported_again_and_is_as_it_was_changes_nothing(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    deck = world.add_native("Deck", "presentation", {PPTX: export_of(deck_of("One|words"))})
    world.change(deck, modified=datetime.now(UTC) - timedelta(hours=1))
    run("sync")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    exported = drive.count("page-export")
    assert "no changes, 7 unchanged" in run("sync")
    assert drive.count("page-export") == exported + 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    world.edit(deck, exports={PPTX: export_of(deck_of("One|other words"))})
    world.change(deck, modified=datetime.now(UTC))
    assert "1 replaced" in run("sync")


def test_scripts_and_videos_of_google_become_links(drive: RunningServer, world: World, tmp_path: Path) -> None:
    export = {"application/vnd.google-apps.script+json": lambda _: b"{}", "video/mp4": lambda _: b"mp4"}
    world.add_native("Script", "script", export)
    world.add_native("Video", "vid", export)
    assert "8 new" in run("sync")
    assert mirror(tmp_path)["Script.url"].startswith(b"[InternetShortcut]\r\nURL=https://")
    assert "Video.url" in mirror(tmp_path)
    assert "no changes" in run("sync")


def test_one_file_that_is_refused_for_good_costs_no_other(drive: RunningServer, world: World, tmp_path: Path) -> None:
    trouble = "<html><head><title>Error 500 (Server Error)!!1</title></head></html>"
    drive.faults.add(Fault(operation="page-media", target=node(world, "2.txt"), status=500, text=trouble, times=None))
    told = run("sync", status=3)
    assert "c/2.txt" in told
    assert len(mirror(tmp_path)) == 5
