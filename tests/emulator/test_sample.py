"""The committed files of the sample workshop say what the script that makes them says; the workshop has what a real one has."""

import io
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pypdfium2
import pytest

import sample
import sample_texts as texts
from materials_cli.agenda.formats import read_agenda
from materials_cli.emulator.formats import PPTX
from materials_cli.emulator.sample import sample_world
from materials_cli.extract.equality import same_content
from materials_cli.kinds import FOLDER

COMMITTED = sorted(path.name for path in sample.TARGET.iterdir() if path.is_file())


@cache
def made() -> dict[str, bytes]:
    return sample.files()


def words(name: str, content: bytes) -> list[str]:
    """Every text of a file, in its order, without marks of layout."""
    opened = io.BytesIO(content)
    match name.rpartition(".")[2]:
        case "pptx":
            return [text for slide in pptx.Presentation(opened).slides for text in slide_texts(slide)]
        case "docx":
            return [paragraph.text for paragraph in docx.Document(opened).paragraphs]
        case "xlsx":
            return [str(cell.value) for row in openpyxl.load_workbook(opened).active.iter_rows() for cell in row]
        case "pdf":
            with pypdfium2.PdfDocument(content) as document:
                return [text for page in document for text in page.get_textpage().get_text_range().split("\r\n")]
        case _:
            return content.decode().split("\n")


def slide_texts(slide: Any) -> list[str]:
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found += [paragraph.text for paragraph in shape.text_frame.paragraphs]
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    if slide.has_notes_slide:
        found.append(slide.notes_slide.notes_text_frame.text)
    return found


@pytest.mark.parametrize("name", COMMITTED)
def test_each_committed_file_says_what_the_script_says(name: str) -> None:
    committed = (sample.TARGET / name).read_bytes()
    assert words(name, committed) == words(name, made()[name])


def test_the_script_makes_the_same_bytes_on_every_run() -> None:
    assert sample.files() == made()


def test_nothing_else_is_committed_and_all_is_small() -> None:
    committed = {path.name: path.stat().st_size for path in sample.TARGET.iterdir()}
    assert set(committed) == set(made())
    assert sum(committed.values()) < 600_000


@pytest.mark.parametrize("name", COMMITTED)
def test_each_file_says_that_it_is_invented(name: str) -> None:
    assert any("SAMPLE" in text for text in words(name, made()[name]))


@pytest.mark.parametrize("deck", texts.DECKS, ids=lambda deck: deck.file)
def test_each_deck_has_what_decks_have(deck: texts.Deck) -> None:
    assert 4 <= len(deck.slides) <= 8
    assert all(slide.title and slide.bullets for slide in deck.slides)
    assert any(slide.table for slide in deck.slides)
    assert any(slide.notes for slide in deck.slides)


@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("ru", "[а-яё]"),
        ("ko", "[가-힣]"),
        ("kk", "[әғқңөұүһі]"),
        ("uz", "[oO]ʻ"),
        ("ka", "[ა-ჰ]"),
        ("hy", "[ա-և]"),
        ("km", "[ក-អ]"),
    ],
)
def test_each_language_is_written_in_its_own_letters(language: str, letters: str) -> None:
    deck = next(deck for deck in texts.DECKS if deck.language == language)
    written = " ".join(text for slide in deck.slides for text in (slide.title, *slide.bullets, slide.notes))
    assert re.search(letters, written)
    assert re.search(letters, " ".join(words(deck.file, made()[deck.file])))


def test_the_workshop_has_what_a_real_one_has() -> None:
    world = sample_world()
    nodes = list(world.nodes.values())
    files = [node for node in nodes if node.media_type != FOLDER]
    kinds = {node.media_type.rpartition(".")[2] for node in files if node.native}
    assert kinds == {"presentation", "form", "shortcut"}
    assert [node.name for node in files].count("Agenda.docx") == 2
    assert any("/" in node.name and '"' in node.name for node in files)
    assert any(node.size == 0 and not node.native for node in files)
    assert all(datetime(2025, 6, 1, tzinfo=UTC) <= node.modified < datetime(2025, 7, 1, tzinfo=UTC) for node in nodes)
    assert all("sample" in node.owner.lower() for node in files)
    assert len({node.owner for node in files}) > 5


def test_the_agenda_is_one_that_materials_reads() -> None:
    known = read_agenda(sample.TARGET / "agenda.docx")
    talks = [row for row in texts.AGENDA_TABLE[1:] if len(row) > 1 and row[2] not in {"Coffee break", "Questions and answers"}]
    assert [(slot.start, slot.title) for slot in known.slots if slot.title in {row[2] for row in talks}] == [
        (row[0], row[2]) for row in talks
    ]
    assert {str(slot.day) for slot in known.slots} == {"2025-06-23", "2025-06-24"}


def test_the_google_document_is_exported_in_three_ways(tmp_path: Path) -> None:
    node = next(node for node in sample_world().nodes.values() if node.media_type.endswith("presentation") and node.native)
    exported = {media_type: make(7) for media_type, make in node.exports.items()}
    assert set(exported) == {PPTX, "application/pdf", "text/plain"}
    assert words("a.pptx", exported[PPTX]) == words("a.pptx", made()["google-slides.pptx"])
    assert exported["application/pdf"].startswith(b"%PDF")
    (tmp_path / "7").write_bytes(exported[PPTX])
    (tmp_path / "8").write_bytes(node.exports[PPTX](8))
    assert (tmp_path / "8").read_bytes() != exported[PPTX]
    assert same_content(tmp_path / "7", tmp_path / "8")
