"""Workers of a cluster bring what one computer brings, whatever ends on the way; unfit ones are told."""

import json
import os
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from materials_cli import __version__
from materials_cli.archive import Archive
from materials_cli.cluster import scheduler, worker
from materials_cli.cluster.worker import PROOF
from materials_cli.drive.api import ApiSource
from materials_cli.emulator.faults import Fault, rate_limit
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.errors import Code, MaterialsError
from materials_cli.extract.pool import Pool
from materials_cli.model import Step, StepKind
from materials_cli.store.bucket import Bucket
from materials_cli.store.mirror import Store
from materials_cli.store.objects import BYTES, Objects
from support.clustered import PPTX, always, archive, at, drive, failed, server, shared, workers
from support.clusters import Running, cluster
from support.command import begin
from support.decks import deck
from support.law_events import Meanwhile
from support.object_servers import Server, moto, new_store, reach
from support.small_drive import impatient

pytest.importorskip("distributed")
__all__ = ["drive", "moto", "new_store", "server", "shared", "workers"]


def change(world: World, top: str) -> None:
    named = {each.name: each.id for each in world.children(top)}
    world.edit(named["0.txt"], b"paper number 0, second edition")
    world.edit(named["Deck"], exports={PPTX: always(deck("Registries", "of land"))})
    world.rename(named["2.txt"], "two.txt")
    world.trash(named["4.txt"])
    world.add_file("new.txt", b"an additional paper", top)


def files(folder: Path) -> dict[str, tuple[bytes, float]]:
    """The mirror and versions/, to the byte and the second."""
    places = [*(folder / "c").rglob("*"), *(folder / ".materials" / "versions").rglob("*")]
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime if "versions" not in path.parts else 0)
        for path in places
        if path.is_file()
    }


def rows(folder: Path) -> Counter[str]:
    """What the catalogue has, the times of this computer and the order of arrival aside."""
    ours = {
        "number", "first_seen", "fetched", "withdrawn", "retired", "time", "hash", "started", "ended",
        "place", "run",
        "notices", "verified_at",
    }  # fmt: skip
    found = Counter[str]()
    with closing(sqlite3.connect(folder / ".materials" / "catalogue.sqlite")) as catalogue:
        catalogue.row_factory = sqlite3.Row
        for table in ("item", "version", "event", "run", "section"):
            for row in map(dict, catalogue.execute(f"SELECT * FROM {table}")):  # noqa: S608 - names of ours
                if table == "run":
                    row["counts"] = sorted(json.loads(row["counts"]).items())
                found[f"{table} {[(name, row[name]) for name in row if name not in ours]}"] += 1
    return found


