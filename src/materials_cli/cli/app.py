"""The command line: which commands there are, and the one place that turns failures into text and an exit status."""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from materials_cli import __version__
from materials_cli.cli import auth, changes, collect, explain, index, notify, read, schedule, trial
from materials_cli.errors import ExitStatus, MaterialsError

_LABELS = ("where", "why", "fix")


class FrontDoor(TyperGroup):
    """Every command passes here on its way out."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a failure we can explain is explained, and its status is the exit status."""
        try:
            return super().invoke(ctx)
        except MaterialsError as error:
            show_error(error)
            raise typer.Exit(int(error.status)) from error
        except KeyboardInterrupt as error:
            show_error(MaterialsError("interrupted", "Stopped from the keyboard."))
            raise typer.Exit(int(ExitStatus.INTERRUPTED)) from error
        except BrokenPipeError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(int(ExitStatus.DONE)) from error


app = typer.Typer(
    name="materials",
    cls=FrontDoor,
    help="Keep what workshops publish on Google Drive: mirror the folder, check every byte, find every slide.",
    epilog="First try: materials demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if wanted:
        typer.echo(f"materials {__version__}")
        raise typer.Exit


@app.callback()
def entrance(
    context: typer.Context,
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive", metavar="FOLDER", envvar="MATERIALS_ARCHIVE", help="The archive's folder.", show_default=False
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001, FBT002 - read by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Keep what is common to all commands."""
    context.obj = archive


for _command in (
    collect.add,
    collect.plan,
    collect.sync,
    index.index,
    read.list_items,
    read.search,
    read.show,
    read.open_item,
    read.status,
    changes.changes,
    changes.history,
    changes.diff,
):
    app.command(name={"list_items": "list", "open_item": "open"}.get(_command.__name__))(_command)
app.command(name="notify")(notify.notify)
app.command(name="demo")(trial.demo)
app.command(name="help")(explain.help_on)
app.add_typer(auth.app, name="auth")
app.add_typer(schedule.app, name="schedule")


def show_error(error: MaterialsError) -> None:
    """What happened, where, why, and how to fix it; on stderr."""
    from materials_cli.cli.render import err, safe, styled  # noqa: PLC0415 - rich is drawn in only where it draws

    head, *candidates = error.what.split("\n")
    err().print(styled(f"error[{error.code}]: ", "bold red") + styled(head), soft_wrap=True)
    for candidate in candidates:
        err().print(styled(candidate), soft_wrap=True)
    for label in _LABELS:
        if text := getattr(error, label):
            err().print(f"  {label:<6}", end="", style="bold")
            err().print(safe(text), soft_wrap=True)


def run() -> None:
    """Run the command line; of a bug, show all but secrets."""
    try:
        app()
    except Exception:  # noqa: BLE001 - whatever it is, it is a bug, and its text may hold an address with a key
        from materials_cli.drive.refusals import redact  # noqa: PLC0415 - nobody needs it in a run without bugs

        sys.stderr.write(redact(traceback.format_exc()))
        sys.stderr.write("\nThis is a bug in materials. Please report it with the text above.\n")
        sys.exit(int(ExitStatus.BUG))
