"""Letters that belong together, in every script: a letter with its marks, and syllables that are written in pieces. Pure."""

import unicodedata

SUBSCRIPT = "\u17d2"  # the Khmer letter after it stands below the one before it
LEADING_VOWELS = "เแโใไເແໂໃໄ"  # Thai and Lao, written before the consonant that they follow
_LEADING = frozenset(f"{LEADING_VOWELS}\u1039")  # and the sign by which a Burmese letter carries another
_TRAILING = frozenset("ฯะาำๅๆຯະາຳຽໆ។៕៖ៗ៘៙៚")  # vowels, and signs, that are written after the letters they belong to


def graphemes(text: str) -> list[str]:
    """The user-perceived characters of a text: letters with their marks and, in Khmer, the letters stacked below them."""
    units: list[str] = []
    for character in text:
        stacked = bool(units) and units[-1][-1] == SUBSCRIPT
        if units and (stacked or unicodedata.category(character)[0] == "M"):
            units[-1] += character
        else:
            units.append(character)
    return units


def goes_on(before: str, after: str) -> bool:
    """Whether the syllable that one grapheme belongs to goes on in the next: neither a line nor a word begins there."""
    return before[-1] in _LEADING or after[0] in _TRAILING
