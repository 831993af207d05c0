"""What the collecting commands say: what was found, what would be done, what was done."""

from collections import Counter
from typing import Any

from materials_cli.cli.output import err, grid, out, print_hanging, print_rows, say, styled
from materials_cli.cli.pages import CHANGES, changes
from materials_cli.export.manifest import rfc3339
from materials_cli.messages import counted, number, retold, size, tr, trn
from materials_cli.model import Action, ActionKind, Listing, Plan, SyncReport

_MOST_FAILURES = 20
_SIGNS = {
    ActionKind.ADD: ("+", "green"),
    ActionKind.REPLACE: ("~", "yellow"),
    ActionKind.MOVE: (">", "cyan"),
    ActionKind.UPDATE: (".", "dim"),
    ActionKind.RESTORE: ("^", "green"),
    ActionKind.WITHDRAW: ("!", "magenta"),
}


def print_found(listing: Listing) -> None:
    """What lies behind a link."""
    native = sum(file.native for file in listing.files)
    found = {
        "name": listing.root.name,
        "files": counted(len(listing.files), "file"),
        "folders": counted(len(listing.folders), "folder"),
        "size": size(sum(file.size or 0 for file in listing.files)),
    }
    if native:
        documents = trn("{count} Google document", "{count} Google documents", native)
        say(tr("Found “{name}”: {files} in {folders}, {size} and {documents}", **found, documents=documents))
    else:
        say(tr("Found “{name}”: {files} in {folders}, {size}", **found))
    for warning in listing.warnings:
        say(retold(warning), style="yellow")


def print_plan(plan: Plan) -> None:
    """What a sync would do, a line each, with its reason."""
    if out().is_terminal:
        table = grid(
            {"no_wrap": True},
            {"overflow": "fold", "ratio": 3},
            {"justify": "right", "no_wrap": True},
            {"overflow": "fold", "ratio": 2},
        )
        table.expand = True
        for action in plan.actions:
            sign, style = _SIGNS[action.kind]
            where = styled(_place(action))
            if _leaves(action) and action.held:
                where = styled(action.held.path).append(" → ").append_text(where)
            table.add_row(
                styled(sign, style), where, size(action.bytes) if action.bytes else "", styled(retold(action.reason), "dim")
            )
        for action in plan.held_back:
            why = styled(tr("not listed any more; held back"), "dim")
            table.add_row(styled("?", "magenta"), styled(_place(action)), "", why)
        if plan.actions or plan.held_back:
            out().print(table)
    else:
        print_rows((action.kind, _place(action), action.bytes, action.reason) for action in plan.actions)
        print_rows(("held-back", _place(action), 0, action.reason) for action in plan.held_back)
    say(f"{plan.collection}: {_summary(plan)}")
    _print_notices((*plan.notices, *(trouble.message for trouble in plan.troubles)))


def print_report(report: SyncReport, *, quiet: bool) -> None:
    """What a sync did."""
    if not quiet:
        counts = Counter(str(accession.action.kind) for accession in report.accessions)
        told = ", ".join((changes(counts) or tr("nothing has changed"), *_rest(report.plan)))
        say(f"{report.collection}: {told}; {_fetched(report)}.")
        _print_notices(report.notices)
    for failure in report.failures[:_MOST_FAILURES]:
        print_hanging(err(), styled(f"  {tr('failed')}  ", "red"), f"{failure.path}: {retold(failure.message)}", "red")
    if len(report.failures) > _MOST_FAILURES:
        more = len(report.failures) - _MOST_FAILURES
        say(f"  {trn('… and {count} more: materials status', '… and {count} more: materials status', more)}")


def plan_row(plan: Plan) -> dict[str, Any]:
    """A plan for programs."""
    return {
        "collection": plan.collection,
        "actions": [_action_row(action) for action in plan.actions],
        "held_back": [_action_row(action) for action in plan.held_back],
        "unchanged": plan.unchanged,
        "left_out": [{"path": path, "reason": reason} for path, reason in sorted(plan.left_out.items())],
        "bytes": sum(action.bytes for action in plan.actions),
        "notices": list(plan.notices),
        "troubles": [{"code": trouble.code, "message": trouble.message} for trouble in plan.troubles],
    }


def report_row(report: SyncReport) -> dict[str, Any]:
    """A finished sync for programs."""
    return {
        "collection": report.collection,
        "started": rfc3339(report.started),
        "ended": rfc3339(report.ended),
        "bytes": report.bytes,
        "unchanged": report.plan.unchanged,
        "actions": [_action_row(accession.action) for accession in report.accessions],
        "failures": [{"path": f.path, "code": f.code, "message": f.message, "id": f.item} for f in report.failures],
        "notices": list(report.notices),
    }


def _action_row(action: Action) -> dict[str, Any]:
    return {
        "action": str(action.kind),
        "id": action.file.id if action.file else action.held.id if action.held else None,
        "path": _place(action),
        "from": action.held.path if action.held and _leaves(action) else None,
        "bytes": action.bytes,
        "reason": action.reason,
    }


def _place(action: Action) -> str:
    return action.path or (action.held.path if action.held else "")


def _leaves(action: Action) -> bool:
    return bool(action.held and action.path and action.held.path != action.path)


def _summary(plan: Plan) -> str:
    parts = []
    for kind, forms in CHANGES.items():
        if chosen := [action for action in plan.actions if action.kind is kind]:
            count = sum(action.bytes for action in chosen)
            parts.append(trn(*forms, len(chosen)) + (f" ({size(count)})" if count else ""))
    if plan.held_back:
        parts.append(trn("{count} held back", "{count} held back", len(plan.held_back)))
    return f"{', '.join(parts) or tr('nothing to do')}; {', '.join(_rest(plan))}."


def _rest(plan: Plan) -> list[str]:
    """What a plan leaves as it is, and what it leaves where it is."""
    rest = [trn("{count} unchanged", "{count} unchanged", plan.unchanged)]
    return rest + ([trn("{count} left out", "{count} left out", len(plan.left_out))] if plan.left_out else [])


def _fetched(report: SyncReport) -> str:
    seconds = (report.ended - report.started).total_seconds()
    if not report.bytes:
        return tr("nothing downloaded")
    if seconds <= 0.1:
        return tr("{size} fetched", size=size(report.bytes))
    rate = size(int(report.bytes / seconds))
    return tr("{size} fetched in {seconds} s ({rate}/s)", size=size(report.bytes), seconds=number(seconds, 1), rate=rate)


def _print_notices(notices: tuple[str, ...]) -> None:
    for notice in notices:
        print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), retold(notice), "yellow")
