"""What a listing tells of the folder itself, and of the held items that it lacks. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from materials_cli.catalogue.sources import Told
from materials_cli.model import Item, State
from materials_cli.sync.facts import Facts
from materials_cli.sync.guard import folder_behind


def origin(facts: Facts, before: Told, now: datetime) -> Told:
    """What is known from this listing on. before: what was known. An incomplete listing shows nothing missing."""
    listing = facts.listing
    listed = {file.id for file in listing.files}
    lacking = [item for item in facts.held.values() if item.state is State.HELD and item.id not in listed]
    shut = {item.id for item in lacking if folder_behind(item, facts)}
    missing = [item for item in lacking if item.id not in shut] if listing.complete else []
    unlisted = _since(before.unlisted, missing, now) if listing.complete else before.unlisted
    return Told(
        name=listing.root.name,
        named=before.named if before.name == listing.root.name else now,
        owner=listing.root.owner,
        domains={**before.domains, **listing.domains},
        closed=_since(before.closed, [item for item in lacking if item.id in shut], now),
        unlisted=unlisted,
    )


def _since(known: Mapping[str, datetime], items: Iterable[Item], now: datetime) -> dict[str, datetime]:
    return {item.id: known.get(item.id, now) for item in items}
