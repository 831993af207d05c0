"""`materials index`: extract text from archived files again. It works offline and never imports Google's libraries."""

from collections import Counter
from typing import Annotated, Any

import typer

from materials_cli.cli.actions import print_failures, print_notices
from materials_cli.cli.complete import complete_item
from materials_cli.cli.context import (
    ArchiveContext,
    ArchiveOption,
    CollectionsArgument,
    ExecutorOption,
    JsonOption,
    QuietOption,
)
from materials_cli.cli.items import find_item, next_step
from materials_cli.cli.output import err, print_hanging, print_json, say, styled
from materials_cli.cli.progress import Display
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.meaning.prepare import Prepared
from materials_cli.messages import counted, msg, tr, trn, verbatim
from materials_cli.sync.texts import Read, ReadingReport

_MOST_NOTES = 20


def index(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    item: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            metavar="ITEM",
            help="Only this item: path, id or words of its name (repeatable).",
            autocompletion=complete_item,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Read everything again.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Read again what could not be read, or only partly.")] = False,
    collection: Annotated[list[str] | None, typer.Option("--collection", "-c", hidden=True)] = None,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Extract text from the archived files, so that `search` finds it.

    A sync does this automatically. Without options, files without text and files read by an older version are processed.

    Example: materials index --failed
    """
    here = ArchiveContext.of(context, archive)
    slugs, items = _meant(here, [*(collections or ()), *(collection or ())], item or [])
    if sum((bool(items), everything, failed)) > 1:
        raise MaterialsError(
            Code.BAD_USAGE, msg("Give only one of an item, --all and --failed."), fix=verbatim("materials index --all")
        )
    named = None
    if items:
        with here.catalogue() as catalogue:
            named = [find_item(here, catalogue, [words]) for words in items]
    with Display(quiet=quiet) as display:
        from materials_cli.cli.trust import executor_of, permitted  # noqa: PLC0415 - TAB and `--help` do without what it needs

        reader = here.opened(display.step, executor_of(here.config, executor))
        report = reader.index(slugs, items=named, everything=everything, failed=failed)
    if as_json:
        print_json(
            "materials/index@1",
            [_row(read) for read in sorted(report.read, key=lambda read: read.item.path)],
            absent=[gone.path for gone in report.absent],
            by_meaning=_prepared_row(report.prepared),
        )
    elif not quiet:
        nothing = tr("All text is up to date. `materials index --all` reads everything again.")
        _print(report, next_step(here.config, nothing, synced=False))
        if not executor:
            print_notices(tuple(filter(None, [permitted(here.config).only("executor").notice])))
    for gone in report.absent[:_MOST_NOTES]:
        line = tr("missing  {path}: `materials sync` restores it", path=gone.path)
        err().print(styled(f"  {line}", "red"), soft_wrap=True)
    print_failures(report.failures)
    if report.failures:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _meant(here: ArchiveContext, names: list[str], items: list[str]) -> tuple[list[str], list[str]]:
    """Collections and items. Names that are not collections are the words of an item, as before --item existed."""
    known = {collection.slug for collection in here.config.collections}
    return (names, items) if known.issuperset(names) else ([], [*items, " ".join(names)])


def _print(report: ReadingReport, nothing: str) -> None:
    """Print counts by kind of section, sections without text, all notes, and how many texts can be searched by meaning.

    nothing: what to print if there was nothing to read.
    """
    if report.read:
        _print_read(report)
    else:
        say(nothing)
    if prepared := report.prepared:
        _print_prepared(prepared)


def _print_prepared(prepared: Prepared) -> None:
    ready = prepared.made + prepared.ready
    say(trn("Search by meaning: {count} text is ready.", "Search by meaning: {count} texts are ready.", ready))
    if prepared.note:
        print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), tr(prepared.note), "yellow")
    elif prepared.failed:
        say(trn("{count} text could not be prepared.", "{count} texts could not be prepared.", prepared.failed), style="yellow")


def _print_read(report: ReadingReport) -> None:
    units, silent = Counter[str](), Counter[str]()
    for read in report.read:
        units[read.unit] += read.sections
        silent[read.unit] += read.silent
    if held := _listed(units, ", "):
        say(trn("Read {count} item: {sections}.", "Read {count} items: {sections}.", len(report.read), sections=held))
    else:
        say(trn("Read {count} item: no text found.", "Read {count} items: no text found.", len(report.read)))
    if without := _listed(silent, f" {tr('and')} "):
        say(trn("{sections} without text.", "{sections} without text.", silent.total(), sections=without))
    if seen := sum(read.recognised for read in report.read):
        say(
            trn(
                "Text was recognised in {count} picture (OCR).",
                "Text was recognised in {count} pictures (OCR).",
                seen,
            )
        )
    noted = [read for read in report.read if read.note]
    for read in noted[:_MOST_NOTES]:
        print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), f"{read.item.path}: {tr(read.note or '')}", "yellow")
    if len(noted) > _MOST_NOTES:
        more = trn("… and {count} more: materials status", "… and {count} more: materials status", len(noted) - _MOST_NOTES)
        say(f"  {more}")


def _listed(counts: Counter[str], separator: str) -> str:
    """How many sections of each unit there are, the most first."""
    return separator.join(tr(counted(count, unit)) for unit, count in counts.most_common() if count)


def _prepared_row(prepared: Prepared | None) -> dict[str, Any] | None:
    if prepared is None:
        return None
    return {
        "prepared_now": prepared.made, "ready": prepared.made + prepared.ready, "failed": prepared.failed,
        "dropped": prepared.dropped, "note": prepared.note,
    }  # fmt: skip


def _row(read: Read) -> dict[str, Any]:
    return {
        "item": read.item.id,
        "path": read.item.path,
        "unit": read.unit,
        "sections": read.sections,
        "without_text": read.silent,
        "ocr": read.recognised,
        "note": read.note,
    }
