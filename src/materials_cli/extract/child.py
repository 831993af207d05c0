"""The process in which files are read: limits on memory stand around it, and its death harms nobody.

It reads requests from its standard input and answers on its standard output, each as one line of JSON.
"""

import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from materials_cli.extract.formats import extract
from materials_cli.model import Text


def main() -> None:
    """Answer requests until the input ends, as it does when the parent is gone."""
    limit = int(sys.argv[1])
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - absent on Windows, where there are no such limits

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        request = json.loads(line)
        text = _answer(Path(request["path"]), request["name"])
        sections = [asdict(section) for section in text.sections]
        told = {"unit": text.unit, "sections": sections, "properties": dict(text.properties), "note": text.note}
        answers.write(json.dumps(told).encode() + b"\n")
        answers.flush()


def _answer(path: Path, name: str) -> Text:
    """Read one file. Whatever goes wrong in here is the file's fault or a reader's bug, and never ends a run."""
    try:
        return extract(path, name)
    except MemoryError:
        return Text(note="The file needs more memory than any real document and was not read.")
    except RecursionError:
        return Text(note="The file is nested deeper than any real document and was not read.")
    except Exception as error:  # noqa: BLE001 - see above
        return Text(note=f"The file could not be read ({type(error).__name__}).")


if __name__ == "__main__":
    main()
