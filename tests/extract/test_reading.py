"""Reading files in child processes: no file affects the parent."""

import os
import random
import signal
import sys
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import docx
import openpyxl
import pptx
import pytest

from materials_cli.extract.pool import Pool
from materials_cli.extract.titles import with_title
from materials_cli.model import Section, Text


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, seconds=20) as made:
        yield made


def deck(path: Path, slides: int = 3) -> Path:
    made = pptx.Presentation()
    for number in range(1, slides + 1):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Title {number}"
        slide.placeholders[1].text = f"Body {number}"
        slide.notes_slide.notes_text_frame.text = f"Notes {number}"
    made.save(str(path))
    return path


def test_slides_are_read_in_presentation_order(pool: Pool, tmp_path: Path) -> None:
    made = pptx.Presentation(str(deck(tmp_path / "a.pptx")))
    order = made.slides._sldIdLst
    order.insert(0, order[2])
    made.save(str(tmp_path / "a.pptx"))
    text = pool.extract(tmp_path / "a.pptx", "a.pptx")
    assert [(s.number, s.title, s.body, s.notes) for s in text.sections] == [
        (1, "Title 3", "Body 3", "Notes 3"),
        (2, "Title 1", "Body 1", "Notes 1"),
        (3, "Title 2", "Body 2", "Notes 2"),
    ]
    assert text.unit == "slide"


def test_a_word_file_has_sections_by_heading(pool: Pool, tmp_path: Path) -> None:
    made = docx.Document()
    for number in (1, 2):
        made.add_heading(f"Heading {number}", 1)
        made.add_paragraph(f"Words {number}")
    made.add_table(1, 1).cell(0, 0).text = "in a cell"
    made.save(str(tmp_path / "a.docx"))
    text = pool.extract(tmp_path / "a.docx", "a.docx")
    assert [section.title for section in text.sections] == ["Heading 1", "Heading 2"]
    assert "in a cell" in text.sections[1].body


def test_a_workbook_is_read_by_sheet(pool: Pool, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.title = "First"
    made.active.append(["name", 3, 2.5])
    made.create_sheet("Second").append(["other"])
    made.save(tmp_path / "a.xlsx")
    text = pool.extract(tmp_path / "a.xlsx", "a.xlsx")
    assert [(s.title, s.body) for s in text.sections] == [("First", "name\t3\t2.5"), ("Second", "other")]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "Привет, мир".encode("cp1251"), "Привет"),
        ("a.txt", "전자정부".encode("cp949"), "전자정부"),
        ("a.txt", "plain".encode("utf-16"), "plain"),
        ("a.md", b"# One\nfirst\n# Two\nsecond", "first"),
        ("a.csv", b"a,b\n1,2", "a,b"),
        ("a.html", b"<title>T</title><script>no()</script><p>words</p>", "words"),
        ("a.rtf", rb"{\rtf1\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
    ],
)
def test_plain_formats_in_any_encoding(pool: Pool, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    text = pool.extract(tmp_path / name, name)
    assert words in text.sections[0].body
    assert "no()" not in text.sections[0].body


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("a.pptx", b"", "empty"),
        ("a.pptx", b"<!DOCTYPE html><html></html>", "web page"),
        ("~$a.pptx", b"\x05owner", "lock file"),
        ("a.pptx", b"PK\x03\x04" + b"\0" * 100, "damaged"),
        ("a.docx", b"junk", ""),
    ],
)
def test_a_file_that_cannot_be_read_has_a_note(pool: Pool, tmp_path: Path, name: str, content: bytes, note: str) -> None:
    (tmp_path / name).write_bytes(content)
    text = pool.extract(tmp_path / name, name)
    assert text.note
    assert note in str(text.note)


def test_a_bomb_is_not_decompressed(pool: Pool, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pptx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("ppt/presentation.xml", b"<p/>" + b" " * 100_000_000)
    assert pool.extract(tmp_path / "a.pptx", "a.pptx").note


def test_random_damage_never_harms_the_parent(pool: Pool, tmp_path: Path) -> None:
    whole = deck(tmp_path / "whole.pptx").read_bytes()
    chance = random.Random(7)  # noqa: S311 - the same damage in every run
    for number in range(40):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 60)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path = tmp_path / f"{number}.pptx"
        path.write_bytes(broken)
        text = pool.extract(path, path.name)
        assert text.note or text.sections


def test_many_threads_share_few_children(pool: Pool, tmp_path: Path) -> None:
    path = deck(tmp_path / "a.pptx")
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda _: pool.extract(path, path.name), range(24)))
    assert all(len(text.sections) == 3 for text in texts)


def test_modules_in_the_current_folder_are_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a file from Drive was run as a program')")
    (tmp_path / "a.txt").write_text("harmless words")
    monkeypatch.chdir(tmp_path)
    with Pool(1) as pool:
        assert pool.extract(tmp_path / "a.txt", "a.txt").sections[0].body == "harmless words"


@pytest.mark.skipif(os.name == "nt", reason="signals that stop a process are Unix's")
def test_a_thread_that_waits_for_a_child_is_released_by_stop(tmp_path: Path) -> None:
    file = tmp_path / "talk.txt"
    file.write_text("words", "utf-8")
    with Pool(1, seconds=600) as pool:
        assert pool.extract(file, file.name).sections
        (child,) = pool.processes
        os.kill(child, signal.SIGSTOP)
        texts: list[Text] = []
        waiting = threading.Thread(target=lambda: texts.append(pool.extract(file, file.name)), daemon=True)
        waiting.start()
        while "_receive" not in {frame.f_code.co_name for frame in stack_of(waiting)}:
            assert waiting.is_alive()
        pool.stop()
        waiting.join(60)
        assert not waiting.is_alive()
        assert texts[0].note
        assert pool.extract(file, file.name).note


def stack_of(thread: threading.Thread) -> Iterator[FrameType]:
    frame = sys._current_frames().get(thread.ident or 0)
    while frame:
        yield frame
        frame = frame.f_back


def test_neither_a_sentence_nor_an_entry_of_an_agenda_is_a_title() -> None:
    def title(*lines: str) -> str | None:
        text = Text("page", (Section(1, "", "\n".join(lines)),))
        return with_title(text, "Agenda.docx").properties.get("title")

    assert title("Agenda", "Day 1: opening, models of partnership.", "Day 2: working groups") is None
    assert title("Повестка дня", "09:00 Открытие", "День 1, зал А") is None
    assert title("Agenda", "Regional workshop on digital services", "09:00 Opening") == "Regional workshop on digital services"
    assert title("Agenda", "Time", "Session", "Speaker", "09:30") is None
    assert title("Программа", "Время", "Выступающий", "9.30") is None
    assert title("Digitalisation", "Samarkand") == "Digitalisation"
    assert title("📘 **Занятие 1: Введение**") == "📘 Занятие 1: Введение"
    parts = (Section(1, "Agenda", "Time\nTopic\n09:30"), Section(2, "Logistics", "The bus leaves at eight."))
    assert "title" not in with_title(Text("section", parts), "a.docx").properties
    assert (
        with_title(Text("section", (*parts[:1], Section(2, "Digital services", ""))), "a").properties["title"]
        == "Digital services"
    )
