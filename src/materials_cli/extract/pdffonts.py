"""The text of PDF pages in fonts that are not what they seem (see fonts.py), by the font of each character."""

import ctypes
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pypdfium2 import raw

from materials_cli.extract.fonts import family, respell

_STEP = 16
_LONGEST_NAME = 128


def has_old_fonts(text_page: Any) -> bool:
    """Whether any of every sixteenth character is in such a font."""
    return any(_family(text_page, place) for place in range(0, raw.FPDFText_CountChars(text_page), _STEP))


def as_seen(text_page: Any) -> str:
    """What a reader sees on a page."""
    return "".join(respell(_characters(text_page)))


def _characters(text_page: Any) -> Iterator[tuple[str, str]]:
    """The characters of a page, each with the family of its font; a space that pdfium adds is in the font before it."""
    last = ""
    for place in range(raw.FPDFText_CountChars(text_page)):
        character = chr(raw.FPDFText_GetUnicode(text_page, place))
        if not character.isspace():
            last = _family(text_page, place)
        yield last if character == " " or not character.isspace() else "", character


def _family(text_page: Any, place: int) -> str:
    buffer = ctypes.create_string_buffer(_LONGEST_NAME)
    size = raw.FPDFText_GetFontInfo(text_page, place, buffer, _LONGEST_NAME, None)
    return _family_of(buffer.raw[: max(0, size - 1)]) if 0 < size <= _LONGEST_NAME else ""


@lru_cache(maxsize=1024)
def _family_of(name: bytes) -> str:
    return family(name.decode("utf-8", "replace"))
