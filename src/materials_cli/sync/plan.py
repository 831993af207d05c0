"""Decides what a sync does, before anything is done: from Facts to a Plan. Pure.

The shape of the table follows vdirsyncer's sync (github.com/pimutils/vdirsyncer, vdirsyncer/sync). Identity is the Drive id,
so a rename there is a rename here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from materials_cli.causes import Cause
from materials_cli.kinds import kind_of
from materials_cli.messages import Message, msg, msgn
from materials_cli.model import Action, ActionKind, Item, Plan, RemoteFile, State
from materials_cli.store.names import local_paths
from materials_cli.sync.change import Change, change_of, waits
from materials_cli.sync.facts import Facts
from materials_cli.sync.guard import Replaced, Unlisted, replaced, unlisted

_DETAILS = ("name", "folders", "modified", "description", "owner", "web_link", "media_type", "also")


def plan(facts: Facts) -> Plan:
    """Compare the listing with the archive, in one pass."""
    absences, replacements = unlisted(facts), replaced(facts)
    paths = local_paths(facts.listing, facts.collection, _kept_places(facts, absences, replacements))
    actions: list[Action] = []
    held_back: list[Action] = []
    unwanted: dict[str, Message] = {}
    relisted: list[Item] = []
    same = 0
    for file in facts.listing.files:
        item, path = facts.held.get(file.id), paths[file.id]
        # A dangling shortcut of which nothing is held is only a notice.
        if file.dangling and item is None:
            continue
        loss = _loss(file.id, facts)
        if _is_left_out(file, item, facts):
            unwanted[path] = facts.left_out[file.id]
            action = None if loss else follow(file, item, path)
        elif item and file.id in replacements.guarded:
            action, replacement = _guard(file, item, path)
            (actions if replacement.fetch else held_back).append(replacement)
        else:
            action = _decide(file, item, path, loss)
            same += action is None
        if action:
            actions.append(action)
        elif item and item.missed:
            relisted.append(item)
    return Plan(
        facts.collection,
        (*actions, *absences.believed),
        same,
        held_back=(*held_back, *absences.held_back),
        doubtful=absences.new,
        undecided=replacements.undecided,
        holding=sum(item.state is State.HELD for item in facts.held.values()),
        returned=tuple(_returned(facts)),
        relisted=tuple(relisted),
        notices=tuple(_notices(facts, absences)),
        troubles=(*absences.troubles, *replacements.troubles),
        strayed=tuple((facts.held[item_id], place) for item_id, place in sorted(facts.strayed.items())),
        left_out=unwanted,
        damaged=facts.damaged,
    )


class _Loss(NamedTuple):
    """How an item's file was disturbed, and whether it has to be downloaded to repair that."""

    cause: Cause
    found: Message
    fetch: bool


_STRAYED = _Loss(Cause.STRAYED_HERE, msg("moved within the mirror"), fetch=False)
_ABSENT = _Loss(Cause.ABSENT_HERE, msg("missing from the mirror"), fetch=True)
_DAMAGED = _Loss(Cause.DAMAGED_HERE, msg("damaged on this disk"), fetch=True)
_EDITED = _Loss(Cause.EDITED_HERE, msg("edited locally"), fetch=True)


def _loss(item_id: str, facts: Facts) -> _Loss | None:
    if item_id in facts.strayed:
        return _STRAYED
    if item_id in facts.absent:
        return _ABSENT
    if item_id in facts.damaged:
        return _DAMAGED
    return _EDITED if item_id in facts.edited else None


def _is_left_out(file: RemoteFile, item: Item | None, facts: Facts) -> bool:
    """Whether a file is not downloaded: it is excluded, and its present bytes are not held."""
    if file.id not in facts.left_out or file.dangling:
        return False
    return item is None or item.state is State.WITHDRAWN or change_of(file, item) is not None


def _kept_places(facts: Facts, absences: Unlisted, replacements: Replaced) -> list[str]:
    """Paths in the mirror that stay occupied although no listed file belongs there."""
    misnamed = [
        facts.held[file.id].path
        for file in facts.listing.files
        if file.id in replacements.guarded and not _may_follow(file, facts.held[file.id])
    ]
    lost = facts.absent | facts.edited | facts.damaged
    led = (facts.held[file.id] for file in facts.listing.files if file.dangling and file.id in facts.held)
    dangling = [item.path for item in led if item.state is State.HELD and item.id not in lost]
    return dangling + misnamed + [action.held.path for action in absences.held_back if action.held]


