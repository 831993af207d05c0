"""What LibreOffice draws, where it is installed: documents, and on request all slides, with the numbers that they have."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from pptx import Presentation

from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from materials_cli.pictures import draw
from materials_cli.pictures.kept import Pictures
from materials_cli.pictures.office import find_office
from support.command import data, run
from support.decks import deck
from support.synced import sync_first

pytestmark = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")


def files() -> dict[str, bytes]:
    presentation = Presentation(io.BytesIO(deck("One|first", "Two|hidden", "Three|last")))
    presentation.slides[1]._element.set("show", "0")
    letter = docx.Document()
    letter.add_heading("A letter")
    letter.add_paragraph("with a paragraph")
    saved = {}
    for name, made in (("deck.pptx", presentation), ("letter.docx", letter)):
        out = io.BytesIO()
        made.save(out)
        saved[name] = out.getvalue()
    return saved


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    world = World("Folder")
    for name, content in files().items():
        world.add_file(name, content)
    monkeypatch.setattr(draw, "SECONDS", 500.0)
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(tmp_path))
    with start(world) as server:
        monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
        sync_first(world, tmp_path)
    yield tmp_path
    monkeypatch.undo()


def test_libreoffice_draws_documents_and_on_request_all_slides(archive: Path) -> None:
    def drawn() -> dict[str, list[tuple[int, str, str]]]:
        kept, held = Pictures(archive), data("list")["items"]
        return {item["name"]: [(p.number, p.by, p.unit) for p in kept.of(item["sha256"])] for item in held}

    run("pictures")
    assert drawn()["letter.docx"] == [(1, "libreoffice", "page")]
    assert drawn()["deck.pptx"] == [(number, "document-svg", "slide") for number in (1, 2, 3)]
    run("pictures", "--best")
    assert drawn()["deck.pptx"] == [(number, "libreoffice", "slide") for number in (1, 2, 3)]
    assert not any(row["drawn_now"] for row in data("pictures", "--best")["items"])
    assert not any(row["drawn_now"] for row in data("pictures")["items"])
