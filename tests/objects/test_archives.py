"""An archive in an object store, from the command line: the same as on a disk, and whole whatever goes wrong on the way."""

import hashlib
import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code
from materials_cli.store import lease
from materials_cli.store.bucket import MARKER, Bucket
from materials_cli.store.lease import KEY
from materials_cli.store.objects import BYTES, Objects, key_of
from support.command import begin, data, run
from support.law_events import Meanwhile
from support.object_servers import Proxy, Server, azurite, moto, once, proxy, rclone, reach
from support.small_drive import node, served

__all__ = ["azurite", "moto", "proxy", "rclone"]
TALK = b"A talk about digital services in Georgia"


@pytest.fixture(params=["moto", "azurite"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server that knows conditions."""
    made: Server = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def world() -> World:
    made = World("Folder")
    inner = made.add_folder("Inner")
    made.add_file("talk.txt", TALK)
    made.add_file("same.txt", TALK, inner)
    for number in range(4):
        made.add_file(f"{number}.txt", f"paper number {number}, on procurement".encode(), inner)
    made.add_file("two.bin", bytes(range(256)) * 40_000)
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server:
        yield server


def archive(folder: Path, world: World, url: str = "", *options: str) -> Path:
    """A new archive of the folder on Drive, in an object store if there is an address."""
    folder.mkdir()
    at(folder, "add", world.root, "--name", "c")
    if url:
        at(folder, "move", "--to", url, *options)
    return folder


def at(folder: Path, *words: str, status: int | None = 0) -> str:
    """What a command says about the archive in a folder."""
    return run("--archive", str(folder), *words, status=status).output


def failed(folder: Path, *words: str) -> str:
    """The code of the error with which a command ends."""
    return str(json.loads(run("--archive", str(folder), *words, "--json", status=None).stdout)["error"]["code"])


def rows(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Path, state and digest of all that an archive says it holds, by id."""
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    return {row["id"]: (row["path"], row["state"], row["sha256"]) for row in lines if row.get("sha256")}


def in_bucket(url: str) -> set[str]:
    """The digests of what lies in a bucket, each of which is seen to be right."""
    store = Objects(url)
    keys = [key for key, _ in store.sizes(BYTES)]
    found = {key.rpartition("/")[2]: store.fixity(key) for key in keys}
    assert all(fixity is not None and fixity.sha256 == digest for digest, fixity in found.items())
    return set(found)


def of_drive(world: World) -> set[str]:
    """The digests of all files on Drive."""
    return {
        hashlib.sha256(each.data).hexdigest() for each in world.nodes.values() if isinstance(each.data, bytes) and each.data
    }


def assert_whole(folder: Path, url: str, world: World) -> None:
    """Whether a bucket has what Drive has, and nothing damaged was set aside."""
    assert in_bucket(url) == of_drive(world)
    assert "all present and intact" in at(folder, "verify")
    assert not list(Objects(url).sizes("aside"))


def on_disk(folder: Path) -> set[str]:
    """The digests of all that lies in the mirror and in versions/."""
    files = [*(folder / "c").rglob("*"), *(folder / ".materials" / "versions").rglob("*")]
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def change(world: World) -> None:
    world.edit(node(world, "0.txt"), b"paper number 0, second edition")
    world.rename(node(world, "1.txt"), "one.txt")
    world.rename(node(world, "2.txt"), "3.txt")
    world.trash(node(world, "same.txt"))
    world.add_file("new.txt", b"an additional paper")


@pytest.mark.parametrize("name", ["moto", "rclone", "azurite"])
def test_it_holds_what_a_disk_holds_and_a_reader_needs_the_bucket_alone(
    name: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    world: World,
    drive: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = request.getfixturevalue(name)
    reach(monkeypatch, server.address, server.scheme)
    url = server.place()
    here = archive(tmp_path / "disk", world)
    if name == "rclone":
        assert failed(archive(tmp_path / "refused", world), "move", "--to", url) == "no_conditions"
    there = archive(tmp_path / "bucket", world, url, *(["--single-writer"] if name == "rclone" else []))
    for changing in (int, partial(change, world)):
        changing()
        for folder in (here, there):
            at(folder, "sync")
        assert rows(here) == rows(there)
        assert in_bucket(url) == on_disk(here)
        assert not (there / "c").exists()
        assert "all present and intact" in at(there, "verify")
    at(there, "restore", "0.txt", "--from", "1", "--to", str(tmp_path / "out"))
    assert (tmp_path / "out" / "0.txt").read_bytes() == b"paper number 0, on procurement"

    reader = tmp_path / "reader"
    reader.mkdir()
    shutil.copy(there / "materials.toml", reader)
    assert failed(reader, "list") == "unconfirmed_settings"
    at(reader, "trust", "--yes")
    assert failed(reader, "list") == "catalogue_lost"
    at(reader, "rebuild")
    assert "talk.txt" in at(reader, "search", "Georgia")
    assert data("--archive", str(reader), "list")["items"] == data("--archive", str(there), "list")["items"]
    assert "all present and intact" in at(reader, "verify")


def test_moved_there_and_back_it_is_the_same_to_the_byte(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    here = archive(tmp_path / "disk", world)
    at(here, "sync")
    change(world)
    at(here, "sync")
    at(here, "sync")
    was, files = rows(here), {path: path.read_bytes() for path in (here / "c").rglob("*") if path.is_file()}
    times = {path: path.stat().st_mtime for path in files}
    url = server.place()
    proxy.fault = lambda method, path: "500" if method == "PUT" and "/objects/" in path and len(proxy.seen) > 12 else ""
    at(here, "move", "--to", url, status=75)
    assert "store" not in (here / "materials.toml").read_text("utf-8")
    proxy.fault = lambda _, __: ""
    said = at(here, "move", "--to", url)
    assert "Nothing was deleted" in said
    assert in_bucket(url) == on_disk(here)
    assert {path: path.read_bytes() for path in files} == files
    shutil.rmtree(here / "c")
    shutil.rmtree(here / ".materials" / "versions")
    assert "all present and intact" in at(here, "verify")
    at(here, "sync")
    (told,) = json.loads(run("--archive", str(here), "move", "--to", "disk", "--json").stdout)["items"]
    assert (told["to"], told["left"]) == ("disk", url)
    assert "store" not in (here / "materials.toml").read_text("utf-8")
    assert rows(here) == was
    assert {path: path.read_bytes() for path in (here / "c").rglob("*") if path.is_file()} == files
    assert {path: path.stat().st_mtime for path in files} == times
    assert in_bucket(url) == on_disk(here)
    asked = len(proxy.seen)
    at(here, "sync")
    assert "all present and intact" in at(here, "verify")
    assert len(proxy.seen) == asked


@pytest.mark.parametrize(
    "fault",
    [
        partial(once, "500", "PUT", "/objects/", 2),
        partial(once, "lost", "PUT", "/objects/", 3),
        partial(once, "lost", "POST", "/objects/", 1),
        partial(once, "cut", "GET", "/objects/", 1),
        partial(once, "lost", "PUT", KEY, 2),
        partial(once, "lost", "PUT", "published.json", 1),
    ],
)
def test_what_fails_for_a_moment_is_done_all_the_same(
    fault: Callable[[], Any], tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    there = archive(tmp_path / "there", world, url)
    proxy.fault = fault()
    at(there, "sync")
    assert_whole(there, url, world)


def test_one_file_that_cannot_be_written_costs_only_itself(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    there = archive(tmp_path / "there", world, url)
    proxy.fault = lambda method, path: "500" if path.endswith(hashlib.sha256(TALK).hexdigest()) and method == "PUT" else ""
    assert "did not answer" in at(there, "sync", status=3)
    assert len(rows(there)) == len(world.nodes) - 2 - 2
    proxy.fault = lambda _, __: ""
    asked = drive.count("media")
    at(there, "sync")
    assert drive.count("media") == asked  # they waited in incoming/
    assert len(rows(there)) == len(world.nodes) - 2
    assert "all present and intact" in at(there, "verify")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("RequestTimeTooSkewed", Code.CLOCK_OFF),
        ("400 ExpiredToken", Code.STORE_REFUSED),
        ("301 PermanentRedirect", Code.STORE_REFUSED),
        ("InvalidAccessKeyId", Code.STORE_REFUSED),
        ("500", Code.STORE_UNREACHABLE),
    ],
)
def test_each_refusal_has_its_own_error_and_changes_nothing(
    word: str, code: Code, tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    there = archive(tmp_path / "there", world, url)
    at(there, "sync")
    was = rows(there)
    world.add_file("later.txt", b"later")
    proxy.fault = lambda _, __: word
    error = json.loads(run("--archive", str(there), "sync", "--json", status=None).stdout)["error"]
    assert error["code"] == code
    assert error["why"]
    assert rows(there) == was
    proxy.fault = lambda _, __: ""
    at(there, "sync")
    assert len(rows(there)) == len(was) + 1


def test_a_wrong_secret_no_bucket_and_another_archive_are_told_apart(
    tmp_path: Path, world: World, drive: RunningServer, rclone: Server, moto: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = archive(tmp_path / "here", world)
    reach(monkeypatch, rclone.address)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret-value")
    refused = at(here, "move", "--to", f"s3://{rclone.bucket()}/p", "--single-writer", status=4)
    assert "store_refused" in refused
    assert "wrong-secret" not in refused
    reach(monkeypatch, moto.address)
    assert "no such bucket" in at(here, "move", "--to", "s3://nothing-here/p", status=4)
    url = f"s3://{moto.bucket()}/p"
    Objects(url).write("somebody/else.txt", b"somebody else's")
    assert failed(here, "move", "--to", url) == "not_our_bucket"
    ours = archive(tmp_path / "ours", world, f"s3://{moto.bucket()}/p")
    theirs = f"s3://{moto.bucket()}/q"
    Objects(theirs).write(MARKER, json.dumps({"format": 1, "archive": "another"}).encode())
    settings = ours / "materials.toml"
    settings.write_text(settings.read_text("utf-8").replace('/p"', '/p/inner"'), "utf-8")
    at(ours, "trust", "--yes")
    at(ours, "sync")  # another address is another archive's place, which is begun there
    Objects(theirs).write(MARKER, json.dumps({"format": 99, "archive": "another"}).encode())
    assert failed(here, "move", "--to", theirs) == "newer_archive"


def test_two_writers_at_once_and_one_that_died(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWALS", 90)
    url = server.place()
    one = archive(tmp_path / "one", world, url)
    at(one, "sync")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(one / "materials.toml", other)
    at(other, "trust", "--yes")
    writing = Bucket(one, url)
    with writing.lock():
        assert failed(other, "sync") == "locked"
        at(other, "rebuild")  # readers never wait
        assert "talk.txt" in at(other, "list")
    held = json.loads((Objects(url).read(KEY) or (b"{}", ""))[0])
    assert not held["id"]
    # A writer elsewhere that died: its lease is not renewed any more.
    Objects(url).write(KEY, json.dumps({**held, "id": "dead", "folder": "elsewhere"}).encode())
    monkeypatch.setattr(Bucket, "watching", 0.5)
    world.add_file("later.txt", b"later")
    at(other, "sync")
    assert len(rows(other)) == len(world.nodes) - 2
    # What the other one published is taken over before this one goes on.
    world.add_file("last.txt", b"last")
    at(one, "sync")
    assert len(rows(one)) == len(world.nodes) - 2
    assert "none changed" in at(one, "history", "--check")


def test_a_writer_that_lost_its_lease_writes_no_further(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    one = archive(tmp_path / "one", world, url)
    store, taken = Objects(url), b'{"id": "another", "folder": "elsewhere"}'
    published = store.read("published.json")
    drive.faults.add(Meanwhile(operation="media", skip=2, happens=lambda: store.write(KEY, taken)))
    assert failed(one, "sync") == "locked"
    assert store.read("published.json") == published
    assert (store.read(KEY) or (b"", ""))[0] == taken


def test_a_writer_killed_between_object_and_row_loses_nothing(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    there = archive(tmp_path / "there", world, url)
    digest = hashlib.sha256(TALK).hexdigest()
    killed: list[subprocess.Popen[str]] = []

    def kill(method: str, path: str) -> str:
        if killed and method == "PUT" and path.endswith(digest):
            killed.pop().send_signal(signal.SIGKILL)
            return "lost"  # the object is written, and nobody hears of it
        return ""

    proxy.fault = kill
    writing = begin("--archive", str(there), "sync", "--quiet")
    killed.append(writing)
    writing.communicate()
    assert writing.returncode == -signal.SIGKILL
    assert proxy.lost.wait(60)
    assert Objects(url).size(key_of(digest)) == len(TALK)
    proxy.fault = lambda _, __: ""
    at(there, "sync")
    assert len(rows(there)) == len(world.nodes) - 2
    assert_whole(there, url, world)


def test_a_catalogue_is_rebuilt_from_the_bucket_alone_even_if_what_is_published_is_damaged(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    there = archive(tmp_path / "there", world, url)
    at(there, "sync")
    change(world)
    at(there, "sync")
    was = rows(there)
    store = Objects(url)
    half = (store.read("catalogue.sqlite") or (b"", ""))[0]
    store.write("catalogue.sqlite", half[: len(half) // 2])
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(there / "materials.toml", other)
    at(other, "trust", "--yes")
    assert failed(other, "sync") == "bad_catalogue"
    at(other, "rebuild")
    assert rows(other) == was
    assert "all present and intact" in at(other, "verify")
    assert "two.bin" in at(other, "list")


def test_damage_in_the_bucket_is_found_and_what_drive_has_is_restored(
    tmp_path: Path, world: World, drive: RunningServer, proxy: Proxy, server: Server
) -> None:
    url = server.place()
    there = archive(tmp_path / "there", world, url)
    at(there, "sync")
    store, digest = Objects(url), hashlib.sha256(TALK).hexdigest()
    stranger = hashlib.sha256(b"what nobody needs").hexdigest()
    store.write(key_of(digest), TALK[:-1] + b"!")
    store.write(key_of(stranger), b"what nobody needs")
    found = json.loads(run("--archive", str(there), "verify", "--json", status=5).stdout)["items"]
    assert {(row["trouble"], row["file"]) for row in found} == {
        ("damaged", "c/talk.txt"),
        ("damaged", "c/Inner/same.txt"),
        ("unexpected", key_of(stranger)),
    }
    at(there, "verify", "--repair")
    assert in_bucket(url) == of_drive(world) | {stranger}
    assert "1 unexpected" in at(there, "verify")
