"""Decides what a sync does, before anything is done: from Facts to a Plan. Pure.

The shape of the table follows vdirsyncer's sync (github.com/pimutils/vdirsyncer, vdirsyncer/sync). Identity is the Drive id,
so a rename there is a rename here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from materials_cli.messages import Message, msg
from materials_cli.model import Action, ActionKind, Cause, Item, Plan, RemoteFile, State
from materials_cli.store.names import local_paths
from materials_cli.sync.facts import Facts
from materials_cli.sync.guard import Unlisted, unlisted

_DETAILS = ("name", "folders", "modified", "description", "owner", "web_link", "media_type")


def plan(facts: Facts) -> Plan:
    """Compare the listing with the archive, in one pass."""
    absences = unlisted(facts)
    paths = local_paths(facts.listing, facts.collection, _kept_places(facts, absences))
    actions: list[Action] = []
    unwanted: dict[str, Message] = {}
    same = 0
    for file in facts.listing.files:
        item, path = facts.held.get(file.id), paths[file.id]
        # A dangling shortcut of which nothing is held is only a notice.
        if file.dangling and item is None:
            continue
        loss = _loss(file.id, facts)
        if _is_left_out(file, item, facts):
            unwanted[path] = facts.left_out[file.id]
            action = None if loss else _follow(file, item, path)
        else:
            action = _decide(file, item, path, loss)
            same += action is None
        if action:
            actions.append(action)
    return Plan(
        facts.collection,
        (*actions, *absences.believed),
        same,
        held_back=absences.held_back,
        doubtful=absences.waiting,
        notices=tuple(_notices(facts, absences)),
        troubles=absences.troubles,
        strayed=tuple((facts.held[item_id], place) for item_id, place in sorted(facts.strayed.items())),
        left_out=unwanted,
    )


class _Loss(NamedTuple):
    """How an item's file was disturbed, and whether it has to be downloaded to repair that."""

    cause: Cause
    found: Message
    fetch: bool


_STRAYED = _Loss(Cause.STRAYED_HERE, msg("moved within the mirror"), fetch=False)
_ABSENT = _Loss(Cause.ABSENT_HERE, msg("missing from the mirror"), fetch=True)
_EDITED = _Loss(Cause.EDITED_HERE, msg("edited locally"), fetch=True)


def _loss(item_id: str, facts: Facts) -> _Loss | None:
    if item_id in facts.strayed:
        return _STRAYED
    if item_id in facts.absent:
        return _ABSENT
    return _EDITED if item_id in facts.edited else None


def _is_left_out(file: RemoteFile, item: Item | None, facts: Facts) -> bool:
    """Whether a file is not downloaded: it is excluded, and its present bytes are not held."""
    if file.id not in facts.left_out or file.dangling:
        return False
    return item is None or item.state is State.WITHDRAWN or _change(file, item) is not None


def _kept_places(facts: Facts, absences: Unlisted) -> list[str]:
    """Paths in the mirror that stay occupied although no listed file belongs there."""
    lost = facts.absent | facts.edited
    led = (facts.held[file.id] for file in facts.listing.files if file.dangling and file.id in facts.held)
    dangling = [item.path for item in led if item.state is State.HELD and item.id not in lost]
    return dangling + [action.held.path for action in absences.held_back if action.held]


def _notices(facts: Facts, absences: Unlisted) -> Iterator[Message]:
    """Further messages for the user."""
    yield from facts.listing.notices
    for file in facts.listing.files:
        if file.dangling:
            yield msg("{path}: {problem}", path="/".join((*file.folders, file.name)), problem=file.problem)
    for file in facts.listing.files:
        item, loss = facts.held.get(file.id), _loss(file.id, facts)
        if item and loss and _is_left_out(file, item, facts):
            yield msg(
                "{path}: {what}; it changed on Drive but is excluded, so it is not restored.", path=item.path, what=loss.found
            )
    for item_id, place in sorted(facts.strayed.items()):
        yield msg("{path}: was moved to {place} in the mirror; it is moved back.", path=facts.held[item_id].path, place=place)
    for action in absences.waiting:
        if action.held:
            yield msg("{path}: not listed this time; withdrawn if the next run confirms it.", path=action.held.path)


def _follow(file: RemoteFile, item: Item | None, path: str) -> Action | None:
    """Update an excluded item: its bytes stay as they are; only its name and path follow Drive."""
    if item is None or item.state is State.WITHDRAWN:
        return None
    renamed = replace(item.remote, name=file.name, folders=file.folders, parent=file.parent)
    if item.path != path:
        return Action(ActionKind.MOVE, _movement(file, item), renamed, item, path)
    return Action(ActionKind.UPDATE, Cause.LISTED_AGAIN, renamed, item, path) if item.missed else None


