"""Endings that follow one another: Turkic (заң-дар-ымыз-дың, kitob-lar-imiz-ning), Mongolian and Tajik ones. Pure.

Words are compared in their folded form, so that one typed without special letters loses the same endings as one with them.
Nothing here knows the language of a text. A word that has a letter of these languages loses every ending; any other may be
Russian or English, and loses those that such words seldom end in. A typed word is looked for by more stems than are stored:
a last consonant is voiced before a vowel (аяқ, аяғы), a vowel is lost before one (аймаг, аймгийн), and an ending may belong
to the stem.
"""

import re
from collections.abc import Iterator
from functools import cache

from materials_cli.patterns import regex

_VOWELS = "аеиоуыэюяaeiou"
_VOWEL_LETTERS = frozenset(_VOWELS)
_NARROW = "ыиуiu"
_A_VOWEL = regex(f"(?!(?<=[{_VOWELS}])и)[{_VOWELS}]")  # a й, which folds to и, is none
_AFTER_VOWEL = f"(?<=[{_VOWELS}])"
_LATIN_PLURAL, _CYRILLIC_PLURAL, _MONGOLIAN_PLURAL = "l[ae]r", "[лдт][аео]р", "(?:[чн]?ууд|чуул|нар|нэр)"
# Whose it is: my, your, his.
_LATIN_OWNER = f"(?:[iu][mn][iu]z|ingiz|[iu][mn]?|ing|{_AFTER_VOWEL}(?:[mn][iu]z|ngiz|ng|s[iu]))"
_CYRILLIC_OWNER = f"(?:[ыиу][мбн][ыиу]з|ингиз|инг|[ыиу][мн]?|{_AFTER_VOWEL}(?:[мбн][ыиу]з|с[ыиу]н?))"
_MONGOLIAN_OWNER = "(?:г?[аоэ]{2})"
_LATIN_CASE = "(?:ning|n[iu]n?|[gkq]a|gacha|n?[dt][ae]n?|n[ae]n|n?dagi|n?[dt][ae]k[iu])"
_CYRILLIC_CASE = "(?:[ндт][ыиу]н|нинг|[гк]ача|[гк][аео]|[ндт][ыиу]|н?[дт][аео]н?|н[аео]н|[мбп]ен|н?[дт][аео]г[ыиу])"
_MONGOLIAN_CASE = (
    "(?:н?ииг|н?ыг|н?иин|н?ы|нии|[аоэ]{2}[срд]|н[аоэ]{2}с|г[аоэ]{2}[ср]|иа[срд]|[аоэ]?т[аоэ]и|руу|луу|[аоэ]?н?[дт]|ын)"
)
_CYRILLIC = f"(?:{_CYRILLIC_PLURAL})?(?:{_CYRILLIC_OWNER}(?:{_CYRILLIC_CASE}|н?[аео])?|{_CYRILLIC_CASE})?"
_TAJIK = "(?:хо(?:и|ро|е|я[мтш](?:он)?)?|ро)"

# The endings of Latin words, then those of Cyrillic ones.
_EVERY = (
    f"(?:{_LATIN_PLURAL})?{_LATIN_OWNER}?(?:{_LATIN_CASE}|n[ae]|y?[aeiu])?(?:d[iu]r)?",
    _CYRILLIC,
    f"{_MONGOLIAN_PLURAL}?(?:{_MONGOLIAN_CASE}|ии|г|н)?{_MONGOLIAN_OWNER}?",
    _TAJIK,
)
_SURE_LATIN = (
    f"(?:{_LATIN_PLURAL}{_LATIN_OWNER}?(?:{_LATIN_CASE}|n?[ae])?|(?:[iu][mn][iu]z|ingiz|ngiz){_LATIN_CASE}?"
    f"|(?:(?:{_AFTER_VOWEL}s)?[iu]|im|ing|ng|{_AFTER_VOWEL}m)(?:ning|n[iu]n?|n?[dt][ae]n?|ga|n[ae]|nagi)"
    f"|(?:{_AFTER_VOWEL}s|(?<=.{{3}}))i|ning|(?<=.{{3}})(?:ni|[gkq]a|da)|(?<=.{{4}})(?:[iu]n|u)|dan|dagi|gacha|nya)(?:dir)?"
)
_SURE = (
    _SURE_LATIN,
    f"(?:{_CYRILLIC_PLURAL})?(?:(?<=.{{4}}){_CYRILLIC_OWNER}(?:{_CYRILLIC_CASE}|н?[аео])?|{_CYRILLIC_CASE})?",
    f"{_MONGOLIAN_PLURAL}?(?:ииг|ыг|иин|[аоэ]{{2}}[срд]|т[аоэ]и){_MONGOLIAN_OWNER}?",
    f"(?<=.{{4}}){_TAJIK}",
)
_NOBODYS = (
    f"(?:{_LATIN_PLURAL})?{_LATIN_CASE}?",
    f"(?:{_CYRILLIC_PLURAL})?{_CYRILLIC_CASE}?",
    f"{_MONGOLIAN_PLURAL}?{_MONGOLIAN_CASE}?",
)
# Every letter above has one byte in it. A set of bytes compiles in a tenth of the time of one of other letters.
_ONE_BYTE = "cp1251"
_SHORTEST, _SHORTEST_OF_A_NAME, _SHORTEST_GUESS = 2, 4, 5
# Which of the endings of Cyrillic words are a language's.
_KINDS = {"kk": 1, "ky": 1, "uz": 1, "az": 1, "mn": 2, "tg": 3}

