"""How the tests of the emulator talk to it: Google's own client, and bare HTTP where the wire itself is looked at."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World

_clients: list[Any] = []


@contextmanager
def serving(world: World) -> Iterator[RunningServer]:
    """A server whose clients are closed with it, and that must have had no bug of its own."""
    with start(world) as server:
        yield server
        while _clients:
            _clients.pop().close()
    assert server.crashes == []


def client(drive: RunningServer, **how: Any) -> Any:
    how = how or {"credentials": AnonymousCredentials()}  # type: ignore[no-untyped-call]
    _clients.append(build("drive", "v3", client_options={"api_endpoint": f"http://{drive.address}/drive/v3/"}, **how))
    return _clients[-1]


def listed(drive: RunningServer, parent: str, **query: Any) -> list[dict[str, Any]]:
    query.setdefault("q", f"'{parent}' in parents and trashed = false")
    answer = client(drive).files().list(**query).execute()
    files: list[dict[str, Any]] = answer["files"]
    return files


def refused(call: Any) -> tuple[int, dict[str, Any]]:
    """The status and the first entry of errors[] of a call that must fail."""
    with pytest.raises(HttpError) as caught:
        call.execute()
    error = json.loads(caught.value.content)["error"]
    assert error["code"] == caught.value.status_code
    return error["code"], error["errors"][0]


def raw(
    drive: RunningServer, path: str, headers: dict[str, str] | None = None, verb: str = "GET", body: bytes | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", drive.port, timeout=300)
    try:
        connection.request(verb, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()
