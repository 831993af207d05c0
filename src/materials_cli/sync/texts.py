"""Extracts text from the items and records it: after every sync, and again for `materials index`.

Threads wait for child processes that read (extract/pool.py); only this thread writes rows. Text in pictures is recognised
afterwards, so that all other text can be searched at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.disk import disk_errors
from materials_cli.errors import MaterialsError, Reach, stopped_at
from materials_cli.extract.pool import Pool, Staff
from materials_cli.extract.silence import EXTRACTOR_VERSION, silence, silent
from materials_cli.meaning.prepare import Prepared
from materials_cli.messages import Message, combined, msg, without
from materials_cli.model import Failure, Item, Section, State, Step, StepKind, Text
from materials_cli.store.mirror import Store

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Ocr:
    """The languages in which text in pictures is recognised, by collection.

    lacking: configured languages that are not installed. lasting: what the catalogue records of the languages, for the
    collections whose languages are available on this computer.
    """

    languages: Mapping[str, tuple[str, ...]]
    lasting: Mapping[str, str]
    lacking: frozenset[str]

    @property
    def problem(self) -> Message | None:
        """Why some languages are not recognised; None if all are."""
        if not self.lacking:
            return None
        return msg(
            "Text in pictures is not recognised for {languages}: install tesseract and its data files for these languages.",
            languages=", ".join(sorted(self.lacking)),
        )


@dataclass(frozen=True, slots=True)
class Read:
    """The result for one item: how many sections it has, how many have no text, how many were recognised, and a note."""

    item: Item
    unit: str
    sections: int
    silent: int
    recognised: int
    note: Message | None


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """The results; absent: items whose file is missing or has another size; failures: unexpected errors.

    prepared: for search by meaning, if that is asked for.
    """

    read: tuple[Read, ...] = ()
    absent: tuple[Item, ...] = ()
    failures: tuple[Failure, ...] = ()
    prepared: Prepared | None = None


def find_ocr(collections: Iterable[Collection]) -> Ocr:
    """The languages that can be recognised. Without tesseract, what was recognised earlier stays valid."""
    collections = list(collections)
    asked = {word for collection in collections for word in collection.ocr}
    installed = _installed_languages() if asked else frozenset()
    languages, lasting = {}, {}
    for collection in collections:
        able = tuple(word for word in collection.ocr if word in installed)
        languages[collection.slug] = able or collection.ocr
        if able or not collection.ocr:
            lasting[collection.slug] = "+".join(able)
    return Ocr(languages, lasting, frozenset(asked - installed))


def _installed_languages() -> frozenset[str]:
    from materials_cli.extract.ocr import installed_languages  # noqa: PLC0415 - few archives ask for it

    return installed_languages()


def unread(catalogue: Catalogue, ocr: Ocr) -> list[Item]:
    """The items of these collections whose text is missing or out of date."""
    return catalogue.unread(EXTRACTOR_VERSION, ocr.languages, ocr.lasting)


def read_new(
    store: Store,
    catalogue: Catalogue,
    collections: Sequence[Collection],
    readers: Staff,
    items: Sequence[Item] | None = None,
) -> "ReadingReport":
    """Extract text from items (by default, from those that have none yet) and index it, in the languages of collections."""
    ocr = find_ocr(collections)
    if ocr.problem:
        readers.progress(Step(StepKind.NOTICE, message=ocr.problem))
    return read_texts(store, catalogue, unread(catalogue, ocr) if items is None else items, readers, ocr)


def read_texts(store: Store, catalogue: Catalogue, items: Iterable[Item], readers: Staff, ocr: Ocr) -> ReadingReport:
    """Extract the text of these items and record it, whether or not it is known already."""
    sorted_out: dict[bool, list[Item]] = {True: [], False: []}
    reading = _Reading(catalogue, ocr)
    for item in items:
        with reading.alone(item), disk_errors():
            sorted_out[_is_here(store, item)].append(item)
    pictured: list[tuple[Item, Text]] = []
    calls = [(item, item.path, partial(_extract, store, readers, item)) for item in sorted_out[True]]
    for batch in _batches(readers, StepKind.READ, calls):
        with catalogue.transaction():
            for item, text in batch:
                if isinstance(text, MaterialsError):
                    reading.fail(item, text)
                    continue
                wanted = bool(ocr.languages.get(item.collection)) and bool(_to_recognise(text))
                if wanted:
                    pictured.append((item, text))
                reading.record(item, text, seen=not wanted)
    for item, text in _recognised(store, readers, pictured, ocr):
        if isinstance(text, MaterialsError):
            reading.fail(item, text)
        else:
            reading.record(item, text, seen=True)
    return ReadingReport(tuple(reading.read.values()), tuple(sorted_out[False]), tuple(reading.failures))


@dataclass(slots=True)
class _Reading:
    """The results so far."""

    catalogue: Catalogue
    ocr: Ocr
    read: dict[tuple[str, str], Read] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def record(self, item: Item, text: Text, *, seen: bool) -> None:
        """Record the text of one item. seen: its pictures, if any, have been searched for text."""
        languages = self.ocr.lasting.get(item.collection, "") if seen else ""
        with self.alone(item):
            self.catalogue.put_text(item.collection, item.id, text, item.fixity.sha256, EXTRACTOR_VERSION, languages)
            self.read[item.collection, item.id] = _result(item, text)

    @contextmanager
    def alone(self, item: Item) -> Iterator[None]:
        """The border around one file."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - see stopped_at()
            self.fail(item, stopped_at(Reach.FILE, error))

    def fail(self, item: Item, failure: MaterialsError) -> None:
        """Record that an item could not be read."""
        self.failures.append(Failure(item.path, failure.code, failure.what, item.id, failure.trace))


