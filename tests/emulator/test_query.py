"""The emulator holds every request against Google's own documents: the search language, field masks, parameters."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from materials_cli.emulator.answers import Answer
from materials_cli.emulator.mask import Schemas, parse_mask, select
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.emulator_client import client, listed, raw, refused, serving


@pytest.fixture
def drive() -> Iterator[RunningServer]:
    with serving(World("Workshop")) as server:
        yield server


@pytest.mark.parametrize(
    "query",
    ["'", "'x'", "'x' in", "name", "name =", "nonsense = 'a'", "(trashed = false", "trashed = false and", "not(trashed = true)",
     "trashed = maybe", "modifiedTime > 'yesterday'", "'x' in colours", "a & b", "(" * 200 + ")" * 200],
)  # fmt: skip
def test_a_query_that_is_none_is_refused(drive: RunningServer, query: str) -> None:
    status, entry = refused(client(drive).files().list(q=query))
    assert (status, entry["message"], entry["reason"], entry["location"]) == (400, "Invalid Value", "invalid", "q")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "abc"),
        ("()", "abc"),
        ("not mimeType = 'application/pdf'", "b"),
        ("mimeType != 'application/pdf' or name = 'A.PDF'", "ab"),
        ('name contains "a"', "a"),
        ("mimeType contains 'application/vnd'", "b"),
        ("modifiedTime > '2025-06-02T00:00:00'", "c"),
        ("modifiedTime <= '2025-06-02T02:00:00+02:00'", "ab"),
        ("createdTime < '2020-01-01'", ""),
        ("starred = true", ""),
        ("not starred = true and sharedWithMe = false", "abc"),
        ("viewedByMeTime > '2020-01-01T00:00:00Z'", ""),
        ("name != 'a.pdf' and (trashed=false)", "bc"),
        ("'someone@example.org' in owners", ""),
    ],
)
def test_the_search_language(drive: RunningServer, query: str, names: str) -> None:
    for name, day in (("a.pdf", 1), ("b.pptx", 2), ("c.pdf", 3)):
        drive.world.add_file(name, b"", modified=datetime(2025, 6, day, tzinfo=UTC))
    whole = f"'root' in parents and ({query})" if query else "'root' in parents"
    assert sorted(file["name"][0] for file in listed(drive, "", q=whole)) == list(names)
    assert sorted(file["name"][0] for file in listed(drive, "", q=whole + " or")) == list(names)


def test_a_search_without_a_folder_finds_only_what_was_opened(drive: RunningServer) -> None:
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    assert listed(drive, "", q="name = 'a.pdf'") == []
    drive.world.opened.add(file_id)
    assert len(listed(drive, "", q="name = 'a.pdf'")) == 1


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("id", {"id"}),
        ("id,owners/displayName", {"id", "owners"}),
        ("owners(displayName, kind),capabilities/canDownload", {"owners", "capabilities"}),
        ("capabilities(*)", {"capabilities"}),
        (None, {"kind", "id", "name", "mimeType"}),
    ],
)
def test_a_field_mask_is_obeyed(drive: RunningServer, mask: str | None, expected: set[str]) -> None:
    file_id = drive.world.add_file("a.pdf", b"%PDF")
    query = {"fields": mask} if mask else {}
    found = client(drive).files().get(fileId=file_id, **query).execute()
    assert set(found) == expected
    if mask and "owners/" in mask:
        assert set(found["owners"][0]) == {"displayName"}


WHOLE = {"a": [{"b": {"c": 1, "d": 2}, "e": 3}], "f": {"g": 4, "h": 5}, "i": 6}
SCHEMAS: Schemas = {
    "Whole": {"properties": {"a": {"type": "array", "items": {"$ref": "Part"}}, "f": {"additionalProperties": {}}, "i": {}}},
    "Part": {"properties": {"b": {"properties": {"c": {}, "d": {}}}, "e": {}}},
}


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("*", WHOLE),
        ("a/b/c", {"a": [{"b": {"c": 1}}]}),
        ("a/b(c),a/e", {"a": [{"b": {"c": 1}, "e": 3}]}),
        ("a(b/c,b/d)", {"a": [{"b": {"c": 1, "d": 2}}]}),
        ("a/b/c,a/b", {"a": [{"b": {"c": 1, "d": 2}}]}),
        ("a/b,a/b/c", {"a": [{"b": {"c": 1, "d": 2}}]}),
        (" f / g , i ", {"f": {"g": 4}, "i": 6}),
        ("f/*,i,i", {"f": {"g": 4, "h": 5}, "i": 6}),
        ("*,i", WHOLE),
    ],
)
def test_the_language_of_masks(mask: str, expected: object) -> None:
    assert select(WHOLE, parse_mask(mask, "Whole", SCHEMAS)) == expected


@pytest.mark.parametrize("mask", ["i/*", "a/b/x", "a&b", "a(b", "a)", "a//b", "a/(b)", "b"])
def test_what_is_no_mask(mask: str) -> None:
    with pytest.raises(Answer):
        parse_mask(mask, "Whole", SCHEMAS)


def test_a_mask_for_a_value_that_has_less() -> None:
    assert select({"a": 5, "i": 6}, {"a": {"b": None}, "f": None}) == {"a": 5}


@pytest.mark.parametrize(
    "mask", ["colour", "owners/colour", "owners(colour)", "id(", "id)", "owners(", "id,,name", "/", "id/x"]
)
def test_a_field_mask_that_is_none_is_refused(drive: RunningServer, mask: str) -> None:
    status, entry = refused(client(drive).files().get(fileId=drive.world.root, fields=mask))
    assert (status, entry["reason"], entry["location"]) == (400, "invalidParameter", "fields")
    assert entry["message"].startswith("Invalid field selection")


@pytest.mark.parametrize("query", ["pageSize=many", "supportsAllDrives=perhaps", "pageSize=99999999999", "$.xgafv=9"])
def test_values_that_the_discovery_document_does_not_allow_are_refused(drive: RunningServer, query: str) -> None:
    response, body = raw(drive, f"/drive/v3/files?{query}")
    assert (response.status, json.loads(body)["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_a_parameter_that_there_is_not_does_nothing_and_is_remembered(drive: RunningServer) -> None:
    """So does Drive: ericwastaken/google-drive-export sends trashed=false as one, and gets what is in the bin."""
    drive.world.trash(drive.world.add_file("old.pdf", b"%PDF"))
    _, body = raw(drive, f"/drive/v3/files?q='{drive.world.root}'%20in%20parents&trashed=false")
    assert len(json.loads(body)["files"]) == 1
    assert drive.violations == ["drive.files.list has no parameter trashed."]


def test_a_blank_mask_asks_for_nothing(drive: RunningServer) -> None:
    for blank in ("", "%20"):
        assert raw(drive, f"/drive/v3/files?fields={blank}")[1] == b"{}\n"
        assert raw(drive, f"/drive/v3/files/{drive.world.root}?fields={blank}")[1] == b"{}\n"


def test_values_of_the_wrong_type_are_all_told_at_once(drive: RunningServer) -> None:
    _, body = raw(drive, "/drive/v3/files?pageSize=many&supportsAllDrives=perhaps")
    error = json.loads(body)["error"]
    sentences = [
        "Invalid value at 'page_size' (TYPE_INT32), \"many\"",
        "Invalid value at 'supports_all_drives' (TYPE_BOOL), \"perhaps\"",
    ]
    assert error["errors"] == [{"message": "\n".join(sentences), "reason": "invalid"}]
    assert [violation["description"] for violation in error["details"][0]["fieldViolations"]] == sentences


def test_answers_are_indented_unless_asked_otherwise(drive: RunningServer) -> None:
    path = f"/drive/v3/files/{drive.world.root}?fields=name,starred"
    assert raw(drive, path)[1] == b'{\n  "name": "Workshop",\n  "starred": false\n}\n'
    assert raw(drive, path + "&prettyPrint=false")[1] == b'{"name":"Workshop","starred":false}'


def test_what_is_wrong_is_told_in_drives_order(drive: RunningServer) -> None:
    drive.world.open, drive.world.tokens = False, {"ya29.good"}
    wrong = {
        "$.xgafv": "9",
        "pageSize": "0",
        "orderBy": "colour",
        "includeItemsFromAllDrives": "true",
        "q": "nonsense",
        "pageToken": "old",
        "fields": "colour",
    }
    told = []
    token = "ya29.old"
    while True:
        response, body = raw(drive, f"/drive/v3/files?{urlencode(wrong)}", {"Authorization": f"Bearer {token}"})
        if response.status == 200:
            break
        entry = json.loads(body)["error"]["errors"][0]
        names = {"badRequest": "$.xgafv", "supportsTeamDrivesRequired": "includeItemsFromAllDrives"}
        told.append(entry.get("location") or names[entry["reason"]])
        if told[-1] == "Authorization":
            token = "ya29.good"
        else:
            del wrong["pageSize" if told[-1] == "page_size" else told[-1]]
    order = ["$.xgafv", "Authorization", "page_size", "orderBy", "includeItemsFromAllDrives", "q", "pageToken", "fields"]
    assert told == order


def test_what_is_not_there_is_told_as_such(drive: RunningServer) -> None:
    assert raw(drive, "/drive/v3/nothing/here")[0].status == 404
    assert raw(drive, "/elsewhere")[0].status == 404
    assert raw(drive, "/drive/v3/files", verb="POST")[0].status == 501
    status, entry = refused(client(drive).files().list(includeItemsFromAllDrives=True))
    assert (status, entry["reason"]) == (403, "supportsTeamDrivesRequired")
    assert refused(client(drive).files().get(fileId=drive.world.root, acknowledgeAbuse=True))[1]["reason"] == (
        "invalidAbuseAcknowledgment"
    )
    assert refused(client(drive).about().get())[1]["reason"] == "required"
    formats = client(drive).about().get(fields="exportFormats").execute()["exportFormats"]
    assert "text/plain" in formats["application/vnd.google-apps.presentation"]
