"""What a sync would do, decided before anything is done. Pure: values in, a Plan out.

The shape of the table, and the refusal when one side is suddenly empty, follow vdirsyncer's sync
(github.com/pimutils/vdirsyncer, vdirsyncer/sync). Identity is the Drive id, so a rename there is a rename here.
"""

from collections import Counter
from collections.abc import Collection as Group
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from materials_cli.messages import Message, joined, msg
from materials_cli.model import Action, ActionKind, Failure, Item, Listing, Plan, RemoteFile, State

GUARDED_SHARE = 0.25
GUARDED_COUNT = 1
GONE = msg("no longer in the folder on Drive")
UNWANTED_FORMAT = msg("no longer wanted in this format")
_LISTED_AGAIN = msg("listed again")
_SETTLED = timedelta(days=2)
_DETAILS = ("name", "folders", "modified", "description", "owner", "web_link", "media_type")


def plan(
    collection: str,
    listing: Listing,
    held: Mapping[str, Item],
    paths: Mapping[str, str],
    *,
    absent: Group[str] = (),
    edited: Group[str] = (),
    strayed: Mapping[str, str] = MappingProxyType({}),
    doubtful: Group[str] = (),
    left_out: Mapping[str, Message] = MappingProxyType({}),
    accept_withdrawals: bool = False,
) -> Plan:
    """Compare what is listed with what is held.

    paths: where each listed file belongs in the mirror, by id. absent and edited: ids of held items whose file is not
    on the disk, or not as we left it. strayed: where in the mirror somebody moved a held item's file, by id. doubtful:
    ids that are not listed for the first time, and that Drive does not say are gone. left_out: why a listed file is not
    wanted, by id. accept_withdrawals lets a suspiciously large withdrawal happen.
    """
    actions: list[Action] = []
    unwanted: dict[str, Message] = {}
    losses = ((_STRAYED, strayed), (_ABSENT, absent), (_EDITED, edited))
    notices: list[Message] = [*listing.warnings, *_problems(listing)]
    unchanged = 0
    for file in listing.files:
        item, path = held.get(file.id), paths[file.id]
        if file.dangling and item is None:
            continue
        loss = next((loss for loss, lost in losses if file.id in lost), None)
        new = item is None or item.state is State.WITHDRAWN or _change(file, item) is not None
        if file.id in left_out and new and not file.dangling:
            unwanted[path] = left_out[file.id]
            action = None if loss else _follow(file, item, path)
            if loss and item:
                notices.append(
                    msg("{path}: {what}; it changed on Drive and is left out, so it stays so.", path=item.path, what=loss.what)
                )
            if action is None:
                continue
        else:
            action = _decide(file, item, path, loss)
        if action:
            actions.append(action)
        else:
            unchanged += 1
    present = {file.id for file in listing.files}
    gone = [item for item in held.values() if item.state is State.HELD and item.id not in present]
    withdrawals = tuple(Action(ActionKind.WITHDRAW, _absence(item, present), held=item) for item in gone)
    missing = [item for item, action in zip(gone, withdrawals, strict=True) if action.reason == GONE]
    shut = {} if accept_withdrawals else {item.id: names for item in missing if (names := _behind(item, listing.closed))}
    strays = tuple((held[item_id], place) for item_id, place in sorted(strayed.items()))
    notices += [
        msg("{path}: was moved here to {place}; it is put back.", path=item.path, place=place) for item, place in strays
    ]
    # Nobody can mean to withdraw what was only not seen.
    believed = accept_withdrawals and listing.complete
    refusal = None if believed or len(gone) == len(shut) else _guard(listing, len(missing) - len(shut), held)
    ids = {names: folder for folder, names in listing.closed.items()}
    closed = ((ids[names], _locked("/".join(names), count)) for names, count in sorted(Counter(shut.values()).items()))
    troubles = [
        *(Failure(collection, "folder_closed", text, folder) for folder, text in closed),
        *(() if listing.complete else (Failure(collection, "list_incomplete", _incomplete(len(missing))),)),
        *((Failure(collection, "withdrawals_held", refusal),) if refusal and listing.complete else ()),
    ]
    made = Plan(collection, tuple(actions), unchanged, troubles=tuple(troubles), strayed=strays, left_out=unwanted)
    if refusal:
        return replace(made, held_back=withdrawals, notices=tuple(notices))
    locked = tuple(action for action in withdrawals if action.held and action.held.id in shut)
    waiting = tuple(a for a in withdrawals if a.held and a.held.id in doubtful and a.held.id not in shut)
    certain = tuple(a for a in withdrawals if a.held and a.held.id not in shut and a.held.id not in doubtful)
    notices += [
        msg("{path}: not listed this time; withdrawn if the next run agrees.", path=a.held.path) for a in waiting if a.held
    ]
    return replace(made, actions=(*actions, *certain), held_back=(*locked, *waiting), doubtful=waiting, notices=tuple(notices))


