"""The command line as tests run it: in this process, with what it says, and with a bug shown as such."""

import json
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
