"""The rich console, imported only where something is drawn."""

import os
import sys
from typing import Any

from rich.console import Console as RichConsole


class Console(RichConsole):
    """A console that does not exit with status 1 when its reader is gone, as rich's does."""

    def on_broken_pipe(self) -> None:
        """Let the entry point handle stdout; drop what nobody reads on stderr and continue."""
        if self.file is not sys.stderr:
            raise BrokenPipeError
        discard(self.file)


def discard(stream: Any) -> None:
    """Discard everything that is still written to a stream."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
