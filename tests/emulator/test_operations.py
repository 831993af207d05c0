"""The emulator's slow downloads (files.download, operations.get), in the shape of the discovery document's Operation."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from materials_cli.emulator.formats import PPTX
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.emulator_client import client, raw, refused, serving

TYPES = "type.googleapis.com/google.apps.drive.v3."


@pytest.fixture
def drive() -> Iterator[RunningServer]:
    with serving(World("Workshop")) as server:
        yield server


def deck(drive: RunningServer) -> str:
    return drive.world.add_native("Summary", "presentation", {PPTX: lambda _: b"PK" + b"x" * 100})


@pytest.mark.parametrize("native", [True, False])
def test_e15_a_slow_download_has_no_limit_and_is_asked_after(drive: RunningServer, *, native: bool) -> None:
    drive.world.polls, drive.world.export_limit = 2, 10
    file_id = deck(drive) if native else drive.world.add_file("a.pdf", b"%PDF-1.7")
    drive.world.change(file_id, resource_key="0-key")
    service = client(drive)
    wanted = {"mimeType": PPTX} if native else {}
    begun = service.files().download(fileId=file_id, **wanted).execute()
    assert begun["metadata"] == {"@type": f"{TYPES}DownloadFileMetadata", "resourceKey": "0-key"}
    polls = [service.operations().get(name=begun["name"]).execute() for _ in range(3)]
    assert [poll.get("done", False) for poll in polls] == [False, False, True]
    assert not any({"error", "response"} & set(poll) for poll in polls[:2])
    assert polls[2].keys() == {"name", "metadata", "done", "response"}
    response = polls[2]["response"]
    assert (response["@type"], response["partialDownloadAllowed"]) == (f"{TYPES}DownloadFileResponse", not native)
    target = urlsplit(response["downloadUri"])
    assert target.hostname == "localhost"
    body = raw(drive, target.path)[1]
    assert body == (b"PK" + b"x" * 100 if native else b"%PDF-1.7")
    assert raw(drive, target.path, {"Authorization": "Bearer x"})[0].status == 400
    assert drive.violations.pop().startswith("A credential was sent to")


def test_a_slow_download_can_fail(drive: RunningServer) -> None:
    file_id = deck(drive)
    drive.world.failing.add(file_id)
    service = client(drive)
    begun = service.files().download(fileId=file_id, fields="name").execute()
    assert set(begun) == {"name"}
    failed = service.operations().get(name=begun["name"]).execute()
    assert (failed["done"], failed["error"]["code"], "response" in failed) == (True, 13, False)
    assert set(failed["error"]) == {"code", "message", "details"}
    drive.world.unshare(file_id)
    assert refused(service.operations().get(name=begun["name"]))[0] == 404


def test_slow_downloads_that_cannot_be(drive: RunningServer) -> None:
    files, blob = client(drive).files(), drive.world.add_file("a.pdf", b"%PDF")
    assert refused(files.download(fileId=drive.world.root))[1]["reason"] == "fileNotDownloadable"
    assert refused(files.download(fileId=drive.world.add_native("Form", "form", {})))[1]["reason"] == "fileNotDownloadable"
    assert refused(files.download(fileId=deck(drive), mimeType="audio/midi"))[0] == 400
    assert refused(files.download(fileId=blob, revisionId="old"))[1]["location"] == "revisionId"
    assert refused(client(drive).operations().get(name="operation-99"))[0] == 404
    drive.world.change(blob, downloadable=False)
    assert refused(files.download(fileId=blob))[1]["reason"] == "cannotDownloadFile"


def test_an_api_key_is_enough_for_a_slow_download(drive: RunningServer) -> None:
    drive.world.open, drive.world.keys = False, {"the-key"}
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    _, body = raw(drive, f"/drive/v3/files/{file_id}/download?key=the-key", verb="POST")
    name = json.loads(body)["name"]
    assert raw(drive, f"/drive/v3/operations/{name}?key=the-key")[0].status == 200
    assert raw(drive, f"/drive/v3/operations/{name}")[0].status == 403
    assert drive.count("download") == 1
    assert drive.units == 200 + 5 + 5
