"""One contract for wherever the archived bytes are: the disk, and servers of objects that we did not write."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.messages import Message
from materials_cli.model import Fixity, Item, RemoteFile, State
from materials_cli.store.bucket import Bucket
from materials_cli.store.fixity import Fault
from materials_cli.store.mirror import Store
from materials_cli.store.objects import key_of
from support.object_servers import azurite, moto, rclone, reach

__all__ = ["azurite", "moto", "rclone"]
Making = Callable[[], Store]


@pytest.fixture(params=["disk", "file", "moto", "rclone", "azurite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty archive of each kind, ready to be written to."""
    root = tmp_path / "archive"
    root.mkdir()
    if request.param == "disk":
        made = Store(root)
    elif request.param == "file":
        pytest.importorskip("obstore")
        made = Bucket(root, (tmp_path / "objects").as_uri(), single_writer=True)
    else:
        server = request.getfixturevalue(request.param)
        reach(monkeypatch, server.address, server.scheme)
        made = Bucket(root, server.place(), single_writer=request.param == "rclone")
    request.getfixturevalue("lock_of")(made)
    return made


@pytest.fixture
def lock_of(request: pytest.FixtureRequest) -> Callable[[Store], None]:
    def lock(store: Store) -> None:
        held = store.lock()
        held.__enter__()
        request.addfinalizer(lambda: held.__exit__(None, None, None))

    return lock


def item(content: bytes, name: str = "talk.txt") -> Item:
    day = datetime(2025, 6, 20, tzinfo=UTC)
    fixity = Fixity(len(content), hashlib.sha256(content).hexdigest(), None)
    remote = RemoteFile(
        id=name, drive_id=name, name=name, media_type="text/plain", folders=(), parent="top", modified=day,
        size=fixity.size, sha256=fixity.sha256,
    )  # fmt: skip
    return Item(
        collection="c", remote=remote, path=f"c/{name}", media_type="text/plain", fixity=fixity, first_seen=day, fetched=day,
        verified=True,
    )  # fmt: skip


def arrive(store: Store, item: Item, content: bytes, *, instead_of: Item | None = None) -> None:
    """What a worker and the committing thread do with a download."""
    part = store.incoming_path("c", item.remote)
    part.write_bytes(content)
    store.stow(part, item.fixity)
    assert store.put(part, item, expected=instead_of.fixity if instead_of else None) is None
    store.flush()
    assert not part.exists()


def content_of(store: Store, item: Item, *, mirrored: bool = True) -> bytes:
    with store.reading(item.path, item.fixity.sha256, mirrored=mirrored) as path:
        return path.read_bytes()


def test_what_arrives_is_there(store: Store) -> None:
    talk, other = item(b"a talk"), item("ein Vortrag, ўзбекча".encode(), "Inner/두 번째.txt")
    arrive(store, talk, b"a talk")
    assert content_of(store, talk) == b"a talk"
    assert store.holds(talk)
    assert not store.holds(other)
    assert store.is_here(talk.path, talk.fixity.sha256, 6, mirrored=True)
    assert not store.is_here(talk.path, talk.fixity.sha256, 7, mirrored=True)
    assert store.flaw(talk.path, talk.fixity, mirrored=True) is None
    found = store.measure(talk.path, talk.fixity, mirrored=True)
    assert isinstance(found, Fixity)
    assert (found.size, found.sha256, found.md5) == (6, talk.fixity.sha256, hashlib.md5(b"a talk").hexdigest())  # noqa: S324
    assert isinstance(store.measure(talk.path, replace(talk.fixity, size=7), mirrored=True), Message)
    assert isinstance(store.measure(other.path, other.fixity, mirrored=True), Message)
    missing = store.flaw(other.path, other.fixity, mirrored=True)
    assert missing is not None
    assert missing.fault is Fault.MISSING
    assert store.absence(talk.path, talk.fixity, mirrored=True) is None
    assert store.absence(other.path, other.fixity, mirrored=True) == missing
    seen = store.survey({each.id: each for each in (talk, other)})
    assert seen.absent == {other.id}
    assert not seen.damaged | seen.edited
    assert not seen.strayed


