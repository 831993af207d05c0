"""What a run that was cut while files took each other's places left in versions/, and who needs it."""

from collections import Counter
from collections.abc import Collection as Group
from dataclasses import replace

from materials_cli.catalogue.items import Catalogue
from materials_cli.drive.download import Fetched
from materials_cli.model import Action, ActionKind, Plan, State
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
