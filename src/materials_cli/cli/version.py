"""`materials version`: show the version."""

import platform

from materials_cli import __version__
from materials_cli.cli.context import JsonOption
from materials_cli.cli.output import print_json, print_rows


def version(*, as_json: JsonOption = False) -> None:
    """Show the version.

    With --json, also shows the Python version and the system, for bug reports.

    Example: materials version
    """
    if as_json:
        system = {"version": __version__, "python": platform.python_version(), "system": platform.platform()}
        print_json("materials/version@1", [system])
    else:
        print_rows([(f"materials {__version__}",)])
