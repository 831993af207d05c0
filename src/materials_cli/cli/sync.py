"""`materials sync`: bring the archive up to date with Drive."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.actions import changes, print_notices, report_row, rest
from materials_cli.cli.context import (
    AcceptOption,
    ArchiveContext,
    ArchiveOption,
    CollectionsArgument,
    JsonOption,
    KindOption,
    OnlyOption,
    QuietOption,
    kinds_of,
)
from materials_cli.cli.failures import error_row, show_error
from materials_cli.cli.output import err, print_hanging, print_json, say, styled
from materials_cli.config import Collection
from materials_cli.errors import ExitStatus, MaterialsError, Reach, stopped_at
from materials_cli.messages import msg, size, tr, trn, verbatim
from materials_cli.model import SyncReport
from materials_cli.store.mirror import Store

_MOST_FAILURES = 20


def sync(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    kind: KindOption = None,
    only: OnlyOption = None,
    accept_withdrawals: AcceptOption = False,
    cron: Annotated[
        bool, typer.Option("--cron", help="For timers: print nothing unless something changed or action is needed.")
    ] = False,
    log_file: Annotated[
        Path | None,
        typer.Option(
            "--log-file", metavar="FILE", help="With --cron: write a log to this file, as JSON lines.", show_default=False
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Bring the archive up to date with Drive.

    What the owner removes from Drive is kept in the archive.

    Example: materials sync
    """
    if (cron and as_json) or (log_file and not cron):
        what = msg("--cron cannot be combined with --json, and --log-file requires --cron.")
        raise MaterialsError("bad_usage", what, fix=verbatim("materials sync --cron"))
    from materials_cli.cli.crew import sync_one  # noqa: PLC0415 - TAB and `--help` do without Google's client

    here = ArchiveContext.of(context, archive)
    chosen = _followed(here, collections, kinds_of(kind, only))
    if cron:
        from materials_cli.cli.unattended import sync_unattended  # noqa: PLC0415 - timers alone need it

        def unattended(store: Store, collection: Collection) -> SyncReport:
            return sync_one(store, collection, accept_withdrawals=accept_withdrawals, quiet=True)

        raise typer.Exit(sync_unattended(here.config, chosen, unattended, log_file=log_file))
    store = here.store
    store.prepare()
    status, finished, refused = ExitStatus.DONE, [], []
    with store.lock():
        for collection in chosen:
            try:
                report = sync_one(store, collection, accept_withdrawals=accept_withdrawals, quiet=quiet or as_json)
            except Exception as error:
                if len(chosen) == 1:
                    raise
                failure = stopped_at(Reach.COLLECTION, error)
                show_error(failure)
                refused.append(failure)
                status = max(status, failure.status)
                continue
            finished.append(report)
            status = max(status, ExitStatus.PARTIAL if report.failures else ExitStatus.DONE)
            if not as_json:
                print_report(report, quiet=quiet)
    if as_json:
        rows = [report_row(report) for report in finished]
        print_json("materials/sync@1", rows, errors=[error_row(error) for error in refused])
    if status:
        raise typer.Exit(int(status))


def _followed(here: ArchiveContext, slugs: list[str] | None, kinds: tuple[str, ...]) -> tuple[Collection, ...]:
    """The collections to work on; raise bad_usage when there are none."""
    if chosen := here.collections(slugs, kinds):
        return chosen
    raise MaterialsError("bad_usage", msg("No folder has been added to this archive."), fix=verbatim("materials add LINK"))


def print_report(report: SyncReport, *, quiet: bool) -> None:
    """What a sync did."""
    if not quiet:
        counts = Counter(str(accession.action.kind) for accession in report.accessions)
        told = ", ".join((changes(counts) or tr("no changes"), *rest(report.plan)))
        say(f"{report.collection}: {told}; {_fetched(report)}.")
        print_notices(report.notices)
    for failure in report.failures[:_MOST_FAILURES]:
        print_hanging(err(), styled(f"  {tr('failed')}  ", "red"), f"{failure.path}: {tr(failure.message)}", "red")
        if failure.trace:
            err().print(styled(failure.trace, "dim"), soft_wrap=True)
    if len(report.failures) > _MOST_FAILURES:
        more = len(report.failures) - _MOST_FAILURES
        say(f"  {trn('… and {count} more: materials status', '… and {count} more: materials status', more)}")


def _fetched(report: SyncReport) -> str:
    seconds = (report.ended - report.started).total_seconds()
    if not report.bytes:
        return tr("nothing downloaded")
    if seconds <= 0.1:
        return tr("{size} fetched", size=size(report.bytes))
    rate = size(int(report.bytes / seconds))
    return tr("{size} fetched in {seconds} s ({rate}/s)", size=size(report.bytes), seconds=round(seconds, 1), rate=rate)
