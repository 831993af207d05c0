"""What is found in another language than the question's: names, the Universal Declaration, and questions that a person wrote.

    python benchmarks/xlang.py FOLDER [ARCHIVE] [--meaning]

FOLDER holds the real documents that tests/support/xlang.jsonl speaks of; ARCHIVE is where the archive made of them stays for
the next time. Half of these questions ("aside", told by their checksums) was left alone while the search was made better.
The cost is CPU time of this process; the hits for the words as typed are compared one by one with those of a search without
equivalents. With --meaning, what is found by meaning (extra `[meaning]`) counts as well.
"""

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1] / "tests")

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.equipment import Equipment
from materials_cli.search.by_meaning import Meaning, with_meaning
from materials_cli.search.engine import search
from materials_cli.search.equivalents import shipped
from materials_cli.search.hit import Hit, Match
from materials_cli.store.mirror import Store
from support.judging import DEPTH, judged_archive, recall
from support.xlang import (
    ABSENT,
    ABSENT_ASIDE,
    COUNTRIES,
    DECLARATION,
    LANGUAGES_OF_FILES,
    LOCALES,
    Question,
    countries_lost,
    questions,
)

Place = tuple[str, int]
BY_MEANING = "--meaning" in sys.argv[1:]
ASKING = [Collection(slug=slug, link="", meaning=BY_MEANING) for slug in ("corpus", "sample")]


@dataclass(frozen=True, slots=True)
class Asked:
    """An archive that is searched as the command does."""

    catalogue: Catalogue
    meaning: Meaning

    def hits(self, text: str) -> Sequence[Hit]:
        """What is found, by meaning as well if that was asked for."""
        found = search(self.catalogue, text, limit=20, equivalents=shipped())
        return with_meaning(self.catalogue, found, self.meaning).hits


@contextmanager
def catalogue_of(folder: Path, archive: Path) -> Iterator[Catalogue]:
    """The catalogue of the archive, which is made if there is none."""
    file = archive / ".materials" / "catalogue.sqlite"
    if file.is_file():
        with Catalogue.open(file) as catalogue:
            yield catalogue
    else:
        with judged_archive(folder, archive) as catalogue:
            yield catalogue


def place(hit: Hit) -> Place:
    """Where a hit is."""
    return hit.item.path, hit.section.number if hit.section else 0


def declaration(asked: Asked) -> dict[str, list[int]]:
    """The rank of the right article for each question, by file; 0 when it is not found."""
    ranks: dict[str, list[int]] = defaultdict(list)
    for file, code in LANGUAGES_OF_FILES.items():
        for number, question in enumerate(DECLARATION, 1):
            hits = asked.hits(f"{question} answer:{code}")
            answered = [hit.section.number for hit in hits if hit.section and f"udhr_1-18_{file}." in hit.item.path]
            ranks[file].append(answered.index(number + 1) + 1 if number + 1 in answered else 0)
    return ranks


def as_typed_unchanged(catalogue: Catalogue, text: str) -> bool:
    """Whether a search with equivalents has the hits of one without, in their order, save those told as meaning the same."""
    plain, wide = search(catalogue, text), search(catalogue, text, equivalents=shipped())
    others = {place(hit) for hit in wide.hits if hit.match is Match.MEANING}
    return [hit for hit in wide.hits if hit.match is not Match.MEANING] == [h for h in plain.hits if place(h) not in others]


def cpu_ms(catalogue: Catalogue, texts: Sequence[str], *, wide: bool) -> list[float]:
    """What each search costs."""
    shipped()
    taken: list[float] = []
    for text in texts:
        start = time.process_time()
        search(catalogue, text, equivalents=shipped() if wide else None)
        taken.append((time.process_time() - start) * 1000)
    return taken


def share_found(asked: Asked, each: Question) -> float:
    """The recall of a question; items of the same name are one."""
    answered = [place(hit) for hit in asked.hits(each.question)]
    paths = {path for path, _ in answered if each.item in path}
    return max((recall(answered, frozenset((path, number) for number in each.sections)) for path in paths), default=0.0)


def tell_declaration(asked: Asked) -> None:
    ranks = declaration(asked)
    for file, listed in ranks.items():
        print(f"  {file:10} first {listed.count(1):2}, first three {sum(0 < rank <= 3 for rank in listed):2} of {len(listed)}")
    every = [rank for listed in ranks.values() for rank in listed]
    first, three = every.count(1) / len(every), sum(0 < rank <= 3 for rank in every) / len(every)
    print(f"Universal Declaration, {len(every)} questions: first {first:.2f}, among the first three {three:.2f}")


def tell_absent(asked: Asked) -> None:
    for heading, those in (("looked at", ABSENT), ("aside", ABSENT_ASIDE)):
        silent = sum(all(hit.match is not Match.NEAR for hit in asked.hits(text)) for text in those)
        print(f"Nothing by meaning for what is not there, {heading}: {silent} of {len(those)}")


def tell_questions(asked: Asked) -> None:
    told: dict[str, list[float]] = defaultdict(list)
    for each in questions():
        share = share_found(asked, each)
        for heading in ("aside" if each.aside else "looked at", "all", f"in {each.language}"):
            told[heading].append(share)
    for heading, shares in sorted(told.items()):
        print(f"  recall@{DEPTH} {heading}: {sum(shares) / len(shares):.3f} of {len(shares)}")


def tell_cost(catalogue: Catalogue, texts: Sequence[str]) -> None:
    print(f"Hits as typed unchanged: {sum(as_typed_unchanged(catalogue, text) for text in texts)} of {len(texts)}")
    pairs = zip(cpu_ms(catalogue, texts, wide=False), cpu_ms(catalogue, texts, wide=True), strict=True)
    more = sorted(wide - plain for plain, wide in pairs)
    middle, most = statistics.median(more), more[int(len(more) * 0.95)]
    print(f"CPU ms more for a search: mean {statistics.mean(more):.0f}, median {middle:.0f}, 95 % at most {most:.0f}")


def main() -> None:
    asked, lost = len(COUNTRIES) * len(LOCALES), countries_lost()
    print(f"Names of countries, from English and back: {asked - len(lost)} of {asked}", *lost)
    places = [word for word in sys.argv[1:] if not word.startswith("--")]
    with tempfile.TemporaryDirectory() as top:
        archive = Path(places[1]) if len(places) > 1 else Path(top)
        with catalogue_of(Path(places[0]), archive) as catalogue:
            if BY_MEANING:
                print(Equipment(Store(archive), lambda _: None).prepare(catalogue, ASKING))
            with Meaning(archive, ASKING) as meaning:
                asked = Asked(catalogue, meaning)
                tell_declaration(asked)
                tell_questions(asked)
                tell_absent(asked)
            tell_cost(catalogue, [*(each.question for each in questions()), *DECLARATION])


if __name__ == "__main__":
    main()
