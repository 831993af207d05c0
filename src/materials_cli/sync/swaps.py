"""What a run that was cut while files took each other's places, or items that came back, left in versions/; who needs it."""

from collections import Counter
from collections.abc import Collection as Group
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from materials_cli.catalogue.items import Catalogue
from materials_cli.drive.source import Fetched
from materials_cli.errors import MaterialsError
from materials_cli.model import Action, ActionKind, Item, Plan, State
from materials_cli.store.mirror import Store


def needed_once(catalogue: Catalogue, plan: Plan) -> frozenset[str]:
    """The digests that only one lost file needs: a run that was swapping files may have left them in versions/."""
    restored = [action.held for action in plan.actions if action.kind is ActionKind.RESTORE and action.held]
    wanted = Counter(item.fixity.sha256 for item in restored if item.state is State.HELD)
    kept = catalogue.kept_digests() if wanted else frozenset()
    return frozenset(digest for digest, count in wanted.items() if count == 1) - kept


def left_behind(store: Store, spare: Group[str], action: Action, fetched: Fetched) -> Fetched | None:
    """The bytes that came for a lost file, as they lie in versions/ for it alone, if they do: nothing is kept twice.

    spare: the digests that needed_once() found.
    """
    held, digest = action.held, fetched.fixity.sha256
    if action.kind is not ActionKind.RESTORE or held is None or held.fixity.sha256 != digest or digest not in spare:
        return None
    kept = store.recall(replace(held, path=action.path or held.path), last=True)
    if kept is None:
        return None
    store.drop(fetched.part)
    return replace(fetched, part=kept)


def let_go(store: Store, catalogue: Catalogue, claims: Counter[str], actions: Iterable[Action]) -> None:
    """Clear versions/ of what was kept for items that were withdrawn and are back in their place: nothing is kept twice.

    Once their rows are committed: a run that is cut before finds the bytes where they were. What another row needs stays.
    claims: how many rows need each digest in versions/.
    """
    for held in [action.held for action in actions if action.held and action.held.state is State.WITHDRAWN]:
        now, digest = catalogue.find(held.collection, held.id), held.fixity.sha256
        if now is None or now.state is not State.HELD or now.fixity.sha256 != digest:
            continue
        claims[digest] -= 1
        if not claims[digest]:
            _drop(store, now)


def clear(store: Store, catalogue: Catalogue) -> None:
    """The same for what a run that was cut has left, once one is complete. What is in the mirror nowhere stays in versions/."""
    found = store.versions.digests()
    unneeded = found - catalogue.kept_digests() if found else frozenset[str]()
    for item in [item for item in catalogue.each() if item.fixity.sha256 in unneeded] if unneeded else []:
        _drop(store, item)


def _drop(store: Store, item: Item) -> None:
    """Delete the bytes of an item from versions/, where no row needs them, if they have been read in the mirror."""
    with suppress(OSError, MaterialsError):  # what cannot be read or deleted stays, and verify names it
        store.let_go(item)
