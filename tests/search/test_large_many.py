"""Several archives searched as one, of which some have the index for very large archives beside their catalogues."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search import large
from materials_cli.search.engine import search, sections_beside
from materials_cli.search.equivalents import shipped
from materials_cli.search.hit import Hit
from materials_cli.search.large_folder import folder_of
from materials_cli.search.many import Part, search_many
from materials_cli.search.query import parse
from materials_cli.search.sections import CURRENT, HINT, InCatalogue
from support.small_catalogue import item, put

pytest.importorskip("tantivy")
WORDS = ("procurement", "procurements", "budget", "service", "registry", "закупки", "услуга", "정부", "서비스", "the", "davlat")
ASKED = (
    "procurement budget", "registry", "service -budget", "in:title budget", "закупки the", "서비스", "procure*",
    "zakupki budget", '"budget service"', "registri", "budget OR услуга", "nowhere procurement",
)  # fmt: skip


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def catalogue(folder: Path, stack: ExitStack) -> Catalogue:
    folder.mkdir()
    return stack.enter_context(Catalogue.open(folder / "catalogue.sqlite", write=True))


def index(made: Catalogue) -> None:
    """Make the index for very large archives of a catalogue; a search uses it."""
    assert large.keep(made.connection, Path(made.connection.path), 1, print) is None
    assert isinstance(sections_beside(made), large.Large)


def told(hits: Sequence[Hit]) -> list[tuple[str, int, str, float, str]]:
    return [(hit.item.path, hit.section.number if hit.section else 0, hit.match, hit.score, hit.snippet) for hit in hits]


def test_with_or_without_it_the_hits_are_those_of_one_archive(tmp_path: Path, stack: ExitStack) -> None:
    merged, rolled = catalogue(tmp_path / "merged", stack), random.Random(5)  # noqa: S311 - always the same
    parts = [Part(name, catalogue(tmp_path / name, stack)) for name in ("large", "small", "larger")]
    for number, part in enumerate(parts):
        often = [rolled.random() ** 3 for _ in WORDS]
        for deck in range(7):
            texts = [" ".join(rolled.choices(WORDS, often, k=rolled.randint(3, 20))) for _ in range(4)]
            sections = [Section(at, text.partition(" ")[0], text, text[-9:]) for at, text in enumerate(texts, 1)]
            held = item(f"{rolled.choice(WORDS)} {number}-{deck}.pptx", collection=f"hub{number}")
            for each in (merged, part.catalogue):
                put(each, held, *sections)
        if part.name != "small":
            index(part.catalogue)
    for text in ASKED:
        wanted = search(merged, text, limit=10, equivalents=shipped())
        found, silent = search_many(parts, parse(text), limit=10, equivalents=shipped())
        assert not silent
        assert told(found.hits) == told(wanted.hits), text
        assert (found.correction, found.absent, found.total) == (wanted.correction, wanted.absent, wanted.total), text


def test_of_more_than_can_be_ranked_it_names_the_best(tmp_path: Path, stack: ExitStack) -> None:
    merged, parts = catalogue(tmp_path / "merged", stack), [Part("l", catalogue(tmp_path / "l", stack))]
    parts.append(Part("s", catalogue(tmp_path / "s", stack)))
    best = {7, 8, 9}  # neither among the latest, nor by their titles
    many = [Section(at, "", "harbour " * 5 if at in best else "the harbour of a town", "") for at in range(1, 4202)]
    for each in (merged, parts[0].catalogue):
        put(each, item("many.pptx"), *many)
    for each in (merged, parts[1].catalogue):
        put(each, item("few.pptx", "d"), Section(1, "", "the harbour of a town", ""))
    index(merged)
    index(parts[0].catalogue)
    found, silent = search_many(parts, parse("harbour"), limit=3)
    assert not silent
    assert {hit.section.number for hit in found.hits if hit.section} == best
    assert told(found.hits)[0][:2] == told(search(merged, "harbour", limit=3).hits)[0][:2]


def test_a_damaged_one_costs_nothing_since_the_catalogue_has_all_that_it_has(tmp_path: Path, stack: ExitStack) -> None:
    parts, rolled = [Part(name, catalogue(tmp_path / name, stack)) for name in ("damaged", "sound")], random.Random(1)  # noqa: S311
    for part in parts:
        put(part.catalogue, item("a.pptx"), *(Section(at, "harbour", f"harbour {at} word{at % 7} of") for at in range(1, 400)))
    index(parts[0].catalogue)
    wanted = [told(search_many(parts, parse(text), limit=9)[0].hits) for text in ("harbour word3", "word1 of")]
    for number in range(12):
        file = rolled.choice(files_of(parts[0].catalogue))
        damaged = bytearray(file.read_bytes())
        damaged[rolled.randrange(len(damaged))] ^= 0x55
        file.unlink()  # what is mapped stays as it was
        file.write_bytes(damaged if number % 2 else damaged[:-1])
        assert isinstance(sections_beside(parts[0].catalogue), InCatalogue)
        for text, hits in zip(("harbour word3", "word1 of"), wanted, strict=True):
            found, silent = search_many(parts, parse(text), limit=9)
            assert not silent
            assert len(found.hits) == len(hits)
        index(parts[0].catalogue)  # it is made anew, without a look at what others changed


@pytest.mark.skipif(os.name == "nt", reason="a process that was ended tells nothing of it there")
def test_one_that_would_end_the_program_is_never_opened(tmp_path: Path, stack: ExitStack) -> None:
    """Tantivy asks for as much memory as a file says, and aborts: none in an archive is read, nor a changed one of ours."""
    made = catalogue(tmp_path / "archive", stack)
    put(made, item("a.pptx"), *(Section(at, "harbour", f"harbour {at} word{at % 7} of") for at in range(1, 400)))
    index(made)
    mine, theirs = folder_of(Path(made.connection.path)), tmp_path / "archive" / HINT
    store = next(file for file in files_of(made) if file.suffix == ".store")
    content = bytearray(store.read_bytes())
    content[-133:-125] = (1 << 62).to_bytes(8, "little")
    store.unlink()
    store.write_bytes(content)
    opened = "import sys, tantivy; at = tantivy.Index.open(sys.argv[1]).searcher(); at.search(tantivy.Query.all_query(), 1)"
    assert ended([opened, mine]) < 0
    shutil.copytree(mine, theirs, dirs_exist_ok=True)
    used = "from materials_cli.__main__ import main; main()"
    (tmp_path / "archive" / ".materials").mkdir()
    (tmp_path / "archive" / "materials.toml").write_text("format = 1\n")
    for name in ("catalogue.sqlite", HINT):
        shutil.move(tmp_path / "archive" / name, tmp_path / "archive" / ".materials" / name)
    for hint in (CURRENT, "meta.json"):
        assert (tmp_path / "archive" / ".materials" / HINT / hint).is_file()
    assert ended([used, "search", "harbour", "--in", tmp_path / "archive"]) == 0
    file = tmp_path / "archive" / ".materials" / "catalogue.sqlite"
    shutil.move(mine, folder_of(file))
    assert ended([used, "search", "harbour", "--in", tmp_path / "archive"]) == 0


def test_the_index_of_a_catalogue_that_is_long_gone_goes_with_the_next_one(tmp_path: Path, stack: ExitStack) -> None:
    was, now = tmp_path / "was", tmp_path / "now"
    with ExitStack() as before:
        made = catalogue(was, before)
        put(made, item("a.pptx"), Section(1, "harbour", "of a town"))
        index(made)
    shutil.move(was, now)
    moved = stack.enter_context(Catalogue.open(now / "catalogue.sqlite", write=True))
    assert isinstance(sections_beside(moved), InCatalogue)
    old = folder_of(was / "catalogue.sqlite")
    assert old.is_dir()
    os.utime(old / "catalogue", (0, 0))
    index(moved)
    assert not old.exists()


def test_what_an_earlier_version_kept_in_the_archive_is_deleted(tmp_path: Path, stack: ExitStack) -> None:
    made = catalogue(tmp_path / "archive", stack)
    put(made, item("a.pptx"), Section(1, "harbour", "of a town"))
    (tmp_path / "archive" / HINT).mkdir()
    for name in (CURRENT, "meta.json", "0.idx"):
        (tmp_path / "archive" / HINT / name).write_text("earlier")
    index(made)
    assert [path.name for path in (tmp_path / "archive" / HINT).iterdir()] == [CURRENT]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_one_that_others_can_write_is_not_used(tmp_path: Path, stack: ExitStack) -> None:
    made = catalogue(tmp_path / "archive", stack)
    put(made, item("a.pptx"), Section(1, "harbour", "of a town"))
    index(made)
    folder_of(Path(made.connection.path)).chmod(0o777)
    assert isinstance(sections_beside(made), InCatalogue)


def files_of(made: Catalogue) -> list[Path]:
    """The files of an index that are not empty, but for its notes."""
    found = sorted(folder_of(Path(made.connection.path)).iterdir())
    return [file for file in found if len(file.suffix) > 2 and file.stat().st_size and file.suffix != ".json"]


def ended(words: list[str | Path]) -> int:
    """How a child of ours ended."""
    return subprocess.run([sys.executable, "-c", *words], check=False, capture_output=True).returncode
