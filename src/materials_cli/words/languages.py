"""The languages of a text, by its letters, its words of grammar and the endings of its words. Pure.

Half of the supported languages have a script of their own. In Cyrillic and Latin, every word votes: for the languages that
have it among their frequent words, for those whose words end so, and against those that do not have its letters. Languages
that nobody asks for vote too, so that German is not taken for English, nor Ukrainian for Russian: such a text, and one that
says too little, is of no known language. Lines vote apart, so that a slide in two languages is in both.

Sources: the exemplar characters of the Unicode CLDR; grammars. What decides lies in languages.toml and grammar.toml.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from materials_cli.patterns import regex
from materials_cli.tables import table

_SMALLEST_SHARE = 0.15

_RANGES = {
    "ko": "\u1100-\u11ff\uac00-\ud7a3",
    "hy": "\u0531-\u0587",
    "ka": "\u10a0-\u10ff\u1c90-\u1cbf",
    "bn": "\u0980-\u09ff",
    "km": "\u1780-\u17ff",
    "lo": "\u0e80-\u0eff",
    "th": "\u0e00-\u0e7f",
    "ja": "\u3041-\u30ff\uff66-\uff9f",
    "zh": "\u4e00-\u9fff",
    "mn": "\u1820-\u18aa",
    "other": "\u0370-\u03ff\u0590-\u08ff\u0900-\u097f\u0a00-\u0dff\u0f00-\u109f\u1200-\u139f",
    "cyrillic": "\u0400-\u052f",
    "latin": "a-zA-Z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0259\u1e00-\u1eff",
}
_SHARED_LETTERS = {"latin": "abcdefghijklmnopqrstuvwxyz'", "cyrillic": "абвгдежзийклмнопрстуфхчш'"}
_DEFAULTS = {"latin": "en", "cyrillic": "ru"}
NAMES = {
    "english": "en", "russian": "ru", "korean": "ko", "kazakh": "kk", "kyrgyz": "ky", "uzbek": "uz", "tajik": "tg",
    "armenian": "hy", "georgian": "ka", "azerbaijani": "az", "mongolian": "mn", "bangla": "bn", "bengali": "bn",
    "khmer": "km", "lao": "lo", "filipino": "fil", "tagalog": "fil", "indonesian": "id", "vietnamese": "vi",
    "thai": "th", "chinese": "zh", "japanese": "ja",
}  # fmt: skip
CODES = frozenset(NAMES.values())
LANGUAGE = "\ue003"

_APOSTROPHE = regex("[’‘ʻʼ`ʹ´′]")
# Uzbek writes two letters as o and g with an apostrophe; here, and in languages.toml, each is one letter.
_UZBEK_LETTER = regex("([og])'(?=[a-z])")
_ONE_LETTER = {"o": "ȯ", "g": "ġ"}
_LONGEST_ENDING = 7
_FOREIGN_LETTER, _OWN_LETTER, _FREQUENT, _ENDING = -1.0, 1.0, 1.5, 0.6
_UNDECIDED, _LEANING = "", "en?"
_LEAST_EVIDENCE, _LEAST_LEAD = 0.7, 0.4
_SURE_EVIDENCE, _SURE_LEAD = 1.5, 1.0
_EVIDENCE_OF_A_WORD = 0.1


class _Script(NamedTuple):
    """The languages of a script, and what each is recognised by: words and endings have the places of languages in `codes`.

    shared: the letters that all of them have.
    """

    codes: tuple[str, ...]
    letters: tuple[frozenset[str], ...]
    shared: frozenset[str]
    words: Mapping[str, Sequence[int]]
    endings: Mapping[str, Sequence[int]]


def languages(text: str) -> tuple[str, ...]:
    """The languages that at least 15 % of a text's letters belong to, by ISO 639 code, the most frequent first."""
    shares = _shares(text)
    return _main(shares) or (("en",) if set(shares) == {_LEANING} else ())


def evidence(text: str) -> dict[str, float]:
    """How much the Cyrillic words of a text are those of each language, by frequent words, endings, and letters it lacks."""
    found = Counter(_words_of("cyrillic").findall(_plain(text)))
    rows = [tuple(vote * count for vote in _votes("cyrillic", word, own=0.0)) for word, count in found.items()]
    return dict(zip(_script("cyrillic").codes, _sum(rows, "cyrillic"), strict=True))


def of_sections(sections: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The languages of each section of one document, in that order.

    A section is several texts, which count alike. One that says too little, such as a slide with a name on it, is in the
    language that most of the others are in, if that has the same script; if no other says more, plain Latin is English.
    """
    shares = [[_shares(text) for text in section] for section in sections]
    found = [tuple(dict.fromkeys(code for each in section for code in _main(each))) for section in shares]
    said = [frozenset[str]().union(*section) for section in shares]
    speaks = bool(frozenset[str]().union(*said) - {_UNDECIDED, _LEANING})
    most = tuple(code for code, _ in Counter(code for codes in found for code in codes).most_common())
    for place, codes in enumerate(said):
        if codes and codes <= {_UNDECIDED, _LEANING}:
            found[place] = _likely(" ".join(sections[place]), most) if speaks or codes != {_LEANING} else ("en",)
    return found


def _likely(text: str, most: tuple[str, ...]) -> tuple[str, ...]:
    """The first of some languages that has the script of a text."""
    likely = language_in(script_of(text), most)
    return (likely,) if likely in most else ()


def code_of(name: str) -> str | None:
    """The code of a language that is given by its code or its name, in English or another language; None for no language."""
    name = _plain(name.strip())
    if name in CODES:
        return name
    return NAMES.get(name) or codes_by_name().get(name)


@cache
def _scripts() -> dict[str, re.Pattern[str]]:
    """What letters of each script look like; compiled when a text is looked at, not at every start."""
    return {name: re.compile(f"[{letters}]+") for name, letters in _RANGES.items()}


@cache
def _words_of(script: str) -> re.Pattern[str]:
    letters = f"[{_RANGES[script]}]+"
    return re.compile(f"{letters}(?:'{letters})*")


def script_of(word: str) -> str:
    """The script of a word, by the names above; empty if it has letters of none of them."""
    return next((script for script, pattern in _scripts().items() if pattern.search(word)), "")


def language_in(script: str, candidates: tuple[str, ...]) -> str:
    """The first of the candidates that is written in a script; else the default language of that script."""
    if script not in _DEFAULTS:
        return script or "en"
    return next((code for code in candidates if code in _script(script).codes), _DEFAULTS[script])


def _main(shares: Counter[str]) -> tuple[str, ...]:
    least = shares.total() * _SMALLEST_SHARE
    return tuple(code for code, count in shares.most_common() if code in CODES and count >= least)


def _shares(text: str) -> Counter[str]:
    """How many letters of a text belong to each language; _UNDECIDED to one that could not be told.

    _LEANING to one that may be English; other codes to no known one.
    """
    if text.isascii():
        return _told_apart(text, "latin", len(text)) if _scripts()["latin"].search(text) else Counter()
    text = unicodedata.normalize("NFC", text)
    letters = Counter({name: sum(map(len, script.findall(text))) for name, script in _scripts().items()})
    if letters["ja"]:
        letters["ja"] += letters.pop("zh")
    least = letters.total() * _SMALLEST_SHARE
    shares = Counter({name: count for name, count in letters.items() if count and name not in _SHARED_LETTERS})
    for script in _SHARED_LETTERS:
        if letters[script] and letters[script] >= least:
            shares.update(_told_apart(text, script, letters[script]))
    return shares


def _told_apart(text: str, script: str, letters: int) -> Counter[str]:
    """The languages of the words of a script, each with its part of the letters in that script."""
    found = [words for line in text.splitlines() if (words := _words_of(script).findall(_plain(line)))]
    lines = [(sum(map(len, words)), len(words), _sum([_votes(script, word) for word in words], script)) for words in found]
    votes = _sum([votes for _, _, votes in lines], script)
    whole = _decided(script, votes, sum(count for _, count, _ in lines)) or _leaning(script, votes, text)
    shares: Counter[str] = Counter()
    for length, count, votes in lines:
        shares[_decided(script, votes, count, sure=whole != _UNDECIDED) or whole] += length
    total = shares.total()
    return Counter({code: letters * length // total for code, length in shares.items()})


def _plain(line: str) -> str:
    """A line in lower case, with one kind of apostrophe, and with Uzbek letters as one letter each."""
    line = line.replace("İ", "i").lower()
    line = line if line.isascii() else _APOSTROPHE.sub("'", line)
    return _UZBEK_LETTER.sub(lambda match: _ONE_LETTER[match[1]], line) if "'" in line else line


def _sum(rows: Sequence[Sequence[float]], script: str) -> Sequence[float]:
    rows = [row for row in rows if row]
    return [sum(column) for column in zip(*rows, strict=True)] or [0.0] * len(_script(script).codes)


def _decided(script: str, votes: Sequence[float], words: int, *, sure: bool = False) -> str:
    """The language that leads clearly; _UNDECIDED if none does. sure: it takes more to be another one than the text around."""
    best, second = sorted(votes, reverse=True)[:2]
    evidence, lead = (_SURE_EVIDENCE, _SURE_LEAD) if sure else (_LEAST_EVIDENCE, _LEAST_LEAD)
    enough = best >= max(evidence, words * _EVIDENCE_OF_A_WORD) and best - second >= lead
    return _script(script).codes[votes.index(best)] if enough else _UNDECIDED


def _leaning(script: str, votes: Sequence[float], text: str) -> str:
    """Rather English: plain Latin letters of whose words no other language has more; _UNDECIDED for anything else."""
    english = _script(script).codes.index(_DEFAULTS[script])
    return _LEANING if text.isascii() and script == "latin" and votes[english] >= max(votes) else _UNDECIDED


@lru_cache(maxsize=1 << 16)
def _votes(script: str, word: str, own: float = _OWN_LETTER) -> tuple[float, ...]:
    """The votes of a word; empty if it says nothing. own: what a letter counts for the languages that alone have it."""
    known = _script(script)
    votes = [0.0] * len(known.codes)
    if telling := set(word) - known.shared:
        able = [place for place, letters in enumerate(known.letters) if letters >= telling]
        votes = [_FOREIGN_LETTER] * len(votes)
        for place in able:
            votes[place] = own / len(able)
    frequent = known.words.get(word) or known.words.get(word.partition("'")[0], ())
    for place in frequent:
        votes[place] += _FREQUENT / len(frequent)
    if not frequent:
        for length in range(min(_LONGEST_ENDING, len(word) - 2), 1, -1):
            if ending := known.endings.get(word[-length:]):
                for place in ending:
                    votes[place] += _ENDING / len(ending)
                break
    return tuple(votes) if any(votes) else ()


@cache
def _tables() -> dict[str, Any]:
    return table(__file__, "languages.toml")


@cache
def _grammar() -> dict[str, str]:
    return table(__file__, "grammar.toml")


@cache
def frequent_words(code: str) -> frozenset[str]:
    """The words of grammar of a language, as they are written."""
    return frozenset(_grammar()[code].split())


@cache
def codes_by_name() -> dict[str, str]:
    """The languages' names that are not English, and their codes."""
    return {_plain(name): code for code, names in _tables()["names"].items() for name in names.split("|")}


@cache
def _script(name: str) -> _Script:
    """What the languages of a script are recognised by."""
    listed = _tables()[name]
    words: dict[str, list[int]] = {}
    endings: dict[str, list[int]] = {}
    letters = []
    for place, (code, language) in enumerate(listed.items()):
        accented = language.get("accented", False)
        letters.append(frozenset(_SHARED_LETTERS[name] + language.get("letters", "")) - set(language.get("without", "")))
        frequent = _plain(f"{language['words']} {_grammar().get(code, '')}").split()
        for word in dict.fromkeys(
            word for word in frequent if _scripts()[name].match(word) and not (accented and word.isascii())
        ):
            words.setdefault(word, []).append(place)
        for ending in dict.fromkeys(_plain(language["endings"]).split()):
            endings.setdefault(ending, []).append(place)
    return _Script(tuple(listed), tuple(letters), frozenset.intersection(*letters), words, endings)
