"""The languages of a text, detected by its letters alone, which is enough for the filter `lang:ru`. Pure.

Half of the supported languages have a script of their own. Those that share the Cyrillic or Latin script are distinguished
by letters that only they use; a text too short to contain such a letter counts as Russian or English, the default language
of its script. Source: the main exemplar characters of the Unicode CLDR.
"""

import re
from collections import Counter

_SMALLEST_SHARE = 0.15
_RARE = 0.004

_SCRIPTS = {
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7a3]+"),
    "hy": re.compile("[\u0531-\u0587]+"),
    "ka": re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]+"),
    "bn": re.compile("[\u0980-\u09ff]+"),
    "km": re.compile("[\u1780-\u17ff]+"),
    "lo": re.compile("[\u0e80-\u0eff]+"),
    "th": re.compile("[\u0e00-\u0e7f]+"),
    "ja": re.compile("[\u3041-\u30ff\uff66-\uff9f]+"),
    "zh": re.compile("[\u4e00-\u9fff]+"),
    "cyrillic": re.compile("[\u0400-\u052f]+"),
    "latin": re.compile("[a-zA-Z\u00c0-\u024f\u0259\u018f]+"),
}
# The first language whose letters occur wins, so the order matters.
_CYRILLIC = (
    ("az", re.compile("[ҹҝ]", re.IGNORECASE)),
    ("kk", re.compile("[әұ]", re.IGNORECASE)),
    ("tg", re.compile("[ӣӯҷ]", re.IGNORECASE)),
    ("uz", re.compile("[ўҳғқ]", re.IGNORECASE)),
    ("ky", re.compile("[ң]", re.IGNORECASE)),
    ("mn", re.compile("[өү]", re.IGNORECASE)),
)
_LATIN = (
    ("az", re.compile("[əƏ]")),
    ("uz", re.compile("[oOgG][ʻʼ‘’'`](?=[a-z])")),
)
NAMES = {
    "english": "en", "russian": "ru", "korean": "ko", "kazakh": "kk", "kyrgyz": "ky", "uzbek": "uz", "tajik": "tg",
    "armenian": "hy", "georgian": "ka", "azerbaijani": "az", "mongolian": "mn", "bangla": "bn", "bengali": "bn",
    "khmer": "km", "lao": "lo", "thai": "th", "chinese": "zh", "japanese": "ja",
}  # fmt: skip
CODES = frozenset(NAMES.values())


def languages(text: str) -> tuple[str, ...]:
    """The languages that at least 15 % of a text's letters belong to, by ISO 639 code, the most frequent first."""
    if text.isascii():
        latin = sum(map(len, _SCRIPTS["latin"].findall(text))) if "'" in text or "`" in text else len(text)
        return (_distinguished(text, latin, _LATIN, "en"),) if _SCRIPTS["latin"].search(text) else ()
    letters = Counter({name: sum(map(len, script.findall(text))) for name, script in _SCRIPTS.items()})
    total = letters.total()
    found = []
    for name, count in letters.most_common():
        if not count or count < total * _SMALLEST_SHARE:
            break
        if name == "cyrillic":
            found.append(_distinguished(text, count, _CYRILLIC, "ru"))
        elif name == "latin":
            found.append(_distinguished(text, count, _LATIN, "en"))
        else:
            found.append(name)
    return tuple(found)


def script_of(word: str) -> str:
    """The script of a word, by the names above; empty if it has letters of none of them."""
    return next((script for script, pattern in _SCRIPTS.items() if pattern.search(word)), "")


def language_in(script: str, candidates: tuple[str, ...]) -> str:
    """The first of the candidates that is written in a script; else the default language of that script."""
    of_script = {"cyrillic": ("ru", _CYRILLIC), "latin": ("en", _LATIN)}.get(script)
    if of_script is None:
        return script or "en"
    default, others = of_script
    return next((language for language in candidates if language == default or language in dict(others)), default)


def _distinguished(text: str, count: int, alphabets: tuple[tuple[str, re.Pattern[str]], ...], default: str) -> str:
    """The language whose own letters occur, more often than in a foreign name or two. count: letters of the script."""
    for language, own in alphabets:
        if len(own.findall(text)) > count * _RARE:
            return language
    return default
