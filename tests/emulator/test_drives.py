"""The emulator's shared drives: who sees what, with which flags, as Google's guide and its discovery document have it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from materials_cli.emulator.formats import PPTX
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.emulator_client import raw, serving

MEMBER, KEY = {"Authorization": "Bearer member"}, {"X-Goog-Api-Key": "the-key"}
FLAGS = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}


@dataclass
class Shared:
    """A shared drive with a folder that is shared by link, and one file in each."""

    drive: RunningServer
    top: str
    folder: str
    inside: str
    private: str

    def ask(self, path: str, who: dict[str, str], **query: str) -> tuple[int, dict[str, Any]]:
        response, body = raw(self.drive, f"/drive/v3/{path}?{urlencode(query)}", who)
        return response.status, json.loads(body)

    def names(self, parent: str, who: dict[str, str], **query: str) -> list[str]:
        status, answer = self.ask("files", who, q=f"'{parent}' in parents", **query)
        assert (status, answer["incompleteSearch"]) == (200, False)
        return sorted(file["name"] for file in answer["files"])

    def refused(self, path: str, who: dict[str, str], **query: str) -> tuple[int, str, str]:
        status, answer = self.ask(path, who, **query)
        return status, answer["error"]["errors"][0]["reason"], answer["error"]["message"]


@pytest.fixture
def shared() -> Iterator[Shared]:
    world = World("My Drive folder")
    world.open, world.keys, world.tokens, world.members = False, {"the-key"}, {"member", "stranger"}, {"member"}
    top = world.add_drive("Digital Ministry")
    folder = world.add_folder("Workshop", top)
    world.share(folder)
    with serving(world) as drive:
        yield Shared(drive, top, folder, world.add_file("a.pdf", b"%PDF", folder), world.add_file("b.pdf", b"%PDF", top))


def test_a_shared_drive_is_a_folder_of_its_own_id_and_is_called_drive(shared: Shared) -> None:
    assert len(shared.top) == 19
    assert (shared.top[:2], shared.top[-6:]) == ("0A", "Uk9PVA")
    status, told = shared.ask(f"files/{shared.top}", MEMBER, supportsAllDrives="true", fields="name,driveId,mimeType,parents")
    assert (status, told["name"], told["driveId"], "parents" in told) == (200, "Drive", shared.top, False)
    status, told = shared.ask(f"drives/{shared.top}", MEMBER)
    assert (status, told) == (200, {"kind": "drive#drive", "id": shared.top, "name": "Digital Ministry"})
    for who in ({"Authorization": "Bearer stranger"}, MEMBER):
        wanted = f"0A{'x' * 11}Uk9PVA" if who == MEMBER else shared.top
        assert shared.refused(f"drives/{wanted}", who) == (404, "notFound", f"Shared drive not found: {wanted}")


def test_what_lies_in_a_shared_drive_belongs_to_nobody(shared: Shared) -> None:
    _, told = shared.ask(f"files/{shared.inside}", MEMBER, supportsAllDrives="true", fields="*")
    assert told["driveId"] == shared.top
    assert not {"owners", "ownedByMe", "shared", "permissions"} & set(told)
    _, ours = shared.ask(f"files/{shared.drive.world.root}", MEMBER, fields="*")
    assert {"owners", "ownedByMe", "shared"} <= set(ours)
    assert "driveId" not in ours


def test_without_the_flag_a_thing_in_a_shared_drive_is_not_found_though_its_bytes_are(shared: Shared) -> None:
    status, reason, message = shared.refused(f"files/{shared.inside}", MEMBER)
    assert (status, reason, message) == (404, "notFound", f"File not found: {shared.inside}.")
    assert shared.ask(f"files/{shared.inside}", MEMBER, supportsAllDrives="true")[0] == 200
    assert raw(shared.drive, f"/drive/v3/files/{shared.inside}?alt=media", MEMBER)[1] == b"%PDF"


@pytest.mark.parametrize("who", [MEMBER, KEY], ids=["member", "key"])
def test_a_linked_folder_is_listed_with_both_flags_and_seems_empty_without(shared: Shared, who: dict[str, str]) -> None:
    assert shared.names(shared.folder, who, **FLAGS) == ["a.pdf"]
    assert shared.names(shared.folder, who) == []
    assert shared.names(shared.folder, who, supportsAllDrives="true") == []
    status, reason, _ = shared.refused("files", who, includeItemsFromAllDrives="true")
    assert (status, reason) == (403, "supportsTeamDrivesRequired")


def test_only_members_see_the_top_and_what_is_not_shared_by_link(shared: Shared) -> None:
    assert shared.names(shared.top, MEMBER, **FLAGS) == ["Workshop", "b.pdf"]
    assert shared.names(shared.top, KEY, **FLAGS) == []
    for node in (shared.top, shared.private):
        assert shared.refused(f"files/{node}", KEY, supportsAllDrives="true")[0] == 404


def test_the_corpus_of_one_drive_is_for_its_members(shared: Shared) -> None:
    corpus = {**FLAGS, "corpora": "drive", "driveId": shared.top}
    assert shared.names(shared.folder, MEMBER, **corpus) == ["a.pdf"]
    _, everything = shared.ask("files", MEMBER, **corpus)
    assert sorted(file["name"] for file in everything["files"]) == ["Workshop", "a.pdf", "b.pdf"]
    for who in (KEY, {"Authorization": "Bearer stranger"}):
        told = shared.refused("files", who, q=f"'{shared.folder}' in parents", **corpus)
        assert told == (403, "teamDriveMembershipRequired", "The attempted action requires shared drive membership.")
    unknown = {**corpus, "driveId": shared.folder}
    assert shared.refused("files", MEMBER, **unknown) == (404, "notFound", f"Shared drive not found: {shared.folder}")


def test_parameters_that_contradict_each_other(shared: Shared) -> None:
    for wrong in ({"corpora": "drive"}, {"driveId": shared.top}):
        assert "if and only if corpora is set to drive" in shared.refused("files", MEMBER, **FLAGS, **wrong)[2]
    told = shared.refused("files", MEMBER, corpora="allDrives")
    assert (told[0], told[2][:25]) == (403, "The includeItemsFromAllDr")
    assert shared.refused("files", MEMBER, corpora="mine")[0] == 400


def test_drives_are_listed_in_pages_to_their_members(shared: Shared) -> None:
    second = shared.drive.world.add_drive("Second")
    _, first_page = shared.ask("drives", MEMBER, pageSize="1")
    assert [drive["name"] for drive in first_page["drives"]] == ["Digital Ministry"]
    _, last_page = shared.ask(
        "drives", MEMBER, pageSize="1", pageToken=first_page["nextPageToken"], fields="drives(id,createdTime)"
    )
    assert [set(drive) for drive in last_page["drives"]] == [{"id", "createdTime"}]
    assert last_page["drives"][0]["id"] == second
    assert shared.ask("drives", {"Authorization": "Bearer stranger"})[1] == {"kind": "drive#driveList", "drives": []}
    assert shared.refused("drives", MEMBER, pageToken="bad")[:2] == (400, "invalid")
    assert shared.refused("drives", MEMBER, pageSize="101")[:2] == (400, "invalidParameter")
    assert shared.refused("drives", MEMBER, useDomainAdminAccess="true")[1] == "noListTeamDrivesAdministratorPrivilege"
    shared.drive.world.delete(second)
    assert len(shared.ask("drives", MEMBER)[1]["drives"]) == 1


def test_an_export_link_knows_a_member_by_the_token(shared: Shared) -> None:
    deck = shared.drive.world.add_native("Deck", "presentation", {PPTX: lambda _: b"PK deck"}, shared.top)
    path = f"/feeds/download/presentations/Export?id={deck}&exportFormat=pptx"
    assert raw(shared.drive, path)[0].status == 302
    response, _ = raw(shared.drive, path, MEMBER)
    assert response.status == 307
    assert raw(shared.drive, urlsplit(response.headers["Location"]).path)[1] == b"PK deck"


def test_a_thing_that_is_moved_into_a_shared_drive_is_part_of_it(shared: Shared) -> None:
    world = shared.drive.world
    folder = world.add_folder("Moved")
    file = world.add_file("c.pdf", b"%PDF", folder)
    world.move(folder, shared.top)
    assert world.nodes[file].drive == shared.top
    world.move(folder, world.root)
    assert world.nodes[file].drive is None
