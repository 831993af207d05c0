"""Twelve archives searched as one: how long it takes, and whether the first ten are those of one archive with everything.

    python benchmarks/many.py [--archives 12] [--slides 1000] [--queries 70] [--texts FOLDER] [--at FOLDER]

The texts are those of search.py. Each archive has half of the languages, so that a word is rare in one and common in another. A
query is looked for with all that means the same. Hits count as the same if they are, in this order; hits of equal scores may
stand in any order, and at the end of the ten any of them may. Times are by the clock; --at keeps what was built.
"""

import argparse
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.segments import merge_segments
from materials_cli.search.engine import Results, search, searched
from materials_cli.search.equivalents import shipped
from materials_cli.search.filters import NO_FILTERS
from materials_cli.search.hit import Hit
from materials_cli.search.many import Part, search_many
from materials_cli.search.passages import Passages
from materials_cli.search.query import parse
from materials_cli.search.sections import InCatalogue
from search import ASKED, KINDS, build, passages, questions, real_lines

FIRST = 10


def build_all(top: Path, archives: int, slides: int, lines: dict[str, list[str]]) -> None:
    """Each archive, and the one with everything, unless they are there."""
    merged = top / "merged.sqlite"
    if merged.exists():
        return
    with Catalogue.open(merged, write=True) as everything:
        for number in range(archives):
            chosen = random.Random(number).sample(sorted(lines), max(1, len(lines) // 2))
            made = list(passages(slides, {name: lines[name] for name in chosen}, random.Random(number)))
            with Catalogue.open(top / f"{number}.sqlite", write=True) as one:
                build(one, iter(made), f"hub{number}")
                merge_segments(one.connection)  # as each sync does
            build(everything, iter(made), f"hub{number}")
        merge_segments(everything.connection)


def told(hits: tuple[Hit, ...]) -> list[tuple[str, int, float, str]]:
    return [(hit.item.path, hit.section.number if hit.section else 0, round(hit.score, 3), str(hit.match)) for hit in hits]


def are_the_same(wanted: list[tuple[str, int, float, str]], found: list[tuple[str, int, float, str]]) -> bool:
    """Whether the first ten of two lists are the same, up to the order of equal scores."""
    mine, theirs = wanted[:FIRST], found[:FIRST]
    if [row[2:] for row in mine] != [row[2:] for row in theirs]:
        return False
    last = mine[-1][2] if mine else 0.0
    return {row for row in mine if row[2] != last} == {row for row in theirs if row[2] != last}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", type=int, default=12)
    parser.add_argument("--slides", type=int, default=1000)
    parser.add_argument("--queries", type=int, default=70)
    parser.add_argument("--texts", type=Path, help="a folder of real documents to recombine")
    parser.add_argument("--at", type=Path, help="where to keep the archives")
    chosen = parser.parse_args()
    lines = real_lines(chosen.texts)
    with ExitStack() as stack:
        top = chosen.at or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        top.mkdir(exist_ok=True)
        build_all(top, chosen.archives, chosen.slides, lines)
        merged = stack.enter_context(Catalogue.open(top / "merged.sqlite"))
        every = [stack.enter_context(Catalogue.open(top / f"{number}.sqlite")) for number in range(chosen.archives)]
        parts = [Part(f"hub{number}", catalogue) for number, catalogue in enumerate(every)]
        asked = questions(list(passages(2000, lines, random.Random(1))), random.Random(2))
        queries = [(kind, asked[kind][at % ASKED]) for at in range(-(-chosen.queries // len(KINDS))) for kind in KINDS]
        measure(parts, merged, queries)


class Whole(InCatalogue):
    """The catalogue's index, without the shortcut that ranks some of the sections where thousands match."""

    def best(self, expression: str, titled: str, limit: int, items: str | None, most: int) -> list[tuple[int, float]]:
        """See Sections."""
        return super().best(expression, titled, limit, items, max(most, self.size()))


def in_one(catalogue: Catalogue, query: str) -> Results:
    """What one archive with everything finds when it ranks all that matches."""
    connection = catalogue.connection
    return searched(Passages(connection, None, Whole(connection)), parse(query, NO_FILTERS), FIRST, shipped())


def measure(parts: list[Part], merged: Catalogue, queries: list[tuple[str, str]]) -> None:
    equal, equal_to_shortcut, alone, together, work = 0, 0, [], [], []
    for kind, query in queries:
        begun = time.perf_counter()
        wanted = search(merged, query, limit=FIRST, equivalents=shipped())
        between, worked = time.perf_counter(), time.process_time()
        found, silent = search_many(parts, parse(query, NO_FILTERS), limit=FIRST, equivalents=shipped())
        work.append((time.process_time() - worked) * 1000)
        together.append((time.perf_counter() - between) * 1000)
        alone.append((between - begun) * 1000)
        equal_to_shortcut += not silent and are_the_same(told(wanted.hits), told(found.hits))
        same = not silent and are_the_same(told(in_one(merged, query).hits), told(found.hits))
        equal += same
        if not same:
            print(f"differs: {kind}: {query}")
    for name, took in (("one archive", alone), (f"{len(parts)} archives", together), ("of that, work", work)):
        worst = sorted(took)[int(len(took) * 0.95)]
        print(f"{name}: median {statistics.median(took):.0f} ms, p95 {worst:.0f} ms, largest {max(took):.0f} ms")
    print(f"the first {FIRST} the same: {equal} of {len(queries)}; as with the shortcut for thousands: {equal_to_shortcut}")


if __name__ == "__main__":
    main()
