"""Several archives in one catalogue of pages: each collection says which archive it is from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from materials_cli.addresses import address_key
from materials_cli.site.holdings import Collection, Holdings, Item


def joined(archives: Sequence[tuple[str, Holdings]]) -> Holdings:
    """What several archives hold, by their names.

    A name of a collection that two of them have, and the key of an item that an earlier one has, are made unlike.
    """
    joining = _Joining(archives)
    return Holdings(
        title=", ".join(name for name, _ in archives),
        identity=address_key(" ".join(holdings.identity for _, holdings in archives)),
        made=datetime.now(UTC),
        collections=tuple(joining.collection(each, name) for name, holdings in archives for each in holdings.collections),
        public=all(holdings.public for _, holdings in archives),
        meanings=tuple(each for _, holdings in archives for each in holdings.meanings),
    )


class _Joining:
    """What the archives have in common: names of collections, and bytes, of which none of them has the last copy."""

    def __init__(self, archives: Sequence[tuple[str, Holdings]]) -> None:
        self._slugs = Counter(each.slug for _, holdings in archives for each in holdings.collections)
        self._digests = Counter(digest for _, holdings in archives for digest in {*map(_digest, holdings.items)})
        self._keys: set[str] = set()

    def collection(self, collection: Collection, archive: str) -> Collection:
        """A collection as it is shown among those of other archives."""
        slug = collection.slug if self._slugs[collection.slug] == 1 else f"{collection.slug}-{address_key(archive)}"
        configured = replace(collection.configured, slug=slug)
        items = []
        for item in collection.items:
            key = address_key(f"{archive}/{item.key}") if item.key in self._keys else item.key
            self._keys.add(key)
            own = replace(item.description.item, collection=slug)
            description = replace(item.description, item=own, collection=configured)
            last = item.last_copy and self._digests[_digest(item)] == 1
            items.append(replace(item, key=key, description=description, last_copy=last))
        title = f"{collection.title} ({archive})"
        return replace(collection, slug=slug, title=title, configured=configured, items=tuple(items))


def _digest(item: Item) -> str:
    return item.description.item.fixity.sha256
