"""Text → the terms it is indexed and searched by, in every script of the region. Pure.

Each word has four forms: the folded word (without case, accents and letters that a plain keyboard lacks), its stems, a
romanised key that equals the key of the same name in another alphabet, and its sound (consonant classes), for names that
two transliteration systems spell differently. Text of scripts without spaces is cut into overlapping pairs of graphemes.

The index stores these terms as one string, separated by spaces. Prefixes from a Unicode private-use area, which no word
contains, mark stems, keys and sounds.
"""

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from materials_cli.patterns import regex
from materials_cli.words.characters import in_a_set
from materials_cli.words.endings import sought_stems_of, stems_of
from materials_cli.words.lao import LAO_OR_THAI
from materials_cli.words.sounds import SHORTEST_KEY, SHORTEST_SOUND, key, romanise, sound
from materials_cli.words.syllables import SUBSCRIPT, graphemes

NORMALISER_VERSION = 8
STEM, KEY, SOUND, SOUND_IN_RUN = "\ue001", "\ue002", "\ue004", "\ue005"
_GRAPHEMES_OF_A_SOUND, _LETTERS_OF_A_SOUND = 5, 10  # Lao and Thai write vowels as letters of their own

_LETTERS_OF_MODIFICATION = "ʻʼʹʿʾ"  # apostrophes that Unicode counts as letters
_APOSTROPHES = "'’‘`´′＇"
_ARMENIAN_STRESS = "՚՛՜՞"  # written inside a word, above the stressed vowel
_HYPHENS = "-\u2010\u2011"
_INVISIBLE = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
HYPHENS = frozenset(_HYPHENS)
_IGNORED = regex(f"[{_INVISIBLE}{_APOSTROPHES}{_LETTERS_OF_MODIFICATION}{_ARMENIAN_STRESS}]")
_ACCENTS = regex(
    "[\u0300-\u036f\u0483-\u0489\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0100-\U000e01ef]"
)
_UNSPACED = (
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u108f\u109a-\u109f\u1100-\u11ff\u1780-\u17df"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003fffd"
)
_FIRST_UNSPACED, _FIRST_OF_ONE_LETTER = "\u0e00", "\u3000"
# Where each of these ranges begins, and what follows it: `re` counts every letter of a range, which takes longer than a search.
_EDGES = [edge for first, last in zip(_UNSPACED[::3], _UNSPACED[2::3], strict=True) for edge in (ord(first), ord(last) + 1)]
_BEYOND_SPACED = regex(f"[^\0-{chr(ord(_FIRST_UNSPACED) - 1)}]")  # compiled by counting what is in the brackets
_OTHER_DIGIT = regex(r"(?![0-9])\d")
_LONGEST_WORD, _LONGEST_SYLLABLE = 64, 7
# Khmer and Lao marks, which Unicode normalisation leaves in the order in which they were typed.
_MARK = "\u17d2[\u1780-\u17b3]|[\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u17b4-\u17d3\u17dd]"
_MARKS = regex(_MARK)
_MARKED_LETTER = regex(f"([\u0e80-\u0eae\u1780-\u17b3])((?:{_MARK}){{2,}})")

_PLAIN_PAIRS = (
    "қк ғг ңн үу ұу өо әа һх ҳх ҷч ӣи ӯу їи іи єе ґг љл њн ћч ђд јж ѓг ќк җж ҙз ҡк ҫс ҝк ҹч ӊн ҭт əe ıi łl øo đd ðd þt ŋn ħh"
)
# Below another letter, Khmer da and ta look the same, and both are typed.
_KHMER_DA, _KHMER_TA = "\u17d2\u178a", "\u17d2\u178f"
_PLAIN = {ord(pair[0]): pair[1:] for pair in _PLAIN_PAIRS.split()} | {ord("æ"): "ae", ord("œ"): "oe"}
_LATIN_TWINS = str.maketrans("aceopxyikmhtbv", "асеорхуикмнтвү")
_GREEK_TWINS = str.maketrans("αεικνορτυχ", "aeikvoptux")
_GREEK = regex("[\u03b1-\u03c9]")
_CYRILLIC_TWINS = str.maketrans("асеорхукмнтвіѕј", "aceopxykmhtbisj")
_CYRILLIC = regex("[\u0400-\u052f]")
_LATIN = regex("[a-z]")


