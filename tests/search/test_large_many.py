"""Several archives searched as one, of which some have the index for very large archives beside their catalogues."""

import random
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
from materials_cli.search.many import Part, search_many
from materials_cli.search.sections import FOLDER
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
    large.refresh(made.connection, Path(made.connection.path).with_name(FOLDER), print)
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
        found, silent = search_many(parts, text, limit=10, equivalents=shipped())
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
    found, silent = search_many(parts, "harbour", limit=3)
    assert not silent
    assert {hit.section.number for hit in found.hits if hit.section} == best
    assert told(found.hits)[0][:2] == told(search(merged, "harbour", limit=3).hits)[0][:2]


def test_a_damaged_one_costs_nothing_since_the_catalogue_has_all_that_it_has(tmp_path: Path, stack: ExitStack) -> None:
    parts, rolled = [Part(name, catalogue(tmp_path / name, stack)) for name in ("damaged", "sound")], random.Random(1)  # noqa: S311
    for part in parts:
        put(part.catalogue, item("a.pptx"), *(Section(at, "harbour", f"harbour {at} word{at % 7} of") for at in range(1, 400)))
    index(parts[0].catalogue)
    files = [file for file in sorted((tmp_path / "damaged" / FOLDER).iterdir()) if len(file.suffix) > 2 and file.stat().st_size]
    wanted = [told(search_many(parts, text, limit=9)[0].hits) for text in ("harbour word3", "word1 of")]
    for _ in range(30):
        file = rolled.choice(files)
        was = file.read_bytes()
        damaged = bytearray(was)
        for _ in range(rolled.choice((1, 3, 20))):
            damaged[rolled.randrange(len(was))] = rolled.randrange(256)
        file.write_bytes(damaged)
        for text, hits in zip(("harbour word3", "word1 of"), wanted, strict=True):
            found, silent = search_many(parts, text, limit=9)
            assert not silent
            assert len(found.hits) == len(hits)
        file.write_bytes(was)
