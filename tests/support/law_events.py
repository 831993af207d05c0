"""What can happen to a shared folder and its mirror: people at both ends, and bad luck; for the law in test_law.py."""

import functools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from materials_cli.emulator.answers import Answer
from materials_cli.emulator.faults import Fault, backend_error, download_quota, rate_limit
from materials_cli.emulator.node import Node
from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.kinds import FOLDER
from support.law_model import DECK, Disk, Place, deck

TOP = "c"
NAMES = ["a", "A", "b", "a.bin", "A.bin", "b.bin", "é.bin", "e\u0301.bin", "Deck", "Deck.pptx", "x/y.bin", "..", "end. "]
CONTENTS = [b"", b"same bytes", b"one", b"two", b"three and more of it"]
MOST_NODES, MOST_SHORTCUTS = 24, 3
# Without a credential only the day of an edit is told, and after a lost catalogue it may be that of another time zone.
APART = timedelta(days=2)

EVENTS = ["edit", "trash", "move", "rename"]

names, contents, picks = st.sampled_from(NAMES), st.sampled_from(CONTENTS), st.integers(0, 10_000)


@dataclass(slots=True, kw_only=True)
class Meanwhile(Fault):
    """No fault of Drive's: just when it is asked, somebody changes something there."""

    happens: Callable[[], object]

    def refusal(self) -> Answer | None:
        self.happens()
        return None


OFTEN = st.sampled_from(["", "sync", "settle"])
SOMETIMES = st.sampled_from(["", "", "", "", "sync", "settle"])