class Forms(NamedTuple):
    """The forms of one word; those that cost time are made when they are asked for, and cached.

    spelled: as written, but for its case and Unicode form; unspaced: whether its script writes no spaces, so that it may hold
    many words; name_like: whether it may be or contain a name; titled: whether it is written with a capital and small letters.
    """

    spelled: str
    fold: str
    unspaced: bool = False
    name_like: bool = False
    titled: bool = False

    @property
    def stems(self) -> tuple[str, ...]:
        """Its stems that are not the folded word itself, the likeliest first. All begin with its first letter."""
        return () if self.unspaced else _stems(self.spelled, self.fold, titled=self.titled)

    @property
    def stem(self) -> str:
        """The likeliest of its stems; the folded word when it has none."""
        stems = self.stems
        return stems[0] if stems else self.fold

    @property
    def key(self) -> str:
        """What it has in common with the same name in another alphabet."""
        return _key(self.spelled)

    @property
    def is_of_one_name(self) -> bool:
        """Whether all of it may be one name: it has no digit, and is not of two alphabets; 김minsu may be, 김k and kimщ not."""
        return _is_of_one_name(self.fold)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The terms that stand for the folded word in the index: pairs of graphemes if it is unspaced."""
        return _pairs(self.fold) if self.unspaced else (self.fold,)


class Word(NamedTuple):
    """One word of a text: its position (offsets in characters) and its forms."""

    start: int
    end: int
    forms: Forms


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order. Combining marks, and apostrophes between letters, are part of a word."""
    for raw, start in raw_words(text):
        if (forms := forms_of(raw)).fold:
            yield Word(start, start + len(raw), forms)


def raw_words(text: str) -> Iterator[tuple[str, int]]:
    """The words of a text as they are written, and the offset at which each begins."""
    found = written(text)
    return zip(found, starts_of(text, found), strict=True)


def written(text: str) -> list[str]:
    """The words of a text as they are written, in order."""
    found = matches(text)
    return list(itertools.chain.from_iterable(map(_pieces, found))) if _BEYOND_SPACED.search(text) else found


def starts_of(text: str, found: Iterable[str]) -> list[int]:
    """The offsets at which the words of a text begin: between two of them nothing is that a word could begin with."""
    starts, end = list[int](), 0
    for word in found:
        starts.append(text.index(word, end))
        end = starts[-1] + len(word)
    return starts


@lru_cache(maxsize=1 << 16)
def _pieces(raw: str) -> tuple[str, ...]:
    """A match of the word pattern, cut where a script without spaces begins or ends."""
    return (raw,) if max(raw) < _FIRST_UNSPACED or _is_as_it_is(raw) else tuple(run for run, _ in _runs(raw))


def token_stream(text: str) -> str:
    """What is indexed for a text: its folded words in order, so that phrases are found, then all other terms."""
    found = matches(text)
    folds = [indexed(raw)[0] for raw in found]
    others = [indexed(raw)[1] for raw in dict.fromkeys(found)]
    return " ".join(filter(None, (*folds, *others, *further_terms(text))))


def further_terms(text: str) -> Iterator[str]:
    """The terms of words that a text has in pieces: joined by hyphens, or with a space after each syllable."""
    if not HYPHENS.isdisjoint(text):
        for word, after in itertools.pairwise(word_pattern().finditer(text)):
            if hyphenated(text, word.end(), after.start()):
                yield from _other_terms(forms_of(word[0] + after[0]))
    for apart in spaced_out(text):
        yield from forms_of("".join(apart[0].split())).tokens


def matches(text: str) -> list[str]:
    """The words of a text as they are written; what a script without spaces has in one piece is one."""
    return word_pattern().findall(text)


@lru_cache(maxsize=1 << 17)
def indexed(raw: str) -> tuple[str, str]:
    """What is indexed for one match of the word pattern: its folded words, and their other terms."""
    forms = [word.forms for word in words(raw)]
    return (
        " ".join(token for each in forms for token in each.tokens),
        " ".join(dict.fromkeys(term for each in forms for term in _other_terms(each))),
    )


def spaced_out(text: str) -> Iterator[re.Match[str]]:
    """The runs of a script without spaces in which one stands after each syllable or letter."""
    return spaced_out_pattern().finditer(text) if _may_be_spaced_out(text) else iter(())


def _may_be_spaced_out(text: str) -> bool:
    """Whether two words stand together that are short enough: hardly any text has such, and the pattern is slow to compile."""
    if not _BEYOND_SPACED.search(text):
        return False
    lengths = ((_LONGEST_SYLLABLE if word < _FIRST_OF_ONE_LETTER else 1, word) for word in text.split())
    short = [word >= _FIRST_UNSPACED and len(word) <= most for most, word in lengths]
    return any(one and other for one, other in itertools.pairwise(short)) and any(map(_is_unspaced, text))


