"""Real documents in many languages, served by the emulator: mirrored byte for byte, read, and found by their words."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from support import command
from support.synced import sync_first


def run(*words: str) -> str:
    return command.run(*words).stdout


@pytest.fixture(scope="module")
def archive(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, RunningServer]]:
    top = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch, start(World.from_folder(corpus)) as server:
        patch.setenv("DRIVE_EMULATOR_HOST", server.address)
        patch.setenv("MATERIALS_ARCHIVE", str(top))
        sync_first(server.world, top, "corpus")
        yield top, server


def test_every_byte_is_the_same(archive: tuple[Path, RunningServer], corpus: Path) -> None:
    done = subprocess.run(["diff", "-r", str(corpus), str(archive[0] / "corpus")], check=False, capture_output=True)
    assert done.stdout == b""
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=archive[0], check=False, capture_output=True)
    assert sums.returncode == 0


def test_a_second_sync_downloads_nothing(archive: tuple[Path, RunningServer]) -> None:
    before = archive[1].count("media")
    run("sync")
    assert archive[1].count("media") == before


@pytest.mark.parametrize(
    ("words", "path", "section"),
    [
        ("მონათვაჭრობა აკრძალულია", "generated/udhr_1-18_kat.pptx", 5),
        ("국내법정", "generated/udhr_1-18_kor.pptx", 9),
        ("បុគ្គលិកលក្ខណៈ", "generated/udhr_1-18_khm.pptx", 7),
        ("landscape institute", "apache+poi/aascu.org_hbcu_leadershipsummit_cooper_.pptx", 3),
        ("rabstvo", "generated/udhr_1-18_rus.docx", 5),
        ("fiscal space", "apache+poi/45545_Comment.pptx", 7),
        ("sample frame up-to-date", "worldbank+DIME-MSIE-Workshop/Survey Instrument Design & Pilot.pdf", 22),
    ],
)
def test_words_on_a_slide_find_it(archive: tuple[Path, RunningServer], words: str, path: str, section: int) -> None:
    hit = json.loads(run("search", words, "--json"))["items"][0]
    assert (hit["path"], hit["section"]) == (f"corpus/{path}", section)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("encrypted-userpw.pdf", "password"),
        ("truncated.pptx", "damaged or incomplete"),
        ("gdrive-confirm-page.pptx", "web page"),
        ("lfs-pointer.pptx", "Git LFS"),
        ("zero.pptx", "empty"),
        ("bug53475-password-is-pass.docx", "password"),
    ],
)
def test_a_file_that_cannot_be_read_has_a_note(archive: tuple[Path, RunningServer], name: str, note: str) -> None:
    (item,) = json.loads(run("list", "--json", "--name", name))["items"]
    assert note in item["note"]


def test_bombs_do_no_harm_and_every_file_is_held(archive: tuple[Path, RunningServer], corpus: Path) -> None:
    items = {item["name"]: item for item in json.loads(run("list", "--json"))["items"]}
    assert len(items) == sum(path.is_file() for path in corpus.rglob("*"))
    for name in ("zipbomb-1GB-slide.pptx", "billion-laughs.pptx", "xxe-file.pptx", "flatebomb-1GB.pdf"):
        assert items[name]["note"], name


@pytest.mark.parametrize(
    "word",
    [
        "zqtitle", "zqbody", "zqtablecell", "zqtablelast", "zqnestedgroup", "zqalttext", "zqcharttitle",
        "zqcategory", "zqseries", "zqcomment", "zqmoderncomment", "zqsmartart", "zqtextbox", "zqnotes",
    ],
)  # fmt: skip
def test_words_hidden_in_every_corner_of_a_deck_are_found(archive: tuple[Path, RunningServer], word: str) -> None:
    hits = json.loads(run("search", word, "--limit", "20", "--json"))["items"]
    assert ("corpus/odd/sentinel.pptx", 2) in {(hit["path"], hit["section"]) for hit in hits}


def test_a_note_is_always_a_sentence_and_never_a_bug(archive: tuple[Path, RunningServer]) -> None:
    notes = [item["note"] for item in json.loads(run("list", "--json"))["items"] if item["note"]]
    assert len(notes) > 20
    assert not [note for note in notes if "Error)" in note or "crash" in note or not note.endswith(".")]


def test_most_real_files_give_text(archive: tuple[Path, RunningServer]) -> None:
    items = json.loads(run("list", "--json"))["items"]
    assert sum(bool(item["sections"]) for item in items) >= 125
