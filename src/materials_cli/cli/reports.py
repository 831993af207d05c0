"""What the collecting commands say: what was found, what would be done, what was done."""

from typing import Any

from materials_cli.cli.pages import WORDS
from materials_cli.cli.render import err, grid, out, plural, print_rows, safe, say, size, styled
from materials_cli.export.manifest import rfc3339
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
    line = (
        f"Found “{listing.root.name}”: {plural(len(listing.files), 'file')} in "
        f"{plural(len(listing.folders), 'folder')}, {size(sum(file.size or 0 for file in listing.files))}"
    )
    say(line + (f" and {plural(native, 'Google document')}" if native else ""))
    for warning in listing.warnings:
        say(warning, style="yellow")


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
            table.add_row(styled(sign, style), where, size(action.bytes) if action.bytes else "", styled(action.reason, "dim"))
        for action in plan.held_back:
            table.add_row(styled("?", "magenta"), styled(_place(action)), "", styled("not listed any more; held back", "dim"))
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
        counts: dict[ActionKind, int] = {}
        for accession in report.accessions:
            counts[accession.action.kind] = counts.get(accession.action.kind, 0) + 1
        done = ", ".join(f"{counts[kind]:,} {word}" for kind, word in WORDS.items() if counts.get(kind))
        seconds = (report.ended - report.started).total_seconds()
        rate = f" in {seconds:.1f} s ({size(int(report.bytes / seconds))}/s)" if seconds > 0.1 and report.bytes else ""
        fetched = f"; {size(report.bytes)} fetched{rate}" if report.bytes else "; nothing downloaded"
        same = f"{report.plan.unchanged:,} unchanged{_left_out(report.plan)}"
        say(f"{report.collection}: {done or 'nothing has changed'}, {same}{fetched}.")
        _print_notices(report.notices)
    for failure in report.failures[:_MOST_FAILURES]:
        err().print(styled(f"  failed  {failure.path}: {failure.message}", "red"), soft_wrap=True)
    if len(report.failures) > _MOST_FAILURES:
        say(f"  … and {len(report.failures) - _MOST_FAILURES} more: materials status")


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
    for kind, word in WORDS.items():
        chosen = [action for action in plan.actions if action.kind is kind]
        if chosen:
            count = sum(action.bytes for action in chosen)
            parts.append(f"{len(chosen):,} {word}" + (f" ({size(count)})" if count else ""))
    if plan.held_back:
        parts.append(f"{len(plan.held_back)} held back")
    return f"{', '.join(parts) or 'nothing to do'}; {plan.unchanged:,} unchanged{_left_out(plan)}."


def _left_out(plan: Plan) -> str:
    return f", {len(plan.left_out):,} left out" if plan.left_out else ""


def _print_notices(notices: tuple[str, ...]) -> None:
    for notice in notices:
        err().print(styled(f"  note  {safe(notice)}", "yellow"), soft_wrap=True)
