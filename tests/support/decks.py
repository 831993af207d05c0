"""Decks that tests make: true .pptx files with the words they want."""

import io
from collections.abc import Sequence
from functools import cache

from pptx import Presentation


def deck(*slides: tuple[str, str] | str, notes: Sequence[str] = ()) -> bytes:
    """A presentation with these slides, each a title and a body, or "title|body"; the same bytes whenever it is asked for."""
    return _deck(slides, tuple(notes))


@cache
def _deck(slides: tuple[tuple[str, str] | str, ...], notes: tuple[str, ...]) -> bytes:
    presentation = Presentation()
    for number, slide in enumerate(slides):
        title, body = slide.partition("|")[::2] if isinstance(slide, str) else slide
        made = presentation.slides.add_slide(presentation.slide_layouts[1])
        made.shapes.title.text, made.placeholders[1].text = title, body
        if number < len(notes):
            made.notes_slide.notes_text_frame.text = notes[number]
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()
