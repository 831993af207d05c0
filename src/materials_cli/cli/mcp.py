"""`materials mcp`: the archive for assistants."""

import sys

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption
from materials_cli.cli.output import is_terminal, say
from materials_cli.messages import tr


def mcp(context: typer.Context, *, archive: ArchiveOption = None) -> None:
    """Let an assistant search and quote the archive.

    A server of the Model Context Protocol over standard input and output. Assistants start it themselves; README has the
    lines for their settings. It reads only, and connects to nothing.

    Example: materials mcp --archive ~/workshops
    """
    here = ArchiveContext.of(context, archive)
    root = here.config.archive.absolute()
    from materials_cli.mcp.tools import server  # noqa: PLC0415 - help and TAB need none

    if sys.stdin.isatty() and is_terminal():
        say(tr("This is for assistants, which start it themselves: see “A door for assistants” in the README. Ctrl-D ends it."))
    server(root).serve(sys.stdin.buffer, sys.stdout.buffer)
