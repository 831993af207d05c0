"""The words that standards have for ours: types of works, codes of languages, licences. Pure.

Sources: DCMI Type Vocabulary, schema.org, ISO 639-2 and 639-3, the SPDX list of licences.
"""

import re

from materials_cli.describe.description import Description
from materials_cli.kinds import Kind

DCMI_TYPES = {
    Kind.SLIDES: "Text",
    Kind.DOCUMENT: "Text",
    Kind.PDF: "Text",
    Kind.TEXT: "Text",
    Kind.SHEET: "Dataset",
    Kind.IMAGE: "StillImage",
    Kind.VIDEO: "MovingImage",
    Kind.AUDIO: "Sound",
    Kind.ARCHIVE: "Collection",
    Kind.LINK: "InteractiveResource",
}
SCHEMA_TYPES = {
    Kind.SLIDES: "PresentationDigitalDocument",
    Kind.DOCUMENT: "TextDigitalDocument",
    Kind.TEXT: "TextDigitalDocument",
    Kind.SHEET: "SpreadsheetDigitalDocument",
    Kind.IMAGE: "ImageObject",
    Kind.VIDEO: "VideoObject",
    Kind.AUDIO: "AudioObject",
}
GENRES = {
    Kind.SLIDES: "Presentation",
    Kind.DOCUMENT: "Document",
    Kind.PDF: "Document",
    Kind.TEXT: "Document",
    Kind.SHEET: "Spreadsheet",
    Kind.IMAGE: "Image",
    Kind.VIDEO: "Video recording",
    Kind.AUDIO: "Sound recording",
    Kind.ARCHIVE: "Archive file",
    Kind.LINK: "Web link",
}
_ALPHA3 = {
    "en": "eng", "ru": "rus", "ko": "kor", "kk": "kaz", "ky": "kir", "uz": "uzb", "tg": "tgk", "hy": "hye", "ka": "kat",
    "az": "aze", "mn": "mon", "bn": "ben", "km": "khm", "lo": "lao", "id": "ind", "vi": "vie", "th": "tha", "zh": "zho",
    "ja": "jpn", "tr": "tur", "uk": "ukr", "be": "bel", "tk": "tuk", "fr": "fra", "de": "deu", "es": "spa", "ar": "ara",
    "pt": "por", "it": "ita", "hi": "hin", "ne": "nep", "fa": "fas",
}  # fmt: skip
_BIBLIOGRAPHIC = {"hye": "arm", "kat": "geo", "zho": "chi", "fra": "fre", "deu": "ger", "fas": "per"}
_LICENCE = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/(igo/)?", re.ASCII)
_CC0 = re.compile(r"https?://creativecommons\.org/publicdomain/zero/1\.0/?", re.ASCII)
_THREE_LETTERS = re.compile(r"[a-z]{3}", re.ASCII)


def language_code(code: str, *, bibliographic: bool = False) -> str | None:
    """The code of three letters of a language (ISO 639-3, or 639-2/B as libraries write it); None if it is not known.

    code: in BCP 47; its script and region go unsaid.
    """
    code = code.partition("-")[0].lower()
    found = _ALPHA3.get(code) or (code if _THREE_LETTERS.fullmatch(code) else None)
    return _BIBLIOGRAPHIC.get(found, found) if found and bibliographic else found


def licence_id(uri: str | None) -> str | None:
    """The SPDX identifier of a Creative Commons licence that is given by its address; None for anything else."""
    if found := _LICENCE.match(uri or ""):
        return f"CC-{found[1].upper()}-{found[2]}{'-IGO' if found[3] else ''}"
    return "CC0-1.0" if _CC0.match(uri or "") else None


def extent(one: Description) -> str:
    """How much it is, in words: “12 slides” or “1 sheet”; empty if it has no sections."""
    item = one.item
    if not item.sections or not item.unit:
        return ""
    return f"{item.sections} {item.unit}{'' if item.sections == 1 else 's'}"
