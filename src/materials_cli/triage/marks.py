"""Marks of confidentiality in a text: “for official use only”, ДСП, Құпия, 대외비 … Pure; the words lie in marks.toml."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from materials_cli.tables import table
from materials_cli.triage.numbers import lowered

_LABELS = {"’": "'", "‘": "'", "ʻ": "'", "ʼ": "'", "`": "'"}
_APOSTROPHES = str.maketrans(_LABELS)
_OPENED, _CLOSED = r"(?:^|[\n|(\[{<«“\"*–—:•/_-])[ \t*]{0,4}", r"[ \t!.]{0,4}(?=$|[\n|)\]}>»”\"*–—:,;/_-])"
_LONGEST_LINE = 200


def marks_in(text: str) -> Iterator[tuple[int, int]]:
    """Where the marks in a text stand."""
    lower = lowered(text).translate(_APOSTROPHES)
    phrases, words, capitals = _patterns()
    yield from (found.span() for found in phrases.finditer(lower))
    yield from (found.span() for found in capitals.finditer(text))
    yield from (found.span(1) for found in words.finditer(lower))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Those of phrases, of words, and of capitals."""
    rows = table(__file__, "marks.toml").values()
    phrases, words, capitals = (
        sorted({word for row in rows for word in row.get(name, "").split("|") if word}, key=len, reverse=True)
        for name in ("phrases", "words", "capitals")
    )
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(map(_written, phrases))})"),
        re.compile(rf"{_OPENED}({'|'.join(map(_written, words))}){_CLOSED}"),
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, capitals))})(?!\w)"),
    )


def _written(phrase: str) -> str:
    """A phrase as a pattern: with any blanks, and letters with their accents in either of the forms of Unicode."""
    pieces = []
    for char in unicodedata.normalize("NFC", phrase).replace("\u09af\u09bc", "\u09df"):
        apart = unicodedata.normalize("NFD", char)
        pieces.append(r"\s{1,3}" if char == " " else re.escape(char) if apart == char else f"(?:{char}|{apart})")
    return "".join(pieces)
