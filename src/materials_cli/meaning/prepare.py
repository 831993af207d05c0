"""Gives every section of some collections a vector, as far as its text has none yet.

Threads wait for children that hold the model (child.py); only this thread writes. A run that is interrupted goes on where it
stopped, since what was appended counts. A text that fails costs itself.
"""

import time
from array import array
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sections import section_at, sections_by_place
from materials_cli.extract.pool import Pool, Staff
from materials_cli.meaning.kept import UNRELATED, VECTOR, Vectors, digest_of, is_installed, text_of
from materials_cli.messages import Message, msg
from materials_cli.model import Step, StepKind
from materials_cli.store.mirror import Store
from materials_cli.store.space import room
from materials_cli.watchdog import alive

PROGRAM = "materials_cli.meaning.child"
SECONDS = 120.0
_AT_A_TIME = 4
_WRITTEN_EVERY = 60.0  # seconds between two lists of places, by which a search finds what is there so far

_Texts = Sequence[tuple[bytes, str]]  # each with its digest


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many texts got a vector now, had one, or got none; how many vectors were dropped. note: why some texts got none."""

    made: int = 0
    ready: int = 0
    failed: int = 0
    dropped: int = 0
    note: Message | None = None


@dataclass(slots=True)
class _Standing:
    """Where texts stand: their places and digests, in the order of the catalogue; first: one place of each text."""

    places: "array[int]" = field(default_factory=lambda: array("q"))
    digests: list[bytes] = field(default_factory=list)
    first: dict[bytes, int] = field(default_factory=dict)


def prepare(store: Store, catalogue: Catalogue, slugs: Sequence[str], makers: Staff) -> Prepared:
    """Make the vectors of the sections of these collections that have none; those of all other texts are dropped.

    Raise a disk error, or symlink_in_archive.
    """
    vectors, standing = Vectors(store.root), _standing(catalogue, slugs)
    dropped = vectors.keep(standing.first.keys())
    numbers = vectors.numbers()
    lacking = {digest: place for digest, place in standing.first.items() if digest not in numbers}
    note = _begun(store, vectors, numbers, makers.pool) if lacking else None
    ready = len(numbers)
    makers.progress(Step(StepKind.PREPARED, amount=0, total=0 if note else len(lacking)))
    try:
        if not note:
            note = _make(store, vectors, standing, numbers, _tasks(catalogue, lacking), makers)
    finally:
        if numbers or vectors:
            vectors.put_places(standing.places, standing.digests, numbers)
    made = len(numbers) - ready
    return Prepared(made, max(0, ready - 1), len(lacking) - made, dropped, note)


def _standing(catalogue: Catalogue, slugs: Sequence[str]) -> _Standing:
    found = _Standing()
    for place, section in sections_by_place(catalogue, slugs):
        if text := text_of(section):
            found.places.append(place)
            found.digests.append(digest_of(text))
            found.first.setdefault(found.digests[-1], place)
    return found


def _make(
    store: Store, vectors: Vectors, standing: _Standing, numbers: dict[bytes, int], tasks: Iterator[_Texts], makers: Staff
) -> Message | None:
    """Make vectors and append them; why it ended early, if it did. numbers: of the records, to which the new ones are added."""
    finished, total, written = 0, sum(digest not in numbers for digest in standing.first), time.monotonic()
    with closing(in_parallel(makers.threads, partial(_made, makers.pool), tasks)) as batches:
        for batch in batches:
            alive()
            if room(store.root) < 0:
                return msg("5 % of the disk, or 1 GB if that is less, always stay free.")
            made = {digest: vector for _, future in batch for digest, vector in future.result().items()}
            vectors.append(made.items())
            numbers |= {digest: len(numbers) + number for number, digest in enumerate(made)}
            finished += sum(len(task) for task, _ in batch)
            makers.progress(Step(StepKind.PREPARED, amount=finished, total=total))
            if time.monotonic() - written > _WRITTEN_EVERY:
                vectors.put_places(standing.places, standing.digests, numbers)
                written = time.monotonic()
    return None


def _begun(store: Store, vectors: Vectors, numbers: dict[bytes, int], pool: Pool) -> Message | None:
    """Write the first record, if there is none; why no vectors can be made here, or None if they can."""
    if not is_installed():
        return msg(
            "Search by meaning is not installed. In the folder of the program: uv tool install '.[meaning]' "
            "(or pip install '.[meaning]'; Linux on x86-64 only)."
        )
    if room(store.root) < 0:
        return msg("5 % of the disk, or 1 GB if that is less, always stay free.")
    if not numbers:
        answer = pool.ask({"texts": []})
        if isinstance(answer, Message) or "made" not in answer:
            return msg("The model for search by meaning does not run here: it needs an x86-64 processor with AVX2.")
        vectors.append([(UNRELATED, b64decode(answer["made"]))])
        numbers[UNRELATED] = 0
    return None


def _tasks(catalogue: Catalogue, lacking: Mapping[bytes, int]) -> Iterator[_Texts]:
    """The texts without vectors, a few at a time."""
    waiting = iter(lacking.items())
    while some := list(islice(waiting, _AT_A_TIME)):
        yield [(digest, text_of(section_at(catalogue, place))) for digest, place in some]


def _made(pool: Pool, texts: _Texts) -> dict[bytes, bytes]:
    """The vectors of some texts, by their digests; where a child does not survive them, each is tried alone."""
    answer = pool.ask({"texts": [text for _, text in texts]})
    if not isinstance(answer, Message) and "made" in answer:
        made = b64decode(answer["made"])
        pieces = (made[start : start + VECTOR.size] for start in range(0, len(made), VECTOR.size))
        return dict(zip((digest for digest, _ in texts), pieces, strict=True))
    if len(texts) == 1:
        return {}
    return {digest: vector for text in texts for digest, vector in _made(pool, [text]).items()}
