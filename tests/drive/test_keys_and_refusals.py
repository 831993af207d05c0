"""Resource keys go along end to end; files that Drive refuses are told, and the run goes on without them."""

from pathlib import Path

import pytest

from materials_cli.emulator.faults import Fault, download_quota
from materials_cli.emulator.sample import export_of
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support.google_document import DECK, PAGES
from support.small_drive import BYTES, PPTX, drive, items, mirror, rules, run, world  # noqa: F401 - fixtures


@pytest.mark.parametrize("way", ["link", "export", "operation"])
def test_resource_keys_go_along_from_the_link_to_the_last_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    world = World("Folder")
    inner, elsewhere = world.add_folder("Inner"), world.add_folder("Elsewhere")
    world.change(elsewhere, parent=None)
    file = world.add_file("inner.txt", b"in a folder", inner)
    deck = world.add_native("Deck", "presentation", {PPTX: export_of(DECK)}, inner)
    target = world.add_file("target.txt", b"behind a shortcut", elsewhere)
    world.add_shortcut("to target.txt", target)
    world.add_shortcut("to elsewhere", elsewhere)
    for number, guarded in enumerate((world.root, inner, elsewhere, file, deck, target)):
        world.change(guarded, needs_key=True, resource_key=f"0-key{number}")
    with start(world) as drive:
        if way != "link":
            drive.faults.add(Fault(operation="link", status=404, reason="notFound", times=None))
        if way == "operation":
            world.export_limit = 10
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", drive.address)
        monkeypatch.chdir(tmp_path)
        assert "link_not_found" in run("add", f"https://drive.google.com/drive/folders/{world.root}", "--name", "c", status=4)
        run("add", f"https://drive.google.com/drive/folders/{world.root}?resourcekey=0-key0", "--name", "c")
        run("sync")
        assert not drive.violations
        assert not drive.crashes
    held = mirror(tmp_path)
    assert held["Inner/inner.txt"] == b"in a folder"
    assert held["to target.txt"] == held["to elsewhere/target.txt"] == b"behind a shortcut"
    assert held["Inner/Deck.pptx"].startswith(b"PK")


@pytest.mark.parametrize("fields", [{"downloadable": False}, {"abusive": True}], ids=["forbidden", "flagged"])
def test_a_file_that_may_not_be_had_is_told_and_the_run_goes_on(
    drive: RunningServer, world: World, tmp_path: Path, fields: dict[str, bool]
) -> None:
    target = world.add_file("secret.pdf", b"%PDF-1.7")
    world.change(target, **fields)
    world.add_file("other.txt", b"other")
    before = drive.count(*BYTES)
    assert "secret.pdf" in run("sync", status=3)
    assert mirror(tmp_path)["other.txt"] == b"other"
    assert "secret.pdf" not in mirror(tmp_path)
    assert drive.count(*BYTES) - before == (1 if "downloadable" in fields else 2)
    world.change(target, **{name: not value for name, value in fields.items()})
    run("sync")
    assert mirror(tmp_path)["secret.pdf"] == b"%PDF-1.7"


def test_a_held_file_that_may_not_be_had_any_more_stays(drive: RunningServer, world: World, tmp_path: Path) -> None:
    target = world.add_file("a.pdf", b"%PDF-1.7")
    run("sync")
    world.change(target, downloadable=False)
    assert "no changes" in run("sync")
    world.edit(target, b"%PDF-1.8")
    assert "a.pdf" in run("sync", status=3)
    assert mirror(tmp_path)["a.pdf"] == b"%PDF-1.7"


def test_a_spent_quota_of_one_file_is_told_and_tried_again_tomorrow(drive: RunningServer, world: World, tmp_path: Path) -> None:
    target = world.add_file("popular.pdf", b"%PDF-1.7")
    world.add_file("other.txt", b"other")
    drive.faults.add(download_quota(target))
    assert "popular.pdf" in run("sync", status=3)
    assert mirror(tmp_path)["other.txt"] == b"other"
    drive.faults.clear()
    run("sync")
    assert mirror(tmp_path)["popular.pdf"] == b"%PDF-1.7"


def test_forms_and_maps_become_links_and_no_run_fails_for_them(drive: RunningServer, world: World, tmp_path: Path) -> None:
    for kind in ("form", "site", "map", "jam"):
        world.add_native(f"A {kind}", kind, {})
    assert "4 new" in run("sync")
    assert mirror(tmp_path)["A form.url"].startswith(b"[InternetShortcut]\r\nURL=https://")
    before = drive.count(*BYTES)
    assert "no changes" in run("sync")
    assert drive.count(*BYTES) == before
    assert items()["A site"]["kind"] == "link"


def test_a_drawing_and_its_pages_come_too(drive: RunningServer, world: World, tmp_path: Path) -> None:
    rules(tmp_path, 'formats = {drawing = ["png", "pdf"]}\n')
    world.add_native("Plan", "drawing", {"image/png": lambda _: b"\x89PNG\r\n", "application/pdf": lambda _: PAGES})
    run("sync")
    assert mirror(tmp_path)["Plan.png"] == b"\x89PNG\r\n"
    assert mirror(tmp_path)["Plan.pdf"] == PAGES
