"""Shows what is longer than the terminal page by page, as git does: with $PAGER, else with less. Quitting it is no error."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from materials_cli.environment import find_program, for_programs

_LESS = "FRX"  # as git: leave if it fits on one screen, keep colours, leave what was read on the screen


def show(text: str) -> None:
    """Write a text to the terminal, through the pager if it is longer than the screen."""
    if text.count("\n") < _rows() or not (command := _pager()) or not _page(command, text):
        sys.stdout.write(text)
        sys.stdout.flush()


def _rows() -> float:
    """How many lines the terminal has; infinitely many if it does not say."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines or float("inf")
    except OSError:
        return float("inf")


def _pager() -> list[str]:
    """The command of the pager; empty if there is none, or none is wanted."""
    try:
        words = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:  # quotes that do not end
        return []
    program = find_program(words[0]) if words else None
    return [program, *words[1:]] if program and words != ["cat"] else []


def _page(command: list[str], text: str) -> bool:
    """Show a text with a pager; false if that cannot be started."""
    sys.stdout.flush()
    environment = {"LESS": _LESS, **for_programs(os.environ)}
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError:
        return False
    with _keys_are_for_the_pager(), suppress(BrokenPipeError):
        pager.communicate(text.encode(sys.stdout.encoding or "utf-8", "replace"))
    return True


@contextmanager
def _keys_are_for_the_pager() -> Iterator[None]:
    """Leave Ctrl-C to the pager, which was started before and so still hears it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
