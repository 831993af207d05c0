"""Comments of reviewers, which readers give among the other text of a section: which lines they are.

A reader marks each line of a comment with a character of our own. The mark is taken away before a text is used.
"""

from collections.abc import Iterable, Iterator

from materials_cli.model import Section

_MARK = "\ue010"


def as_remark(text: str) -> str:
    """A comment, with each of its lines marked."""
    return "\n".join(f"{_MARK}{line}" for line in text.split("\n") if line.strip())


def as_remarks(texts: Iterable[str]) -> Iterator[str]:
    """Comments, marked."""
    return filter(None, map(as_remark, texts))


def without_marks(text: str) -> str:
    """A text as it is used."""
    return text.replace(_MARK, "")


def remarks_of(section: Section) -> list[str]:
    """The lines of a section that are marked, as they are used."""
    lines = (line for text in (section.title, section.body, section.notes) for line in text.split("\n"))
    return [without_marks(line) for line in lines if _MARK in line]
