"""A word of any script in plain Latin letters, so that a name is found in whatever alphabet it is typed. Pure.

Two measures of it. The key is the whole word, with the commonest ways of writing one sound brought together; equal keys
are all but always the same word. The sound keeps only the classes of the consonants, since customs of transliteration
differ most in the vowels (Toshkent, Tashkent) and in hard and soft consonants (Kim and Gim, Busan and Pusan); equal
sounds are a reason to compare keys, no more.
"""

import re

SHORTEST_KEY = 3
SHORTEST_SOUND = 3
LONGEST_SOUND = 8

# What anyascii writes too coarsely, or in a way that nobody of that country does.
_SPOKEN_PAIRS = "ўo ғg һh ңn өo үu ұu әa əa ıi ҹj ҝg çch şsh żzh žzh čch šsh চch ছch শsh ষsh ংng јy"
_SPOKEN = {ord(pair[0]): pair[1:] for pair in _SPOKEN_PAIRS.split()}
_TURKIC_C = re.compile("[əğış]")  # c is pronounced like the j of "jam" where these letters are
_AZERI = re.compile("[ҝҹһ]")  # the Cyrillic of Azerbaijan, whose г is q in Latin letters
_KEY_OF = (
    ("ngh", "nh"), ("shch", "s"), ("dzh", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("sh", "s"), ("ch", "c"), ("ts", "c"),
    ("ph", "f"), ("x", "h"), ("q", "k"), ("w", "v"), ("y", "i"), ("j", "c"),
)  # fmt: skip
_CLASS_OF = {
    "shch": "C", "sch": "C", "chzh": "C", "dzh": "C", "zh": "C", "sh": "C", "ch": "C", "j": "C", "ts": "S", "dz": "S",
    "ngh": "NH", "ng": "N", "kh": "H", "gh": "K", "ph": "P", "th": "T", "ck": "K", "x": "KS",
    "s": "S", "z": "S", "k": "K", "g": "K", "q": "K", "c": "K", "p": "P", "b": "P", "t": "T", "d": "T", "f": "P", "v": "P",
    "w": "P", "h": "H", "l": "L", "m": "M", "n": "N", "r": "R",
}  # fmt: skip
_VOWEL = "O"
_CONSONANT = re.compile("|".join(sorted(_CLASS_OF, key=len, reverse=True)) + "|.")
_OPENING = re.compile("(?:kh|h|x|y)?[aeiouy]+|kh|h|x")
_MUTE = re.compile("kh(?![aeiouy])|(?<![kscptgdz])h(?![aeiouy])|w(?![aeiouy])")  # John, Ахмед, Brown
_PARK = re.compile("^park(?=[a-z]{2})")  # the surname 박, in which nobody hears an r
_HARD_CH, _SOFT_C = re.compile("ch(?=[rlmn])"), re.compile("c(?=[eiy])")
_DOUBLED, _DOUBLED_CLASS = re.compile(r"([a-z])\1+"), re.compile(r"([A-Z])\1+")
_IOTATED = re.compile("^ie|io(?!u)")  # Yerevan, Erevan; Pyotr, Petr
_NO_LETTER = re.compile("[^a-z0-9]")


def latin(simple: str) -> str:
    """A levelled word in lower-case Latin letters and digits."""
    if not simple.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - it costs more to import than all the rest of this module

        if _TURKIC_C.search(simple):
            simple = simple.replace("c", "j")
        if _AZERI.search(simple):
            simple = simple.replace("г", "q")
        simple = anyascii(simple.replace("ու", "u").translate(_SPOKEN)).lower()
    return _NO_LETTER.sub("", simple)


def key(letters: str) -> str:
    """The whole word, levelled so that common ways of writing one sound come out alike."""
    for spelling, sound in _KEY_OF:
        if spelling in letters:
            letters = letters.replace(spelling, sound)
    return _IOTATED.sub("e", _DOUBLED.sub(r"\1", letters))


def sound(letters: str) -> str:
    """The classes of the first eight consonants; A for a word that opens with a vowel, aspirated or not."""
    return rhythm(letters).replace(_VOWEL, "")[:LONGEST_SOUND]


def rhythm(letters: str) -> str:
    """The classes of all consonants, and a sign for each run of vowels but the first."""
    letters = _PARK.sub("pak", letters)
    opening = _OPENING.match(letters)
    rest = _MUTE.sub("", letters[opening.end() :] if opening else letters)
    if "c" in rest:
        rest = _SOFT_C.sub("s", _HARD_CH.sub("k", rest))
    classes = "".join([_CLASS_OF.get(part, _VOWEL) for part in _CONSONANT.findall(rest)])
    return ("A" if opening else "") + _DOUBLED_CLASS.sub(r"\1", classes)
