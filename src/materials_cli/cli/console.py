"""The console that draws what is printed; it is imported only where something is drawn."""

import os
import sys
from typing import Any

from rich.console import Console as RichConsole


class Console(RichConsole):
    """rich's console, which would end the program with status 1 when nobody reads what it prints any more."""

    def on_broken_pipe(self) -> None:
        """Leave standard output to the front door; what nobody reads on standard error is dropped, and the work goes on."""
        if self.file is not sys.stderr:
            raise BrokenPipeError
        discard(self.file)


def discard(stream: Any) -> None:
    """Send whatever is still written to a stream to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
