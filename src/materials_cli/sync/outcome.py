"""What an action amounts to once its bytes are known. Pure."""

from dataclasses import replace

from materials_cli.causes import Cause
from materials_cli.messages import Message, msg
from materials_cli.model import Action, ActionKind, Item, RemoteFile, State
from materials_cli.sync.plan import unchanged


def required(action: Action) -> tuple[RemoteFile, str]:
    """The file and the path of an action that has both."""
    if action.file is None or action.path is None:
        raise AssertionError(action)
    return action.file, action.path


def changed_too(action: Action) -> bool:
    """Whether a restored item also changed on Drive, or may have: then the bytes that were kept are not brought back."""
    file, held = action.file, action.held
    return action.fetch and bool((file and file.rough) or (held and held.state is State.WITHDRAWN))


def settled_by(action: Action) -> tuple[Item, ...]:
    """The items whose bytes are those on Drive, and need not be fetched, if size and time turn out to be theirs."""
    held = action.held
    return (held, held.replaced) if held and action.cause is Cause.PERHAPS_EDITED else ()


def amounts_to(action: Action, item: Item) -> Action | None:
    """What is recorded of an action. item: with the bytes that came. None for a file that proved to be as it was."""
    held = action.held
    if action.kind is not ActionKind.REPLACE or held is None or held.fixity != item.fixity:
        return action
    if action.cause is Cause.PERHAPS_EDITED and unchanged(item.remote, held, item.path) is None and held.replacement is None:
        return None
    kind = ActionKind.UPDATE if held.path == item.path else ActionKind.MOVE
    return replace(action, kind=kind, cause=Cause.SAME_CONTENT, details={"change": action.reason})


def displaced(path: str, aside: str, *, ours: bool, damaged: bool) -> Message:
    """That a file was moved aside from an item's place. ours: the item was there before. damaged: nobody edited it."""
    if damaged:
        return msg("{path}: damaged on this disk; the damaged file was moved to {place}.", path=path, place=aside)
    if ours:
        return msg("{path}: edited locally; the edited copy was moved to {place}.", path=path, place=aside)
    return msg("{path}: another file was in its place; that file was moved to {place}.", path=path, place=aside)
