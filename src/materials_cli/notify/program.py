"""Runs a program of the user's, with the notification as JSON on its standard input."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from materials_cli.disk import reason
from materials_cli.environment import for_programs
from materials_cli.messages import msg
from materials_cli.notify.notification import Notification, NotSentError

_TIMEOUT = 120.0


def run_program(notification: Notification, command: Sequence[str], folder: Path) -> None:
    """Run the program in the archive's folder; raise NotSentError if it fails or does not end in time."""
    fields = {
        "subject": notification.subject,
        "text": notification.text,
        "status": notification.status,
        **notification.data,
    }
    content = json.dumps(fields, ensure_ascii=False, default=str)
    try:
        done = subprocess.run(
            list(command), input=content, text=True, encoding="utf-8",
            errors="replace", cwd=folder, capture_output=True, timeout=_TIMEOUT, check=False, env=for_programs(os.environ),
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
        printed = done.stderr.strip().splitlines()
        ended = {"program": command[0], "status": done.returncode}
        if printed:
            raise NotSentError(msg("The program {program} exited with {status}: {reason}", **ended, reason=printed[-1][:200]))
        raise NotSentError(msg("The program {program} exited with {status}.", **ended))
