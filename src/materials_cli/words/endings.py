"""The stem of a word: by Snowball where it supports the language, else by stripping the language's commonest endings. Pure.

Kazakh, Kyrgyz, Uzbek and Azerbaijani are agglutinative (заң-дар-ымыз-дың): plural, possessive and case endings follow one
another in this order. Plural endings are recognised in any word; case endings, which are short, only in a word that has a
letter of these languages. Georgian, Mongolian, Tajik and Bangla words lose their case and plural endings. A stem need not
be a word: the forms of one word should share it, and few other words should.
"""

import re
from collections.abc import Callable
from functools import cache

from Stemmer import Stemmer

_SHORTEST_STEM = 3

_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z]")
_ARMENIAN = re.compile("[\u0561-\u0587]")
_TURKIC = re.compile("[қғңүұөәһўҳҝҹ]")
_TURKIC_LATIN = re.compile("[əğışçöü]")
_TAJIK = re.compile("[ҷӣӯ]")

_PLURAL = "[лдт](?:ар|ер|ор|өр|әр)"
_POSSESSIVE = "(?:с?[ыіиуү]|[ыіи]м[ыіи]з|[ыіи]м|[ыіи][ңн]|инг)"
_CASE = (
    "(?:[ндт][ыіиуү][ңн]|нинг|[ғгқк][аеә]|[нй][аеөо]|н?[дт][аеәоө]|(?:н?[дн]|(?<!с)т)[аеоөә]н|[дтн][ыіиуү]|[мбп]ен|"
    "[ыіиуү]н|дағы|дегі|даги)"
)
_MONGOLIAN_ENDING = re.compile("(.{2,}?)(?:ууд|үүд)?(?:[иы]й[нг]|ы[нг]|[аэоө]{2}[срд]|т[аэо]й|руу|рүү|ууд|үүд|ий)")
_TAJIK_PLURAL = re.compile("(.{3,}?)ҳо(?:и|ро|е|ям|ят|яш)?")
_GEORGIAN_ENDING = re.compile("(.{3,}?)(?:ებ)?(?:ისთვის|ისგან|იდან|ისა|ის|ით|ად|ში|ზე|თან|მდე|მა|სა|თა|ას|ს|ი|ა|ო)")
_BANGLA_ENDING = re.compile("(.{3,}?)(?:গুলোর?|গুলির?|দের|ের|কে|তে|টি|টা|য়|ে)")
_GEORGIAN, _BANGLA = re.compile("[\u10d0-\u10ff]"), re.compile("[\u0980-\u09ff]")
_DOUBLED_LAST = re.compile(r"(.)\1$")
_LATIN_PLURAL = re.compile(
    "(.{3,}?)l(?:ar|ər|er)(?:i|ı|im|ım|imiz|ımız|ingiz)?(?:ni|nı|ning|nin|nın|ga|na|nə|da|də|nda|ndə|dan|dən|ndan|ndən|in|ın)?"
)


def stem_of(normalised: str, folded: str, fold: Callable[[str], str]) -> str:
    """The folded stem of a word; the folded word itself when it has no known ending, or too little would be left.

    normalised: the word in lower case with its accents and special letters; folded: the word without them; fold: the
    function that removes them from a normalised word.
    """
    if folded == normalised and folded.isascii():
        stem = _english(folded) if _LATIN.search(folded) else folded
    elif _CYRILLIC.search(normalised):
        stem = fold(_cyrillic(normalised))
    elif _ARMENIAN.search(normalised):
        stem = fold(_snowball("armenian")(normalised))
    elif _GEORGIAN.match(normalised):
        stem = _without(_GEORGIAN_ENDING, normalised)
    elif _BANGLA.match(normalised):
        stem = fold(_without(_BANGLA_ENDING, normalised))
    elif _TURKIC_LATIN.search(normalised):
        stem = fold(_without(_LATIN_PLURAL, normalised))
    else:
        stem = _english(folded) if folded.isascii() else folded
    return stem if len(stem) >= _SHORTEST_STEM else folded


def _english(folded: str) -> str:
    if "lar" in folded[3:-1]:
        return _without(_LATIN_PLURAL, folded)
    return _snowball("english")(folded)


def _cyrillic(word: str) -> str:
    if plural := _TAJIK_PLURAL.fullmatch(word):
        return plural[1]
    if "ө" in word or "ү" in word:
        without = _without(_MONGOLIAN_ENDING, word)
        if without != word:
            return without
    if _TURKIC.search(word) and not _TAJIK.search(word):
        bare = _without(_cyrillic_ending(), _without(_cyrillic_plural(), word))
        return _DOUBLED_LAST.sub(r"\1", bare)
    without = _without(_cyrillic_plural(), word)
    return without if without != word else _snowball("russian")(word.replace("ё", "е"))


def _without(ending: re.Pattern[str], word: str) -> str:
    match = ending.fullmatch(word)
    return match[1] if match else word


@cache
def _snowball(language: str) -> Callable[[str], str]:
    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem


# Compiled on first use: these two take longer than the rest of the module, and most commands stem nothing.
@cache
def _cyrillic_plural() -> re.Pattern[str]:
    return re.compile(f"(.{{3,}}?){_PLURAL}{_POSSESSIVE}?{_CASE}?")


@cache
def _cyrillic_ending() -> re.Pattern[str]:
    return re.compile(f"(.{{3,}})(?:{_CASE}|{_POSSESSIVE})")
