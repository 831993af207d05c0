"""The child process that reads files: its memory is limited, and if it dies, only the file being read is lost.

It reads requests from its standard input and writes answers to its standard output, each as one line of JSON.
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

_SPARE_MEMORY = 512 * 1024**2
_MEMORY_PER_BYTE = 64


def main() -> None:
    """Answer requests until the input ends, as it does when the parent ends."""
    limit = int(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        request = json.loads(line)
        text = _answer(request, limit)
        sections = [asdict(section) for section in text.sections]
        answer = {
            "unit": text.unit,
            "sections": sections,
            "properties": dict(text.properties),
            "note": text.note and text.note.to_json(),
        }
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(request: Mapping[str, Any], limit: int) -> Text:
    """Read one file. No error in here may end a run: it is a damaged file, or a bug in a reader."""
    path = Path(request["path"])
    try:
        if "number" in request:
            _limit_memory(limit)
            return recognise(path, request["number"], request["languages"], Path(request["cache"]))
        _limit_memory(min(limit, _used() + _SPARE_MEMORY + _MEMORY_PER_BYTE * path.stat().st_size))
        return extract(path, request["name"])
    except MemoryError:
        return Text(note=msg("The file needs more memory than any genuine document would, and was not read."))
    except RecursionError:
        return Text(note=msg("The file is nested more deeply than any genuine document would be, and was not read."))
    except Exception as error:  # noqa: BLE001 - see above
        return Text(note=msg("The file could not be read ({error}).", error=type(error).__name__))


def _limit_memory(most: int) -> None:
    """Limit the memory of this process to so many bytes, if the system can.

    The limit depends on the size of the file, so that a small file that expands is stopped early.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not available on Windows

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _used() -> int:
    """Bytes of memory that this process uses, or 0 if the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


if __name__ == "__main__":
    main()
