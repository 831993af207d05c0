"""The emulator against the list of what real Drive does: bytes, exports, and the troubles that tests call up."""

import hashlib
import http.client
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from googleapiclient.errors import HttpError

from materials_cli import emulator as demo
from materials_cli.emulator.faults import Fault, backend_error, download_quota, rate_limit, sorry_page
from materials_cli.emulator.formats import PPTX
from materials_cli.emulator.sample import export_of, sample_world
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.extract.equality import same_content
from support.emulator_client import client, raw, refused, serving

DATA = bytes(range(256)) * 40


@pytest.fixture
def drive() -> Iterator[RunningServer]:
    with serving(World("Workshop")) as server:
        yield server


def media(file_id: str) -> str:
    return f"/drive/v3/files/{file_id}?alt=media&supportsAllDrives=true"


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, f"<text>{name}</text>")
    return out.getvalue()


def deck(drive: RunningServer) -> str:
    return drive.world.add_native(
        "Summary", "presentation", {PPTX: export_of(package("[Content_Types].xml", "a.xml", "b.xml"))}
    )


def test_e13_bytes_come_with_a_hash_and_without_etag_or_time(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", DATA)
    response, body = raw(drive, media(file_id))
    assert body == DATA
    assert response.headers["X-Goog-Hash"] == "crc32c=vYRs1w=="
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment"
    for absent in ("ETag", "Last-Modified", "Content-MD5", "Accept-Ranges"):
        assert absent not in response.headers
    assert client(drive).files().get_media(fileId=file_id).execute() == DATA


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ("bytes=100-199", 206, DATA[100:200]),
        ("bytes=100-", 206, DATA[100:]),
        ("bytes=-7", 206, DATA[-7:]),
        (f"bytes=0-{10**9}", 206, DATA),
        ("bytes=9-5", 200, DATA),
        ("bytes=0-1,4-5", 200, DATA),
        ("pages=1-2", 200, DATA),
        (f"bytes={len(DATA)}-", 416, None),
    ],
)
def test_e14_ranges(drive: RunningServer, asked: str, status: int, expected: bytes | None) -> None:
    response, body = raw(drive, media(drive.world.add_file("a.pdf", DATA)), {"Range": asked})
    assert response.status == status
    assert expected is None or body == expected
    if status == 206 and expected:
        assert response.headers["Content-Range"].endswith(f"/{len(DATA)}")
        assert int(response.headers["Content-Length"]) == len(expected)


def test_e14_an_empty_file_has_no_ranges(drive: RunningServer) -> None:
    file_id = drive.world.add_file("empty.txt", b"")
    assert raw(drive, media(file_id))[1] == b""
    response, _ = raw(drive, media(file_id), {"Range": "bytes=0-"})
    assert (response.status, response.headers["Content-Range"]) == (416, "bytes */0")


def test_e15_export_ends_at_its_limit_and_export_links_do_not(drive: RunningServer) -> None:
    drive.world.open, drive.world.tokens = False, {"ya29.good"}
    file_id = deck(drive)
    drive.world.export_limit = 10
    shown = {"Authorization": "Bearer ya29.good"}
    response, body = raw(drive, f"/drive/v3/files/{file_id}/export?mimeType={PPTX}", shown)
    assert (response.status, json.loads(body)["error"]["errors"][0]["reason"]) == (403, "exportSizeLimitExceeded")
    _, body = raw(drive, f"/drive/v3/files/{file_id}?fields=exportLinks", shown)
    link = urlsplit(json.loads(body)["exportLinks"][PPTX])
    assert (link.hostname, link.path) == ("127.0.0.1", "/feeds/download/presentations/Export")
    response, _ = raw(drive, f"{link.path}?{link.query}", shown)
    target = urlsplit(response.headers["Location"])
    assert response.status == 307
    assert target.hostname == "localhost"
    assert raw(drive, target.path)[1].startswith(b"PK")
    assert drive.violations == []
    assert raw(drive, target.path, shown)[0].status == 400
    drive.world.forgives_leaks = True
    assert raw(drive, target.path, shown)[0].status == 200
    assert len(drive.violations) == 2


def test_e15_an_export_link_of_what_is_not_public_leads_to_the_login_page(drive: RunningServer) -> None:
    file_id = deck(drive)
    path = f"/feeds/download/presentations/Export?id={file_id}&exportFormat="
    assert raw(drive, path + "odp")[0].status == 404
    assert raw(drive, f"/docs-content/{file_id}/odp")[0].status == 404
    assert raw(drive, "/docs-content/nothing/pptx")[0].status == 404
    drive.world.unshare(file_id)
    response, _ = raw(drive, path + "pptx")
    assert response.status == 302
    assert "ServiceLogin" in response.headers["Location"]


