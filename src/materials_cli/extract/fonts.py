"""Text in fonts that draw another script at the codes of Latin letters: the file has “Tbilisi” where a reader sees თბილისი.

The Georgian Acad and Lit fonts have Georgian letters at the codes of Latin ones; Armenian fonts have ARMSCII-8 at the codes
of Latin-1; Bangla fonts with names in MJ have what Bijoy types: the shapes that letters take together, a vowel that is drawn
before its consonants typed before them, and the r above them after them. Only the font's name tells.
Sources: the keyboards of these fonts; for Bijoy, the tables that its converters share.
"""

import itertools
import re
from collections.abc import Iterable

from materials_cli.extract.eightbit import ARMENIAN

_FAMILIES = (
    ("georgian", re.compile(r"(?:Acad|Lit)(?:Nusx|Mtavr)", re.IGNORECASE)),
    ("armenian", re.compile(r"ArTarumian|(?:Arial|Times|Courier)[ _]?Armenian|\bLatArm\b|\bArmscii|Dallak", re.IGNORECASE)),
    ("bangla", re.compile(r"(?<!O)MJ\b")),
)
_GEORGIAN = str.maketrans(
    "abgdevzTiklmnopJrstufqRySCcZwWxjhABDEFGHIKLMNOPQUVXY", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰაბდეფგჰიკლმნოპქუვხყ"
)
_ARMENIAN = ARMENIAN | {0xA8: "և"}
# A code, and what it stands for.
_SHAPES = """
    Aঅ Bই Cঈ Dউ Eঊ Fঋ Gএ Hঐ Iও Jঔ Kক Lখ Mগ Nঘ Oঙ Pচ Qছ Rজ Sঝ Tঞ Uট Vঠ Wড Xঢ Yণ Zত _থ `দ aধ bন cপ dফ eব fভ gম hয iর jল kশ
    lষ mস nহ oড় pঢ় qয় rৎ sং tঃ uঁ 0০ 1১ 2২ 3৩ 4৪ 5৫ 6৬ 7৭ 8৮ 9৯ |। &্
    vা wি xী yু zু “ু –ু æু ~ূ ƒূ ‚ূ „ৃ …ৃ †ে ‡ে ˆৈ ‰ৈ Šৗ
    •ঙ্ ”চ্ ˜দ্ ™দ্ šন্ ›ন্ ¤ম্ ®ষ্ ¯স্ ^্ব ‘্তু ’্থ ‹্ক Œ্ক্র —্ত Í্ত œ্ন è্ন Ÿ্ব ¡্ব ¦্ব ¢্ভ £্ভ্র ¥্ম §্ম ¨্য ª্র «্র Ö্র ¬্ল ø্ল ú্প ¿্ত্র
    °ক্ক ±ক্ট ²ক্ষ্ম ³ক্ত ´ক্ম µক্র ¶ক্ষ ÿক্ষ ·ক্স ¸গু ¹জ্ঞ ºগ্দ »গ্ধ ¼ঙ্ক ½ঙ্গ ¾জ্জ Àজ্ঝ Áজ্ঞ Âঞ্চ Ãঞ্ছ Äঞ্জ Åঞ্ঝ Æট্ট Çড্ড Èণ্ট Éণ্ঠ Êণ্ড Ëত্ত Ìত্থ Îত্র
    Ïদ্দ ×দ্ধ Øদ্ব Ùদ্ম Úন্ঠ Ûন্ড Üন্ধ Ýন্স Þপ্ট ßপ্ত àপ্প áপ্স âব্জ ãব্দ äব্ধ åভ্র çম্ফ éল্ক êল্গ ëল্ট ìল্ড íল্প îল্ফ ïশু ðশ্চ ñশ্ছ òষ্ণ óষ্ট ôষ্ঠ õষ্ফ
    öস্খ ÷স্ট ùস্ফ ûহু üহৃ ýহ্ন þহ্ম Ð– Ñ— Ò“ Ó” Ô‘ Õ’
"""
_BANGLA = {item[0]: item[1:] for item in _SHAPES.split()} | {"\u00ad": "্ল"}
# The r above a cluster, until it has come to its place; and r before y where the r is not above it.
_REPH, _RA_YA = "\ue010", ("i¨", "র\u200d্য")
_CLUSTER = "[ক-হড়ঢ়য়ৎ]\u09bc?\u200d?(?:্[ক-হড়ঢ়য়]\u09bc?\u200d?)*"
_SIGNS = "[া-ৌৗ]"
_REORDERED = (
    (re.compile("্্+"), "্"),
    (re.compile(f"({_SIGNS}|ঁ)((?:্[ক-হ])+)"), r"\2\1"),
    (re.compile(f"([িেৈ])({_CLUSTER}{_REPH}?)"), r"\2\1"),
    (re.compile(f"({_CLUSTER})({_SIGNS}*){_REPH}"), r"র্\1\2"),
    (re.compile(_REPH), "র্"),
    (re.compile("\u09c7\u09be"), "\u09cb"),
    (re.compile("\u09c7\u09d7"), "\u09cc"),
    (re.compile("\u0985\u09be"), "\u0986"),
    (re.compile(f"ঁ({_SIGNS}+)"), r"\1ঁ"),
)
_CODES = re.compile("[\x80-\x9f\uf020-\uf0ff]")


def family(font: str | None) -> str:
    """The family of fonts that one belongs to, of those that are not what they seem; empty for all others."""
    return next((name for name, pattern in _FAMILIES if font and pattern.search(font)), "")


def in_unicode(text: str, of_family: str) -> str:
    """What a reader sees of a text in a font of a family."""
    if not of_family:
        return text
    text = _CODES.sub(lambda code: bytes([ord(code[0]) & 0xFF]).decode("cp1252", "ignore"), text)
    if of_family == "georgian":
        return text.translate(_GEORGIAN)
    if re.search("[\u0400-\u04ff]", text):
        # A program that took the codes for those of Russian Windows wrote these letters.
        text = text.encode("cp1251", "replace").decode("cp1252" if of_family == "bangla" else "latin-1", "replace")
    return text.translate(_ARMENIAN) if of_family == "armenian" else _from_bijoy(text)


def respell(pieces: Iterable[tuple[str, str]]) -> list[str]:
    """The texts of (family, text) in Unicode, as many as before.

    Neighbours of one family may share a syllable, so the first has the text of all, and the others are empty.
    """
    spelled: list[str] = []
    for of_family, together in itertools.groupby(pieces, key=lambda piece: piece[0]):
        texts = [text for _, text in together]
        spelled += [in_unicode("".join(texts), of_family), *[""] * (len(texts) - 1)] if of_family else texts
    return spelled


def _from_bijoy(text: str) -> str:
    text = text.replace(*_RA_YA).replace("©", _REPH)
    text = "".join(_BANGLA.get(character, character) for character in text)
    for pattern, replacement in _REORDERED:
        text = pattern.sub(replacement, text)
    return text
