"""`materials mcp`: the archive for assistants."""

import sys

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption
from materials_cli.cli.output import is_terminal, say
from materials_cli.cli.scope import InOption, require_any, say_notes, settings_around
from materials_cli.messages import tr


def mcp(context: typer.Context, *, places: InOption = None, archive: ArchiveOption = None) -> None:
    """Let an assistant search and quote the archive.

    A server of the Model Context Protocol over standard input and output. Assistants start it themselves; the README has the
    lines for their settings. It only reads, and connects to nothing but the buckets that --in names.

    With --in, it offers several archives as if they were one.

    Example: materials mcp --archive ~/workshops
    """
    here = ArchiveContext.of(context, archive)
    root = None if places else here.config.archive.absolute()
    from materials_cli.elsewhere import meant, names_in, reach  # noqa: PLC0415 - help and TAB need none
    from materials_cli.mcp.door import Door  # noqa: PLC0415 - as above
    from materials_cli.mcp.doors import Doors  # noqa: PLC0415 - as above
    from materials_cli.mcp.tools import server  # noqa: PLC0415 - as above

    if root:
        door: Door | Doors = Door(root)
    else:
        around = settings_around(here, places or ())
        found, notes, twice = reach(meant(places or (), around), known=names_in(around))
        require_any(found, notes)
        say_notes({**twice, **notes})
        door = Doors(found, notes)
    if sys.stdin.isatty() and is_terminal():
        say(tr("This is for assistants, which start it themselves: see “A door for assistants” in the README. Ctrl-D ends it."))
    server(door).serve(sys.stdin.buffer, sys.stdout.buffer)
