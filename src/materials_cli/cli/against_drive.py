"""What `materials verify --against-drive` prints: how what is held stands to what Drive states."""

from collections.abc import Mapping
from typing import Any

from materials_cli.cli.failures import Refusals, error_row
from materials_cli.cli.output import is_terminal, out, print_hanging, print_rows, safe, say, styled
from materials_cli.dates import rfc3339
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.messages import msgid, tr
from materials_cli.sync.comparison import Compared, Comparison, Standing

_WORTH_A_LINE = {standing for standing in Standing if standing.is_apart} | {Standing.UNCOMPARED}
_MOST_LINES = 50
# What is apart or uncompared has a line of its own, which says why.
_MEANINGS = {
    Standing.SAME: msgid("{standing}: the checksum is the one that Drive states."),
    Standing.AGREES: msgid(
        "{standing}: Drive states no checksum, as for Google documents; size, time or version are the same."
    ),
}

Answers = Mapping[str, Comparison | MaterialsError]


def status_of(drive: Answers) -> ExitStatus:
    """The exit status: that of what kept Drive from being asked, 3 if the archive is not what Drive states, else 0."""
    refused = [answer.status for answer in drive.values() if isinstance(answer, MaterialsError)]
    apart = any(each.standing.is_apart for each in _items(drive))
    return max([*refused, ExitStatus.PARTIAL if apart else ExitStatus.DONE])


def rows_of(drive: Answers) -> list[dict[str, Any]]:
    """Each collection as a JSON object, with all of its items, or the error for which nothing is known of it."""
    return [
        {"collection": slug, "error": error_row(answer)} if isinstance(answer, MaterialsError) else _row(answer)
        for slug, answer in drive.items()
    ]


def print_compared(drive: Answers, *, quiet: bool) -> None:
    """Print what is not the same, and how many stand how."""
    told = [each for each in _items(drive) if each.standing in _WORTH_A_LINE]
    if is_terminal():
        for each in told[:_MOST_LINES]:
            _print(each)
        if len(told) > _MOST_LINES:
            say(tr("… and {count} more: --json lists all.", count=len(told) - _MOST_LINES))
    else:
        print_rows((each.standing, each.path, each.what, each.fix) for each in told)
    refusals = Refusals()
    for slug, answer in drive.items():
        if isinstance(answer, MaterialsError):
            refusals.show(slug, answer)
        else:
            _print_counts(answer, quiet=quiet)
    for standing, meaning in _MEANINGS.items():
        if not quiet and any(each.standing is standing for each in _items(drive)):
            say("  " + tr(meaning, standing=tr(standing)), style="dim")


def _print_counts(answer: Comparison, *, quiet: bool) -> None:
    counts = ", ".join(f"{tr(standing)} {answer.counts[standing]}" for standing in Standing if answer.counts[standing])
    apart = any(standing.is_apart for standing in answer.counts)
    if apart or not quiet:
        line = tr("{collection}, compared with Drive: {counts}", collection=answer.collection, counts=counts or tr("nothing"))
        say(line, style="yellow" if apart else "")
    for trouble in answer.troubles:
        say(tr(trouble.message), style="yellow")


def _items(drive: Answers) -> list[Compared]:
    return [each for answer in drive.values() if isinstance(answer, Comparison) for each in answer.items]


def _print(each: Compared) -> None:
    width = max(len(tr(standing)) for standing in Standing)
    print_hanging(out(), styled(f"{tr(each.standing):<{width}}  ", "yellow"), f"{safe(each.path)}: {tr(each.what)}")
    if each.fix:
        print_hanging(out(), styled(f"{'':<{width}}  {tr('fix')}  ", "bold"), tr(each.fix))


def _row(answer: Comparison) -> dict[str, Any]:
    return {
        "collection": answer.collection,
        "counts": {standing.code: answer.counts[standing] for standing in Standing},
        "troubles": [trouble.message for trouble in answer.troubles],
        "items": [
            {
                "standing": each.standing.code,
                "id": each.id,
                "path": each.path,
                "sha256": each.held and each.held.fixity.sha256,
                "bytes": each.held and each.held.fixity.size,
                "stated": each.stated
                and {
                    "sha256": each.stated.sha256,
                    "md5": each.stated.md5,
                    "bytes": each.stated.size,
                    "modified": rfc3339(each.stated.modified),
                    "version": each.stated.version,
                },
                "message": each.what,
                "hint": each.fix,
            }
            for each in answer.items
        ],
    }
