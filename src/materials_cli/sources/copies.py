"""Of which items the archive holds the only copy that it knows of. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from materials_cli.codes import Code
from materials_cli.model import Item, State
from materials_cli.sources.outlook import Key, Source

# Frozen accounts have come back after days, and a bad week of Google's, of the network's or of a key is no end.
LASTING = timedelta(days=14)


def is_dead(source: Source, now: datetime) -> bool:
    """Whether a link has led nowhere for so long that this will hardly pass. What is in the bin is not yet lost."""
    found = source.failing
    return found is not None and found.code is not Code.FOLDER_TRASHED and now - found.since >= LASTING


def lost_since(source: Source, item: Item, now: datetime) -> datetime | None:
    """Since when an item is no longer to be had from its source; None while it is, as far as is known."""
    if item.state is State.WITHDRAWN:
        return item.withdrawn or item.fetched
    if source.failing and is_dead(source, now):
        return source.failing.since
    gone = (source.told.closed.get(item.id), source.told.unlisted.get(item.id))
    return min((since for since in gone if since and now - since >= LASTING), default=None)


def last_copies(sources: Sequence[Source], now: datetime) -> dict[Key, datetime]:
    """The items that no source has any more, and since when.

    What is still listed with the same bytes, or under another id of the same file (further formats of a document, other ways to
    it through shortcuts), has only moved.
    """
    lost = {
        (item.collection, item.id): (item, since)
        for source in sources
        for item in source.items
        if (since := lost_since(source, item, now))
    }
    if not lost:
        return {}
    sought = {mark for item, _ in lost.values() for mark in (item.fixity.sha256, item.remote.drive_id)}  # few, of many items
    found = {
        mark
        for source in sources
        for item in source.items
        if (item.collection, item.id) not in lost
        for mark in (item.fixity.sha256, item.remote.drive_id)
        if mark in sought
    }
    return {key: since for key, (item, since) in lost.items() if found.isdisjoint((item.fixity.sha256, item.remote.drive_id))}


def living(source: Source, now: datetime) -> Sequence[Item]:
    """The items that are still to be had from their source, as far as is known."""
    return [item for item in source.items if lost_since(source, item, now) is None]
