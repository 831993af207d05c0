"""The form of a long explanation, and sentences that several of them share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AtLength:
    """meaning and cause are paragraphs, steps come in the order in which to try them; letter: a name of LETTERS."""

    meaning: str
    cause: str
    steps: tuple[str, ...]
    letter: str = ""


READ_ONLY = "Nothing in the archive was changed."
DOCTOR = "Run `materials doctor`: it checks the link, the credential, the clock and the disk."
