"""The contents of the archive in files that any program can read: manifest.jsonl, manifest.csv, SHA256SUMS.

Beside them lies manifest.schema.json, which every line of manifest.jsonl satisfies. The three are sorted by path, so that two
states of an archive can be compared with any diff, and all are replaced atomically.
The manifest can have more entries than the catalogue, as in a copy of the archive without .materials: an entry is dropped
only if its bytes are missing and its folder has since been listed completely.
"""

import codecs
import csv
import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from materials_cli import __version__
from materials_cli.catalogue.descriptions import Firsts, descriptions
from materials_cli.catalogue.verifications import fold
from materials_cli.config import FILE, Collection, load
from materials_cli.describe.event import event_row
from materials_cli.disk import disk_errors, open_plain
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.blocks import Block, Blocks, Lines
from materials_cli.export.columns import COLUMNS, cells
from materials_cli.export.compared import Compared
from materials_cli.export.entries import BOM, COLLECTION, lines_of
from materials_cli.export.escape import for_json
from materials_cli.export.gaps import gaps
from materials_cli.export.own import replacing_ours
from materials_cli.export.rows import entry_of, line
from materials_cli.filenames import CSV, JSONL, RULES, SUMS
from materials_cli.messages import Message, msgn
from materials_cli.model import Run, State

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.store.mirror import Store

_FILES = (JSONL, CSV, SUMS, RULES)
_OF_ITEMS = 3  # of these, the first have lines for items
_INCOMPLETE = {Code.LIST_INCOMPLETE, Code.FOLDER_CLOSED}


def _sum(entry: Mapping[str, Any]) -> str:
    """A line for `sha256sum -c`; empty for an item that is not in the mirror."""
    return f"{entry['sha256']}  {entry['path']}\n" if entry["state"] == State.HELD else ""


def differing(store: "Store", catalogue: "Catalogue") -> str | None:
    """The first of the files that is missing or has other contents than it should have; None if all are as they should be."""
    with ExitStack() as stack:
        files = [stack.enter_context(Compared(store.root / name)) for name in _FILES]
        _write(files, catalogue, _kept_entries(store, catalogue), described(store), Firsts.of(catalogue.connection))
        return next((name for name, file in zip(_FILES, files, strict=True) if not file.same()), None)


def update_manifest(store: "Store", catalogue: "Catalogue", blocks: Blocks | None = None) -> Mapping[str, int]:
    """Write the three files as write_manifest() does, unless neither they nor an item has changed since this was last done."""
    stamp, current = catalogue.manifest_stamp()
    ours = bool(stamp) and stamp == _stamp(store, catalogue)
    if ours and current:
        return {}
    fold(catalogue.connection)
    kept = write_manifest(store, catalogue, ours=ours, blocks=blocks)
    catalogue.set_manifest_stamp("" if kept else _stamp(store, catalogue))
    return kept


def about_kept(count: int) -> list[Message]:
    """What people are told of the entries of a collection that are kept; nothing if there are none."""
    if not count:
        return []
    kept = msgn(
        "{count} manifest entry that is not in the catalogue was kept: its file still exists, or the folder has "
        "not been listed completely.",
        "{count} manifest entries that are not in the catalogue were kept: their files still exist, or the folder "
        "has not been listed completely.",
        count,
    )
    return [kept]


def _stamp(store: "Store", catalogue: "Catalogue") -> str:
    """What the files look like from outside, who wrote them, the events, and what failed; empty if a file is missing."""
    try:
        seen = [(store.root / name).stat() for name in _FILES]
    except OSError:
        return ""
    others = "".join(map(line, (*events(described(store)).values(), *gaps(catalogue.last_listings()))))
    said = hashlib.sha256(others.encode("utf-8", "replace")).hexdigest()
    return " ".join([__version__, said, *(f"{file.st_size} {file.st_mtime_ns}" for file in seen)])


def write_manifest(
    store: "Store", catalogue: "Catalogue", *, ours: bool = False, blocks: Blocks | None = None
) -> Mapping[str, int]:
    """Write the three files next to the mirror; a file that would not change is not touched.

    ours: the present manifest has no entry that is not in the catalogue. blocks: what is known of it; brought up to date.
    Return the number of entries of each collection that are kept but not in the catalogue.
    """
    kept = [] if ours else _kept_entries(store, catalogue)
    collections, firsts = described(store), Firsts.of(catalogue.connection)
    unchanged = blocks.unchanged(collections, firsts) if ours and blocks else []
    with disk_errors(), replacing_ours(store, _FILES) as files, ExitStack() as stack:
        sources = [stack.enter_context(open_plain(store.root / name)) for name in (_FILES[:_OF_ITEMS] if unchanged else ())]
        lines = _write(files, catalogue, kept, collections, firsts, unchanged, sources)
    if blocks:
        blocks.wrote(collections, firsts, lines)
    return Counter(entry["collection"] for entry in kept)


