"""Google documents: in the formats that are wanted, by whichever way leads to them, and never written anew for nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from materials_cli.drive.wire import Wire
from materials_cli.emulator.faults import Fault
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from support.google_document import EXPORTS, PAGES, WORDS
from support.small_drive import PPTX, drive, items, kept, mirror, node, rules, run, world  # noqa: F401 - fixtures


def test_one_document_in_several_formats(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, 'formats = {slides = ["pptx", "pdf", "txt"]}\n')
    deck = world.add_native("Deck", "presentation", EXPORTS)
    assert "3 new" in run("sync")
    held = mirror(tmp_path)
    assert (held["Deck.pdf"], held["Deck.txt"]) == (PAGES, WORDS)
    assert held["Deck.pptx"].startswith(b"PK")
    rows = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {row["id"] for row in rows if row["name"] == "Deck"} == {deck, f"{deck}+pdf", f"{deck}+txt"}
    world.rename(deck, "Better")
    assert "3 renamed" in run("sync")
    assert {"Better.pptx", "Better.pdf", "Better.txt"} <= mirror(tmp_path).keys()
    before = mirror(tmp_path)
    world.touch(deck)
    run("sync")
    assert mirror(tmp_path) == before
    assert kept(tmp_path) == set()
    assert "no changes" in run("sync")


def test_a_format_that_is_not_wanted_any_more_is_kept_aside(drive: RunningServer, world: World, tmp_path: Path) -> None:
    before = (tmp_path / "materials.toml").read_text("utf-8")
    rules(tmp_path, 'formats = {slides = ["pptx", "pdf"]}\n')
    world.add_native("Deck", "presentation", EXPORTS)
    run("sync")
    (tmp_path / "materials.toml").write_text(before, "utf-8")
    assert "1 withdrawn" in run("sync")
    assert "Deck.pdf" not in mirror(tmp_path)
    assert len(kept(tmp_path)) == 1
    rules(tmp_path, 'formats = {slides = ["pdf"]}\n')
    run("sync")
    assert mirror(tmp_path)["Deck.pdf"] == PAGES
    assert "Deck.pptx" not in mirror(tmp_path)
    assert "no changes" in run("sync")


def test_the_public_page_gives_several_formats_too(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATERIALS_KEYLESS", "1")
    rules(tmp_path, 'formats = {slides = ["pptx", "pdf"]}\n')
    world.add_native("Deck", "presentation", EXPORTS)
    run("sync")
    assert mirror(tmp_path)["Deck.pdf"] == PAGES
    assert "Deck.pptx" in mirror(tmp_path)


def test_what_is_too_large_to_export_is_downloaded_by_an_operation(drive: RunningServer, world: World, tmp_path: Path) -> None:
    deck = world.add_native("Deck", "presentation", EXPORTS)
    world.export_limit = 1000
    drive.faults.add(Fault(operation="link", target=deck, status=404, reason="notFound", times=None))
    run("sync")
    assert mirror(tmp_path)["Deck.pptx"].startswith(b"PK")
    assert (drive.count("export"), drive.count("download"), drive.count("operations.get")) == (1, 1, 1)


def test_a_document_that_google_cannot_convert_at_all_is_told_and_the_run_goes_on(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    deck = world.add_native("Deck", "presentation", EXPORTS)
    world.add_file("new.txt", b"new")
    for operation, reason in (("link", "notFound"), ("export", "exportSizeLimitExceeded"), ("download", "cannotDownloadFile")):
        drive.faults.add(Fault(operation=operation, target=deck, status=403, reason=reason, times=None))
    assert "failed  c/Deck.pptx" in run("sync", status=3)
    assert mirror(tmp_path)["new.txt"] == b"new"


def test_an_owner_who_forbids_exports_is_asked_once(drive: RunningServer, world: World, tmp_path: Path) -> None:
    deck = world.add_native("Deck", "presentation", EXPORTS)
    drive.faults.add(Fault(operation="link", target=deck, status=403, reason="cannotExportFile", times=None))
    drive.faults.add(Fault(operation="export", target=deck, status=403, reason="cannotExportFile", times=None))
    run("sync", status=3)
    assert drive.count("download") == 0


def test_a_video_of_google_vids_is_had_by_an_operation_alone(drive: RunningServer, world: World, tmp_path: Path) -> None:
    world.add_native("Film", "vid", {"video/mp4": lambda _: b"\0\0\0\x18ftypmp42"})
    run("sync")
    assert mirror(tmp_path)["Film.mp4"] == b"\0\0\0\x18ftypmp42"
    assert drive.count("export", "link") == 0


def test_an_export_of_the_wrong_kind_is_not_taken_in(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    world.add_native("Deck", "presentation", {PPTX: lambda _: b"no deck at all"})
    assert "not in the requested format" in run("sync", status=3)
    assert "Deck.pptx" not in mirror(tmp_path)


def test_formats_of_one_document_share_its_search_and_its_place_in_the_list(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    rules(tmp_path, 'formats = {slides = ["pptx", "pdf"]}\n')
    world.add_native("Deck", "presentation", EXPORTS, node(world, "Inner"))
    run("sync")
    assert {"Inner/Deck.pptx", "Inner/Deck.pdf"} <= mirror(tmp_path).keys()
    assert items()["Deck"]["unit"] in {"slide", "page"}


def lasting(operation: str, deck: str, status: int, *, html: bool = False) -> Fault:
    return Fault(operation=operation, target=deck, status=status, times=None, reason="internalError", html=html)


@pytest.mark.parametrize("html", [False, True], ids=["in trouble", "sorry"])
def test_the_other_ways_are_tried_before_a_document_is_given_up(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, html: bool
) -> None:
    """docs.google.com may refuse while the API serves (hypothesis/via#405), files.export answer 500 (ruby-client#664)."""
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    deck = world.add_native("Deck", "presentation", EXPORTS)
    drive.faults.add(lasting("link", deck, 403 if html else 500, html=html))
    run("sync")
    assert (drive.count("link") <= 2, drive.count("export"), drive.count("download")) == (True, 1, 0)
    world.touch(deck)
    world.change(deck, modified=datetime(2026, 5, 1, tzinfo=UTC))
    drive.faults.add(lasting("export", deck, 500))
    run("sync")
    assert drive.count("download") == 1
    assert mirror(tmp_path)["Deck.pptx"].startswith(b"PK")


def test_a_document_that_cannot_be_had_in_any_way_is_told_and_costs_no_other(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    deck = world.add_native("Deck", "presentation", EXPORTS)
    world.add_native("Other", "presentation", EXPORTS)
    drive.faults.add(*(lasting(operation, deck, 500) for operation in ("link", "export", "download")))
    assert "c/Deck.pptx: Google Drive reported an internal error" in run("sync", status=3)
    assert "Other.pptx" in mirror(tmp_path)


def test_an_export_that_was_cut_short_never_takes_the_place_of_a_whole_one(
    drive: RunningServer, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "wait", lambda *_: None)
    deck = world.add_native("Deck", "presentation", EXPORTS)
    run("sync")
    held = mirror(tmp_path)["Deck.pptx"]
    world.change(deck, modified=datetime(2026, 5, 1, tzinfo=UTC))
    world.touch(deck)
    drive.faults.add(
        lasting("link", deck, 500), Fault(operation="export", times=None, short=100), lasting("download", deck, 500)
    )
    assert "c/Deck.pptx" in run("sync", status=3)
    assert mirror(tmp_path)["Deck.pptx"] == held
    drive.faults.clear()
    run("sync")
