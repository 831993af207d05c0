"""What an item was at an earlier time, found by undoing what happened to it since. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from materials_cli.model import ActionKind, Fixity, Item, State, Version


def item_at(item: Item, time: datetime, later: Mapping[str, Any] | None, versions: Sequence[Version]) -> Item | None:
    """The item as it was just before a time; None if the archive did not have it yet.

    later: the detail of the first event since then that changed the item, if any (history.events.of_accession). versions:
    all bytes that it had before the present ones. What is known only of the present bytes (title, sections, what Drive states)
    is left out for others.
    """
    if later is None:
        return item if item.first_seen < time else None
    if later["action"] == ActionKind.ADD:
        return None
    path, sha256 = later.get("from", later["path"]), later.get("was", later["sha256"])
    withdrawn = bool(later.get("returned"))
    *folders, name = path.split("/")
    moved = path != item.path
    remote = replace(item.remote, name=name, folders=tuple(folders[1:])) if moved else item.remote
    then = replace(item, path=path, state=State.WITHDRAWN if withdrawn else State.HELD, withdrawn=None, remote=remote)
    if sha256 == item.fixity.sha256:
        return then
    unknown = Version(item.id, Fixity(0, sha256), path, None, item.first_seen, time)
    was = next((version for version in versions if version.fixity.sha256 == sha256), unknown)
    remote = replace(remote, modified=was.modified, size=None, md5=None, sha256=None, version=None, head_revision=None)
    return replace(
        then, remote=remote, fixity=was.fixity, fetched=was.fetched, title=None, unit=None, sections=0, note=None,
        verified=False,
    )  # fmt: skip
