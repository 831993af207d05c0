"""Calls the programs of the operating system's timers."""

import subprocess

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg


def call(*command: str, missing: Message, refused: Message) -> str:
    """Run a program; return what it printed; raise bad_schedule if it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        raise MaterialsError(Code.BAD_SCHEDULE, missing, fix=msg("Choose another --backend.")) from error
    if done.returncode:
        raise MaterialsError(Code.BAD_SCHEDULE, refused, where=done.stderr.strip()[:300])
    return done.stdout
