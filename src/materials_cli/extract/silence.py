"""What a run knows of reading without reading: the version of the readers, and which slides and pages have no text."""

from materials_cli.messages import Message, msg, msgid
from materials_cli.model import Section

EXTRACTOR_VERSION = 13


def silent(section: Section) -> bool:
    """Whether a slide or page has no text at all."""
    return not (section.title or section.body.strip() or section.notes.strip())


def silence(unit: str, sections: tuple[Section, ...]) -> Message | None:
    """A note on the number of slides or pages without text; None if all have some."""
    without, total = sum(silent(section) for section in sections), len(sections)
    if not without or unit not in {"slide", "page"}:
        return None
    if total == 1:
        only = msgid("Its only slide has no text.") if unit == "slide" else msgid("Its only page has no text.")
        return msg(only, count=1, total=1)
    texts = {
        ("slide", True): msgid("1 of {total} slides has no text."),
        ("slide", False): msgid("{count} of {total} slides have no text."),
        ("page", True): msgid("1 of {total} pages has no text."),
        ("page", False): msgid("{count} of {total} pages have no text."),
    }
    return msg(texts[unit, without == 1], count=without, total=total)
