"""A store that stops answering says nothing about a single file: what it refuses is not damaged."""

from pathlib import Path

import pytest

from materials_cli.emulator.world import World
from support.command import run
from support.object_servers import Proxy, Server, moto, proxy
from support.small_drive import served

__all__ = ["moto", "proxy"]
TALK = b"A talk about digital services in Georgia"


@pytest.fixture
def server(moto: Server) -> Server:
    """A server that knows conditions."""
    return moto


@pytest.mark.parametrize(
    ("fault", "code"),
    [("403 ExpiredToken", "store_refused"), ("403 RequestTimeTooSkewed", "clock_off"), ("500", "store_unreachable")],
)
def test_what_it_refuses_is_an_error_of_the_store_and_no_damage(
    fault: str, code: str, tmp_path: Path, proxy: Proxy, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, folder = World("Folder"), tmp_path / "archive"
    world.add_file("talk.txt", TALK)
    folder.mkdir()
    here = "--archive", str(folder)
    with served(world, tmp_path, monkeypatch):
        run(*here, "add", world.root, "--name", "c")
        run(*here, "move", "--to", server.place())
        run(*here, "sync")
        proxy.fault = lambda method, path: fault if method == "GET" and "/objects/" in path else ""
        for command in (["verify"], ["doctor", "--offline"], ["doctor"]):
            refused = run(*here, *command, status=None)
            assert refused.exit_code, command
            assert "DAMAGED" not in refused.output
            assert code in refused.output or command[0] == "doctor"
        proxy.fault = lambda _, __: ""
        assert "all present and intact" in run(*here, "verify").output
