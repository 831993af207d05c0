"""`materials rebuild`: make a lost or damaged catalogue anew, without connecting to Drive."""

from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, QuietOption
from materials_cli.cli.output import err, print_hanging, print_json, say, styled
from materials_cli.cli.progress import Display
from materials_cli.errors import ExitStatus
from materials_cli.messages import counted, number, tr, trn
from materials_cli.rebuild import Base, Rebuilt


def rebuild(
    context: typer.Context,
    *,
    accept_losses: Annotated[
        bool, typer.Option("--accept-losses", help="Report what could not be recovered one last time.")
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Rebuild a lost or damaged catalogue from its copy, the manifest and the files.

    Every file is read and compared with the manifest; what does not match is listed and left alone. The old catalogue is moved
    aside, and nothing is deleted. An intact catalogue stays, and takes in what only the manifest knows.

    The exit status is 3 if a file or an item could not be recovered. Until it is back, `materials status` lists it. A
    sync fetches what Drive still has; for the rest, put the files of a backup back in their place and rebuild again.

    Example: materials rebuild
    """
    here = ArchiveContext.of(context, archive)
    with Display(quiet=quiet) as display:
        made = here.opened(display.step).rebuild(accept_losses=accept_losses)
    if as_json:
        rows = [{"place": lost.place, "reason": lost.reason} for lost in made.refused]
        print_json("materials/rebuild@1", rows, **_totals(made))
    else:
        if not quiet:
            _print(made)
        for lost in made.refused:
            print_hanging(err(), styled(f"  {tr('lost')}  ", "red"), f"{lost.place}: {tr(lost.reason)}", "red")
    if made.refused and not accept_losses:
        raise typer.Exit(int(ExitStatus.PARTIAL))


def _totals(made: Rebuilt) -> dict[str, object]:
    return {
        "from": str(made.base),
        "known": made.items,
        "taken": {"held": made.held, "withdrawn": made.withdrawn, "versions": made.versions},
        "events": {"recovered": made.events, "lost": made.lost_events},
        "unnamed": made.unnamed,
        "aside": made.aside or None,
        "last_hash": made.last_hash or None,
    }


def _print(made: Rebuilt) -> None:
    """Print what was done and what it means."""
    if not made.changed:
        say(
            trn(
                "The catalogue is intact and complete: {count} item.",
                "The catalogue is intact and complete: {count} items.",
                made.items,
            )
        )
    elif made.base is not Base.PRESENT:
        say(tr(made.summary))
    if (made.held, made.withdrawn, made.versions) != (0, 0, 0):
        say(
            tr(
                "Recovered: in the mirror {held}, withdrawn {withdrawn}, earlier versions {versions}.",
                held=number(made.held),
                withdrawn=number(made.withdrawn),
                versions=number(made.versions),
            )
        )
    if made.base is Base.MANIFEST:
        say(tr("Its record of runs and events could not be recovered: the history begins anew."))
    if made.events or made.lost_events:
        recovered, lost = counted(made.events, "event"), number(made.lost_events)
        say(
            tr(
                "Read in the damaged catalogue: {events} of its history; not recovered: {lost}.",
                events=tr(recovered),
                lost=lost,
            )
        )
    if made.last_hash:
        say(tr("Last known hash of the history before: {hash}", hash=made.last_hash))
    if made.unnamed:
        say(
            trn(
                "{count} file in .materials/versions belongs to no known item; it stays there.",
                "{count} files in .materials/versions belong to no known item; they stay there.",
                made.unnamed,
            )
        )
    if made.aside:
        say(tr("The old catalogue and manifest are kept in {place}.", place=made.aside))
