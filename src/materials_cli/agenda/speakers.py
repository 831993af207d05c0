"""Who speaks, read from how an agenda states it: "Dr. Nino Beridze, Public Service Development Agency (Georgia)". Pure."""

import re

from materials_cli.agenda.slots import Speaker
from materials_cli.agenda.terms import clean, is_country
from materials_cli.describe.people import is_topic, says_who, without_honorifics

_MOST_WORDS = 5
_PARTICLES = {"bin", "al", "de", "van", "von", "uulu", "kyzy"}
_HANGUL_NAME = re.compile("[가-힣]{2,4}")
_LIST = re.compile(r"\s*(?:\n|;|•|‧|\u2022)\s*")
_PARTS = re.compile(r"\s*(?:,|\(|\)|\s[–—-]\s|/|\|)\s*")
_AND = re.compile(r"\s+(?:and|&|и|및)\s+")


def speakers_in(text: str) -> tuple[Speaker, ...]:
    """The speakers of a list: one a line, or separated by semicolons."""
    found = []
    for entry in _LIST.split(text):
        parts = [part for part in map(clean, _PARTS.split(entry)) if part]
        if not parts:
            continue
        if len(parts) > 1 and all(is_country(part) or is_person(part) for part in parts) and sum(map(is_person, parts)) > 1:
            found += [Speaker(name=name_of(part)) for part in parts if is_person(part)]
        else:
            found += _one(parts)
    return tuple(found)


def _one(parts: list[str]) -> list[Speaker]:
    """The speaker, or two joined by "and", that the parts of one entry describe."""
    country = next((part for part in reversed(parts) if is_country(part)), "")
    rest = [part for part in parts if not is_country(part)]
    names = _names_among(rest) or (rest[0] if country and rest and _single_name(rest[0]) else "")
    organisation = ", ".join(part for part in rest if part != names)
    if names:
        return [Speaker(name_of(name), organisation, country) for name in _AND.split(names)]
    return [Speaker("", organisation, country)] if organisation or country else []


def _names_among(parts: list[str]) -> str:
    """The first part that names one person, or two joined by "and"; empty if none does."""
    return next((part for part in parts if all(map(is_person, _AND.split(part)))), "")


def _single_name(text: str) -> bool:
    return " " not in text and text[0].upper() == text[0] and not says_who(text) and not is_topic(text)


def is_person(text: str) -> bool:
    """Whether a text looks like a person's name: a few words, each with a capital where the script has any."""
    name = name_of(text)
    words = name.split()
    if len(words) > _MOST_WORDS or says_who(name) or is_topic(name) or any(map(str.isdigit, name)):
        return False
    if words and all(map(_HANGUL_NAME.fullmatch, words)):
        return len(words) <= 2
    return len(words) > 1 and all(map(_may_be_in_a_name, words))


def _may_be_in_a_name(word: str) -> bool:
    return word[0].isupper() or word[0].lower() == word[0].upper() or word in _PARTICLES


def name_of(text: str) -> str:
    """A person's name without the forms of address around it."""
    return without_honorifics(clean(text)).strip(" ,.")
