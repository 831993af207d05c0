"""The law of the mirror, whatever happens on Drive and whichever faults strike.

After a clean sync the mirror equals the folder, every byte ever held is still held, and another sync does nothing. A
Hypothesis state machine over the real emulator and the real command line. The steps are always the same, one request at a time;
MATERIALS_TEST_STEPS=10000 tries other ones, with many requests at once and runs that are killed.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test
from typer.testing import CliRunner

from materials_cli import batches, equipment
from materials_cli.cli.app import app
from materials_cli.drive import wire
from materials_cli.extract import pool
from support.law_custody import Custody
from support.law_damage import CHANCE, WRECKS
from support.law_events import TOP
from support.law_model import Disk, Place, expected

STEPS = int(os.environ.get("MATERIALS_TEST_STEPS", "150"))
STEPS_OF_ONE = 50
BYTES = ("media", "export", "link", "link-content")
EMPTY = 4
WRECKED = {hashlib.sha256(content).hexdigest() for content in WRECKS}


class Law(Custody):
    """Syncs now and then, and checks after each what must always hold, and after a clean one all of it."""

    def begin_archive(self) -> None:
        self.materials("add", self.world.root, "--name", TOP, "--no-check")

    @rule()
    def lose_access(self) -> None:
        """The whole folder is closed: nothing moves, and a person is asked."""
        self.drive.faults.clear()
        self.world.unshare(self.world.root)
        before = Disk.of(self.archive, TOP)
        status, told = self.materials("sync")
        assert status == 4, told
        assert "ask the owner" in told.lower()
        after = Disk.of(self.archive, TOP)
        assert before.digests <= after.digests
        assert self.disturbed or before.mirror == after.mirror
        self.world.share(self.world.root)

    @rule()
    def settle(self) -> None:
        """Sync until nothing is left to do: then the law holds."""
        self.held = self.holding()
        self.drive.faults.clear()
        for node in self.world.nodes.values():
            node.unlisted = 0
        for _ in range(3):
            status = self.sync()
            if status == EMPTY:
                break
            made = self.plan()
            if status == 0 and not made["actions"] + made["held_back"]:
                break
        else:
            self.accept(made)
        if status == EMPTY:
            # What is not shared is on no list: a folder with nothing else in it looks empty, but for a way back to itself.
            shown = [n for n in self.world.children(self.world.root) if not n.trashed and self.world.visible(n.id)]
            assert not [n for n in shown if n.target != self.world.root]
            assert self.sync("--accept-withdrawals") == 0
        self.earlier.clear()
        self.check()

    def accept(self, made: dict[str, Any]) -> None:
        """Three runs without a fault leave nothing but what the guard holds back, and rightly."""
        assert not made["actions"], made
        held = {row["id"]: row for row in self.rows() if row["state"] == "held"}
        replaced = [action["id"] for action in made["held_back"] if action["action"] == "replace"]
        gone = [held[action["id"]] for action in made["held_back"] if action["action"] != "replace"]
        since = min((row["missed"] for row in gone if row["missed"]), default=None)
        there = [row for row in held.values() if since is None or row["first_seen"] < since]
        assert not gone or len(gone) * 4 > len(there), made
        assert not replaced or 2 * sum(bool(held[i]["replacement"]["problem"]) for i in replaced) > len(replaced), made
        assert self.sync("--accept-withdrawals", "--accept-replacements") == 0
        made = self.plan()
        assert not made["actions"] + made["held_back"], made

    def check(self) -> None:
        """The mirror equals the folder; what is written of it is true; nothing is left over; another sync does nothing."""
        still_here = {i: place for i, place in self.held.items() if self.lies(place)}
        wanted = expected(self.world, TOP, still_here, keyless=self.keyless)
        rows = {row["id"]: row for row in self.rows() if row["state"] == "held"}
        assert {i: row["path"] for i, row in rows.items()} == {i: place.path for i, place in wanted.items()}
        disk = Disk.of(self.archive, TOP)
        for identity, place in wanted.items():
            assert self.lies(place), place
            assert rows[identity]["sha256"] == disk.mirror[place.path]
        assert self.sums() == {row["path"]: row["sha256"] for row in rows.values()}
        assert set(disk.mirror) - self.sums().keys() <= self.own | self.rotten
        assert not list((self.archive / ".materials" / "incoming").iterdir())
        assert not (self.archive / ".materials" / "intended.json").exists()
        assert self.forgotten or self.left_over() == set()
        status, told = self.materials("history", "--check")
        assert status == 0, told
        before = self.drive.count(*BYTES)
        status, told = self.materials("sync")
        assert (status, "no changes" in told) == (0, True), told
        assert self.drive.count(*BYTES) == before
        assert Disk.of(self.archive, TOP) == disk
        self.check_corrections()
        self.disturbed = False
        Law.counts["law"] += 1

    def left_over(self) -> set[str]:
        """The digests of what lies in versions/ although no row needs it there."""
        needed = set[str]()
        for row in self.rows():
            needed |= {version["sha256"] for version in row["versions"]}
            if row["state"] == "withdrawn":
                needed.add(row["sha256"])
            if row["replacement"]:
                needed.add(row["replacement"]["sha256"])
        return {path.name for path in (self.archive / ".materials" / "versions").glob("*/*")} - needed

    def holding(self) -> dict[str, Place]:
        """What lies in the mirror as it was recorded, by id: what a shortcut that leads nowhere by now led to is kept."""
        told = CliRunner().invoke(app, ["--archive", str(self.archive), "list", "--json"])
        listed = told.exit_code == 0
        rows = json.loads(told.stdout)["items"] if listed else [row for row in self.rows() if row["state"] == "held"]
        lying = {row["id"]: self.archive / row["path"] for row in rows}
        found = {identity: path.read_bytes() for identity, path in lying.items() if path.is_file()}
        return {
            row["id"]: Place(row["path"], found[row["id"]])
            for row in rows
            if row["id"] in found and hashlib.sha256(found[row["id"]]).hexdigest() == row["sha256"]
        }

    def lies(self, place: Place) -> bool:
        path = self.archive / place.path
        return path.is_file() and place.agrees(path.read_bytes())

    def sync(self, *more: str) -> int:
        """One run: every byte that was held is held after it, and the manifest tells the truth."""
        before, had = Disk.of(self.archive, TOP).digests, self.digests()
        status, told = self.materials("sync", *more)
        assert status in {0, 3, 4, 75}, told
        Law.counts["replacements held back"] += "new content waits" in told
        disk = Disk.of(self.archive, TOP)
        assert before <= disk.digests, told
        if not self.disturbed:
            assert self.sums().items() <= disk.mirror.items(), told
            if not self.killed and "--accept-replacements" not in more:
                self.check_guard(had)
        self.killed = False
        return status

    def digests(self) -> dict[str, str]:
        """The digests of the items in the mirror, by id."""
        return {row["id"]: row["sha256"] for row in self.rows() if row["state"] == "held"}

    def check_guard(self, had: Mapping[str, str]) -> None:
        """No run puts wrecks in the place of more than a quarter of what was sound, if they are most of what it replaces."""
        now = self.digests()
        replaced = [(had[item], digest) for item, digest in now.items() if item in had and had[item] != digest]
        wrecked = sum(digest in WRECKED and was not in WRECKED for was, digest in replaced)
        Law.counts["wrecked at once"] = max(Law.counts["wrecked at once"], wrecked)
        assert wrecked < 3 or wrecked * 4 <= len(now) or wrecked * 2 <= len(replaced), (had, now)

    def materials(self, *words: str) -> tuple[int, str]:
        Law.counts[words[0]] += 1
        self.see_what_is_lost()
        environment = {"DRIVE_EMULATOR_HOST": self.drive.address, "MATERIALS_KEYLESS": "1" if self.keyless else ""}
        result = CliRunner(env=environment).invoke(app, ["--archive", str(self.archive), *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    def plan(self) -> dict[str, Any]:
        environment = {"DRIVE_EMULATOR_HOST": self.drive.address, "MATERIALS_KEYLESS": "1" if self.keyless else ""}
        told = CliRunner(env=environment).invoke(app, ["--archive", str(self.archive), "plan", "--json"])
        assert told.exit_code == 0, told.output
        made: dict[str, Any] = json.loads(told.stdout)["items"][0]
        return made

    def show(self, item: str) -> dict[str, Any]:
        told = CliRunner().invoke(app, ["--archive", str(self.archive), "show", item, "--json"])
        assert told.exit_code == 0, told.output
        shown: dict[str, Any] = json.loads(told.stdout)["items"][0]
        return shown

    def rows(self) -> list[dict[str, Any]]:
        with contextlib.suppress(FileNotFoundError):
            return [json.loads(line) for line in (self.archive / "manifest.jsonl").read_text("utf-8").splitlines()]
        return []

    def sums(self) -> dict[str, str]:
        with contextlib.suppress(FileNotFoundError):
            lines = (self.archive / "SHA256SUMS").read_text("utf-8").splitlines()
            return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
        return {}


def _one_after_another(threads: Callable[[int, str], AbstractContextManager[Executor]], _: int, name: str) -> Any:
    """With one thread, what happens does not depend on which request is answered first."""
    return threads(1, name)


def test_the_mirror_equals_the_folder_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(wire, "_TRIES", 3)
    if not CHANCE:
        for module in (equipment, pool):
            monkeypatch.setattr(module, "threads", partial(_one_after_another, batches.threads))
    run_state_machine_as_test(
        Law,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_OF_ONE),
            stateful_step_count=STEPS_OF_ONE,
            deadline=None,
            derandomize=not CHANCE,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=True,
            # Each step costs a tenth of a second, so that to shrink a failure takes many minutes; its steps are printed.
            phases=(Phase.explicit, Phase.generate),
        ),
    )
    print(dict(Law.counts))  # noqa: T201 - for who runs it by hand, with -s
    assert Law.counts["law"] > STEPS // 20
