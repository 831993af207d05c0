"""What every limited child does: it answers requests, each as one line of JSON, without a network, until its input ends."""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from materials_cli.extract.limits import leave_the_network
from materials_cli.messages import Message, msg

Request = Mapping[str, Any]


def serve(answer: Callable[[Request, int, int], Mapping[str, Any]]) -> None:
    """Answer requests until the input ends, as it does when the parent ends.

    answer: given a request, the bytes of memory and the seconds that it may take. What it raises becomes a note, since no error
    in here may end a run: it is a damaged file, or a bug in a reader.
    """
    memory, seconds = map(int, sys.argv[1:])
    leave_the_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        made: Mapping[str, Any]
        try:
            made = answer(json.loads(line), memory, seconds)
        except MemoryError:
            made = _refusal(msg("The file needs more memory than any genuine document would, and was not read."))
        except RecursionError:
            made = _refusal(msg("The file is nested more deeply than any genuine document would be, and was not read."))
        except Exception as error:  # noqa: BLE001 - see above
            made = _refusal(msg("The file could not be read ({error}).", error=type(error).__name__))
        answers.write(json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        answers.flush()


def _refusal(note: Message) -> Mapping[str, Any]:
    return {"note": note.to_json()}
