"""Which files in the archive's own folder are ours: a person's file that is named like one of them is never overwritten.

A file is ours if its SHA-256 is one that .materials/written.json has: that of our bytes that lay there when a run began to
write, or of those that it began to write. So however many runs are cut, what lies there is in the record. If nothing is
recorded, as in an archive that was copied without .materials, its form decides. The form alone decides for manifest.jsonl: all
its valid entries are taken over.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from materials_cli.disk import LONGEST_LINE, disk_errors, replacing
from materials_cli.export.entries import BOM, CSV_COLUMNS, lines_of
from materials_cli.filenames import CSV, FEED, JSONL, RULES, SUMS
from materials_cli.messages import Message, msg, msgid
from materials_cli.store.inside import is_file
from materials_cli.store.mirror import Store
from materials_cli.store.versions import digest_of

NAMES = (JSONL, CSV, SUMS, RULES, FEED)
_MOVED = msgid("{file}: was not written by materials, or was changed since; it was moved to {place}.")
RULES_ID = "urn:materials:manifest:1"  # the $id of manifest.schema.json: its number is that of a major version
_RECORD = "written.json"
_BEGINNING = 1000


def move_foreign_aside(store: Store) -> list[Message]:
    """Move files that are not ours out of the way of ours; return a message about each."""
    with disk_errors():
        written = _written(store)
        places = {name: store.root / name for name in NAMES}
        foreign = [n for n, path in places.items() if os.path.lexists(path) and not _is_ours(store, path, written.get(n, ()))]
        return [msg(_MOVED, file=name, place=store.set_aside(places[name])) for name in foreign]


@contextmanager
def replacing_ours(store: Store, names: Sequence[str]) -> Iterator[list[BinaryIO]]:
    """Replace some of our files together, as disk.replacing() does; what they will be is recorded first.

    What lies there and is not ours is moved aside, whoever writes, and stands among the store's notices.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(replacing(store.root / name)) for name in names]
        yield files
        written = _written(store)
        places = [store.root / name for name in names]
        ours = [_is_ours(store, place, written.get(place.name, ())) for place in places]
        for place, file, is_ours in zip(places, files, ours, strict=True):
            file.flush()
            present = [digest_of(place)] if is_ours else []
            written[place.name] = [*present, digest_of(Path(file.name))]
            if not is_ours and os.path.lexists(place):
                store.notices.append(msg(_MOVED, file=place.name, place=store.set_aside(place)))
        store.write_state(_RECORD, json.dumps(written))


def _written(store: Store) -> dict[str, list[str]]:
    try:
        found = json.loads(store.read_state(_RECORD))
        return {name: [str(digest) for digest in digests] for name, digests in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _is_ours(store: Store, path: Path, digests: Sequence[str]) -> bool:
    if not is_file(path):
        return False
    if not path.stat().st_size:
        return True
    if digests and path.name != JSONL:
        return digest_of(path) in digests
    return _has_our_form(store, path)


def _has_our_form(store: Store, path: Path) -> bool:
    if path.name == JSONL:
        return next(lines_of(path), {}) is not None
    with path.open(encoding="utf-8", errors="replace") as file:
        if path.name == SUMS:
            known = {f"{entry['sha256']}  {entry['path']}\n" for entry in lines_of(store.root / JSONL) if entry}
            return all(line in known for line in iter(partial(file.readline, LONGEST_LINE), ""))
        beginning = file.read(_BEGINNING)
    if path.name == RULES:
        return f'"{RULES_ID}"' in beginning
    if path.name == CSV:
        return beginning.startswith(BOM + ",".join(CSV_COLUMNS[:3]))
    return "<feed " in beginning and "<name>materials</name>" in beginning
