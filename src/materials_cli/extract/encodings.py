"""Decodes plain text in any encoding: old Russian, Korean or Turkish files do not state theirs."""

import codecs
import re

from materials_cli.extract import eightbit

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CANDIDATES = [
    "cp1252", "cp1251", "cp949", "cp1254", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5", "johab", "cp1250", "cp1257",
    "shift_jis", "euc_jp", "gb18030", "big5", "cp1256", "cp1255", "cp1253", "koi8_t", "kz1048", "ptcp154",
    "utf_16_le", "utf_16_be",
]  # fmt: skip
_LATIN = {"cp1250", "cp1252", "cp1254", "cp1257"}
_WIDER = {"euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "iso8859-9": "cp1254"}
_SAMPLE_SIZE = 64 * 1024
_SHORT = 24
_ZEROS_OF_WIDE_TEXT = 0.02
_HANGUL = re.compile("[\uac00-\ud7a3]{2}")
_CYRILLIC = re.compile("[а-яёА-ЯЁ]{3}")


def decode(content: bytes, declared: str = "") -> str:
    """Decode text by its byte order mark, else as UTF-8, else as declared, else by its language."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    zeros = content[:1000].count(0)
    if zeros > min(len(content), 1000) * _ZEROS_OF_WIDE_TEXT:
        wide = "utf-16-be" if content[:1000:2].count(0) > zeros / 2 else "utf-16-le"
        return content.decode(wide, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was truncated within a character, or has a bad byte near its end, is still UTF-8.
        if error.start > len(content) - 4 and error.start > _SHORT:
            return content.decode("utf-8", "replace")
    named = known_encoding(declared) or eightbit.known(declared)
    return eightbit.decode(content, named if named and named != "utf-8" else _guess(content))


def known_encoding(name: str) -> str:
    """Python's name of an encoding, in its widest variant; empty if it is unknown."""
    try:
        found = codecs.lookup(name)
        if not found._is_text_encoding:  # noqa: SLF001 - open() checks this, too
            return ""
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(found.name, found.name)


def _guess(content: bytes) -> str:
    """Guess from a sample with many letters; for a few words, which are not enough, only Korean, Russian or Turkish."""
    start = next(at for at, byte in enumerate(content) if byte > 127)
    sample = content[start & ~1 :][:_SAMPLE_SIZE] if start > _SAMPLE_SIZE else content[:_SAMPLE_SIZE]
    if by_looks := eightbit.guess(sample):
        return by_looks
    detected = _detected(sample) if sum(byte > 127 for byte in sample) > _SHORT else None
    if detected:
        return detected
    for encoding, likely in (("cp949", _HANGUL), ("cp1251", _CYRILLIC)):
        try:
            if likely.search(content.decode(encoding)):
                return encoding
        except UnicodeDecodeError:
            continue
    return "cp1254" if _is_turkish(sample) else "cp1252"


def _detected(sample: bytes) -> str | None:
    """The encoding in which a sample reads most like a language; None if it reads like none."""
    import charset_normalizer  # noqa: PLC0415 - a large library, and most text is UTF-8

    found = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES)
    best = found.best()
    if not best:
        return None
    if best.encoding in _LATIN and _is_turkish(sample):
        return "cp1254"
    # If Western and other encodings fit equally well, the text is Western.
    equals = {match.encoding for match in found if (match.chaos, match.coherence) == (best.chaos, best.coherence)}
    return "cp1252" if "cp1252" in equals else best.encoding


def _is_turkish(sample: bytes) -> bool:
    """Whether Latin text contains ı, and ş or ğ, which occur together only in Turkish and Azerbaijani."""
    return 0xFD in sample and (0xFE in sample or 0xF0 in sample)
