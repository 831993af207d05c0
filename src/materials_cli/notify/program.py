"""A program of one's own, which is given what happened as JSON on its standard input."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from materials_cli.disk import reason
from materials_cli.messages import msg
from materials_cli.notify.letter import Letter, NotSentError

_TIMEOUT = 120.0


def run_program(message: Letter, command: Sequence[str], folder: Path) -> None:
    """Run the program in the archive's folder; raise NotSentError when it fails or does not end."""
    told = {"subject": message.subject, "text": message.text, "status": message.status, **message.data}
    try:
        done = subprocess.run(
            list(command), input=json.dumps(told, ensure_ascii=False, default=str), text=True, encoding="utf-8",
            errors="replace", cwd=folder, capture_output=True, timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotSentError(
            msg("The program {program} did not finish within {seconds} s.", program=command[0], seconds=_TIMEOUT)
        ) from error
    except OSError as error:
        raise NotSentError(
            msg("The program {program} could not be run: {reason}.", program=command[0], reason=reason(error))
        ) from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        ended = {"program": command[0], "status": done.returncode}
        if said:
            raise NotSentError(msg("The program {program} exited with {status}: {reason}", **ended, reason=said[-1][:200]))
        raise NotSentError(msg("The program {program} exited with {status}.", **ended))