def test_what_is_replaced_is_kept_and_comes_back(store: Store) -> None:
    first, second = item(b"first words"), item(b"second words")
    arrive(store, first, b"first words")
    arrive(store, second, b"second words", instead_of=first)
    assert content_of(store, second) == b"second words"
    assert first.fixity.sha256 in store.versions
    assert content_of(store, first, mirrored=False) == b"first words"
    assert store.versions.kept(first.fixity.sha256).read_bytes() == b"first words"
    assert store.retire(second)
    withdrawn = replace(second, state=State.WITHDRAWN)
    assert store.held_path(withdrawn).read_bytes() == b"second words"
    kept = store.recall(first)
    assert kept is not None
    store.put(kept, first, expected=None)
    store.flush()
    assert content_of(store, first) == b"first words"
    assert store.holds(first)
    store.let_go(first)
    assert content_of(store, first) == b"first words"
    assert store.recall(item(b"never seen")) is None


def test_what_is_damaged_is_found_and_healed_and_kept_aside(store: Store) -> None:
    talk = item(b"a talk that somebody will damage")
    arrive(store, talk, b"a talk that somebody will damage")
    for rotten, doubted in ((b"a talk that somebody haS damaged", [talk.id]), (b"half a talk", [])):
        _damage(store, talk, rotten)
        again = _another(store)
        flaw = again.flaw(talk.path, talk.fixity, mirrored=True)
        assert flaw is not None
        assert flaw.fault is Fault.DAMAGED
        assert again.survey({talk.id: talk}, doubted).damaged == {talk.id}
        assert not again.holds(talk)
        part = again.incoming_path("c", talk.remote)
        part.write_bytes(b"a talk that somebody will damage")
        again.stow(part, talk.fixity)
        again.put(part, talk, expected=talk.fixity)
        again.flush()
        assert again.flaw(talk.path, talk.fixity, mirrored=True) is None
        assert rotten in _aside(again)


def _damage(store: Store, item: Item, rotten: bytes) -> None:
    if isinstance(store, Bucket):
        store.objects.write(key_of(item.fixity.sha256), rotten)
        return
    path = store.path(item.path)
    seen = path.stat()
    path.write_bytes(rotten)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def _another(store: Store) -> Store:
    """The same archive as another process sees it."""
    if not isinstance(store, Bucket):
        return Store(store.root)
    other = Bucket(store.root, store.url, single_writer=store.single_writer)
    other.objects.conditional = store.objects.conditional
    return other


def _aside(store: Store) -> list[bytes]:
    if not isinstance(store, Bucket):
        return [path.read_bytes() for path in (store.inner / "aside").rglob("*") if path.is_file()]
    found = [store.objects.chunks(key) for key, _ in store.objects.sizes("aside")]
    return [b"".join(chunks) for chunks in found if chunks]


def test_a_large_file_arrives_whole(store: Store) -> None:
    content = bytes(range(256)) * 75_000  # three parts
    talk = item(content)
    arrive(store, talk, content)
    again = _another(store)
    assert again.flaw(talk.path, talk.fixity, mirrored=True) is None
    assert content_of(again, talk) == content


def test_many_workers_with_the_same_bytes_do_not_disturb_each_other(store: Store) -> None:
    if store.on_disk:
        pytest.skip("a disk does nothing then")
    talk = item(b"the same in twelve files")
    parts = [store.inner / "incoming" / f"{number}.part" for number in range(12)]
    for part in parts:
        part.write_bytes(b"the same in twelve files")
    with ThreadPoolExecutor(12) as workers:
        list(workers.map(lambda part: _another(store).stow(part, talk.fixity), parts))
    assert store.flaw(talk.path, talk.fixity, mirrored=True) is None
    assert _aside(store) == []
