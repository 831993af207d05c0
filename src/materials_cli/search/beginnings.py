"""Which words of a text may be one that was typed, told by their first letters: most others are not looked at further. Pure.

A word is found by its letters, its key or its sound (see `match`), and each of these begins with the same letter in both.
What a key or a sound begins with is told by the first romanised letter, but for the few ways in which `sounds` reads it.
"""

from functools import lru_cache
from typing import NamedTuple

from materials_cli.search.clauses import Term
from materials_cli.search.match import BY_SOUND, MatchLevel, script
from materials_cli.words.fold import first_letters, sound_of
from materials_cli.words.sounds import KEYS_OF, SHORTEST_KEY, SHORTEST_SOUND, SOUNDS_OF, romanise

_LOOKING_ALIKE = frozenset({"GREEK", "LATIN", "CYRILLIC"})


class Beginning(NamedTuple):
    """What the first word of a term begins with: its folded form, its key and its sound; empty where these are not compared.

    unlike: the script that it is not written in; empty if it may be any.
    """

    fold: str
    key: str
    sound: str
    unlike: str = ""


def beginning_of(term: Term, level: MatchLevel) -> Beginning:
    """What a word begins with that may be the first of a term, in a search at some level."""
    forms, level = term.words[0], term.level(level)
    key = forms.key if level >= MatchLevel.WORD else ""
    sound = sound_of(forms) if level in BY_SOUND else ""
    if term.unspelled and sound:
        return Beginning("", "", sound[:1], script(forms.spelled) if level == MatchLevel.SOUND else "")
    by_key, by_sound = len(key) >= SHORTEST_KEY, len(sound) >= SHORTEST_SOUND
    return Beginning(forms.fold[:1], key[:1] if by_key else "", sound[:1] if by_sound else "")


def may_begin(written: str, wanted: Beginning) -> bool:
    """Whether a word may be the one that is wanted. written: its first two characters, or the only one."""
    letters = first_letters(written)
    if wanted.unlike and _scripts(written) == {wanted.unlike}:
        return False
    if not letters or wanted.fold in letters.values():
        return True
    if not (wanted.key or wanted.sound):
        return False
    keys, sounds = _heard(written)
    return not keys or wanted.key in keys or (bool(wanted.sound) and (not sounds or wanted.sound in sounds))


@lru_cache(maxsize=1 << 12)
def _scripts(written: str) -> frozenset[str]:
    """The scripts that a word may be of; where its first letters do not tell, one whose letters do not look like another's."""
    if letters := first_letters(written):
        return frozenset(map(script, letters))
    return frozenset({script(written[:1])}) - _LOOKING_ALIKE


@lru_cache(maxsize=1 << 12)
def _heard(written: str) -> tuple[frozenset[str], frozenset[str]]:
    """What the key and the sound of a word may begin with; empty where it may be anything."""
    romanised = {romanise(letters)[:1] for letters in first_letters(written)}
    if "" in romanised:
        return frozenset(), frozenset()
    keys = frozenset("".join(KEYS_OF.get(letter, letter) for letter in romanised))
    sounds = [SOUNDS_OF.get(letter, "") for letter in romanised]
    return keys, frozenset("".join(sounds) if all(sounds) else "")
