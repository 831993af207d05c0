"""Archives that many tests begin with, made once for each state of a Drive and copied for every other test."""

import copy
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from materials_cli import trust
from materials_cli.config import FILE
from materials_cli.emulator.node import Node
from materials_cli.emulator.world import World
from materials_cli.messages import language
from support.command import run

_made: dict[str, dict[str, Any]] = {}
_KEPT = tempfile.TemporaryDirectory(prefix="synced-")
_places = [Path(_KEPT.name)]


@pytest.fixture(autouse=True, scope="session")
def kept_for_all_processes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one process of tests has made, the others may copy."""
    top = tmp_path_factory.getbasetemp()
    _places.append((top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / "synced")
    _places[-1].mkdir(exist_ok=True)


def sync_first(world: World, top: Path, name: str = "c") -> None:
    """Add the folder of a world, which DRIVE_EMULATOR_HOST serves, to the archive `top`, and sync it."""
    kept = _places[-1] / _state(world, name)
    before = set(top.iterdir())
    if kept.exists() and top / FILE not in before:
        _copy(kept, top)
        return
    run("--archive", str(top), "add", world.root, "--name", name)
    run("--archive", str(top), "sync", name)
    if not before:
        _keep(top, kept)


def made_once(world: World, top: Path, make: Callable[[], object]) -> None:
    """Make the archive `top`, an empty folder, of a world that DRIVE_EMULATOR_HOST serves.

    make: it may change the world and run commands, and depends on nothing else.
    """
    assert not set(top.iterdir())
    state = _state(world, make.__module__, make.__qualname__)
    kept = Path(_KEPT.name, state)
    if state not in _made:
        make()
        _keep(top, kept)
        _made[state] = _copied(world)
        return
    _copy(kept, top)
    with world.lock:
        vars(world).update(copy.deepcopy(_made[state]))


def _keep(top: Path, kept: Path) -> None:
    """Copy an archive, at once for other processes; one of them may have been quicker."""
    pending = Path(tempfile.mkdtemp(dir=kept.parent))
    shutil.copytree(top, pending, symlinks=True, dirs_exist_ok=True)
    try:
        pending.rename(kept)
    except OSError:
        shutil.rmtree(pending)


def _copy(kept: Path, top: Path) -> None:
    shutil.copytree(kept, top, symlinks=True, dirs_exist_ok=True)
    trust.begin(top)  # as `add` does


def _copied(world: World) -> dict[str, Any]:
    with world.lock:
        return copy.deepcopy({name: value for name, value in vars(world).items() if name != "lock"})


def _state(world: World, *names: str) -> str:
    """All that what is made of a world depends on."""
    settings = [
        (name, sorted(value) if isinstance(value, set) else value)
        for name, value in vars(world).items()
        if name not in {"lock", "nodes"}
    ]
    plain = [field.name for field in fields(Node) if field.name not in {"content", "exports"}]
    nodes = [
        (*(getattr(node, name) for name in plain), node.data, [(kind, export(0)) for kind, export in node.exports.items()])
        for node in world.nodes.values()
    ]
    access = {name: os.environ.get(name) for name in ("MATERIALS_KEYLESS", "GOOGLE_API_KEY")}
    return hashlib.sha256(repr((names, settings, nodes, access, language())).encode()).hexdigest()
