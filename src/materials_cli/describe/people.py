"""Who made or presented a document, from what it says itself: claims, each with its source. Pure.

A name is believed on a first slide or page where it is labelled, or stands beside an office, an organisation or a date, as
speakers present themselves; a line that only looks like a name is none. Addresses of mail are never taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from materials_cli.describe.countries import countries_in, country_code
from materials_cli.describe.description import Creator, Origin
from materials_cli.model import Section
from materials_cli.patterns import regex
from materials_cli.tables import table
from materials_cli.words.addresses import without_addresses
from materials_cli.words.fold import fold

_MOST_READ, _BELOW = 20_000, 4  # characters of a section; lines below a label
_MOST, _MOST_LINES, _LONGEST_LINE, _LONGEST_NAME = 20, 24, 160, 80
_FEWEST_CAPITALS = 7  # of a name that is written in capitals: fewer are an abbreviation
_PARTICLES = frozenset({"de", "van", "von", "bin", "al"})
_BETWEEN = regex(r"\s*[;|/]\s*|\s+(?:&|and|и|va|և|та)\s+|\s*&\s+")
_COLON = regex("[:：՝៖]|\\s[–—]\\s")
_COMMAS = regex(r"\s*,\s*")
# With the vowel signs and tone marks of scripts that write them apart from their letters.
_LETTERS = "(?:[^\\W\\d_]|[\u0300-\u036f\u0981-\u0983\u09bc-\u09cd\u09d7\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u17b4-\u17d3])+"
_TOKEN = regex(rf"{_LETTERS}(?:[-'’ʻ‘.]{_LETTERS})*\.?")
_GEORGIAN = regex("[\u10d0-\u10ff]")  # has no capitals in names
_HANGUL = regex("[\uac00-\ud7a3]{2,4}")
# 행정안전부, 조달청, 한국지능정보사회진흥원; but 김지원 is a person.
_KOREAN_OFFICE = regex(
    "(?<![\uac00-\ud7a3])(?:[\uac00-\ud7a3]{2,}[부청처](?![\uac00-\ud7a3])|[\uac00-\ud7a3]{3,}(?:[원국과장관]|센터|은행|대학교?)"
    "(?![\uac00-\ud7a3]))"
)
_DATE = regex(r"\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_IN_BRACKETS = regex(r"(?P<name>[^()]+)\((?P<rest>[^()]*(?:\([^()]*\)[^()]*)*)\)\s*")


def typed_creators(text: str) -> tuple[Creator, ...]:
    """Creators as a person types them: “Nino Beridze (Ministry of Finance, Georgia); Anna Lee”; raise ValueError."""
    return tuple(_typed(part) for part in text.split(";") if part.strip())


def written_creators(creators: Sequence[Creator]) -> str:
    """The same the other way round. typed_creators() reads it back, as far as the names have no brackets and semicolons."""
    return "; ".join(map(_written, creators))


def creators_of(properties: Mapping[str, str], first: Section | None) -> tuple[Creator, ...]:
    """The creators that a document claims: those on its first section, then those of its properties that are not among them."""
    found: dict[str, Creator] = {}
    for creator in (*(_on_section(first) if first else ()), *_of_property(properties.get("author", ""), properties)):
        found.setdefault(_identity(creator.name), creator)
    return tuple(found.values())[:_MOST]


class _Vocabulary(NamedTuple):
    """Folded words: those that no name contains, of offices, of organisations, honorifics, labels, and defaults of programs."""

    topics: frozenset[str]
    offices: frozenset[str]
    organisations: frozenset[str]
    honorifics: frozenset[str]
    labels: frozenset[str]
    contacts: frozenset[str]
    nobody: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    listed = table(__file__, "people.toml")
    return _Vocabulary(*(frozenset(map(fold, listed[name].split("|"))) for name in _Vocabulary._fields))


def _typed(text: str) -> Creator:
    inside = _IN_BRACKETS.fullmatch(text.strip())
    name, rest = (inside["name"], inside["rest"]) if inside else (text, "")
    if not name.strip() or any(bracket in name for bracket in "()"):
        raise ValueError(text)
    organisation, comma, last = rest.rpartition(",")
    if comma and not last.strip():  # the comma says that no country follows
        return Creator(name.strip(), organisation.strip() or None)
    if country := country_code(last if comma else rest):
        return Creator(name.strip(), organisation.strip() or None, country)
    return Creator(name.strip(), rest.strip() or None)


def _written(creator: Creator) -> str:
    rest = ", ".join(filter(None, (creator.organisation, creator.country)))
    if rest and not creator.country and country_code(rest.rpartition(",")[2]):
        rest += ","
    return f"{creator.name} ({rest})" if rest else creator.name


def _of_property(text: str, properties: Mapping[str, str]) -> Iterator[Creator]:
    """The names in the property “author”; the company of the property goes with a single one."""
    names = [name for part in text.split(";") for name in [_cleaned(without_addresses(part))] if name]
    company = _cleaned(properties.get("company", "")) if len(names) == 1 else ""
    for stated in names:
        last, comma, given = stated.partition(", ")
        name = f"{given} {last}" if comma and " " not in last and given.count(" ") < 2 and "," not in given else stated
        if not _is_nobody(name):
            organisation = company if company and not _is_nobody(company) else None
            yield Creator(name, organisation, _only(countries_in(company)) if organisation else None, Origin.PROPERTIES)


def _on_section(section: Section) -> Iterator[Creator]:
    """The people that a first slide or page presents."""
    lines = [_cleaned(without_addresses(line)) for line in f"{section.title}\n{section.body[:4000]}".split("\n")]
    lines = [line for line in lines if line and len(line) <= _LONGEST_LINE][:_MOST_LINES]
    for place, line in enumerate(lines):
        label, names = _labelled(line)
        if not names and not label and place and (found := list(_bare_names(line))) and _is_presented(lines, place):
            names = found
        organisation, country = _belonging(lines, place, names[0]) if len(names) == 1 else (None, None)
        yield from (Creator(name, organisation, country, Origin.SECTION) for name in names)


def contacts_on(section: Section) -> Iterator[str]:
    """The people whom any section names as presenters or contacts: behind a label, or below one such as “Contact person”."""
    lines = [_cleaned(without_addresses(line)) for line in f"{section.title}\n{section.body[:_MOST_READ]}".split("\n")]
    lines = [line for line in lines if line and len(line) <= _LONGEST_LINE]
    below = 0
    for place, line in enumerate(lines):
        label, names = _labelled(line, _vocabulary().labels | _vocabulary().contacts)
        names = list(takewhile(lambda name: not says_who(name), names))
        if not label and below and (found := list(_bare_names(line))):
            names = found if below == _BELOW or _is_presented(lines, place) else []
        below = _BELOW if _is_label(line) else max(0, below - 1)
        yield from names


def _is_label(line: str) -> bool:
    """Whether a line has nothing but a label of contacts."""
    return fold(line.strip(" :!?.՝៖")) in _vocabulary().contacts


def _labelled(line: str, labels: frozenset[str] | None = None) -> tuple[bool, list[str]]:
    """Whether a line begins with a label such as “Presenter:”, and the names behind it."""
    label, colon, names = _COLON.sub(":", line, count=1).partition(":")
    if not colon or fold(label.strip()) not in (labels or _vocabulary().labels):
        return False, []
    return True, [name for part in _BETWEEN.split(names) for piece in _COMMAS.split(part) for name in [_name(piece)] if name]


def _bare_names(line: str) -> Iterator[str]:
    """The names in a line that has nothing but names, or begins with one and goes on with an office or organisation."""
    head, comma, rest = line.partition(",")
    if comma and (name := _name(head)) and says_who(rest):
        yield name
        return
    names = [_name(part) for part in _BETWEEN.split(line)]
    names = names if all(names) else [_name(part) for part in _COMMAS.split(line)]
    if all(names):
        yield from (name for name in names if name)


def _name(text: str) -> str:
    """A text without its honorifics if it may be a person's name, else empty."""
    vocabulary = _vocabulary()
    tokens = _cleaned(text).split()
    honoured = False
    while tokens and fold(tokens[0].rstrip(".")) in vocabulary.honorifics:
        honoured = bool(tokens.pop(0))
    if tokens and fold(tokens[-1]) in vocabulary.honorifics:
        honoured = bool(tokens.pop())
    name = " ".join(tokens)
    if len(tokens) == 1 and _HANGUL.fullmatch(name):
        return name if honoured else ""
    fits = 2 - honoured <= len(tokens) <= 4 and len(name) <= _LONGEST_NAME
    return name if fits and _is_like_a_name(tokens) and not country_code(name) else ""


