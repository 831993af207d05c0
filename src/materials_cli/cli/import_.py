"""`materials import`: a bag becomes an archive again, or a copy of a Drive folder is taken in instead of a download."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.actions import print_failures, print_notices
from materials_cli.cli.complete import complete_collection
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, archives_around, free_place
from materials_cli.cli.output import is_terminal, out, print_hanging, print_json, print_rows, safe, say, say_whole, styled
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.errors import Code, ExitStatus, MaterialsError
from materials_cli.messages import counted, msg, number, tr, trn

if TYPE_CHECKING:
    from materials_cli.config import Collection
    from materials_cli.copies import CopyTaken

_MOST_LINES = 50


def import_bag(
    context: typer.Context,
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE...", help="A bag, as a folder or zip; or copies of a Drive folder, with --link."),
    ],
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FOLDER",
            help="For a bag: the archive's folder, which must not exist yet [default: named after the bag].",
        ),
    ] = None,
    link: Annotated[str | None, typer.Option("--link", metavar="LINK", help="The Drive folder that this is a copy of.")] = None,
    collection: Annotated[
        str | None,
        typer.Option(
            "--collection",
            "-c",
            metavar="NAME",
            help="The collection that this is a copy of, if the archive has it already.",
            autocompletion=complete_collection,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="SLUG", help="With --link: a short name for a new collection.")
    ] = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Restore an archive from a bag, or take in a copy of a Drive folder instead of downloading it.

    A bag that was handed over becomes an archive in a new folder. Every byte is checked first; if one is wrong, or a file
    is missing or added, nothing is written and the exit status is 5. The history comes along. Settings that act on this
    computer are not used until you confirm them: materials trust.

    With --link or --collection, SOURCE is a copy of the folder that you already have: on a memory stick, for example, or
    the zip files that Drive makes when you download it (the other parts of a download are found beside the first). Files
    whose checksum is that of a file on Drive are taken into the archive, and no sync downloads them again. Where Drive
    states no checksum, as for Google documents, name and time must agree. Everything else stays where it is and is
    listed; the exit status is then 3.

    Example: materials import Workshop-20251101T101530Z-001.zip --link "https://drive.google.com/drive/folders/…"
    """  # fmt: skip
    for source in sources:
        if not source.exists():
            raise MaterialsError(Code.BAD_USAGE, msg("There is nothing at this path."), where=str(source))
    if link or collection:
        if to or (link and collection):
            what = msg("--link, --collection and --to cannot be combined.")
            raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Give one of them."))
        _import_copy(ArchiveContext.of(context, archive), sources, link, collection, name, as_json=as_json)
    else:
        _import_bag(ArchiveContext.of(context, archive), sources, to, as_json=as_json)


def _import_bag(here: ArchiveContext, sources: list[Path], to: Path | None, *, as_json: bool) -> None:
    source = sources[0]
    target = free_place(here.outside(to or Path(source.resolve().name.removesuffix(".zip")), "--to"), "--to")
    from materials_cli.copies import is_bag  # noqa: PLC0415 - what they need takes long to import
    from materials_cli.takeover import take_over  # noqa: PLC0415 - as above

    if len(sources) > 1 or not is_bag(source):
        raise MaterialsError(
            Code.BAD_USAGE, msg("This is not one bag that `materials export` wrote."), where=str(source),
            fix=msg("For a copy of a Drive folder, say which: --link LINK or, if it was added before, --collection NAME"),
        )  # fmt: skip
    with Display(bytes_are=Phase.VERIFYING) as display:
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
    for root, _ in archives_around(target):
        say(
            tr("It is inside the folder of another archive, {archive}, which takes no notice of it.", archive=root),
            style="yellow",
        )
    say_whole(tr("To check its history: {command}", command=f"materials history --check --archive {target}"))


def _import_copy(
    here: ArchiveContext, sources: list[Path], link: str | None, slug: str | None, name: str | None, *, as_json: bool
) -> None:
    root = here.folder or (here.named or Path.cwd()).absolute()
    with Display(bytes_are=Phase.COPYING) as display:
        from materials_cli.archive import Archive  # noqa: PLC0415 - what they need takes long to import
        from materials_cli.copies import followed, take_copy  # noqa: PLC0415 - as above

        def chosen() -> "Collection":
            return here.config.collection(slug) if slug else followed(Archive(root, progress=display.step), link or "", name)

        taken = take_copy(root, [source.expanduser() for source in sources], chosen, display.step)
    if as_json:
        counts = {"collection": taken.run.collection, "lacking": taken.offer.lacking}
        print_json("materials/import-copy@1", _rows(taken), **counts, strange=list(taken.strange))
    else:
        _print_copy(taken)
    if taken.offer.left or taken.strange or any(not failure.is_remark for failure in taken.run.failures):
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _print_copy(taken: "CopyTaken") -> None:
    offer, run = taken.offer, taken.run
    if is_terminal():
        for offered, why in offer.left[:_MOST_LINES]:
            print_hanging(out(), styled(f"{tr('left')}  ", "yellow"), f"{safe(offered.shown)}: {tr(why)}")
        if (more := len(offer.left) - _MOST_LINES) > 0:
            say(tr("… and {count} more: --json lists all.", count=more))
    else:
        print_rows(("left", offered.shown, why) for offered, why in offer.left)
    for strange in taken.strange:
        say(tr(strange), style="yellow")
    unproven = sum(not each.verified for each in offer.taken)
    say(
        tr("{collection}: {files} taken from the copy, {here} here already, {left} left where they were; nothing downloaded.",
           collection=run.collection, files=counted(len(offer.taken), "file"), here=len(offer.here), left=len(offer.left))
    )  # fmt: skip
    if unproven:
        say(
            trn("{count} of them by its name and time, since Drive states no checksum of it.",
                "{count} of them by their names and times, since Drive states no checksums of them.", unproven)
        )  # fmt: skip
    print_notices(run.notices)
    print_failures([failure for failure in run.failures if not failure.is_remark])
    for remark in offer.remarks(run.collection):
        say(tr("{what} Next: {command}", what=remark.message, command="materials sync"))


def _rows(taken: "CopyTaken") -> list[dict[str, object]]:
    """Each offered file as a JSON object: what became of it."""
    offer = taken.offer
    told: list[tuple[str, str, str | None, str | None, object]] = [
        *(
            (file.shown, "taken", path, "checksum" if verified else "name_and_time", None)
            for file, path, verified in offer.taken
        ),
        *((file.shown, "here", None, "checksum", None) for file in offer.here),
        *((file.shown, "left", None, None, why) for file, why in offer.left),
    ]
    return [dict(zip(("file", "outcome", "path", "proof", "message"), each, strict=True)) for each in told]
