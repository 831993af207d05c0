"""Words that stand on many slides: footers, and what a template shows. Told with each slide, they would make each a find."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from materials_cli.model import Section

_MOST_SOUGHT, _LONGEST = 1000, 1_000_000


def told_once(slides: Iterable[tuple[Section, Sequence[str]]]) -> tuple[Section, ...]:
    """The slides, given the repeated texts on each: every such text with the first slide that also has words of its own.

    So a slide that is one picture still has no text, and is looked at for words in its picture.
    """
    sections: list[Section] = []
    told: dict[str, None] = {}
    waiting: dict[str, None] = {}
    for section, texts in slides:
        waiting |= dict.fromkeys(text for text in texts if text not in told)
        own = section.title or section.body or section.notes
        sections.append(_with(section, waiting) if own else section)
        if own:
            told |= waiting
            waiting = {}
    if waiting and sections:
        sections[0] = _with(sections[0], waiting)
    return tuple(sections)


def lacking(texts: Iterable[str], said: str) -> Iterator[str]:
    """Those texts that a longer one does not have. Of very many, the first are looked for; the others are given as they are.

    said: the longer one, with single spaces. If it is very long, only its beginning is looked in.
    """
    beginning = said[:_LONGEST]
    for number, text in enumerate(texts):
        if number >= _MOST_SOUGHT or " ".join(text.split()) not in beginning:
            yield text


def _with(section: Section, texts: Iterable[str]) -> Section:
    return replace(section, body="\n".join(filter(None, (section.body, *texts))))
