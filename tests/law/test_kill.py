"""kill -9 at any moment: what was held is still held, and the next run repairs by itself."""

import hashlib
import json
import os
import random
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from support.command import begin
from support.law_events import Meanwhile
from support.small_drive import run

MOMENTS = int(os.environ.get("MATERIALS_TEST_KILLS", "6"))


def kill(run: "subprocess.Popen[str]", pause: float) -> None:
    """Kill a run while it waits for an answer, or while it works with those that the others of its requests got."""
    time.sleep(pause)
    run.kill()


def test_killed_at_random_moments_nothing_is_lost_and_nothing_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20261124)  # noqa: S311 - a repeatable choice of moments
    world = World("Folder")
    folders = [world.root, world.add_folder("One"), world.add_folder("Two")]
    files = [world.add_file(f"{n}.bin", chance.randbytes(40_000 + n), chance.choice(folders)) for n in range(40)]
    ever: set[str] = set()
    with start(world) as drive:
        drive.latency = 0.08
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        monkeypatch.chdir(tmp_path)
        run("add", world.root, "--name", "c")
        for _ in range(MOMENTS):
            for file in chance.sample(files, 5):
                world.edit(file, chance.randbytes(30_000))
            world.rename(files[0], f"name {chance.random()}.bin")
            a, b = chance.sample(files[1:], 2)
            one, other = world.nodes[a].name, world.nodes[b].name
            world.rename(a, other)
            world.rename(b, one)
            world.move(files[2], chance.choice(folders))
            syncing = begin("sync", "--quiet")
            operation, before = chance.choice([("list", 0), ("list", 2), *(("media", skip) for skip in range(5))])
            pause = chance.choice([0, 0, chance.uniform(0, 0.1)])
            drive.faults.add(Meanwhile(operation=operation, skip=before, happens=partial(kill, syncing, pause)))
            syncing.communicate()
            assert syncing.returncode == -signal.SIGKILL
            seen = {p for p in tmp_path.rglob("*") if p.is_file() and p.suffix == ".bin"}
            kept = {p for p in (tmp_path / ".materials" / "versions").rglob("*") if p.is_file()}
            here = {hashlib.sha256(p.read_bytes()).hexdigest() for p in seen | kept}
            assert ever <= here
            ever |= here
        run("sync")
        assert "none changed" in run("history", "--check")
        assert drive.crashes == []
    held = {p.name: p.read_bytes() for p in (tmp_path / "c").rglob("*") if p.is_file()}
    assert sorted(held.values()) == sorted(world.nodes[file].data for file in files)  # type: ignore[type-var]
    rows = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {row["path"]: row["sha256"] for row in rows} == {
        p.relative_to(tmp_path).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in (tmp_path / "c").rglob("*")
        if p.is_file()
    }
    assert not list((tmp_path / ".materials" / "incoming").iterdir())