# What a last letter becomes between vowels, and the reverse.
_OTHER_LAST = {"г": "к", "б": "п", "g": "kq", "q": "kg", "y": "k", "к": "г", "п": "б", "k": "gqy"}
# After a last vowel, those that may have been lost.
_LOST = {"а": "аыи", "о": "оыуи", "у": "аэуыи", "э": "эи", "е": "и", "и": "иэ", "ы": "ы", "a": "aiu", "e": "ei", "i": "i",
         "o": "iu", "u": "u"}  # fmt: skip


def stored(folded: str, *, marked: bool, name: bool = False) -> tuple[str, ...]:
    """The stems that a folded word is stored with.

    marked: it has letters that only these languages have; name: it has a capital, and if little would be left of it, it is
    rather a name: Volga is not a form of vol.
    """
    return tuple(dict.fromkeys(_without(folded, _EVERY if marked else _SURE, _shortest(marked=marked, name=name))))


def sought(folded: str, *, marked: bool, name: bool = False) -> tuple[str, ...]:
    """The stems that a typed word is looked for by; the first is the folded word itself."""
    found = [folded, *stored(folded, marked=marked, name=name)]
    found += _without(folded, _NOBODYS, _shortest(marked=marked, name=name))
    if not marked:
        found += _without(folded, _EVERY, _SHORTEST_GUESS)
    if folded[-1] in _NARROW and len(folded) > _SHORTEST_GUESS:
        found.append(folded[:-1])
    spellings = (spelling for stem in dict.fromkeys(found) for spelling in _spellings(stem, cut=stem != folded))
    return tuple(dict.fromkeys(spellings))


def stem_in(folded: str, language: str) -> str:
    """The stem of a word in a language; empty when it is none of these languages."""
    if language not in _KINDS:
        return ""
    return _stem(folded, _EVERY[0 if folded[0].isascii() else _KINDS[language]], 2) or folded


def _shortest(*, marked: bool, name: bool) -> int:
    return _SHORTEST_OF_A_NAME if name and not marked else _SHORTEST


def _without(folded: str, endings: tuple[str, ...], shortest: int) -> Iterator[str]:
    """What is left of a word without the longest endings of each kind."""
    for ending in endings[:1] if folded[0].isascii() else endings[1:]:
        stem = _stem(folded, ending, shortest)
        if stem and stem != folded:
            yield stem


def _stem(folded: str, ending: str, shortest: int) -> str | None:
    """A stem with a vowel and at least three letters, or two such as ел and үй, and behind it an ending as long as can be."""
    if _VOWEL_LETTERS.isdisjoint(folded):
        return None
    word, pattern = folded.encode(_ONE_BYTE, "replace"), _pattern(ending)
    if shortest == 2 and folded[0] in _VOWELS and (folded[1:2] == "и" or folded[1:2] not in _VOWELS) and pattern.match(word, 2):
        return folded[:2]
    match = pattern.search(word, max(3, shortest)) if len(word) >= max(3, shortest) else None
    return folded[: match.start()] if match else None


@cache
def _pattern(ending: str) -> re.Pattern[bytes]:
    """An ending, up to the end of the word. What has to stand before it is told apart, so that each is compiled once."""
    return re.compile(f"{ending}\\Z".encode(_ONE_BYTE))


def _spellings(stem: str, *, cut: bool) -> Iterator[str]:
    """A stem as it is spelled before other endings. cut: an ending was taken off it."""
    yield stem
    vowels = _A_VOWEL.findall(stem)
    if len(stem) < 3 or not vowels:
        return
    yield from (stem[:-1] + other for other in _OTHER_LAST.get(stem[-1], ""))
    yield from (_without_last_vowel if stem[-1] in _VOWELS else _around_last_consonant)(stem, vowels[-1], cut=cut)


def _around_last_consonant(stem: str, vowel: str, *, cut: bool) -> Iterator[str]:
    """A stem that ends in a consonant, with the vowel before it and without; a Mongolian one may have lost one after it."""
    if stem[-2] not in _VOWELS:
        yield from (stem[:-1] + lost + stem[-1] for lost in _LOST.get(vowel, "") if cut)
    elif len(stem) > 3 and _A_VOWEL.search(stem[:-2]):
        yield stem[:-2] + stem[-1]
        if stem[-1] == "k":  # çörək, çörəyi
            yield stem[:-1]
    if not stem.isascii():
        yield from (stem + lost for lost in _LOST.get(vowel, "") if cut)
        if stem[-1] == "н" and len(stem) > 3:
            yield stem[:-1]


def _without_last_vowel(stem: str, _: str, *, cut: bool) -> Iterator[str]:
    """A stem that ends in a vowel, which may be an ending; a Mongolian one loses it, or has a silent n after it."""
    if cut and stem[-1] in _NARROW and stem[-2] not in _VOWELS:
        yield stem[:-1]
    if stem[-1] in "аоэ" and len(stem) > 4:
        yield stem[:-1]
    if cut and not stem.isascii():
        yield stem + "н"
