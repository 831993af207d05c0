"""The stems of a word: by Snowball where it supports the language, else by taking the language's commonest endings off. Pure.

A stem need not be a word: the forms of one word should share one, and few other words should. Since nothing tells the
language of a single word, a word may have several: those of Russian or English, and those of the Turkic languages and
Mongolian (see `suffixes`). All are stored; what is typed is looked for by some more.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from Stemmer import Stemmer

from materials_cli.patterns import regex
from materials_cli.words import suffixes

_SHORTEST_STEM = 3

_CYRILLIC = regex("[\u0400-\u052f]")
_LATIN = regex("[a-z]")
_ARMENIAN = regex("[\u0561-\u0587]")
_GEORGIAN, _BANGLA = regex("[\u10d0-\u10ff]"), regex("[\u0980-\u09ff]")
# Letters of Turkic languages and Mongolian that neither Russian nor English has.
_MARKED = frozenset("қғңүұөәһўҳҝҹіəğışçöü")

_ARMENIAN_ENDING = (
    "(?=[^աեէըիոօ]*[աեէըիոօ])(.{2,}?)"
    "(?:(?<=ությ)(?:ուն|ան|ամբ)|ում|մ?ան|մամբ)?յ?(?:ներ|եր)?(?:ի|ու|վա|ից|ուց|ով|ում|ոջ|ոց)?[նըսդ]?"
)
_ARMENIAN_VERB = "(.{2,}?)(?:(?:վ|ն|ցն|եցն)?(?:ել|ած|եց)|(?:ան|են)ալ|[աե]ցավ)"
_GEORGIAN_ENDING = (
    "(.{2,}?)(?:ებ)?(?:ი?ს?(?:თვის|გან|კენ)|ი?დან|ა?მდე|ისა?|ითა?|ად|მა|სა|თა|ას|ს|ნი|ი|ა|ე|ო|თ|დ)?(?:ში|ზე|თან)?(?:ა?ც)?"
)
_BANGLA_ENDING = "(.{3,}?)(?:গুলোর?|গুলির?|দের|ের|কে|তে|টি|টা|য়|ে)"
# A stem with a vowel before its last consonant that is lost before an ending, and one that may have lost it.
_SYNCOPE = (
    (
        "([\u0561-\u0587]*[աեէըիոօւ].*[^աեէըիոօւ])(?:ու|ի)([^աեէըիոօւ])",
        "([\u0561-\u0587]+[^աեէըիոօւ])([^աեէըիոօւ])",
        ("ու", "ի"),
    ),
    ("([\u10d0-\u10ff]*[აეიოუ].*[^აეიოუ])[აეო]([^აეიოუ])", "([\u10d0-\u10ff]+[^აეიოუ])([^აეიოუ])", ("ა", "ე", "ო")),
)


def stems_of(normalised: str, folded: str, fold: Callable[[str], str], *, name: bool = False) -> tuple[str, ...]:
    """The folded stems of a word that are not the folded word itself, the likeliest first; none where too little is left.

    normalised: the word in lower case with its accents and special letters; folded: the word without them; fold: the
    function that removes them from a normalised word; name: whether it was written with a capital.
    """
    return tuple(dict.fromkeys(stem for stem in _stems(normalised, folded, fold, name=name) if stem != folded))


def sought_stems_of(normalised: str, folded: str, stems: tuple[str, ...], *, name: bool = False) -> tuple[str, ...]:
    """All that a typed word is looked for by: the folded word, its stems, and other spellings that its stem may have."""
    if _has_suffixes(normalised):
        others = suffixes.sought(folded, marked=not _MARKED.isdisjoint(normalised), name=name)
        return tuple(dict.fromkeys((folded, *stems, *others)))
    return tuple(dict.fromkeys(spelling for stem in (folded, *stems) for spelling in _syncopated(stem, cut=stem != folded)))


def _stems(normalised: str, folded: str, fold: Callable[[str], str], *, name: bool) -> Iterator[str]:
    if _has_suffixes(normalised):
        yield from _of_cyrillic_or_latin(normalised, folded, fold, name=name)
    elif _ARMENIAN.match(normalised):
        bare = _without(_ARMENIAN_ENDING, folded)
        yield from _long_enough(bare if bare != folded else _without(_ARMENIAN_VERB, folded))
    elif _GEORGIAN.match(normalised):
        yield _without(_GEORGIAN_ENDING, normalised)
    elif _BANGLA.match(normalised):
        yield from _long_enough(fold(_without(_BANGLA_ENDING, normalised)))


def _of_cyrillic_or_latin(normalised: str, folded: str, fold: Callable[[str], str], *, name: bool) -> Iterator[str]:
    marked = not _MARKED.isdisjoint(normalised)
    if not marked:
        if _CYRILLIC.search(normalised):
            yield from _long_enough(fold(_snowball("russian")(normalised.replace("ё", "е"))))
        elif folded.isascii():
            yield from _long_enough(_snowball("english")(folded))
    yield from suffixes.stored(folded, marked=marked, name=name)


def _has_suffixes(normalised: str) -> bool:
    return bool(_CYRILLIC.search(normalised) or _LATIN.search(normalised))


def _long_enough(stem: str) -> Iterator[str]:
    if len(stem) >= _SHORTEST_STEM:
        yield stem


def _syncopated(stem: str, *, cut: bool) -> Iterator[str]:
    """An Armenian or Georgian stem with its last vowel and without it (մարմին, մարմնի; მეგობარი, მეგობრები)."""
    yield stem
    for with_vowel, without, lost in _SYNCOPE:
        if match := _pattern(with_vowel).fullmatch(stem):
            yield match[1] + match[2]
        elif cut and (match := _pattern(without).fullmatch(stem)):
            yield from (match[1] + vowel + match[2] for vowel in lost)


def _without(ending: str, word: str) -> str:
    match = _pattern(ending).fullmatch(word)
    return match[1] if match else word


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _snowball(language: str) -> Callable[[str], str]:
    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem
