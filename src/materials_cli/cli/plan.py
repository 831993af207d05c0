"""`materials plan`: show what a sync would do."""

from typing import Annotated, Any

import typer

from materials_cli.cli.actions import action_row, leaves, place_of, print_notices, rest
from materials_cli.cli.context import (
    AcceptOption,
    AcceptReplacementsOption,
    ArchiveContext,
    ArchiveOption,
    CollectionsArgument,
    JsonOption,
    KindOption,
    OnlyOption,
    kinds_of,
    limit_option,
)
from materials_cli.cli.failures import Refusals, error_row
from materials_cli.cli.output import is_terminal, paged, print_columns, print_json, print_rows, say, styled
from materials_cli.cli.progress import Display
from materials_cli.errors import MaterialsError
from materials_cli.history.counts import CHANGES
from materials_cli.messages import Message, msgid, msgids, msgn, size, tr, trn
from materials_cli.model import ActionKind, Plan

_SIGNS = {
    ActionKind.ADD: ("+", "green"),
    ActionKind.REPLACE: ("~", "yellow"),
    ActionKind.MOVE: (">", "cyan"),
    ActionKind.UPDATE: (".", "dim"),
    ActionKind.RESTORE: ("^", "green"),
    ActionKind.WITHDRAW: ("!", "magenta"),
}
_HELD_BACK = {
    ActionKind.REPLACE: msgid("new content on Drive; held back"),
    ActionKind.WITHDRAW: msgid("no longer listed; held back"),
}
_READ_FIRST = msgids(
    "{count} item has new content on Drive; a sync reads it before it replaces what is held here.",
    "{count} items have new content on Drive; a sync reads it before it replaces what is held here.",
)


def plan(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    kind: KindOption = None,
    only: OnlyOption = None,
    accept_withdrawals: AcceptOption = False,
    accept_replacements: AcceptReplacementsOption = False,
    limit: Annotated[int | None, limit_option("Maximum number of actions per collection.")] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show what a sync would do, without doing it.

    Example: materials plan
    """
    here = ArchiveContext.of(context, archive)
    chosen = here.to_sync(collections, kinds_of(kind, only))
    plans: list[Plan] = []
    refused: list[tuple[str, MaterialsError]] = []
    followed = [collection.slug for collection in chosen if not collection.detached]
    with Display() as display:
        planner = here.opened(display.step)
        accepted = {"accept_withdrawals": accept_withdrawals, "accept_replacements": accept_replacements}
        for slug, made in zip(followed, planner.plan(chosen, **accepted), strict=True):
            if not isinstance(made, MaterialsError):
                plans.append(made)
            elif len(chosen) == 1:
                raise made
            else:
                refused.append((slug, made))
    if as_json:
        print_json(
            "materials/plan@1",
            [_plan_row(made) for made in plans],
            errors=[{"collection": slug, **error_row(error)} for slug, error in refused],
        )
    else:
        for made in plans:
            _print_plan(made, limit)
        refusals = Refusals()
        for slug, error in refused:
            refusals.show(slug, error)
    if refused:
        raise typer.Exit(int(max(error.status for _, error in refused)))


def _print_plan(made: Plan, limit: int | None) -> None:
    """Print the actions of a plan, one per line, each with its reason."""
    actions = made.actions[:limit]
    held_back = made.held_back[: limit - len(actions)] if limit else made.held_back
    if is_terminal():
        rows = []
        for action in actions:
            sign, style = _SIGNS[action.kind]
            where = styled(place_of(action))
            if leaves(action) and action.held:
                where = styled(action.held.path).append(" → ").append_text(where)
            where.append_text(styled("  ")).append_text(styled(action.reason, "dim"))
            rows.append((styled(sign, style), styled(size(action.bytes) if action.bytes else ""), where))
        for action in held_back:
            why = styled(f"  {tr(_HELD_BACK[action.kind])}", "dim")
            rows.append((styled("?", "magenta"), styled(""), styled(place_of(action)) + why))
        if rows:
            with paged():
                print_columns(rows, right=(1,))
    else:
        print_rows((action.kind, place_of(action), action.bytes, action.reason) for action in actions)
        print_rows(("held-back", place_of(action), 0, action.reason) for action in held_back)
    if more := len(made.actions) + len(made.held_back) - len(actions) - len(held_back):
        say(f"  {trn('… and {count} more', '… and {count} more', more)}")
    say(f"{made.collection}: {_summary(made)}")
    shortage = [made.shortage] if made.shortage else []
    print_notices((*made.notices, *(trouble.message for trouble in made.troubles), *_undecided(made), *shortage))


def _undecided(made: Plan) -> list[Message]:
    """That replacements are read before they take their place."""
    guarded = sum(action.guarded for action in (*made.actions, *made.held_back))
    return [msgn(*_READ_FIRST, guarded)] if made.undecided else []


def _plan_row(made: Plan) -> dict[str, Any]:
    """A plan as a JSON object."""
    return {
        "collection": made.collection,
        "actions": [action_row(action) for action in made.actions],
        "held_back": [action_row(action) for action in made.held_back],
        "undecided": made.undecided,
        "no_room": [action_row(action) for action in made.no_room],
        "unchanged": made.unchanged,
        "left_out": [{"path": path, "reason": reason} for path, reason in sorted(made.left_out.items())],
        "bytes": sum(action.bytes for action in made.actions),
        "notices": list(made.notices),
        "troubles": [{"code": trouble.code, "message": trouble.message} for trouble in made.troubles],
    }


def _summary(made: Plan) -> str:
    parts = []
    for kind, forms in CHANGES.items():
        if chosen := [action for action in made.actions if action.kind is kind]:
            count = sum(action.bytes for action in chosen)
            parts.append(trn(*forms, len(chosen)) + (f" ({tr(size(count))})" if count else ""))
    if made.held_back:
        parts.append(trn("{count} held back", "{count} held back", len(made.held_back)))
    return f"{', '.join(parts) or tr('nothing to do')}; {', '.join(rest(made.unchanged, len(made.left_out)))}."
