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

from materials_cli import trust
from materials_cli.emulator.node import Node
from materials_cli.emulator.world import World
from support.command import run

_made: dict[str, tuple[Path, dict[str, Any]]] = {}
_KEPT = tempfile.TemporaryDirectory(prefix="synced-")


def sync_first(world: World, top: Path, name: str = "c") -> None:
    """Add the folder of a world, which DRIVE_EMULATOR_HOST serves, to the archive `top`, and sync it."""

    def make() -> None:
        run("--archive", str(top), "add", world.root, "--name", name)
        run("--archive", str(top), "sync")

    made_once(world, top, make, name)


def made_once(world: World, top: Path, make: Callable[[], object], *more: str) -> None:
    """Make the archive `top` of a world that DRIVE_EMULATOR_HOST serves; a folder that is not empty is never copied.

    make: it may change the world and run commands, and depends on nothing else but the values of `more`.
    """
    before = set(top.iterdir())
    state = _state(world, make.__module__, make.__qualname__, *more)
    if state not in _made or before:
        make()
        if not before:
            _made[state] = Path(shutil.copytree(top, Path(_KEPT.name, state), symlinks=True)), _copied(world)
        return
    kept, changed = _made[state]
    shutil.copytree(kept, top, symlinks=True, dirs_exist_ok=True)
    trust.begin(top)  # as `add` does
    with world.lock:
        vars(world).update(copy.deepcopy(changed))


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
    return hashlib.sha256(repr((names, settings, nodes, access)).encode()).hexdigest()
