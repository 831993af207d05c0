"""What is published for readers of an object store is all that they have to know; a night without changes sends its run."""

import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from materials_cli.archive import Archive
from materials_cli.custody.choice import Choice
from materials_cli.drive import wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.filenames import CATALOGUE, CSV, JSONL
from materials_cli.store.bucket import MARKER, PUBLISHED
from materials_cli.store.lease import KEY
from materials_cli.store.objects import Objects
from materials_cli.upkeep import keep_sound
from support.command import run
from support.object_servers import Proxy, Server, moto, proxy, server
from support.small_drive import node, served, world

__all__ = ["moto", "proxy", "server", "world"]
QUIET = {CATALOGUE, PUBLISHED}


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server:
        monkeypatch.setattr(wire, "_TRIES", 1)
        yield server


class Hub:
    """An archive in a bucket."""

    def __init__(self, folder: Path, proxy: Proxy) -> None:
        self.folder, self._proxy = folder, proxy
        folder.mkdir()

    def at(self, *words: str, status: int | None = 0) -> str:
        return run("--archive", str(self.folder), *words, status=status).output

    def sent(self, *words: str, status: int | None = 0) -> set[str]:
        """What a command writes to the bucket, besides the lease and the question whether that can be kept."""
        return self.sent_by(partial(self.at, *words, status=status))

    def sent_by(self, work: Callable[[], object]) -> set[str]:
        """The same of anything."""
        seen = len(self._proxy.seen)
        work()
        written = {path.rpartition("/")[2] for method, path in self._proxy.seen[seen:] if method in {"PUT", "POST"}}
        assert KEY in written
        return written - {KEY, MARKER}


@pytest.fixture
def hub(tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, moto: Server) -> Hub:
    made = Hub(tmp_path / "hub", proxy)
    made.at("add", world.root, "--name", "c")
    made.at("move", "--to", f"s3://{moto.bucket()}/p")
    made.at("sync")
    return made


def reader_of(hub: Hub, folder: Path, proxy: Proxy) -> Hub:
    made = Hub(folder, proxy)
    shutil.copy(hub.folder / "materials.toml", folder)
    made.at("trust", "--yes")
    made.at("rebuild")
    return made


def test_a_night_without_changes_sends_the_catalogue_alone(
    hub: Hub, world: World, drive: RunningServer, proxy: Proxy, tmp_path: Path
) -> None:
    for _ in range(2):
        assert hub.sent("sync") == QUIET
    assert (
        hub.sent_by(lambda: keep_sound(Archive(hub.folder), (), Choice(turn=0.5))) == QUIET
    )  # as `verify` in the settings does
    refused = world.add_file("refused.pdf", b"%PDF-1.7")
    world.change(refused, downloadable=False)
    assert hub.sent("sync", status=3) == {CATALOGUE, JSONL, CSV, PUBLISHED}
    assert hub.sent("sync", status=3) == QUIET
    drive.faults.add(Fault(operation="get", status=404, reason="notFound", times=None))
    assert hub.sent("sync", status=4) == QUIET
    assert hub.sent("index") == set()
    drive.faults.clear()
    world.trash(refused)
    assert hub.sent("sync") == {CATALOGUE, JSONL, CSV, PUBLISHED}
    reader = reader_of(hub, tmp_path / "reader", proxy)
    assert "none changed" in reader.at("history", "--check")


def test_failures_that_come_in_another_order_change_no_manifest(hub: Hub, world: World, drive: RunningServer) -> None:
    added = [world.add_file(f"{number}.bin", b"closed") for number in range(3)]
    for last in (*added, *added):
        drive.faults.clear()
        drive.faults.add(Fault(operation="media", target=last, delay=0.5, status=403, reason="cannotDownloadFile", times=None))
        drive.faults.add(Fault(operation="media", status=403, reason="cannotDownloadFile", times=None))
        sent = hub.sent("sync", status=3)
    assert sent == QUIET


def test_news_of_any_kind_is_published(hub: Hub, world: World, tmp_path: Path, proxy: Proxy) -> None:
    reader = reader_of(hub, tmp_path / "reader", proxy)
    assert {CATALOGUE, PUBLISHED} <= hub.sent("index", "--all")
    assert {CATALOGUE, JSONL, PUBLISHED} <= hub.sent("edit", "0.txt", "--set", "title=Corrected")
    assert {CATALOGUE, PUBLISHED} <= hub.sent("verify")
    world.rename(world.root, "Workshop that will be deleted on 1 December")
    assert hub.sent("sync") == QUIET
    world.rename(node(world, "1.txt"), "one.txt")
    assert {CATALOGUE, JSONL, PUBLISHED} <= hub.sent("sync")
    reader.at("rebuild")
    assert "one.txt" in reader.at("list")
    assert reader.at("list", "--json").partition('"items"')[2] == hub.at("list", "--json").partition('"items"')[2]


def test_what_could_not_be_published_is_by_the_next_run(hub: Hub, world: World, proxy: Proxy) -> None:
    world.add_file("new.txt", b"new")
    proxy.fault = lambda method, path: "403 AccessDenied" if method == "PUT" and path.endswith(PUBLISHED) else ""
    hub.sent("sync", status=None)
    proxy.fault = lambda _, __: ""
    assert {CATALOGUE, PUBLISHED} <= hub.sent("sync")
    assert hub.sent("sync") == QUIET


def test_two_folders_that_take_turns_lose_no_night_of_each_other(hub: Hub, world: World, tmp_path: Path, proxy: Proxy) -> None:
    other = reader_of(hub, tmp_path / "other", proxy)
    for each in (other, hub, hub):
        assert each.sent("sync") == QUIET
    known = re.findall(r"\b[0-9a-f]{64}\b", hub.at("history", "--check"))[-1]
    world.add_file("new.txt", b"new")
    assert JSONL in other.sent("sync")
    assert "none changed" in other.at("history", "--check", "--against", known)
    for each in (hub, other, hub):
        assert each.sent("sync") == QUIET
        assert "new.txt" in each.at("list")
        assert "none changed" in each.at("history", "--check")


def test_a_scheduled_sync_reports_what_another_folder_found_after_nights_without_news(
    hub: Hub, world: World, tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_JITTER", "0")
    other = reader_of(hub, tmp_path / "other", proxy)
    for _ in range(4):
        assert hub.at("sync", "--cron") == ""
    world.add_file("theirs.txt", b"found by the other folder")
    other.at("sync")
    world.add_file("ours.txt", b"found by this one")
    told = hub.at("sync", "--cron")
    assert "theirs.txt" in told
    assert "ours.txt" in told
    world.add_file("by hand.txt", b"found by a person")
    hub.at("sync")
    told = hub.at("sync", "--cron")
    assert "by hand.txt" in told
    assert "ours.txt" not in told
    assert hub.at("sync", "--cron") == ""


def test_a_reader_who_comes_while_news_is_published_gets_it_the_next_time(
    hub: Hub, world: World, tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_file("earlier.txt", b"earlier")
    reader = reader_of(hub, tmp_path / "reader", proxy)
    hub.at("sync")
    chunks = Objects.chunks

    def interrupted(objects: Objects, key: str) -> Iterator[bytes]:
        brought = [*(chunks(objects, key) or ())]
        monkeypatch.setattr(Objects, "chunks", chunks)
        world.add_file("later.txt", b"later")
        hub.at("sync")
        yield from brought

    monkeypatch.setattr(Objects, "chunks", interrupted)
    reader.at("rebuild")
    assert "later.txt" not in reader.at("list")
    reader.at("rebuild")
    assert "later.txt" in reader.at("list")
