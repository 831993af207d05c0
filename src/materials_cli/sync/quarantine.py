"""New bytes that may not take their place yet wait in versions/, with a row that says so; and how they come out again."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.catalogue.journal import Journal
from materials_cli.drive.source import Fetched, Source, retrieved_by
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.model import Item, Replacement
from materials_cli.store.mirror import Store


def is_held(store: Store, item: Item, fetched: Fetched) -> bool:
    """Whether downloaded bytes say what an item has, or its replacement."""
    if item.fixity.sha256 == fetched.fixity.sha256:
        return True
    if not fetched.file.native or item.media_type != fetched.media_type:
        return False
    kept = store.versions.kept(item.fixity.sha256)
    from materials_cli.extract.equality import same_content  # noqa: PLC0415 - lxml, for a rare comparison

    return same_content(kept if kept.is_file() else store.held_path(item), fetched.part)


def set_aside(store: Store, journal: Journal, item: Item, fetched: Fetched, source: Source) -> None:
    """Let downloaded bytes wait, unless they do already."""
    if item.replacement and is_held(store, item.replaced, fetched):
        store.drop(fetched.part)
        journal.catalogue.record(replace(item, replacement=replace(item.replacement, remote=fetched.file)))
        return
    store.versions.take(fetched.part, fetched.fixity.sha256)
    new = Replacement(
        remote=fetched.file,
        media_type=fetched.media_type,
        fixity=fetched.fixity,
        fetched=datetime.now(UTC),
        verified=fetched.verified,
        retrieved=retrieved_by(source),
    )
    journal.set_aside(item, new)


def waiting_file(store: Store, item: Item) -> Path | None:
    """Where the bytes of a replacement are: in versions/ or, if a run was cut, in their place; None if nowhere."""
    new = item.replaced.fixity
    places = (store.versions.kept(new.sha256), store.held_path(item))
    return next((place for place in places if store.has(place, new)), None)


def bring_out(store: Store, item: Item, claims: Counter[str]) -> Path:
    """A file with the bytes of a replacement, which the caller puts at the item's path; raise bytes_missing.

    item: as it is once they have taken their place. claims: how many rows need each digest in versions/.
    """
    digest = item.fixity.sha256
    kept = store.recall(item, last=claims[digest] == 1)
    if kept is None:
        raise MaterialsError(Code.BYTES_MISSING, msg("The new content that waited is missing or damaged."), where=item.path)
    claims[digest] -= 1
    return kept