def _extract(store: Store, readers: Staff, item: Item) -> Text:
    if readers.elsewhere:
        return readers.elsewhere.read(item, lambda: not readers.pool.stopped)
    with store.reading_item(item) as path:
        return readers.pool.extract(path, item.path.rpartition("/")[2])


def _recognise(store: Store, pool: Pool, item: Item, number: int, languages: Sequence[str], cache: Path) -> Text:
    with store.reading_item(item) as path:
        return pool.recognise(path, number, languages, cache)


def _is_here(store: Store, item: Item) -> bool:
    """Whether the file exists and has the size that the catalogue states."""
    return store.is_here(item.path, item.fixity.sha256, item.fixity.size, mirrored=item.state is State.HELD)


def _result(item: Item, text: Text) -> Read:
    without = sum(silent(section) for section in text.sections) if text.unit in {"slide", "page"} else 0
    return Read(item, text.unit, len(text.sections), without, sum(s.ocr for s in text.sections), text.note)


def _to_recognise(text: Text) -> list[int]:
    """The sections whose pictures may contain text; 1 for a file that is a picture itself."""
    if not text.sections:
        return [] if text.note else [1]
    return [section.number for section in text.sections if silent(section)]


def _recognised(
    store: Store, readers: Staff, pictured: Sequence[tuple[Item, Text]], ocr: Ocr
) -> Iterator[tuple[Item, Text | MaterialsError]]:
    """Each item, when the pictures of all its sections have been searched for text."""
    cache = store.inner / "ocr"
    calls: list[tuple[int, str, Callable[[], Text]]] = []
    for place, (item, text) in enumerate(pictured):
        look = partial(_recognise, store, readers.pool, item)
        languages = ocr.languages[item.collection]
        calls += [(place, item.path, partial(look, number, languages, cache)) for number in _to_recognise(text)]
    seen: dict[int, list[Text | MaterialsError]] = {place: [] for place in range(len(pictured))}
    for batch in _batches(readers, StepKind.RECOGNISED, calls):
        for place, answer in batch:
            item, text = pictured[place]
            seen[place].append(answer)
            if len(seen[place]) == len(_to_recognise(text)):
                answers = seen.pop(place)
                failure = next((a for a in answers if isinstance(a, MaterialsError)), None)
                yield item, failure or _merged(text, [a for a in answers if isinstance(a, Text)])


def _merged(text: Text, seen: Sequence[Text]) -> Text:
    """The text, completed by what was recognised in its pictures."""
    found = {section.number: section for answer in seen for section in answer.sections}
    sections = tuple(
        replace(section, body=found[section.number].body, ocr=True) if section.number in found else section
        for section in text.sections or (Section(1),)
    )
    if not text.sections and not found:
        return text
    before = silence(text.unit, text.sections)
    problems = sorted({answer.note for answer in seen if answer.note}, key=str)
    note = combined(without(text.note, before), *problems, silence(text.unit, sections))
    return replace(text, sections=sections, note=note)


def _batches(
    readers: Staff, kind: StepKind, calls: Sequence[tuple[Key, str, Callable[[], Text]]]
) -> Iterator[list[tuple[Key, Text | MaterialsError]]]:
    """Make all calls on the threads; return the answers in batches as they arrive. A call has a key and a file's path."""
    finished = 0
    readers.progress(Step(kind, amount=0, total=len(calls)))
    with closing(in_parallel(readers.threads, _make, calls)) as batches:
        for batch in batches:
            for (_, path, _), _ in batch:
                finished += 1
                readers.progress(Step(kind, path, finished, len(calls)))
            yield [(key, future.result()) for (key, _, _), future in batch]


def _make(call: tuple[Key, str, Callable[[], Text]]) -> Text | MaterialsError:
    """The text of one file, or why it could not be read."""
    try:
        return call[2]()
    except Exception as error:  # noqa: BLE001 - the border around one file
        return stopped_at(Reach.FILE, error)
