"""Who speaks, read from how an agenda states it: "Dr. Nino Beridze, Public Service Development Agency (Georgia)". Pure."""

import re

from materials_cli.agenda.slots import Speaker
from materials_cli.agenda.terms import clean, is_country, is_nobody, marked
from materials_cli.describe.countries import countries_in, country_name
from materials_cli.describe.people import is_topic, says_who, without_honorifics

_MOST_WORDS = 5
_PARTICLES = {
    "al",
    "bin",
    "da",
    "de",
    "del",
    "den",
    "der",
    "di",
    "dos",
    "du",
    "el",
    "ibn",
    "kyzy",
    "la",
    "le",
    "ogli",
    "oglu",
    "qizi",
    "ter",
    "uulu",
    "van",
    "von",
    "zoda",
    "y",
}
_HANGUL = re.compile("[가-힣]")
_HANGUL_NAME = re.compile("[가-힣]{1,4}( [가-힣]{2,4})?")
_HANGUL_WITH_OFFICE = re.compile(r"([가-힣]{2,4})\s+[가-힣]{0,5}[장관원수사무표님씨자위인]")
_AFTER_BRACKET = re.compile(r"(?<=\))\s*(?:,|및|\band\b|\bи\b)\s*")
INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.")
_BILINGUAL = re.compile(r"\s/\s")
_ALPHABET = re.compile(r"([A-Za-z])|([А-Яа-я])|([가-힣])")
_LIST = re.compile(r"\s*(?:\n|;|•|‧|\u2022)\s*")
_PARTS = re.compile(r"\s*(?:,|\(|\)|\s[–—-]\s|/|\|)\s*")
_AND = re.compile(r"\s+(?:and|&|и|및)\s+")


def speakers_in(text: str) -> tuple[Speaker, ...]:
    """The speakers of a list: one a line, or separated by semicolons, or each with brackets behind the name."""
    found: list[Speaker] = []
    for entry in _entries(text):
        parts = [part for part in map(clean, _PARTS.split(entry)) if part and not is_nobody(part)]
        if not parts:
            continue
        if country := _delegation(entry):
            found.append(Speaker(country=country))
        elif len(parts) > 1 and all(map(is_country, parts)):
            found += [Speaker(country=part) for part in parts]
        elif _are_people(parts):
            found += [Speaker(name=name_of(part)) for part in parts if is_person(part)]
        else:
            found += _one(parts)
    return tuple(found)


def _are_people(parts: list[str]) -> bool:
    """Whether the parts of an entry are people, stated in the same way: after "Vagin V.V." no name without initials follows."""
    people = [part for part in parts if is_person(part)]
    with_initials = sum(INITIAL.search(part) is not None for part in people)
    return len(people) > 1 and with_initials in {0, len(people)} and all(map(is_country, set(parts) - set(people)))


def _entries(text: str) -> list[str]:
    """The entries of a list. A line below a bare name says who that is; what is said twice, in two alphabets, counts once."""
    found: list[str] = []
    for line in _LIST.split(text):
        for number, piece in enumerate(_AFTER_BRACKET.split(in_one_language(line))):
            named = is_person(re.split(r"[,(]", piece)[0])
            below = number == 0 and found and is_person(found[-1]) and not is_country(clean(piece))
            if piece.strip() and found and not named and (number or below):
                found[-1] += f", {piece}"
            else:
                found.append(piece)
    return found


def in_one_language(text: str) -> str:
    """The first half of a text that says the same in two alphabets: "Ms. Elena Rossi, ADB / Элена Росси, АБР"."""
    halves = _BILINGUAL.split(text)
    alphabets = [{found.lastindex for found in _ALPHABET.finditer(half)} for half in halves]
    return halves[0] if len(halves) == 2 and all(alphabets) and not alphabets[0] & alphabets[1] else text


def _delegation(text: str) -> str:
    """The country whose delegation speaks, as stated, or in English if its name is inflected; empty for other speakers."""
    found = marked("delegation", text)
    countries = countries_in(found.rest, name=True) if found else ()
    if not found or len(countries) != 1:
        return ""
    return clean(found.rest) if is_country(clean(found.rest)) else country_name(countries[0])


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
    if len(words) > _MOST_WORDS or any(map(str.isdigit, name)) or says_who(name) or is_topic(name) or is_country(name):
        return False
    if _HANGUL.search(name):
        return len(name) > 1 and _HANGUL_NAME.fullmatch(name) is not None
    return len(words) > 1 and all(map(_may_be_in_a_name, words))


def _may_be_in_a_name(word: str) -> bool:
    return word[0].isupper() or word[0].lower() == word[0].upper() or word in _PARTICLES


def name_of(text: str) -> str:
    """A person's name without the forms of address around it, and without the office that follows a Korean one."""
    if found := _HANGUL_WITH_OFFICE.fullmatch(clean(text)):
        return found[1]
    return re.sub(r"(?<=\w{3})\.$", "", without_honorifics(clean(text)).strip(" ,"))
