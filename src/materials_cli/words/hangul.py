"""Korean names in Hangul and in Latin letters, in which people spell them in many ways: 강현우, Kang Hyunwoo. Pure.

Between two alphabets names are compared by their sound (see `sounds`), which says too little of a name with few consonants,
and joins what Latin letters write as two words. Here a syllable has all the spellings that it is given; a surname, some of
which are spelled by custom, tells a name from other words.

Source: the Revised and the McCune–Reischauer romanisation; surnames by the census of Statistics Korea.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from materials_cli.patterns import regex
from materials_cli.words.particles import without_particle

_INITIALS = "g,k|kk,gg|n|d,t|tt,dd|r,l|m|b,p|pp,bb|s|ss||j,ch|jj|ch|k|t|p|h"
_VOWELS = "a|ae|ya|yae|eo,u,o|e|yeo,you,yu,yo|ye|o|wa|wae|oe,oi|yo|u,oo|wo,weo|we|wi|yu,yoo|eu,u|ui,eui|i,ee"
_FINALS = {0: "", 1: "k,g", 4: "n", 8: "l", 16: "m", 17: "p,b", 19: "t", 21: "ng"}
_BY_CUSTOM = {
    "이": "lee,rhee,yi,ri", "박": "park", "임": "lim,rim", "오": "oh", "허": "hur,huh", "안": "ahn",
    "노": "roh,noh", "유": "ryu", "서": "suh", "손": "sohn", "우": "woo,wu", "신": "shin", "심": "shim", "시": "shi",
    "식": "shik,sik", "고": "koh", "백": "paik",
}  # fmt: skip
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우"
    "구민나진지엄채원천방공현함변염여추도석선설마길연위표명기반왕금옥육인맹제모"
)
_FIRST, _LAST, _PER_INITIAL, _PER_VOWEL = 0xAC00, 0xD7A3, 588, 28
_DOUBLED = {1, 4, 8, 10, 13}  # the initials ㄲ, ㄸ, ㅃ, ㅆ, ㅉ, which names do not begin with
_NAME = regex("[가-힣]{2,4}")
_MAX_SPELLINGS = 8


class Name(NamedTuple):
    """A name in Hangul, by the Latin spellings of its surname, of what follows, and of each syllable of that."""

    surnames: frozenset[str]
    given: frozenset[str]
    syllables: tuple[tuple[str, ...], ...]

    def is_spelled(self, words: Sequence[str]) -> bool:
        """Whether two or three folded words are the name, the surname first or last."""
        first, *others = words
        *before, last = words
        return (first in self.surnames and "".join(others) in self.given) or (
            last in self.surnames and "".join(before) in self.given
        )


@lru_cache(maxsize=1 << 10)
def name_of(run: str) -> Name | None:
    """The name that a folded word may be; None for what is no name in Hangul of two to four syllables."""
    bare = run if len(run) == len("강현우") else without_particle(run)
    if not _NAME.fullmatch(bare) or bare[0] not in _SURNAMES:
        return None
    syllables = tuple(map(_spellings, bare[1:]))
    return Name(frozenset(_spellings(bare[0])), frozenset(map("".join, itertools.product(*syllables))), syllables)


def in_hangul(words: Sequence[str]) -> list[str]:
    """How a name of two or three folded Latin words may be spelled in Hangul, the surname first or last; none for no name."""
    if not 2 <= len(words) <= len("강현우"):
        return []
    found = []
    for surname, given in ((words[0], words[1:]), (words[-1], words[:-1])):
        if surnames := _surnames().get(surname):
            names = _segmented("".join(given))
            found += [first + rest for first in surnames for rest in names]
    return list(dict.fromkeys(found))[:_MAX_SPELLINGS]


def _segmented(spelled: str) -> list[str]:
    """One or two syllables with that spelling."""
    found = list(_syllables().get(spelled, ()))
    for end in range(1, len(spelled)):
        found += map("".join, itertools.product(_syllables().get(spelled[:end], ()), _syllables().get(spelled[end:], ())))
    return found


def _spellings(syllable: str) -> tuple[str, ...]:
    """The Latin spellings of a syllable."""
    initial, rest = divmod(ord(syllable) - _FIRST, _PER_INITIAL)
    vowel, final = divmod(rest, _PER_VOWEL)
    parts = (_INITIALS.split("|")[initial], _VOWELS.split("|")[vowel], _FINALS.get(final, ""))
    found = map("".join, itertools.product(*(part.split(",") for part in parts)))
    return tuple(dict.fromkeys((*filter(None, _BY_CUSTOM.get(syllable, "").split(",")), *found)))


@cache
def _surnames() -> dict[str, list[str]]:
    return _by_spelling(_SURNAMES)


@cache
def _syllables() -> dict[str, list[str]]:
    """Spelling → the syllables of names with it."""
    points = range(_FIRST, _LAST + 1)
    return _by_spelling(
        chr(point)
        for point in points
        if (point - _FIRST) % _PER_VOWEL in _FINALS and (point - _FIRST) // _PER_INITIAL not in _DOUBLED
    )


def _by_spelling(syllables: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for syllable in syllables:
        for spelling in _spellings(syllable):
            found[spelling].append(syllable)
    return dict(found)
