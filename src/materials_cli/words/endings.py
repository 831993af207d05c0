"""The stem of a word: by Snowball where it knows the language, else without the commonest endings of its language. Pure.

Kazakh, Kyrgyz, Uzbek and Azerbaijani put ending upon ending (заң-дар-ымыз-дың): plural, possession, case, in this order.
Their plurals are told by their sounds alone; the endings of a case, which are short, only of a word that has a letter of
theirs. Georgian, Mongolian, Tajik and Bangla lose the endings of their cases and plurals. A stem need not be a word: it is
enough that the forms of one word have the same, and that few other words do.
"""

import re
from collections.abc import Callable
from functools import cache

_SHORTEST_STEM = 3

_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z]")
_ARMENIAN = re.compile("[\u0561-\u0587]")
_TURKIC = re.compile("[қғңүұөәһўҳҝҹ]")
_TURKIC_LATIN = re.compile("[əğışçöü]")
_TAJIK = re.compile("[ҷӣӯ]")

_PLURAL = "[лдт](?:ар|ер|ор|өр|әр)"
_OWNED = "(?:с?[ыіиуү]|[ыіи]м[ыіи]з|[ыіи]м|[ыіи][ңн]|инг)"
_CASE = (
    "(?:[ндт][ыіиуү][ңн]|нинг|[ғгқк][аеә]|[нй][аеөо]|н?[дт][аеәоө]|(?:н?[дн]|(?<!с)т)[аеоөә]н|[дтн][ыіиуү]|[мбп]ен|"
    "[ыіиуү]н|дағы|дегі|даги)"
)
_CYRILLIC_PLURAL = re.compile(f"(.{{3,}}?){_PLURAL}{_OWNED}?{_CASE}?")
_CYRILLIC_ENDING = re.compile(f"(.{{3,}})(?:{_CASE}|{_OWNED})")
_MONGOLIAN_ENDING = re.compile("(.{2,}?)(?:ууд|үүд)?(?:[иы]й[нг]|ы[нг]|[аэоө]{2}[срд]|т[аэо]й|руу|рүү|ууд|үүд|ий)")
_TAJIK_PLURAL = re.compile("(.{3,}?)ҳо(?:и|ро|е|ям|ят|яш)?")
_GEORGIAN_ENDING = re.compile("(.{3,}?)(?:ებ)?(?:ისთვის|ისგან|იდან|ისა|ის|ით|ად|ში|ზე|თან|მდე|მა|სა|თა|ას|ს|ი|ა|ო)")
_BANGLA_ENDING = re.compile("(.{3,}?)(?:গুলোর?|গুলির?|দের|ের|কে|তে|টি|টা|য়|ে)")
_GEORGIAN, _BANGLA = re.compile("[\u10d0-\u10ff]"), re.compile("[\u0980-\u09ff]")
_LAST_TWICE = re.compile(r"(.)\1$")
_LATIN_PLURAL = re.compile(
    "(.{3,}?)l(?:ar|ər|er)(?:i|ı|im|ım|imiz|ımız|ingiz)?(?:ni|nı|ning|nin|nın|ga|na|nə|da|də|nda|ndə|dan|dən|ndan|ndən|in|ın)?"
)


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    from Stemmer import Stemmer  # noqa: PLC0415 - who lists needs no stems

    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem


def stem_of(simple: str, folded: str, plain: Callable[[str], str]) -> str:
    """The stem of a levelled word, folded by `plain`; the folded word itself where there is nothing to take off."""
    if folded == simple and folded.isascii():
        stem = _english(folded) if _LATIN.search(folded) else folded
    elif _CYRILLIC.search(simple):
        stem = plain(_cyrillic(simple))
    elif _ARMENIAN.search(simple):
        stem = plain(_stemmer("armenian")(simple))
    elif _GEORGIAN.match(simple):
        stem = _without(_GEORGIAN_ENDING, simple)
    elif _BANGLA.match(simple):
        stem = plain(_without(_BANGLA_ENDING, simple))
    elif _TURKIC_LATIN.search(simple):
        stem = plain(_without(_LATIN_PLURAL, simple))
    else:
        stem = _english(folded) if folded.isascii() else folded
    return stem if len(stem) >= _SHORTEST_STEM else folded


def _english(folded: str) -> str:
    if "lar" in folded[3:-1]:
        return _without(_LATIN_PLURAL, folded)
    return _stemmer("english")(folded)


def _cyrillic(simple: str) -> str:
    if plural := _TAJIK_PLURAL.fullmatch(simple):
        return plural[1]
    if "ө" in simple or "ү" in simple:
        without = _without(_MONGOLIAN_ENDING, simple)
        if without != simple:
            return without
    if _TURKIC.search(simple) and not _TAJIK.search(simple):
        bare = _without(_CYRILLIC_ENDING, _without(_CYRILLIC_PLURAL, simple))
        return _LAST_TWICE.sub(r"\1", bare)
    without = _without(_CYRILLIC_PLURAL, simple)
    return without if without != simple else _stemmer("russian")(simple.replace("ё", "е"))


def _without(ending: re.Pattern[str], word: str) -> str:
    fits = ending.fullmatch(word)
    return fits[1] if fits else word
