"""Lao and Thai as they are spoken: vowels that are written before their consonant follow it, what is silent is left out. Pure.

Both scripts lie in Unicode in the same order, Lao 128 places behind Thai: ໄຊ is xai, ຫຼວງ luang, ແກ້ວ kaeo.
Source: https://en.wikipedia.org/wiki/Lao_script#Vowels
"""

from materials_cli.patterns import regex
from materials_cli.words.syllables import LEADING_VOWELS

LAO_OR_THAI = regex("[\u0e01-\u0eff]")
_CONSONANTS = "\u0e01-\u0e2e\u0e81-\u0eae"
_CONSONANT = f"[{_CONSONANTS}]"
_VOWEL = f"[\u0e30-\u0e3a\u0e4d\u0eb0-\u0ebb\u0ebd\u0ecd{LEADING_VOWELS}]"
# What is replaced, one after the other.
RULES = tuple((regex(pattern), replacement) for pattern, replacement in (
    ("[\u0e47-\u0e4c\u0e4e\u0ec8-\u0ecc]", ""),  # tones
    ("[\u0e2b\u0eab]\u0ebc", "\u0ea5"),  # an h that only gives the next consonant its tone
    (f"[\u0e2b\u0eab](?=[\u0e07\u0e19\u0e21-\u0e23\u0e25\u0e87\u0e8d\u0e99\u0ea1-\u0ea3\u0ea5]|[\u0e27\u0ea7]{_VOWEL}|$)", ""),
    (f"([{LEADING_VOWELS}])({_CONSONANT}\u0ebc?)", r"\2\1"),
    (f"(?<![{_CONSONANTS}\u0ebc])[{LEADING_VOWELS}]", ""),  # a vowel whose consonant is not there
    (f"(?<=[\u0e01\u0e02\u0e04\u0e81\u0e82\u0e84])[\u0e27\u0ea7](?={_VOWEL})", "u"),  # khw
    (f"(?:[\u0e31\u0ebb]|(?<={_CONSONANT}))[\u0e27\u0ea7](?!{_VOWEL})", "ua"),
    (f"(?<={_VOWEL})[\u0e27\u0ea7](?!{_VOWEL})", "o"),
    (f"[\u0e2d\u0ead](?={_VOWEL})", ""),  # it only carries a vowel
    (f"(?<={_CONSONANT})[\u0e2d\u0ead]", "o"),
    ("[\u0e4d\u0ecd][\u0e32\u0eb2]", "am"),
    ("\u0ebd", "ie"),
    ("[\u0e22\u0e8d]", "y"),
))  # fmt: skip


def as_spoken(text: str) -> str:
    """A Lao or Thai text in the order in which it is spoken, with Latin letters for what its neighbours decide."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text
