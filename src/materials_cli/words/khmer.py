"""Khmer vowels as they are pronounced, which the consonant before them decides: ា is ea in ភា, but a in ខា. Pure.

Source: the two series of Khmer consonants, https://en.wikipedia.org/wiki/Khmer_script#Vowels. After sonorants of the second
series names are spelled both ways (Dara, Siem Reap); they keep the plain vowel.
"""

import re

from materials_cli.patterns import regex

_SECOND_SERIES, _SONORANTS = "គឃងជឈញឌឍទធនពភមយរលវ", "ងញនមយរលវ"
_SYLLABLE = regex("([\u1780-\u17a2](?:\u17d2[\u1780-\u17a2]){0,3}\u17ca?)([\u17b6-\u17b8\u17bb])")
_VOWELS = {"\u17b6": "ea", "\u17b7": "i", "\u17b8": "i", "\u17bb": "u"}
# What is not heard: the sign of a short vowel, and the letter stacked below the last one.
_SILENT = regex("\u17cb|\u17d2[\u1780-\u17a2]\\Z")
# With what follows, they make a noun of a verb or a quality; alone they say no more than "-ing" or "-ness".
NOMINALISERS = frozenset(["ការ", "ភាព", "សេចក្ដី", "សេចក្តី", "ក្ដី", "ក្តី", "អ្នក", "ជាការ", "ជាភាព"])
KHMER = regex("[\u1780-\u17d2]")


def pronounced(text: str) -> str:
    """A Khmer text without what is silent, and with Latin letters for the vowels that their consonant changes."""
    return _SYLLABLE.sub(_syllable, _SILENT.sub("", text))


def _syllable(match: re.Match[str]) -> str:
    consonant, vowel = match[1], match[2]
    plain = consonant[0] not in _SECOND_SERIES or (vowel == "\u17b6" and consonant[0] in _SONORANTS)
    return match[0] if plain else consonant + _VOWELS[vowel]
