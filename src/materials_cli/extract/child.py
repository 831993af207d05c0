"""The process in which files are read: limits on memory stand around it, and its death harms nobody.

It reads requests from its standard input and answers on its standard output, each as one line of JSON.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from materials_cli.extract.formats import extract
from materials_cli.extract.ocr import recognise
from materials_cli.messages import msg
from materials_cli.model import Text

_ROOM = 512 * 1024**2
_ROOM_FOR_A_BYTE = 64


def main() -> None:
    """Answer requests until the input ends, as it does when the parent is gone."""
    limit = int(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        request = json.loads(line)
        text = _answer(request, limit)
        sections = [asdict(section) for section in text.sections]
        told = {
            "unit": text.unit,
            "sections": sections,
            "properties": dict(text.properties),
            "note": text.note and text.note.to_json(),
        }
        answers.write(json.dumps(told).encode() + b"\n")
        answers.flush()


def _answer(request: Mapping[str, Any], limit: int) -> Text:
    """Read one file. Whatever goes wrong in here is the file's fault or a reader's bug, and never ends a run."""
    path = Path(request["path"])
    try:
        if "number" in request:
            _limit_memory(limit)
            return recognise(path, request["number"], request["languages"], Path(request["cache"]))
        _limit_memory(min(limit, _used() + _ROOM + _ROOM_FOR_A_BYTE * path.stat().st_size))
        return extract(path, request["name"])
    except MemoryError:
        return Text(note=msg("The file needs more memory than any genuine document would, and was not read."))
    except RecursionError:
        return Text(note=msg("The file is nested more deeply than any genuine document would be, and was not read."))
    except Exception as error:  # noqa: BLE001 - see above
        return Text(note=msg("The file could not be read ({error}).", error=type(error).__name__))


def _limit_memory(most: int) -> None:
    """Let this process use so many bytes of memory and no more, where the system can hold it to that.

    The limit follows the size of the file, so that a small one that swells is stopped long before it hurts.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - absent on Windows, where there are no such limits

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _used() -> int:
    """Bytes of memory that this process has taken up so far, where the system tells."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


if __name__ == "__main__":
    main()
