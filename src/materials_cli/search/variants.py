"""Other ways to write a term that follow from its spelling, so that no table has to state them. Pure."""

from collections.abc import Iterator

# The alphabet that Azerbaijani had until 1991, one letter for each.
_CYRILLIC = str.maketrans(
    "abcçdeəfgğhxıijkqlmnoöprsştuüvyzABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ",
    "абҹчдеәфҝғһхыижкглмноөпрсштуүвјзАБҸЧДЕӘФҜҒҺХЫИЖКГЛМНОӨПРСШТУҮВЈЗ",
)
# Armenian names of qualities change before their end, where no stemmer looks.
_QUALITY, _OF_QUALITY = "ություն", "ության"


def variants(code: str, term: str) -> Iterator[str]:
    """What else a term of a language may be written as. code: ISO 639."""
    if code == "az" and not term.isupper():
        yield term.translate(_CYRILLIC)
    elif code == "hy" and term.endswith(_QUALITY):
        yield term.removesuffix(_QUALITY) + _OF_QUALITY
