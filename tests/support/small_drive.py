"""A small Drive behind the emulator, an archive that follows it, and what tests ask of the two."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from materials_cli.cli.app import app
from materials_cli.config import FILE
from materials_cli.drive import pace, webpages, wire
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support import command
from support.synced import sync_first

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

BYTES = ("media", "export", "link", "link-content")


@pytest.fixture
def world() -> World:
    made = World("Folder")
    inner = made.add_folder("Inner")
    for number in range(8):
        made.add_file(f"{number}.txt", f"file number {number}".encode(), inner if number % 2 else None)
    return made


@contextmanager
def served(world: World, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """The Drive of a world, for what is typed in a folder."""
    patch.chdir(folder)
    with start(world) as server:
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)
        yield server
        assert not server.crashes


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    with served(world, tmp_path, monkeypatch) as server:
        sync_first(world, tmp_path)
        yield server
        assert not server.violations


def impatient(patch: pytest.MonkeyPatch, tries: int = 2, pause: float = 0.01) -> None:
    """Let a request that is refused be tried this often, with pauses of seconds that no test notices, and at the full rate."""
    patch.setattr(wire, "_TRIES", tries)
    patch.setattr(wire, "_LONGEST_PAUSE", pause)
    patch.setattr(pace, "SLOWEST", 1.0)
    patch.setattr(webpages, "HTML_PAUSE", pause)


def run(*words: str, status: int = 0) -> str:
    return command.run(*words, status=status).output


def items(*more: str) -> dict[str, dict[str, Any]]:
    return {i["name"]: i for i in json.loads(CliRunner().invoke(app, ["list", "--json", *more]).stdout)["items"]}


def mirror(top: Path) -> dict[str, bytes]:
    return {str(p.relative_to(top / "c")): p.read_bytes() for p in (top / "c").rglob("*") if p.is_file()}


def node(world: World, name: str) -> str:
    return next(n.id for n in world.nodes.values() if n.name == name)


def kept(top: Path) -> set[str]:
    return {p.name for p in (top / ".materials" / "versions").rglob("*") if p.is_file()}


def sums_hold(top: Path) -> bool:
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=top, check=False, capture_output=True)
    return done.returncode == 0


def rules(folder: Path, text: str) -> None:
    with (folder / FILE).open("a", encoding="utf-8") as out:
        out.write(text)
