"""The command line as tests run it: in this process, with what it says, and with a bug shown as such."""

import json
import signal
import subprocess
import sys
from typing import Any

from typer.testing import CliRunner, Result

from materials_cli.cli.app import app


def run(*words: str, status: int | None = 0, stdin: str | None = None) -> Result:
    """Run a command that must end with this status; None for any."""
    result = CliRunner().invoke(app, list(words), input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert status is None or result.exit_code == status, result.output
    return result


def data(*words: str) -> Any:
    """What a command prints for programs."""
    return json.loads(run(*words, "--json").stdout)


def begin(*words: str, ignoring: signal.Signals | None = None, **how: Any) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, which a signal ends unless it is one to be ignored.

    A process inherits what is ignored: by the tests themselves SIGINT, when a script starts them in the background, and
    SIGHUP below nohup.
    """
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
    ours = {number: signal.SIG_IGN if number is ignoring else signal.default_int_handler for number in signals}
    before = {number: signal.signal(number, handler) for number, handler in ours.items()}
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "materials_cli", *words], stderr=subprocess.PIPE, text=True, start_new_session=True, **how
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
