"""`materials agenda` on an archive: what is there, what is missing, and a letter about it."""

import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from materials_cli.agenda.kept import file_of
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE
from materials_cli.model import Fixity, Section
from materials_cli.store.mirror import Store
from support.command import data, run
from support.small_catalogue import item, put
from support.terminal import seen

AGENDA = """\
Day 1 – 23 June 2025
10:00 – 11:30 Session 1: Open data
- Anna Bell, Ministry of Finance, Georgia
- Omar Diaz, Ministry of Health, Armenia
"""


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    (tmp_path / FILE).write_text(
        'format = 1\n[collections.c]\nlink = "https://drive.google.com/drive/folders/1OXZ7ZNkuHyEMW2Vmyyt"\n'
    )
    (tmp_path / "agenda.txt").write_text(AGENDA)
    store = Store(tmp_path)
    store.catalogue.parent.mkdir()
    with Catalogue.open(store.catalogue, write=True) as catalogue:
        put(catalogue, item("Bell.pptx"), Section(1, "Open data in Georgia", "Anna Bell"), Section(2, "Portal", "data"))
    monkeypatch.chdir(tmp_path)
    return store


def test_what_is_missing_is_named_and_the_agenda_is_kept(archive: Store) -> None:
    first = data("agenda", "agenda.txt")
    assert [(row["state"], row["speakers"][0]["name"]) for row in first["items"]] == [
        ("held", "Anna Bell"),
        ("missing", "Omar Diaz"),
    ]
    assert [path["path"] for path in first["items"][0]["items"]] == ["c/Day 1/Bell.pptx"]
    again = data("agenda")
    assert again["items"] == first["items"]
    with Catalogue.open(archive.catalogue, write=True) as catalogue:
        put(catalogue, item("Диас.pptx"), Section(1, "Открытые данные", "Омар Диас"))
    assert [row["state"] for row in data("agenda")["items"]] == ["held", "held"]


def test_a_terminal_shows_a_letter_to_copy_in_the_language_of_the_reader(archive: Store) -> None:
    greetings = {"en": "Dear colleagues", "ru": "Уважаемые коллеги", "ko": "안녕하세요"}
    for language, greeting in greetings.items():
        text = seen("agenda", "agenda.txt", folder=archive.root, more={"LANGUAGE": language})
        assert greeting in text
        assert ("Omar Diaz, Армения" if language == "ru" else "Omar Diaz, Armenia") in text
    assert file_of(archive, "c").is_file()


def test_pasted_text_is_read(archive: Store) -> None:
    assert "missing\t2025-06-23\t10:00\t1\tOpen data\tOmar Diaz, Armenia" in run("agenda", "-", stdin=AGENDA).stdout
    assert file_of(archive, "c").is_file()


def test_pasted_text_is_read_in_the_encoding_of_its_country(archive: Store, tmp_path: Path) -> None:
    (tmp_path / "pasted").write_bytes("10:00 Сессия 1: Открытые данные\n- Омар Диас, Армения\n".encode("cp1251"))
    with (tmp_path / "pasted").open("rb") as pasted:
        done = subprocess.run(
            [sys.executable, "-m", "materials_cli", "agenda", "-"], stdin=pasted, capture_output=True, check=True, text=True,
        )  # fmt: skip
    assert "Открытые данные" in done.stdout
    assert "Открытые данные" in file_of(archive, "c").read_text("utf-8")


def test_an_agenda_is_taken_from_the_archive_by_its_path_or_name(archive: Store) -> None:
    held = replace(item("Programme.txt"), fixity=Fixity(len(AGENDA), sha256(AGENDA.encode()).hexdigest()))
    (archive.root / held.path).parent.mkdir(parents=True)
    (archive.root / held.path).write_text(AGENDA)
    with Catalogue.open(archive.catalogue, write=True) as catalogue:
        put(catalogue, held, Section(1, "", AGENDA))
    for name in ("Programme.txt", "Day 1/Programme.txt"):
        assert [row["state"] for row in data("agenda", name)["items"]] == ["held", "missing"]
    for name in ("Programme", "Programme.docx"):
        assert "There is no such file" in run("agenda", name, status=2).stderr


def test_without_an_agenda_the_way_to_one_is_told(archive: Store) -> None:
    assert "materials agenda FILE" in run("agenda", status=2).stderr
    assert not file_of(archive, "c").exists()
