"""An archive with a past, whose catalogue a test may lose."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.command import run
from support.small_drive import node

CATALOGUE, COPY = Path(".materials/catalogue.sqlite"), Path(".materials/catalogue.copy.sqlite")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """An archive that is made once, of a Drive that does not change any more."""
    top, world = tmp_path_factory.mktemp("made"), small_world()
    with start(world) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)
        patch.chdir(top)
        run("add", world.root, "--name", "c")
        run("sync")
        change(world)
        yield server, top


@pytest.fixture
def archive(made: tuple[RunningServer, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it. Of eight files, one has been replaced, one withdrawn, one renamed; the texts are read."""
    shutil.copytree(made[1], tmp_path / "a", symlinks=True)
    monkeypatch.chdir(tmp_path / "a")
    return tmp_path / "a"


@pytest.fixture
def server(made: tuple[RunningServer, Path]) -> RunningServer:
    return made[0]


def small_world() -> World:
    made = World("Folder")
    inner = made.add_folder("Inner")
    for number in range(8):
        made.add_file(f"{number}.txt", f"file number {number}".encode(), inner if number % 2 else None)
    return made


def change(world: World) -> None:
    world.edit(node(world, "0.txt"), b"the second edition of number 0")
    world.trash(node(world, "2.txt"))
    world.rename(node(world, "4.txt"), "four.txt")
    run("sync")
    run("sync")


def lose(top: Path, *, copy: bool = False) -> None:
    for path in (top / ".materials").glob("catalogue.*"):
        if not copy or "copy" not in path.name:
            path.unlink()