def happening(
    *, then: st.SearchStrategy[str] = SOMETIMES, **drawn: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Any]:
    """A rule, after which now and then a sync is run: there are many kinds of trouble and one of syncing."""

    def made(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def step(self: "Events", then: str = "", **values: Any) -> None:
            function(self, **values)
            if then:
                (self.sync if then == "sync" else self.settle)()

        return rule(then=then, **drawn)(step)  # type: ignore[call-overload]

    return made


class Events(RuleBasedStateMachine):
    """One Drive, one archive, people at both ends, and bad luck."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World("Folder")
        self.drive = start(self.world)
        self.archive = Path(tempfile.mkdtemp(prefix="law"))
        self.held: dict[str, Place] = {}
        self.own: set[str] = set()
        self.disturbed = self.keyless = False

    def teardown(self) -> None:
        try:
            assert not self.drive.crashes
            assert not self.drive.violations
        finally:
            self.drive.close()
            shutil.rmtree(self.archive)

    @initialize(keyless=st.sampled_from([False, False, False, True]), cap=st.sampled_from([2, 1000]), add=st.integers(0, 9))
    def begin(self, keyless: bool, cap: int, add: int) -> None:
        self.keyless, self.world.page_cap = keyless, cap
        folders = [self.world.root, self.world.add_folder("a"), self.world.add_folder("b")]
        for number in range(add):
            self.world.add_file(NAMES[number], CONTENTS[number % len(CONTENTS)], folders[number % 3 if number > 4 else 0])
        self.begin_archive()
        self.sync()

    # What people do on Drive.

    @happening(name=names, content=contents, at=picks)
    def add_file(self, name: str, content: bytes, at: int) -> None:
        if self.room():
            self.world.add_file(name, content, self.pick(at, self.folders()))

    @happening(name=names, at=picks)
    def add_folder(self, name: str, at: int) -> None:
        if self.room():
            self.world.add_folder(name, self.pick(at, self.folders()))

    @happening(name=names, content=contents, at=picks, form=st.booleans())
    def add_document(self, name: str, content: bytes, at: int, form: bool) -> None:
        if self.room():
            made: Any = {} if form else deck(content)
            self.world.add_native(name, "form" if form else "presentation", made, self.pick(at, self.folders()))

    @precondition(lambda self: not self.keyless)
    @happening(name=names, to=picks, at=picks)
    def add_shortcut(self, name: str, to: int, at: int) -> None:
        if self.room() and sum(n.target is not None for n in self.world.nodes.values()) < MOST_SHORTCUTS:
            self.world.add_shortcut(name, self.pick(to, sorted(self.world.nodes)), self.pick(at, self.folders()))

    @happening(at=picks, content=contents)
    def edit(self, at: int, content: bytes) -> None:
        node = self.node(at)
        self.world._clock += APART
        if node and node.media_type == DECK:
            self.world.edit(node.id, exports=deck(content))  # type: ignore[arg-type]
        elif node and node.data is not None:
            self.world.edit(node.id, content)

    @happening(at=picks, name=names)
    def rename(self, at: int, name: str) -> None:
        if node := self.node(at):
            self.world.rename(node.id, name)

    @happening(at=picks, whole=st.booleans(), then=OFTEN)
    def names_go_round(self, at: int, whole: bool) -> None:
        """Two neighbours swap their names, or all in a folder pass them on."""
        node = self.node(at)
        neighbours = self.world.children(node.parent or "") if node else []
        chosen = neighbours if whole else neighbours[at % 3 : at % 3 + 2]
        for one, name in list(zip(chosen, [n.name for n in (*chosen[1:], *chosen[:1])], strict=True)):
            self.world.rename(one.id, name)

    @happening(at=picks, new=names, then=OFTEN)
    def names_move_on(self, at: int, new: str) -> None:
        """All in a folder take the name of the next, and the last one a new one."""
        neighbours = self.world.children(self.pick(at, self.folders()))
        for one, name in list(zip(neighbours, [*(n.name for n in neighbours[1:]), new], strict=False)):
            self.world.rename(one.id, name)

    @happening(at=picks, to=picks)
    def move(self, at: int, to: int) -> None:
        node, target = self.node(at), self.pick(to, self.folders())
        if node and node.id not in self.above(target):
            self.world.move(node.id, target)

    @happening(at=picks)
    def trash(self, at: int) -> None:
        if node := self.node(at):
            self.world.trash(node.id)

    @happening(at=picks)
    def restore(self, at: int) -> None:
        if binned := sorted(n.id for n in self.world.nodes.values() if n.trashed):
            self.world.restore(self.pick(at, binned))

    @happening(at=picks)
    def unshare(self, at: int) -> None:
        if node := self.node(at):
            self.world.unshare(node.id)

    @happening(at=picks)
    def share(self, at: int) -> None:
        if closed := sorted(n.id for n in self.world.nodes.values() if n.restricted):
            self.world.share(self.pick(at, closed))

    @happening(at=picks)
    def duplicate(self, at: int) -> None:
        node = self.node(at)
        if node and node.media_type != FOLDER and node.target is None and self.room():
            self.world.duplicate(node.id)

    @happening(at=picks)
    def delete(self, at: int) -> None:
        if node := self.node(at):
            self.world.delete(node.id)

    @happening(at=picks)
    def touch(self, at: int) -> None:
        if node := self.node(at):
            self.world.touch(node.id)

    @precondition(lambda self: not self.keyless)
    @happening(at=picks)
    def state_no_digests(self, at: int) -> None:
        if node := self.node(at):
            self.world.change(node.id, hashes=False)

    # What a person does in the mirror.

    @happening(at=picks, content=contents)
    def edit_here(self, at: int, content: bytes) -> None:
        if path := self.pick_here(at):
            path.write_bytes(b"a person wrote: " + content)
            self.own.add(path.relative_to(self.archive).as_posix())  # it stays if what was there is forgotten and moved

    @happening(at=picks)
    def delete_here(self, at: int) -> None:
        if path := self.pick_here(at):
            path.unlink()

    @happening(at=picks, name=names)
    def move_here(self, at: int, name: str) -> None:
        if path := self.pick_here(at):
            target = path.with_name(name.replace("/", "／").replace("..", "dots"))
            if not target.exists():
                path.rename(target)
                self.own.add(target.relative_to(self.archive).as_posix())

    @happening(at=picks, name=names, content=contents)
    def put_here(self, at: int, name: str, content: bytes) -> None:
        beside = self.pick_here(at)
        target = (beside.parent if beside else self.archive / TOP) / name.replace("/", "／").replace("..", "dots")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"own: " + content)
            self.disturbed = True
            self.own.add(target.relative_to(self.archive).as_posix())

    @happening(at=picks, inside=st.booleans())
    def a_folder_for_a_file(self, at: int, inside: bool) -> None:
        if path := self.pick_here(at):
            path.unlink()
            path.mkdir()
            if inside:
                (path / "inside").write_bytes(b"own, inside")
                self.own.add((path / "inside").relative_to(self.archive).as_posix())

    @happening(at=picks)
    def a_file_for_a_folder(self, at: int) -> None:
        path = self.pick_here(at)
        if path and path.parent != self.archive / TOP:
            shutil.rmtree(path.parent)
            path.parent.write_bytes(b"own, where a folder was")
            self.own.add(path.parent.relative_to(self.archive).as_posix())

    # What goes wrong.

    @happening(
        kind=st.sampled_from(["503", "500", "cut", "short", "hung up", "quota", "rate", "gone"]), times=st.integers(1, 4)
    )
    def bytes_fail(self, kind: str, times: int) -> None:
        operation = "page-media" if self.keyless else "media"
        if self.keyless and kind == "short":
            return  # a public page states no size: an answer that gives a smaller length itself cannot be known to be wrong
        fault = {
            "503": backend_error(operation),
            "500": backend_error(operation, status=500),
            "cut": Fault(operation=operation, cut=2),
            "short": Fault(operation=operation, short=1),
            "hung up": Fault(operation=operation, hung_up=True),
            "quota": download_quota(),
            "rate": rate_limit(operation),
            "gone": Fault(operation=operation, status=404, reason="notFound"),
        }[kind]
        fault.times = times
        self.drive.faults.add(fault)

    @precondition(lambda self: not self.keyless)
    @happening(times=st.integers(1, 2), export=st.booleans())
    def bytes_are_wrong(self, times: int, export: bool) -> None:
        # A file of which Drive states no digest cannot be known to be wrong.
        if export or all(n.hashes for n in self.world.nodes.values()):
            self.drive.faults.add(Fault(operation="link-content" if export else "media", corrupt=True, times=times))

    @happening(
        kind=st.sampled_from(["503", "403", "404", "cut", "page", "rate", "incomplete"]), at=picks, times=st.integers(1, 4)
    )
    def lists_fail(self, kind: str, at: int, times: int) -> None:
        operation, folder = "page-list" if self.keyless else "list", self.pick(at, self.folders())
        fault = {
            "503": backend_error(operation),
            "403": Fault(operation=operation, status=403, reason="insufficientFilePermissions"),
            "404": Fault(operation=operation, status=404, reason="notFound"),
            "cut": Fault(operation=operation, cut=40),
            "page": Fault(operation=operation, skip=1, status=500, reason="internalError"),
            "rate": rate_limit(operation),
            "incomplete": Fault(operation=operation, incomplete=True),
        }[kind]
        fault.target, fault.times = folder, times
        self.drive.faults.add(fault)

    @precondition(lambda self: not self.keyless)
    @happening(at=picks, whole=st.booleans(), times=st.integers(1, 2))
    def lists_leave_out(self, at: int, whole: bool, times: int) -> None:
        folder = self.pick(at, self.folders())
        left_out = [node.id for node in self.world.children(folder)]
        omit = frozenset(left_out if whole else left_out[:1])
        self.drive.faults.add(Fault(operation="list", target=folder, omit=omit, times=times))

    @happening(lag=st.integers(0, 2))
    def lists_lag(self, lag: int) -> None:
        self.world.listing_lag = lag

    @happening(operation=st.sampled_from(["media", "list", "get"]), at=picks, what=st.sampled_from(EVENTS))
    def meanwhile(self, operation: str, at: int, what: str) -> None:
        happenings: dict[str, Callable[[], object]] = {
            "edit": lambda: self.edit(at=at, content=b"changed in that moment"),
            "trash": lambda: self.trash(at=at),
            "move": lambda: self.move(at=at, to=at + 1),
            "rename": lambda: self.rename(at=at, name="a"),
        }
        where = f"page-{operation}" if self.keyless else operation
        self.drive.faults.add(Meanwhile(operation=where, happens=happenings[what]))

    # What the law does.

    def begin_archive(self) -> None:
        raise NotImplementedError

    def sync(self, *more: str) -> int:
        raise NotImplementedError

    def materials(self, *words: str) -> tuple[int, str]:
        raise NotImplementedError

    def rows(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def sums(self) -> dict[str, str]:
        raise NotImplementedError

    def show(self, item: str) -> dict[str, Any]:
        raise NotImplementedError

    def settle(self) -> None:
        raise NotImplementedError

    def room(self) -> bool:
        return len(self.world.nodes) < MOST_NODES

    def folders(self) -> list[str]:
        return [self.world.root, *sorted(n.id for n in self.world.nodes.values() if n.media_type == FOLDER and n.parent)]

    def above(self, node_id: str) -> list[str]:
        found = [node_id]
        while (parent := self.world.nodes[found[-1]].parent) is not None:
            found.append(parent)
        return found

    def node(self, at: int) -> Node | None:
        below = sorted(n.id for n in self.world.nodes.values() if n.parent)
        return self.world.nodes[self.pick(at, below)] if below else None

    def pick_here(self, at: int) -> Path | None:
        """A file of the mirror that a person is about to touch."""
        found = sorted(Disk.of(self.archive, TOP).mirror)
        if not found:
            return None
        self.disturbed = True
        return self.archive / self.pick(at, found)

    @staticmethod
    def pick(at: int, among: list[str]) -> str:
        return among[at % len(among)]
