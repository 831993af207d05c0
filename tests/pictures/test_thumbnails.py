"""Drive's own picture of slide 1, where nothing here can draw a file: asked for once, and never what a sync fails for."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from materials_cli.emulator.faults import Fault, backend_error, sorry_page
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.pictures.kept import Picture, Pictures
from support.command import data, run
from support.decks import deck

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def picture(form: str = "PNG", size: tuple[int, int] = (1600, 900), colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


NO_PICTURES = (
    b"<html>Sign in</html>", b"\x89PNG\r\n\x1a\n and nothing more", picture()[:200], picture(size=(64, 64)),
    b"\xff\xd8" + bytes(5_000_000), b"%PDF-1.4 no picture", None,
)  # fmt: skip
ASKED = ("get", "page-thumbnail", "thumbnail")


@pytest.fixture(params=["key", "keyless"])
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """A Drive with a deck that can be drawn and one that cannot, for which Drive has a picture."""
    world = World("Folder")
    world.add_file("new.pptx", deck("One|first"))
    old = world.add_file("old.ppt", OLE + b" nothing that can be drawn")
    world.nodes[old].thumbnail = picture()
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    monkeypatch.setenv("MATERIALS_KEYLESS", "1" if request.param == "keyless" else "0")
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        run("add", world.root, "--name", "c")
        settings = tmp_path / "materials.toml"
        settings.write_text(settings.read_text("utf-8") + "pictures = true\n")
        yield server


def kept(archive: Path, name: str = "old.ppt") -> list[Picture]:
    digest = next(item["sha256"] for item in data("list")["items"] if item["name"] == name)
    return list(Pictures(archive).of(digest))


def asked(drive: RunningServer, do: Callable[[], Any]) -> int:
    """How many requests for pictures something costs."""
    before = len(drive.requests)
    do()
    files = {node.id for node in drive.world.nodes.values() if node.id != drive.world.root}
    return sum(request.operation in ASKED and request.target in files for request in drive.requests[before:])


def test_drives_picture_is_kept_where_nothing_here_can_draw(drive: RunningServer, tmp_path: Path) -> None:
    run("sync")
    (made,) = kept(tmp_path)
    assert (made.number, made.by, made.media, made.width, made.height) == (1, "drive", "image/jpeg", 960, 540)
    with Image.open(made.path) as opened:
        assert opened.convert("RGB").getpixel((100, 100)) == pytest.approx((0, 128, 0), abs=4)
    assert [each.by for each in kept(tmp_path, "new.pptx")] == ["document-svg"]
    assert drive.count("thumbnail") == 1
    assert not drive.violations
    assert asked(drive, lambda: run("sync")) == 0
    run("pictures", "--all")
    assert [each.by for each in kept(tmp_path)] == ["drive"]
    assert asked(drive, lambda: run("sync")) == 0


def test_it_is_shown_as_drives_own_and_never_published(drive: RunningServer, tmp_path: Path) -> None:
    assert drive
    run("sync")
    assert "Drive’s own picture: 1" in run("show", "old.ppt").stdout
    assert [each["by"] for each in data("show", "old.ppt")["items"][0]["pictures"]] == ["drive"]
    run("site", "--to", str(tmp_path / "out"), "--single", str(tmp_path / "one.html"))
    shown = [page for page in (tmp_path / "out" / "items").glob("*.html") if "Drive’s own picture" in page.read_text("utf-8")]
    assert len(shown) == 1
    assert "data:image/jpeg" in (tmp_path / "one.html").read_text("utf-8")
    run("triage", "--item", "old.ppt", "--decide", "publish")
    run("site", "--public", "--to", str(tmp_path / "public"))
    assert len(list((tmp_path / "public" / "items").glob("*.html"))) == 1
    assert not list((tmp_path / "public").rglob("*.jpg"))


def test_what_is_no_picture_is_none_and_fails_no_sync(drive: RunningServer, tmp_path: Path) -> None:
    for number, sent in enumerate(NO_PICTURES):
        added = drive.world.add_file(f"{number}.ppt", OLE + bytes([number]))
        drive.world.nodes[added].thumbnail = sent
    run("sync")
    assert [kept(tmp_path, f"{number}.ppt")[0].by for number in range(len(NO_PICTURES))] == ["card"] * len(NO_PICTURES)
    assert kept(tmp_path)[0].by == "drive"
    assert asked(drive, lambda: run("sync")) == 0


def test_a_redirect_to_somewhere_else_is_not_followed(drive: RunningServer, tmp_path: Path) -> None:
    with start(World("Elsewhere")) as other:
        outside = f"http://127.0.0.2:{other.address.rpartition(':')[2]}/thumbnails/x/1=s220"
        drive.faults.add(Fault(operation="thumbnail", leads_to=outside))
        run("sync")
        assert not other.requests
    assert [each.by for each in kept(tmp_path)] == ["card"]


def test_what_keeps_drive_from_answering_is_asked_again_by_the_next_sync(drive: RunningServer, tmp_path: Path) -> None:
    drive.faults.add(backend_error("thumbnail"), sorry_page("thumbnail"))
    for by in ("card", "card", "drive"):
        run("sync")
        assert [each.by for each in kept(tmp_path)] == [by]
