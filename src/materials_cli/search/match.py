"""How similar a word of a text is to a word that was typed; it ranks hits and decides what is highlighted. Pure.

The index finds words by their normalised forms, so that "huquq" finds "hüquq" and "Kim Minsu" finds 김민수. Here the words
themselves are compared: the same spelling is most similar, then the same letters, another ending, another alphabet, and
last the same sound.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, compress
from typing import NamedTuple

from materials_cli.search.hit import Match
from materials_cli.words.fold import Forms, sought_stems, sound_of
from materials_cli.words.particles import without_particle
from materials_cli.words.sounds import SHORTEST_KEY, SHORTEST_SOUND, key, romanise, skeleton, sound
from materials_cli.words.syllables import graphemes

_LONG_KEY = 5
_LONG_NAME = 7
_MIN_LIKENESS, _MIN_LIKENESS_OF_SHORT = 0.75, 0.82
LONG_SOUND = 4
_MAX_GRAPHEMES = 12
_SHORTEST_TRUNCATED = 5
_SHORTEST_RUN = 2


class MatchLevel(IntEnum):
    """How a word of a text may differ from the word typed. Each level allows what the ones below it do.

    The exception is TRUNCATED, which does not compare sounds.
    """

    FORM = -1  # another inflection
    WORD = 0  # another inflection, or the same key in another alphabet
    PREFIX = 1  # the typed word is its beginning, or its stem in another spelling
    SOUND = 2  # the same sound, in another alphabet
    TRUNCATED = 3  # it begins with two thirds of the typed word
    ANY_SOUND = 4  # the same sound, in any alphabet


BY_SOUND = frozenset({MatchLevel.SOUND, MatchLevel.ANY_SOUND})


class Similarity(NamedTuple):
    """degree: from 0 (another word) to 1 (the same spelling).

    part: the graphemes of an unspaced run that match, as a range (start, end); None for the whole word. match: how.
    """

    degree: float
    part: tuple[int, int] | None = None
    match: Match = Match.EXACT


NO_MATCH = Similarity(0.0)


def similarity(word: Forms, typed: Forms, level: MatchLevel, *, prefix: bool = False, exact: bool = False) -> Similarity:
    """Compare a word of a text with a word typed. prefix: it was typed with a *; exact: in a quoted phrase."""
    if word.unspaced and typed.unspaced:
        found = _in_run(word, typed, level)
    else:
        found = _spelled(word, typed, level, prefix=prefix, exact=exact)
    return found if found.degree or level not in BY_SOUND else similar_sound(word, typed, level)


def similar_sound(word: Forms, typed: Forms, level: MatchLevel) -> Similarity:
    """Compare a word of a text with a word typed by their sound alone."""
    if level == MatchLevel.ANY_SOUND or script(word.spelled) != script(typed.spelled):
        return _by_sound(word, typed)
    return NO_MATCH


@lru_cache(maxsize=64)
def truncated(forms: Forms) -> str:
    """The first two thirds of a folded word: longer than most endings in the region's languages leave of it."""
    if forms.unspaced:
        units = graphemes(forms.fold)
        return "".join(units[: max(_SHORTEST_RUN, _two_thirds(len(units)))])
    # Languages without a stemmer that are not written in plain Latin letters have short words with long endings.
    shortest = _SHORTEST_TRUNCATED if forms.fold.isascii() else _SHORTEST_TRUNCATED - 1
    return forms.fold[: max(shortest, _two_thirds(len(forms.fold)))]


def truncated_key(forms: Forms) -> str:
    """The first two thirds of a word's key."""
    return forms.key[: max(_SHORTEST_TRUNCATED, _two_thirds(len(forms.key)))]


def halves(units: list[str]) -> list[list[str]]:
    """Both halves of a run of graphemes; none when they would be too short to be significant."""
    middle = len(units) // 2
    return [units[:middle], units[middle:]] if middle >= _SHORTEST_RUN else []


@lru_cache(maxsize=64)
def _halves(folded: str) -> tuple[str, ...]:
    return tuple(map("".join, halves(graphemes(folded))))


