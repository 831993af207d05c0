"""Every index of sections answers alike, and the one for very large archives is used only as long as it is up to date."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section, Text
from materials_cli.search import large
from materials_cli.search.clauses import clauses_of
from materials_cli.search.engine import Results, search, sections_beside
from materials_cli.search.expression import expression_of
from materials_cli.search.large_folder import folder_of
from materials_cli.search.match import MatchLevel
from materials_cli.search.query import parse
from materials_cli.search.sections import HINT, InCatalogue, Sections
from sample_texts import DECKS
from support.small_catalogue import catalogue, found, item, put  # noqa: F401 - a fixture

pytest.importorskip("tantivy")
TYPED = (
    "data", "procurement", "registr*", '"data exchange"', "전자정부", "디지털 정부", "электронного правительства", "ҳуқуқ",
    "Kim", "მთავრობა", "រដ្ឋាភិបាល", "ລັດຖະບານ", "government services", "x-road", "e-government", "2025",
)  # fmt: skip
DEEP = 20
TOLERANCE = 0.1  # of the lists, in how many others may be among the first three, or in another order


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, Path]]:
    """A catalogue of the sample workshop's texts, and a folder with its index."""
    top = tmp_path_factory.mktemp("large")
    with Catalogue.open(top / "catalogue.sqlite", write=True) as made:
        for number, deck in enumerate(DECKS):
            sections = (
                Section(at, slide.title, "\n".join(slide.bullets), slide.notes) for at, slide in enumerate(deck.slides, 1)
            )
            put(made, item(f"{number}.pptx"), *sections)
        yield made, kept(made)


def kept(made: Catalogue) -> Path:
    """Keep the index of a catalogue, which a search uses then; its folder."""
    path = Path(made.connection.path)
    assert large.keep(made.connection, path, 1, print) is None
    assert isinstance(sections_beside(made), large.Large)
    return folder_of(path)


@pytest.fixture(params=["in the catalogue", "large"])
def sections(request: pytest.FixtureRequest, sample: tuple[Catalogue, Path]) -> Sections:
    made, folder = sample
    return InCatalogue(made.connection) if request.param == "in the catalogue" else large.sections_of(made.connection, folder)


class TestContract:
    """What a search may expect of an index of sections; both are compared with the one in the catalogue."""

    @pytest.fixture
    def plain(self, sample: tuple[Catalogue, Path]) -> InCatalogue:
        return InCatalogue(sample[0].connection)

    @pytest.mark.parametrize("typed", TYPED)
    def test_the_same_sections_match(self, sections: Sections, plain: InCatalogue, typed: str) -> None:
        query = parse(typed)
        for level in MatchLevel:
            expression = query.narrowed(expression_of(query.clauses, level))
            titled = query.narrowed(f"{{title}} : ({expression})")
            best = sections.best(expression, titled, 1000, None, 1000)
            expected = {place for place, _ in plain.best(expression, titled, 1000, None, 1000)}
            assert {place for place, _ in best} == expected
            assert [rank for _, rank in best] == sorted((rank for _, rank in best), reverse=True)
            assert sections.extent(expression, None) == len(expected)
            assert sections.count(expression, 3) == min(3, len(expected))
            assert {*sections.first(expression, DEEP)} <= expected
            assert sections.extent(titled, None) == plain.extent(titled, None)

    def test_only_some_items_are_searched(self, sections: Sections, plain: InCatalogue) -> None:
        expression = expression_of(clauses_of("government"), MatchLevel.PREFIX)
        for items in ("[]", "[1]", "[2, 3]"):
            assert sections.extent(expression, items) == plain.extent(expression, items)
            best = sections.best(expression, expression, 1000, items, 1000)
            assert {place for place, _ in best} == {place for place, _ in plain.best(expression, expression, 1000, items, 1000)}

    def test_excluded_words_and_languages(self, sections: Sections, plain: InCatalogue) -> None:
        for typed in ("data -exchange", "data lang:en", "правительство lang:ru", "data OR услуг -e-government"):
            query = parse(typed)
            expression = query.narrowed(expression_of(query.clauses, MatchLevel.WORD))
            assert sections.extent(expression, None) == plain.extent(expression, None)

    def test_the_same_terms_are_known(self, sections: Sections, plain: InCatalogue) -> None:
        assert sections.size() == plain.size() == sum(len(deck.slides) for deck in DECKS)
        for beginning in ("da", "пр", "\ue002p", "정", "zzz"):
            assert dict(sections.terms(beginning)) == dict(plain.terms(beginning))
        for term in ("data", "правительство", "zzz"):
            assert sections.having(term) == plain.having(term)


def test_hits_are_the_same_and_in_the_same_order(sample: tuple[Catalogue, Path]) -> None:
    made, folder = sample
    asked = [*TYPED, "who spoke about data exchange?", "goverment", "Ким Минсу", "услуги -портал", "data in:title"]
    with_large = [search(made, typed, limit=DEEP) for typed in asked]
    assert isinstance(large.sections_of(made.connection, folder), large.Large)
    shutil.move(folder, folder.with_name("elsewhere"))
    try:
        plain = [search(made, typed, limit=DEEP) for typed in asked]
    finally:
        shutil.move(folder.with_name("elsewhere"), folder)
    for one, other in zip(with_large, plain, strict=True):
        assert {*_places(one)} == {*_places(other)}
        assert (one.correction, one.absent, one.total) == (other.correction, other.absent, other.total)
    moved = [one.query.text for one, other in zip(with_large, plain, strict=True) if _places(one)[:3] != _places(other)[:3]]
    assert len(moved) <= len(asked) * TOLERANCE, moved


