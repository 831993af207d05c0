"""The emulator against the list of what real Drive does, by its numbers: lists and metadata."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.emulator_client import client, listed, raw, refused, serving

UNKNOWN = "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"


@pytest.fixture
def drive() -> Iterator[RunningServer]:
    with serving(World("Workshop")) as server:
        yield server


def test_e1_without_a_credential_the_refusal_depends_on_the_operation(drive: RunningServer) -> None:
    drive.world.open = False
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    response, body = raw(drive, "/drive/v3/files")
    error = json.loads(body)["error"]
    assert (response.status, error["status"], error["errors"][0]["reason"]) == (403, "PERMISSION_DENIED", "forbidden")
    assert "unregistered callers" in error["message"]
    response, body = raw(drive, f"/drive/v3/files/{file_id}?alt=media")
    error = json.loads(body)["error"]
    assert response.status == 403
    assert error["message"] == "The request is missing a valid API key."
    assert "status" not in error
    response, body = raw(drive, "/drive/v3/about?fields=*")
    error = json.loads(body)["error"]
    assert (response.status, error["status"], error["errors"][0]["message"]) == (401, "UNAUTHENTICATED", "Login Required.")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="https://accounts.google.com/"'


def test_e1_keys_and_tokens(drive: RunningServer) -> None:
    drive.world.open = False
    drive.world.keys, drive.world.tokens = {"AIzaGood"}, {"ya29.good"}
    assert client(drive, developerKey="AIzaGood").files().get(fileId=drive.world.root).execute()["name"] == "Workshop"
    response, body = raw(drive, f"/drive/v3/files/{drive.world.root}?key=AIzaBad")
    error = json.loads(body)["error"]
    assert (response.status, error["details"][0]["reason"]) == (400, "API_KEY_INVALID")
    response, _ = raw(drive, f"/drive/v3/files/{drive.world.root}", {"Authorization": "Bearer ya29.good"})
    assert response.status == 200
    response, body = raw(drive, f"/drive/v3/files/{drive.world.root}", {"Authorization": "Bearer ya29.old"})
    assert (response.status, json.loads(body)["error"]["errors"][0]["reason"]) == (401, "authError")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_e1_the_sign_in_gives_a_token_that_is_good(drive: RunningServer) -> None:
    drive.world.open, drive.world.tokens = False, {"ya29.good"}
    _, body = raw(drive, "/token", verb="POST", body=b"grant_type=refresh_token")
    told = json.loads(body)
    shown = {"Authorization": f"{told['token_type']} {told['access_token']}"}
    assert raw(drive, f"/drive/v3/files/{drive.world.root}", shown)[0].status == 200
    drive.world.tokens.clear()
    response, body = raw(drive, "/token", verb="POST", body=b"grant_type=refresh_token")
    assert (response.status, json.loads(body)["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("size", [0, 1001])
def test_e2_page_sizes_out_of_range_are_refused(drive: RunningServer, size: int) -> None:
    status, entry = refused(client(drive).files().list(q=f"'{drive.world.root}' in parents", pageSize=size))
    assert (status, entry["reason"], entry["location"]) == (400, "invalidParameter", "page_size")
    assert entry["message"] == f"Invalid value '{size}'. Values must be within the range: [value: 1\n, value: 1000\n]"


def test_e3_a_folder_no_longer_shared_lists_empty_and_an_unknown_one_is_refused(drive: RunningServer) -> None:
    folder = drive.world.add_folder("Day 1")
    drive.world.add_file("a.pdf", b"%PDF", folder)
    drive.world.unshare(folder)
    assert listed(drive, folder) == []
    assert refused(client(drive).files().get(fileId=folder))[0] == 404
    drive.world.share(folder)
    assert len(listed(drive, folder)) == 1
    drive.world.delete(folder)
    assert listed(drive, folder) == []
    status, entry = refused(client(drive).files().list(q=f"'{UNKNOWN}' in parents"))
    assert (status, entry["reason"], entry["message"], entry["location"]) == (404, "notFound", "File not found: .", "fileId")


def test_e4_queries_for_several_parents_lose_some_in_silence(drive: RunningServer) -> None:
    folders = [drive.world.add_folder(f"Day {n}") for n in (1, 2, 3)]
    for folder in folders:
        drive.world.add_file("a.pdf", b"%PDF", folder)
    query = " or ".join(f"'{folder}' in parents" for folder in folders)
    answer = client(drive).files().list(q=f"({query}) and trashed = false", fields="incompleteSearch,files/parents").execute()
    assert answer["incompleteSearch"] is False
    assert len(answer["files"]) < 3
    drive.world.or_loses_parents = False
    assert len(listed(drive, "", q=query)) == 3


def test_e5_a_search_says_that_it_is_incomplete(drive: RunningServer) -> None:
    drive.faults.add(Fault(operation="list", target=drive.world.root, incomplete=True))
    query = {"q": f"'{drive.world.root}' in parents", "fields": "incompleteSearch"}
    assert client(drive).files().list(**query).execute() == {"incompleteSearch": True}
    assert client(drive).files().list(**query).execute() == {"incompleteSearch": False}


def test_e6_pages_are_shorter_than_asked_for(drive: RunningServer) -> None:
    names = {drive.world.add_file(f"{n}.pdf", b"%PDF") for n in range(25)}
    drive.world.page_cap = 10
    files, call, sizes = client(drive).files(), None, []
    found = set()
    call = files.list(q=f"'{drive.world.root}' in parents", pageSize=1000, fields="nextPageToken,files(id)")
    while call is not None:
        answer = call.execute()
        sizes.append(len(answer["files"]))
        found |= {file["id"] for file in answer["files"]}
        call = files.list_next(call, answer)
    assert sizes == [10, 10, 5]
    assert found == names


def test_e7_a_page_token_expires(drive: RunningServer) -> None:
    for n in range(3):
        drive.world.add_file(f"{n}.pdf", b"%PDF")
    query = {"q": f"'{drive.world.root}' in parents", "pageSize": 2}
    token = client(drive).files().list(**query).execute()["nextPageToken"]
    assert len(client(drive).files().list(pageToken=token, **query).execute()["files"]) == 1
    drive.service.forget_pages()
    status, entry = refused(client(drive).files().list(pageToken=token, **query))
    assert (status, entry["reason"], entry["location"], entry["message"]) == (400, "invalid", "pageToken", "Invalid Value")


def test_e8_the_bin_is_listed_unless_left_out(drive: RunningServer) -> None:
    folder = drive.world.add_folder("Old")
    drive.world.add_file("a.pdf", b"%PDF", folder)
    drive.world.trash(folder)
    assert len(listed(drive, "", q=f"'{drive.world.root}' in parents")) == 1
    assert listed(drive, drive.world.root) == []
    inside = listed(drive, "", q=f"'{folder}' in parents and trashed = true", fields="files(trashed,explicitlyTrashed)")
    assert inside == [{"trashed": True, "explicitlyTrashed": False}]
    drive.world.restore(folder)
    assert len(listed(drive, drive.world.root)) == 1


def test_e9_the_newest_come_first_unless_another_order_is_asked_for(drive: RunningServer) -> None:
    for name, day in (("b", 1), ("c", 3), ("a", 2)):
        drive.world.add_file(name, b"", modified=datetime(2025, 6, day, tzinfo=UTC))
    drive.world.add_folder("d")
    names = [file["name"] for file in listed(drive, drive.world.root)]
    assert names == ["d", "c", "a", "b"]
    assert [f["name"] for f in listed(drive, drive.world.root, orderBy="name desc")] == ["d", "c", "b", "a"]
    assert [f["name"] for f in listed(drive, drive.world.root, orderBy="folder,name")] == ["d", "a", "b", "c"]
    for order in ("createdTime", "quotaBytesUsed,name", "recency desc", "starred", "sharedWithMeTime,name_natural"):
        assert len(listed(drive, drive.world.root, orderBy=order)) == 4
    assert refused(client(drive).files().list(orderBy="name,name desc"))[1]["reason"] == "orderByContainsDuplicateSortKeys"
    assert refused(client(drive).files().list(orderBy="colour"))[1]["location"] == "orderBy"
    assert refused(client(drive).files().list(orderBy="name", q="fullText contains 'a'"))[0] == 403
    assert refused(client(drive).files().list(orderBy="name,starred"))[0] == 500


NAMES = [
    "a/b.pdf",
    "..",
    ".",
    "",
    "cafe\u0301",
    "café",
    "x" * 300,
    " spaces ",
    "q\"uo\\te's",
    "line\nfeed",
    "한국.pdf",
    "a.pdf",
]


def test_e10_every_name_is_possible_and_none_is_unique(drive: RunningServer) -> None:
    for name in [*NAMES, "a.pdf"]:
        drive.world.add_file(name, b"")
    assert sorted(f["name"] for f in listed(drive, drive.world.root)) == sorted([*NAMES, "a.pdf"])
    for name in NAMES:
        escaped = name.replace("\\", "\\\\").replace("'", "\\'")
        found = listed(drive, "", q=f"'{drive.world.root}' in parents and name = '{escaped}'")
        assert {f["name"] for f in found} == {name}


def test_e11_shortcuts_lead_to_files_folders_themselves_and_nowhere(drive: RunningServer) -> None:
    world = drive.world
    target = world.add_file("a.pdf", b"%PDF")
    world.change(target, resource_key="0-key")
    world.add_shortcut("to a file", target)
    loop = world.add_folder("Loop")
    world.add_shortcut("to its own folder", loop, loop)
    world.add_shortcut("nowhere", UNKNOWN)
    mask = "files(name,mimeType,size,md5Checksum,shortcutDetails)"
    by_name = {file["name"]: file for file in listed(drive, world.root, fields=mask)}
    details = by_name["to a file"]["shortcutDetails"]
    assert details == {"targetId": target, "targetMimeType": "application/pdf", "targetResourceKey": "0-key"}
    assert set(by_name["to a file"]) == {"name", "mimeType", "shortcutDetails"}
    assert by_name["nowhere"]["shortcutDetails"] == {"targetId": UNKNOWN}
    assert listed(drive, loop, fields=mask)[0]["shortcutDetails"]["targetId"] == loop


def test_e12_some_files_have_no_digests(drive: RunningServer) -> None:
    file_id = drive.world.add_file("old.pdf", b"%PDF")
    mask = "md5Checksum,sha1Checksum,sha256Checksum,size"
    assert len(client(drive).files().get(fileId=file_id, fields=mask).execute()) == 4
    drive.world.change(file_id, hashes=False)
    assert client(drive).files().get(fileId=file_id, fields=mask).execute() == {"size": "4"}


def test_e22_a_resource_key_must_be_shown(drive: RunningServer) -> None:
    folder = drive.world.add_folder("Old link")
    file_id = drive.world.add_file("a.pdf", b"%PDF", folder)
    drive.world.change(folder, resource_key="0-abc", needs_key=True)
    drive.world.change(file_id, resource_key="0-def", needs_key=True)
    assert refused(client(drive).files().get(fileId=file_id))[0] == 404
    assert listed(drive, folder) == []
    shown = {"X-Goog-Drive-Resource-Keys": f"{folder}/0-abc,{file_id}/0-def"}
    assert raw(drive, f"/drive/v3/files/{file_id}?alt=media", shown)[1] == b"%PDF"
    _, body = raw(drive, f"/drive/v3/files?q={quote(repr(folder) + ' in parents')}", shown)
    assert json.loads(body)["files"][0]["resourceKey"] == "0-def"


def test_e23_the_version_rises_with_no_other_change(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    before = client(drive).files().get(fileId=file_id, fields="*").execute()
    drive.world.touch(file_id)
    after = client(drive).files().get(fileId=file_id, fields="*").execute()
    assert int(after.pop("version")) == int(before.pop("version")) + 1
    assert after == before


def test_e24_a_folder_keeps_its_time_when_children_come(drive: RunningServer) -> None:
    folder = drive.world.add_folder("Day 1")
    before = client(drive).files().get(fileId=folder, fields="modifiedTime").execute()
    drive.world.add_file("a.pdf", b"%PDF", folder)
    assert client(drive).files().get(fileId=folder, fields="modifiedTime").execute() == before


def test_e25_lists_lag_behind(drive: RunningServer) -> None:
    drive.world.listing_lag = 2
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    assert client(drive).files().get(fileId=file_id).execute()["name"] == "a.pdf"
    assert [len(listed(drive, drive.world.root)) for _ in range(3)] == [0, 0, 1]


def test_e26_calls_cost_units_and_too_many_a_minute_are_refused(drive: RunningServer) -> None:
    now = [0.0]
    drive.service.meter.clock = lambda: now[0]
    drive.world.units_per_minute = 310
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    listed(drive, drive.world.root)
    client(drive).files().get(fileId=file_id).execute()
    client(drive).files().get_media(fileId=file_id).execute()
    assert drive.units == 305
    status, entry = refused(client(drive).files().list(q=f"'{drive.world.root}' in parents"))
    assert (status, entry["reason"], entry["domain"]) == (403, "userRateLimitExceeded", "usageLimits")
    now[0] = 61.0
    listed(drive, drive.world.root)


def test_e27_a_long_query_may_come_as_a_post(drive: RunningServer) -> None:
    folder = drive.world.add_folder("Day 1")
    query = f"'{drive.world.root}' in parents" + " and trashed = false" * 200
    assert [file["id"] for file in listed(drive, "", q=query)] == [folder]
    assert drive.requests[-1].verb == "GET"
    assert drive.requests[-1].headers["x-http-method-override"] == "GET"


@pytest.mark.parametrize(
    "path", ["about?fields=*", "changes/startPageToken", "changes?pageToken=1", "files/ROOT/revisions", "drives"]
)
def test_e28_an_api_key_is_not_enough_for_every_operation(drive: RunningServer, path: str) -> None:
    drive.world.open, drive.world.keys, drive.world.tokens = False, {"AIzaGood"}, {"ya29.good"}
    path = "/drive/v3/" + path.replace("ROOT", drive.world.root)
    response, body = raw(drive, path, {"X-Goog-Api-Key": "AIzaGood"})
    assert (response.status, json.loads(body)["error"]["status"]) == (401, "UNAUTHENTICATED")
    response, _ = raw(drive, path, {"Authorization": "Bearer ya29.good"})
    assert response.status == (403 if "revisions" in path else 200)


def test_e30_errors_are_written_as_drive_writes_them(drive: RunningServer) -> None:
    response, body = raw(drive, f"/drive/v3/files/{UNKNOWN}")
    assert response.headers["Content-Type"] == "application/json; charset=UTF-8"
    expected = {
        "error": {
            "code": 404,
            "message": f"File not found: {UNKNOWN}.",
            "errors": [
                {
                    "message": f"File not found: {UNKNOWN}.",
                    "domain": "global",
                    "reason": "notFound",
                    "location": "fileId",
                    "locationType": "parameter",
                }
            ],
        }
    }
    assert body.decode() == json.dumps(expected, indent=2) + "\n"
