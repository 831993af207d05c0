"""Holds back withdrawals and replacements. Pure.

When many items vanish at once, access was lost more often than files were deleted; when many are replaced at once by what is
empty, unreadable or without its text, something went wrong on the owner's side.

The refusal of a suddenly empty listing follows vdirsyncer's sync (github.com/pimutils/vdirsyncer, vdirsyncer/sync).
"""

from collections import Counter
from collections.abc import Collection as Group
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from materials_cli.causes import Cause
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, msgn
from materials_cli.model import Action, ActionKind, Failure, Item, RemoteFile, State
from materials_cli.sync.change import change_of, waits
from materials_cli.sync.facts import Facts

GUARDED_SHARE = 0.25
GUARDED_COUNT = 1
FEWEST_REPLACED = 3
_OUR_OWN_DOING = {Cause.OTHER_FORMAT, Cause.LEADS_ELSEWHERE}


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Withdrawals of the held items that are not listed: those to carry out, those held back, and the reasons.

    waiting: those among held_back that a second listing may confirm. new: those among held_back that were still listed the
    last time.
    """

    believed: tuple[Action, ...]
    held_back: tuple[Action, ...]
    waiting: tuple[Action, ...]
    new: tuple[Action, ...]
    troubles: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Replaced:
    """Items that keep their bytes for now, although Drive has others; the others wait outside the mirror.

    undecided: some of the others have not been fetched or read, so that it is not known whether they may take their place.
    """

    guarded: frozenset[str] = frozenset()
    undecided: bool = False
    troubles: tuple[Failure, ...] = ()


def refuse_emptied(facts: Facts, where: str) -> None:
    """Raise link_not_shared or folder_empty if the listing of a collection that holds items is empty."""
    listing, holding = facts.listing, len(_holding(facts))
    if facts.accepted.withdrawals:
        return
    if listing.root.id in listing.closed:
        what = msg("The folder came back empty: it is not shared with you.")
        raise MaterialsError(Code.LINK_NOT_SHARED, what, where=where)
    if holding and listing.complete and not listing.files and not listing.folders:
        what = msgn(
            "The folder is suddenly empty, but the archive holds {count} item from it.",
            "The folder is suddenly empty, but the archive holds {count} items from it.",
            holding,
        )
        raise MaterialsError(Code.FOLDER_EMPTY, what, where=where)


def to_ask_about(facts: Facts) -> list[Item]:
    """The items about which to ask Drive: this is the first listing without them, and listings can lag behind."""
    return [action.held for action in unlisted(facts).waiting if action.held]


def unlisted(facts: Facts) -> Unlisted:
    """Sort the withdrawals. The first case that matches is taken."""
    present = {file.id: file.drive_id for file in facts.listing.files}
    elsewhere = set(present.values())
    lacking = {
        item.id: Action(ActionKind.WITHDRAW, _cause(item, present, elsewhere), held=item) for item in _holding(facts, present)
    }
    missing = [item for item in _holding(facts, present) if lacking[item.id].cause is Cause.GONE]
    shut = _shut(missing, facts)
    troubles = [*_troubles(facts), *_closed(facts, shut), *_incomplete(facts, len(missing))]
    vanished = [item for item in missing if item.id not in shut]
    if len(lacking) > len(shut) and (suspicion := _suspicion(facts, vanished)):
        return _distrusted(facts, lacking, vanished, suspicion, troubles)
    doubtful = {item.id for item in missing if _is_doubtful(item, facts)}
    believed, locked, waiting = list[Action](), list[Action](), list[Action]()
    for item_id, action in lacking.items():
        # In a closed folder: kept until the folder is shared again.
        if item_id in shut:
            locked.append(action)
        # Missing for the first time: kept until the next listing confirms it.
        elif item_id in doubtful:
            waiting.append(action)
        # Missing again, or certainly gone, or a format that is no longer wanted.
        else:
            believed.append(action)
    return Unlisted(tuple(believed), (*locked, *waiting), tuple(waiting), tuple(waiting), tuple(troubles))


def _shut(missing: Sequence[Item], facts: Facts) -> dict[str, str]:
    """The closed folders in which missing items were, by the ids of the items."""
    return {item.id: folder for item in missing if (folder := folder_behind(item, facts))}


def _distrusted(
    facts: Facts, lacking: Mapping[str, Action], vanished: Sequence[Item], suspicion: Message, troubles: Sequence[Failure]
) -> Unlisted:
    """After a listing that cannot be trusted, nothing is withdrawn."""
    if not facts.listing.complete:
        return Unlisted((), tuple(lacking.values()), (), (), tuple(troubles))
    new = tuple(lacking[item.id] for item in vanished if not item.missed)
    held = Failure(facts.collection, Code.WITHDRAWALS_HELD, suspicion)
    return Unlisted((), tuple(lacking.values()), (), new, (*troubles, held))


def replaced(facts: Facts) -> Replaced:
    """The items whose bytes are guarded: all that are replaced, if they are many or if the bytes of some of them wait."""
    listed = {file.id: file for file in facts.listing.files if _is_replaced(file, facts)}
    items = [facts.held[item_id] for item_id in listed]
    if facts.accepted.replacements or not (
        any(item.replacement for item in items) or _are_many(len(items), len(_holding(facts)))
    ):
        return Replaced()
    guarded = frozenset(listed)
    waiting = [item for item in items if item.replacement and item.replacement.read and waits(listed[item.id], item)]
    if len(waiting) < len(items):
        return Replaced(guarded, undecided=True)
    trouble = judge(waiting, facts.collection, len(_holding(facts)))
    return Replaced(guarded, troubles=(trouble,)) if trouble else Replaced()


def judge(waiting: Sequence[Item], collection: str, holding: int, *, failed: int = 0) -> Failure | None:
    """Why these replacements must not take their place; None if they may.

    They must not if most of those that were read are damaged, and if they are many or were held back before. But if all that is
    wrong with them was wrong with what is held, nothing would be lost. holding: how many items of the collection are in the
    mirror; failed: how many more replacements could not be fetched.
    """
    read = [(item, item.replacement) for item in waiting if item.replacement and item.replacement.read]
    damaged = [(item, new.damage) for item, new in read if new.damage]
    before = any(new.held_back for _, new in read)
    if len(damaged) * 2 <= len(read) or not (before or _are_many(len(waiting) + failed, holding)):
        return None
    if all(damage == item.note and not item.sections for item, damage in damaged):
        return None
    what = msgn(
        "{count} of {total} items has new content on Drive, but it is empty, unreadable or without its text; the item is "
        "kept as it is, and the new content waits. If this is intended: --accept-replacements.",
        "{count} of {total} items have new content on Drive, but most of it is empty, unreadable or without its text; the "
        "items are kept as they are, and the new content waits. If this is intended: --accept-replacements.",
        len(waiting),
        total=holding,
    )
    return Failure(collection, Code.REPLACEMENTS_HELD, what)


def _are_many(count: int, holding: int) -> bool:
    return count >= FEWEST_REPLACED and count > holding * GUARDED_SHARE


def _is_replaced(file: RemoteFile, facts: Facts) -> bool:
    """Whether Drive has other bytes for an item that is wanted and in its place. Other formats were asked for here."""
    item = facts.held.get(file.id)
    if item is None or item.state is not State.HELD or file.dangling:
        return False
    if file.id in facts.left_out or file.id in facts.absent or file.id in facts.edited | facts.damaged:
        return False
    change = change_of(file, item)
    return change is not None and change.cause not in _OUR_OWN_DOING


def _holding(facts: Facts, but: Group[str] = ()) -> list[Item]:
    return [item for item in facts.held.values() if item.state is State.HELD and item.id not in but]


def _cause(item: Item, present: Group[str], elsewhere: Group[str]) -> Cause:
    """Why an item is not listed. Further formats of a document, "ID+pdf", are listed while they are wanted.

    What was reached through a shortcut, "SHORTCUT/ID", may be listed at another place. elsewhere: the Drive ids of all files.
    """
    if "/" in item.id and item.remote.drive_id in elsewhere:
        return Cause.LISTED_ELSEWHERE
    return Cause.UNWANTED_FORMAT if item.id.rpartition("+")[0] in present else Cause.GONE


def _is_doubtful(item: Item, facts: Facts) -> bool:
    return not (facts.accepted.withdrawals or item.missed or item.id in facts.gone)


def _suspicion(facts: Facts, missing: Sequence[Item]) -> Message | None:
    """Why withdrawals are held back; None if they are not. What came since the first of them was missing does not count."""
    listing, gone = facts.listing, len(missing)
    since = min((item.missed for item in missing if item.missed), default=None)
    holding = sum(since is None or item.first_seen < since for item in _holding(facts))
    # --accept-withdrawals does not cover items that were merely not seen.
    if not listing.complete:
        return _not_seen(gone)
    if facts.accepted.withdrawals:
        return None
    if not listing.files and holding:
        return msgn(
            "The folder is suddenly empty; its {count} item is kept. If this is intended: --accept-withdrawals.",
            "The folder is suddenly empty; all {count} items are kept. If this is intended: --accept-withdrawals.",
            holding,
        )
    if gone > max(GUARDED_COUNT, holding * GUARDED_SHARE):
        return msg(
            "{gone} of {count} items are no longer listed; all are kept. If this is intended: --accept-withdrawals.",
            gone=gone,
            count=holding,
        )
    return None


def folder_behind(item: Item, facts: Facts) -> str | None:
    """The id of the closed folder that an item was in when it was last seen; None if it was in none."""
    remote, closed = item.remote, facts.listing.closed
    if facts.accepted.withdrawals:
        # That covers a folder that came back empty, not one whose list was refused.
        closed = {folder: names for folder, names in closed.items() if folder in facts.listing.refused}
    if closed.get(remote.parent):
        return remote.parent
    above = [folder for folder, names in closed.items() if names and remote.folders[: len(names)] == names]
    return max(above, key=lambda folder: len(closed[folder]), default=None)


def _troubles(facts: Facts) -> Iterator[Failure]:
    return (replace(trouble, path=facts.collection) for trouble in facts.listing.troubles)


def _closed(facts: Facts, shut: Mapping[str, str]) -> Iterator[Failure]:
    """A failure for each closed folder that is not excluded."""
    holding = Counter(shut.values())
    for folder, names in sorted(facts.listing.closed.items(), key=lambda pair: pair[1]):
        name, count = "/".join(names), holding[folder]
        if folder in facts.excluded or not names:
            continue
        if count:
            text = msgn(
                "“{folder}” cannot be listed: it is not shared with you. Its {count} item is kept. Ask the owner to share "
                "it again. If it is meant to be empty: --accept-withdrawals.",
                "“{folder}” cannot be listed: it is not shared with you. Its {count} items are kept. Ask the owner to share "
                "it again. If it is meant to be empty: --accept-withdrawals.",
                count,
                folder=name,
            )
        else:
            text = msg(
                "“{folder}” cannot be listed: it is not shared with you, so nothing in it is archived. Ask the owner to share "
                "it, or exclude it in materials.toml.",
                folder=name,
            )
        yield Failure(facts.collection, Code.FOLDER_CLOSED, text, folder)


def _incomplete(facts: Facts, missing: int) -> Iterator[Failure]:
    if not facts.listing.complete:
        yield Failure(facts.collection, Code.LIST_INCOMPLETE, _not_seen(missing))


def _not_seen(count: int) -> Message:
    return msgn(
        "Drive's list was incomplete, so nothing was withdrawn ({count} item not listed).",
        "Drive's list was incomplete, so nothing was withdrawn ({count} items not listed).",
        count,
    )
