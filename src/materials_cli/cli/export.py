"""`materials export`: what the archive holds, in other people's formats."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.complete import complete_collection
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import print_json, say
from materials_cli.cli.progress import Display
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.formats import FORMATS, Request, Wrote
from materials_cli.messages import counted, msg, tr, verbatim


def _complete_format(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def export(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="xlsx, csv, bibtex …: materials help formats", autocompletion=_complete_format),
    ],
    collections: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COLLECTION]...", help="Only these collections.", show_default=False, autocompletion=complete_collection
        ),
    ] = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="PLACE", help="The file or folder to make; it must not exist yet.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Write what the archive holds in a format that others use.

    xlsx is a workbook for Excel and LibreOffice, csv a table, jsonl for programs. `materials help formats` tells of all others:
    those of archives, repositories and reference managers.

    Example: materials export xlsx --to workshop.xlsx
    """
    found = FORMATS.get(kind.lower().removeprefix("."))
    if found is None:
        what = msg("“{name}” is not a format; choose from {known}.", name=kind, known=", ".join(FORMATS))
        raise MaterialsError(Code.BAD_USAGE, what)
    here = ArchiveContext.of(context, archive)
    slugs = here.slugs(collections)
    name = "-".join(slugs) or here.config.archive.absolute().name or "materials"
    target = (to or Path(name if found.suffix else f"{name}-{kind}")).expanduser().absolute()
    if found.suffix and not target.name.lower().endswith(found.suffix):
        target = target.with_name(f"{target.name}{found.suffix}")
    if target.exists() or target.is_symlink():
        raise MaterialsError(
            Code.BAD_USAGE, msg("Something is there already; nothing is overwritten."), where=str(target),
            fix=verbatim("--to …"),
        )  # fmt: skip
    if not target.parent.is_dir():
        raise MaterialsError(Code.BAD_USAGE, msg("The folder does not exist."), where=str(target.parent))
    with here.catalogue() as catalogue, Display(quiet=as_json) as display:
        request = Request(here.store, catalogue, here.config.collections, tuple(slugs), target, display.step)
        wrote = found.write(request)
    if as_json:
        result = {"format": kind, "path": str(target), "items": wrote.items, "notes": wrote.notes, "flaws": wrote.flaws}
        print_json("materials/export@1", [result])
    else:
        _print(target, wrote)
    if wrote.flaws:
        raise typer.Exit(int(ExitStatus.INTEGRITY))


def _print(target: Path, wrote: Wrote) -> None:
    say(tr("Written: {path} ({count})", path=target, count=counted(wrote.items, "item")))
    for note in wrote.notes:
        say(tr(note), style="yellow")
    for flaw in wrote.flaws:
        say(tr(flaw), style="bold red")
    if wrote.flaws:
        say(tr("They are not in it. What helps: `materials verify`"), style="bold red")
    say(tr(wrote.advice))
