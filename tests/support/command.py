"""The command line as tests run it: in this process, with what it says, and with a bug shown as such."""

import json
import signal
import subprocess
import sys
from typing import Any

from typer.testing import CliRunner, Result

from materials_cli.cli.app import app


def run(*words: str, status: int = 0, stdin: str | None = None) -> Result:
    """Run a command that must end with this status."""
    result = CliRunner().invoke(app, list(words), input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result


def data(*words: str) -> Any:
    """What a command prints for programs."""
    return json.loads(run(*words, "--json").stdout)


def begin(*words: str, **how: Any) -> subprocess.Popen[str]:
    """Start a command in a process group of its own that Ctrl-C can end.

    A process inherits that SIGINT is ignored, as it is for the tests themselves when a script starts them in the background.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "materials_cli", *words], stderr=subprocess.PIPE, text=True, start_new_session=True, **how
        )
    finally:
        signal.signal(signal.SIGINT, before)
