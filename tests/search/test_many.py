"""Several archives searched as one: the first hits are those of one archive that holds everything."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Item, Section
from materials_cli.search.by_meaning import Meaning, Near
from materials_cli.search.engine import search
from materials_cli.search.equivalents import shipped
from materials_cli.search.hit import Hit
from materials_cli.search.many import Part, search_many
from materials_cli.search.near_many import Meanings
from materials_cli.search.query import parse
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
    found, silent = search_many(parts, parse(text), limit=10, equivalents=shipped())
    assert not silent
    assert told(found.hits) == told(wanted.hits)
    assert (found.correction, found.absent, found.total) == (wanted.correction, wanted.absent, wanted.total)
    assert {hit.archive == f"hub-{hit.item.collection[-1]}" for hit in found.hits} <= {True}


_SKEWED = ("procurement", "procurements", "budget", "закупки", "정부예산", "cloud", "the", "tender", "of")
_ASKED = (
    "procurement budget", "cloud", "the budget", "budget OR cloud", "procurement -cloud", "in:title cloud", "закупки the",
    "예산", "lang:ru закупки", "procuremnt", '"cloud budget"', "budget cloud the procurement", "procure*", "zakupki cloud",
    "tender OR закупки", "of the", "kloud",
)  # fmt: skip


def skewed(rolled: random.Random, hub: int) -> Iterator[tuple[Item, list[Section]]]:
    """Decks in which some words stand nearly everywhere and others hardly anywhere, once or piled up."""
    weights = [rolled.random() ** 4 for _ in _SKEWED]

    def text() -> str:
        piles = rolled.choices(_SKEWED, weights, k=rolled.choice((0, 1, 2, 4)))
        return " ".join(word for word in piles for _ in range(rolled.randint(1, rolled.choice((1, 9)))))

    for deck in range(rolled.randint(0, 9)):
        name = f"{rolled.choices(_SKEWED, weights)[0]} {hub}-{deck}.pptx"
        sections = [Section(number, text(), text(), text()) for number in range(1, rolled.randint(1, 6))]
        yield item(name, collection=f"hub{hub}"), sections


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1 << 32))
@example(seed=2)
@example(seed=7)
def test_however_unlike_the_archives_are_the_first_hits_are_those_of_one(seed: int) -> None:
    rolled = random.Random(seed)  # noqa: S311 - always the same
    with TemporaryDirectory() as folder, ExitStack() as stack:
        merged = stack.enter_context(Catalogue.open(Path(folder, "merged.sqlite"), write=True))
        parts = []
        for hub in range(rolled.randint(2, 4)):
            one = stack.enter_context(Catalogue.open(Path(folder, f"{hub}.sqlite"), write=True))
            parts.append(Part(f"hub-{hub}", one))
            with one.transaction(), merged.transaction():
                for held, sections in skewed(rolled, hub):
                    for catalogue in (one, merged):
                        put(catalogue, held, *sections)
        for text in _ASKED:
            wanted = search(merged, text, limit=10, equivalents=shipped())
            found, silent = search_many(parts, parse(text), limit=10, equivalents=shipped())
            assert not silent
            assert list(map(_exactly, found.hits)) == list(map(_exactly, wanted.hits)), text
            assert (found.correction, found.absent, found.total) == (wanted.correction, wanted.absent, wanted.total), text


def test_what_sounds_alike_ranks_as_in_one_archive(tmp_path: Path) -> None:
    with ExitStack() as stack:
        merged, *own = (stack.enter_context(Catalogue.open(tmp_path / f"{name}.sqlite", write=True)) for name in "mab")
        for number, text in enumerate(("tea", "rice", "e-Gov of a small town by the sea", "e-Gov, e-Gov", "harbour", "road")):
            for catalogue in (merged, own[number % 2]):
                put(catalogue, item(f"{number}.pptx"), Section(1, "", text, ""))
        wanted = search(merged, "egov")
        found, _ = search_many([Part("a", own[0]), Part("b", own[1])], parse("egov"))
        assert list(map(_exactly, found.hits)) == list(map(_exactly, wanted.hits))
        assert [Path(hit.item.path).name for hit in wanted.hits] == ["3.pptx", "2.pptx"]


def _exactly(hit: Hit) -> tuple[str, int, str, float, str, tuple[str, ...]]:
    return hit.item.path, hit.section.number if hit.section else 0, hit.match, hit.score, hit.snippet, hit.missing


def test_an_archive_that_cannot_answer_is_a_note_and_the_others_answer(
    archives: tuple[list[Part], Catalogue], tmp_path: Path
) -> None:
    parts, _ = archives
    broken = Catalogue.open(tmp_path / "broken.sqlite", write=True)
    put(broken, item("procurement.pptx"), Section(1, "Procurement", "procurement"))
    broken.connection.execute("DELETE FROM words_data WHERE id > 10")
    found, silent = search_many([*parts, Part("broken", broken)], parse("procurement"), limit=10)
    assert list(silent) == ["broken"]
    assert told(found.hits) == told(search_many(parts, parse("procurement"), limit=10)[0].hits)
    broken.close()


def test_an_archive_that_is_too_slow_is_left_out(archives: tuple[list[Part], Catalogue]) -> None:
    parts, _ = archives
    found, silent = search_many(parts, parse("procurement"), patience=-1.0)
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
    found, silent = search_many([Part("odd", odd), *parts], parse("procurement"), limit=10)
    assert list(silent) == ["odd"]
    assert told(found.hits) == told(search_many(parts, parse("procurement"), limit=10)[0].hits)
    odd.close()


@pytest.mark.parametrize("text", ["procurement", "kind:pptx"])
@pytest.mark.parametrize(
    "odd", ["path = x'2e70707478'", "collection = NULL", "title = x'00'", "sections = 'many'", "unit = x'07'"]
)
def test_whatever_type_a_cell_of_one_archive_has_the_others_answer(
    archives: tuple[list[Part], Catalogue], tmp_path: Path, odd: str, text: str
) -> None:
    parts, _ = archives
    foreign = Catalogue.open(tmp_path / "odd.sqlite", write=True)
    put(foreign, item("procurement.pptx"), Section(1, "Procurement", "procurement"))
    foreign.connection.execute("PRAGMA foreign_keys = OFF")
    for statement in ("CREATE TABLE loose AS SELECT * FROM item", "DROP TABLE item", "ALTER TABLE loose RENAME TO item"):
        foreign.connection.execute(statement)
    foreign.connection.execute(f"UPDATE item SET {odd}")  # noqa: S608 - constants
    found, silent = search_many([Part("odd", foreign), *parts], parse(text), limit=60)
    assert list(silent) == ["odd"]
    assert told(found.hits) == told(search_many(parts, parse(text), limit=60)[0].hits)
    foreign.close()


@pytest.mark.parametrize(
    ("statement", "record"),
    [
        ("UPDATE words_docsize SET sz = ?", b"\xff" * 200 + b"\1"),
        ("UPDATE words_data SET block = ? WHERE id = 1", b"\1" + b"\xff" * 200 + b"\1"),
        ("UPDATE words_data SET block = ? WHERE id = 1", b"\xff" * 200 + b"\1\1\1\1"),
        ("UPDATE words_data SET block = ? WHERE id = 1", b"\2\0\0\0"),
        ("UPDATE names_docsize SET sz = ?", b"\xff" * 200 + b"\1"),
        ("UPDATE names_data SET block = ? WHERE id = 1", b"\xff" * 200 + b"\1\1\1"),
    ],
)
def test_whatever_one_archive_says_of_its_sizes_no_search_fails(tmp_path: Path, statement: str, record: bytes) -> None:
    for name in ("sound", "odd"):
        with Catalogue.open(tmp_path / f"{name}.sqlite", write=True) as made:
            put(made, item("procurement.pptx"), Section(1, "Procurement", "procurement"))
    with Catalogue.open(tmp_path / "odd.sqlite", write=True) as odd, Catalogue.open(tmp_path / "sound.sqlite") as sound:
        odd.connection.execute(statement, (record,))
        assert not [hit for hit in search_many([Part("odd", odd)], parse("procurement"))[0].hits if hit.archive != "odd"]
        found, _ = search_many([Part("odd", odd), Part("sound", sound)], parse("procurement"))
    assert "sound" in {hit.archive for hit in found.hits}


def test_what_is_near_has_a_time_of_its_own_however_long_a_model_takes_to_load(
    archives: tuple[list[Part], Catalogue], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Loading(Meaning):
        def __init__(self, *_: object, **__: object) -> None:
            self.slugs = ("hub0",)

        def __bool__(self) -> bool:
            return True

        def nearest(self, *_: object) -> list[Near]:
            return []

    parts, _ = archives
    monkeypatch.setattr("materials_cli.search.many._STEPS", 1)
    monkeypatch.setattr("materials_cli.search.near_many.Meaning", Loading)
    found, silent = search_many(parts, parse("procurement"), patience=1000.0)
    assert not silent
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + 2000)
    assert Meanings([(parts[0].name, Path(), ())]).added(parts, found, ()) == (found, {})


def test_an_archive_with_nothing_in_it_changes_nothing(archives: tuple[list[Part], Catalogue], tmp_path: Path) -> None:
    parts, _ = archives
    (tmp_path / "empty.sqlite").touch()
    with Catalogue.open(tmp_path / "empty.sqlite") as empty:
        found, silent = search_many([Part("empty", empty), *parts], parse("procurement budget"), limit=10)
    assert not silent
    assert told(found.hits) == told(search_many(parts, parse("procurement budget"), limit=10)[0].hits)


def test_a_phrase_that_more_rows_have_than_were_counted_weighs_least() -> None:
    assert 0 < rarity(rows=2, having=3) < 0.001
