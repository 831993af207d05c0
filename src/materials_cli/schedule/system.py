"""Calls the programs of the operating system's timers."""

import subprocess

from materials_cli.environment import find_program
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg


def call(*command: str, missing: Message, refused: Message) -> str:
    """Run a program; return what it printed; raise bad_schedule if it is missing or fails."""
    program = find_program(command[0])
    if program is None:
        raise MaterialsError(Code.BAD_SCHEDULE, missing, fix=msg("Choose another --backend."))
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise MaterialsError(Code.BAD_SCHEDULE, refused, where=done.stderr.strip()[:300])
    return done.stdout
