"""What people do with the archive itself: a collection is renamed, detached, removed and brought back, items are corrected."""

import hashlib
import json
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from support.law_damage import Damage
from support.law_events import OFTEN, TOP, happening, picks
from support.law_model import Disk

ELSEWHERE = "elsewhere"
TITLES = ["Цифровое правительство", "X-Road in practice", "= not a formula"]


class Custody(Damage):
    """Adds the commands that change what a collection is called, where it is, and what is known of its items."""

    def __init__(self) -> None:
        super().__init__()
        self.corrected: dict[str, str] = {}

    @precondition(lambda self: self.has_catalogue())
    @happening(then=OFTEN)
    def rename_and_back(self) -> None:
        """A collection gets another name, and its old one back: then everything is as it was."""
        before, rows = Disk.of(self.archive, TOP), self.sure_rows()
        places = {item: row["path"].removeprefix(TOP) for item, row in rows.items() if row["state"] == "held"}
        for name, new in ((TOP, ELSEWHERE), (ELSEWHERE, TOP)):
            status, told = self.materials("collection", "rename", name, new)
            assert status == 0, told
            assert Disk.of(self.archive, new).digests == before.digests, told
            assert not (self.archive / name).exists()
            now = {row["id"]: row for row in self.rows()}
            assert places == {item: now[item]["path"].removeprefix(new) for item in places}
        assert Disk.of(self.archive, TOP) == before

    @precondition(lambda self: self.has_catalogue())
    @happening(then=OFTEN)
    def detach_and_follow(self) -> None:
        """A detached collection stays as it is, whatever happens on Drive, until it is followed again."""
        self.drive.faults.clear()
        assert self.materials("collection", "detach", TOP)[0] == 0
        before, asked = Disk.of(self.archive, TOP), len(self.drive.requests)
        status, told = self.materials("sync")
        assert (status, "is detached" in told) == (0, True), told
        assert len(self.drive.requests) == asked
        assert Disk.of(self.archive, TOP) == before
        status, told = self.materials("collection", "link", TOP, f"https://drive.google.com/drive/folders/{self.world.root}")
        assert status == 0, told
        known = {row["id"] for row in self.rows()}
        self.corrected = {item: title for item, title in self.corrected.items() if item in known}

    @precondition(lambda self: self.has_catalogue())
    @happening(then=OFTEN)
    def remove_and_return(self) -> None:
        """A collection leaves the archive and comes back: no byte is lost, and what was known of it is known again."""
        before, rows, whole = Disk.of(self.archive, TOP), self.sure_rows(), self.is_whole()
        status, told = self.materials("collection", "remove", TOP, "--json")
        assert status == 0, told
        folder = self.archive / json.loads(told)["items"][0]["folder"]
        assert not (self.archive / TOP).exists()
        there = {hashlib.sha256(path.read_bytes()).hexdigest() for path in self.archive.rglob("*") if path.is_file()}
        assert before.digests <= there
        status, told = self.materials("collection", "return", str(folder))
        assert status == 0 or not (rows and whole), told
        self.forgotten |= status != 0  # what did not come back stays known as lost
        after = Disk.of(self.archive, TOP)
        assert before.digests <= after.digests, told
        assert before.mirror == after.mirror
        if status:
            self.rotten |= after.mirror.keys() - self.sums().keys()
        assert {i: row["sha256"] for i, row in rows.items()} == {r["id"]: r["sha256"] for r in self.rows() if r["id"] in rows}

    @precondition(lambda self: self.has_catalogue())
    @rule(at=picks, title=st.sampled_from(TITLES))
    def correct(self, at: int, title: str) -> None:
        """Somebody knows better what an item is called."""
        if rows := self.sure_rows():
            item = self.pick(at, sorted(rows))
            status, told = self.materials("edit", item, "--set", f"title={title}")
            assert status == 0, told
            self.corrected[item] = title

    def check_corrections(self) -> None:
        """Whatever has happened, what people stated wins."""
        titles = {row["id"]: row["described"]["title"] for row in self.rows() if row["id"] in self.corrected}
        assert titles == {item: title for item, title in self.corrected.items() if item in titles}

    def sure_rows(self) -> dict[str, dict[str, Any]]:
        """What the manifest says, by id, where it is the last word and every file lies there; else nothing."""
        rows = {} if self.disturbed or self.killed else {row["id"]: row for row in self.rows()}
        return {i: row for i, row in rows.items() if row["file"] and (self.archive / row["file"]).is_file()}
