"""Text → the words it can be found by, in every script of the region. Pure.

Three forms of each word, after a design that was measured over 84 judged queries: the folded word (no case, no accents,
no letters that a plain keyboard lacks), its stem where Snowball has one, and a key in Latin letters that meets names
written in another alphabet. Scripts that write without spaces are cut into overlapping pairs of signs.

What the index stores is a string of such words with a space between them; marks from a private-use area, which no word
of a text can contain, tell stems, keys and languages from folded words.
"""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from materials_cli.catalogue.languages import languages

NORMALISER_VERSION = 2
STEM, KEY, LANGUAGE = "\ue001", "\ue002", "\ue003"
SHORTEST_KEY = 3

_APOSTROPHES = "'’‘ʻʼ`ʹ´′ʿʾ＇"
_ARMENIAN_STRESS = "՚՛՜՞"  # written inside the word, above the vowel that is stressed
_HYPHENS = "-\u2010\u2011"
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u2060\ufeff"
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
_SHORTEST_STEM = 3
_KHMER_SUBSCRIPT = "\u17d2"

_PLAIN_PAIRS = (
    "қк ғг ңн үу ұу өо әа һх ҳх ҷч ӣи ӯу їи іи єе ґг љл њн ћч ђд јж ѓг ќк җж ҙз ҡк ҫс ҝк ҹч ӊн ҭт əe ıi łl øo đd ðd þt ŋn ħh"
)
_PLAIN = {ord(pair[0]): pair[1:] for pair in _PLAIN_PAIRS.split()} | {ord("æ"): "ae", ord("œ"): "oe"}
_LATIN_TWINS = str.maketrans("aceopxyikmhtb", "асеорхуикмнтв")
_CYRILLIC_TWINS = str.maketrans("асеорхукмнтвіѕј", "aceopxykmhtbisj")
_TURKIC = re.compile("[қғңүұөәһҳҷӣӯўі]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z]")
_ARMENIAN = re.compile("[\u0561-\u0587]")
_SOUNDS = {ord(pair[0]): pair[1:] for pair in ["ўo", "ғg", "һh", "ңn", "өo", "үu", "ұu", "әa", "əa", "ıi"]}
_SKELETON = (
    ("shch", "s"), ("dzh", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("sh", "s"), ("ch", "c"), ("ts", "c"), ("ph", "f"),
    ("x", "h"), ("q", "k"), ("w", "v"), ("y", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")
_NO_LETTER = re.compile("[^a-z0-9]")


class Forms(NamedTuple):
    """The forms of one word. parts: what stands for the folded word in the index, pairs of signs where it is unspaced."""

    fold: str
    stem: str
    key: str
    parts: tuple[str, ...]
    unspaced: bool = False


class Word(NamedTuple):
    """One word of a text: where it stands (offsets in characters of the text given) and its forms."""

    start: int
    end: int
    forms: Forms


def words(text: str) -> Iterator[Word]:
    """Every word of a text, in order; combining marks and apostrophes inside a word belong to it."""
    for match in _pattern().finditer(text.replace("_", " ")):
        raw, start = match[0], match.start()
        if raw.isascii() or not _IS_UNSPACED.search(raw):
            if (forms := forms_of(raw[:_LONGEST_WORD])).fold:
                yield Word(start, match.end(), forms)
            continue
        for run in _RUN.finditer(raw):
            if (forms := forms_of(run[0])).fold:
                yield Word(start + run.start(), start + run.end(), forms)


def stream(text: str) -> str:
    """What is indexed for a text: all folded words in their order (so that phrases work), then all other forms."""
    folds: list[str] = []
    others: list[str] = []
    before, end = "", 0
    for word in words(text):
        forms = word.forms
        folds += forms.parts
        if forms.unspaced and len(forms.parts) > 1:
            others.append(last_sign(forms))
        others += _other_forms(forms)
        if end and joined(text, end, word.start):
            others.append(KEY + forms_of(before + forms.fold).key)
        before, end = forms.fold, word.end
    return " ".join((*folds, *others, *(LANGUAGE + language for language in languages(text))))


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
    if raw.isascii():
        simple = folded = _HIDDEN.sub("", raw.lower())
        return Forms(folded, _stem(simple, folded), _key(simple), (folded,))
    simple = _one_alphabet(_simple(raw))
    folded = "".join(_pattern().findall(_plain(simple)))
    if _IS_UNSPACED.match(folded):
        return Forms(folded, folded, _key(simple), _pairs(folded), unspaced=True)
    return Forms(folded, _stem(simple, folded), _key(simple), (folded,))


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


def last_sign(forms: Forms) -> str:
    """The last sign of an unspaced run: no pair begins with it, yet a person may look for it alone."""
    return signs(forms.fold)[-1]


def _other_forms(forms: Forms) -> list[str]:
    others = [STEM + forms.stem] if forms.stem != forms.fold else []
    if forms.key != forms.fold and len(forms.key) >= SHORTEST_KEY:
        others.append(KEY + forms.key)
    return others


@cache
def _pattern() -> re.Pattern[str]:
    r"""What a word is: letters, numbers and marks. `\w` alone would break Bangla, Khmer and Lao at their vowel signs."""
    marks = "".join(chr(c) for c in range(0x300, 0x1E900) if unicodedata.category(chr(c))[0] == "M")
    inside = f"[\\w{marks}\U000e0100-\U000e01ef{_UNSEEN}]"
    return re.compile(f"{inside}+(?:[{_APOSTROPHES}{_ARMENIAN_STRESS}]{inside}+)*")


def _simple(text: str) -> str:
    """Case and compatibility forms levelled; what is not seen, and apostrophes, gone."""
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold()
    return _HIDDEN.sub("", unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()))


def _plain(simple: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", simple.translate(_PLAIN)))
    bare = unicodedata.normalize("NFC", bare).translate(_PLAIN)
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare)


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    from Stemmer import Stemmer  # noqa: PLC0415 - who lists needs no stems

    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem


def _stem(simple: str, folded: str) -> str:
    if folded.isascii():
        stem = _stemmer("english")(folded) if _LATIN.search(folded) else folded
    elif _CYRILLIC.search(simple) and not _TURKIC.search(simple):
        stem = _plain(_stemmer("russian")(simple.replace("ё", "е")))
    elif _ARMENIAN.search(simple):
        stem = _plain(_stemmer("armenian")(simple))
    else:
        stem = folded
    return stem if len(stem) >= _SHORTEST_STEM else folded


def _key(simple: str) -> str:
    """The word in plain Latin letters, levelled so that common ways of writing one sound come out alike."""
    if not simple.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - it costs more to import than all the rest of this module

        simple = anyascii(simple.translate(_SOUNDS)).lower()
    key = _NO_LETTER.sub("", simple)
    for spelling, sound in _SKELETON:
        key = key.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", key)


def _one_alphabet(simple: str) -> str:
    """Mend a word in which somebody mixed look-alike letters of two alphabets."""
    cyrillic, latin = len(_CYRILLIC.findall(simple)), len(_LATIN.findall(simple))
    if not cyrillic or not latin:
        return simple
    mended = simple.translate(_LATIN_TWINS if cyrillic >= latin else _CYRILLIC_TWINS)
    return mended if not (_CYRILLIC.search(mended) and _LATIN.search(mended)) else simple


def _pairs(folded: str) -> tuple[str, ...]:
    units = signs(folded)
    return tuple(a + b for a, b in itertools.pairwise(units)) or (folded,)
