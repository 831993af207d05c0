"""A run that is cut at any moment is adopted: what it finished is fetched once, and lies on the disk once."""

import contextlib
import hashlib
import json
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.catalogue.rows import item_to_json
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.model import Fixity
from support.command import begin, data
from support.law_model import deck
from support.small_drive import kept, mirror, run, sums_hold

MOMENTS = int(os.environ.get("MATERIALS_TEST_KILLS", "4"))
BYTES = ("media", "page-media", "page-uc", "link", "link-content", "export")


def folder() -> World:
    """Files with and without digests, and Google documents."""
    chance = random.Random(20261129)  # noqa: S311 - a repeatable choice of bytes
    world = World("Folder")
    for number in range(12):
        world.add_file(f"{number}.bin", chance.randbytes(30_000 + number))
        if number % 3 == 0:
            world.add_native(f"Deck {number}", "presentation", deck(b"%d" % number))  # type: ignore[arg-type]
            world.change(world.add_file(f"plain {number}.bin", chance.randbytes(30_000)), hashes=False)
    return world


def in_place(drive: RunningServer, archive: Path) -> set[str]:
    """The ids of what lies in the mirror."""
    names = {name.removesuffix(".pptx") for name in mirror(archive)}
    return {node.id for node in drive.world.nodes.values() if node.name in names}


def asked(drive: RunningServer) -> list[str]:
    return [request.target for request in drive.requests if request.operation in BYTES]


@pytest.fixture(params=["api", "keyless"])
def drive(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1" if request.param == "keyless" else "")
    monkeypatch.chdir(tmp_path)
    with start(folder()) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", server.world.root, "--name", "c", "--no-check")
        yield server


@pytest.mark.parametrize("cut", [signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)])
def test_nothing_that_a_cut_run_finished_is_fetched_again(drive: RunningServer, tmp_path: Path, cut: signal.Signals) -> None:
    drive.latency = 0.05
    for moment in range(MOMENTS):
        before = len(asked(drive))
        syncing = begin("sync", "--quiet")
        while len(asked(drive)) < before + 1 + 20 * moment // MOMENTS and syncing.poll() is None:
            time.sleep(0.002)
        syncing.send_signal(cut)
        syncing.communicate()
        finished, before = in_place(drive, tmp_path), len(asked(drive))
    drive.latency = 0
    run("sync")
    assert not finished & set(asked(drive)[before:])
    assert in_place(drive, tmp_path) == {node.id for node in drive.world.nodes.values() if node.parent}
    assert sums_hold(tmp_path)
    assert not kept(tmp_path)
    assert not (tmp_path / ".materials" / "aside").exists()
    assert not list((tmp_path / ".materials" / "incoming").iterdir())
    before = len(asked(drive))
    assert "no changes" in run("sync")
    assert len(asked(drive)) == before


def test_a_note_that_was_cut_while_it_was_written_does_not_stay(drive: RunningServer, tmp_path: Path) -> None:
    run("sync")
    incoming = tmp_path / ".materials" / "incoming"
    for name, content in {
        "0.part": b"bytes",
        "0.done": b"",
        "1.done": b'{"collection": "c", "id',
        "2.done": b'{"a":' * 100_000,
    }.items():
        (incoming / name).write_bytes(content)
    run("sync")
    assert not list(incoming.iterdir())


def test_notes_that_outlived_their_rows_change_nothing_and_do_not_stay(drive: RunningServer, tmp_path: Path) -> None:
    """Notes share a file, so that one may be there though its row was written, or its item has changed since."""
    run("sync")
    incoming = tmp_path / ".materials" / "incoming"
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
        held = list(catalogue.held("c").values())
    older = [replace(item, fixity=Fixity(3, hashlib.sha256(b"old").hexdigest())) for item in held]
    lines = (f"{number:032x}.part {json.dumps(item_to_json(item))}\n" for number, item in enumerate([*older, *held]))
    (incoming / "left.done").write_text("".join(lines), "utf-8")
    before = (tmp_path / "manifest.jsonl").read_bytes()
    assert "no changes" in run("sync")
    assert not list(incoming.iterdir())
    assert (tmp_path / "manifest.jsonl").read_bytes() == before