def test_e16_no_two_exports_are_alike_and_all_say_the_same(drive: RunningServer, tmp_path: Path) -> None:
    original = (Path(demo.__file__).parent / "sample" / "google-slides.pptx").read_bytes()
    file_id = drive.world.add_native("Summary", "presentation", {PPTX: export_of(original)})
    exports = [client(drive).files().export(fileId=file_id, mimeType=PPTX).execute() for _ in range(2)]
    one, other = (zipfile.ZipFile(io.BytesIO(export)) for export in exports)
    slide, relations = "ppt/slides/slide2.xml", "ppt/slides/_rels/slide2.xml.rels"
    assert one.infolist()[0].date_time != other.infolist()[0].date_time
    pictures = [name for name in one.namelist() if "/media/" in name]
    assert len(pictures) > 2
    assert {one.read(name) for name in pictures} == {other.read(name) for name in pictures}
    assert [one.read(name) for name in pictures] != [other.read(name) for name in pictures]
    assert re.findall(rb'Id="(\w+)"', one.read(relations)) != re.findall(rb'Id="(\w+)"', other.read(relations))
    assert one.read(slide) == other.read(slide)
    for number, export in enumerate(exports):
        (tmp_path / str(number)).write_bytes(export)
    assert same_content(tmp_path / "0", tmp_path / "1")


def test_e17_a_file_that_too_many_have_downloaded(drive: RunningServer) -> None:
    first, second = drive.world.add_file("a.pdf", DATA), drive.world.add_file("b.pdf", DATA)
    drive.faults.add(download_quota(first))
    status, entry = refused(client(drive).files().get_media(fileId=first))
    assert (status, entry["reason"], entry["domain"]) == (403, "downloadQuotaExceeded", "global")
    assert client(drive).files().get_media(fileId=second).execute() == DATA


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"abusive": True}, "cannotDownloadAbusiveFile"), ({"downloadable": False}, "cannotDownloadFile")],
    ids=["e18", "e19"],
)
def test_e18_e19_flagged_and_forbidden_files(drive: RunningServer, fields: dict[str, bool], reason: str) -> None:
    file_id = drive.world.add_file("a.pdf", DATA)
    drive.world.change(file_id, **fields)
    status, entry = refused(client(drive).files().get_media(fileId=file_id))
    assert (status, entry["reason"]) == (403, reason)
    mask = "capabilities/canDownload,copyRequiresWriterPermission"
    told = client(drive).files().get(fileId=file_id, fields=mask).execute()
    assert told["capabilities"]["canDownload"] is (reason != "cannotDownloadFile")


def test_e20_requests_to_slow_down(drive: RunningServer) -> None:
    get = client(drive).files().get(fileId=drive.world.root)
    drive.faults.add(rate_limit("get"))
    status, entry = refused(get)
    assert (status, entry) == (
        403,
        {"domain": "usageLimits", "reason": "userRateLimitExceeded", "message": "User Rate Limit Exceeded"},
    )
    for status in (403, 429):
        drive.faults.add(rate_limit("get", retry_after=7, status=status))
        with pytest.raises(HttpError) as caught:
            get.execute()
        assert caught.value.resp.status == status
        assert caught.value.resp["retry-after"] == "7"
    drive.faults.add(sorry_page("get"))
    with pytest.raises(HttpError) as caught:
        get.execute()
    assert caught.value.resp["content-type"].startswith("text/html")
    assert b"<title>Sorry...</title>" in caught.value.content
    assert get.execute()["name"] == "Workshop"


@pytest.mark.parametrize("trouble", [500, 502, 503])
def test_e21_a_fault_of_googles_own_passes(drive: RunningServer, trouble: int) -> None:
    drive.faults.add(backend_error("get", status=trouble, times=2))
    get = client(drive).files().get(fileId=drive.world.root)
    assert refused(get)[0] == trouble
    assert refused(get)[0] == trouble
    assert get.execute()["name"] == "Workshop"


