"""Three hundred planted private things in decks of every kind of place: none is in any byte of what is published."""

import base64
import gzip
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pptx import Presentation

from materials_cli.archive import Archive
from materials_cli.deciding import Triage
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.triage.found import Decision, FindKind
from support.plants import Plant, plants
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures

PACKED = re.compile(r'"(H4s[A-Za-z0-9+/]{40,}={0,2})"')
PEOPLE = ("Nino Beridze", "Бақыт Әлиев", "김민수")


def deck(private: Sequence[Plant], author: str) -> bytes:
    """A deck with private things in titles, texts, tables, notes, hidden slides and properties."""
    made = Presentation()
    made.core_properties.author, made.core_properties.subject = author, private[0].line
    made.core_properties.keywords, made.core_properties.comments = private[1].line, private[2].line
    for number, plant in enumerate(private):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Register {number}" if number % 3 else plant.line
        slide.placeholders[1].text = f"Data exchange of all offices\n{plant.line}\nOpen data, {author}"
        if number % 7 == 3:
            slide.notes_slide.notes_text_frame.text = f"Rehearsed with the minister: {plant.line}"
        if number % 10 == 5:
            slide._element.set("show", "0")
        if number % 5 == 0:
            table = slide.shapes.add_table(1, 2, 0, 0, 99_999, 99_999).table
            table.cell(0, 0).text, table.cell(0, 1).text = "Contact", plant.line
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def contents(name: str, content: bytes) -> Iterator[str]:
    """The texts in a file, also of what is packed in it."""
    text = content.decode("utf-8", "replace")
    yield f"{name}\n{text}"
    yield from (gzip.decompress(base64.b64decode(found)).decode() for found in PACKED.findall(text))
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.namelist():
                yield from contents(part, package.read(part))


def test_none_of_three_hundred_private_things_is_in_any_byte_of_what_is_published(
    drive: RunningServer, world: World, tmp_path: Path
) -> None:
    private = plants(11)
    for number in range(0, len(private), 30):
        part = private[number : number + 30]
        mail = next(plant.text for plant in part if plant.kind is FindKind.EMAIL)
        folder = world.add_folder(f"Day {number} ({mail})".replace("/", "-"))
        name = f"{PEOPLE[number % 3].replace(' ', '_')} {part[3].text}.pptx".replace("/", "-").replace("<", "-")
        made = world.add_file(name, deck(part, PEOPLE[number % 3]), folder)
        world.change(made, description=f"{part[4].line} {PEOPLE[number % 3]}", owner="Owner <owner@example.org>")
    run("sync")
    triage = Triage(Archive(tmp_path))
    examined, _ = triage.examine()
    triage.decide([one.item for one in examined], Decision.REDACT)
    run("site", "--public", "--with-files", "--to", "site", "--single", "site.html")
    files = [*(path for path in (tmp_path / "site").rglob("*") if path.is_file()), tmp_path / "site.html"]
    shown = "\n".join(text for file in files for text in contents(str(file.relative_to(tmp_path)), file.read_bytes()))
    assert "Data exchange of all offices" in shown
    assert not list((tmp_path / "site").glob("files/*.pptx"))
    told = shown.casefold()
    leaked = [plant.line for plant in private if plant.kind is not FindKind.CONFIDENTIAL and plant.text.casefold() in told]
    assert not leaked
    marks = [plant.text for plant in private if plant.kind is FindKind.CONFIDENTIAL and len(plant.text) > 12]
    assert not [mark for mark in marks if mark.casefold() in told]
    assert not [word for word in ("beridze", "әлиев", "김민수", "owner@", "rehearsed with") if word in told]
