"""The search in the pages: whether it finds what the command line finds, how large its data are, how soon and fast it is.

    python benchmarks/site_search.py [--judged FOLDER] [--sizes 10000 50000] [--texts FOLDER]

Chromium opens the pages from the disk, as by a double click. FOLDER of --judged holds the documents that
tests/support/judged.jsonl speaks of: printed is for how many of all queries, and of the words that no document has, the first
hit and the first five are the same, and whether all words of the answer are. The slides of --sizes are made as those of
search.py, with the lines of --texts, in collections of 10,000, of which the pages load one, or all up to 20,000.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import search as made
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.search.engine import search
from materials_cli.search.equivalents import shipped
from materials_cli.site.build import build_folder
from materials_cli.site.holdings import Holdings, read_holdings
from materials_cli.store.mirror import Store
from support.browser import CHROMIUM
from support.judging import HERE, judged, judged_archive

LIMIT, SOON, OF_THE_PAGES = 10, 40, 400  # of the command line; of the pages at once, and when nobody types any more
MOST = 10_000
OPEN = """async (wanted) => {
  const begun = performance.now();
  await MaterialsSearch.open(wanted);
  return performance.now() - begun;
}"""
ASK = """([query, limit]) =>
  MaterialsSearch.search(query, { limit }).hits.map(({ item, section, match }) => [item, section, match])"""


@contextmanager
def opened(holdings: Holdings, top: Path) -> Iterator[Any]:
    """The page of the search, with nothing loaded."""
    build_folder(holdings, top / "site")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((top / "site" / "search.html").as_uri())
        yield page
        browser.close()


def compare(folder: Path) -> None:
    queries = [query.query for query in judged()] + (HERE / "absent.txt").read_text("utf-8").split()
    with tempfile.TemporaryDirectory() as name, judged_archive(folder, Path(name)) as catalogue:
        collections = [Collection(slug=slug, link="") for slug in ("corpus", "sample", "invented")]
        holdings = read_holdings(Store(Path(name)), catalogue, collections)
        keys = {(item.collection, item.description.item.id): item.key for item in holdings.items}
        with opened(holdings, Path(name)) as page:
            page.evaluate(OPEN, None)
            answers = [page.evaluate(ASK, [query, LIMIT]) for query in queries]
        same = [0, 0, 0]
        for query, answer in zip(queries, answers, strict=True):
            hits = search(catalogue, query, limit=LIMIT, equivalents=shipped()).hits
            wanted = [
                [keys[hit.item.collection, hit.item.id], hit.section.number if hit.section else None, str(hit.match)]
                for hit in hits
            ]
            places, wanted_places = ([each[:2] for each in found] for found in (answer, wanted))
            same[0] += places[:1] == wanted_places[:1]
            same[1] += places[:5] == wanted_places[:5]
            same[2] += answer == wanted
    shares = (f"{count / len(queries):.1%}" for count in same)
    print("{} queries: first hit {}, first five {}, all ten with how sure they are {}\n".format(len(queries), *shares))


def measure(size: int, lines: dict[str, list[str]]) -> None:
    asked = [query for each in made.questions(list(made.passages(2000, lines, random.Random(1))), random.Random(2)).values()
             for query in each[:60]]  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        (top / ".materials").mkdir()
        (top / "materials.toml").write_text("format = 1\n")
        slugs = [f"c{number}" for number in range(-(-size // MOST))]
        with Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True) as catalogue:
            for number, slug in enumerate(slugs):
                made.build(catalogue, made.passages(min(size, MOST), lines, random.Random(number)), slug)
            holdings = read_holdings(Store(top), catalogue, [Collection(slug=slug, link="") for slug in slugs])
        with opened(holdings, top) as page:
            processor = Processor(page)
            clock = page.evaluate(OPEN, None if size <= MOST else slugs[:1])
            cells = [f"{clock / 1000:.1f}", f"{processor.passed():.1f}"]
            for limit in (LIMIT, SOON, OF_THE_PAGES):
                took = []
                for query in asked:
                    page.evaluate(ASK, [query, limit])
                    took.append(processor.passed() * 1000)
                took.sort()
                cells.append(f"{statistics.median(took):.0f} / {took[int(len(took) * 0.95)]:.0f}")
        data = sum(file.stat().st_size for file in (top / "site" / "data").glob("search*.js"))
        print(f"| {size:,} | {data / 1e6:.1f} | {' | '.join(cells)} |", flush=True)


class Processor:
    """The seconds of the processor that the thread of a page takes, on which other programs do not count."""

    def __init__(self, page: Any) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self._before = 0.0
        self.passed()

    def passed(self) -> float:
        """Since it was last asked."""
        metrics = {each["name"]: each["value"] for each in self._session.send("Performance.getMetrics")["metrics"]}
        passed = metrics["TaskDuration"] - self._before
        self._before = metrics["TaskDuration"]
        return passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judged", type=Path, help="a folder with the documents that were judged")
    parser.add_argument("--sizes", nargs="*", type=int, default=[10_000], help="how many slides")
    parser.add_argument("--texts", type=Path, help="a folder of real documents to recombine")
    chosen = parser.parse_args()
    if chosen.judged:
        compare(chosen.judged)
    lines = made.real_lines(chosen.texts)
    hits = (f"{limit} hits, p50 / p95, ms of the processor" for limit in (LIMIT, SOON, OF_THE_PAGES))
    columns = ("slides", "data, MB", "ready, s by the clock", "of the processor", *hits)
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for size in chosen.sizes:
        measure(size, lines)


if __name__ == "__main__":
    main()
