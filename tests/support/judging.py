"""Queries judged by a person, the documents they are about, and how well an answer does: for a test and a benchmark.

Each line of judged.jsonl was written from the documents: what somebody may type, and a pattern that tells the sections
which answer it (`answer`, looked for in title, body and notes; `within`: only in paths that hold this). A third of the
lines (`aside`) was left alone while the search was made better.
"""

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import start
from materials_cli.emulator.world import World
from support.invented import put_invented
from support.synced import sync_first

HERE = Path(__file__).parent
DEPTH = 5

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """One query and which sections answer it."""

    query: str
    language: str
    phenomenon: str
    answer: str
    within: str = ""
    aside: bool = False

    def answers(self, sections: dict[Place, str]) -> frozenset[Place]:
        """The places of the sections that answer."""
        pattern = re.compile(self.answer, re.IGNORECASE)
        return frozenset(place for place, text in sections.items() if self.within in place[0] and pattern.search(text))


def judged() -> list[Judged]:
    """All judged queries, as they stand in the file."""
    return [Judged(**json.loads(line)) for line in (HERE / "judged.jsonl").read_text("utf-8").splitlines()]


@contextmanager
def judged_archive(corpus: Path | None, top: Path) -> Iterator[Catalogue]:
    """The catalogue of an archive in `top` that holds the corpus, if any, the sample workshop and the invented speakers."""
    before = dict(os.environ)
    os.environ["MATERIALS_ARCHIVE"] = str(top)
    try:
        for name, world in (*((("corpus", World.from_folder(corpus)),) if corpus else ()), ("sample", sample_world())):
            with start(world) as server:
                os.environ["DRIVE_EMULATOR_HOST"] = server.address
                sync_first(server.world, top, name)
    finally:
        os.environ.clear()
        os.environ.update(before)
    with Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        put_invented(catalogue)
        yield catalogue


def sections_of(catalogue: Catalogue) -> dict[Place, str]:
    """The text of every section, on one line."""
    found: dict[Place, str] = {}
    for item in catalogue.items():
        text = catalogue.text(item.collection, item.id)
        for section in text.sections if text else ():
            whole = " ".join(f"{section.title}\n{section.body}\n{section.notes}".split())
            found[item.path, section.number] = unicodedata.normalize("NFC", whole)
    return found


def recall(answered: Sequence[Place], wanted: frozenset[Place]) -> float:
    """The share of what could be among the first five that is."""
    return len(wanted.intersection(answered[:DEPTH])) / min(DEPTH, len(wanted))


def reciprocal_rank(answered: Sequence[Place], wanted: frozenset[Place]) -> float:
    """One by the rank of the first right answer; 0 when there is none."""
    return next((1 / rank for rank, place in enumerate(answered, 1) if place in wanted), 0.0)
