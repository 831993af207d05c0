"""What changes while a run is at work, on Drive or in the mirror: noticed, put right, and nothing lost."""

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.config import load
from materials_cli.drive import wire
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import find_credential
from materials_cli.drive.pace import Pace
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.model import Run
from materials_cli.store.mirror import Store
from materials_cli.sync.crew import Crew
from materials_cli.sync.execute import carry_out
from materials_cli.sync.look import look
from materials_cli.sync.plan import plan
from support.small_drive import BYTES, drive, items, kept, mirror, node, run, world  # noqa: F401 - fixtures


@contextmanager
def between_list_and_download(top: Path) -> Iterator[list[Run]]:
    """Plan; let the test change the world; then carry out."""
    reports: list[Run] = []
    store = Store(top)
    (collection,) = load(top).collections
    with (
        connect(find_credential(os.environ)) as client,
        Catalogue.open(store.catalogue, write=True) as catalogue,
        Journal(catalogue, collection.slug) as journal,
        ThreadPoolExecutor(4) as workers,
    ):
        crew = Crew(workers, lambda _: None)
        made = plan(look(client, store, catalogue, collection, crew))
        yield reports
        carry_out(client, store, journal, made, crew)
        reports.append(journal.run)


@pytest.mark.parametrize("hashes", [True, False], ids=["with a digest", "without a digest"])
@pytest.mark.parametrize("words", [b"1", b"other words!!", b"more words than before"], ids=["less", "as much", "more"])
def test_a_file_that_changed_since_it_was_listed_is_fetched_as_it_is_now(
    drive: RunningServer, world: World, tmp_path: Path, words: bytes, *, hashes: bool
) -> None:
    target = world.add_file("new.txt", b"the old words")
    world.change(target, hashes=hashes)
    with between_list_and_download(tmp_path) as reports:
        world.edit(target, words)
    assert not reports[0].failures
    assert mirror(tmp_path)["new.txt"] == words
    assert items()["new.txt"]["source"]["bytes"] == len(words)
    assert "no changes" in run("sync")


def test_a_public_file_that_changed_since_it_was_listed_is_fetched_as_it_is_now(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    target = world.add_file("new.txt", b"the old words")
    with between_list_and_download(tmp_path) as reports:
        world.edit(target, b"other words!!")
    assert not reports[0].failures
    assert mirror(tmp_path)["new.txt"] == b"other words!!"


def test_a_file_that_vanished_since_it_was_listed_is_a_note(drive: RunningServer, world: World, tmp_path: Path) -> None:
    target = world.add_file("new.txt", b"words")
    with between_list_and_download(tmp_path) as reports:
        world.unshare(target)
    assert not reports[0].failures
    assert "deleted from Drive between listing and download" in str(reports[0].notices[0])


def test_what_somebody_moved_in_the_mirror_is_put_back_without_a_download(drive: RunningServer, tmp_path: Path) -> None:
    before, fetched = mirror(tmp_path), drive.count(*BYTES)
    (tmp_path / "c" / "mine").mkdir()
    (tmp_path / "c" / "0.txt").rename(tmp_path / "c" / "mine" / "renamed.txt")
    (tmp_path / "c" / "Inner").rename(tmp_path / "c" / "Elsewhere")
    assert "was moved to c/mine/renamed.txt in the mirror; it is moved back" in run("plan")
    told = run("sync")
    assert "5 restored" in told
    assert "nothing downloaded" in told
    assert mirror(tmp_path) == before
    assert drive.count(*BYTES) == fetched
    assert not (tmp_path / "c" / "mine").exists()
    assert "no changes" in run("sync")


def test_what_was_moved_here_and_changed_there_keeps_both(drive: RunningServer, world: World, tmp_path: Path) -> None:
    (tmp_path / "c" / "0.txt").rename(tmp_path / "c" / "mine.txt")
    world.edit(node(world, "0.txt"), b"other words")
    world.rename(node(world, "0.txt"), "new.txt")
    run("sync")
    assert mirror(tmp_path)["new.txt"] == b"other words"
    assert "mine.txt" not in mirror(tmp_path)
    assert kept(tmp_path) == {hashlib.sha256(b"file number 0").hexdigest()}


def test_what_was_moved_here_and_withdrawn_there_is_kept(drive: RunningServer, world: World, tmp_path: Path) -> None:
    (tmp_path / "c" / "0.txt").rename(tmp_path / "c" / "mine.txt")
    world.trash(node(world, "0.txt"))
    assert "1 withdrawn" in run("sync")
    assert "mine.txt" not in mirror(tmp_path)
    assert kept(tmp_path) == {hashlib.sha256(b"file number 0").hexdigest()}


def test_a_copy_that_somebody_made_stays_where_it_is(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "c" / "copy.txt").write_bytes(b"file number 0")
    assert "no changes" in run("sync")
    assert (tmp_path / "c" / "copy.txt").read_bytes() == b"file number 0"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_a_symbolic_link_in_the_mirror_is_not_followed(drive: RunningServer, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    (tmp_path / "c" / "0.txt").rename(outside)
    (tmp_path / "c" / "link.txt").symlink_to(outside)
    run("sync")
    assert outside.read_bytes() == b"file number 0"
    assert (tmp_path / "c" / "0.txt").read_bytes() == b"file number 0"


def test_a_page_that_comes_without_a_header_instead_of_a_file_is_not_taken_in(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_TRIES", 2)
    monkeypatch.setattr(wire, "_LONGEST_PAUSE", 0.01)
    target = world.add_file("new.pdf", b"%PDF-1.7 words")
    world.change(target, hashes=False)
    pretended = {"Content-Type": "application/pdf"}
    page = "<html><head><title>Web Page Blocked!</title></head></html>"
    drive.faults.add(Fault(operation="media", target=target, status=200, text=page, headers=pretended, times=2))
    assert "Received a web page instead of a response from Google Drive: Web Page Blocked!" in run("sync", status=3)
    assert "new.pdf" not in mirror(tmp_path)
    run("sync")
    assert mirror(tmp_path)["new.pdf"] == b"%PDF-1.7 words"


def test_bandwidth_is_shared_by_all_downloads() -> None:
    now, waited = [0.0], [0.0]

    def wait(seconds: float) -> None:
        now[0] += seconds
        waited[0] += seconds

    flow = Pace(1000 * 60, burst=1000, clock=lambda: now[0], wait=wait)
    for _ in range(10):
        flow.take(1000)
    assert 8.9 <= waited[0] <= 9.1


def test_bandwidth_of_materials_toml_holds_for_a_run(drive: RunningServer, world: World, tmp_path: Path) -> None:
    with (tmp_path / "materials.toml").open("a", encoding="utf-8") as out:
        out.write('bandwidth = "100 KB/s"\n')
    for number in range(3):
        world.add_file(f"{number}.bin", bytes([number]) * 50_000)
    began = time.monotonic()
    run("sync")
    assert time.monotonic() - began > 0.4
    assert len(mirror(tmp_path)) == 11
