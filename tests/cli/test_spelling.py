"""One spelling for each idea in all commands, and every earlier spelling that a script may use."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from materials_cli import __version__
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.command import data, run
from support.small_drive import drive, mirror, node, world  # noqa: F401 - fixtures

CONFIG = Path(__file__).parents[2] / "config"
UNITS = [line.removeprefix("ExecStart=") for path in CONFIG.glob("systemd/*.service") for line in path.read_text().splitlines()
         if line.startswith("ExecStart=")]  # fmt: skip
CRONTAB = [line for line in (CONFIG / "crontab").read_text().splitlines() if not line.startswith("#")]
# What `materials schedule install` has written into timers so far, and what the README gave for scripts.
TIMERS = [
    *UNITS,
    *(re.sub(r"^(\S+ ){5}", "", line) for line in CRONTAB),
    "/opt/materials/bin/python -P -m materials_cli --archive=/srv/workshops sync --cron",
    "/opt/materials/bin/python -P -m materials_cli --archive=/srv/workshops notify --failed",
    "/opt/materials/bin/python -P -m materials_cli sync --archive /srv/workshops --cron --log-file /srv/workshops/log.jsonl",
    "/opt/materials/bin/python -P -m materials_cli --archive=/srv/workshops sync --only slides --only text",
    "/opt/materials/bin/python -P -m materials_cli --archive=/srv/workshops index --collection c --failed",
    "/opt/materials/bin/python -P -m materials_cli --archive=/srv/workshops index 0.txt",
    "/opt/materials/bin/python -P -m materials_cli --archive=/srv/workshops status --max-age 36h",
]


def paths(*words: str) -> set[str]:
    return {item["path"] for item in data("list", *words)["items"]}


@pytest.mark.parametrize("line", TIMERS)
def test_every_line_that_a_timer_has_goes_on_working(
    drive: RunningServer, world: World, tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_JITTER", "0")
    world.edit(node(world, "0.txt"), b"new words")
    typed = line.replace("/opt/materials/bin/python", sys.executable).replace("/srv/workshops", str(tmp_path))
    done = subprocess.run(shlex.split(typed), capture_output=True, text=True, check=False, cwd="/")
    assert "bad_usage" not in done.stderr
    # Nobody is configured whom `notify --failed` could write to, but it has to be understood.
    assert done.returncode == 0, done.stderr
    if "sync" in shlex.split(line):
        assert (tmp_path / "c" / "0.txt").read_bytes() == b"new words"


def test_a_kind_is_named_alike_in_every_command(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_file("deck.pptx", b"not a deck at all")
    world.add_file("plan.dwg", b"a drawing")
    world.add_file("film.mp4", b"moving")
    assert {row["path"] for row in data("plan", "--kind", ".dwg", "-k", "deck")["items"][0]["actions"]} == {
        "c/deck.pptx",
        "c/plan.dwg",
    }
    run("sync", "--kind", "PPTX", "--only", "video")
    assert {"deck.pptx", "film.mp4"} <= set(mirror(tmp_path))
    assert "plan.dwg" not in mirror(tmp_path)
    run("sync")
    assert paths("--kind", "pptx") == paths("-k", "slides") == paths("--kind", "slide") == {"c/deck.pptx"}
    assert paths("--kind", ".dwg", "--kind", "video") == {"c/plan.dwg", "c/film.mp4"}
    found = data("search", "file", "--kind", "txt")
    assert found["items"] == data("search", "file", "kind:txt")["items"] != []
    assert data("search", "file", "--kind", "video")["items"] == []


def test_an_extension_with_spaces_is_not_searched_for_as_words(drive: RunningServer, world: World) -> None:
    world.add_file("file.a OR b", b"file")
    world.add_file("file.txt", b"a file, or b")
    run("sync")
    found = data("search", "file", "--kind", ".a OR b")
    assert {hit["path"] for hit in found["items"]} == {"c/file.a OR b"}
    assert found["query"] == "file"
    assert {hit["path"] for hit in data("search", "--kind", ".a OR b")["items"]} == {"c/file.a OR b"}


@pytest.mark.parametrize("command", ["list", "plan", "sync", "search"])
def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(drive: RunningServer, command: str) -> None:
    refused = run(command, "--kind", "dwg", status=2).stderr
    assert "“dwg” is not a kind of file" in refused
    assert "slides, document" in refused
    assert "--kind .dwg" in refused
    run(command, "--kind", ".", status=2)
    run(command, "--kind", "", status=2)


def test_collections_are_named_alike_in_every_command(drive: RunningServer, tmp_path: Path) -> None:
    for command in ("plan", "sync", "doctor", "terms", "status"):
        assert "unknown_collection" in run(command, "d", status=2).stderr
    assert [row["collection"] for row in data("status", "c")["items"]] == ["c"]
    assert data("index", "c", "--all")["items"]
    for words in (("list",), ("search", "file"), ("changes",), ("history",)):
        assert "unknown_collection" in run(*words, "--collection", "d", status=2).stderr
        assert data(*words, "-c", "c")["items"]


def test_one_item_is_read_again_by_option_and_as_before(drive: RunningServer) -> None:
    assert [row["path"] for row in data("index", "--item", "0.txt")["items"]] == ["c/0.txt"]
    assert {row["path"] for row in data("index", "--item", "0.txt", "--item", "c/2.txt")["items"]} == {"c/0.txt", "c/2.txt"}
    assert [row["path"] for row in data("index", "0.txt")["items"]] == ["c/0.txt"]
    assert "unknown_item" in run("index", "--item", "c", "--item", "no such item", status=2).stderr
    assert "only one of" in run("index", "--item", "0.txt", "--failed", status=2).stderr


def test_long_lists_are_limited_alike(drive: RunningServer, world: World) -> None:
    for number in range(8):
        world.edit(node(world, f"{number}.txt"), f"other words {number}".encode())
    assert len(run("plan", "-n", "3").stdout.splitlines()) == 3
    assert "and 5 more" in run("plan", "--limit", "3").stderr
    assert len(data("plan", "-n", "3")["items"][0]["actions"]) == 8
    run("sync")
    assert len(data("list", "-n", "3")["items"]) == len(run("list", "--limit", "3").stdout.splitlines()) == 3
    assert "and 6 more" in run("changes", "-n", "2").stdout
    assert "and" not in run("changes", "-n", "8").stdout
    for command in (("search", "words"), ("history",), ("similar", "0.txt"), ("terms",), ("status",)):
        assert len(data(*command, "-n", "1")["items"]) <= 1
        run(*command, "-n", "0", status=2)


def test_what_people_of_other_programs_type_leads_on(drive: RunningServer) -> None:
    assert run("ls").stdout == run("list").stdout
    assert data("find", "number")["items"] == data("search", "number")["items"] != []
    assert "\n  ls " not in run("--help").stdout
    assert run("ls", "--help").stdout.startswith("Usage: materials list ")


def test_the_version_is_shown_in_every_spelling() -> None:
    for words in (("--version",), ("-V",), ("version",)):
        assert run(*words).stdout == f"materials {__version__}\n"
    assert data("version")["items"][0]["version"] == __version__
