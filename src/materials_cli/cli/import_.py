"""`materials import`: a bag that somebody handed over becomes an archive again."""

from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import JsonOption
from materials_cli.cli.output import print_json, say, say_whole
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import counted, msg, number, tr, verbatim


def import_bag(
    source: Annotated[Path, typer.Argument(metavar="BAG", help="The folder or zip that `materials export` wrote.")],
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FOLDER",
            help="The archive's folder, which must not exist yet [default: named after the bag].",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make an archive again from a bag that was handed over.

    Every byte is checked first; if one is wrong, or a file is missing or added, nothing is written and the exit status is 5.
    The history comes along. What its settings may do to this computer waits until you confirm it: materials trust.

    Example: materials import /media/stick/samarkand --to samarkand
    """  # fmt: skip
    if not source.exists():
        raise MaterialsError(Code.BAD_USAGE, msg("There is nothing at this path."), where=str(source))
    target = (to or Path(source.resolve().name.removesuffix(".zip"))).expanduser().absolute()
    if target.exists() or target.is_symlink():
        raise MaterialsError(
            Code.BAD_USAGE, msg("Something is there already; nothing is overwritten."), where=str(target),
            fix=verbatim("--to …"),
        )  # fmt: skip
    if not target.parent.is_dir():
        raise MaterialsError(Code.BAD_USAGE, msg("The folder does not exist."), where=str(target.parent))
    from materials_cli.takeover import take_over  # noqa: PLC0415 - what it needs takes long to import

    with Display(quiet=as_json, bytes_are=Phase.VERIFYING) as display:
        made = take_over(source, target, display.step)
    if as_json:
        result = {"path": str(target), "items": made.items, "versions": made.versions, "events": made.events}
        print_json("materials/import@1", [result])
        return
    events, versions = number(made.events), number(made.versions)
    say(
        tr("Imported: {path} ({items}; earlier versions: {versions}; events of its history: {events})", path=target,
           items=counted(made.items, "item"), versions=versions, events=events)
    )  # fmt: skip
    say_whole(tr("To check its history: {command}", command=f"materials history --check --archive {target}"))