class _Loss(NamedTuple):
    """In what way an item's file is not as we left it, and whether to put it right its bytes must come from Drive."""

    what: Message
    remedy: Message | None
    fetch: bool

    @property
    def reason(self) -> Message:
        """What happened, and what is done about it."""
        return joined((self.what, self.remedy), "; ") if self.remedy else self.what


_STRAYED = _Loss(msg("moved away in the mirror"), msg("put back"), fetch=False)
_ABSENT = _Loss(msg("missing from the mirror"), None, fetch=True)
_EDITED = _Loss(msg("edited in the mirror"), msg("the edited copy is kept aside"), fetch=True)


def _follow(file: RemoteFile, item: Item | None, path: str) -> Action | None:
    """What is left out keeps the bytes that we hold, and follows its name and place alone."""
    if item is None or item.state is State.WITHDRAWN:
        return None
    renamed = replace(item.remote, name=file.name, folders=file.folders, parent=file.parent)
    if item.path != path:
        return Action(ActionKind.MOVE, _movement(file, item), renamed, item, path)
    return Action(ActionKind.UPDATE, _LISTED_AGAIN, renamed, item, path) if item.missed else None


def _decide(file: RemoteFile, item: Item | None, path: str, loss: _Loss | None) -> Action | None:
    """Decide on one listed file. Leaves from top to bottom: the first that fits is taken."""
    # Never seen: bring it.
    if item is None:
        return Action(ActionKind.ADD, msg("new on Drive"), file, None, path, fetch=True)
    # Leads nowhere now: what it led to is kept, as long as it is there.
    if file.dangling:
        lost = item.state is State.HELD and loss in {_ABSENT, _EDITED}
        withdrawal = Action(ActionKind.WITHDRAW, msg("lost here, and on Drive it leads nowhere now"), held=item)
        return withdrawal if lost else _remember(item.remote, item, item.path)
    changed = _change(file, item)
    # Withdrawn earlier, and back: the bytes kept aside serve if they are still the right ones.
    if item.state is State.WITHDRAWN:
        reason = msg("back on Drive") if changed is None else msg("back on Drive, {change}", change=changed)
        return Action(ActionKind.RESTORE, reason, file, item, path, fetch=changed is not None)
    # Other bytes on Drive: bring them; the old ones are kept aside.
    if changed:
        return Action(ActionKind.REPLACE, changed, file, item, path, fetch=True)
    # Our own file is not as we left it: put the right bytes back.
    if loss:
        return Action(ActionKind.RESTORE, loss.reason, file, item, path, fetch=loss.fetch)
    # Same bytes, other place: rename without a download.
    if item.path != path:
        return Action(ActionKind.MOVE, _movement(file, item), file, item, path)
    # A file that tells nothing of itself now has no details to remember.
    tells = file.modified is not None or file.size is not None or file.native
    return _remember(file if tells else item.remote, item, path)


def _remember(file: RemoteFile, item: Item, path: str) -> Action | None:
    """Same bytes, same place: what else there is to write down."""
    # Missed by the last list, and listed again.
    if item.missed:
        return Action(ActionKind.UPDATE, _LISTED_AGAIN, file, item, path)
    # Other details.
    if any(getattr(file, detail) != getattr(item.remote, detail) for detail in _DETAILS):
        return Action(ActionKind.UPDATE, msg("details changed on Drive"), file, item, path)
    return None