def test_workers_bring_what_one_computer_brings_though_one_is_killed(
    new_store: Callable[[], str],
    shared: str,
    drive: RunningServer,
    workers: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    urls = [new_store(), new_store()]
    one, many = (archive(tmp_path / name, shared, url) for name, url in zip(("one", "many"), urls, strict=True))
    for changed in (False, True):
        if changed:
            change(drive.world, shared)
        at(one, "sync")
        doomed = workers.add_worker()
        drive.faults.add(Meanwhile(operation="media", skip=1, happens=doomed.kill))
        before = drive.count("media")
        with monkeypatch.context() as here:
            here.setattr(ApiSource, "children", None)  # here, nothing is done that workers do
            here.setattr(ApiSource, "open", None)
            here.setattr(Pool, "extract", None)
            at(many, "sync", "--executor", workers.address)
        assert drive.count("media") > before
        assert doomed.wait() != 0
        assert (rows(many) - rows(one), rows(one) - rows(many)) == ({}, {})
        assert files(many) == files(one)
        assert all("all present and intact" in at(each, "verify") for each in (one, many))
        assert not (many / ".materials" / PROOF).exists()
        assert not list((many / ".materials" / "incoming").iterdir())
    if all(urls):
        assert not files(many)
        assert len({tuple(sorted(Objects(url).sizes(BYTES))) for url in urls}) == 1
    assert "talk.pptx" in at(many, "search", "Georgia")


def test_this_computer_keeps_the_pace_and_tries_again(
    shared: str, drive: RunningServer, workers: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, tries=3)
    here, one = archive(tmp_path / "here", shared), archive(tmp_path / "one", shared)
    large = next(each.id for each in drive.world.children(shared) if each.name == "large.bin")
    drive.faults.add(rate_limit("list"))
    drive.faults.add(replace(rate_limit("media"), target=large))
    drive.faults.add(Fault(operation="media", target=large, cut=300_000))
    before = len(drive.requests)
    steps: list[Step] = []
    assert all(run.failure is None for run in Archive(here, executor=workers.address, progress=steps.append).sync())
    assert sum(step.kind is StepKind.WAITING for step in steps) == 3
    asked = [request for request in drive.requests[before:] if request.operation == "media" and large in request.path]
    assert [request.headers.get("range") for request in asked[:2]] == [None, None]
    assert (asked[2].headers.get("range") or "").startswith("bytes=")
    assert len(asked) == 3
    at(one, "sync")
    assert files(here) == files(one)


def test_certificates_of_the_environment_open_a_cluster_to_this_computer_and_no_other(
    shared: str, drive: RunningServer, tmp_path: Path
) -> None:
    import distributed

    library: Any = distributed
    made = library.Security.temporary()
    certificate, key = tmp_path / "cluster.crt", tmp_path / "cluster.key"
    certificate.write_text(made.tls_ca_file, "utf-8")
    key.write_text(made.tls_client_key, "utf-8")
    secured = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        secured[f"DASK_DISTRIBUTED__COMM__TLS__{who}__CERT"] = str(certificate)
        secured[f"DASK_DISTRIBUTED__COMM__TLS__{who}__KEY"] = str(key)
    secured |= {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true", "DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME": "tls"}
    here = archive(tmp_path / "here", shared)
    with cluster(tmp_path / "dask", {"DRIVE_EMULATOR_HOST": drive.address, **secured}, workers=1) as there:
        words = ("--archive", str(here), "sync", "--executor", there.address)
        sync = begin(*words, env={**os.environ, **secured}, stdout=subprocess.PIPE)
        assert "11 new" in sync.communicate()[1]
        stranger = begin(*words, "--json", stdout=subprocess.PIPE)
        error = json.loads(stranger.communicate()[0])["error"]
        assert (error["code"], "requires certificates" in error["message"]) == ("scheduler_unreachable", True)
        other = library.Security.temporary()
        (tmp_path / "other.crt").write_text(other.tls_ca_file, "utf-8")
        (tmp_path / "other.key").write_text(other.tls_client_key, "utf-8")
        ours = "DASK_DISTRIBUTED__COMM__TLS__CLIENT__"
        for wrong, code, said in (
            ({"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": "other.crt"}, "scheduler_unreachable", "each other's certificates"),
            ({f"{ours}CERT": "other.crt", f"{ours}KEY": "other.key"}, "scheduler_unreachable", "each other's certificates"),
            ({f"{ours}KEY": "other.key"}, "bad_usage", "cannot be read"),
            ({f"{ours}CERT": "nowhere.crt"}, "bad_usage", "cannot be read"),
        ):
            there_too = {**os.environ, **secured, **{name: str(tmp_path / file) for name, file in wrong.items()}}
            refused = begin(*words, "--json", env=there_too, stdout=subprocess.PIPE)
            error = json.loads(refused.communicate()[0])["error"]
            assert (error["code"], said in error["message"]) == (code, True), error


def test_a_worker_that_is_not_as_this_computer_is_named(
    shared: str, drive: RunningServer, workers: Running, tmp_path: Path
) -> None:
    here = archive(tmp_path / "here", shared)
    older = workers.add_worker(before="import materials_cli; materials_cli.__version__ = '0.0.1'")
    assert failed(here, "sync", "--executor", workers.address) == (
        "worker_unfit", f"A worker has version 0.0.1 of materials instead of {__version__}.",
    )  # fmt: skip
    older.kill()
    keyless = workers.add_worker(MATERIALS_KEYLESS="1")
    code, what = failed(here, "sync", "--executor", workers.address)
    assert (code, "different kinds of credential" in what) == ("worker_unfit", True)
    keyless.kill()
    without = workers.add_worker(before="sys.modules['materials_cli'] = None")
    assert failed(here, "sync", "--executor", workers.address)[0] == "worker_unfit"
    without.kill()
    at(here, "sync", "--executor", workers.address)


def test_a_worker_must_see_the_very_folder_or_bucket(
    tmp_path: Path, drive: RunningServer, moto: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each task is refused, too, so that a worker that joins later writes nowhere else."""
    store = Store(tmp_path)
    with store.lock():
        store.write_state(PROOF, "one")
        fits = worker.Site(__version__, str(tmp_path), "", "one", worker.way())
        assert asked(fits) is not Code.WORKER_UNFIT
        for other in (replace(fits, proof="two"), replace(fits, root=str(tmp_path / "elsewhere")), replace(fits, version="0")):
            assert asked(other) is Code.WORKER_UNFIT
    reach(monkeypatch, moto.address)
    url = f"s3://{moto.bucket()}/workshops"
    with (bucket := Bucket(tmp_path / "b", url)).lock():
        fits = worker.Site(__version__, str(tmp_path), url, bucket.state()["id"], worker.way())
        assert worker.unfit(fits) is None
        assert asked(replace(fits, proof="another")) is Code.WORKER_UNFIT
        assert asked(replace(fits, url=f"s3://{moto.bucket()}/workshops")) is Code.WORKER_UNFIT


def asked(site: worker.Site) -> Code | None:
    """Why a worker refuses to read a file, which is not there; None if it tried."""
    answer = worker.read_file(worker.Reading(site, "c/missing.txt", "0" * 64, mirrored=True))
    return answer.code if isinstance(answer, MaterialsError) else None


def test_a_scheduler_that_is_lost_ends_the_run_and_the_next_one_goes_on(
    shared: str, drive: RunningServer, tmp_path: Path
) -> None:
    here, one = archive(tmp_path / "here", shared), archive(tmp_path / "one", shared)
    with cluster(tmp_path / "dask", workers=1) as short:
        drive.faults.add(Meanwhile(operation="media", skip=2, happens=short.scheduler.kill))
        assert failed(here, "sync", "--executor", short.address)[0] == "scheduler_unreachable"
    assert not (here / ".materials" / PROOF).exists()
    at(here, "sync")
    at(one, "sync")
    assert files(here) == files(one)


def test_a_worker_of_which_nothing_is_heard_does_not_hold_the_run(
    shared: str, drive: RunningServer, workers: Running, tmp_path: Path
) -> None:
    """Its task is not done: that workers are there is no sign of life for ever."""
    here = archive(tmp_path / "here", shared)
    drive.faults.add(Meanwhile(operation="list", happens=partial(time.sleep, 12)))
    (ended,) = Archive(here, executor=workers.address, patience=3).sync()
    assert ended.failure
    assert ended.failure.code is Code.STALLED


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("dask://127.0.0.1:1", "scheduler_unreachable"),
        ("dask://[::1]:1", "scheduler_unreachable"),
        ("dask://[::1:8786", "bad_usage"),
        ("dask://cluster.invalid:8786", "bad_usage"),
        ("tcp://127.0.0.1:8786", "bad_usage"),
        ("dask://127.0.0.1", "bad_usage"),
        ("dask://127.0.0.1:0", "bad_usage"),
        ("dask://127.0.0.1:99999", "bad_usage"),
        ("8786", "bad_usage"),
    ],
)
def test_an_address_that_leads_to_no_scheduler_is_told(
    address: str, code: str, shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "_CONNECTING", 1)
    here = archive(tmp_path / "here", shared)
    assert failed(here, "sync", "--executor", address)[0] == code
    at(here, "sync")
