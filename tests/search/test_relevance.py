"""Judged queries find what they should: over invented names always, over real documents where they are available."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.search.engine import search
from materials_cli.search.hit import Match
from support.invented import PATH, invented_archive
from support.judging import Judged, Place, judged, judged_archive, recall, sections_of

REGION = {"en", "ru", "ko", "kk", "ky", "uz", "tg", "hy", "ka", "az", "mn", "bn", "km", "lo", "tl", "id", "vi"}


def mean_recall(catalogue: Catalogue, queries: list[tuple[Judged, frozenset[Place]]]) -> float:
    total = 0.0
    for query, wanted in queries:
        hits = search(catalogue, query.query, limit=10).hits
        total += recall([(hit.item.path, hit.section.number if hit.section else 0) for hit in hits], wanted)
    return total / len(queries)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    top = invented_archive(tmp_path_factory.mktemp("invented"))
    with Catalogue.open(top / ".materials" / "catalogue.sqlite") as catalogue:
        yield catalogue


def test_the_judged_queries_cover_every_language() -> None:
    queries = judged()
    assert len(queries) >= 200
    assert len({(query.query, query.within) for query in queries}) > 0.95 * len(queries)
    languages = Counter(query.language for query in queries)
    assert {code for code, count in languages.items() if count >= 20} >= REGION
    assert sum(query.aside for query in queries) >= len(queries) // 4


def test_names_are_found_in_every_alphabet(invented: Catalogue) -> None:
    sections = sections_of(invented)
    queries = [(query, query.answers(sections)) for query in judged() if query.phenomenon in {"transliteration", "cyrillic"}]
    answered = [(query, wanted) for query, wanted in queries if wanted]
    assert len(answered) > 80
    assert {place[0] for _, wanted in answered for place in wanted} == {PATH}
    assert mean_recall(invented, answered) >= 0.93


def test_recall_over_real_documents(corpus: Path, tmp_path: Path) -> None:
    with judged_archive(corpus, tmp_path) as catalogue:
        sections = sections_of(catalogue)
        queries = [(query, query.answers(sections)) for query in judged()]
        assert [query.query for query, wanted in queries if not wanted] == []
        assert mean_recall(catalogue, queries[::9]) >= 0.95
        aside = [pair for pair in queries if pair[0].aside]
        assert mean_recall(catalogue, [pair for pair in aside if pair[0].phenomenon != "question"][::4]) >= 0.9
        assert mean_recall(catalogue, [pair for pair in aside if pair[0].phenomenon == "question"][::2]) >= 0.95
        for word in (Path(__file__).parents[1] / "support" / "absent.txt").read_text("utf-8").split()[::3]:
            found = search(catalogue, word)
            assert found.correction or all(hit.match is not Match.EXACT for hit in found.hits), word
