"""Text → the words it can be found by, in every script of the region. Pure.

Four forms of each word: the folded word (no case, no accents, no letters that a plain keyboard lacks), its stem where
Snowball has one, a key in Latin letters that meets names written in another alphabet, and its sound, the classes of its
consonants, for names that are written in another alphabet after another custom. Scripts that write without spaces are
cut into overlapping pairs of signs.

What the index stores is a string of such words with a space between them; marks from a private-use area, which no word
of a text can contain, tell stems, keys, sounds and languages from folded words.
"""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from materials_cli.words.endings import stem_of
from materials_cli.words.languages import languages
from materials_cli.words.sounds import SHORTEST_KEY, SHORTEST_SOUND, key, latin, sound

NORMALISER_VERSION = 3
STEM, KEY, LANGUAGE, SOUND = "\ue001", "\ue002", "\ue003", "\ue004"
_SIGNS_OF_A_SOUND = 5

_APOSTROPHES = "'’‘ʻʼ`ʹ´′ʿʾ＇"
_ARMENIAN_STRESS = "՚՛՜՞"  # written inside the word, above the vowel that is stressed
_HYPHENS = "-\u2010\u2011"
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u2060\ufeff"
_IS_UNSEEN = re.compile(f"[{_UNSEEN}]")
HYPHENS = frozenset(_HYPHENS)
_HIDDEN = re.compile(f"[{_UNSEEN}{_APOSTROPHES}{_ARMENIAN_STRESS}]")
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0100-\U000e01ef]"
)
_UNSPACED = (
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u108f\u109a-\u109f\u1100-\u11ff\u1780-\u17df"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003fffd"
)
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_LONGEST_WORD = 64
_KHMER_SUBSCRIPT = "\u17d2"
# Khmer and Lao, whose marks normalisation leaves in the order in which they were typed.
_MARKS = re.compile("\u17d2[\u1780-\u17b3]|[\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u17b4-\u17d3\u17dd]")
_SIGNS_WITH_MARKS = re.compile(f"([\u0e80-\u0eae\u1780-\u17b3])((?:{_MARKS.pattern}){{2,}})")

_PLAIN_PAIRS = (
    "қк ғг ңн үу ұу өо әа һх ҳх ҷч ӣи ӯу їи іи єе ґг љл њн ћч ђд јж ѓг ќк җж ҙз ҡк ҫс ҝк ҹч ӊн ҭт əe ıi łl øo đd ðd þt ŋn ħh"
)
# Written below another letter, Khmer da and ta look the same, and people type either.
_KHMER_DA, _KHMER_TA = "\u17d2\u178a", "\u17d2\u178f"
_PLAIN = {ord(pair[0]): pair[1:] for pair in _PLAIN_PAIRS.split()} | {ord("æ"): "ae", ord("œ"): "oe"}
_LATIN_TWINS = str.maketrans("aceopxyikmhtbv", "асеорхуикмнтвү")
_GREEK_TWINS = str.maketrans("αεικνορτυχ", "aeikvoptux")
_GREEK = re.compile("[\u03b1-\u03c9]")
_CYRILLIC_TWINS = str.maketrans("асеорхукмнтвіѕј", "aceopxykmhtbisj")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z]")


class Forms(NamedTuple):
    """The forms of one word.

    spelled: as it was typed, but for its case; parts: what stands for the folded word in the index, pairs of signs where
    it is unspaced; named: whether it looks like a name, or may hold one.
    """

    spelled: str
    fold: str
    stem: str
    key: str
    parts: tuple[str, ...]
    unspaced: bool = False
    named: bool = False


class Word(NamedTuple):
    """One word of a text: where it stands (offsets in characters of the text given) and its forms."""

    start: int
    end: int
    forms: Forms


def words(text: str) -> Iterator[Word]:
    """Every word of a text, in order; combining marks and apostrophes inside a word belong to it."""
    for raw, start in raw_words(text):
        if (forms := forms_of(raw)).fold:
            yield Word(start, start + len(raw), forms)


def raw_words(text: str) -> Iterator[tuple[str, int]]:
    """Every word of a text as it is written, and where it begins."""
    for match in _pattern().finditer(text):
        raw = match[0]
        if raw.isascii() or not _IS_UNSPACED.search(raw):
            yield raw, match.start()
        else:
            yield from ((run[0], match.start() + run.start()) for run in _RUN.finditer(raw))


def stream(text: str) -> str:
    """What is indexed for a text: all folded words in their order (so that phrases work), then all other forms."""
    found = _pattern().findall(text)
    folds = [_indexed(raw)[0] for raw in found]
    others = [_indexed(raw)[1] for raw in dict.fromkeys(found)]
    if not HYPHENS.isdisjoint(text):
        others += [form for pair in _joined_pair().findall(text) for form in other_forms(forms_of("".join(pair)))]
    spoken = [LANGUAGE + language for language in languages(text)]
    return " ".join(filter(None, (*folds, *others, *spoken)))


@lru_cache(maxsize=1 << 17)
def _indexed(raw: str) -> tuple[str, str]:
    """What is indexed for one match of the pattern: its folded words, and their other forms."""
    forms = [word.forms for word in words(raw)]
    return (
        " ".join(part for each in forms for part in each.parts),
        " ".join(dict.fromkeys(other for each in forms for other in other_forms(each))),
    )


def joined(text: str, end: int, start: int) -> bool:
    """Whether a hyphen makes one word of two (X-Road, e-gov, a word broken at the end of its line)."""
    return text[end : end + 1] in _HYPHENS and end < start <= end + 3 and not text[end + 1 : start].strip("\r\n")


