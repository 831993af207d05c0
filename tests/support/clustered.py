"""A workshop on Drive, two workers of a cluster that reach it, and an archive that follows it."""

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.clusters import Running, cluster
from support.command import run
from support.decks import deck
from support.object_servers import environment

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with start(World("Folder")) as made:
        yield made
        assert not made.crashes


@pytest.fixture(scope="module")
def workers(
    server: RunningServer, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Two workers, which reach Drive and, where moto is installed, an object store by what is in their own environment."""
    there = {"DRIVE_EMULATOR_HOST": server.address}
    if find_spec("moto") and find_spec("flask"):
        there |= environment(request.getfixturevalue("moto").address)
    with cluster(tmp_path_factory.mktemp("cluster") / "dask", there) as made:
        yield made


@pytest.fixture
def drive(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> RunningServer:
    monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
    return server


@pytest.fixture
def shared(drive: RunningServer) -> str:
    """A folder on Drive, with what a workshop leaves."""
    world = drive.world
    top = world.add_folder("Workshop")
    inner = world.add_folder("Inner", top)
    for number in range(6):
        world.add_file(f"{number}.txt", f"paper number {number}, on procurement".encode(), inner if number % 2 else top)
    world.add_file("talk.pptx", deck("Digital services in Georgia", "Questions"), inner)
    world.add_file("large.bin", bytes(range(256)) * 9000, top)
    world.add_file("empty.txt", b"", top)
    world.add_native("Deck", "presentation", {PPTX: always(deck("Registries"))}, top)
    world.add_native("Form", "form", {}, top)
    return top


def always(data: bytes) -> Callable[[int], bytes]:
    """An export that is the same each time."""
    return lambda _: data


def at(folder: Path, *words: str, status: int | None = 0) -> str:
    return run("--archive", str(folder), *words, status=status).output


def failed(folder: Path, *words: str) -> tuple[str, str]:
    """The code of the error with which a command ends, and what it says."""
    error = json.loads(run("--archive", str(folder), *words, "--json", status=None).stdout)["error"]
    return error["code"], error["message"]


def archive(folder: Path, top: str, url: str = "") -> Path:
    folder.mkdir()
    at(folder, "add", top, "--name", "c")
    if url:
        at(folder, "move", "--to", url)
    return folder
