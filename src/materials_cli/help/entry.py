"""The form of an explanation, and sentences that several of them share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """meaning, cause: paragraphs. steps: what to do, in order. letter: a key of LETTERS."""

    meaning: str
    cause: str
    steps: tuple[str, ...]
    letter: str = ""


READ_ONLY = "Nothing in the archive was changed."
DOCTOR = "Run `materials doctor`: it checks the link, the credential, the clock and the disk."
