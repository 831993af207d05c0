"""The entry point of the command line, and the one place that turns errors into text and an exit status.

A command is imported when it is run, since what it needs takes longer to import than most commands to run.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any

import typer

from materials_cli import __version__
from materials_cli.cli.commands import ALIASES, COMMANDS, SECTIONS, load
from materials_cli.cli.failures import print_error, show_error
from materials_cli.cli.typer_ext import WANTS_JSON, SpokenCommand, SpokenGroup
from materials_cli.cli.usage import misused
from materials_cli.errors import ExitStatus, MaterialsError, as_failure
from materials_cli.export.escape import printable
from materials_cli.messages import decide_again, language, tr

_UsageError: Any = typer.BadParameter.__base__
_LETTERS = {"ru": "Яя"}


@contextmanager
def _while_it_is_read() -> Iterator[None]:
    """The reader of standard output may exit early, as `head` does; that ends a command but is not a failure."""
    ended = typer.Exit(int(ExitStatus.DONE))
    try:
        try:
            yield
        except typer.Exit as error:
            ended = error
            raise
        finally:
            sys.stdout.flush()
    except OSError as error:
        from materials_cli.cli.console import discard  # noqa: PLC0415 - seldom needed
        from materials_cli.disk import disk_error  # noqa: PLC0415 - as above

        discard(sys.stdout)
        if isinstance(error, BrokenPipeError) or ended.exit_code:
            raise ended from error
        raise _ended(disk_error(error), as_json=False) from error


class FrontDoor(SpokenGroup):
    """The group of all commands. It imports a command only to run it; help and TAB use the table of commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: SpokenCommand(name, help=entry.help) for name, entry in COMMANDS.items()}

    def sections(self) -> dict[str, tuple[str, ...]]:
        """The commands by what people want."""
        placed = {name for names in SECTIONS.values() for name in names}
        return {**SECTIONS, "Help": tuple(name for name in COMMANDS if name not in placed)}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Resolve a command and import it."""
        name, command, rest = super().resolve_command(ctx, [ALIASES.get(args[0], args[0]), *args[1:]])
        return name, name and command and load(name), rest

    @_while_it_is_read()
    def make_context(self, info_name: Any, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the command line; a usage error is shown like any other error."""
        wants_json = "--json" in takewhile("--".__ne__, args)
        try:
            context = super().make_context(info_name, args, parent, **extra)
        except _UsageError as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                raise
            raise _ended(misused(error), as_json=wants_json) from error
        context.meta[WANTS_JSON] = wants_json
        return context

    @_while_it_is_read()
    def invoke(self, ctx: Any) -> Any:
        """Run the command; show its error, if any, and exit with the error's status."""
        try:
            return super().invoke(ctx)
        except MaterialsError as error:
            failure = error
        except _UsageError as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                raise
            failure = misused(error)
        except (KeyboardInterrupt, EOFError, typer.Abort) as error:
            failure = as_failure(error if isinstance(error, KeyboardInterrupt) else KeyboardInterrupt())
            if sys.stderr.isatty():
                typer.echo(err=True)  # behind a question, and the ^C that the terminal shows
        except BrokenPipeError:
            raise
        except OSError as error:
            from materials_cli.disk import disk_error  # noqa: PLC0415 - seldom needed

            failure = disk_error(error)
        raise _ended(failure, as_json=ctx.meta[WANTS_JSON]) from failure


def _ended(error: MaterialsError, *, as_json: bool) -> typer.Exit:
    """Print an error as text or JSON, and return the exit with its status."""
    try:
        (print_error if as_json else show_error)(error)
    except OSError:
        with suppress(OSError):  # what reads standard output, or the disk below it, takes nothing more; or all was closed
            show_error(error)
    return typer.Exit(int(error.status))


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if wanted:
        typer.echo(f"materials {__version__}")
        raise typer.Exit


def entrance(
    context: typer.Context,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="FOLDER", envvar="MATERIALS_ARCHIVE", help="The archive's folder.")
    ] = None,
    version: Annotated[  # noqa: ARG001, FBT002 - read by its callback
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Handle the options common to all commands."""
    context.obj = archive


def _made() -> typer.Typer:
    """The command line."""
    made = typer.Typer(
        name="materials",
        cls=FrontDoor,
        help="Archive what workshops publish on Google Drive: mirror the folder, verify every byte, find every slide.",
        epilog="To try it out: materials demo",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(entrance)
    return made


app = _made()


def _shows(spoken: str, stream: Any) -> bool:
    """Whether a stream can encode the letters of a language."""
    try:
        _LETTERS.get(spoken, "").encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def run() -> None:
    """Run the command line; show the traceback of a bug without secrets."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the shell's >&- has closed it
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    if not all(_shows(language().code, stream) for stream in (sys.stdout, sys.stderr)):
        decide_again("en")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows “?” instead of a traceback
    try:
        app(prog_name="materials")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug
        bug = as_failure(error)
        sys.stderr.write(f"{printable(bug.trace)}\n{tr('This is a bug in materials. Please report it with the text above.')}\n")
        if "--json" in takewhile("--".__ne__, sys.argv[1:]):
            print_error(bug)
        sys.exit(int(bug.status))
