"""What a store refuses, and what is refused there: neither damages nor hides anything."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.world import World
from support.command import run
from support.object_servers import Proxy, Server, moto, proxy, reach
from support.small_drive import served

__all__ = ["moto", "proxy"]
TALK = b"A talk about digital services in Georgia"


@pytest.fixture
def server(moto: Server) -> Server:
    """A server that knows conditions."""
    return moto


@pytest.fixture
def here(tmp_path: Path, proxy: Proxy, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The options that name an archive which is to keep a talk in a bucket."""
    world, folder = World("Folder"), tmp_path / "archive"
    world.add_file("talk.txt", TALK)
    folder.mkdir()
    options = "--archive", str(folder)
    with served(world, tmp_path, monkeypatch):
        run(*options, "add", world.root, "--name", "c")
        run(*options, "move", "--to", server.place())
        yield options


@pytest.mark.parametrize(
    ("fault", "code"),
    [("403 ExpiredToken", "store_refused"), ("403 RequestTimeTooSkewed", "clock_off"), ("500", "store_unreachable")],
)
def test_what_it_refuses_is_an_error_of_the_store_and_no_damage(
    fault: str, code: str, here: tuple[str, str], proxy: Proxy
) -> None:
    run(*here, "sync")
    proxy.fault = lambda method, path: fault if method == "GET" and "/objects/" in path else ""
    for command in (["verify"], ["doctor", "--offline"], ["doctor"]):
        refused = run(*here, *command, status=None)
        assert refused.exit_code, command
        assert "DAMAGED" not in refused.output
        assert code in refused.output or command[0] == "doctor"
    proxy.fault = lambda _, __: ""
    assert "all present and intact" in run(*here, "verify").output


def test_no_archive_is_moved_to_where_another_one_is(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    reach(monkeypatch, server.address)
    world, url, settings = World("Folder"), server.place(), "materials.toml"
    world.add_file("talk.txt", TALK)
    here, other, reader = tmp_path / "here", tmp_path / "other", tmp_path / "reader"
    with served(world, tmp_path, monkeypatch):
        for folder in (here, other):
            folder.mkdir()
            run("--archive", str(folder), "add", world.root, "--name", folder.name)
        run("--archive", str(here), "move", "--to", url)
        run("--archive", str(here), "sync")
        for _ in range(2):
            refused = run("--archive", str(other), "move", "--to", url, "--json", status=2)
            assert json.loads(refused.stdout)["error"]["code"] == "not_our_bucket"
        run("--archive", str(other), "sync")
        assert (other / "other" / "talk.txt").read_bytes() == TALK
        reader.mkdir()
        (reader / settings).write_bytes((here / settings).read_bytes())
        run("--archive", str(reader), "trust", "--yes")
        run("--archive", str(reader), "rebuild")
        assert "here/talk.txt" in run("--archive", str(reader), "list").output
        run("--archive", str(here), "move", "--to", "disk")
        run("--archive", str(here), "move", "--to", url)  # its own bucket is still its own


@pytest.mark.parametrize(
    "fault", ["507 XMinioStorageFull", "403 QuotaExceeded", "403 InsufficientQuota", "400 XMinioAdminBucketQuotaExceeded"]
)
def test_a_store_that_is_full_says_so(fault: str, here: tuple[str, str], proxy: Proxy) -> None:
    proxy.fault = lambda method, path: fault if method == "PUT" and "/objects/" in path else ""
    refused = run(*here, "sync", status=None)
    assert "store_refused" in refused.output
    assert "no more room" in refused.output
    assert "credential" not in refused.output
    proxy.fault = lambda _, __: ""
    run(*here, "sync")


@pytest.mark.parametrize(
    ("code", "besides", "meant"),
    [
        ("AccessDenied", "Cannot upload files, storage cap exceeded.", "no more room"),
        ("AuthenticationFailed", "Request date header too old: 'Fri, 31 Jan 2020 12:28:37 GMT'", "the time of this computer"),
        ("AuthenticationFailed", "Signature not valid in the specified time frame", "has expired"),
        ("AuthenticationFailed", "The MAC signature found in the HTTP request is not the same", "AuthenticationFailed"),
    ],
)
def test_a_code_with_many_reasons_is_told_by_what_is_said_besides(
    code: str, besides: str, meant: str, here: tuple[str, str], proxy: Proxy
) -> None:
    """As Backblaze and Azure answer."""
    proxy.fault = lambda method, path: f"403 {code}: {besides}" if method == "PUT" and "/objects/" in path else ""
    assert meant in run(*here, "sync", status=None).output
