"""`materials pictures` on a true archive: what is drawn, kept and dropped, and what hostile and broken files cost."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from reportlab.pdfgen import canvas

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.pictures.kept import CARD, DOCUMENT_SVG, LIBREOFFICE, Drawing, Picture, Pictures
from materials_cli.store import space
from support.command import data, run
from support.decks import deck
from support.synced import sync_first


def pdf(*pages: str) -> bytes:
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=(720, 540))
    for text in pages:
        made.drawString(100, 400, text)
        made.showPage()
    made.save()
    return out.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """A deck with another content of one part, or without it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            written = change(before.read(name)) if name == part else before.read(name)
            if written is not None:
                after.writestr(name, written)
    return out.getvalue()


THREE = deck("Opening|hello", "Middle|world", "Closing|bye")
ENTITY = b'<?xml version="1.0"?><!DOCTYPE p:sld [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'


@cache
def files() -> dict[str, bytes]:
    return {
        "deck.pptx": THREE,
        "named wrongly.pdf": THREE,
        "paper.pdf": pdf("first page", "second page"),
        "lost slide.pptx": changed(THREE, "ppt/slides/slide2.xml", lambda _: None),
        "hostile.pptx": changed(
            THREE, "ppt/slides/slide3.xml", lambda old: ENTITY + old.partition(b"?>")[2].replace(b"Closing", b"&b;")
        ),
        "bomb.pptx": changed(THREE, "ppt/slides/slide1.xml", lambda _: b" " * 200_000_000),
        "cut.pptx": THREE[:9000],
        "empty.pptx": deck(),
        "letter.docx": b"PK\x03\x04 no letter",
        "table.csv": b"a,b\n1,2\n",
    }


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archive on a computer without LibreOffice."""
    world = World("Folder")
    for name, content in files().items():
        world.add_file(name, content)
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
    yield tmp_path
    monkeypatch.undo()


def digests() -> dict[str, str]:
    return {item["name"]: item["sha256"] for item in data("list")["items"]}


def drawn(archive: Path, name: str) -> list[Picture]:
    return list(Pictures(archive).of(digests()[name]))


def rows() -> dict[str, dict[str, Any]]:
    return {row["path"].partition("/")[2]: row for row in data("pictures")["items"]}


def test_every_slide_and_page_has_a_picture_and_what_cannot_be_drawn_a_card(archive: Path) -> None:
    made = rows()
    by = {name: [(picture.number, picture.by) for picture in drawn(archive, name)] for name in files()}
    assert by["deck.pptx"] == by["named wrongly.pdf"] == [(1, "document-svg"), (2, "document-svg"), (3, "document-svg")]
    assert by["paper.pdf"] == [(1, "pdfium"), (2, "pdfium")]
    assert by["lost slide.pptx"] == [(1, "document-svg"), (2, "card"), (3, "document-svg")]
    assert by["hostile.pptx"] == [(1, "document-svg"), (2, "document-svg"), (3, "card")]
    assert {kind for _, kind in by["bomb.pptx"]} == {kind for _, kind in by["cut.pptx"]} == {"card"}
    assert [kind for _, kind in by["letter.docx"]] == ["card"]
    assert not by["table.csv"]
    assert not by["empty.pptx"]
    assert "zip bomb" in made["bomb.pptx"]["note"]
    assert made["deck.pptx"]["note"] is None
    assert (made["deck.pptx"]["pictures"], made["deck.pptx"]["by"], made["deck.pptx"]["unit"]) == (
        3,
        {"document-svg": 3},
        "slide",
    )


def test_a_picture_is_what_it_says_it_is(archive: Path) -> None:
    run("pictures")
    slide, page = drawn(archive, "deck.pptx")[1], drawn(archive, "paper.pdf")[0]
    assert (slide.media, slide.unit, slide.width, slide.height) == ("image/svg+xml", "slide", 720, 540)
    assert "Middle" in slide.path.read_text("utf-8")
    assert (page.media, page.unit, page.width, page.height) == ("image/jpeg", "page", 960, 720)
    with Image.open(page.path) as opened:
        assert opened.size == (960, 720)


def test_a_second_run_draws_nothing_and_a_lost_picture_is_drawn_again(archive: Path) -> None:
    first = rows()
    assert all(row["drawn_now"] for row in first.values())
    assert not any(row["drawn_now"] for row in rows().values())
    drawn(archive, "deck.pptx")[1].path.write_bytes(b"")
    assert [name for name, row in rows().items() if row["drawn_now"]] == ["deck.pptx", "named wrongly.pdf"][:1]
    assert len(drawn(archive, "deck.pptx")) == 3
    assert all(row["drawn_now"] for row in data("pictures", "--all")["items"])


def test_what_an_interrupted_run_left_is_drawn_again_and_swept(archive: Path) -> None:
    run("pictures")
    folder = Pictures(archive).folder
    (drawn(archive, "paper.pdf")[0].path.parent / "pictures.json").unlink()
    (folder / ".new-left" / "inner").mkdir(parents=True)
    assert not drawn(archive, "paper.pdf")
    assert [name for name, row in rows().items() if row["drawn_now"]] == ["paper.pdf"]
    assert not list(folder.glob(".new*"))


def test_another_version_of_what_draws_draws_again(archive: Path) -> None:
    run("pictures")
    for kept in Pictures(archive).folder.rglob("pictures.json"):
        content = json.loads(kept.read_text("utf-8"))
        content["tools"]["document-svg"] = "0/1.0"
        kept.write_text(json.dumps(content))
    again = {name for name, row in rows().items() if row["drawn_now"]}
    assert {"deck.pptx", "lost slide.pptx", "cut.pptx"} <= again
    assert "paper.pdf" not in again


def test_pictures_survive_a_rebuild_and_are_no_part_of_the_mirror(archive: Path) -> None:
    run("pictures")
    before = {path: path.read_bytes() for path in Pictures(archive).folder.rglob("*") if path.is_file()}
    (archive / ".materials" / "catalogue.sqlite").unlink()
    run("rebuild")
    run("verify")
    assert before == {path: path.read_bytes() for path in Pictures(archive).folder.rglob("*") if path.is_file()}
    assert not any(row["drawn_now"] for row in rows().values())


def test_a_page_in_the_one_file_is_small_and_a_slide_as_it_is(archive: Path) -> None:
    run("pictures")
    page, slide = drawn(archive, "paper.pdf")[0], drawn(archive, "deck.pptx")[0]
    inside = base64.b64decode(page.inlined(small=True).removeprefix("data:image/jpeg;base64,"))
    with Image.open(io.BytesIO(inside)) as opened:
        assert opened.size == (640, 480)
    assert len(inside) < page.path.stat().st_size
    assert slide.inlined(small=True) == slide.inlined()
    page.path.write_bytes(b"no picture")
    assert page.inlined(small=True) == page.inlined()


def test_a_picture_that_is_gone_is_none(archive: Path) -> None:
    run("pictures")
    kept, gone = drawn(archive, "deck.pptx")[:2]
    gone.path.unlink()
    assert (gone.read(), gone.inlined()) == (None, "")
    assert drawn(archive, "deck.pptx")[0].read() == kept.path.read_bytes()
    assert gone not in drawn(archive, "deck.pptx")


def test_pictures_of_bytes_that_are_not_held_are_dropped(archive: Path) -> None:
    run("pictures")
    kept = Pictures(archive).folder
    foreign = kept / "ab" / ("ab" * 32)
    foreign.mkdir(parents=True)
    (foreign / "1.svg").write_bytes(b"<svg/>")
    assert data("pictures")["dropped"] == 1
    assert not foreign.exists()
    assert len(drawn(archive, "deck.pptx")) == 3


def test_pictures_of_a_removed_collection_are_dropped(archive: Path) -> None:
    run("pictures")
    assert list(Pictures(archive).folder.rglob("*.svg"))
    run("collection", "remove", "c", "--yes")
    assert not list(Pictures(archive).folder.rglob("*.svg"))


def test_a_link_among_the_pictures_is_neither_followed_nor_handed_on(archive: Path, tmp_path: Path) -> None:
    run("pictures")
    secret = tmp_path / "secret"
    secret.write_bytes(drawn(archive, "paper.pdf")[0].path.read_bytes())
    place = drawn(archive, "paper.pdf")[0].path
    place.unlink()
    place.symlink_to(secret)
    assert [picture.number for picture in drawn(archive, "paper.pdf")] == [2]
    folder = drawn(archive, "deck.pptx")[0].path.parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert drawn(archive, "deck.pptx") == []


def test_a_full_disk_stops_the_drawing_and_keeps_what_is_there(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "_SHARE", 1)
    monkeypatch.setattr(space, "_MOST", 10**18)
    shown = run("pictures", status=6)
    assert "No room on this disk for more pictures." in shown.output
    monkeypatch.undo()


def test_hidden_slides_keep_the_numbers_of_the_others(archive: Path) -> None:
    presentation = Presentation(io.BytesIO(THREE))
    presentation.slides[1]._element.set("show", "0")
    out = io.BytesIO()
    presentation.save(out)
    (archive / "c" / "deck.pptx").write_bytes(out.getvalue())
    shown = run("pictures")
    assert "deck.pptx" in shown.stderr  # what was edited is not drawn: the pictures are those of the archived bytes
    assert not drawn(archive, "deck.pptx")


def test_a_person_is_told_what_was_drawn_by_what_and_what_would_draw_more(archive: Path) -> None:
    shown = run("pictures")
    assert "Drawn: 7 slides, 2 pages of 4 files (document-svg 7, pdfium 2)." in shown.stderr.replace("\n", " ")
    assert "cards with text only" in shown.stderr
    assert "All pictures are up to date." in run("pictures").stderr


def test_what_shows_its_text_only_for_want_of_document_svg_is_drawn_by_the_best() -> None:
    tools = {CARD: "1", LIBREOFFICE: "1"}
    cards = Drawing(pictures=((1, "image/svg+xml", 4, 3, CARD),), tools=tools, lacks=DOCUMENT_SVG)
    assert cards.is_current(tools)
    assert not cards.is_current(tools, best=True)
    assert cards.is_current({CARD: "1"}, best=True)
    assert replace(cards, lacks="").is_current(tools, best=True)
