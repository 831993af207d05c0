"""`materials changes`: a digest of what has changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from materials_cli.cli.actions import no_runs
from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionOption, JsonOption, limit_option
from materials_cli.cli.items import next_step
from materials_cli.cli.output import is_terminal, out, paged, print_json, print_raw, print_wrapped, safe, say, styled
from materials_cli.export import digest as telling
from materials_cli.export.digest import Chapter
from materials_cli.export.rows import run_row
from materials_cli.history.digest import digest
from materials_cli.messages import language, tr, trn

_MOST_DRAWN = 20


class Form(StrEnum):
    """The output formats of `changes`."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


def changes(
    context: typer.Context,
    *,
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar="last|DATE|RUN", help="The last run, everything since a date, or everything after a run number."
        ),
    ] = "last",
    collection: CollectionOption = None,
    limit: Annotated[int | None, limit_option("Maximum number of items for each type of change.")] = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="Output format.")] = Form.TEXT,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show what has changed.

    Lists new, replaced, renamed and withdrawn items and changes to their text.

    Example: materials changes --since 2025-06-01
    """
    most = limit or (telling.MAX_LINES if form is not Form.TEXT or not is_terminal() else _MOST_DRAWN)
    here = ArchiveContext.of(context, archive)
    chosen = here.slugs(collection)
    with here.catalogue() as catalogue:
        runs = catalogue.runs_since(since, chosen, datetime.now(UTC))
        brought = digest(runs, catalogue.events(runs))
        earlier, rebuilt = catalogue.runs(chosen, changing=True, limit=1), catalogue.rebuildings()
    if as_json:
        print_json(
            "materials/changes@1",
            [telling.changed_row(change) for change in brought.changed],
            since=since,
            summary=dict(telling.summary(brought)),
            runs=[run_row(run) for run in brought.runs],
            head=brought.head or None,
        )
    elif form is Form.HTML:
        print_raw(
            telling.to_html(brought, tr("What has changed in {archive}", archive=here.config.archive.name), language(), most)
        )
    elif form is Form.MARKDOWN:
        print_raw(telling.to_markdown(brought, language(), most))
    elif is_terminal():
        with paged():
            _print_chapters(telling.chapters(brought, most))
    else:
        print_raw(telling.to_text(brought, language(), most))
    if not runs:
        say(tr("There have been no runs since then.") if earlier else next_step(here.config, no_runs(rebuilt)))
    elif not brought.changed and earlier:
        say(tr("To see the last run that changed something: materials changes --since {run}", run=str(earlier[0].id - 1)))


def _print_chapters(chapters: Iterable[Chapter]) -> None:
    """Print a digest of changes."""
    for number, chapter in enumerate(chapters):
        if number:
            out().print()
        print_wrapped(out(), styled(chapter.collection, "bold").append(f"  {tr(chapter.headline)}"))
        print_wrapped(out(), styled(f"  {tr(chapter.when)}", "dim"))
        for group in chapter.groups:
            out().print()
            print_wrapped(out(), styled(f"  {tr(group.label)}", "red" if group.failed else "cyan"))
            for line in group.lines:
                shown = styled("    ")
                if line.was:
                    shown.append(line.was, "dim").append(" → ", "dim")
                shown.append(line.path).append(f"  {safe(tr(line.remark))}" if line.remark else "", "dim")
                print_wrapped(out(), shown)
            if group.more:
                more = trn("… and {count} more (--json lists all)", "… and {count} more (--json lists all)", group.more)
                print_wrapped(out(), styled(f"    {more}", "dim"))
