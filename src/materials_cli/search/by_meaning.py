"""What is near a question in meaning, whatever its words and language: a group of its own, behind all that was found by words.

A model (extra `[meaning]`) puts texts that mean the same near each other. Something is the nearest for any question: a text
counts only if it is nearer to this one than to unrelated ones, by a margin; by more if little was asked, since a word or two
are near much.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import log
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from unicodedata import east_asian_width

from materials_cli.catalogue.index import PLACE_BITS
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.meaning.kept import Vectors, digest_of, is_installed, text_of
from materials_cli.search.engine import Results
from materials_cli.search.expression import expression_of
from materials_cli.search.filters import at_places, matching_items
from materials_cli.search.hit import Hit, Match
from materials_cli.search.match import MatchLevel
from materials_cli.search.passages import Candidate, Passages, Tier
from materials_cli.search.query import Query

if TYPE_CHECKING:
    from materials_cli.extract.pool import Pool

MOST_NEAR = 5
_MOST_COMPARED = 40
# What a judged archive lacks stays below: of 107 questions and words put aside, all but five.
_LEAST, _MORE, _AS_A_SENTENCE = 0.058, 0.02, 32  # letters
SECONDS = 20.0
_PROGRAM = "materials_cli.meaning.child"
_NO_TIER = Tier((), MatchLevel.WORD)


class Near(NamedTuple):
    """A section by its place. nearness: as the child tells it, see meaning/child.py; digest: of its text."""

    place: int
    nearness: float
    digest: bytes


class Meaning:
    """The vectors of an archive, and a child that compares them; nothing is started where no collection asks for it.

    As a context, it starts the child, which loads the model while words are searched for. root: the archive's folder;
    beside: those of another archive, whose child compares these, too.
    """

    def __init__(self, root: Path, collections: Iterable[Collection], beside: "Meaning | None" = None) -> None:
        self._vectors = Vectors(root)
        self.slugs = tuple(collection.slug for collection in collections if collection.meaning)
        self._pool: Pool | None = None
        if self.slugs and self._vectors and is_installed():
            self._pool = (beside._pool if beside else None) or _pool()  # noqa: SLF001 - of its own kind

    def __enter__(self) -> Self:
        """Return itself."""
        if self._pool:
            threading.Thread(target=self._pool.ask, args=({"texts": ["materials"]},), name="loader", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the child."""
        if self._pool:
            self._pool.close()

    def __bool__(self) -> bool:
        """Whether it can be asked."""
        return self._pool is not None

    def nearest(self, question: str, narrowed: dict[str, Any]) -> list[Near]:
        """What is near enough, the nearest first; nothing if the child fails. narrowed: as the child takes it."""
        asked = {"question": question, "bits": PLACE_BITS, "most": _MOST_COMPARED, **narrowed}
        files = {"vectors": str(self._vectors.file), "places": str(self._vectors.places)}
        answer: Any = self._pool.ask({**asked, **files}) if self._pool else {}
        if "found" not in answer:
            return []
        least = least_nearness(question)
        return [Near(place, near, bytes.fromhex(digest)) for place, near, digest in answer["found"] if near >= least]


def least_nearness(question: str) -> float:
    """How near a text must be to a question to mean the same. A letter of the East, being a syllable or word, counts twice."""
    letters = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in question if letter.isalnum())
    return _LEAST + _MORE * max(0.0, log(_AS_A_SENTENCE / max(1, letters)))


def _pool() -> "Pool":
    from materials_cli.extract.pool import Pool  # noqa: PLC0415 - most archives do not ask for it

    return Pool(1, seconds=SECONDS, program=_PROGRAM)


def with_meaning(
    catalogue: Catalogue,
    found: Results,
    meaning: Meaning,
    *,
    collections: Sequence[str] = (),
    described: Sequence[Collection] = (),
) -> Results:
    """What was found, and behind it what is near in meaning and not among it; see engine.search() for the other arguments.

    A quoted phrase, and a search in names, titles, bodies or notes alone, mean their words.
    """
    return with_near(found, near_hits(catalogue, found.query, meaning, collections=collections, described=described))


def near_hits(
    catalogue: Catalogue, query: Query, meaning: Meaning, *, collections: Sequence[str], described: Sequence[Collection]
) -> list[tuple[Near, Hit]]:
    """What is near a query in meaning, the nearest first; see with_meaning()."""
    if not meaning or not _asks_for_meaning(query):
        return []
    slugs = [slug for slug in meaning.slugs if not collections or slug in collections]
    items = matching_items(catalogue.connection, at_places(query.filters, described), slugs or [""])
    passages = Passages(catalogue.connection, items)
    near = meaning.nearest(_question(query), {"items": passages.narrowed_items, **_narrowed(passages, query)})
    return list(_hits(passages, near))


def with_near(found: Results, near: Iterable[tuple[Near, Hit]]) -> Results:
    """What was found, and behind it the first of what is near, each text once and none that was found."""
    there = {each.place for each in found.hits}
    added = islice((hit for hit in _first_of_each_text(near) if hit.place not in there), MOST_NEAR)
    return replace(found, hits=(*found.hits, *added))


def _asks_for_meaning(query: Query) -> bool:
    return bool(query.clauses) and not (query.quoted or query.filters.columns or query.filters.names_only)


def _first_of_each_text(hits: Iterable[tuple[Near, Hit]]) -> Iterator[Hit]:
    seen: set[bytes] = set()
    for each, hit in hits:
        if each.digest not in seen:
            yield hit
        seen.add(each.digest)


def _question(query: Query) -> str:
    """What was typed, with its punctuation, but for filters and excluded words."""
    wanted = {forms for clause in query.clauses for term in clause for forms in term.words}
    text = query.text
    for word in reversed(query.words):
        if word.forms not in wanted:
            text = f"{text[: word.start]} {text[word.end :]}"
    return " ".join(part for part in text.split() if any(map(str.isalnum, part)))


def _narrowed(passages: Passages, query: Query) -> dict[str, Any]:
    """The places that a query is narrowed to by languages, and those that have an excluded word."""
    languages = query.filters.narrow("")
    excluded = expression_of(tuple((term,) for term in query.excluded), MatchLevel.WORD, every=False)
    return {
        "only": passages.places(languages) if languages else None,
        "without": passages.places(excluded) if excluded else [],
    }


def _hits(passages: Passages, near: Sequence[Near]) -> Iterator[tuple[Near, Hit]]:
    """What is near as hits, as far as the text is still there; what is equally near by path."""
    sections = [(each, Candidate.at(each.place, each.nearness, 0)) for each in near]
    paths = passages.paths({section.item for _, section in sections})
    there = [(each, section) for each, section in sections if section.item in paths]
    for each, section in sorted(there, key=lambda row: (-row[0].nearness, paths[row[1].item], row[0].place)):
        if not passages.has(each.place):
            continue
        hit = passages.hit(section, _NO_TIER, each.nearness)
        if hit.section and digest_of(text_of(hit.section)) == each.digest:
            yield each, replace(hit, match=Match.NEAR)