def hyphenated(text: str, end: int, start: int) -> bool:
    """Whether a hyphen joins the word that ends at `end` to the one that begins at `start`: X-Road, or across a line end."""
    return text[end : end + 1] in _HYPHENS and end < start <= end + 3 and not text[end + 1 : start].strip("\r\n")


def fold(text: str) -> str:
    """A text without case, accents, apostrophes and special letters. Idempotent."""
    if text.isascii():
        return _IGNORED.sub("", text.lower())
    return _folded(_normalised(text))


@lru_cache(maxsize=1 << 16)
def forms_of(raw: str) -> Forms:
    """The forms of one word as it is written; `fold` is empty if nothing is left of it. Cached, since words recur."""
    raw = raw if len(raw) <= _LONGEST_WORD or begins_unspaced(raw) else raw[:_LONGEST_WORD]
    if raw.isascii():
        folded = _IGNORED.sub("", raw.lower())
        # In Latin letters, names are capitalised.
        return Forms(folded, folded, name_like=not raw.islower(), titled=raw.istitle())
    if _is_as_it_is(raw):
        return Forms(raw, raw, unspaced=True, name_like=True)
    spelled = _in_one_alphabet(_normalised(raw))
    folded = "".join(word_pattern().findall(_folded(spelled)))
    if begins_unspaced(folded):
        return Forms(spelled, folded, unspaced=True, name_like=True)
    return Forms(spelled, folded, name_like=True, titled=raw.istitle())


@lru_cache(maxsize=1 << 12)
def first_letters(written: str) -> dict[str, str]:
    """How a word may begin, in each alphabet that its look-alike letters may be of, and the first letter of its folded form.

    written: its first two characters, or the only one. Empty if these do not tell: in a script without spaces, where one word
    holds others; where a mark or something invisible stands behind the first.
    """
    if begins_unspaced(written):
        return {}
    head = _normalised(written)
    behind = written[1:]
    if begins_unspaced(head) or (behind and (unicodedata.category(behind)[0] == "M" or not _normalised(behind))):
        return {}
    spellings = {head, head.translate(_GREEK_TWINS)}
    spellings |= {each.translate(twins) for each in spellings for twins in (_LATIN_TWINS, _CYRILLIC_TWINS)}
    letters = {each: "".join(word_pattern().findall(_folded(each)))[:1] for each in spellings}
    return letters if all(letters.values()) else {}


@lru_cache(maxsize=1 << 10)
def sought_stems(forms: Forms) -> tuple[str, ...]:
    """All by which a typed word finds its other forms: a word is one when this has its folded form or one of its stems."""
    return sought_stems_of(forms.spelled, forms.fold, forms.stems, name=forms.titled)


def sound_of(forms: Forms) -> str:
    """The sound of a word."""
    return _sound_of(forms.spelled)


@lru_cache(maxsize=1 << 16)
def _sound_of(spelled: str) -> str:
    return sound(romanised(spelled))


@lru_cache(maxsize=1 << 16)
def _key(spelled: str) -> str:
    return key(romanised(spelled))


@lru_cache(maxsize=1 << 16)
def romanised(spelled: str) -> str:
    """A normalised word in Latin letters; cached."""
    return romanise(spelled)


@lru_cache(maxsize=1 << 16)
def _stems(spelled: str, folded: str, *, titled: bool) -> tuple[str, ...]:
    return stems_of(spelled, folded, _folded, name=titled)


def begins_unspaced(text: str) -> bool:
    """Whether a text begins with a letter of a script without spaces."""
    return text >= _FIRST_UNSPACED and _is_unspaced(text[0])


def _is_unspaced(character: str) -> bool:
    return bisect_right(_EDGES, ord(character)) % 2 == 1


def _is_as_it_is(raw: str) -> bool:
    """Whether a word is all in Han characters, or all in Hangul: it is one run, with no marks and nothing to fold."""
    first, last = (min(raw), max(raw)) if raw else ("", "")
    return "\u4e00" <= first <= last <= "\u9fff" or "\uac00" <= first <= last <= "\ud7a3"


@lru_cache(maxsize=1 << 10)
def _is_of_one_name(folded: str) -> bool:
    parts = [run for run, _ in _runs(folded)]
    spaced = [part for part in parts if not begins_unspaced(part)]
    alone = len(parts) > 1 and min(map(len, spaced), default=2) < 2
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for part in spaced for letter in part if letter.isalpha()}
    return not (alone or len(scripts) > 1 or any(map(str.isdigit, folded)))


