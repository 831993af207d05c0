"""Divides a text without pages or slides into sections by its headings."""

from collections.abc import Iterable

from materials_cli.model import Section


def by_heading(lines: Iterable[tuple[str, bool]]) -> tuple[Section, ...]:
    """The sections of a text. lines: each with whether it is a heading, which is the title of the lines after it."""
    sections: list[Section] = []
    title = ""
    body: list[str] = []
    for line, is_heading in (*lines, ("", True)):
        if not is_heading:
            body.append(line)
            continue
        text = "\n".join(body).strip()
        if title or text:
            sections.append(Section(len(sections) + 1, title, text))
        title, body = " ".join(line.split()), []
    return tuple(sections)
