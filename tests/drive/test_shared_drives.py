"""Folders in shared drives, through the real command line: for members, and for those who have nothing but a link."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.world import World
from support.office_proxy import Office, office_around
from support.small_drive import PPTX, mirror, run

DECK = Path(__file__).parents[2] / "src/materials_cli/emulator/sample/google-slides.pptx"
LINKED = {"a.txt": b"a", "Day 1/b.txt": b"b", "in another drive.txt": b"far"}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    world = World("My Drive folder")
    world.open, world.keys, world.tokens = False, {"the-key"}, {"token-1"}
    top, other = world.add_drive("Digital Ministry"), world.add_drive("Another ministry")
    workshop = world.add_folder("Workshop", top)
    world.share(workshop)
    world.add_file("a.txt", b"a", workshop)
    world.add_file("b.txt", b"b", world.add_folder("Day 1", workshop))
    world.add_native("Deck", "presentation", {PPTX: export_of(DECK.read_bytes())}, workshop)
    far = world.add_file("far.txt", b"far", other)
    world.share(far)
    world.add_shortcut("in another drive.txt", far, workshop)
    world.add_file("minutes.txt", b"for members alone", top)
    with office_around(world, tmp_path, monkeypatch) as around:
        yield around
        assert not around.drive.violations


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """The sign-in of a person; Google's host for tokens is the same Drive here."""
    path = tmp_path / "account.json"
    told = {"type": "authorized_user", "client_id": "id", "client_secret": "s", "refresh_token": "lasting"}
    path.write_text(json.dumps(told), "utf-8")
    return path


def top_of(office: Office) -> str:
    return office.drive.world.drives[0]


def workshop(office: Office) -> str:
    return next(node.id for node in office.drive.world.nodes.values() if node.name == "Workshop")


def link(folder: str) -> str:
    return f"https://drive.google.com/drive/folders/{folder}"


def held(archive: Path) -> dict[str, bytes]:
    """What is mirrored, its decks only by their first letters, which differ in no two exports."""
    return {name: data[:2] if name.endswith(".pptx") else data for name, data in mirror(archive).items()}


def follow(folder: str, archive: Path) -> dict[str, bytes]:
    run("add", link(folder), "--name", "c")
    run("sync")
    assert "no changes" in run("sync")
    return held(archive)


@pytest.mark.parametrize("way", ["key", "account", "member", "nobody"])
def test_a_linked_folder_of_a_shared_drive_is_mirrored_for_everybody(
    office: Office, tmp_path: Path, account: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "key":
        monkeypatch.setenv("GOOGLE_API_KEY", "the-key")
    elif way != "nobody":
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
        office.drive.world.members = office.drive.world.tokens if way == "member" else set()
    found = follow(workshop(office), tmp_path / "archive")
    assert found.pop("Deck.pptx") == b"PK"
    if way == "nobody":  # The public page does not say where a shortcut leads.
        assert found == {name: data for name, data in LINKED.items() if "another" not in name}
    else:
        assert found == LINKED
        assert not any("corpora" in request.query for request in office.drive.requests)


def test_a_whole_shared_drive_is_mirrored_for_a_member_under_its_own_name(
    office: Office, tmp_path: Path, account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    office.drive.world.members = office.drive.world.tokens
    assert "Digital Ministry" in run("add", link(top_of(office)))
    run("sync")
    (folder,) = (path for path in (tmp_path / "archive").iterdir() if path.is_dir() and path.name != ".materials")
    assert "digital-ministry" in folder.name.lower()
    folder.rename(tmp_path / "archive" / "c")
    found = held(tmp_path / "archive")
    assert found.pop("Workshop/Deck.pptx") == b"PK"
    assert found == {"minutes.txt": b"for members alone", **{f"Workshop/{name}": data for name, data in LINKED.items()}}


def test_a_shared_drive_whose_name_is_refused_is_called_drive(
    office: Office, account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    office.drive.world.members = office.drive.world.tokens
    office.drive.faults.add(Fault(operation="drives.get", status=404, reason="notFound"))
    assert "“Drive”" in run("add", link(top_of(office)))


@pytest.mark.parametrize("way", ["key", "account", "nobody"])
def test_a_shared_drive_is_closed_to_who_is_no_member(
    office: Office, account: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "key":
        monkeypatch.setenv("GOOGLE_API_KEY", "the-key")
    elif way == "account":
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    told = run("add", link(top_of(office)), "--name", "c", status=4)
    assert ("link_not_shared" if way == "nobody" else "link_not_found") in told


def test_who_loses_membership_loses_nothing_that_is_held(
    office: Office, tmp_path: Path, account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    office.drive.world.members = set(office.drive.world.tokens)
    found = follow(top_of(office), tmp_path / "archive")
    office.drive.world.members.clear()
    run("sync", status=4)
    assert held(tmp_path / "archive") == found
