"""materials index: texts taken out again, offline; and words on pictures, by the true tesseract where it is installed."""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches

from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.extract import ocr
from support.command import data, run
from support.synced import sync_first

OCR = pytest.mark.skipif(not {"eng"} <= ocr.installed_languages(), reason="tesseract is not installed")


def picture(words: str, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (1200, 240), "white")
    ImageDraw.Draw(image).text((40, 80), words, font=ImageFont.load_default(60), fill="black")
    image.save(out, form)
    return out.getvalue()


@cache
def files() -> dict[str, bytes]:
    deck = pptx.Presentation()
    scanned = deck.slides.add_slide(deck.slide_layouts[6])
    scanned.shapes.add_picture(io.BytesIO(picture("Harbour procurement")), Inches(1), Inches(1))
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Written title"
    deck.slides.add_slide(deck.slide_layouts[6])
    letter = docx.Document()
    letter.add_picture(io.BytesIO(picture("Letter to the ministry")))
    saved: dict[str, bytes] = {}
    for name, made in (("scan.pptx", deck), ("letter.docx", letter)):
        out = io.BytesIO()
        made.save(out)
        saved[name] = out.getvalue()
    return {
        **saved,
        "poster.png": picture("Lighthouse poster"),
        "scan.pdf": picture("Memorandum page", "PDF"),
        "notes.txt": b"plain words",
        "broken.docx": b"PK\x03\x04 cut",
    }


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archive that was synced; Drive is not there any more."""
    world = World("Folder")
    for name, content in files().items():
        world.add_file(name, content)
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
    yield tmp_path
    monkeypatch.undo()


def ask_for(archive: Path, *languages: str) -> None:
    settings = archive / "materials.toml"
    lines = [line for line in settings.read_text().splitlines() if not line.startswith("ocr")]
    settings.write_text("\n".join([*lines, f"ocr = {json.dumps(languages)}"]))


def sql(archive: Path, statement: str) -> list[Any]:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        return [tuple(row) for row in catalogue.connection.execute(statement)]


def test_after_a_sync_there_is_nothing_to_do(archive: Path) -> None:
    said = run("index")
    assert "All text is up to date" in said.stderr
    assert data("index")["items"] == []


def test_everything_or_what_failed_or_one_item_is_read_again(archive: Path) -> None:
    everything = run("index", "--all").stderr
    assert "Read 6 items" in everything
    assert "2 slides and 1 page without text." in everything
    assert "broken.docx: The file is damaged" in everything
    failed = {row["path"] for row in data("index", "--failed")["items"]}
    assert failed == {"c/broken.docx", "c/scan.pptx", "c/scan.pdf"}
    assert [row["path"] for row in data("index", "notes")["items"]] == ["c/notes.txt"]
    assert "only one of" in run("index", "notes", "--all", status=2).stderr
    run("index", "no such item", status=2)


def test_what_an_older_extractor_read_is_read_again_by_itself(archive: Path) -> None:
    sql(archive, "UPDATE item SET extractor = 1 WHERE path = 'c/notes.txt'")
    assert [row["path"] for row in data("index")["items"]] == ["c/notes.txt"]


def test_words_that_an_older_normaliser_made_are_made_again_by_themselves(archive: Path) -> None:
    sql(archive, "INSERT INTO words (words) VALUES ('delete-all')")
    assert data("search", "in:body plain")["items"] == []
    sql(archive, "UPDATE setting SET value = '0' WHERE name = 'normaliser'")
    run("index")
    assert [hit["path"] for hit in data("search", "in:body plain")["items"]] == ["c/notes.txt"]


def test_what_is_not_here_keeps_the_text_it_had(archive: Path) -> None:
    (archive / "c" / "notes.txt").unlink()
    (archive / "c" / "scan.pptx").write_bytes(b"of another size")
    said = data("index", "--all")
    assert sorted(said["absent"]) == ["c/notes.txt", "c/scan.pptx"]
    assert data("search", "plain")["items"]
    assert data("search", "Written title")["items"]


def test_another_run_is_not_disturbed(archive: Path) -> None:
    from materials_cli.store.mirror import Store

    with Store(archive).lock():
        run("index", "--all", status=75)


def test_index_never_imports_google(archive: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "materials_cli", "index", "--all"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "materials_cli.sync.texts" in imported
    assert not {name for name in imported if name.startswith(("googleapiclient", "google.auth", "urllib3"))}


@OCR
def test_words_on_pictures_are_found_and_marked(archive: Path) -> None:
    assert data("search", "harbour")["items"] == []
    ask_for(archive, "eng")
    said = run("index").stderr
    assert "The words of 4 pictures (OCR)." in said
    for words, path, section in (
        ("harbour", "c/scan.pptx", 1), ("lighthouse", "c/poster.png", 1), ("memorandum", "c/scan.pdf", 1),
        ("ministry", "c/letter.docx", 1),
    ):  # fmt: skip
        (hit,) = data("search", words)["items"]
        assert (hit["path"], hit["section"], hit["ocr"]) == (path, section, True)
    assert data("search", "written title")["items"][0]["ocr"] is False
    assert "OCR" in run("search", "harbour").stdout
    assert "OCR" in run("show", "scan.pptx").stdout
    (shown,) = data("show", "scan.pptx")["items"]
    assert [part["ocr"] for part in shown["outline"]] == [True, False, False]
    assert shown["note"] == "1 of 3 slides has no text."
    assert data("index")["items"] == []


@OCR
def test_what_was_seen_once_needs_no_second_look_nor_tesseract(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for(archive, "eng", "qqq")
    assert "Text in pictures is not recognised for qqq" in run("index").stderr
    kept = {path.name: path.read_text() for path in (archive / ".materials" / "ocr").rglob("*.txt")}
    assert sorted(kept.values()) == [
        "Harbour procurement", "Letter to the ministry", "Lighthouse poster", "Memorandum page",
    ]  # fmt: skip
    ask_for(archive, "eng")
    monkeypatch.setenv("PATH", str(archive))
    assert shutil.which("tesseract") is None
    assert data("index")["items"] == []
    run("index", "--all")
    assert data("search", "harbour")["items"][0]["ocr"] is True


@OCR
def test_a_collection_that_asks_no_more_loses_the_words(archive: Path) -> None:
    ask_for(archive, "eng")
    run("index")
    ask_for(archive)
    assert len(data("index")["items"]) == 6
    assert data("search", "harbour")["items"] == []


def test_without_tesseract_it_says_what_is_lacking_and_reads_the_rest(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(archive))
    ask_for(archive, "eng")
    said = run("index", "--all").stderr
    assert "Text in pictures is not recognised for eng" in said
    assert "Read 6 items" in said


def test_a_language_that_tesseract_could_take_for_an_option_is_refused(archive: Path) -> None:
    ask_for(archive, "--psm")
    assert "ocr" in run("index", status=2).stderr
