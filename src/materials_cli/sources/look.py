"""Reads from the catalogue what the signs are found in. Nothing is asked of Drive."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sources import Told, alike, failing, of_owners, signs_of_life, told
from materials_cli.config import Collection
from materials_cli.model import Item
from materials_cli.sources.copies import last_copies, lost_since
from materials_cli.sources.outlook import Danger, Key, Outlook, Source
from materials_cli.sources.signs import outlook
from materials_cli.sources.words import personal_domains

_LONGEST = timedelta(days=1000)  # no sign looks back further


def look(
    catalogue: Catalogue, collections: Sequence[Collection], now: datetime, items: Iterable[Item] | None = None
) -> Outlook:
    """What is to be said of the sources of some collections. items: those of the catalogue, if they were read already.

    What other collections hold counts, too: who is active there is active, and what they list is not lost.
    """
    return outlook(read_sources(catalogue, collections, items), signs_of_life(catalogue.connection, now - _LONGEST), now)


def endangered(
    catalogue: Catalogue, collections: Sequence[Collection], chosen: AbstractSet[str], now: datetime
) -> dict[Key, Danger]:
    """The items of the chosen collections that are threatened, each with the surest sign.

    As look() over all collections says, but only what can matter is read: these, and what the same accounts or others of their
    organisations own elsewhere.
    """
    if chosen >= {each.slug for each in collections}:
        return look(catalogue, collections, now).endangered
    items = {(item.collection, item.id): item for item in catalogue.each(sorted(chosen))}
    domains = {owner: domain for known in told(catalogue.connection).values() for owner, domain in known.domains.items()}
    owners = {owner for item in items.values() for owner in (item.remote.owner, item.remote.modified_by) if owner}
    theirs = {domains[owner] for owner in owners & domains.keys()} - personal_domains()
    owners |= {owner for owner, domain in domains.items() if domain in theirs}
    items |= {(item.collection, item.id): item for item in of_owners(catalogue.connection, owners)}
    return look(catalogue, collections, now, items.values()).of(chosen).endangered


def read_sources(catalogue: Catalogue, collections: Sequence[Collection], items: Iterable[Item] | None = None) -> list[Source]:
    """The sources of some collections, in their order. items: as for look()."""
    held: dict[str, list[Item]] = {collection.slug: [] for collection in collections}
    for item in catalogue.each(list(held)) if items is None else items:
        if item.collection in held:
            held[item.collection].append(item)
    known, dead, listings = told(catalogue.connection), failing(catalogue.connection), catalogue.last_listings()
    return [
        Source(
            collection=each.slug,
            link=each.link,
            title=each.title,
            items=tuple(held.pop(each.slug)),
            told=known.get(each.slug, Told()),
            failing=dead.get(each.slug),
            listed=listings[each.slug].started if each.slug in listings else None,
            followed=not each.detached,
        )
        for each in collections
    ]


def last_held(
    catalogue: Catalogue, collections: Sequence[Collection], items: Iterable[Item], now: datetime
) -> dict[Key, datetime]:
    """Of which of these items the archive holds the last copy that it knows of, and since when."""
    sources = read_sources(catalogue, collections, items)
    lost = [item for source in sources for item in source.items if lost_since(source, item, now)]
    if not lost:
        return {}
    known = {(item.collection, item.id): item for item in (*lost, *alike(catalogue.connection, lost))}
    found = last_copies(read_sources(catalogue, collections, known.values()), now)
    return {key: found[key] for item in lost if (key := (item.collection, item.id)) in found}
