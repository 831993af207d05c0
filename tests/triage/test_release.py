"""What may be published: nothing without a decision; without what was hidden; never notes, hidden slides, comments."""

import io
from pathlib import Path

import pytest
from pptx import Presentation

from materials_cli.archive import Archive
from materials_cli.catalogue.items import Catalogue
from materials_cli.deciding import Triage
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.model import Item
from materials_cli.triage.finds import HIDDEN
from materials_cli.triage.found import Decision, FindKind
from materials_cli.triage.release import Release, Releases
from support.small_drive import drive, node, rules, run, world  # noqa: F401 - fixtures


def deck(*slides: tuple[str, str], notes: str = "", hidden: int = 0, author: str = "") -> bytes:
    """A deck. notes: of its first slide. hidden: the number of its hidden slide."""
    made = Presentation()
    made.core_properties.author = author
    made.core_properties.last_modified_by = ""
    for number, (title, body) in enumerate(slides, 1):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
        if number == hidden:
            slide._element.set("show", "0")
        if number == 1 and notes:
            slide.notes_slide.notes_text_frame.text = notes
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.fixture
def archive(drive: RunningServer, world: World, tmp_path: Path) -> Archive:
    """An archive with a deck in which there is something to hide, and seven texts in which there is nothing."""
    content = deck(
        ("Digital services, Nino Beridze", "Ministry of Finance\nnino.beridze@mof.gov.ge"),
        ("Registries", "Every register talks to each other"),
        ("Contacts", "Phone: +995 599 12 34 56, ask for Beridze"),
        ("Backup", "Secret numbers"),
        notes="Do not mention the budget",
        hidden=4,
        author="Nino Beridze",
    )
    world.add_file("Beridze (nino@mof.gov.ge).pptx", content)
    run("sync")
    return Archive(tmp_path)


def of(archive: Archive, name: str) -> tuple[Item, Release]:
    with Catalogue.open(archive.store.catalogue) as catalogue:
        item = next(item for item in catalogue.each() if name in item.remote.name)
        return item, Releases(archive.store, catalogue).of(item)


def said(release: Release) -> str:
    return "\n".join(f"{section.title}\n{section.body}\n{section.notes}" for section in release.sections)


def test_nothing_is_published_by_default(archive: Archive) -> None:
    examined, wrong = Triage(archive).examine()
    assert not wrong
    assert {one.decision for one in examined} == {None}
    for name in ("1.txt", "Beridze"):
        _, release = of(archive, name)
        assert not release.shown
        assert release.clean("any text") == ""
        assert not release.sections
        assert not release.pictured
        assert not release.deck


def test_every_find_is_named_with_its_place(archive: Archive) -> None:
    examined, _ = Triage(archive).examine()
    finds = next(one.finds for one in examined if one.item.path.endswith(".pptx"))
    assert {(find.kind, find.field, find.section) for find in finds} == {
        (FindKind.EMAIL, "name", 0), (FindKind.EMAIL, "text", 1), (FindKind.PHONE, "text", 3),
        (FindKind.AUTHOR, "property", 0), (FindKind.NOTES, "text", 1), (FindKind.HIDDEN, "text", 4),
    }  # fmt: skip
    phone = next(find for find in finds if find.kind is FindKind.PHONE)
    assert (phone.text, phone.before, phone.after) == ("+995 599 12 34 56", "Contacts\nPhone: ", ", ask for Beridze")


def test_redacted_is_the_text_without_finds_and_neither_their_pictures_nor_the_deck(archive: Archive) -> None:
    item, _ = of(archive, "Beridze")
    Triage(archive).examine()
    assert Triage(archive).decide([item], Decision.REDACT) == [item]
    _, release = of(archive, "Beridze")
    assert release.shown
    assert [section.number for section in release.sections] == [1, 2, 3]
    assert release.pictured == {2}
    assert not release.deck
    for hidden in ("@", "Beridze", "Nino", "599", "budget", "Secret"):
        assert hidden not in said(release)
    assert "Every register talks to each other" in said(release)
    assert release.clean(item.remote.name) == f"{HIDDEN} ({HIDDEN}).pptx"
    assert not release.named("Nino Beridze")
    assert "Beridze" not in release.clean("Байменов, БЕРИДЗЕ and N. Beridze")
    assert "БЕРИДЗЕ" not in release.clean("Байменов, БЕРИДЗЕ and N. Beridze")


def test_published_still_has_no_notes_and_no_hidden_slide_and_so_no_deck(archive: Archive) -> None:
    item, _ = of(archive, "Beridze")
    Triage(archive).decide([item], Decision.PUBLISH)
    _, release = of(archive, "Beridze")
    assert [section.number for section in release.sections] == [1, 2, 3]
    assert release.pictured == {1, 2, 3}
    assert "nino.beridze@mof.gov.ge" in said(release)
    assert "budget" not in said(release)
    assert not release.deck


def test_what_has_no_finds_is_published_at_once_if_somebody_says_so(archive: Archive) -> None:
    examined, _ = Triage(archive).examine()
    done = Triage(archive).decide([one.item for one in examined], Decision.PUBLISH, without_finds=True)
    assert len(done) == 8
    _, release = of(archive, "1.txt")
    assert release.deck
    assert release.pictured == {1}
    assert not of(archive, "Beridze")[1].shown


def test_kinds_are_decided_apart_and_all_of_them_decide_the_item(archive: Archive) -> None:
    item, _ = of(archive, "Beridze")
    triage = Triage(archive)
    triage.decide([item], Decision.REDACT, [FindKind.EMAIL, FindKind.PHONE])
    assert not of(archive, "Beridze")[1].shown
    triage.decide([item], Decision.PUBLISH, [FindKind.AUTHOR, FindKind.NOTES, FindKind.HIDDEN])
    _, release = of(archive, "Beridze")
    assert release.decision is Decision.REDACT
    assert release.named("Nino Beridze")
    assert "Beridze" in said(release)
    assert "@" not in said(release)
    assert release.pictured == {2}
    triage.decide([item], Decision.WITHHOLD, [FindKind.PHONE])
    assert of(archive, "Beridze")[1].decision is Decision.WITHHOLD
    triage.decide([item], None)
    assert of(archive, "Beridze")[1].decision is None