def fold(text: str) -> str:
    """A text without case, accents, apostrophes and special letters; applying it twice changes nothing."""
    if text.isascii():
        return _HIDDEN.sub("", text.lower())
    return _plain(_simple(text))


@lru_cache(maxsize=1 << 16)
def forms_of(raw: str) -> Forms:
    """The forms of one word; remembered, since texts repeat their words. fold is empty for what is no word."""
    raw = raw if len(raw) <= _LONGEST_WORD or _IS_UNSPACED.match(raw) else raw[:_LONGEST_WORD]
    if raw.isascii():
        simple = folded = _HIDDEN.sub("", raw.lower())
        # Names are what is written in many alphabets: in Latin letters they have a capital.
        return Forms(simple, folded, stem_of(simple, folded, _plain), key(latin(simple)), (folded,), named=not raw.islower())
    simple = _one_alphabet(_simple(raw))
    folded = "".join(_pattern().findall(_plain(simple)))
    keyed = key(latin(simple))
    if _IS_UNSPACED.match(folded):
        return Forms(simple, folded, folded, keyed, _pairs(folded), unspaced=True, named=True)
    return Forms(simple, folded, stem_of(simple, folded, _plain), keyed, (folded,), named=True)


def sound_of(forms: Forms) -> str:
    """The sound of a word."""
    return sound(latin(forms.spelled))


def other_forms(forms: Forms) -> list[str]:
    """What stands in the index for a word besides the folded word: stem, key, sound.

    Of an unspaced run: its last sign, with which no pair begins; its key; and the sound of the name that may begin at each
    of its signs.
    """
    others = [STEM + forms.stem] if forms.stem != forms.fold else []
    if forms.key != forms.fold and len(forms.key) >= SHORTEST_KEY:
        others.append(KEY + forms.key)
    if not forms.named:
        return others
    sounds = [sound_of(forms)]
    if forms.unspaced:
        units = signs(forms.fold)
        others += units[-1:] if len(units) > 1 else []
        sounds = [sound(latin("".join(units[start : start + _SIGNS_OF_A_SOUND]))) for start in range(max(1, len(units) - 1))]
    return others + [SOUND + sounded for sounded in sounds if len(sounded) >= SHORTEST_SOUND]


def signs(text: str) -> list[str]:
    """What a reader takes for one sign: a letter with its marks, and in Khmer the letters stacked below it."""
    units: list[str] = []
    for character in text:
        stacked = bool(units) and units[-1][-1] == _KHMER_SUBSCRIPT
        if units and (stacked or unicodedata.category(character)[0] == "M"):
            units[-1] += character
        else:
            units.append(character)
    return units


def _in_one_order(marked: re.Match[str]) -> str:
    """The marks of a sign in one order, whatever order they were typed in; letters stacked below it come first."""
    return marked[1] + "".join(sorted(_MARKS.findall(marked[2]), key=lambda mark: (mark[0] != _KHMER_SUBSCRIPT, mark)))


@cache
def _joined_pair() -> re.Pattern[str]:
    """Two words that a hyphen joins; the second may be the first of the next pair."""
    word = _pattern().pattern
    return re.compile(f"({word})[{_HYPHENS}][\\r\\n]{{0,2}}(?=({word}))")


@cache
def _pattern() -> re.Pattern[str]:
    r"""What a word is: letters, numbers and marks. `\w` alone would break Bangla, Khmer and Lao at their vowel signs.

    All signs are told one by one, since `re` looks up a plain set nine times faster than one with a category in it; those
    beyond the basic plane, all but pictures and private ones, count as letters.
    """
    inside = f"[{_ranges(_belongs)}\U00010000-\U0001efff\U00020000-\U0003ffff\U000e0100-\U000e01ef]"
    return re.compile(f"{inside}+(?:[{_APOSTROPHES}{_ARMENIAN_STRESS}]{inside}+)*")


def _belongs(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M" or bool(_IS_UNSEEN.match(sign))


def _ranges(test: Callable[[str], bool]) -> str:
    """The signs of the basic plane for which a test holds, as they stand in a set of a regular expression."""
    runs = itertools.groupby(range(0x10000), key=lambda point: test(chr(point)))
    found = [list(run) for holds, run in runs if holds]
    return "".join(f"{re.escape(chr(run[0]))}-{re.escape(chr(run[-1]))}" for run in found)


def _simple(text: str) -> str:
    """Case and compatibility forms levelled; what is not seen, and apostrophes, gone."""
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold()
    return _HIDDEN.sub("", unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()))


def _plain(simple: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", simple.translate(_PLAIN)))
    bare = unicodedata.normalize("NFC", bare).translate(_PLAIN).replace(_KHMER_DA, _KHMER_TA)
    bare = _SIGNS_WITH_MARKS.sub(_in_one_order, bare)
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare)


def _one_alphabet(simple: str) -> str:
    """Mend a word in which somebody mixed look-alike letters of two alphabets."""
    if _GREEK.search(simple) and (_LATIN.search(simple) or _CYRILLIC.search(simple)):
        simple = simple.translate(_GREEK_TWINS)
    cyrillic, latin = len(_CYRILLIC.findall(simple)), len(_LATIN.findall(simple))
    if not cyrillic or not latin:
        return simple
    mended = simple.translate(_LATIN_TWINS if cyrillic >= latin else _CYRILLIC_TWINS)
    return mended if not (_CYRILLIC.search(mended) and _LATIN.search(mended)) else simple


def _pairs(folded: str) -> tuple[str, ...]:
    units = signs(folded)
    return tuple(a + b for a, b in itertools.pairwise(units)) or (folded,)
