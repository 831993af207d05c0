"""The 8-bit encodings of Armenian and Georgian, which Python has no codecs for, and which encoding a text is in, by its looks.

Sources: AST 34.002 (ARMSCII-8); GEOSTD8, also called Georgian-PS; Georgian-Academy, its elder sister, which has the letters of
today first and the five that have gone out of use behind them.
"""

import re

from materials_cli.words.languages import evidence, frequent_words

_LETTERS_FROM = 0xC0
_ARMENIAN_SIGNS = dict(zip(range(0xA2, 0xB2), "և։)(»«—.՝,-֊…՜՛՞", strict=True)) | {0xFE: "՚"}
ARMENIAN = _ARMENIAN_SIGNS | {
    0xB2 + 2 * place + small: chr((0x561 if small else 0x531) + place) for place in range(38) for small in (0, 1)
}
_TABLES = {
    "armscii-8": ARMENIAN,
    "geostd8": dict(enumerate("აბგდევზჱთიკლმნჲოპჟრსტჳუფქღყშჩცძწჭხჴჯჰჵ", _LETTERS_FROM)),
    "georgian-academy": dict(enumerate("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶ", _LETTERS_FROM)),
}
_NAMES = {"armscii8": "armscii-8", "armscii": "armscii-8", "georgian-ps": "geostd8", "geo-std-8": "geostd8"}
# What texts in an encoding look like: the first and last letter of the script, its vowels, and its most frequent letters.
_CYRILLIC = ("\u0400", "\u04ff", "аеёиоуыэюяәөүұі", "аоеинтсрвлкмдыіүө")
_ARMENIAN = ("\u0531", "\u0587", "աեէըիոօ", "աեինրտուկմությանվ")
_GEORGIAN = ("\u10d0", "\u10f6", "აეიოუ", "აიესრნმოლდბვთუ")
_LOOKS = {
    **dict.fromkeys(("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5", "kz1048", "ptcp154", "koi8_t"), _CYRILLIC),
    "armscii-8": _ARMENIAN, "geostd8": _GEORGIAN, "georgian-academy": _GEORGIAN,
}  # fmt: skip
_AND, _DASH = b"\xa2", b"\xa8"
_ENOUGH = 4096
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile("[\\s!-@\\[-`{-~«»“”„‘’‚–—…•№։՝՛՞՜֊]+")
_QUOTES, _UNQUOTED = (("«", "»"), ("“", "”")), 0.8  # a capital of one code page is a lonely quotation mark of another
# Where the code page of Ukrainian has ї and є, which follow vowels and end words, those of Kazakh have letters that do not.
_VOWEL = "[аеиоуыіэюяө]"
_UKRAINIAN = {
    "kz1048": re.compile(f"{_VOWEL}ү|[үғ]\\Z", re.IGNORECASE),
    "ptcp154": re.compile(f"{_VOWEL}ҝ|[ҝә]\\Z", re.IGNORECASE),
}
_WEIGHT = 4
_LEAST_OF_LETTERS, _LEAST_WELL_WRITTEN, _LEAST_FREQUENT, _VOWEL_SHARE = 0.75, 0.9, 0.6, (0.25, 0.65)


def known(name: str) -> str:
    """Our name of one of these encodings; empty if it is none of them."""
    name = name.strip().lower().replace("_", "-")
    return name if name in _TABLES else _NAMES.get(name, "")


def decode(content: bytes, encoding: str) -> str:
    """Decode text in one of these encodings, or in one of Python's; bytes that it does not define are kept or replaced."""
    if encoding not in _TABLES:
        return content.decode(encoding, "replace")
    if encoding == "armscii-8" and _AND not in content:
        # The standard has a dash there, the fonts of its time have the ligature.
        content = content.replace(_DASH, _AND)
    return content.decode("latin-1").translate(_TABLES[encoding])


def guess(sample: bytes) -> str:
    """The encoding, of these and the Cyrillic ones, in which a sample reads most like a language; empty if in none."""
    sample = sample[:_ENOUGH]
    likeness = {name: _likeness(sample, name) for name in _LOOKS}
    possible = [name for name in _LOOKS if likeness[name]]
    return max(possible, key=lambda name: likeness[name] * _WEIGHT + _evidence(decode(sample, name), name), default="")


def _evidence(text: str, encoding: str) -> float:
    """How much each word is of a language, on average: as `evidence` says of Cyrillic ones, else how many are frequent."""
    words = _WORD.findall(text.lower())
    if _LOOKS[encoding] is _CYRILLIC:
        found = max(evidence(text).values())
    else:
        found = sum(word in frequent_words("hy" if _LOOKS[encoding] is _ARMENIAN else "ka") for word in words)
    return found / max(1, len(words))


def _likeness(sample: bytes, encoding: str) -> float:
    """The share of frequent letters; 0 if few bytes are letters, vowels are too few or many, or capitals are inside words."""
    _, _, vowels, frequent = _LOOKS[encoding]
    high = sum(byte > 0x7F for byte in sample)
    text = decode(sample, encoding)
    words = [word for word in _BETWEEN.split(text) if not word.isascii()]
    letters = "".join(filter(str.isalpha, "".join(words))).lower()
    written = sum(len(word) for word in words if _is_well_written(word, encoding))
    if not letters or written < max(len(letters) * _LEAST_WELL_WRITTEN, high * _LEAST_OF_LETTERS):
        return 0
    found, sung = _share(letters, frequent), _share(letters, vowels)
    whole = written / high * (1 if all(text.count(left) == text.count(right) for left, right in _QUOTES) else _UNQUOTED)
    return found * whole if found >= _LEAST_FREQUENT and _VOWEL_SHARE[0] <= sung <= _VOWEL_SHARE[1] else 0


def _is_well_written(word: str, encoding: str) -> bool:
    """Whether a word is of the script alone, in small letters, in capitals, or with a capital first."""
    first, last = _LOOKS[encoding][:2]
    cased = word.islower() or word.istitle() or word.isupper()
    foreign = encoding in _UKRAINIAN and _UKRAINIAN[encoding].search(word)
    return cased and first <= min(word) and max(word) <= last and not foreign


def _share(letters: str, some: str) -> float:
    return sum(letter in some for letter in letters) / len(letters)
