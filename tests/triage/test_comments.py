"""Comments and whoever wrote them are found in the file, and are in no text that may be published."""

import io
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.deciding import Triage
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.triage.found import Decision, FindKind
from materials_cli.triage.release import Releases
from support import terminal
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

SAID, OPEN = "Cut this before the minister sees it", "Registers talk to each other"


def document() -> bytes:
    made = docx.Document()
    made.core_properties.author = ""
    run = made.add_paragraph(OPEN).runs[0]
    made.add_comment(run, SAID, author="Anna Lee", initials="AL")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def workbook() -> bytes:
    made = openpyxl.Workbook()
    made.active["A1"] = OPEN
    made.active["A1"].comment = Comment(SAID, "Anna Lee")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(("name", "content"), [("report.docx", document()), ("table.xlsx", workbook())])
def test_a_comment_is_in_the_text_of_the_archive_and_not_in_what_is_published(
    drive: RunningServer, world: World, tmp_path: Path, name: str, content: bytes
) -> None:
    world.add_file(name, content)
    run("sync")
    triage = Triage(Archive(tmp_path))
    one = next(one for one in triage.examine()[0] if one.item.remote.name == name)
    assert {FindKind.COMMENT, FindKind.AUTHOR} <= {find.kind for find in one.finds}
    assert "Anna Lee" in {find.text for find in one.finds}
    triage.decide([one.item], Decision.PUBLISH)
    with Catalogue.open(triage._archive.store.catalogue) as catalogue:
        text = catalogue.text("c", one.item.id)
        release = Releases(triage._archive.store, catalogue).of(one.item)
    assert text
    assert SAID in "\n".join(section.body for section in text.sections)
    assert OPEN in "\n".join(section.body for section in release.sections)
    assert SAID not in "\n".join(f"{section.title}\n{section.body}" for section in release.sections)
    assert not release.deck


def test_the_walk_shows_each_find_among_its_words_and_keeps_each_answer(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    world.add_file("a.txt", b"Write to nino@mof.gov.ge for the slides")
    world.add_file("b.txt", b"Ask +995 599 12 34 56 or anna@mof.gov.ge")
    run("sync")
    shown = terminal.session("materials triage --interactive --kind email --kind phone", folder=tmp_path, typed="r\np\nq\n")
    assert "Write to" in shown
    assert "nino@mof.gov.ge" in shown
    assert "2 decisions were made." in shown
    decided = {one.item.remote.name: one.decision for one in Triage(Archive(tmp_path)).examine()[0]}
    assert decided["a.txt"] is Decision.REDACT
    assert decided["b.txt"] is None