def _other_terms(forms: Forms) -> list[str]:
    """The terms of a word besides its folded form: stems, key and sound.

    Those of an unspaced run are its last grapheme, with which no pair begins; its key; and, from each grapheme on, the
    sound of a name that may begin there.
    """
    others = [STEM + stem for stem in forms.stems]
    if forms.key != forms.fold and len(forms.key) >= SHORTEST_KEY:
        others.append(KEY + forms.key)
    if not forms.name_like:
        return others
    sounds = [sound_of(forms)]
    mark = SOUND
    if forms.unspaced:
        mark = SOUND_IN_RUN
        units = graphemes(forms.fold)
        others += units[-1:] if len(units) > 1 else []
        most = _LETTERS_OF_A_SOUND if LAO_OR_THAI.search(forms.fold) else _GRAPHEMES_OF_A_SOUND
        sounds = [sound(romanise("".join(units[start : start + most]))) for start in range(max(1, len(units) - 1))]
    return others + [mark + each for each in sounds if len(each) >= SHORTEST_SOUND]


def _in_canonical_order(marked: re.Match[str]) -> str:
    """A letter with its marks in one order, however they were typed; letters stacked below it come first."""
    return marked[1] + "".join(sorted(_MARKS.findall(marked[2]), key=lambda mark: (mark[0] != SUBSCRIPT, mark)))


@cache
def word_pattern() -> re.Pattern[str]:
    r"""A word: letters, numbers and marks. `\w` alone would break Bangla, Khmer and Lao words at their vowel signs.

    Every character is listed, since `re` matches a plain set nine times faster than one with a category in it; but once,
    since to compile the list takes as long as many a search. Beyond the basic plane, everything but pictographs and
    private-use characters counts as a letter. What was matched is never given back: else a long word that is part of a
    longer pattern would be tried in all the ways in which it can be cut.
    """
    inside = f"[{in_a_set()}\U00010000-\U0001efff\U00020000-\U0003ffff\U000e0100-\U000e01ef]"
    between = f"[{_APOSTROPHES}{_ARMENIAN_STRESS}]"
    return re.compile(f"(?>(?:{inside}++{between}?)+(?<!{between}))")


def _runs(raw: str) -> Iterator[tuple[str, int]]:
    """The parts of a word that belong to scripts without spaces, or to others, and where each begins."""
    start, unspaced = 0, False
    for at, character in enumerate(raw):
        if character not in _INVISIBLE and _is_unspaced(character) is not unspaced:
            if start < at:
                yield raw[start:at], start
            start, unspaced = at, not unspaced
    if start < len(raw):
        yield raw[start:], start


@cache
def spaced_out_pattern() -> re.Pattern[str]:
    """A word of a script without spaces that is written with one after each syllable, or letter: ດິ ຈິ ຕອນ, 세 계 인 권."""
    syllable = f"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17df]{{1,{_LONGEST_SYLLABLE}}}"
    letter = "[\u3400-\u9fff\uac00-\ud7a3]"
    return re.compile(f"(?<!\\S)(?:{syllable}(?: {syllable})+|(?:{letter}(?!\\S) ?){{2,}}(?<! ))(?!\\S)")


def _normalised(text: str) -> str:
    """A text in lower case and Unicode compatibility form, without invisible characters and apostrophes."""
    text = unicodedata.normalize("NFKC", _IGNORED.sub("", text)).casefold()
    return _IGNORED.sub("", unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()))


def _folded(normalised: str) -> str:
    """A normalised text without accents, in plain letters and ASCII digits."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", normalised.translate(_PLAIN)))
    bare = unicodedata.normalize("NFC", bare).translate(_PLAIN).replace(_KHMER_DA, _KHMER_TA)
    bare = _MARKED_LETTER.sub(_in_canonical_order, bare)
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare)


def _in_one_alphabet(word: str) -> str:
    """Replace look-alike letters (homoglyphs) of another alphabet, if that leaves the word in one alphabet."""
    if _GREEK.search(word) and (_LATIN.search(word) or _CYRILLIC.search(word)):
        word = word.translate(_GREEK_TWINS)
    cyrillic, latin = len(_CYRILLIC.findall(word)), len(_LATIN.findall(word))
    if not cyrillic or not latin:
        return word
    repaired = word.translate(_LATIN_TWINS if cyrillic >= latin else _CYRILLIC_TWINS)
    return word if _CYRILLIC.search(repaired) and _LATIN.search(repaired) else repaired


def _pairs(folded: str) -> tuple[str, ...]:
    units = graphemes(folded)
    return tuple(a + b for a, b in itertools.pairwise(units)) or (folded,)
