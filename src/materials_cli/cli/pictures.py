"""`materials pictures`: draw a picture of every slide and page. It works offline."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from materials_cli.cli.actions import print_failures
from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption, QuietOption
from materials_cli.cli.items import next_step
from materials_cli.cli.output import err, print_hanging, print_json, say, styled
from materials_cli.cli.progress import Display
from materials_cli.errors import ExitStatus
from materials_cli.messages import counted, msgid, tr, trn
from materials_cli.pictures.kept import CARD, DOCUMENT_SVG, LIBREOFFICE, PDFIUM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from materials_cli.pictures.draw import Pictured, PictureReport

_MOST_NOTES = 20
_REMEDIES = {
    DOCUMENT_SVG: msgid(
        "To draw slides, in the folder of the program: uv tool install '.[pictures]' (or pip install '.[pictures]')"
    ),
    PDFIUM: msgid(
        "To draw slides and pages, in the folder of the program: uv tool install '.[pictures]' (or pip install '.[pictures]')"
    ),
    LIBREOFFICE: msgid("To draw ppt, odp, doc, docx and odt: install LibreOffice (https://www.libreoffice.org)"),
}


def pictures(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Draw everything again.")] = False,
    best: Annotated[
        bool, typer.Option("--best", help="Draw all slides with LibreOffice: slower, and closer to the original.")
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Draw a picture of every slide and page.

    Without options, only what has no picture yet is drawn; with `pictures = true` in its settings, a collection is drawn after
    each sync.
    The pictures are kept in .materials/pictures and can be drawn again at any time.

    Example: materials pictures samarkand-2025
    """
    here = ArchiveContext.of(context, archive)
    with Display(quiet=quiet) as display:
        from materials_cli.picturing import draw_pictures  # noqa: PLC0415 - what it needs takes long to import

        archived = here.opened(display.step)
        report = draw_pictures(archived, collections or (), again=everything, best=best)
    if as_json:
        print_json(
            "materials/pictures@1",
            [_row(each, now=now) for each, now in [*((d, True) for d in report.drawn), *((r, False) for r in report.ready)]],
            absent=[gone.path for gone in report.absent],
            dropped=report.dropped,
        )
    elif not quiet:
        _print(report, next_step(here.config, tr("There are no slides or pages to draw."), synced=False))
    for gone in report.absent[:_MOST_NOTES]:
        line = tr("missing or changed  {path}: `materials verify` says what to do", path=gone.path)
        err().print(styled(f"  {line}", "red"), soft_wrap=True)
    print_failures(report.failures)
    if report.stopped:
        raise report.stopped
    if report.failures:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _print(report: "PictureReport", nothing: str) -> None:
    """Print how much was drawn by what, what was not and why, and what to install for more; nothing: if there is nothing."""
    if not report.drawn and not report.ready:
        say(nothing)
        return
    if report.drawn:
        _print_counts(report.drawn)
    else:
        say(tr("All pictures are up to date. `materials pictures --all` draws everything again."))
    whole = [*report.drawn, *report.ready]
    noted = [each for each in whole if each.note and not each.lacks]
    for each in noted[:_MOST_NOTES]:
        print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), f"{each.item.path}: {tr(each.note or '')}", "yellow")
    if len(noted) > _MOST_NOTES:
        say(f"  {trn('… and {count} more', '… and {count} more', len(noted) - _MOST_NOTES)}")
    for tool, remedy in _REMEDIES.items():
        if lacking := sum(each.lacks == tool for each in whole):
            line = trn("{count} file shows its text only.", "{count} files show their text only.", lacking)
            print_hanging(err(), styled(f"  {tr('note')}  ", "yellow"), f"{line} {tr(remedy)}", "yellow")
    if report.dropped:
        say(
            trn(
                "Pictures of {count} file that is no longer held were dropped.",
                "Pictures of {count} files that are no longer held were dropped.",
                report.dropped,
            )
        )


def _print_counts(drawn: "Sequence[Pictured]") -> None:
    units, tools = Counter[str](), Counter[str]()
    for each in drawn:
        tools.update(each.by)
        units[each.unit] += sum(count for by, count in each.by.items() if by != CARD)
    cards = tools.pop(CARD, 0)
    if sections := ", ".join(tr(counted(count, unit)) for unit, count in units.most_common() if count):
        by = ", ".join(f"{tool} {count:,}" for tool, count in tools.most_common())
        files = counted(sum(any(by != CARD for by in each.by) for each in drawn), "file")
        say(tr("Drawn: {sections} of {files} ({by}).", sections=sections, files=files, by=by))
    if cards:
        say(
            trn(
                "{count} card with text only, where the slide or page could not be drawn.",
                "{count} cards with text only, where the slide or page could not be drawn.",
                cards,
            )
        )


def _row(pictured: "Pictured", *, now: bool) -> dict[str, Any]:
    return {
        "item": pictured.item.id,
        "path": pictured.item.path,
        "unit": pictured.unit,
        "pictures": sum(pictured.by.values()),
        "by": dict(pictured.by),
        "drawn_now": now,
        "note": pictured.note,
        "lacks": pictured.lacks or None,
    }
