"""The exit statuses, what each of them means, and how far a failure reaches."""

from enum import IntEnum, StrEnum
from typing import Self


class Reach(IntEnum):
    """What a failure ends: one file, one collection, or the whole command. Everything else continues."""

    FILE = 1
    COLLECTION = 2
    ARCHIVE = 3


class ExitStatus(IntEnum):
    """The exit statuses. Scripts depend on them, so a status never changes its meaning."""

    DONE = 0
    BUG = 1
    USAGE = 2
    PARTIAL = 3
    PERSON_NEEDED = 4
    INTEGRITY = 5
    DISK = 6
    TEMPORARY = 75
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


EXIT_MEANINGS: dict[ExitStatus, str] = {
    ExitStatus.DONE: "Done, or nothing to do.",
    ExitStatus.BUG: "A bug in materials: please report it with the text shown.",
    ExitStatus.USAGE: "The command line, a file name or materials.toml is not valid.",
    ExitStatus.PARTIAL: "Done, with problems: see `materials status` and `materials doctor`.",
    ExitStatus.PERSON_NEEDED: "Action needed: the link or the credential does not work.",
    ExitStatus.INTEGRITY: "Integrity: stored bytes do not match their checksums.",
    ExitStatus.DISK: "The disk is full, read-only or not writable.",
    ExitStatus.TEMPORARY: "Temporary: locked by another run, rate-limited or offline. Try again later.",
    ExitStatus.HUNG_UP: "The terminal was closed (SIGHUP). Nothing is lost; run it again.",
    ExitStatus.INTERRUPTED: "Interrupted. Nothing is lost; run it again.",
    ExitStatus.TERMINATED: "Terminated (SIGTERM). Nothing is lost; run it again.",
}


class Row(StrEnum):
    """A row in the table of error codes: a word, and what is true of every failure that has it.

    status: the exit status. reach: what it ends, unless the error states otherwise. passing: it usually goes away without
    action, so it is reported only if it lasts. why, fix: its usual cause and remedy.
    """

    status: ExitStatus
    reach: Reach
    passing: bool
    why: str
    fix: str

    def __new__(cls, word: str, status: ExitStatus, reach: Reach, passing: bool, why: str, fix: str) -> Self:  # noqa: FBT001 - a column
        """Make a member from its row in the table."""
        row = str.__new__(cls, word)
        row._value_ = word
        row.status, row.reach, row.passing, row.why, row.fix = status, reach, passing, why, fix
        return row
