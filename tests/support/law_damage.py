"""What else can happen to a folder and its archive: files that are wrecked by the dozen, and runs that are killed."""

import contextlib
import hashlib
import os
import shutil
import signal
import sqlite3
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from support.law_events import APART, OFTEN, Events, happening, picks
from support.law_model import Disk

# Whether what happens may depend on the moment at which it does.
CHANCE = "MATERIALS_TEST_STEPS" in os.environ
# No text, and no format that begins so: what an encrypting virus leaves.
NOISE = [bytes((seed * 37 + n * n * 11) % 256 for n in range(64)) for seed in (1, 2, 3)]
WRECKS = [b"", *NOISE]
wrecks = st.sampled_from(WRECKS)


class Damage(Events):
    """Adds what the guard of replacements is for, kill -9, and who wants an earlier state back.

    counts: how often each command was run, the whole law checked, a run killed. forgotten: a rebuild could not recover all, and
    each one after it says so again. rotten: the paths of what did not come back with its collection, since it had other bytes.
    """

    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.earlier: dict[str, bytes] = {}
        self.killed = self.forgotten = False
        self.rotten: set[str] = set()

    @happening(at=picks, content=wrecks)
    def wreck(self, at: int, content: bytes) -> None:
        """One file is damaged."""
        self.world._clock += APART
        node = self.node(at)
        if node and isinstance(node.data, bytes):
            self.world.edit(node.id, content)

    @happening(content=wrecks, spare=st.integers(0, 4), renamed=st.booleans(), then=OFTEN)
    def wreck_all(self, content: bytes, spare: int, renamed: bool) -> None:
        """All files are damaged, or all but some; a virus often renames them, too."""
        self.world._clock += APART
        files = [n for n in sorted(self.world.nodes.values(), key=lambda n: n.id) if isinstance(n.data, bytes) and n.parent]
        for node in files[spare:]:
            self.earlier.setdefault(node.id, bytes(node.data or b""))
            self.world.edit(node.id, content)
            if renamed and len(node.name) < 40:
                self.world.rename(node.id, f"{node.name}.locked")

    @happening(some=st.booleans(), then=OFTEN)
    def give_back(self, some: bool) -> None:
        """The owner restores what was damaged, or a part of it."""
        self.world._clock += APART
        for number, (node_id, content) in enumerate(sorted(self.earlier.items())):
            if node_id in self.world.nodes and not (some and number % 2):
                self.world.edit(node_id, content)
                del self.earlier[node_id]

    @precondition(lambda self: self.earlier)
    @rule()
    def accept_replacements(self) -> None:
        self.sync("--accept-replacements")

    @precondition(lambda _: CHANCE and hasattr(os, "fork"))
    @rule(milliseconds=st.integers(0, 120), accepting=st.booleans(), then=OFTEN)
    def kill(self, milliseconds: int, accepting: bool, then: str) -> None:
        """A run is killed at some moment: every byte that was held is held."""
        before = Disk.of(self.archive, "c").digests
        self.see_what_is_lost()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # there are threads, which the child needs not
            child = os.fork()
        self.counts["killed"] += 1
        if not child:
            with contextlib.suppress(BaseException):
                self.materials("sync", *(["--accept-replacements"] if accepting else []))
            os._exit(0)
        time.sleep(milliseconds / 1000)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert before <= Disk.of(self.archive, "c").digests
        self.killed = True
        if then:
            (self.sync if then == "sync" else self.settle)()

    @precondition(lambda self: self.has_catalogue() and not (self.disturbed or self.killed))
    @rule(at=picks, gone=st.booleans())
    def rot(self, at: int, gone: bool) -> None:
        """The disk loses a file, or a bit of it: verify says so, and repairs it where its bytes are proven; nothing is lost."""
        path = self.pick_here(at)
        if path is None or path.relative_to(self.archive).as_posix() not in self.sums():
            self.disturbed = False
            return
        whole = self.is_whole()
        content, seen = path.read_bytes(), path.stat()
        if gone or not content:
            path.unlink()
        else:
            path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
            os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        disk, digest = Disk.of(self.archive, "c"), hashlib.sha256(content).hexdigest()
        twins = {name for name, held in disk.mirror.items() if held == digest} - self.sums().keys()
        status, told = self.materials("verify")
        if status == 3 and twins:  # it is taken for what a person left elsewhere: an empty file is like any other
            assert "MOVED" in told
            return
        assert status == 5, told
        status, told = self.materials("verify", "--repair")
        assert disk.digests <= Disk.of(self.archive, "c").digests, told
        assert status in ({0} if digest in disk.digests and whole else {0, 3, 5}), told
        if digest in disk.digests:
            assert path.read_bytes() == content
            self.disturbed = False
        self.counts["rotten"] += 1

    def see_what_is_lost(self) -> None:
        """What somebody deletes before a lost catalogue is rebuilt is lost, and each rebuild says so again."""
        self.forgotten |= not self.has_catalogue() and not self.is_whole()

    def has_catalogue(self) -> bool:
        return (self.archive / ".materials" / "catalogue.sqlite").exists()

    def is_whole(self) -> bool:
        """Whether the bytes of every item are there: what somebody deleted before its owner withdrew it stays missing."""
        return all(row["file"] and (self.archive / row["file"]).is_file() for row in self.rows())

    @precondition(lambda self: not (self.disturbed or self.killed))
    @rule(copy=st.booleans())
    def lose_the_catalogue(self, copy: bool) -> None:
        """The catalogue is lost, with its copy or without: what it said is recovered, and no file moves."""
        rows, disk = {row["id"]: row for row in self.rows()}, Disk.of(self.archive, "c")
        if not rows:
            return
        for path in (self.archive / ".materials").glob("catalogue.*"):
            if not (copy and "copy" in path.name):
                path.unlink()
        status, told = self.materials("rebuild")
        # What somebody deleted before its owner withdrew it is lost, and said to be.
        there = {item_id for item_id, row in rows.items() if row["file"] and (self.archive / row["file"]).is_file()}
        assert status == 0 or rows.keys() - there or self.forgotten, told
        self.forgotten |= status != 0
        after = {row["id"]: row for row in self.rows()}
        for name in ("path", "state", "sha256", "first_seen", "withdrawn", "missed", "replacement", "source"):
            assert {i: rows[i][name] for i in there} == {i: after[i][name] for i in there}, name
        assert Disk.of(self.archive, "c") == disk
        assert self.materials("history", "--check")[0] == 0
        self.counts["rebuilt"] += 1

    @rule(how=st.sampled_from(["lost", "lost with its copy", "damaged"]), rebuilt=st.booleans(), then=OFTEN)
    def catalogue_is_lost_at_any_time(self, how: str, rebuilt: bool, then: str) -> None:
        """The catalogue is lost or damaged at any time, after a kill too: the next run or a person rebuilds it."""
        inner, before = self.archive / ".materials", Disk.of(self.archive, "c").digests
        if not self.rows():
            return
        self.forgotten |= self.disturbed or self.killed or not self.is_whole()
        for file in list(inner.glob("catalogue.sqlite*" if how != "lost with its copy" else "catalogue.*")):
            file.write_bytes(b"no catalogue" * 400) if how == "damaged" and file.suffix == ".sqlite" else file.unlink()
        if rebuilt or how == "damaged":
            status, told = self.materials("rebuild")
            assert status in {0, 3}, told
        self.disturbed = self.disturbed or self.killed  # the manifest of a run that was killed is not the last word
        assert before <= Disk.of(self.archive, "c").digests
        if then:
            (self.sync if then == "sync" else self.settle)()

    @precondition(lambda self: self.has_catalogue())
    @rule(pages=st.lists(picks, min_size=1, max_size=4), copied=st.booleans(), then=OFTEN)
    def catalogue_is_partly_damaged(self, pages: list[int], copied: bool, then: str) -> None:
        """Some pages of the catalogue, and perhaps of its copy, are noise: what the others say is recovered."""
        inner, before = self.archive / ".materials", Disk.of(self.archive, "c").digests
        if not self.rows():
            return
        self.forgotten |= self.disturbed or self.killed or not self.is_whole()
        with contextlib.closing(sqlite3.connect(inner / "catalogue.sqlite")) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for path in inner.glob("catalogue.*sqlite" if copied else "catalogue.sqlite"):
            content = bytearray(path.read_bytes())
            for page in pages:
                start = page * 4096 % len(content)
                content[start : start + 4096] = b"\xff" * 4096
            path.write_bytes(content)
        status, told = self.materials("rebuild")
        assert status == 0 or self.forgotten, told
        self.disturbed = self.disturbed or self.killed  # the manifest of a run that was killed is not the last word
        assert before <= Disk.of(self.archive, "c").digests
        assert self.disturbed or self.materials("history", "--check")[0] == 0
        self.counts["salvaged"] += "read in the damaged" in told.lower()
        if then:
            (self.sync if then == "sync" else self.settle)()

    @precondition(lambda self: self.has_catalogue())
    @rule(at=picks, earlier=st.booleans())
    def restore(self, at: int, earlier: bool) -> None:
        """Somebody wants a copy of an item as it is, or as it was."""
        rows = [row for row in self.rows() if row["sha256"]]  # not what a run has missed
        if self.disturbed or not rows:
            return
        row = rows[at % len(rows)]
        versions = self.show(row["id"])["versions"] if earlier else []
        wanted = versions[at % len(versions)]["sha256"] if versions else row["sha256"]
        held = row["state"] == "held" and not versions
        place = row["path"] if held else f".materials/versions/{wanted[:2]}/{wanted}"
        target = Path(tempfile.mkdtemp(prefix="law-restore"))
        try:
            which = ["--from", wanted] if versions else []
            status, told = self.materials("restore", row["id"], *which, "--to", str(target))
            # What somebody deleted in the mirror before its owner withdrew it is lost, and said to be.
            assert status == (0 if (self.archive / place).is_file() else 5), told
            copies = [hashlib.sha256(path.read_bytes()).hexdigest() for path in target.rglob("*") if path.is_file()]
            assert copies == ([wanted] if status == 0 else []), told
        finally:
            shutil.rmtree(target)
