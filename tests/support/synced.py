"""Archives as they are after their first sync, made once for each state of a Drive and copied for every test that begins so."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from materials_cli import trust
from materials_cli.emulator.world import World
from support.command import run

_made: dict[str, Path] = {}
_KEPT = tempfile.TemporaryDirectory(prefix="synced-")


def sync_first(world: World, top: Path, name: str = "c") -> None:
    """Add the folder of a world, which DRIVE_EMULATOR_HOST serves, to the archive `top`, and sync it."""
    state = _state(world, name)
    if state in _made:
        shutil.copytree(_made[state], top, symlinks=True, dirs_exist_ok=True)
        trust.begin(top)  # as `add` does
        return
    before = set(top.iterdir())
    run("--archive", str(top), "add", world.root, "--name", name)
    run("--archive", str(top), "sync")
    if not before:
        _made[state] = Path(shutil.copytree(top, Path(_KEPT.name, state), symlinks=True))


def _state(world: World, name: str) -> str:
    """All that a first sync of a world depends on."""
    nodes = [
        (node.id, node.name, node.media_type, node.parent, node.modified, node.target, node.trashed, node.resource_key,
         node.hashes, node.downloadable, node.data, [(kind, export(0)) for kind, export in node.exports.items()])
        for node in world.nodes.values()
    ]  # fmt: skip
    access = {name: os.environ.get(name) for name in ("MATERIALS_KEYLESS", "GOOGLE_API_KEY")}
    return hashlib.sha256(repr((name, nodes, access)).encode()).hexdigest()