def test_e21_the_line_breaks_in_the_middle(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", DATA)
    drive.faults.add(Fault(operation="media", target=file_id, cut=100))
    with pytest.raises(http.client.IncompleteRead) as caught:
        raw(drive, media(file_id))
    assert caught.value.partial == DATA[:100]
    drive.faults.add(Fault(operation="media", hung_up=True))
    with pytest.raises(http.client.RemoteDisconnected):
        raw(drive, media(file_id))
    assert raw(drive, media(file_id))[1] == DATA


def test_e21_short_and_wrong_bytes_look_like_success(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", DATA)
    drive.faults.add(Fault(operation="media", short=10), Fault(operation="media", corrupt=True))
    response, body = raw(drive, media(file_id))
    assert (response.status, body) == (200, DATA[:-10])
    _, body = raw(drive, media(file_id))
    assert len(body) == len(DATA)
    assert body != DATA
    assert raw(drive, media(file_id))[1] == DATA


def test_faults_let_requests_pass_and_can_be_called_off(drive: RunningServer) -> None:
    get = client(drive).files().get(fileId=drive.world.root)
    drive.faults.add(backend_error(times=1), Fault(operation="media", times=None, status=500))
    drive.faults.add(Fault(operation="get", skip=1, status=502, reason="backendError"))
    assert [refused(get)[0], get.execute()["id"], refused(get)[0]] == [503, drive.world.root, 502]
    drive.faults.clear()
    assert client(drive).files().get_media(fileId=drive.world.add_file("a", b"x")).execute() == b"x"


def test_answers_can_be_late(drive: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("materials_cli.emulator.server.time.sleep", waited.append)
    drive.faults.add(Fault(operation="get", delay=30))
    drive.latency = 0.15
    assert raw(drive, f"/drive/v3/files/{drive.world.root}")[0].status == 200
    assert waited == [0.15, 30]


def test_a_bug_of_the_emulator_is_seen_by_the_test(drive: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("materials_cli.emulator.server.route", lambda *_: 1 / 0)
    assert raw(drive, "/drive/v3/files")[0].status == 500
    assert "ZeroDivisionError" in drive.crashes.pop()


def test_the_head_of_an_answer_can_be_asked_for_alone(drive: RunningServer) -> None:
    response, body = raw(drive, media(drive.world.add_file("a.pdf", DATA)), verb="HEAD")
    assert (response.headers["Content-Length"], body) == (str(len(DATA)), b"")


@pytest.mark.parametrize(("what", "reason"), [("folder", "fileNotDownloadable"), ("native", "fileNotDownloadable")])
def test_only_bytes_can_be_downloaded_as_they_are(drive: RunningServer, what: str, reason: str) -> None:
    file_id = drive.world.root if what == "folder" else deck(drive)
    status, entry = refused(client(drive).files().get_media(fileId=file_id))
    assert (status, entry["reason"], entry["location"]) == (403, reason, "alt")


def test_exports_that_cannot_be(drive: RunningServer) -> None:
    files, native, blob = client(drive).files(), deck(drive), drive.world.add_file("a.pdf", DATA)
    assert refused(files.export(fileId=blob, mimeType=PPTX))[1]["reason"] == "fileNotExportable"
    assert refused(files.export(fileId=native, mimeType="audio/midi"))[1]["location"] == "convertTo"
    response, body = raw(drive, f"/drive/v3/files/{native}/export")
    assert (response.status, json.loads(body)["error"]["errors"][0]["reason"]) == (400, "required")
    drive.world.change(native, downloadable=False)
    assert refused(files.export(fileId=native, mimeType=PPTX))[1]["reason"] == "cannotExportFile"


def test_a_folder_of_real_files_is_served_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "Day 1" / "Сессия").mkdir(parents=True)
    deck_path = tmp_path / "Day 1" / "Сессия" / "한국 사례.pptx"
    deck_path.write_bytes(DATA * 100)
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    world = World.from_folder(tmp_path)
    assert [node.id for node in World.from_folder(tmp_path).nodes.values()] == list(world.nodes)
    with serving(world) as drive:
        node = next(node for node in world.nodes.values() if node.name == "한국 사례.pptx")
        found = client(drive).files().get(fileId=node.id, fields="mimeType,size,sha256Checksum,modifiedTime").execute()
        assert found["mimeType"] == PPTX
        assert found["sha256Checksum"] == hashlib.sha256(DATA * 100).hexdigest()
        assert raw(drive, media(node.id), {"Range": "bytes=1000-"})[1] == (DATA * 100)[1000:]
        deck_path.write_bytes(DATA)
        found = client(drive).files().get(fileId=node.id, fields="size,sha256Checksum").execute()
        assert found == {"size": str(len(DATA)), "sha256Checksum": hashlib.sha256(DATA).hexdigest()}


def test_many_clients_at_once_get_what_they_asked_for(drive: RunningServer) -> None:
    contents = {drive.world.add_file(f"{n}.bin", bytes([n]) * 5000): bytes([n]) * 5000 for n in range(64)}
    wrong: list[str] = []

    def work(file_id: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", drive.port, timeout=300)
        for _ in range(3):
            connection.request("GET", media(file_id))
            if connection.getresponse().read() != contents[file_id]:
                wrong.append(file_id)
        connection.close()

    threads = [threading.Thread(target=work, args=(file_id,)) for file_id in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert drive.count("media") == 192


def test_the_sample_is_the_same_on_every_run() -> None:
    first, second = sample_world(), sample_world()
    assert [(n.id, n.name, n.modified) for n in first.nodes.values()] == [
        (n.id, n.name, n.modified) for n in second.nodes.values()
    ]
