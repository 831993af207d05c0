"""The guard of replacements is cut at any moment: what is held stays, and what waits is fetched once."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.command import begin
from support.small_drive import BYTES, items, kept, mirror, run, sums_hold

MOMENTS = int(os.environ.get("MATERIALS_TEST_KILLS", "4"))
SIGNALS = (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM))


def cut(drive: RunningServer, moment: int, *more: str) -> None:
    """Begin a run, and end it: after some requests for bytes, or some hundredths of a second after the listing."""
    before, listed = asked(drive), drive.count("list")
    syncing = begin("sync", "--quiet", *more)
    wanted = before if more else before + 1 + 24 * moment // MOMENTS
    while syncing.poll() is None and (asked(drive) < wanted or drive.count("list") == listed):
        time.sleep(0.002)
    if more or moment % 3 == 2:
        time.sleep(0.4 * moment / MOMENTS)
    syncing.send_signal(SIGNALS[moment % 2])
    syncing.communicate()


def asked(drive: RunningServer) -> int:
    return drive.count(*BYTES)


def test_the_guard_stands_after_any_cut_and_so_does_what_was_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20261129)  # noqa: S311 - repeatable bytes
    world = World("Folder")
    nodes = [world.add_file(f"{n}.txt", f"The words of talk number {n}, all of them.".encode()) for n in range(30)]
    monkeypatch.chdir(tmp_path)
    with start(world) as drive:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        run("add", world.root, "--name", "c", "--no-check")
        run("sync")
        held = mirror(tmp_path)
        wrecked = {node: b"" if number % 5 == 0 else chance.randbytes(20_000) for number, node in enumerate(nodes[:26])}
        for node, content in wrecked.items():
            world.edit(node, content)
        drive.latency = 0.05
        for moment in range(MOMENTS):
            cut(drive, moment)
            assert mirror(tmp_path) == held
        drive.latency = 0
        waiting = {i["id"] for i in items().values() if i["replacement"]}
        before = len(drive.requests)
        assert "26 of 30 items" in run("sync", status=3)
        assert not waiting & {r.target for r in drive.requests[before:] if r.operation in BYTES}
        assert mirror(tmp_path) == held
        before = asked(drive)
        for moment in range(MOMENTS):
            cut(drive, moment, "--accept-replacements")
        run("sync", "--accept-replacements")
        assert asked(drive) == before
    assert mirror(tmp_path) == {n.name: n.data for n in world.nodes.values() if n.parent}
    assert len(kept(tmp_path)) == 26
    assert "none changed" in run("history", "--check")
    assert sums_hold(tmp_path)
    assert "all present and intact" in run("verify")
    assert not list((tmp_path / ".materials" / "incoming").iterdir())
