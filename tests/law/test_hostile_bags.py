"""Whatever stands in a bag whose checksums are right: it is refused, or becomes an archive that every command can read."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from materials_cli.catalogue.history import HASHED, proof_of
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support import command
from support.bags import ABOUT
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

LONG = '"' + "a" * 100_000 + '"'
DEEP = "[" * 3000 + "]" * 3000
ODD = (
    "null", "true", "0", "-1", "1.5", "1e400", "NaN", "-Infinity", "9" * 19, "9" * 5000, LONG, DEEP, "[]", "{}", '""', '"0"',
    '"x"', '["x"]', "[1]", '{"x": 1}', '{"id": "x", "id": 3}', '"\\u0000"', '"\\ud800"', '"\\u001b[31mred"',
    '"[bold]x[/nothing]"', '"../../x"', '"/etc/passwd"', '"C:\\\\x"', '"c/\\u202etxt.exe"', '"CON"', '"2025-01-01"', '"c"',
    '"9999-12-31T23:59:59-14:00"',
)  # fmt: skip
READING = (
    "status", "list --all", "list --json", "history", "history 0.txt", "history --check", "changes --since 0", "show 0.txt",
    "verify", "search number", "similar 0.txt", "agenda", "triage", "doctor --offline", "export premis --to p.xml",
    "export --versions --to bag", "site --to pages",
)  # fmt: skip


@pytest.fixture
def bag(drive: RunningServer, world: World, tmp_path: Path) -> Path:
    """One with an earlier version, a withdrawn item, a renamed one, a correction, and a verification."""
    rules(tmp_path, ABOUT)
    world.edit(node(world, "1.txt"), b"another text")
    world.trash(node(world, "2.txt"))
    world.rename(node(world, "3.txt"), "three.txt")
    run("sync")
    run("sync")
    run("edit", "0.txt", "--set", "title=Corrected")
    run("verify")
    run("export", "--versions", "--to", "bag")
    return tmp_path / "bag"


@given(st.data())
@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_in_a_bag_is_refused_or_can_be_read(
    bag: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    top = bag.parent / "case"
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir()
    shutil.copytree(bag, top / "bag")
    name = data.draw(st.sampled_from(["manifest.jsonl", "history.jsonl"]), "file")
    rows = [json.loads(line) for line in (bag / "data" / name).read_text("utf-8").splitlines()]
    row = data.draw(st.integers(0, len(rows) - 1), "line")
    inner = rows[row].get("schema") == "materials/event@1" and data.draw(st.booleans(), "inner")
    if inner:
        rows[row]["detail"] = json.loads(rows[row]["detail"])
    place = data.draw(st.sampled_from([*leaves(rows[row]["detail"] if inner else rows[row])] or [()]), "place")
    odd = data.draw(st.sampled_from(ODD), "odd")
    if not place:
        return
    if inner:
        rows[row]["detail"] = odd_at(rows[row]["detail"], place, odd)
        lines = [json.dumps(each) for each in rows]
    else:
        lines = [json.dumps(each) for each in rows]
        lines[row] = odd_at(rows[row], place, odd)
    (top / "bag" / "data" / name).write_text(
        "".join(f"{line}\n" for line in (chained(lines) if "history" in name else lines)), "utf-8"
    )
    sum_again(top / "bag")
    before = {path.name for path in bag.parent.iterdir()}
    monkeypatch.chdir(top)
    done = command.run("import", "bag", "--to", "again", status=None)
    assert {path.name for path in bag.parent.iterdir()} == before
    assert "\x1b" not in done.output
    assert done.exit_code in {0, 2, 5}, done.output
    if done.exit_code:
        assert not (top / "again").exists()
        return
    monkeypatch.chdir(top / "again")
    for words in READING:
        done = command.run(*words.split(), status=None)
        assert done.exit_code != 1, (words, done.output)
        assert "\x1b" not in done.output, (words, done.output)
    assert {path.name for path in top.iterdir()} == {"bag", "again"}


def leaves(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in a value."""
    if above:
        yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from leaves(each, (*above, key))


def odd_at(value: Any, place: tuple[Any, ...], odd: str) -> str:
    """A value as JSON, with something odd at a place."""
    copy = json.loads(json.dumps(value))
    at = copy
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = "@odd@"
    return json.dumps(copy).replace('"@odd@"', odd)


def chained(lines: list[str]) -> Iterator[str]:
    """The lines of a history with hashes that hold, as far as they have what is hashed."""
    before = ""
    for line in lines:
        told = line
        try:
            row = json.loads(line)
            if row["schema"] == "materials/event@1":
                before = proof_of(before, [row[name] for name in HASHED.split(", ")])
                told = line.replace(row["hash"], before)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        yield told


def sum_again(bag: Path) -> None:
    """Make the checksums of a bag right."""
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        files = [line.split("  ", 1)[1] for line in (bag / name).read_text("utf-8").splitlines()]
        text = "".join(f"{hashlib.sha256((bag / each).read_bytes()).hexdigest()}  {each}\n" for each in files)
        (bag / name).write_text(text, "utf-8")
