"""`materials export`: what the archive holds, in other people's formats."""

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.complete import complete_collection
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, free_place
from materials_cli.cli.items import next_step
from materials_cli.cli.output import print_json, say
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.export.formats import FORMATS, Options, Wrote
from materials_cli.messages import counted, msg, tr, verbatim

_DEFAULT = "bag"


def _complete_format(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def export(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(metavar="[FORMAT]", help="bag, xlsx, csv …: materials help formats", autocompletion=_complete_format),
    ] = _DEFAULT,
    collections: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COLLECTION]...", help="Only these collections.", autocompletion=complete_collection),
    ] = None,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="PLACE", help="The file or folder to make; it must not exist yet.")
    ] = None,
    versions: Annotated[bool, typer.Option("--versions", help="Include earlier versions and withdrawn items.")] = False,
    hard_links: Annotated[
        bool, typer.Option("--hard-links", help="Link the files instead of copying them: editing the copy edits the archive.")
    ] = False,
    zipped: Annotated[bool, typer.Option("--zip", help="One zip file instead of a folder.")] = False,
    sign: Annotated[
        Path | None,
        typer.Option(
            "--sign",
            metavar="KEY",
            help="Sign the bag with this key of ssh-keygen or minisign.",
            envvar="MATERIALS_SIGN_KEY",
            show_envvar=True,
        ),
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Write what the archive holds in a format that others use.

    bag has the files and everything that is known about them, for another archive. xlsx is a workbook for Excel and
    LibreOffice, csv a table, jsonl is for programs. `materials help formats` lists all others: for archives, repositories
    and reference managers.

    The exit status is 5 if a file is missing or damaged on this disk, and so missing from the export; 3 if you may not read it.

    Example: materials export bag samarkand-2025 --to /media/stick/samarkand
    """
    here = ArchiveContext.of(context, archive)
    kind, collections = _chosen(kind, collections, [each.slug for each in here.config.collections])
    if sign and "sign" not in FORMATS[kind].options and str(sign) == os.environ.get("MATERIALS_SIGN_KEY"):
        sign = None
    options = Options(versions=versions, hard_links=hard_links, zip=zipped, sign=sign)
    _refuse_other_options(kind, options)
    slugs = here.slugs(collections)
    target = _target(kind, to, "-".join(slugs) or here.config.archive.absolute().name or "materials", options)
    target = free_place(here.outside(target, "--to"), "--to")
    from materials_cli.handover import hand_over  # noqa: PLC0415 - what it needs takes long to import

    with Display(bytes_are=Phase.COPYING) as display:
        opened = here.opened(display.step)
        wrote = hand_over(opened, kind, slugs, target, display.step, options)
    if as_json:
        result = {"format": kind, "path": str(target), "items": wrote.items, "notes": wrote.notes, "flaws": wrote.flaws}
        print_json("materials/export@1", [{**result, "sha256": wrote.proof or None}])
    else:
        _print(target, wrote)
        if not wrote.items:
            say(next_step(here.config, tr("Nothing is in it. Next: materials sync")), style="yellow")
    if wrote.flaws:
        raise typer.Exit(int(ExitStatus.PARTIAL if len(wrote.flaws) == wrote.unread else ExitStatus.INTEGRITY))


def _chosen(kind: str, collections: list[str] | None, known: list[str]) -> tuple[str, list[str]]:
    """The format and the collections; a collection may be named without a format."""
    name = kind.lower().removeprefix(".")
    if name in FORMATS:
        return name, collections or []
    if kind in known:
        return _DEFAULT, [kind, *(collections or [])]
    what = msg("“{name}” is not a format; choose from {known}.", name=kind, known=", ".join(FORMATS))
    raise MaterialsError(Code.BAD_USAGE, what, fix=verbatim("materials help formats"))


def _refuse_other_options(kind: str, options: Options) -> None:
    for name in Options.__slots__:
        if getattr(options, name) and name not in FORMATS[kind].options:
            option = f"--{name.replace('_', '-')}"
            what = msg("The format “{name}” has no option {option}.", name=kind, option=option)
            raise MaterialsError(Code.BAD_USAGE, what)


def _target(kind: str, to: Path | None, name: str, options: Options) -> Path:
    """Where to write: a file in a folder that is there, or a new folder; raise bad_usage for a folder in one that is there."""
    found = FORMATS[kind]
    suffix = ".zip" if options.zip else found.suffix
    own = name if suffix else f"{name}-{kind}"
    target = (to or Path(own)).expanduser().absolute()
    if to and target.is_dir():
        if not suffix:
            raise MaterialsError(
                Code.BAD_USAGE, msg("Something is there already; nothing is overwritten."), where=str(target),
                fix=msg("To write a folder of its own into it: --to {place}", place=shlex.quote(str(target / own))),
            )  # fmt: skip
        target /= own
    if suffix and not target.name.lower().endswith(suffix):
        target = target.with_name(f"{target.name}{suffix}")
    return target


def _print(target: Path, wrote: Wrote) -> None:
    say(tr("Written: {path} ({count})", path=target, count=counted(wrote.items, "item")))
    for note in wrote.notes:
        say(tr(note), style="yellow")
    for flaw in wrote.flaws:
        say(tr(flaw), style="bold red")
    if wrote.flaws:
        say(tr("They are not in it. `materials verify` says what to do."), style="bold red")
    say(tr(wrote.advice))
