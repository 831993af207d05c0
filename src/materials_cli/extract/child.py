"""The child process that reads files: it is limited and has no network, and if it dies, only the file being read is lost.

It reads requests from its standard input and writes answers to its standard output, each as one line of JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from materials_cli.extract.formats import extract
from materials_cli.extract.limits import leave_the_network, limit
from materials_cli.extract.ocr import recognise
from materials_cli.messages import msg
from materials_cli.model import Text


def main() -> None:
    """Answer requests until the input ends, as it does when the parent ends."""
    memory, seconds = map(int, sys.argv[1:])
    leave_the_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        request = json.loads(line)
        text = _answer(request, memory, seconds)
        sections = [asdict(section) for section in text.sections]
        answer = {
            "unit": text.unit,
            "sections": sections,
            "properties": dict(text.properties),
            "note": text.note and text.note.to_json(),
        }
        answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        answers.flush()


def _answer(request: Mapping[str, Any], memory: int, seconds: int) -> Text:
    """Read one file. No error in here may end a run: it is a damaged file, or a bug in a reader."""
    path = Path(request["path"])
    try:
        if "number" in request:
            limit(memory, seconds)
            return recognise(path, request["number"], request["languages"], Path(request["cache"]))
        limit(memory, seconds, path.stat().st_size)
        return extract(path, request["name"])
    except MemoryError:
        return Text(note=msg("The file needs more memory than any genuine document would, and was not read."))
    except RecursionError:
        return Text(note=msg("The file is nested more deeply than any genuine document would be, and was not read."))
    except Exception as error:  # noqa: BLE001 - see above
        return Text(note=msg("The file could not be read ({error}).", error=type(error).__name__))


if __name__ == "__main__":
    main()
