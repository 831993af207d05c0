"""What every way to Drive must be able to do: the same questions to the API and to the public pages, over true HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import Credential
from materials_cli.drive.download import fetch
from materials_cli.drive.refusals import RefusalError
from materials_cli.drive.resources import Resource, understood
from materials_cli.drive.source import Source
from materials_cli.drive.walk import crawl, find_root
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.errors import MaterialsError
from materials_cli.kinds import FOLDER
from materials_cli.messages import verbatim
from materials_cli.model import Listing, RemoteFile, Step
from support.google_document import EXPORTS, PAGES
from support.small_drive import node

LETTERS = bytes(range(65, 91)) * 40


@pytest.fixture
def world() -> World:
    made = World("Folder")
    inner = made.add_folder("Inner")
    made.add_folder("Empty")
    made.add_file("letters.txt", LETTERS)
    made.add_file("nothing.txt", b"", inner)
    made.add_native("Deck", "presentation", EXPORTS, inner)
    made.add_native("Form", "form", {}, inner)
    return made


@pytest.fixture
def drive(world: World) -> Iterator[RunningServer]:
    with start(world) as server:
        yield server
        assert not server.violations
        assert not server.crashes


@pytest.fixture(params=["api", "public"])
def source(request: pytest.FixtureRequest, drive: RunningServer) -> Iterator[Source]:
    with connect(
        Credential(f"http://{drive.address}", verbatim("the emulator"), keyless=request.param == "public"), tries=2
    ) as opened:
        yield opened


def unseen(_: Step) -> None:
    pass


def listing(source: Source, world: World, formats: dict[str, tuple[str, ...]] | None = None) -> Listing:
    with ThreadPoolExecutor(4) as workers:
        return crawl(source, find_root(source, world.root, None), None, workers, unseen, formats).listing()


def children(source: Source, folder: str) -> list[Resource]:
    return [understood(entry) for page in source.children(folder) for entry in page]


def listed(source: Source, world: World, name: str) -> RemoteFile:
    return next(file for file in listing(source, world).files if file.name == name)


class TestEveryWayToDrive:
    def test_the_folder_is_described(self, source: Source, world: World) -> None:
        root = source.describe(world.root)
        assert (root["id"], root["name"], root["mimeType"]) == (world.root, "Folder", FOLDER)

    def test_a_folder_that_is_not_shared_or_never_was_is_refused(self, source: Source, world: World) -> None:
        world.unshare(node(world, "Inner"))
        for unseen_id in (node(world, "Inner"), "1" + "x" * 32):
            with pytest.raises(MaterialsError) as refused:
                source.describe(unseen_id)
            assert refused.value.code in {"file_gone", "download_forbidden"}

    def test_what_lies_in_a_folder_is_listed(self, source: Source, world: World) -> None:
        found = {child["name"]: child for child in children(source, world.root)}
        assert {name: child["id"] for name, child in found.items()} == {
            name: node(world, name) for name in ("Inner", "Empty", "letters.txt")
        }
        assert found["letters.txt"]["mimeType"] == "text/plain"

    def test_a_size_is_known_from_the_list_or_with_the_first_bytes(self, source: Source, world: World) -> None:
        letters = listed(source, world, "letters.txt")
        for offset in (0, 1000):
            response = source.open(letters, offset)
            now = source.stated(letters, response)
            response.close()
            assert (now.size, now.modified, now.rough) == (len(LETTERS), world.nodes[letters.id].modified, False)

    def test_an_empty_folder_is_empty(self, source: Source, world: World) -> None:
        assert children(source, node(world, "Empty")) == []
        assert source.is_listable(node(world, "Empty"))

    def test_a_folder_that_is_closed_is_never_taken_for_an_empty_one(self, source: Source, world: World) -> None:
        world.unshare(node(world, "Inner"))
        with pytest.raises(MaterialsError):
            children(source, node(world, "Inner")) or source.is_listable(node(world, "Inner"))

    def test_bytes_come_from_the_start_and_from_the_middle(self, source: Source, world: World) -> None:
        letters = listed(source, world, "letters.txt")
        whole = source.open(letters)
        assert (whole.status, whole.read()) == (200, LETTERS)
        rest = source.open(letters, 1000)
        assert (rest.status, rest.read()) == (206, LETTERS[1000:])

    def test_a_refused_file_raises_what_the_refusal_means(self, source: Source, world: World) -> None:
        letters = listed(source, world, "letters.txt")
        world.unshare(letters.id)
        with pytest.raises(RefusalError) as refused:
            source.open(letters)
        assert refused.value.error.code in {"file_gone", "download_forbidden"}

    def test_a_file_is_described_again_as_it_is_now(self, source: Source, world: World) -> None:
        before = source.described_again(listed(source, world, "letters.txt"))
        assert source.described_again(before) == before
        world.edit(before.id, b"other")
        now = source.described_again(before)
        assert (now.id, now.size, now.modified) == (before.id, 5, world.nodes[before.id].modified)

    def test_bytes_that_changed_since_the_list_are_fetched_as_what_they_are(
        self, source: Source, world: World, tmp_path: Path
    ) -> None:
        before = listed(source, world, "letters.txt")
        world.edit(before.id, LETTERS[::-1])
        fetched = fetch(source, before, lambda file: tmp_path / f"{file.modified}", "letters.txt", unseen)
        assert fetched.part.read_bytes() == LETTERS[::-1]
        assert fetched.file.modified == world.nodes[before.id].modified

    def test_bytes_without_a_digest_are_of_the_state_that_is_recorded(
        self, source: Source, world: World, tmp_path: Path
    ) -> None:
        world.change(node(world, "letters.txt"), hashes=False)
        before = listed(source, world, "letters.txt")
        assert before.md5 is before.sha256 is None
        world.edit(before.id, LETTERS[::-1])
        fetched = fetch(source, before, lambda file: tmp_path / f"{file.modified}", "letters.txt", unseen)
        assert (fetched.part.read_bytes(), fetched.verified) == (LETTERS[::-1], False)
        assert fetched.file.modified == world.nodes[before.id].modified
        assert source.confirmed(fetched.file) == fetched.file

    def test_digests_are_stated_where_it_says_so(self, source: Source, world: World) -> None:
        assert (listed(source, world, "letters.txt").sha256 is not None) == source.digests

    def test_each_way_to_a_document_leads_to_its_bytes(self, source: Source, world: World) -> None:
        deck = next(f for f in listing(source, world, {"slides": ("pdf",)}).files if f.name == "Deck")
        assert deck.export is not None
        found = list(source.exports(deck, deck.export))
        assert found
        for way in found:
            answer = source.wire.open("GET", way.address(), headers={})
            assert answer.read() == PAGES

    def test_a_document_without_a_link_is_exported_otherwise_or_refused(self, source: Source, world: World) -> None:
        deck = listed(source, world, "Deck")
        assert deck.export is not None
        elsewhere = replace(deck.export, link="https://drive.example/deck.pptx")
        try:
            addresses = [way.address() for way in source.exports(deck, elsewhere)]
        except MaterialsError as refused:
            assert refused.code == "no_content"  # noqa: PT017 - a way may have no other one
        else:
            assert addresses
            assert not any("drive.example" in address for address in addresses)

    def test_what_is_there_is_not_gone(self, source: Source, world: World) -> None:
        assert not source.is_gone(listed(source, world, "letters.txt"))

    def test_nobody_is_known_without_an_account(self, source: Source) -> None:
        assert source.account() == ""

    def test_both_ways_see_one_tree(self, source: Source, world: World) -> None:
        seen = listing(source, world)
        assert seen.complete
        assert not seen.closed
        assert {(file.id, file.name, file.folders, file.size, file.kind) for file in seen.files} == {
            (item.id, item.name, () if item.parent == world.root else ("Inner",), size if source.digests else None, kind)
            for item in world.nodes.values()
            for size, kind in [EXPECTED.get(item.name, (None, None))]
            if kind
        }
        assert {file.rough for file in seen.files} == {not source.digests}


EXPECTED = {
    "letters.txt": (len(LETTERS), "text"),
    "nothing.txt": (0, "text"),
    "Deck": (None, "slides"),
    "Form": (None, "link"),
}


@pytest.mark.parametrize(("keyless", "certain"), [(False, True), (True, False)], ids=["api", "public"])
def test_only_the_api_tells_that_a_file_is_gone(drive: RunningServer, world: World, *, keyless: bool, certain: bool) -> None:
    with connect(Credential(f"http://{drive.address}", verbatim("the emulator"), keyless=keyless)) as source:
        letters = listed(source, world, "letters.txt")
        world.trash(letters.id)
        assert source.is_gone(letters) == certain
        world.delete(letters.id)
        assert source.is_gone(letters) == certain


@pytest.mark.parametrize("keyless", [False, True], ids=["api", "public"])
def test_a_list_asks_for_no_bytes(drive: RunningServer, world: World, *, keyless: bool) -> None:
    with connect(Credential(f"http://{drive.address}", verbatim("the emulator"), keyless=keyless)) as source:
        listing(source, world)
    assert drive.count("page-media", "page-uc", "media") == 0


def test_who_has_no_account_waits_for_nothing_of_google() -> None:
    """Google's libraries take longer to import than a sync without changes may take."""
    source = "import materials_cli.archive, materials_cli.drive.connect, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert "urllib3" in imported
    assert imported.isdisjoint({"google", "googleapiclient", "httplib2", "cryptography", "requests"})


