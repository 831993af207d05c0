"""Words that stand on many slides: footers, and what a template shows. Told with each slide, they would make each a find."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from materials_cli.model import Section


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


def _with(section: Section, texts: Iterable[str]) -> Section:
    return replace(section, body="\n".join(filter(None, (section.body, *texts))))