def _change(file: RemoteFile, item: Item) -> Message | None:
    """Say how the bytes on Drive differ from ours; None when they do not, as far as Drive lets us know."""
    was = item.remote
    if file.native:
        return _native_change(file, item)
    # The strongest digest that Drive states decides.
    if file.sha256:
        same = file.sha256 == item.fixity.sha256
    elif file.md5 and item.fixity.md5:
        same = file.md5 == item.fixity.md5
    # No digest: the revision, else size and time.
    elif file.head_revision and was.head_revision:
        same = file.head_revision == was.head_revision
    # A page that tells nothing of a file now gives no reason to fetch it again.
    elif file.size is None and file.modified is None:
        same = True
    # Public pages tell seconds, the API thousandths.
    else:
        same = (file.size, _second(file.modified)) == (item.fixity.size, _second(was.modified))
    if same:
        return None
    if file.size is not None and file.size != item.fixity.size:
        return msg("changed on Drive, {before} → {after} bytes", before=item.fixity.size, after=file.size)
    return msg("changed on Drive")


def _native_change(file: RemoteFile, item: Item) -> Message | None:
    """A Google document states no digest: time and version decide."""
    was = item.remote
    if file.export is None:
        return None if (file.web_link, file.drive_id) == (was.web_link, was.drive_id) else msg("leads elsewhere now")
    if item.media_type != file.export.media_type:
        return msg("wanted in another format")
    if file.version is None:
        # The public page tells the day alone: what was edited on the day we fetched it may have been edited later.
        settled = file.modified is not None and item.fetched - file.modified > _SETTLED
        return None if settled and file.modified == was.modified else msg("perhaps edited on Drive")
    return None if (file.modified, file.version) == (was.modified, was.version) else msg("edited on Drive")


def _absence(item: Item, present: Group[str]) -> Message:
    """Why an item is not listed. Further formats of a document, "ID+pdf", are listed as long as they are wanted."""
    return UNWANTED_FORMAT if item.id.rpartition("+")[0] in present else GONE


def _second(time: datetime | None) -> datetime | None:
    return time and time.replace(microsecond=0)


def _movement(file: RemoteFile, item: Item) -> Message:
    if file.name == item.remote.name and file.folders == item.remote.folders:
        return msg("another file of the same name came or went")
    if file.folders == item.remote.folders:
        return msg("renamed on Drive")
    return msg("moved on Drive") if file.name == item.remote.name else msg("moved and renamed on Drive")


def _guard(listing: Listing, gone: int, held: Mapping[str, Item]) -> Message | None:
    """Say why withdrawals are not to be believed; None when they are."""
    holding = sum(item.state is State.HELD for item in held.values())
    if not listing.complete:
        return _incomplete(gone)
    if not listing.files and holding:
        return msg(
            "The folder is suddenly empty: all {count} items are kept. If this is right: --accept-withdrawals.", count=holding
        )
    if gone > max(GUARDED_COUNT, holding * GUARDED_SHARE):
        return msg(
            "{gone} of {count} items are no longer listed: all are kept. If this is right: --accept-withdrawals.",
            gone=gone,
            count=holding,
        )
    return None


def _incomplete(gone: int) -> Message:
    return msg("Drive's list was not complete, so nothing was withdrawn ({count} not seen).", count=gone)


def _locked(folder: str, count: int) -> Message:
    return msg(
        "“{folder}” came back empty, and Drive does not let us look into it: what it held is kept ({count}). Ask the owner to "
        "share it again; if it is rightly empty: --accept-withdrawals.",
        folder=folder,
        count=count,
    )


def _behind(item: Item, closed: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The closed folder in which an item lay when it was last seen; nothing when it lay in none."""
    remote = item.remote
    above = [names for names in closed.values() if remote.folders[: len(names)] == names]
    return closed.get(remote.parent) or max(above, key=len, default=())


def _problems(listing: Listing) -> Iterator[Message]:
    for file in listing.files:
        if file.dangling:
            yield msg("{path}: {problem}", path="/".join((*file.folders, file.name)), problem=file.problem)