def _is_like_a_name(tokens: Sequence[str]) -> bool:
    """Whether words begin with capitals, as far as their script has any, and none is a word of other lines."""
    if not all(map(_TOKEN.fullmatch, tokens)) or (all(map(str.isupper, tokens)) and sum(map(len, tokens)) < _FEWEST_CAPITALS):
        return False
    capitals = all(_has_capital(token) or token in _PARTICLES for token in tokens)
    return capitals and not any(fold(token) in _vocabulary().topics or says_who(token) for token in tokens)


def _has_capital(token: str) -> bool:
    """Whether a word begins with a capital, or its script has none."""
    return not token[0].islower() or bool(_GEORGIAN.match(token))


def is_topic(text: str) -> bool:
    """Whether a text has a word that titles have, and names of people have not."""
    return _has_any(text, _vocabulary().topics)


def without_honorifics(text: str) -> str:
    """A name without forms of address such as "Mr." and "г-н" around it."""
    tokens, honorifics = _cleaned(text).split(), _vocabulary().honorifics
    while tokens and fold(tokens[0].rstrip(".")) in honorifics:
        del tokens[0]
    while tokens and fold(tokens[-1]) in honorifics:
        del tokens[-1]
    return " ".join(tokens)


def _is_presented(lines: Sequence[str], place: int) -> bool:
    """Whether a line of names is followed by who they are, or by a date, after further names at most."""
    if says_who(lines[place]):
        return True
    for line in lines[place + 1 : place + 4]:
        if says_who(line) or _DATE.search(line):
            return True
        if not any(_bare_names(line)):
            return False
    return False