def _notices(facts: Facts, absences: Unlisted) -> Iterator[Message]:
    """Further messages for the user."""
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
    waiting = sorted(action.held.path for action in absences.waiting if action.held)
    for folder, paths in groupby(waiting, key=lambda path: path.rpartition("/")[0]):
        yield _not_listed(folder, list(paths))


def _not_listed(folder: str, paths: Sequence[str]) -> Message:
    """One remark for all that a folder lacks: mostly, the folder itself was not listed."""
    if len(paths) == 1:
        return msg("{path}: not listed this time; withdrawn if the next run confirms it.", path=paths[0])
    return msgn(
        "{path}: {count} item not listed this time; withdrawn if the next run confirms it.",
        "{path}: {count} items not listed this time; withdrawn if the next run confirms it.",
        len(paths),
        path=folder,
    )


def follow(file: RemoteFile, item: Item | None, path: str) -> Action | None:
    """Update an excluded item: its bytes stay as they are; only its name and path follow Drive."""
    if item is None or item.state is State.WITHDRAWN:
        return None
    renamed = replace(item.remote, name=file.name, folders=file.folders, parent=file.parent)
    if item.path != path:
        return Action(ActionKind.MOVE, _movement(file, item), renamed, item, path)
    return None


def _guard(file: RemoteFile, item: Item, path: str) -> tuple[Action | None, Action]:
    """A replaced item that keeps its bytes for now: how it follows Drive, and its replacement, which may have to be fetched."""
    cause, details = change_of(file, item) or Change(Cause.CHANGED)
    following = follow(file, item, path) if _may_follow(file, item) else follow(item.remote, item, item.path)
    fetch = not waits(file, item)
    return following, Action(ActionKind.REPLACE, cause, file, item, path, fetch=fetch, details=details, guarded=True)


def _may_follow(file: RemoteFile, item: Item) -> bool:
    """Whether the name on Drive fits the bytes that are held: “talk.pptx.locked” names no deck."""
    return kind_of(file.file_name, "") is kind_of(item.path, "")


def _returned(facts: Facts) -> Iterator[Item]:
    """The items whose replacement is over: Drive has the bytes that are held."""
    for file in facts.listing.files:
        item = facts.held.get(file.id)
        if item and item.replacement and not file.dangling and change_of(file, item) is None:
            yield item


def _decide(file: RemoteFile, item: Item | None, path: str, loss: _Loss | None) -> Action | None:
    """Decide on one listed file. The first case that matches is taken."""
    # Never seen: download it.
    if item is None:
        return Action(ActionKind.ADD, Cause.NEW, file, None, path, fetch=True)
    # A shortcut that dangles now: the file it led to is kept while it exists.
    if file.dangling:
        lost = item.state is State.HELD and loss in {_ABSENT, _EDITED, _DAMAGED}
        withdrawal = Action(ActionKind.WITHDRAW, Cause.LEADS_NOWHERE, held=item)
        return withdrawal if lost else _remember(item.remote, item, item.path)
    changed = change_of(file, item)
    perhaps = changed is not None and changed.cause is Cause.PERHAPS_EDITED
    # Withdrawn earlier, and back: the kept bytes are restored if they are still current.
    if item.state is State.WITHDRAWN:
        if changed is None:
            return Action(ActionKind.RESTORE, Cause.BACK, file, item, path)
        back = {"change": changed.cause.message(changed.details)}
        return Action(ActionKind.RESTORE, Cause.BACK_CHANGED, file, item, path, fetch=True, details=back)
    # Other bytes on Drive: download them, unless they are here already; the old ones are kept as a version.
    if changed and not (perhaps and loss and loss.fetch):
        fetch = not waits(file, item)
        return Action(ActionKind.REPLACE, changed.cause, file, item, path, fetch=fetch, details=changed.details)
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
    if any(getattr(file, detail) != getattr(item.remote, detail) for detail in _DETAILS):
        return Action(ActionKind.UPDATE, Cause.DETAILS, file, item, path)
    return None


def _movement(file: RemoteFile, item: Item) -> Cause:
    if file.name == item.remote.name and file.folders == item.remote.folders:
        return Cause.TWIN
    if file.folders == item.remote.folders:
        return Cause.RENAMED
    return Cause.MOVED if file.name == item.remote.name else Cause.MOVED_AND_RENAMED
