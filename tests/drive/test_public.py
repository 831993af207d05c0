"""No credential at all: a link-shared folder is read from the pages that Drive shows to everybody."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.drive.public import page_day
from materials_cli.emulator.faults import Fault, sorry_page
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.small_drive import impatient, items, mirror, node, run

API = ("list", "get", "media", "export")


@pytest.fixture
def world() -> World:
    made = World("Folder <b>&amp;")
    made.open = False
    inner = made.add_folder("Inner", made.root)
    made.add_file("a & <b>.txt", b"first", made.root)
    made.add_file("empty.txt", b"", inner)
    made.add_file("page.html", b"<html><title>a real page</title></html>", inner)
    made.add_file("big.bin", bytes(range(256)) * 400, inner)
    made.virus_scan_limit = 50_000
    return made


@pytest.fixture
def drive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    impatient(monkeypatch, 3, 0.1)
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        monkeypatch.setenv("MATERIALS_KEYLESS", "1")
        monkeypatch.chdir(tmp_path)
        yield server
        assert not server.violations
        assert not server.crashes
        assert server.count(*API) == 0


def begin(world: World) -> str:
    run("add", world.root, "--name", "c")
    return run("sync")


def test_a_public_folder_syncs_with_nothing_set_up_and_says_so_once(drive: RunningServer, world: World, tmp_path: Path) -> None:
    told = begin(world)
    assert told.count("Reading the public page. An API key adds checksums and is more reliable") == 1
    assert mirror(tmp_path) == {
        "a & ＜b＞.txt": b"first",
        "Inner/empty.txt": b"",
        "Inner/page.html": b"<html><title>a real page</title></html>",
        "Inner/big.bin": bytes(range(256)) * 400,
    }
    rows = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {row["fixity"] for row in rows} == {"unverified at source"}
    assert {row["name"] for row in rows} == {"a & <b>.txt", "empty.txt", "page.html", "big.bin"}
    assert {row["modified"] for row in rows} == {
        n.modified.isoformat().replace("+00:00", "Z") for n in world.nodes.values() if n.data is not None
    }


def test_a_second_run_fetches_nothing_and_an_edit_is_seen(drive: RunningServer, world: World, tmp_path: Path) -> None:
    begin(world)
    assert "no changes" in run("sync")
    world.edit(node(world, "a & <b>.txt"), b"other")
    world.change(node(world, "a & <b>.txt"), modified=datetime.now(UTC).replace(microsecond=0))
    assert "1 replaced" in run("sync")
    assert b"other" in mirror(tmp_path).values()


@pytest.mark.parametrize("reason", ["quota", "forbidden"])
def test_a_page_that_refuses_is_never_taken_for_the_file(
    drive: RunningServer, world: World, tmp_path: Path, reason: str
) -> None:
    target = node(world, "a & <b>.txt")
    if reason == "quota":
        drive.faults.add(Fault(operation="page-media", target=target, reason="downloadQuotaExceeded", times=9))
    else:
        world.change(target, downloadable=False)
    run("add", world.root, "--name", "c")
    told = run("sync", status=3)
    assert ("used up for today" in told) == (reason == "quota")
    assert sorted(mirror(tmp_path)) == ["Inner/big.bin", "Inner/empty.txt", "Inner/page.html"]


def test_a_resource_key_in_the_page_is_shown_again_for_the_bytes(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.change(node(world, "a & <b>.txt"), needs_key=True, resource_key="0-abc")
    world.change(node(world, "Inner"), needs_key=True, resource_key="0-def")
    begin(world)
    assert len(mirror(tmp_path)) == 4


def test_a_held_file_that_cannot_be_asked_now_is_left_alone(drive: RunningServer, world: World, tmp_path: Path) -> None:
    begin(world)
    target = node(world, "a & <b>.txt")
    drive.faults.add(Fault(operation="page-media", target=target, reason="downloadQuotaExceeded", times=9))
    assert "no changes" in run("sync")
    assert items()["a & <b>.txt"]["modified"]


def test_a_private_folder_and_a_page_of_another_shape_withdraw_nothing(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    begin(world)
    world.unshare(world.root)
    assert "link_not_shared" in run("sync", status=4)
    world.share(world.root)
    other = "<html><head><title>Inner</title></head><body>Another layout</body></html>"
    drive.faults.add(Fault(operation="page-list", target=node(world, "Inner"), status=200, text=other, times=3))
    assert "could not be listed" in run("sync", status=3)
    assert "no changes" in run("sync")
    assert len(mirror(tmp_path)) == 4


def test_the_sorry_page_is_waited_out(drive: RunningServer, world: World, tmp_path: Path) -> None:
    fault = sorry_page(operation="page-media")
    drive.faults.add(fault)
    begin(world)
    assert len(mirror(tmp_path)) == 4


def test_a_cut_download_goes_on_with_a_fresh_confirmation(drive: RunningServer, world: World, tmp_path: Path) -> None:
    big = node(world, "big.bin")
    drive.faults.add(Fault(operation="page-media", target=big, skip=3, cut=70_000))
    begin(world)
    assert mirror(tmp_path)["Inner/big.bin"] == bytes(range(256)) * 400


def test_google_documents_are_exported_and_kept_when_only_their_wrapping_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sample_world()
    world.open = False
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        monkeypatch.setenv("MATERIALS_KEYLESS", "1")
        monkeypatch.chdir(tmp_path)
        begin(world)
        decks = {p: p.read_bytes() for p in (tmp_path / "c").rglob("*.pptx")}
        assert any(n.native and n.exports for n in world.nodes.values())
        run("sync")
        assert {p: p.read_bytes() for p in (tmp_path / "c").rglob("*.pptx")} == decks
        assert not [p for p in (tmp_path / ".materials" / "versions").rglob("*") if p.is_file()]
        assert not server.violations


def test_the_day_of_a_page_in_its_three_forms() -> None:
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert page_day("12:30 PM", now) == datetime(2026, 3, 2, tzinfo=UTC)
    assert page_day("Feb 5", now) == datetime(2026, 2, 5, tzinfo=UTC)
    assert page_day("Oct 7, 2024", now) == datetime(2024, 10, 7, tzinfo=UTC)
    assert page_day("Dec 30", now) == datetime(2025, 12, 30, tzinfo=UTC)
    assert page_day("vorgestern", now) is None


@pytest.mark.parametrize("button", ["fields", "address", "link"])
def test_the_virus_warning_is_passed_however_its_button_is_made(
    drive: RunningServer, world: World, tmp_path: Path, button: str
) -> None:
    world.virus_button = button
    begin(world)
    assert mirror(tmp_path)["Inner/big.bin"] == bytes(range(256)) * 400