def _belonging(lines: Sequence[str], place: int, name: str) -> tuple[str | None, str | None]:
    """The organisation and the country that stand behind a name in its line, or in the two lines below it."""
    _, _, rest = lines[place].partition(name)
    near = [text.strip(" ,–—-") for text in (rest, *lines[place + 1 : place + 3])]
    for text in near:
        parts = [part for part in _COMMAS.split(text) if part]
        of_one = [number for number, part in enumerate(parts) if _has_any(part, _vocabulary().organisations)]
        if of_one:
            start = next((number for number in of_one if not _has_any(parts[number], _vocabulary().offices)), of_one[0])
            return ", ".join(parts[start:]), _only(countries_in(text))
    return None, _only(countries_in(near[0]))


def says_who(text: str) -> bool:
    """Whether a text names an office or an organisation."""
    return (
        bool(_KOREAN_OFFICE.search(text))
        or _has_any(text, _vocabulary().offices)
        or _has_any(text, _vocabulary().organisations)
    )


def _has_any(text: str, wanted: frozenset[str]) -> bool:
    return any(fold(token.rstrip(".")) in wanted for token in _TOKEN.findall(text))


def _is_nobody(name: str) -> bool:
    """Whether a name is what a program writes, or what nobody is called."""
    folded = fold(name)
    return folded in _vocabulary().nobody or not any(map(str.isalpha, name)) or "://" in name or "\\" in name


def _only(codes: Sequence[str]) -> str | None:
    return codes[0] if len(codes) == 1 else None


def _identity(name: str) -> str:
    return " ".join(sorted(fold(name).split()))


def _cleaned(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:|*•·–—-")