def test_a_note_that_outlived_its_row_does_not_take_the_place_that_another_item_has_now(
    drive: RunningServer, tmp_path: Path
) -> None:
    """A file was moved, and a copy of it put where it had been; then others that share its note were cut again."""
    run("sync")
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
        (left,) = (item for item in catalogue.held("c").values() if item.path.endswith("/0.bin"))
    node = next(node for node in drive.world.nodes.values() if node.name == "0.bin")
    drive.world.rename(node.id, "moved.bin")
    drive.world.add_file("0.bin", (tmp_path / "c" / "0.bin").read_bytes())
    run("sync")
    before = (tmp_path / "manifest.jsonl").read_bytes()
    incoming = tmp_path / ".materials" / "incoming"
    (incoming / "left.done").write_text(f"{1:032x}.part {json.dumps(item_to_json(left))}\n", "utf-8")
    assert "no changes" in run("sync")
    assert {"0.bin", "moved.bin"} <= mirror(tmp_path).keys()
    assert (tmp_path / "manifest.jsonl").read_bytes() == before
    assert not list(incoming.iterdir())


@pytest.mark.parametrize("kind", ["add", "move"])
def test_what_was_committed_is_counted_though_a_signal_comes_just_after(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """New files come in batches; what needs no download is committed one by one."""
    if kind == "move":
        run("sync")
        for node in [node for node in drive.world.nodes.values() if node.parent]:
            drive.world.rename(node.id, f"new {node.name}")
    whole, sent = Catalogue.transaction, list[bool]()

    @contextlib.contextmanager
    def signalled_after(catalogue: Catalogue) -> Iterator[None]:
        outermost, before = not catalogue.connection.in_transaction, catalogue.held("c")
        with whole(catalogue):
            yield
        if outermost and not sent and catalogue.held("c") != before:
            sent.append(True)
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "transaction", signalled_after)
        run("sync", status=130)
    assert sent
    with Catalogue.open(tmp_path / ".materials" / "catalogue.sqlite") as catalogue:
        (last,) = catalogue.runs(limit=1)
        changed = [item for item in catalogue.held("c").values() if kind == "add" or "new " in item.path]
        assert last.counts == {kind: len(changed)}


@pytest.mark.parametrize("later", ["", "renamed", "changed", "gone"])
def test_a_file_in_its_place_without_a_row_is_adopted(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    for document in [node for node in drive.world.nodes.values() if node.exports and later in {"renamed", "changed"}]:
        drive.world.trash(document.id)  # it is exported again to see whether it has changed
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "record", cut)
        run("sync", status=130)
    finished, before = in_place(drive, tmp_path), len(asked(drive))
    assert finished
    one = next(node for node in drive.world.nodes.values() if node.id in finished)
    if later == "renamed":
        for node in list(drive.world.nodes.values()):
            if node.parent:
                drive.world.rename(node.id, f"new {node.name}")
    elif later == "changed":
        drive.world._clock += timedelta(days=3)  # without a credential only the day of an edit is stated
        drive.world.edit(one.id, b"other bytes")
    elif later == "gone":
        drive.world.trash(one.id)
    else:
        planned = data("plan")["items"][0]
        adopted = [row["bytes"] for row in planned["actions"] if "interrupted run" in row["reason"]]
        assert len(adopted) >= len(finished)
        assert not any(adopted)
        assert len(asked(drive)) == before
    shown = run("sync")
    if later == "gone":
        run("sync")  # without a credential, a second list confirms it
    assert "that an interrupted run had finished w" in shown
    again = {one.id} if later == "changed" else set()
    assert not (finished - again) & set(asked(drive)[before:])
    assert sums_hold(tmp_path)
    assert len(kept(tmp_path)) == (later in {"changed", "gone"})
    assert not (tmp_path / ".materials" / "aside").exists()
    assert "none changed" in run("history", "--check")


@pytest.mark.parametrize("lost", ["catalogue.sqlite", "manifest.jsonl"])
def test_files_that_lie_there_without_a_catalogue_are_not_fetched(drive: RunningServer, tmp_path: Path, lost: str) -> None:
    """With the manifest, all are known; without it, those of which Drive states a digest."""
    run("sync")
    before = len(asked(drive))
    for path in (*(tmp_path / ".materials").glob("catalogue*"), tmp_path / lost):
        path.unlink(missing_ok=True)
    keyless = "page-list" in {request.operation for request in drive.requests}
    (tmp_path / "c" / "2.bin").write_bytes(b"edited")
    run("sync", status=3 if lost == "catalogue.sqlite" else 0)  # a catalogue that had to be rebuilt is told
    nodes = [node for node in drive.world.nodes.values() if node.id in set(asked(drive)[before:])]
    unknown = [node for node in nodes if keyless or not node.hashes or node.native] if lost == "manifest.jsonl" else []
    assert {node.name for node in nodes if node not in unknown} <= {"2.bin"}
    assert "2.bin" in {node.name for node in nodes}
    assert sums_hold(tmp_path)
    assert not kept(tmp_path)