def test_who_asks_by_a_key_waits_for_no_library_that_only_accounts_need(drive: RunningServer) -> None:
    """Once somebody does need one, it is there, by whatever statement it is imported."""
    source = f"""
import sys
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import Credential
from materials_cli.messages import verbatim
with connect(Credential("http://{drive.address}", verbatim("the emulator"))) as source:
    source.account()
print(*{{name.partition(".")[0] for name in sys.modules}})
from google.oauth2 import service_account
import httplib2, google.oauth2.service_account as imported
print(service_account.Credentials.__module__, imported.Credentials is service_account.Credentials)
print(httplib2.auth._parse_www_authenticate({{"www-authenticate": "Basic realm=x"}}))
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    imported, made, login = done.stdout.splitlines()
    assert "googleapiclient" in imported.split()
    assert {"pyparsing", "cryptography", "asyncio"}.isdisjoint(imported.split())
    assert made == "google.oauth2.service_account True"
    assert login == "{'basic': {'realm': 'x'}}"


def test_who_looks_through_all_modules_imports_none_of_them_and_ends_at_none_that_is_missing() -> None:
    """As inspect and pickle do, to find out where something is from."""
    source = """
import inspect, pickle, sys
from materials_cli.drive import put_off
put_off._UNUSED += ("google.auth.of_another_version",)
put_off.put_off()
import google.auth
print(inspect.getmodule(compile("", "elsewhere", "exec")), "cryptography" in sys.modules)
print(pickle.whichmodule(object(), "what no module has"), "google.auth.of_another_version" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["None False", "__main__ False"]
