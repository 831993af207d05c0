"""The emulator's batch endpoint, through the batches of Google's own client."""

from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.emulator_client import client, raw, serving


@pytest.fixture
def drive() -> Iterator[RunningServer]:
    with serving(World("Workshop")) as server:
        yield server


def batch(drive: RunningServer, calls: dict[str, Any]) -> dict[str, Any]:
    """What each call came to: its answer, or the status of its refusal."""
    found: dict[str, Any] = {}
    made = BatchHttpRequest(
        lambda name, answer, error: found.update({name: error.resp.status if error else answer}),
        batch_uri=f"http://{drive.address}/batch/drive/v3",
    )
    for name, call in calls.items():
        made.add(call, request_id=name)
    made.execute()
    return found


def test_each_call_of_a_batch_is_answered_for_itself_and_paid_for(drive: RunningServer) -> None:
    files, day = client(drive).files(), drive.world.add_folder("Day 1")
    found = batch(
        drive,
        {
            "name": files.get(fileId=day, fields="name"),
            "list": files.list(q=f"'{drive.world.root}' in parents", fields="files(id)"),
            "gone": files.get(fileId="1" + "x" * 32),
        },
    )
    assert found == {"name": {"name": "Day 1"}, "list": {"files": [{"id": day}]}, "gone": 404}
    assert drive.count("get") == 2
    assert drive.count("list", "batch") == 2
    assert drive.units == 5 + 100 + 5


def test_who_asks_is_whoever_sent_the_batch(drive: RunningServer) -> None:
    drive.world.open, drive.world.tokens = False, {"ya29.good"}
    body = f"--b\r\nContent-Type: application/http\r\n\r\nGET /drive/v3/files/{drive.world.root}\r\n\r\n--b--\r\n".encode()
    kind = {"Content-Type": "multipart/mixed; boundary=b"}
    _, told = raw(drive, "/batch/drive/v3", kind, verb="POST", body=body)
    assert b"HTTP/1.1 403" in told
    _, told = raw(drive, "/batch/drive/v3", {**kind, "Authorization": "Bearer ya29.good"}, verb="POST", body=body)
    assert b"HTTP/1.1 200 OK" in told
    assert b'"name": "Workshop"' in told


def test_faults_strike_the_calls_within(drive: RunningServer) -> None:
    files = client(drive).files()
    drive.faults.add(Fault(operation="get", status=503, reason="backendError"))
    calls = {name: files.get(fileId=drive.world.root, fields="name") for name in "ab"}
    assert batch(drive, calls) == {"a": 503, "b": {"name": "Workshop"}}


def test_bytes_are_not_to_be_had_in_a_batch(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    body = f"--b\r\n\r\nGET /drive/v3/files/{file_id}?alt=media HTTP/1.1\r\n\r\n--b--\r\n".encode()
    _, told = raw(drive, "/batch/drive/v3", {"Content-Type": "multipart/mixed; boundary=b"}, verb="POST", body=body)
    assert b"HTTP/1.1 302" in told
    assert b"%PDF" not in told


def test_batches_that_cannot_be(drive: RunningServer) -> None:
    get = client(drive).files().get
    with pytest.raises(HttpError, match="100 calls at most"):
        batch(drive, {str(n): get(fileId=drive.world.root) for n in range(101)})
    assert raw(drive, "/batch/drive/v3", verb="POST", body=b"nothing")[0].status == 400
    assert raw(drive, "/batch/drive/v3")[0].status == 400
    kind = {"Content-Type": "multipart/mixed; boundary=b"}
    _, told = raw(drive, "/batch/drive/v3", kind, verb="POST", body=b"--b\r\n\r\nGET /elsewhere\r\n\r\n--b--\r\n")
    assert b"HTTP/1.1 404" in told
    address = b"/drive/v3/files?q=" + b"x" * 8000
    _, told = raw(drive, "/batch/drive/v3", kind, verb="POST", body=b"--b\r\n\r\nGET " + address + b"\r\n\r\n--b--\r\n")
    assert b"8000 characters at most" in told
