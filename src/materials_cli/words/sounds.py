"""Phonetic forms of a word, derived from its romanisation, so that a name is found whichever alphabet it is typed in. Pure.

The key is the whole word with the usual spellings of one sound unified; words with equal keys are nearly always the same.
The sound is the sequence of its consonant classes, because transliteration systems differ most in vowels (Toshkent,
Tashkent) and in voiced and voiceless consonants (Kim and Gim, Busan and Pusan); words with equal sounds are candidates
whose keys have to be compared.
"""

from materials_cli.patterns import regex
from materials_cli.words.khmer import KHMER, pronounced
from materials_cli.words.lao import LAO_OR_THAI, as_spoken

SHORTEST_KEY = 3
SHORTEST_SOUND = 3
LONGEST_SOUND = 8

# Letters that anyascii romanises too coarsely, or not as their country does.
_ROMANISED_PAIRS = "ўo ғg һh ңn өo үu ұu әa əa ıi ҹj ҝg çch şsh żzh žzh čch šsh চch ছch শsh ষsh ংng јy"
# Russian as anyascii has it, so that most archives, and every comparison of letters that look alike, do without its tables.
_RUSSIAN_PAIRS = (
    "аa бb вv гg дd еe ёe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu яya іi ѕdz"
)
_ROMANISED = {ord(pair[0]): pair[1:] for pair in f"{_ROMANISED_PAIRS} {_RUSSIAN_PAIRS}".split()}
_TURKIC_C = frozenset("əğış")  # in words with these letters, c is pronounced like the j of "jam"
_AZERI = frozenset("ҝҹһ")  # the Cyrillic script of Azerbaijan, whose г is romanised as q
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
# What the key and the sound of a word may begin with, by its first romanised letter; a key with that letter if it is not here.
KEYS_OF = {
    "d": "dc", "g": "ghk", "i": "ie", "j": "c", "k": "kh", "l": "lie", "p": "pf", "q": "k", "t": "tc", "w": "vu", "x": "h",
    "y": "ie", "z": "zc",
}  # fmt: skip
SOUNDS_OF = {letter: sounds for letters, sounds in (
    ("aeiouyhx", "A"), ("k", "AK"), ("gq", "K"), ("c", "CKS"), ("dtz", "TCS"), ("s", "SC"), ("j", "C"), ("pbfv", "P"),
    ("l", "LA"), ("m", "M"), ("n", "N"), ("r", "R"),
) for letter in letters}  # fmt: skip

_VOWEL = "O"
_CONSONANT = regex("|".join(sorted(_CLASS_OF, key=len, reverse=True)) + "|.")
_OPENING = regex("(?:kh|h|x|y)?[aeiouy]+|kh|h|x")
_SILENT = regex("kh(?![aeiouy])|(?<![kscptgdz])h(?![aeiouy])|w(?![aeiouy])")  # John, Ахмед, Brown
_PARK = regex("^park(?=[a-z]{2})")  # the surname 박, whose r is silent
_WOO = regex("woo(?![dlf])")  # the Korean 우, as in Hyunwoo; not as in Woods
_LEE = regex("^lee(?=[a-z]{4})")  # the Korean surname 이 before a name
_HARD_CH, _SOFT_C = regex("ch(?=[rlmn])"), regex("c(?=[eiy])")
_DOUBLED, _DOUBLED_CLASS = regex(r"([a-z])\1+"), regex(r"([A-Z])\1+")
_IOTATED = regex("^ie|io(?!u)")  # Yerevan, Erevan; Pyotr, Petr
_NOT_ALPHANUMERIC = regex("[^a-z0-9]")


def romanise(normalised: str) -> str:
    """A normalised word (see `fold.Forms.spelled`) in lower-case Latin letters and digits."""
    if not normalised.isascii():
        if not _TURKIC_C.isdisjoint(normalised):
            normalised = normalised.replace("c", "j")
        if not _AZERI.isdisjoint(normalised):
            normalised = normalised.replace("г", "q")
        if KHMER.search(normalised):
            normalised = pronounced(normalised)
        if LAO_OR_THAI.search(normalised):
            normalised = as_spoken(normalised)
        normalised = normalised.replace("ու", "u").translate(_ROMANISED)
    if not normalised.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - its import costs 30 ms, and many archives need none of it

        normalised = anyascii(normalised).lower()
    romanised = _NOT_ALPHANUMERIC.sub("", normalised)
    return _LEE.sub("i", _WOO.sub("u", romanised)) if "oo" in romanised or "lee" in romanised else romanised


def key(romanised: str) -> str:
    """The whole word with the usual spellings of one sound unified."""
    for spelling, unified in _KEY_OF:
        if spelling in romanised:
            romanised = romanised.replace(spelling, unified)
    return _IOTATED.sub("e", _DOUBLED.sub(r"\1", romanised))


def sound(romanised: str) -> str:
    """The classes of the first eight consonants, after an A if the word begins with a vowel, aspirated or not."""
    return skeleton(romanised).replace(_VOWEL, "")[:LONGEST_SOUND]


def skeleton(romanised: str) -> str:
    """The classes of all consonants, with an O for each group of vowels between them."""
    romanised = _PARK.sub("pak", romanised)
    opening = _OPENING.match(romanised)
    rest = _SILENT.sub("", romanised[opening.end() :] if opening else romanised)
    if "c" in rest:
        rest = _SOFT_C.sub("s", _HARD_CH.sub("k", rest))
    classes = "".join([_CLASS_OF.get(part, _VOWEL) for part in _CONSONANT.findall(rest)])
    return ("A" if opening else "") + _DOUBLED_CLASS.sub(r"\1", classes)
