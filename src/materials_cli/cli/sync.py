"""`materials sync`: bring the archive up to date with Drive."""

import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from materials_cli.cli.actions import changes, print_failures, print_notices, report_row, rest
from materials_cli.cli.context import (
    AcceptOption,
    AcceptReplacementsOption,
    ArchiveContext,
    ArchiveOption,
    CollectionsArgument,
    ExecutorOption,
    JsonOption,
    KindOption,
    OnlyOption,
    QuietOption,
    SingleWriterOption,
    kinds_of,
)
from materials_cli.cli.failures import Refusals, error_row
from materials_cli.cli.output import print_json, say
from materials_cli.cli.phases import Course
from materials_cli.cli.progress import Display
from materials_cli.config import Collection
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import msg, size, tr, trn, verbatim
from materials_cli.model import Run


def sync(  # noqa: PLR0913 - each argument is an option of the command
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    kind: KindOption = None,
    only: OnlyOption = None,
    accept_withdrawals: AcceptOption = False,
    single_writer: SingleWriterOption = False,
    accept_replacements: AcceptReplacementsOption = False,
    executor: ExecutorOption = None,
    cron: Annotated[
        bool, typer.Option("--cron", help="For timers: print nothing unless something changed or action is needed.")
    ] = False,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", metavar="FILE", help="With --cron: write a log to this file, as JSON lines.")
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
    if cron and as_json:
        what = msg("--cron cannot be combined with --json.")
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Use only one of them."))
    if log_file and not cron:
        fix = verbatim(f"materials sync --cron --log-file {shlex.quote(str(log_file))}")
        raise MaterialsError(Code.BAD_USAGE, msg("--log-file requires --cron."), fix=fix)
    here, kinds = ArchiveContext.of(context, archive), kinds_of(kind, only)
    accepted = {"accept_withdrawals": accept_withdrawals, "accept_replacements": accept_replacements}
    if cron:
        options = _Unattended(accepted, log_file, trusted, single_writer, executor)
        raise typer.Exit(_sync_unattended(here, collections, kinds, options))
    chosen = here.to_sync(collections, kinds)
    runs = _sync(here, chosen, accepted, quiet=quiet, as_json=as_json, alone=single_writer, executor=executor)
    if not (quiet or as_json):
        _say_what_is_unused(here)
    if as_json:
        refused = [{"collection": run.collection, **error_row(run.failure)} for run in runs if run.failure]
        print_json("materials/sync@1", [report_row(run) for run in runs if not run.failure], errors=refused)
    if status := max(map(_status, runs), default=ExitStatus.DONE):
        raise typer.Exit(int(status))


class _Unattended(NamedTuple):
    """Options of --cron. accepted: as for Archive.sync(); trusted: what the timer's line confirms; alone: --single-writer."""

    accepted: Mapping[str, bool]
    log_file: Path | None
    trusted: str
    alone: bool
    executor: str | None


def _sync_unattended(here: ArchiveContext, slugs: list[str] | None, kinds: tuple[str, ...], options: _Unattended) -> int:
    """Sync as a timer does; if the settings do not allow it, report that where problems are reported."""
    from materials_cli.cli.trust import permitted  # noqa: PLC0415 - timers alone need these
    from materials_cli.cli.unattended import last_settings, refuse_unattended, sync_unattended  # noqa: PLC0415 - as above
    from materials_cli.export.lost import is_lost  # noqa: PLC0415 - as above
    from materials_cli.store.places import store_at  # noqa: PLC0415 - as above

    try:
        chosen = here.to_sync(slugs, kinds)
    except MaterialsError as error:
        known = last_settings(here)
        if known is None:
            raise
        return refuse_unattended(permitted(known, options.trusted, unattended=True).config, error)
    now = permitted(here.config, options.trusted, unattended=True)
    followed = tuple(collection for collection in chosen if not collection.detached)
    if not followed and not is_lost(store_at(now.config.archive)):
        return int(ExitStatus.DONE)
    alone, executor = now.config.single_writer or options.alone, options.executor or now.config.executor
    config, wanted = replace(now.config, single_writer=alone, executor=executor), followed or chosen
    return sync_unattended(config, wanted, accepted=options.accepted, log_file=options.log_file, left_out=now.notice)


def _sync(
    here: ArchiveContext,
    chosen: tuple[Collection, ...],
    accepted: Mapping[str, bool],
    *,
    quiet: bool,
    as_json: bool,
    alone: bool,
    executor: str | None,
) -> list[Run]:
    """Sync the collections and print each run as it ends; raise the failure of a single one. alone: with --single-writer."""
    runs, refusals = [], Refusals()
    display = Display(quiet=quiet)
    try:
        with display:
            from materials_cli.archive import Archive  # noqa: PLC0415 - what it needs takes long to import
            from materials_cli.cli.trust import executor_of  # noqa: PLC0415 - as above

            executor = executor_of(here.config, executor)
            config = replace(here.config, single_writer=here.config.single_writer or alone)
            archived = Archive(config.archive, config, progress=display.step, executor=executor)
            for run in archived.sync(chosen, **accepted):
                with display.paused():
                    if not as_json:
                        print_report(run, display.course, quiet=quiet)
                    if run.failure and len(chosen) > 1:
                        refusals.show(run.collection, run.failure)
                runs.append(run)
    except KeyboardInterrupt:
        if slug := display.course.collection:
            where = {"collection": slug, "where": display.course.interrupted}
            with suppress(OSError):  # a terminal that was closed
                say(tr("{collection}: interrupted. {where}. `materials sync` goes on from there.", **where))
        raise
    if len(chosen) == 1 and runs and runs[0].failure:
        raise runs[0].failure
    return runs


def _say_what_is_unused(here: ArchiveContext) -> None:
    """Say which settings a scheduled sync of this archive would leave out."""
    from materials_cli.cli.trust import permitted  # noqa: PLC0415 - TAB and `--help` do without what it needs

    print_notices(tuple(filter(None, [permitted(here.config).notice])))


def _status(run: Run) -> ExitStatus:
    if run.failure:
        return run.failure.status
    return ExitStatus.PARTIAL if run.failures else ExitStatus.DONE


def print_report(report: Run, course: Course, *, quiet: bool) -> None:
    """Print what a run did and how long it took; of one that ended early, only the notices, since the error says the rest."""
    if report.failure:
        print_notices(() if quiet else report.notices)
        return
    if not quiet:
        done = ", ".join((changes(report.counts) or tr("no changes"), *rest(report.unchanged, report.left_out)))
        fetched = tr("{size} fetched", size=size(report.bytes)) if report.bytes else tr("nothing downloaded")
        say(f"{report.collection}: {done}; {fetched}.")
        for part in course.summary():
            say(f"  {part}", style="dim")
        if left := course.left_from_before:
            say(
                "  "
                + trn(
                    "The text of {count} file was extracted that an earlier run had left.",
                    "The text of {count} files was extracted that an earlier run had left.",
                    left,
                )
            )
        print_notices(report.notices)
    print_failures(report.failures)