def _places(results: Results) -> list[tuple[str, int | None]]:
    return [(hit.item.path, hit.section.number if hit.section else None) for hit in results.hits]


class TestKept:
    """It is brought up to date item by item, and never used when it is not."""

    @pytest.fixture
    def folder(self, catalogue: Catalogue, tmp_path: Path) -> Path:
        folder = folder_of(tmp_path / "catalogue.sqlite")
        assert large.refresh(catalogue.connection, folder, print) == 2
        assert kept(catalogue) == folder
        return folder

    def is_used(self, catalogue: Catalogue, folder: Path) -> bool:
        return isinstance(large.sections_of(catalogue.connection, folder), large.Large)

    def test_what_changed_is_put_in_and_what_is_gone_taken_out(self, catalogue: Catalogue, folder: Path) -> None:
        assert self.is_used(catalogue, folder)
        changed = item("budget.xlsx", "d")
        catalogue.put_text(
            changed.collection, changed.id, Text("sheet", (Section(1, "Sheet", "harbour dues"),)), "other bytes", 1
        )
        assert not self.is_used(catalogue, folder)
        assert found(catalogue, "dues")[0] == ("budget.xlsx", 1)
        assert large.refresh(catalogue.connection, folder, print) == 1
        assert self.is_used(catalogue, folder)
        assert found(catalogue, "dues")[0] == ("budget.xlsx", 1)
        assert ("budget.xlsx", 1) not in found(catalogue, "procurement")
        assert large.refresh(catalogue.connection, folder, print) == 0

    @pytest.mark.parametrize("lost", ["current", "items.json", "meta.json"])
    def test_one_that_is_incomplete_is_made_anew(self, catalogue: Catalogue, folder: Path, lost: str) -> None:
        (folder / lost).unlink()
        if lost != "items.json":
            assert not self.is_used(catalogue, folder)
        (folder / "current").unlink(missing_ok=True)
        large.refresh(catalogue.connection, folder, print)
        assert self.is_used(catalogue, folder)
        assert found(catalogue, "harbour") == [("opening.pptx", 2)]
        assert large.sections_of(catalogue.connection, folder).size() == 4

    def test_without_the_extra_the_catalogues_own_is_used(
        self,
        catalogue: Catalogue,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(sys.modules, "tantivy", None)
        assert not self.is_used(catalogue, folder)
        assert found(catalogue, "harbour") == [("opening.pptx", 2)]
        told = large.keep(catalogue.connection, Path(catalogue.connection.path), 4, print)
        assert told is not None
        assert "[large]" in told.text

    @pytest.mark.usefixtures("folder")
    @pytest.mark.skipif(os.name == "nt", reason="there, a user has a home by other means")
    def test_who_has_no_home_searches_the_catalogues_own(self, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
        """As in a container whose user is a mere number."""
        path = Path(catalogue.connection.path)
        for name in ("HOME", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("os.getuid", lambda: 4294967294)
        with pytest.raises(FileNotFoundError):
            folder_of(path)
        assert isinstance(sections_beside(catalogue), InCatalogue)
        assert found(catalogue, "harbour") == [("opening.pptx", 2)]
        told = large.keep(catalogue.connection, path, 1, print)
        assert told is not None
        assert "could not be written" in told.text
        assert large.keep(catalogue.connection, path, 5, print) is None
        assert not path.with_name(HINT).exists()

    def test_there_is_none_of_few_sections(self, catalogue: Catalogue, folder: Path) -> None:
        path = Path(catalogue.connection.path)
        assert large.keep(catalogue.connection, path, 5, print) is None
        assert not folder.exists()
        assert not path.with_name(HINT).exists()

    def test_killed_before_any_of_its_notes_it_is_completed(self, catalogue: Catalogue, folder: Path) -> None:
        """A child kills itself as it puts its nth file in place: before, between and after what tantivy keeps in one step."""
        line = (
            "import os, signal, sys; from pathlib import Path; from materials_cli.catalogue.items import Catalogue;"
            "from materials_cli.search import large; catalogue = Catalogue.open(Path(sys.argv[1])); left = [int(sys.argv[3])];"
            "kill = lambda: os.kill(os.getpid(), signal.SIGKILL);"
            "count = lambda name: name == 'os.rename' and (left.append(left.pop() - 1) or left[0] or kill());"
            "sys.addaudithook(lambda name, _: count(name)); large.refresh(catalogue.connection, Path(sys.argv[2]), print)"
        )
        path = Path(catalogue.connection.path)
        ended = []
        for number in range(1, 6):
            put(catalogue, item(f"{number}.pptx"), Section(1, f"Number {number}", "harbour"))
            ended.append(subprocess.run([sys.executable, "-c", line, path, folder, str(number)], check=False).returncode)
        assert ended == [-signal.SIGKILL] * 4 + [0]
        assert self.is_used(catalogue, folder)
        assert len(found(catalogue, "harbour")) == 6
        assert large.sections_of(catalogue.connection, folder).size() == 9