def described(store: "Store") -> tuple[Collection, ...]:
    """The collections as materials.toml describes them now; none if it cannot be read, which others report."""
    with suppress(MaterialsError, OSError), open_plain(store.root / FILE) as file:
        return _described(store.root, file.read())
    return ()


@lru_cache(maxsize=1)
def _described(root: Path, content: bytes) -> tuple[Collection, ...]:  # noqa: ARG001 - what stands there is read once
    return load(root).collections


def events(collections: Iterable[Collection]) -> dict[str, dict[str, Any]]:
    """The events that people recorded, for programs, by collection."""
    return {
        each.slug: {"schema": COLLECTION, "collection": each.slug, "title": each.title, "link": each.link, **event_row(each)}
        for each in collections
        if each.about
    }


def _write(
    files: Sequence[BinaryIO],
    catalogue: "Catalogue",
    kept: Iterable[Mapping[str, Any]],
    collections: Sequence[Collection],
    firsts: Firsts,
    unchanged: Sequence[Block] = (),
    sources: Sequence[BinaryIO] = (),
) -> Lines:
    """Write all entries by path, one by one, since there may be many; then the events, and what failed.

    unchanged: what is taken over from the present files instead, sources.
    """
    jsonl, table, sums, rules = (codecs.getwriter("utf-8")(file, "replace") for file in files)
    rules.write(Path(__file__).with_name(RULES).read_text("utf-8"))
    table.write(BOM)
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    known = events(collections)
    lines = Lines(files[:_OF_ITEMS])
    failed = list(gaps(catalogue.last_listings()))
    pieces: Iterator[Block | Mapping[str, Any]] = heapq.merge(
        _made(catalogue, collections, firsts, unchanged), kept, unchanged, key=_place
    )
    for piece in pieces:
        lines.begin(piece)
        if isinstance(piece, Block):
            piece.copy(sources, files[:_OF_ITEMS])
        else:
            jsonl.write(line(piece))
            rows.writerow(cells(piece, known))
            sums.write(_sum(piece))
    lines.end()
    for event in known.values():
        jsonl.write(for_json(event) + "\n")
    for gap in failed:
        jsonl.write(line(gap))
        rows.writerow(cells(gap, known))
    return lines


def _made(
    catalogue: "Catalogue", collections: Iterable[Collection], firsts: Firsts, unchanged: Iterable[Block]
) -> Iterator[Mapping[str, Any]]:
    """The entries of all items, but for those of unchanged collections."""
    taken = {block.collection for block in unchanged}
    slugs = sorted(catalogue.collections() - taken) if taken else []
    if slugs or not taken:
        yield from map(entry_of, descriptions(catalogue, collections, slugs, firsts=firsts))


def _place(entry: Block | Mapping[str, Any]) -> tuple[str, str, str]:
    if isinstance(entry, Block):
        return entry.place()
    return entry["path"], entry["collection"], entry["id"]


def _kept_entries(store: "Store", catalogue: "Catalogue") -> list[dict[str, Any]]:
    """The entries of the present manifest that are not in the catalogue and must be kept, in order.

    An entry is dropped if its bytes are missing and the last run of its collection listed the whole folder.
    """
    ids, taken = set(), set()
    for collection, item, path, state in catalogue.places():
        ids.add((collection, item))
        if state == State.HELD:
            taken.add(path)
    seen = {slug for slug, run in catalogue.last_runs().items() if _listed_all(run)}
    given_up, former = catalogue.given_up(), catalogue.former_ids()
    return [
        entry
        for entry in lines_of(store.root / JSONL)
        if entry
        and (entry["collection"], entry["id"]) not in ids
        and entry["collection"] not in given_up
        and entry["id"] not in former
        and not (entry["state"] == State.HELD and entry["path"] in taken)
        and (entry["collection"] not in seen or _is_here(store, entry))
    ]


def _listed_all(run: Run) -> bool:
    """Whether a run listed its whole folder."""
    ended_well = run.status in {ExitStatus.DONE, ExitStatus.PARTIAL}
    return ended_well and not any(failure.code in _INCOMPLETE for failure in run.failures)


def _is_here(store: "Store", entry: Mapping[str, Any]) -> bool:
    """Whether the file of an entry exists and has its size."""
    held = entry["state"] == State.HELD
    try:
        return store.is_here(entry["path"], entry["sha256"], entry.get("bytes") or 0, mirrored=held)
    except (OSError, ValueError, MaterialsError):
        return False
