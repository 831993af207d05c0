"""What files were seen to hold besides their texts (look.py), kept in .materials/triage by the digest of their bytes."""

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing, suppress
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Any

from materials_cli.batches import in_parallel
from materials_cli.disk import SHA256, disk_errors, replace_file
from materials_cli.errors import MaterialsError
from materials_cli.extract.pool import Pool, Staff
from materials_cli.model import Item, State, Step, StepKind, Text
from materials_cli.store.inside import is_file
from materials_cli.store.mirror import Store
from materials_cli.triage.survey import Look

VERSION = 1
PROGRAM = "materials_cli.triage.look"
COMMENT, LOCATION, PERSON, MIXED = "comment", "location", "person", "mixed"
_FOLDER, _LARGEST = "triage", 16_000_000


class Looks:
    """The looks of one archive."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.inner / _FOLDER

    def of(self, item: Item) -> Look | None:
        """What the file of an item was seen to hold; None if nobody has looked at these bytes."""
        digest = item.fixity.sha256
        file = self._folder / digest[:2] / f"{digest}.json"
        if not SHA256.fullmatch(digest) or not is_file(self._store.inside.refuse_links(file)):
            return None
        try:
            with file.open("rb") as opened:
                kept = json.loads(opened.read(_LARGEST))
            return _look(kept) if kept["version"] == VERSION else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def lacking(self, items: Iterable[Item]) -> list[Item]:
        """The items in the mirror whose files have not been looked at."""
        return [item for item in items if item.state is State.HELD and self.of(item) is None]

    def complete(self, items: Iterable[Item], lookers: Staff) -> int:
        """Look at the files of these items; return how many were looked at. A file that is not here stays unseen.

        lookers: with children that run PROGRAM.
        """
        wanted = {item.fixity.sha256: item for item in self.lacking(items)}
        here = [item for item in wanted.values() if self._is_here(item)]
        done = 0
        with closing(in_parallel(lookers.threads, partial(self._look, lookers.pool), here)) as batches:
            for item, future in chain.from_iterable(batches):
                future.result()
                done += 1
                lookers.progress(Step(StepKind.READ, item.path, done, len(here)))
        return done

    def clear(self, held: Collection[str]) -> None:
        """Drop what was seen in bytes that are no longer held, which may be private."""
        with suppress(OSError, MaterialsError):
            for file in self._store.inside.refuse_links(self._folder).glob("[0-9a-f][0-9a-f]/*.json"):
                if file.stem not in held and is_file(self._store.inside.refuse_links(file)):
                    file.unlink(missing_ok=True)

    def _is_here(self, item: Item) -> bool:
        return self._store.is_here(item.path, item.fixity.sha256, item.fixity.size, mirrored=item.state is State.HELD)

    def _look(self, pool: Pool, item: Item) -> None:
        with self._store.reading_item(item) as path:
            text = pool.extract(path, item.path.rpartition("/")[2])
        digest = item.fixity.sha256
        file = self._folder / digest[:2] / f"{digest}.json"
        with disk_errors():
            self._store.inside.make_folder(file.parent)
        replace_file(file, json.dumps(_kept(text), ensure_ascii=False).encode("utf-8", "replace"))


def _kept(text: Text) -> dict[str, Any]:
    """What a child told, as it is kept; each section of its answer is one thing that it saw."""
    seen = [(section.title, section.number, section.body) for section in text.sections]
    return {"version": VERSION, "seen": seen, "failed": str(text.note or "")}


def _look(kept: Mapping[str, Any]) -> Look:
    comments: dict[int, tuple[str, ...]] = {}
    locations: list[tuple[int, str]] = []
    people: list[str] = []
    mixed = False
    for kind, number, text in kept["seen"]:
        match kind:
            case "comment":
                comments[int(number)] = tuple(str(text).split("\n"))
            case "location":
                locations.append((int(number), str(text)))
            case "person":
                people.append(str(text))
            case "mixed":
                mixed = True
            case _:
                raise ValueError(kind)
    return Look(MappingProxyType(comments), tuple(locations), tuple(people), mixed, str(kept["failed"]))
