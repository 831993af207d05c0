"""The emulator against the list of what real Drive does: the pages that tools without a credential read (E29)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest

from materials_cli.emulator.faults import Fault, download_quota, sorry_page
from materials_cli.emulator.formats import PPTX
from materials_cli.emulator.pages import day_text
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.emulator_client import raw, serving


@pytest.fixture
def drive() -> Iterator[RunningServer]:
    with serving(World("Workshop <1>")) as server:
        yield server


def download(drive: RunningServer, file_id: str, headers: dict[str, str] | None = None) -> tuple[dict[str, str], bytes]:
    """What a browser ends with that follows the link "Download"."""
    response, _ = raw(drive, f"/uc?id={file_id}&export=download")
    assert response.status == 303
    target = urlsplit(response.headers["Location"])
    response, body = raw(drive, f"{target.path}?{target.query}", headers)
    return {**dict(response.headers), "status": str(response.status)}, body


def test_e29_a_folder_is_a_page_of_all_its_children(drive: RunningServer) -> None:
    world = drive.world
    names = ['Q&A: "a" <b>.pptx', *(f"{n}.pdf" for n in range(60))]
    ids = {world.add_file(name, b"x", modified=datetime(2025, 6, 9, tzinfo=UTC)) for name in names}
    folder = world.add_folder("Day 1")
    deck = world.add_native("Summary", "presentation", {PPTX: lambda _: b"PK"})
    trashed = world.add_file("old.pdf", b"x")
    world.trash(trashed)
    response, body = raw(drive, f"/embeddedfolderview?id={world.root}&hl=en")
    page = body.decode()
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert "<title>Workshop &lt;1&gt;</title>" in page
    assert set(re.findall(r'id="entry-([\w-]+)"', page)) == ids | {folder, deck}
    titles = [unescape(title) for title in re.findall(r'flip-entry-title">([^<]*)<', page)]
    assert set(titles) == {*names, "Day 1", "Summary"}
    assert f'href="https://drive.google.com/drive/folders/{folder}"' in page
    assert f'href="https://docs.google.com/presentation/d/{deck}/edit?usp=drive_web"' in page
    assert "/16/type/application/pdf" in page
    assert "<div>Jun 9, 2025</div>" in page
    assert raw(drive, f"/drive/folders/{world.root}")[0].status == 200


def test_e29_a_file_comes_with_its_name_and_its_time(drive: RunningServer) -> None:
    file_id = drive.world.add_file("사례 1.pdf", b"%PDF-1.7", modified=datetime(2025, 6, 9, 10, 30, tzinfo=UTC))
    headers, body = download(drive, file_id)
    assert body == b"%PDF-1.7"
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''%EC%82%AC%EB%A1%80%201.pdf")
    assert headers["Last-Modified"] == "Mon, 09 Jun 2025 10:30:00 GMT"
    headers, body = download(drive, file_id, {"Range": "bytes=5-"})
    assert (headers["status"], body) == ("206", b"1.7")


def test_e29_large_files_ask_first_and_their_ticket_runs_out(drive: RunningServer) -> None:
    drive.world.virus_scan_limit = 10
    file_id = drive.world.add_file("large.zip", b"x" * 100)
    headers, body = download(drive, file_id)
    page = body.decode()
    assert headers["status"] == "200"
    assert "Content-Disposition" not in headers
    assert "<title>Google Drive - Virus scan warning</title>" in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert set(hidden) == {"id", "export", "confirm", "uuid"}
    path = f"/download?{urlencode(hidden)}"
    assert raw(drive, path)[1] == b"x" * 100
    drive.service.pages.uuids.clear()
    assert b"Virus scan warning" in raw(drive, path)[1]


def test_e29_the_quota_page_looks_like_success(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    drive.faults.add(download_quota(file_id))
    headers, body = download(drive, file_id)
    assert headers["status"] == "200"
    assert b"<title>Google Drive - Quota exceeded</title>" in body
    drive.faults.clear()
    drive.faults.add(Fault(operation="page-media", status=503, reason="backendError"), sorry_page("page-list", status=429))
    assert download(drive, file_id)[0]["status"] == "503"
    assert raw(drive, f"/embeddedfolderview?id={drive.world.root}")[0].status == 429


def test_e29_what_is_private_leads_to_the_login_page(drive: RunningServer) -> None:
    file_id, folder = drive.world.add_file("a.pdf", b"%PDF"), drive.world.add_folder("Day 1")
    drive.world.unshare(drive.world.root)
    for path in (f"/embeddedfolderview?id={folder}", f"/uc?id={file_id}", f"/open?id={file_id}"):
        response, _ = raw(drive, path)
        assert response.status == 302
        assert "/ServiceLogin?continue=" in response.headers["Location"]
        response, _ = raw(drive, path, {"Host": "drive.google.com"})
        assert response.headers["Location"].startswith("https://accounts.google.com/ServiceLogin")
    assert b"Sign in" in raw(drive, "/ServiceLogin")[1]
    assert raw(drive, "/uc?id=1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez")[0].status == 404


def test_e29_what_cannot_be_downloaded(drive: RunningServer) -> None:
    world = drive.world
    file_id = world.add_file("a.pdf", b"%PDF")
    world.change(file_id, downloadable=False)
    assert download(drive, file_id)[0]["status"] == "403"
    assert raw(drive, f"/embeddedfolderview?id={file_id}")[0].status == 404
    native = world.add_native("Summary", "presentation", {PPTX: lambda _: b"PK deck"})
    assert raw(drive, f"/uc?id={native}")[0].status == 500
    response, _ = raw(drive, f"/open?id={native}")
    assert response.headers["Location"].startswith(f"https://docs.google.com/presentation/d/{native}/")
    assert b"<title>Summary - Google Drive</title>" in raw(drive, f"/presentation/d/{native}/edit?usp=drivesdk")[1]


@pytest.mark.parametrize("form", ["export?format=pptx", "export/pptx"])
def test_e29_documents_are_exported_without_a_credential(drive: RunningServer, form: str) -> None:
    native = drive.world.add_native("Summary", "presentation", {PPTX: lambda _: b"PK deck"})
    response, _ = raw(drive, f"/presentation/d/{native}/{form}")
    assert response.status == 307
    response, body = raw(drive, urlsplit(response.headers["Location"]).path)
    assert body == b"PK deck"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="Summary.pptx"')


def test_e29_a_resource_key_opens_pages_too(drive: RunningServer) -> None:
    folder = drive.world.add_folder("Old link")
    drive.world.change(folder, needs_key=True, resource_key="0-abc")
    assert raw(drive, f"/embeddedfolderview?id={folder}")[0].status == 302
    assert raw(drive, f"/embeddedfolderview?id={folder}&resourcekey=0-abc")[0].status == 200
    assert b"?resourcekey=0-abc" in raw(drive, f"/embeddedfolderview?id={drive.world.root}")[1]


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ((2026, 11, 24, 0, 5), "12:05 AM"),
        ((2026, 11, 24, 12, 30), "12:30 PM"),
        ((2026, 9, 5), "Sep 5"),
        ((2025, 10, 7), "Oct 7, 2025"),
    ],
)
def test_e29_days_are_told_as_the_page_tells_them(time: tuple[int, ...], told: str) -> None:
    assert day_text(datetime(*time, tzinfo=UTC), datetime(2026, 11, 24, 20, tzinfo=UTC)) == told  # type: ignore[arg-type, misc]
