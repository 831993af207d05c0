"""Files whose damage was found, although size and time are as they were: the next sync reads them, and restores them."""

import json
from collections.abc import Iterable

from materials_cli.store.mirror import Store

_NAME = "doubted.json"


def doubt(store: Store, items: Iterable[tuple[str, str]]) -> None:
    """Note items, by collection and id, whose files a sync should read in full."""
    noted = _noted(store)
    if more := set(items) - noted:
        _write(store, noted | more)


def doubted(store: Store, collection: str) -> frozenset[str]:
    """The ids that were noted of a collection."""
    return frozenset(item for slug, item in _noted(store) if slug == collection)


def dispel(store: Store, collection: str, but: Iterable[str] = ()) -> None:
    """Forget what was noted of a collection, once a sync has looked; but: items that it could not restore."""
    noted, kept = _noted(store), set(but)
    left = {(slug, item) for slug, item in noted if slug != collection or item in kept}
    if left != noted:
        _write(store, left)


def _noted(store: Store) -> set[tuple[str, str]]:
    try:
        return {(str(slug), str(item)) for slug, item in json.loads(store.read_state(_NAME))}
    except (ValueError, TypeError, RecursionError):
        return set()


def _write(store: Store, noted: Iterable[tuple[str, str]]) -> None:
    store.write_state(_NAME, json.dumps(sorted(noted)))
