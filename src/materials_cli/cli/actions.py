"""The actions of a plan and the results of a run, as `plan`, `sync`, `status` and `history` show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from materials_cli.cli.output import err, moment, print_hanging, say, styled
from materials_cli.dates import rfc3339
from materials_cli.history.counts import CHANGES
from materials_cli.history.events import Event
from materials_cli.messages import Message, tr, trn
from materials_cli.model import Action, Failure, Run

_MOST_FAILURES = 20


def changes(counts: Mapping[str, int]) -> str:
    """Counts of what was done, such as “3 new, 1 restored”; empty if nothing was."""
    return ", ".join(trn(*forms, counts[kind]) for kind, forms in CHANGES.items() if counts.get(kind))


def no_runs(rebuilt: Sequence[Event]) -> str:
    """What to print where no run is known. rebuilt: the events of rebuilding the catalogue, newest first."""
    if rebuilt:
        time = moment(rebuilt[0].time)
        return tr("No runs are known: the catalogue was rebuilt without them ({time}). Next: materials sync", time=time)
    return tr("There have been no runs yet. Next: materials sync")


def report_row(report: Run) -> dict[str, Any]:
    """A finished run as a JSON object."""
    return {
        "collection": report.collection,
        "started": rfc3339(report.started),
        "ended": rfc3339(report.ended),
        "bytes": report.bytes,
        "unchanged": report.unchanged,
        "actions": [action_row(accession.action) for accession in report.accessions],
        "failures": [{"path": f.path, "code": f.code, "message": f.message, "id": f.item} for f in report.failures],
        "notices": list(report.notices),
    }


def action_row(action: Action) -> dict[str, Any]:
    """An action as a JSON object."""
    return {
        "action": str(action.kind),
        "id": action.file.id if action.file else action.held.id if action.held else None,
        "path": place_of(action),
        "from": action.held.path if action.held and leaves(action) else None,
        "bytes": action.bytes,
        "reason": action.reason,
    }


def place_of(action: Action) -> str:
    """The path an action is about."""
    return action.path or (action.held.path if action.held else "")


def leaves(action: Action) -> bool:
    """Whether the action moves the item to another path."""
    return bool(action.held and action.path and action.held.path != action.path)


def rest(unchanged: int, left_out: int) -> list[str]:
    """Counts of unchanged and excluded items."""
    left = [trn("{count} unchanged", "{count} unchanged", unchanged)]
    return left + ([trn("{count} excluded", "{count} excluded", left_out)] if left_out else [])


def print_notices(notices: tuple[Message, ...]) -> None:
    """Print notices to stderr."""
    for notice in notices:
        print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), tr(notice), "yellow")


def label_of(failure: Failure) -> tuple[str, str]:
    """The label of a failure, and its style; "note" for what has to be looked at, although nothing failed."""
    return (tr("note"), "yellow") if failure.is_remark else (tr("failed"), "red")


def print_failures(failures: Sequence[Failure]) -> None:
    """Print failures to stderr."""
    for failure in failures[:_MOST_FAILURES]:
        label, style = label_of(failure)
        print_hanging(err(), styled(f"  {label}  ", style), f"{failure.path}: {tr(failure.message)}", style)
        if failure.trace:
            err().print(styled(failure.trace, "dim"), soft_wrap=True)
    if len(failures) > _MOST_FAILURES:
        more = len(failures) - _MOST_FAILURES
        say(f"  {trn('… and {count} more: materials status', '… and {count} more: materials status', more)}")
