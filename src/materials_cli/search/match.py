"""How near a word of a text comes to a word asked: what ranks hits of one kind, and what is marked in them. Pure.

The index finds words by levelled forms, so that "huquq" finds "hüquq" and "Kim Minsu" finds 김민수; here the two words
themselves are compared, and the same spelling is nearer than the same letters, an ending, another alphabet, or a sound.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from materials_cli.search.query import BY_SOUND, Reach, cut, cut_key, halves
from materials_cli.words.fold import Forms, signs, sound_of
from materials_cli.words.sounds import SHORTEST_KEY, SHORTEST_SOUND, key, latin, rhythm, sound

_LONG_KEY = 5
_LONG_NAME = 7
_LEAST_LIKENESS, _LEAST_LIKENESS_OF_SHORT = 0.75, 0.82
_LONG_SOUND = 4
_MOST_SIGNS = 12


class Nearness(NamedTuple):
    """From 0 (not meant) to 1 (spelled the same), and which signs of an unspaced run are meant, None for the whole word."""

    degree: float
    signs: tuple[int, int] | None = None


NOT_MEANT = Nearness(0.0)


def nearness(word: Forms, wanted: Forms, reach: Reach, *, begins: bool = False, exact: bool = False) -> Nearness:
    """Compare a word of a text with one asked. begins: the word may go on; exact: it stands in a quoted phrase."""
    if word.unspaced and wanted.unspaced:
        found = _inside(word, wanted, reach)
    else:
        found = Nearness(_whole(word, wanted, reach, begins=begins, exact=exact))
    if found.degree or reach not in BY_SOUND:
        return found
    if reach == Reach.ALIKE or script(word.spelled) != script(wanted.spelled):
        return _sounding(word, wanted)
    return NOT_MEANT


def _inside(word: Forms, wanted: Forms, reach: Reach) -> Nearness:
    """A run stands anywhere in another one."""
    if wanted.spelled in word.spelled:
        return Nearness(1.0, _signs_of(word, wanted.fold))
    if wanted.fold in word.fold:
        return Nearness(0.9, _signs_of(word, wanted.fold))
    if reach >= Reach.CUT and (beginning := cut(wanted)) in word.fold:
        return Nearness(0.5, _signs_of(word, beginning))
    if len(wanted.key) >= SHORTEST_KEY and word.key == wanted.key:
        return Nearness(0.7)
    for half in halves(signs(wanted.fold)) if reach == Reach.ALIKE else ():
        if (part := "".join(half)) in word.fold:
            return Nearness(0.3, _signs_of(word, part))
    return NOT_MEANT


def _signs_of(word: Forms, part: str) -> tuple[int, int] | None:
    """Which signs of a run a part of it is; None when it does not begin and end with one."""
    before = word.fold.find(part)
    if before < 0:
        return None
    first = len(signs(word.fold[:before]))
    return first, first + len(signs(part))


def _whole(word: Forms, wanted: Forms, reach: Reach, *, begins: bool, exact: bool) -> float:
    if word.spelled == wanted.spelled:
        return 1.0
    if word.fold == wanted.fold:
        # Who types special letters means them; who types plain ones may have a plain keyboard.
        return 0.95 if wanted.spelled == wanted.fold else 0.7
    goes_on = begins or (reach >= Reach.BEGINNING and not exact)
    if goes_on and word.fold.startswith(wanted.fold):
        return 0.8 if word.spelled.startswith(wanted.spelled) else 0.7
    if exact:
        return 0.0
    if word.stem == wanted.stem and not begins:
        return 0.75 + 0.15 * _shared(word.fold, wanted.fold) / max(len(word.fold), len(wanted.fold))
    keyed = len(wanted.key) >= SHORTEST_KEY
    if keyed and word.key == wanted.key:
        return 0.8 if len(wanted.key) >= _LONG_KEY else 0.5
    if goes_on and keyed and word.key.startswith(wanted.key):
        return 0.6
    cut_short = word.fold.startswith(cut(wanted)) or (keyed and word.key.startswith(cut_key(wanted)))
    return 0.5 if reach >= Reach.CUT and cut_short else 0.0


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common from their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _sounding(word: Forms, wanted: Forms) -> Nearness:
    """Names that sound alike: the same consonants, and keys that are not too different."""
    asked = sound_of(wanted)
    if len(asked) < SHORTEST_SOUND or not word.named:
        return NOT_MEANT
    if not word.unspaced:
        sounded = sound_of(word)
        fits = sounded.startswith(asked) if len(asked) >= _LONG_SOUND else sounded == asked
        return Nearness(_likeness(latin(word.spelled), wanted)) if fits else NOT_MEANT
    best = NOT_MEANT
    units = signs(word.fold)
    for start in range(len(units)):
        for end in range(start + 1, min(len(units), start + _MOST_SIGNS) + 1):
            letters, sounded = _heard("".join(units[start:end]))
            if not asked.startswith(sounded):
                break
            if sounded == asked and (degree := _likeness(letters, wanted)) > best.degree:
                best = Nearness(degree, (start, end))
    return best


@lru_cache(maxsize=1 << 15)
def _heard(part: str) -> tuple[str, str]:
    """A part of a run in Latin letters, and its sound."""
    letters = latin(part)
    return letters, sound(letters)


def _likeness(letters: str, wanted: Forms) -> float:
    """How alike two names of the same consonants are: by all their letters, and by where their vowels stand."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - needed only where nothing is spelled alike

    asked = latin(wanted.spelled)
    likeness = (fuzz.ratio(key(letters), wanted.key) + fuzz.ratio(rhythm(letters), rhythm(asked))) / 200
    long = len(wanted.key) >= _LONG_NAME and len(sound(asked)) >= _LONG_SOUND
    least = _LEAST_LIKENESS if long else _LEAST_LIKENESS_OF_SHORT
    return 0.4 * likeness if likeness >= least else 0.0


@lru_cache(maxsize=1024)
def script(spelled: str) -> str:
    """The name of the alphabet that a word is written in, as Unicode has it: LATIN, CYRILLIC, HANGUL."""
    letter = next((sign for sign in spelled if sign.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
