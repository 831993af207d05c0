"""`materials sync`: bring the archive up to date with Drive."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.actions import changes, print_failures, print_notices, report_row, rest
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
from materials_cli.cli.output import print_json, say
from materials_cli.cli.progress import Display
from materials_cli.config import Collection
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import msg, size, tr, verbatim
from materials_cli.model import Run


def sync(  # noqa: PLR0913 - each argument is an option of the command
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
    trusted: Annotated[str, typer.Option("--trusted", hidden=True)] = "",
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
        raise MaterialsError(Code.BAD_USAGE, what, fix=verbatim("materials sync --cron"))
    here = ArchiveContext.of(context, archive)
    chosen = _followed(here, collections, kinds_of(kind, only))
    if cron:
        from materials_cli.cli.trust import permitted  # noqa: PLC0415 - timers alone need these
        from materials_cli.cli.unattended import sync_unattended  # noqa: PLC0415

        now = permitted(here.config, trusted)
        status = sync_unattended(
            now.config, chosen, accept_withdrawals=accept_withdrawals, log_file=log_file, left_out=now.notice
        )
        raise typer.Exit(status)
    runs = _sync(here, chosen, accept_withdrawals=accept_withdrawals, quiet=quiet, as_json=as_json)
    if as_json:
        refused = [error_row(run.failure) for run in runs if run.failure]
        print_json("materials/sync@1", [report_row(run) for run in runs if not run.failure], errors=refused)
    if status := max(map(_status, runs), default=ExitStatus.DONE):
        raise typer.Exit(int(status))


def _sync(
    here: ArchiveContext, chosen: tuple[Collection, ...], *, accept_withdrawals: bool, quiet: bool, as_json: bool
) -> list[Run]:
    """Sync the collections and print each run as it ends; raise the failure of a single one."""
    from materials_cli.archive import Archive  # noqa: PLC0415 - TAB and `--help` do without what it needs

    runs = []
    with Display(quiet=quiet or as_json) as display:
        archived = Archive(here.config.archive, here.config, progress=display.step)
        for run in archived.sync(chosen, accept_withdrawals=accept_withdrawals):
            with display.paused():
                if not as_json:
                    print_report(run, quiet=quiet)
                if run.failure and len(chosen) > 1:
                    show_error(run.failure)
            if run.failure and len(chosen) == 1:
                raise run.failure
            runs.append(run)
    return runs


def _status(run: Run) -> ExitStatus:
    if run.failure:
        return run.failure.status
    return ExitStatus.PARTIAL if run.failures else ExitStatus.DONE


def _followed(here: ArchiveContext, slugs: list[str] | None, kinds: tuple[str, ...]) -> tuple[Collection, ...]:
    """The collections to sync; raise bad_usage if there are none."""
    if chosen := here.collections(slugs, kinds):
        return chosen
    raise MaterialsError(Code.BAD_USAGE, msg("No folder has been added to this archive."), fix=verbatim("materials add LINK"))


def print_report(report: Run, *, quiet: bool) -> None:
    """Print what a run did; of one that ended early, only the notices, since the error says the rest."""
    if report.failure:
        print_notices(() if quiet else report.notices)
        return
    if not quiet:
        done = ", ".join((changes(report.counts) or tr("no changes"), *rest(report.unchanged, report.left_out)))
        say(f"{report.collection}: {done}; {_fetched(report)}.")
        print_notices(report.notices)
    print_failures(report.failures)


def _fetched(report: Run) -> str:
    if not report.bytes:
        return tr("nothing downloaded")
    if report.seconds <= 0.1:
        return tr("{size} fetched", size=size(report.bytes))
    rate = size(int(report.bytes / report.seconds))
    return tr("{size} fetched in {seconds} s ({rate}/s)", size=size(report.bytes), seconds=round(report.seconds, 1), rate=rate)
