"""What a rebuild could not recover: it stays known, with all that the manifest says of it, until it is settled.

A loss is settled if the item is in the catalogue again, or its earlier bytes are; if its collection has left; or if a person
has accepted it. An accepted loss is remembered, so that it is not reported anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from materials_cli.catalogue.items import Catalogue
from materials_cli.messages import Message, msg
from materials_cli.store.mirror import Store
from materials_cli.values import frozen

LOSSES_FIX = msg(
    "`materials sync` fetches what Drive still has. What a backup has: put it back, then `materials rebuild`. "
    "What is lost for good: `materials rebuild --accept-losses`."
)
_FILE = "losses.json"


@frozen()
class Loss:
    """What the manifest claims and could not be recovered.

    place: its path, or the number of its line. collection, id: of the item; empty for a line that is no entry. sha256: the
    earlier bytes of it that are lost; empty if the item itself is. entry: the line of the manifest.
    """

    place: str
    reason: Message
    collection: str = ""
    id: str = ""
    sha256: str = ""
    entry: Mapping[str, Any] | None = None
    accepted: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is lost, whatever the reason: one line of a manifest may have another number in the next."""
        line = json.dumps(self.entry, sort_keys=True) if self.entry else self.place
        return (self.collection, self.id, self.sha256, "" if self.id else line)


def known_losses(store: Store) -> list[Loss]:
    """All losses that were ever kept, accepted ones too; none if the record cannot be read."""
    try:
        rows = json.loads(store.read_state(_FILE) or "[]")
        return [Loss(**{**row, "reason": Message.from_json(row["reason"])}) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []


def keep_losses(store: Store, found: Iterable[Loss], *, accepted: bool = False) -> None:
    """Add losses to the record. accepted: a person knows of all losses, and need not hear of them any more."""
    losses = {loss.key: loss for loss in known_losses(store)}
    losses = {loss.key: loss for loss in found} | losses
    if accepted:
        losses = {key: replace(loss, accepted=True) for key, loss in losses.items()}
    if list(losses.values()) != known_losses(store):
        _write(store, losses.values())


def open_losses(store: Store, catalogue: Catalogue) -> list[Loss]:
    """The losses that are not settled, each with the present name of its collection."""
    losses = [loss for loss in known_losses(store) if not loss.accepted]
    if not losses:
        return []
    items = {(collection, item) for collection, item, _, _ in catalogue.places()}
    kept = {(*key, version.fixity.sha256) for key, versions in catalogue.all_versions().items() for version in versions}
    found = []
    for loss in losses:
        collection = catalogue.present_name(loss.collection)
        settled = (collection, loss.id, loss.sha256) in kept if loss.sha256 else (collection, loss.id) in items
        if collection is not None and not settled:
            found.append(replace(loss, collection=collection))
    return found


def _write(store: Store, losses: Iterable[Loss]) -> None:
    rows = [
        {
            "place": loss.place, "reason": loss.reason.to_json(), "collection": loss.collection, "id": loss.id,
            "sha256": loss.sha256, "entry": loss.entry, "accepted": loss.accepted,
        }
        for loss in losses
    ]  # fmt: skip
    store.write_state(_FILE, json.dumps(rows))