def _decide(file: RemoteFile, item: Item | None, path: str, loss: _Loss | None) -> Action | None:
    """Decide on one listed file. The first case that matches is taken."""
    # Never seen: download it.
    if item is None:
        return Action(ActionKind.ADD, Cause.NEW, file, None, path, fetch=True)
    # A shortcut that dangles now: the file it led to is kept while it exists.
    if file.dangling:
        lost = item.state is State.HELD and loss in {_ABSENT, _EDITED}
        withdrawal = Action(ActionKind.WITHDRAW, Cause.LEADS_NOWHERE, held=item)
        return withdrawal if lost else _remember(item.remote, item, item.path)
    changed = _change(file, item)
    perhaps = changed is not None and changed.cause is Cause.PERHAPS_EDITED
    # Withdrawn earlier, and back: the kept bytes are restored if they are still current.
    if item.state is State.WITHDRAWN:
        if changed is None:
            return Action(ActionKind.RESTORE, Cause.BACK, file, item, path)
        back = {"change": changed.cause.message(changed.details)}
        return Action(ActionKind.RESTORE, Cause.BACK_CHANGED, file, item, path, fetch=True, details=back)
    # Other bytes on Drive: download them; the old ones are kept as a version.
    if changed and not (loss and perhaps):
        return Action(ActionKind.REPLACE, changed.cause, file, item, path, fetch=True, details=changed.details)
    # The local file was disturbed: restore it.
    if loss:
        return Action(ActionKind.RESTORE, loss.cause, file, item, path, fetch=loss.fetch)
    return unchanged(file, item, path)


def unchanged(file: RemoteFile, item: Item, path: str) -> Action | None:
    """What is left to do for a listed file whose bytes are those held."""
    # Other path: rename without a download.
    if item.path != path:
        return Action(ActionKind.MOVE, _movement(file, item), file, item, path)
    return _remember(file, item, path)


def _remember(file: RemoteFile, item: Item, path: str) -> Action | None:
    """Same bytes, same path: record other changes."""
    # Missing from the last listing, and listed again.
    if item.missed:
        return Action(ActionKind.UPDATE, Cause.LISTED_AGAIN, file, item, path)
    # Other details.
    if any(getattr(file, detail) != getattr(item.remote, detail) for detail in _DETAILS):
        return Action(ActionKind.UPDATE, Cause.DETAILS, file, item, path)
    return None


class _Change(NamedTuple):
    """How the bytes on Drive differ from those held."""

    cause: Cause
    details: Mapping[str, object] = MappingProxyType({})


def _change(file: RemoteFile, item: Item) -> _Change | None:
    """How the bytes on Drive differ from those held; None if they do not, as far as Drive says."""
    # A public page states only a day, on which the file may have been edited after it was last asked for.
    if file.rough:
        return _Change(Cause.PERHAPS_EDITED)
    if file.native:
        edited = _native_change(file, item)
        return _Change(edited) if edited else None
    if _is_same(file, item):
        return None
    if file.size is not None and file.size != item.fixity.size:
        return _Change(Cause.RESIZED, {"before": item.fixity.size, "after": file.size})
    return _Change(Cause.CHANGED)


def _is_same(file: RemoteFile, item: Item) -> bool:
    """Whether a file's bytes are those held. The first criterion that applies decides."""
    was = item.remote
    # The strongest digest that Drive states.
    if file.sha256:
        return file.sha256 == item.fixity.sha256
    if file.md5 and item.fixity.md5:
        return file.md5 == item.fixity.md5
    # Without a digest, the revision; without that, size and time.
    if file.head_revision and was.head_revision:
        return file.head_revision == was.head_revision
    # Public pages state seconds, the API milliseconds.
    return (file.size, _second(file.modified)) == (item.fixity.size, _second(was.modified))


def _native_change(file: RemoteFile, item: Item) -> Cause | None:
    """The change of a Google document, which has no digest: time and version decide."""
    was = item.remote
    if file.export is None:
        return None if (file.web_link, file.drive_id) == (was.web_link, was.drive_id) else Cause.LEADS_ELSEWHERE
    if item.media_type != file.export.media_type:
        return Cause.OTHER_FORMAT
    return None if (file.modified, file.version) == (was.modified, was.version) else Cause.EDITED


def _second(time: datetime | None) -> datetime | None:
    return time and time.replace(microsecond=0)


def _movement(file: RemoteFile, item: Item) -> Cause:
    if file.name == item.remote.name and file.folders == item.remote.folders:
        return Cause.TWIN
    if file.folders == item.remote.folders:
        return Cause.RENAMED
    return Cause.MOVED if file.name == item.remote.name else Cause.MOVED_AND_RENAMED
