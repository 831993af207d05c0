"""What workers are asked for besides a sync, who may ask, and what is not believed."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from materials_cli import __version__
from materials_cli.archive import Archive
from materials_cli.cluster import worker
from materials_cli.cluster.worker import PROOF
from materials_cli.drive.api import ApiSource
from materials_cli.drive.source import Fetched
from materials_cli.emulator.server import RunningServer
from materials_cli.extract.pool import Pool
from materials_cli.store.bucket import Bucket
from materials_cli.store.mirror import Store
from materials_cli.store.objects import Objects, key_of
from support.clustered import archive, at, drive, failed, server, shared, workers
from support.clusters import Running, cluster
from support.command import run
from support.object_servers import Server, environment, moto, new_store, reach

pytest.importorskip("distributed")
__all__ = ["drive", "moto", "new_store", "server", "shared", "workers"]


def test_the_settings_name_a_cluster_that_works_once_it_is_confirmed(
    shared: str, drive: RunningServer, workers: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_JITTER", "0")
    here = archive(tmp_path / "here", shared)
    settings = (here / "materials.toml").read_text("utf-8")
    at(here, "trust", "--forget")
    (here / "materials.toml").write_text(f'executor = "{workers.address}"\n{settings}', "utf-8")
    for command in ("sync", "index"):
        assert "Not used until you confirm them: executor" in at(here, command)
    assert "Not used" not in at(here, "index", "--executor", workers.address)
    drive.world.add_file("talk.txt", b"A talk about registries", shared)
    at(here, "trust", "--yes")
    with monkeypatch.context() as alone:
        alone.setattr(ApiSource, "children", None)  # here, nothing is done that workers do
        alone.setattr(ApiSource, "open", None)
        alone.setattr(Pool, "extract", None)
        assert "talk.txt" in at(here, "sync", "--cron")
        assert "talk.txt" in at(here, "search", "registries")
        read = at(here, "index", "--all")
        assert read.startswith("Read 12 items")
    (here / "materials.toml").write_text(settings, "utf-8")
    with monkeypatch.context() as alone:
        alone.setattr(Pool, "extract", None)
        assert at(here, "index", "--all", "--executor", workers.address) == read
    (here / "materials.toml").write_text('executor = "dask://127.0.0.1:1"\n' + settings, "utf-8")
    at(here, "trust", "--yes")
    assert failed(here, "sync")[0] == "scheduler_unreachable"
    assert "all present and intact" in at(here, "verify")  # which asks no cluster unless it is told to
    (here / "materials.toml").write_text('executor = "8786"\n' + settings, "utf-8")
    assert failed(here, "sync")[0] == "bad_settings"


@pytest.mark.usefixtures("drive")
def test_what_is_damaged_is_found_by_workers_and_looked_at_once_more_here(
    new_store: Callable[[], str], shared: str, workers: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_store()
    here = archive(tmp_path / "here", shared, url)
    at(here, "sync")
    read: list[str] = []
    kind = Bucket if url else Store
    flaw = kind.flaw

    def counted(store: Any, path: str, *words: Any, **more: Any) -> Any:
        read.append(path)
        return flaw(store, path, *words, **more)

    monkeypatch.setattr(kind, "flaw", counted)
    words = ("verify", "--executor", workers.address)
    assert "all present and intact" in at(here, *words)
    assert not read
    if url:
        key = key_of(sha256(b"paper number 2, on procurement").hexdigest())
        Objects(url).write(key, b"PAPER NUMBER 2, ON PROCUREMENT")
    else:
        (here / "c" / "2.txt").write_bytes(b"PAPER NUMBER 2, ON PROCUREMENT")
        (here / "c" / "Inner" / "1.txt").unlink()
    found = run("--archive", str(here), *words, status=5).stdout
    assert set(read) == {"c/2.txt"} | (set() if url else {"c/Inner/1.txt"})
    assert found == run("--archive", str(here), "verify", status=5).stdout
    assert "c/2.txt" in found


ODD = """
from materials_cli.cluster import worker
fetch = worker.fetch
def altered(*words):
    fetched = fetch(*words)
    if fetched.file.name == "0.txt":
        fetched.part.write_bytes(fetched.part.read_bytes().swapcase())
    return fetched
worker.fetch, worker.room = altered, lambda folder: 100_000
"""


def test_what_a_worker_says_of_bytes_is_not_believed_and_one_without_room_costs_only_the_file(
    shared: str, drive: RunningServer, moto: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach(monkeypatch, moto.address)
    there = {"DRIVE_EMULATOR_HOST": drive.address, **environment(moto.address)}
    disk = archive(tmp_path / "disk", shared)
    bucket = archive(tmp_path / "bucket", shared, f"s3://{moto.bucket()}/workshops")
    (tmp_path / "odd.py").write_text(ODD, "utf-8")
    with cluster(tmp_path / "dask", there, workers=0) as odd:
        odd.add_worker(before=f"exec(open({str(tmp_path / 'odd.py')!r}).read())")
        said = at(disk, "sync", "--executor", odd.address, status=3)
        assert "0.txt" in said
        assert "is not in the store" in said
        assert not (disk / "c" / "0.txt").exists()
        assert (disk / "c" / "large.bin").exists()
        said = at(bucket, "sync", "--executor", odd.address, status=3)
        assert "A worker has no room for “large.bin”" in said
    for each in (disk, bucket):
        at(each, "sync")
        assert "all present and intact" in at(each, "verify")


def test_two_attempts_at_a_file_do_not_take_the_same_beginning(
    shared: str, drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the renaming, another one may take it."""
    (file,) = (file for file in Archive(tmp_path).listing(shared).files if file.name == "large.bin")
    store = Store(tmp_path)
    with store.lock():
        store.write_state(PROOF, "one")
        site = worker.Site(__version__, str(tmp_path), "", "one", worker.way())
        monkeypatch.setattr(worker, "is_file", lambda _: True)
        answer = worker.fetch_file(worker.Download(site, "c", file, "c/large.bin", (), None, None))
        assert isinstance(answer, Fetched)
        assert store.has(answer.part, answer.fixity)
