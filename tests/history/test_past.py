"""What the archive held at a time is what it listed at that time, whatever happened since."""

import json
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support import command
from support.small_drive import drive, node, run, world  # noqa: F401 - fixtures

Held = set[tuple[str, str, int, str]]
EVENTS = st.sampled_from(["edit", "rename", "trash", "return", "swap", "add", "lose"])


def held(archive: Path, at: datetime | None = None) -> Held:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite") as catalogue:
        items = catalogue.items() if at is None else catalogue.items_at(at)
    return {(item.path, item.fixity.sha256, item.fixity.size, str(item.state)) for item in items}


def happen(event: str, at: int, world: World, archive: Path) -> None:
    files = sorted((n for n in world.nodes.values() if n.data is not None), key=lambda n: n.id)
    chosen, other = files[at % len(files)], files[(at + 1) % len(files)]
    match event:
        case "edit":
            world.edit(chosen.id, f"content {at % 5}".encode())
        case "rename":
            world.rename(chosen.id, f"name {at % 3}.txt")
        case "trash":
            world.trash(chosen.id)
        case "return":
            for gone in files:
                world.restore(gone.id)
        case "swap":
            names = chosen.name, other.name
            world.rename(chosen.id, names[1])
            world.rename(other.id, names[0])
        case "add":
            world.add_file(f"new {at % 3}.txt", f"content {at % 7}".encode())
        case "lose":
            for path in sorted((archive / "c").rglob("*.txt"))[:1]:
                path.unlink()


@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])  # each example takes a second: shrinking, an hour
@given(nights=st.lists(st.lists(st.tuples(EVENTS, st.integers(0, 100)), max_size=3), min_size=1, max_size=5))
@example(nights=[[("swap", 0)], [("edit", 0), ("edit", 1)]])
def test_what_was_held_is_what_was_listed_then(nights: list[list[tuple[str, int]]]) -> None:
    top = Path(tempfile.mkdtemp(prefix="past"))
    made = World("Folder")
    for number in range(3):
        made.add_file(f"{number}.txt", f"file {number}".encode())
    seen: list[tuple[datetime, Held]] = []
    with start(made) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)
        archive = Archive(top)
        archive.add(made.root, name="c", check=False)
        before = datetime.now(UTC)
        for events in ([], *nights):
            for event, at in events:
                happen(event, at, made, top)
            assert all(run.failure is None for run in archive.sync(accept_withdrawals=True))
            time.sleep(0.002)
            seen.append((datetime.now(UTC), held(top)))
            time.sleep(0.002)
        assert held(top, before) == set()
        for moment, listed in seen:
            assert held(top, moment) == listed
    shutil.rmtree(top)


def test_list_at_a_date_in_every_form(drive: RunningServer, world: World) -> None:
    before = {row["name"]: row for row in command.data("list")["items"]}
    moment = datetime.now(UTC).isoformat()
    world.edit(node(world, "0.txt"), b"another content")
    world.rename(node(world, "2.txt"), "two.txt")
    world.trash(node(world, "4.txt"))
    run("sync")
    then: dict[str, Any] = command.data("list", "--at", moment)
    assert then["at"].startswith(moment[:19])
    assert {row["name"]: (row["path"], row["sha256"], row["bytes"], row["state"]) for row in then["items"]} == {
        name: (row["path"], row["sha256"], row["bytes"], row["state"]) for name, row in before.items()
    }
    assert "at" not in command.data("list")
    names = [Path(line.split("\t")[0]).name for line in run("list", "--at", moment).splitlines()]
    assert sorted(names) == sorted(before)
    lines = command.run("list", "--at", moment, "--format", "jsonl").stdout.splitlines()
    assert sorted(json.loads(line)["name"] for line in lines) == sorted(before)
    assert "held nothing then" in run("list", "--at", "2001-01-01")
    assert len(command.data("list", "--at", "today")["items"]) == 7
    assert len(command.data("list", "--at", "today", "--all")["items"]) == 8
    assert "bad_usage" in run("list", "--at", "soon", status=2)
