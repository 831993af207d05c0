"""The catalogue for everybody: what was decided, and in no byte anything else."""

import base64
import gzip
import io
import re
from pathlib import Path

import pytest
from pptx import Presentation

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.deciding import Triage
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.model import Item
from materials_cli.triage.found import Decision
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

SLIDES = (
    ("Digital services", "Every register talks to each other"),
    ("Questions", "Write to nino.beridze@mof.gov.ge"),
    ("Backup", "The numbers of Brimtide"),
)


def deck() -> bytes:
    """Three slides: one with notes, one with an address, one that is hidden."""
    made = Presentation()
    for title, body in SLIDES:
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    made.slides[0].notes_slide.notes_text_frame.text = "Do not mention the Quaggle fund"
    made.slides[2]._element.set("show", "0")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.fixture
def archive(drive: RunningServer, world: World, tmp_path: Path) -> Archive:
    """An archive with a deck to redact, a text to publish, and others on which nobody has decided."""
    redacted = world.add_file("Services (nino@mof.gov.ge).pptx", deck())
    world.change(redacted, owner="Somebody <owner@example.org>")
    world.add_file("open.txt", b"Digital government for Zelvia\n")
    world.add_file("withheld plan.txt", b"The secret of Vorskland\n")
    run("sync")
    return Archive(tmp_path)


def decide(archive: Archive, name: str, decision: Decision) -> Item:
    with Catalogue.open(archive.store.catalogue) as catalogue:
        item = next(item for item in catalogue.each() if name in item.remote.name)
    Triage(archive).decide([item], decision)
    return item


def everything(folder: Path) -> str:
    """All that is in the files of a folder, with what is packed in the data of its scripts."""
    texts = [
        content.decode("utf-8", "replace") for file in folder.rglob("*") if file.is_file() for content in [file.read_bytes()]
    ]
    names = [file.name for file in folder.rglob("*")]
    packed = [found for text in texts for found in re.findall(r'"([A-Za-z0-9+/]{60,}={0,2})"', text)]
    inside = [gzip.decompress(base64.b64decode(each)).decode() for each in packed if each.startswith("H4s")]
    assert inside
    return "\n".join((*texts, *names, *inside))


def test_nothing_is_published_that_nobody_decided_on(archive: Archive, tmp_path: Path) -> None:
    run("site", "--public", "--to", str(tmp_path / "site"), "--single", str(tmp_path / "site.html"))
    assert not list((tmp_path / "site").glob("items/*"))
    shown = everything(tmp_path / "site") + (tmp_path / "site.html").read_text("utf-8")
    assert not [
        word for word in ("open.txt", "Zelvia", "withheld", "Services (", "Vorskland", "Quaggle", "Brimtide") if word in shown
    ]


def test_what_is_published_has_nothing_that_was_withheld(archive: Archive, tmp_path: Path) -> None:
    run("site", "--with-files", "--to", str(tmp_path / "site"))
    assert "withheld plan" in everything(tmp_path / "site")
    decide(archive, "open.txt", Decision.PUBLISH)
    hidden = decide(archive, "Services", Decision.REDACT)
    withheld = decide(archive, "withheld", Decision.WITHHOLD)
    run("site", "--public", "--with-files", "--to", str(tmp_path / "site"))
    shown = everything(tmp_path / "site")
    assert "Digital government for Zelvia" in shown
    assert "Every register talks to each other" in shown
    assert len(list((tmp_path / "site").glob("files/*"))) == 1
    private = (
        "withheld plan", "Vorskland", "Quaggle", "Brimtide", "nino@", "beridze", "mof.gov.ge", "owner@",
        "Somebody", hidden.remote.id, withheld.remote.id, hidden.fixity.sha256, withheld.fixity.sha256, "drive/folders",
    )  # fmt: skip
    assert not [word for word in private if word.casefold() in shown.casefold()]
