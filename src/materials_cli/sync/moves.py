"""Which renames block each other: files that swap names, folders and files that swap places. Pure."""

from collections.abc import Sequence

from materials_cli.model import Action, Item
from materials_cli.store.names import twin_key


def blocked(moving: Sequence[Action]) -> dict[str, Item]:
    """The moves whose target is at, above or below a path that another one leaves, by target."""
    left = {twin_key(action.held.path) for action in moving if action.held}
    folders = {folder for path in left for folder in _folders_of(path)}

    def is_blocked(action: Action) -> bool:
        target = twin_key(action.path or "")
        respelt = action.held is not None and twin_key(action.held.path) == target
        return not respelt and (target in left | folders or not left.isdisjoint(_folders_of(target)))

    return {action.path: action.held for action in moving if action.path and action.held and is_blocked(action)}


def _folders_of(path: str) -> set[str]:
    """The folders above a path."""
    parts = path.split("/")
    return {"/".join(parts[:number]) for number in range(1, len(parts))}
