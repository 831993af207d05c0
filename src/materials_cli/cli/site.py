"""`materials site`: the catalogue as pages, for people without this program."""

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, CollectionsArgument, JsonOption
from materials_cli.cli.far import answered, context_at
from materials_cli.cli.items import next_step
from materials_cli.cli.output import print_json, say
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.cli.scope import InOption, Several, require_any, say_notes, settings_around
from materials_cli.config import Collection
from materials_cli.disk import reason
from materials_cli.errors import Code, ExitStatus, MaterialsError, SignalInterrupt, as_failure
from materials_cli.interrupts import Interrupts
from materials_cli.messages import Message, counted, msg, tr, trn
from materials_cli.slugs import refuse_reserved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from materials_cli.catalogue.items import Catalogue
    from materials_cli.site.build import Made
    from materials_cli.site.holdings import Holdings
    from materials_cli.store.mirror import Store

_FOLDER = Path("catalogue")


def site(  # noqa: PLR0913 - each argument is an option of the command
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="DIR", help="The folder to write; a catalogue in it is updated.", show_default="catalogue"
        ),
    ] = None,
    single: Annotated[
        Path | None, typer.Option("--single", metavar="FILE", help="Write one file that holds everything but the decks.")
    ] = None,
    with_files: Annotated[
        bool, typer.Option("--with-files", help="Copy the files themselves into the folder, to be downloaded from its pages.")
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Only what was cleared for publication: see materials triage.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Show it over HTTP, to browsers on this computer, until Ctrl-C.")
    ] = False,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="With --serve: the port (0: any).")] = 0,
    places: InOption = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Write the catalogue as pages that open by double-click.

    Needs no network, no server and no program but a browser, on any computer. A catalogue that is there already is updated.

    With --public, it has no speaker notes, hidden slides, comments, owners or earlier versions, and nothing of an item that is
    withheld or undecided, not even its name.

    With --in, it holds what several archives hold, and each collection says which archive it is from; status 3 if one of them
    could not be read.

    The exit status is 5 if a file is missing or damaged on this disk, and so was not copied (--with-files).

    Example: materials site --to catalogue
    """
    here = ArchiveContext.of(context, archive)
    if places and with_files:
        what = msg("--in and --with-files cannot be combined.")
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Use only one of them."))
    chosen = () if places else here.collections(collections)
    notes: dict[str, Message] = {}
    from materials_cli.export.formats import Request  # noqa: PLC0415 - what it needs takes long to import
    from materials_cli.site.build import at_once, build_folder  # noqa: PLC0415 - as above

    made: dict[Path, Made | None] = {}
    with Interrupts(), ExitStack() as stack:
        with Display(bytes_are=Phase.COPYING) as display, ExitStack() as opened:
            ask = at_once
            if places:
                holdings, held, notes, folders = _read_several(here, places, collections or (), public=public)
                ask = partial(_of_several, folders, notes)
            else:
                catalogue = opened.enter_context(here.catalogue())
                holdings, held = _read(here.store, catalogue, chosen, public=public)
            if single:
                file = _placed(single, here, "--single")
                _write_file(holdings, file, far=bool(places))
                made[file] = None
            if to or serve or not single:
                folder = _target(to, stack, here, temporary=serve and not to)
                request = Request(here.store, catalogue, chosen, (), folder, display.step) if with_files else None
                made[folder / "index.html"] = build_folder(holdings, folder, request, ask=ask)
        _tell(_count(holdings), made, as_json=as_json, temporary=serve and not to)
        say_notes(notes)
        if not as_json:
            _remark(here, held, held - _count(holdings), several=bool(places), public=public)
        if serve:
            _serve(folder, port)
    _fail_for_flaws(made, notes)


def _read(store: "Store", catalogue: "Catalogue", chosen: "Sequence[Collection]", *, public: bool) -> "tuple[Holdings, int]":
    """What is shown of an archive, and how many items it holds."""
    from materials_cli.site.holdings import read_holdings  # noqa: PLC0415 - see site()
    from materials_cli.site.public import published  # noqa: PLC0415 - as above
    from materials_cli.triage.release import Releases  # noqa: PLC0415 - as above

    holdings = read_holdings(store, catalogue, chosen)
    return (published(holdings, Releases(store, catalogue)) if public else holdings), _count(holdings)


def _read_several(
    here: ArchiveContext, places: "Sequence[str]", slugs: "Sequence[str]", *, public: bool
) -> "tuple[Holdings, int, dict[str, Message], Mapping[str, Path]]":
    """The same of several archives, why some could not be read, and where they are, by their names.

    slugs: only these collections of any of them.
    """
    from materials_cli.site.several import joined  # noqa: PLC0415 - as above

    scope = Several(places, settings_around(here, places))
    say_notes(scope.remarks)
    parts, held, notes, folders = [], 0, dict(scope.notes), dict[str, Path]()
    for name, root in scope.roots.items():
        try:
            there = context_at(root)
            read, count = there.asked(partial(_read_there, there, slugs, public=public))
        except Exception as error:  # noqa: BLE001 - the border around one archive
            notes[name] = as_failure(error).what
        else:
            parts.append((name, read))
            folders[name] = there.config.archive
            held += count
    require_any(parts, notes)
    return joined(parts), held, notes, folders


def _read_there(
    there: ArchiveContext, slugs: "Sequence[str]", catalogue: "Catalogue", *, public: bool
) -> "tuple[Holdings, int]":
    """The same of an archive elsewhere, which may hold collections that its settings do not name."""
    known = {each.slug: each for each in there.config.collections}
    for slug in sorted(catalogue.collections() - known.keys()):
        known[slug] = Collection(slug=slug, link="")
        refuse_reserved(slug)
    chosen = [each for slug, each in known.items() if not slugs or slug in slugs]
    return _read(there.store, catalogue, chosen, public=public)


def _write_file(holdings: "Holdings", file: Path, *, far: bool) -> None:
    """Write the one file. far: its pictures lie on disks that may go."""
    from materials_cli.site.build import build_file  # noqa: PLC0415 - see site()

    write = partial(build_file, holdings, file)
    answered(file, write) if far else write()


def _of_several(
    folders: "Mapping[str, Path]", notes: dict[str, Message], file: Path, read: "Callable[[], bytes | None]"
) -> bytes | None:
    """What is read of a file of several archives; None if the disk of its archive does not answer, which becomes a note."""
    name, folder = next((name, folder) for name, folder in folders.items() if file.is_relative_to(folder))
    try:
        return answered(folder, read)
    except MaterialsError as error:
        notes[name] = error.what
        return None


def _target(to: Path | None, stack: ExitStack, here: ArchiveContext, *, temporary: bool) -> Path:
    """The folder to write; for what is only to be shown, one that goes with the command."""
    if temporary:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="materials-")), "catalogue")
    return _placed(to or _FOLDER, here, "--to")


def _placed(path: Path, here: ArchiveContext, option: str) -> Path:
    """Where to write; raise bad_usage if there is no folder for it, or if it is among the files of the archive."""
    target = here.outside(path, option)
    if not target.parent.is_dir():
        raise MaterialsError(Code.BAD_USAGE, msg("The folder does not exist."), where=str(target.parent))
    return target


def _count(holdings: "Holdings") -> int:
    return sum(1 for _ in holdings.items)


def _tell(count: int, made: "dict[Path, Made | None]", *, as_json: bool, temporary: bool) -> None:
    if as_json:
        flaws = {path: result.flaws if result else () for path, result in made.items()}
        print_json("materials/site@1", [{"path": str(path), "items": count, "flaws": flaws[path]} for path in made])
        return
    for flaw in (flaw for result in made.values() if result for flaw in result.flaws):
        say(tr(flaw), style="bold red")
    if not temporary:
        say(tr("The catalogue is written ({count}). Open it by double-click:", count=counted(count, "item")))
        for path in made:
            say(f"  {path}", style="bold")


def _remark(here: ArchiveContext, held: int, withheld: int, *, several: bool, public: bool) -> None:
    """Say for whom it is, or that the archive here holds nothing yet."""
    if not (held or several):
        say(next_step(here.config, tr("Nothing is in it. Next: materials sync")), style="yellow")
    elif withheld:
        say(trn("{count} item is withheld or undecided: materials triage",
                "{count} items are withheld or undecided: materials triage", withheld))  # fmt: skip
    elif not public:
        say(tr("It has speaker notes and hidden slides, too. To publish it without them: materials site --public"))


def _serve(folder: Path, port: int) -> None:
    from materials_cli.site.serve import serve  # noqa: PLC0415 - seldom needed

    def ready(address: str) -> None:
        say(tr("The catalogue is shown on {address} to browsers on this computer. Press Ctrl-C to stop it.", address=address))

    try:
        serve(folder, port, ready)
    except OSError as error:
        what = msg("Port {port} cannot be used: {reason}.", port=str(port), reason=reason(error))
        raise MaterialsError(Code.BAD_USAGE, what, fix=msg("Choose another --port.")) from error
    except SignalInterrupt:
        raise
    except KeyboardInterrupt:
        say(tr("Stopped."))


def _fail_for_flaws(made: "dict[Path, Made | None]", notes: "Mapping[str, Message]") -> None:
    flaws = sum(len(result.flaws) for result in made.values() if result)
    unread = sum(result.unread for result in made.values() if result)
    if flaws or notes:
        raise typer.Exit(int(ExitStatus.PARTIAL if flaws == unread else ExitStatus.INTEGRITY))
