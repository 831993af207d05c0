"""Several archives searched as one: the first hits are those of one archive that holds everything."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section
from materials_cli.search.engine import search
from materials_cli.search.equivalents import shipped
from materials_cli.search.hit import Hit
from materials_cli.search.many import Part, search_many
from materials_cli.search.weights import rarity
from support.small_catalogue import item, put

ARCHIVES, DECKS, SLIDES = 4, 6, 5
WORDS = (
    "procurement", "budget", "service", "registry", "identity", "cloud", "harbour", "citizen", "ministry", "payment", "tender",
    "licence", "archive", "statistics", "реестр", "услуга", "бюджет", "закупки", "정부", "서비스", "예산", "davlat", "xizmat",
)  # fmt: skip
QUERIES = (
    "procurement", "procurement budget", "cloud registry identity", "закупки", "реестр услуга", "정부 예산", "davlat xizmat",
    "harbour -budget", "in:title tender", "licenses", "procurment", "statistics harbour payment", "tender OR archive",
    "lang:ru бюджет", "zakupki", '"cloud registry"', "nowhere procurement", "common",
)  # fmt: skip


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Part], Catalogue]]:
    """Some archives in which words are spread unevenly, and one with everything that they hold."""
    top = tmp_path_factory.mktemp("many")
    rolled = random.Random(17)  # noqa: S311 - always the same
    merged = Catalogue.open(top / "merged.sqlite", write=True)
    parts = []
    for number in range(ARCHIVES):
        one = Catalogue.open(top / f"{number}.sqlite", write=True)
        parts.append(Part(f"hub-{number}", one))
        often = [rolled.random() ** 3 + 0.02 * (number == 0) for _ in WORDS]
        for deck in range(DECKS + number):
            held = item(f"{rolled.choice(WORDS)} {number}-{deck}.pptx", collection=f"hub{number}")
            texts = [" ".join(rolled.choices(WORDS, often, k=rolled.randint(4, 30))) for _ in range(SLIDES)]
            sections = [Section(n, text.partition(" ")[0], f"{text} common", text[-9:]) for n, text in enumerate(texts, 1)]
            for catalogue in (one, merged):
                put(catalogue, held, *sections)
    yield parts, merged
    for part in parts:
        part.catalogue.close()
    merged.close()


def told(hits: tuple[Hit, ...]) -> list[tuple[str, int, str, float]]:
    return [(h.item.path, h.section.number if h.section else 0, h.match, round(h.score, 4)) for h in hits]


@pytest.mark.parametrize("text", QUERIES)
def test_the_first_hits_are_those_of_one_archive_with_everything(archives: tuple[list[Part], Catalogue], text: str) -> None:
    parts, merged = archives
    wanted = search(merged, text, limit=10, equivalents=shipped())
    found, silent = search_many(parts, text, limit=10, equivalents=shipped())
    assert not silent
    assert told(found.hits) == told(wanted.hits)
    assert (found.correction, found.absent, found.total) == (wanted.correction, wanted.absent, wanted.total)
    assert {hit.archive == f"hub-{hit.item.collection[-1]}" for hit in found.hits} <= {True}


_SKEWED = ("procurement", "procurements", "budget", "закупки", "정부예산", "cloud", "the")
_ASKED = (
    "procurement budget", "cloud", "the budget", "budget OR cloud", "procurement -cloud", "in:title cloud", "закупки the",
    "예산", "lang:ru закупки", "procuremnt", '"cloud budget"', "budget cloud the procurement", "procure*", "zakupki cloud",
)  # fmt: skip


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """A text in which some words are piled up."""
    piles = draw(st.lists(st.tuples(st.sampled_from(_SKEWED), st.integers(1, 9)), max_size=5))
    return " ".join(f"{word} " * often for word, often in piles)


_Deck = tuple[str, list[tuple[str, str, str]]]
_DECKS: st.SearchStrategy[list[_Deck]] = st.lists(
    st.tuples(st.sampled_from(_SKEWED), st.lists(st.tuples(_texts(), _texts(), _texts()), max_size=4)), max_size=6
)


@settings(max_examples=30, deadline=None)
@given(hubs=st.lists(_DECKS, min_size=2, max_size=4), asked=st.lists(st.sampled_from(_ASKED), min_size=1, max_size=4))
def test_however_unlike_the_archives_are_the_first_hits_are_those_of_one(hubs: list[list[_Deck]], asked: list[str]) -> None:
    with TemporaryDirectory() as folder, ExitStack() as stack:
        merged = stack.enter_context(Catalogue.open(Path(folder, "merged.sqlite"), write=True))
        parts = []
        for number, decks in enumerate(hubs):
            one = stack.enter_context(Catalogue.open(Path(folder, f"{number}.sqlite"), write=True))
            parts.append(Part(f"hub-{number}", one))
            for deck, (name, texts) in enumerate(decks):
                sections = [Section(n, *each) for n, each in enumerate(texts, 1)]
                for catalogue in (one, merged):
                    put(catalogue, item(f"{name} {number}-{deck}.pptx", collection=f"hub{number}"), *sections)
        for text in asked:
            wanted = search(merged, text, limit=10, equivalents=shipped())
            found, silent = search_many(parts, text, limit=10, equivalents=shipped())
            assert not silent
            assert [_exactly(hit) for hit in found.hits] == [_exactly(hit) for hit in wanted.hits]
            assert (found.correction, found.absent, found.total) == (wanted.correction, wanted.absent, wanted.total)


def _exactly(hit: Hit) -> tuple[str, int, str, float, str, tuple[str, ...]]:
    return hit.item.path, hit.section.number if hit.section else 0, hit.match, hit.score, hit.snippet, hit.missing


def test_an_archive_that_cannot_answer_is_a_note_and_the_others_answer(
    archives: tuple[list[Part], Catalogue], tmp_path: Path
) -> None:
    parts, _ = archives
    broken = Catalogue.open(tmp_path / "broken.sqlite", write=True)
    put(broken, item("procurement.pptx"), Section(1, "Procurement", "procurement"))
    broken.connection.execute("DELETE FROM words_data WHERE id > 10")
    found, silent = search_many([*parts, Part("broken", broken)], "procurement", limit=10)
    assert list(silent) == ["broken"]
    assert told(found.hits) == told(search_many(parts, "procurement", limit=10)[0].hits)
    broken.close()


def test_an_archive_that_is_too_slow_is_left_out(archives: tuple[list[Part], Catalogue]) -> None:
    parts, _ = archives
    found, silent = search_many(parts, "procurement", patience=-1.0)
    assert not found.hits
    assert set(silent) == {part.name for part in parts}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item SET fetched = 'yesterday'",
        "UPDATE item SET remote = '[]'",
        "UPDATE item SET number = number + (1 << 50)",
        "DELETE FROM item",
        "DELETE FROM words_data WHERE id = 1",
        "INSERT INTO names (rowid, name) VALUES (-(1 << 45), 'procurement')",
    ],
)
def test_whatever_stands_in_one_archive_the_others_answer(
    archives: tuple[list[Part], Catalogue], tmp_path: Path, statement: str
) -> None:
    parts, _ = archives
    odd = Catalogue.open(tmp_path / "odd.sqlite", write=True)
    put(odd, item("procurement.pptx"), Section(1, "Procurement", "procurement"))
    odd.connection.execute("PRAGMA foreign_keys = OFF")
    odd.connection.execute(statement)
    found, silent = search_many([Part("odd", odd), *parts], "procurement", limit=10)
    assert list(silent) == ["odd"]
    assert told(found.hits) == told(search_many(parts, "procurement", limit=10)[0].hits)
    odd.close()


def test_an_archive_with_nothing_in_it_changes_nothing(archives: tuple[list[Part], Catalogue], tmp_path: Path) -> None:
    parts, _ = archives
    (tmp_path / "empty.sqlite").touch()
    with Catalogue.open(tmp_path / "empty.sqlite") as empty:
        found, silent = search_many([Part("empty", empty), *parts], "procurement budget", limit=10)
    assert not silent
    assert told(found.hits) == told(search_many(parts, "procurement budget", limit=10)[0].hits)


def test_a_phrase_that_more_rows_have_than_were_counted_weighs_least() -> None:
    assert 0 < rarity(rows=2, having=3) < 0.001
