"""How wide text is about, and where it may be broken, in the scripts of the region and without a font."""

import unicodedata

_STACKERS = {"\u17d2", "\u1039", "\u09cd"}  # the letter after it belongs to the letter before it
# Widths of letters in the widest of the usual sans-serif fonts, in parts of their size, up to each code point.
_WIDTHS = (
    (0x0250, 0.53), (0x0400, 0.55), (0x0530, 0.58), (0x0590, 0.67), (0x0980, 0.5), (0x0A00, 0.62), (0x0E80, 0.5), (0x0F00, 0.6),
    (0x10A0, 0.6), (0x1100, 0.63), (0x1200, 0.92), (0x1780, 0.55), (0x1800, 0.72), (0x2000, 0.55), (0x2E80, 0.6),
    (0xA000, 1.0), (0xAC00, 0.6), (0xD7B0, 0.92), (0xF900, 0.6), (0xFB00, 1.0), (0xFF00, 0.6), (0xFFA0, 1.0),
)  # fmt: skip
_NARROW, _WIDE = set(" .,:;!|'ijlftrI()[]-"), set("mwMWЖШЩЮжшщюм@%")


def width_of(text: str) -> float:
    """The width of a line of text, in parts of the size of its letters."""
    return sum(map(_letter_width, text))


def joins(letter: str, before: str) -> bool:
    """Whether a letter is part of the one before it, so that no line may begin with it."""
    return unicodedata.category(letter) in {"Mn", "Mc", "Me"} or before in _STACKERS


def is_tall(letter: str) -> bool:
    """Whether a letter's signs stand high above and below the line: Indic scripts, Thai, Lao, Tibetan, Burmese, Khmer."""
    return "\u0900" <= letter < "\u10a0" or "\u1780" <= letter < "\u1800"


def wrapped(text: str, width: float) -> list[str]:
    """The lines of a text, none wider than this; a word breaks only if it is wider itself."""
    lines, line = list[str](), ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines += full
    return [*lines, line] if line else lines


def _pieces(word: str, width: float) -> list[str]:
    """A word, cut where it is too wide; letters stay whole."""
    pieces = [""]
    for letter in word:
        piece = pieces[-1]
        if piece and not joins(letter, piece[-1]) and width_of(piece + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _letter_width(letter: str) -> float:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if letter in _NARROW:
        return 0.3
    if letter in _WIDE:
        return 0.8
    code = ord(letter)
    width = next((width for end, width in _WIDTHS if code < end), 1.0)
    return width * 1.2 if letter.isupper() else width
