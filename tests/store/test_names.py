"""Names from Drive on a disk: safe, distinct, stable."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.model import Listing, RemoteFile, RemoteFolder
from materials_cli.store.names import LONGEST, local_paths, safe_name

ROOT = RemoteFolder(id="root", name="root", parent=None)
names = st.text(st.characters(codec=None), max_size=400) | st.sampled_from(
    ["a", "A", "a.pdf", "A.PDF", "é", "e\u0301", "..", "/", "a~b.pdf"]
)


def listing_of(*file_names: str, parent: str = "root") -> Listing:
    files = tuple(
        RemoteFile(id=f"id{n:08}", drive_id=f"id{n:08}", name=name, parent=parent) for n, name in enumerate(file_names)
    )
    return Listing(ROOT, (), files)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Session 2 – Грузия.pptx", "Session 2 – Грузия.pptx"),
        ("a/b.pdf", "a／b.pdf"),
        ("..", "．．"),
        (".", "．"),
        ("", "untitled"),
        ('Q&A: "PPP" 50/50? <draft>.pptx', "Q&A： ＂PPP＂ 50／50？ ＜draft＞.pptx"),
        ("x\x00\x1b[31m\n.txt", "x␀␛[31m␊.txt"),
        ("evil\u202efdp.exe", "evil\ufffdfdp.exe"),
        ("con.txt", "con_.txt"),
        ("LPT1", "LPT1_"),
        ("console.txt", "console.txt"),
        ("Falcon.pdf", "Falcon.pdf"),
        ("end. ", "end.␠"),
        ("end.", "end．"),
        ("~$lock.pptx", "~$lock.pptx"),
    ],
)
def test_forbidden_names_stay_readable(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(names)
def test_every_name_becomes_one_safe_path_component(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode("utf-8")) <= 255
    assert not set(safe) & set('/\\:*?"<>|\0\n\r\x1b')
    assert safe not in {".", ".."}
    assert not safe.endswith((".", " "))
    assert safe_name(safe) == safe


def test_a_name_of_300_characters_is_shortened_and_keeps_its_suffix() -> None:
    safe = safe_name("გ" * 300 + ".pptx")
    assert safe.endswith(".pptx")
    assert len(safe.encode()) <= LONGEST


@given(st.lists(names, max_size=12), st.randoms())
def test_paths_are_distinct_on_every_file_system_in_any_order(given_names: list[str], random: "object") -> None:
    listing = listing_of(*given_names)
    paths = local_paths(listing, "top")
    assert len(paths) == len(given_names)
    keys = {unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold()) for path in paths.values()}
    assert len(keys) == len(given_names) == len({unicodedata.normalize("NFC", path.upper()) for path in paths.values()})
    assert all(len(path.rpartition("/")[2].encode()) <= 255 for path in paths.values())
    shuffled = list(listing.files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert local_paths(Listing(ROOT, (), tuple(shuffled)), "top") == paths


def test_the_older_of_two_files_keeps_the_name() -> None:
    early, late = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC)
    younger = RemoteFile(id="1AAAAAAAAyounger", drive_id="y", name="Agenda.docx", parent="root", created=late)
    older = RemoteFile(id="1ZZZZZZZZZZolder", drive_id="o", name="Agenda.docx", parent="root", created=early)
    paths = local_paths(Listing(ROOT, (), (younger, older)), "top")
    assert paths == {older.id: "top/Agenda.docx", younger.id: "top/Agenda~Ayounger.docx"}


@pytest.mark.parametrize("name", ["deck.pptx", "გ" * 300 + ".pptx", "x"])
def test_a_file_whose_every_name_is_taken_gets_another(name: str) -> None:
    """Other files can be named like each name that a file would get."""
    first, second = (RemoteFile(id=f"1AAAAAAAAAAAAAA{n}", drive_id="d", name=name, parent="root") for n in (1, 2))
    taken = list[str]()
    for _ in range(4):
        path = local_paths(Listing(ROOT, (), (first, second)), "top", taken)[second.id]
        assert path not in taken
        assert len(path.rpartition("/")[2].encode()) <= 255
        taken.append(path)


def test_two_folders_with_one_name_stay_separate() -> None:
    folders = tuple(RemoteFolder(id=f"folder{n}", name="Day 1", parent="root") for n in (1, 2))
    files = tuple(RemoteFile(id=f"f{n}", drive_id=f"f{n}", name="x.pdf", parent=f"folder{n}") for n in (1, 2))
    paths = local_paths(Listing(ROOT, folders, files), "top")
    assert paths == {"f1": "top/Day 1/x.pdf", "f2": "top/Day 1~folder2/x.pdf"}
