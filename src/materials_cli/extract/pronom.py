"""The child process that names file formats by PRONOM id, which archives know them by (extra `[pronom]`).

It is a process of its own, since Siegfried's runtime reserves more memory than a child that reads files may use. Requests and
answers are as in child.py. Sources: https://www.nationalarchives.gov.uk/PRONOM/, https://github.com/artefactual-labs/pygfried
"""

import json
import os
import signal
import sys
from importlib.util import find_spec

from materials_cli.extract.limits import leave_the_network, limit_without_memory

_UNKNOWN = "UNKNOWN"


def is_installed() -> bool:
    """Whether the extra `[pronom]` is installed."""
    return find_spec("pygfried") is not None


def main() -> None:
    """Answer requests until the input ends, as it does when the parent ends."""
    leave_the_network()
    limit_without_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        found = _identified(json.loads(line)["path"])
        properties = {"pronom": found} if found else {}
        answers.write(json.dumps({"unit": "", "sections": [], "properties": properties, "note": None}).encode() + b"\n")
        answers.flush()


def _identified(path: str) -> str:
    """The PRONOM id of a file; empty if it is of no known format, or cannot be read."""
    import pygfried  # noqa: PLC0415 - its runtime starts when it is imported, which is after the network was left

    try:
        found = pygfried.identify(path)
    except (pygfried.GoError, OSError):
        return ""
    return found if isinstance(found, str) and found != _UNKNOWN else ""


if __name__ == "__main__":
    main()
