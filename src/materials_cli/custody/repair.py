"""Restores missing and damaged files from what else the archive holds. What is restored is read again before it counts."""

import os
from collections.abc import Iterable, Iterator, Mapping

from materials_cli.catalogue.items import Catalogue
from materials_cli.custody.holdings import Holding, Role
from materials_cli.custody.verify import Repair, Verification
from materials_cli.disk import disk_errors
from materials_cli.errors import Code, MaterialsError
from materials_cli.history.events import of_repair
from materials_cli.messages import msg
from materials_cli.model import Item, State
from materials_cli.store.mirror import Store
from materials_cli.store.versions import copied


def repair_here(store: Store, catalogue: Catalogue, found: Verification) -> list[Repair]:
    """Restore what another file of the archive has; hold the lock. Bytes that are in the way are moved aside."""
    if not store.on_disk:
        return []  # all that have the same bytes lie in one place
    wanted = found.lost
    held = _held(catalogue, {holding.fixity.sha256 for _, holding in wanted})
    done = []
    for finding, holding in wanted:
        try:
            place = _restore(store, catalogue, holding, held)
        except MaterialsError as error:
            if error.code is Code.DISK_FULL:
                raise
            continue  # its place is no place of the archive: it stays as it was found
        if place and holding.flaw(store) is None:
            source = msg("from {place}", place=place)
            catalogue.note([of_repair(holding.collection, holding.id, holding.fixity.sha256, source)])
            done.append(Repair(finding, source))
    return done


def _held(catalogue: Catalogue, digests: Iterable[str]) -> Mapping[str, list[Item]]:
    """The items in the mirror that should have these bytes."""
    found: dict[str, list[Item]] = {digest: [] for digest in digests}
    for item in catalogue.each() if found else ():
        if item.state is State.HELD and item.fixity.sha256 in found:
            found[item.fixity.sha256].append(item)
    return found


def _restore(store: Store, catalogue: Catalogue, holding: Holding, held: Mapping[str, list[Item]]) -> str | None:
    """Put a copy of the bytes in place; return where they were found, or None."""
    digest = holding.fixity.sha256
    copy = store.incoming / f"{digest}.repair"
    for source in _sources(holding, held[digest], store):
        with disk_errors():
            if not copied(store.root / source, copy, digest):
                continue
            if holding.role is Role.MIRROR:
                item = catalogue.find(holding.collection, holding.id)
                if item is None or Holding.of(item) != holding:
                    copy.unlink()
                    return None  # it has changed since it was verified
                store.put(copy, item, expected=None)
                store.flush()
            else:
                kept = store.versions.kept(digest)
                if os.path.lexists(kept):
                    store.set_aside(kept)
                store.versions.take(copy, digest)
        return source
    return None


def _sources(holding: Holding, held: Iterable[Item], store: Store) -> Iterator[str]:
    """Where else the bytes may be, relative to the archive."""
    places = [item.path for item in held if store.path(item.path)]
    kept = store.versions.kept(holding.fixity.sha256).relative_to(store.root).as_posix()
    return (place for place in (*places, kept) if place != holding.place(store))
