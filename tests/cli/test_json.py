"""What every command tells a program: one envelope, in English whatever the language of whoever runs it."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.cli.commands import COMMANDS, load
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import RunningServer, start
from support.command import run

# What a command needs besides --json, and the schema of what it prints, if that is not its name.
WORDS = {
    "add": ("1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez", "--no-check", "--archive", "another"),
    "search": ("agenda",),
    "glossary": ("tender",),
    "show": ("georgia",),
    "cite": ("georgia#2",),
    "open": ("georgia#2",),
    "similar": ("georgia",),
    "diff": ("Participants.xlsx",),
    "help": ("link_not_shared",),
    "index": ("--all",),
    "edit": ("georgia", "--set", "day=1"),
    "agenda": ("agenda.txt",),
    "export": ("xlsx", "--to", "../exported"),
    "import": ("../bag", "--to", "../imported"),
    "restore": ("georgia", "--to", "../restored"),
    "doctor": ("--offline",),
}
SCHEMAS = {"schedule": "timers", "schedule status": "schedule", "auth status": "auth"}
# They lead a person through something, or print what is to be installed.
# They change which collections there are (tests/custody/test_collections.py).
ON_COLLECTIONS = {f"collection {name}" for name in ("rename", "detach", "remove", "return", "link")}
NOT_FOR_PROGRAMS = ON_COLLECTIONS | {
    "demo",
    "mcp",
    "move",  # it changes where the archive is (tests/objects/test_archives.py)
    "schedule install",
    "schedule test",
    "schedule remove",
    "auth set-key",
    "auth login",
    "auth logout",
}


def _names() -> Iterator[str]:
    for name in COMMANDS:
        members = getattr(load(name), "commands", {})
        if name not in {"auth", "collection"}:
            yield name
        yield from (f"{name} {member}" for member in members)


@pytest.fixture(scope="module")
def drive() -> Iterator[RunningServer]:
    with start(sample_world()) as server:
        yield server


@pytest.fixture(scope="module")
def archive(drive: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every command has something to tell of here: a file was replaced, too."""
    top = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        patch.chdir(top)
        run("add", drive.world.root, "--name", "sample")
        run("sync")
        sheet = next(node.id for node in drive.world.nodes.values() if node.name == "Participants.xlsx")
        content = drive.world.nodes[sheet].data
        assert isinstance(content, bytes)
        drive.world.edit(sheet, content + b"\0")
        run("sync")
        (top / "agenda.txt").write_text("10:00 Session 1: Digital services\n- Nino Beridze, Georgia\n")
        run("export", "bag", "--to", str(top.parent / "bag"))
        with (top / "materials.toml").open("a") as settings:
            settings.write('[notify]\ncommand = ["true"]\n')
        run("trust", "--yes")
    opener = top / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text("#!/bin/sh\n")
    opener.chmod(0o755)
    return top


@pytest.fixture
def told(
    archive: Path, drive: RunningServer, monkeypatch: pytest.MonkeyPatch, speaking: Callable[..., None]
) -> Callable[..., Any]:
    """What a Russian's command prints for a program."""
    speaking(LANGUAGE="ru", LANG="ru_RU.UTF-8")
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
    monkeypatch.setenv("PATH", f"{archive / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(archive)
    return lambda *words: json.loads(run(*words, "--json", status=None).stdout)


def sentences(value: Any) -> Iterator[str]:
    """Every text in it that is no name from Drive and no letter in a language of its own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {
                "path",
                "file",
                "name",
                "title",
                "deck",
                "outline",
                "folders",
                "word",
                "snippet",
                "letters",
                "terms",
                "finds",
                "from",
                "query",
            }:
                yield from sentences(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from sentences(inner)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", sorted(set(_names()) - NOT_FOR_PROGRAMS))
def test_every_command_tells_a_program_in_english(told: Callable[..., Any], name: str) -> None:
    envelope = told(*name.split(), *WORDS.get(name, ()))
    assert envelope.get("schema") == f"materials/{SCHEMAS.get(name, name)}@1", envelope
    assert isinstance(envelope["items"], list)
    assert envelope["items"] or name in {"similar", "diff", "verify", "rebuild"}
    assert not [text for text in sentences(envelope) if re.search("[а-яё]", text, re.IGNORECASE)]


def test_help_for_programs_has_what_help_for_people_has(told: Callable[..., Any]) -> None:
    assert {row["exit"] for row in told("help", "exit-codes")["items"]} >= {0, 1, 2, 3, 75, 130}
    settings = told("help", "settings")["items"]
    assert {(row["table"], row["key"]) for row in settings} >= {(None, "format"), ("[collections.NAME]", "link")}
    topics = [row["topic"] for row in told("help")["items"]]
    for topic in topics:
        assert json.loads(run("help", topic, "--json").stdout)["items"]
    (explained,) = told("help", "link_not_shared")["items"]
    assert explained["exit"] == 4
    assert set(explained["letters"]) >= {"en", "ru", "ko"}


def test_the_way_into_drive_is_told(told: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (used,) = told("auth", "status")["items"]
    assert (used["method"], used["works"]) == ("emulator", None)
    monkeypatch.delenv("DRIVE_EMULATOR_HOST")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (used,) = json.loads(run("auth", "status", "--offline", "--json").stdout)["items"]
    assert used == {
        "method": "public", "credential": "the public page, without a credential", "account": None, "works": None,
        "expires": None, "warning": None,
    }  # fmt: skip