def _two_thirds(length: int) -> int:
    return -(-length * 2 // 3)


def _in_run(word: Forms, typed: Forms, level: MatchLevel) -> Similarity:
    """Compare two runs of a script without spaces, one of which may contain the other."""
    if typed.spelled in word.spelled:
        return Similarity(1.0, _range(word, typed.fold))
    if typed.fold in word.fold:
        return Similarity(0.9, _range(word, typed.fold))
    if (bare := without_particle(typed.fold)) != typed.fold and bare in word.fold:
        return Similarity(0.8, _range(word, bare), Match.FORM)
    if level >= MatchLevel.TRUNCATED and (beginning := truncated(typed)) in word.fold:
        return Similarity(0.5, _range(word, beginning), Match.FORM)
    if level >= MatchLevel.WORD and len(typed.key) >= SHORTEST_KEY and word.key == typed.key:
        return Similarity(0.7, match=_across(word, typed))
    for part in _halves(typed.fold) if level == MatchLevel.ANY_SOUND else ():
        if part in word.fold:
            return Similarity(0.3, _range(word, part), Match.SOUND)
    return NO_MATCH


def _range(word: Forms, part: str) -> tuple[int, int] | None:
    """The graphemes of a run that a part of its letters touches: it may begin with a letter stacked below another."""
    before = word.fold.find(part)
    if before < 0:
        return None
    ends = list(accumulate(map(len, graphemes(word.fold))))
    return bisect_right(ends, before), bisect_left(ends, before + len(part)) + 1


def _spelled(word: Forms, typed: Forms, level: MatchLevel, *, prefix: bool, exact: bool) -> Similarity:
    """Compare two words by their letters."""
    if word.spelled == typed.spelled:
        return Similarity(1.0)
    if word.fold == typed.fold:
        # Who types special letters means them; who types plain ones may have a plain keyboard.
        return Similarity(0.95 if typed.spelled == typed.fold else 0.7)
    extensible = prefix or (level >= MatchLevel.PREFIX and not exact)
    if extensible and word.fold.startswith(typed.fold):
        degree = 0.8 if word.spelled.startswith(typed.spelled) else 0.7
        return Similarity(degree, match=Match.EXACT if prefix else Match.FORM)
    return NO_MATCH if exact else _in_other_forms(word, typed, level, prefix=prefix, extensible=extensible)


def _in_other_forms(word: Forms, typed: Forms, level: MatchLevel, *, prefix: bool, extensible: bool) -> Similarity:
    """Compare two words that are spelled differently by their stems, keys and beginnings."""
    if not prefix and word.fold[:1] == typed.fold[:1] and _share_a_stem(word, typed, extensible=extensible):
        shared = _common_prefix(word.fold, typed.fold) / max(len(word.fold), len(typed.fold))
        return Similarity(0.75 + 0.15 * shared, match=Match.FORM)
    truncating = level >= MatchLevel.TRUNCATED
    wanted = typed.key if level >= MatchLevel.WORD else ""
    if len(wanted) >= SHORTEST_KEY:
        heard = word.key
        if heard == wanted:
            return Similarity(0.8 if len(wanted) >= _LONG_KEY else 0.5, match=_across(word, typed))
        if extensible and heard.startswith(wanted):
            return Similarity(0.6, match=_across(word, typed))
        if truncating and heard.startswith(truncated_key(typed)):
            across = _across(word, typed)
            return Similarity(0.5 if across is Match.FORM else 0.4, match=across)
    return Similarity(0.5, match=Match.FORM) if truncating and word.fold.startswith(truncated(typed)) else NO_MATCH


def _share_a_stem(word: Forms, typed: Forms, *, extensible: bool) -> bool:
    sought = sought_stems(typed) if extensible else (typed.fold, *typed.stems)
    return not {word.fold, *word.stems}.isdisjoint(sought)


def _across(word: Forms, typed: Forms) -> Match:
    """How words with the same key were found: in another alphabet or, in the same one, in another spelling."""
    return Match.FORM if script(word.spelled) == script(typed.spelled) else Match.ALPHABET


def _common_prefix(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@lru_cache(maxsize=1 << 14)
def _by_sound(word: Forms, typed: Forms) -> Similarity:
    """Compare two names of the same sound; cached, since a search compares them at several levels."""
    wanted = sound_of(typed)
    if len(wanted) < SHORTEST_SOUND or not word.name_like:
        return NO_MATCH
    if word.unspaced:
        return _name_in_run(word, typed, wanted)
    heard = sound_of(word)
    same = heard.startswith(wanted) if len(wanted) >= LONG_SOUND else heard == wanted
    return Similarity(_likeness(romanise(word.spelled), typed), match=Match.SOUND) if same else NO_MATCH


def _name_in_run(word: Forms, typed: Forms, wanted: str) -> Similarity:
    """The part of an unspaced run that is most like a name of that sound."""
    best = NO_MATCH
    units = graphemes(word.fold)
    for start in compress(range(len(units)), map(_openings(wanted).__getitem__, units)):
        for end in range(start + 1, min(len(units), start + _MAX_GRAPHEMES) + 1):
            romanised, heard = _heard("".join(units[start:end]))
            if not wanted.startswith(heard):
                break
            if heard == wanted and (degree := _likeness(romanised, typed)) > best.degree:
                best = Similarity(degree, (start, end), Match.SOUND)
    return best


class _Openings(dict[str, bool]):
    """Whether a name of some sound may begin with a grapheme."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self._wanted = wanted

    def __missing__(self, unit: str) -> bool:
        self[unit] = self._wanted.startswith(_heard(unit)[1])
        return self[unit]


@lru_cache(maxsize=64)
def _openings(wanted: str) -> _Openings:
    return _Openings(wanted)


@lru_cache(maxsize=1 << 15)
def _heard(part: str) -> tuple[str, str]:
    """A part of a run, romanised, and its sound."""
    romanised = romanise(part)
    return romanised, sound(romanised)


def _likeness(romanised: str, typed: Forms) -> float:
    """How alike two names with the same consonants are, by all of their letters and by where their vowels stand."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - its import costs 13 ms, and few searches compare sounds

    wanted = romanise(typed.spelled)
    likeness = (fuzz.ratio(key(romanised), typed.key) + fuzz.ratio(skeleton(romanised), skeleton(wanted))) / 200
    long = len(typed.key) >= _LONG_NAME and len(sound(wanted)) >= LONG_SOUND
    least = _MIN_LIKENESS if long else _MIN_LIKENESS_OF_SHORT
    return 0.4 * likeness if likeness >= least else 0.0


def script(spelled: str) -> str:
    """The first word of the Unicode name of a word's first letter: LATIN, CYRILLIC, HANGUL; empty without a letter."""
    return _script(next(filter(str.isalpha, spelled), ""))


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
