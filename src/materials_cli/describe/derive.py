"""What an item says of itself: from its name, its folders, its properties and its first section, else as people corrected it.

For each value the first source that has it counts, and is named. The catalogue stores the answers (catalogue/descriptions.py).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from materials_cli.describe.countries import countries_in
from materials_cli.describe.description import AGENDA, Country, Creator, Origin, Own
from materials_cli.describe.people import creators_of
from materials_cli.edtf import read_edtf
from materials_cli.model import Section

_LONGEST_TITLE, _MOST_KEYWORDS, _FIRST_LINES = 300, 50, 12
_BY_PROGRAM = re.compile(r"(?:generated|created|produced|exported) (?:using|by|with|from)\b")
_DAY_WORDS = "day|день|дня|күн|kun|gün|өдөр|օր|დღე|рӯз|рўз|araw|tag|দিন|ថ្ងៃទី|ມື້"
_ORDINAL = r"(?:-?(?:й|ый|ой|ші|чи|nci|chi|inchi|st|nd|rd|th))?"
_DAY = re.compile(
    rf"(?<!\w)(?:{_DAY_WORDS})[\s_.-]*№?0?([1-9])(?!\d)|(?<!\d)([1-9])[\s_.-]?(?:일차|{_ORDINAL}[\s_.-]*(?:{_DAY_WORDS})(?!\w))",
    re.IGNORECASE,
)
_SESSION_WORDS = (
    "session|panel|block|module|sessiya|sessiyasi|sessiyası"  # and in Cyrillic:
    "|сессия|сессии|заседание|секция|панель|блок|модуль|сеанс|сессиясы|хуралдаан"
)
_SESSION = re.compile(
    rf"(?<!\w)(?:(?:{_SESSION_WORDS})[\s_.-]*(?:№|#|no\.?)?\s*(?:\d{{1,2}}|[IVX]{{1,4}})(?!\w)|(?:세션|분과|სესია|նիստ)\s*\d{{0,2}}"
    rf"|(?<![\d-])\d{{1,2}}[\s_.-]?(?:세션|(?:{_SESSION_WORDS})(?!\w)))",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?<!\d)(20\d\d)[-._](\d\d)[-._](\d\d)(?!\d)")
_EUROPEAN = re.compile(r"(?<!\d)(\d\d)\.(\d\d)\.(20\d\d)(?!\d)")
_PLACE = re.compile(r"[^,]{2,40},\s*[^,]{2,40}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SPLIT = re.compile(r"[;,，、\n]")
_WORD = re.compile(r"(?<!\S)[^\w\s]*\w\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an item is described from. name: as on Drive. description: Drive's.

    words, languages: of its sections, as the index has them. corrections: as fields.py reads them, and the agenda under AGENDA.
    """

    name: str
    folders: tuple[str, ...] = ()
    description: str | None = None
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    first: Section | None = None
    words: int = 0
    languages: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    corrections: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def count_words(text: str) -> int:
    """The number of words, as they are written between spaces: in scripts without spaces, of its phrases."""
    return len(_WORD.findall(text))


def derive(facts: Facts) -> Own:
    """Describe an item."""
    found: dict[str, tuple[Any, Origin]] = {}
    for name, values in _derived(facts).items():
        if chosen := next(((value, source) for value, source in values if value), None):
            found[name] = chosen
    for name, value in facts.corrections.get(AGENDA, {}).items():
        found[name] = (_claimed(name, value, Origin.AGENDA), Origin.AGENDA)
    for name, value in facts.corrections.items():
        if name != AGENDA:
            found.pop(name, None)
            if value not in ("", [], (), None):
                found[name] = (_claimed(name, value, Origin.CORRECTED), Origin.CORRECTED)
    found.setdefault("title", (facts.name, Origin.NAME))
    return Own(
        **{name: value for name, (value, _) in found.items()},
        words=facts.words,
        sources=MappingProxyType({name: source for name, (_, source) in sorted(found.items())}),
    )


def _derived(facts: Facts) -> dict[str, Iterator[tuple[Any, Origin]]]:
    """The values of each field, the best source first."""
    creators = creators_of(facts.properties, facts.first)
    return {
        "title": _titles(facts),
        "creators": iter([(creators, creators[0].source if creators else Origin.PROPERTIES)]),
        "languages": _languages(facts),
        "session": _sessions(facts),
        "day": _days(facts),
        "date": _dates(facts),
        "countries": _countries(facts, creators),
        "description": iter(
            [(facts.description, Origin.DRIVE), (_stated(facts, "description"), Origin.PROPERTIES),
             (_stated(facts, "subject"), Origin.PROPERTIES)]
        ),
        "keywords": iter([(_keywords(facts.properties.get("keywords", "")), Origin.PROPERTIES)]),
        "application": iter([(facts.properties.get("application"), Origin.PROPERTIES)]),
        "pronom": iter([(facts.properties.get("pronom"), Origin.TEXT)]),
    }  # fmt: skip


def _stated(facts: Facts, name: str) -> str:
    """A text among the properties, unless it is what a program writes there."""
    text = facts.properties.get(name, "").strip()
    return "" if _BY_PROGRAM.match(text.casefold()) else text


def _titles(facts: Facts) -> Iterator[tuple[str, Origin]]:
    """The title that was found when the file was read (extract/titles.py), else its name."""
    if found := _line(facts.properties.get("title", "")):
        on_first = facts.first is not None and found == _line(facts.first.title)
        in_text = Origin.SECTION if on_first else Origin.TEXT
        yield found[:_LONGEST_TITLE], in_text if "title_from" in facts.properties else Origin.PROPERTIES
    yield _line(_stem(facts.name).replace("_", " ")) or facts.name, Origin.NAME


def _languages(facts: Facts) -> Iterator[tuple[Mapping[str, int], Origin]]:
    yield facts.languages, Origin.TEXT
    stated = facts.properties.get("language", "").partition("-")[0].strip().lower()
    if stated.isascii() and stated.isalpha() and len(stated) in {2, 3}:
        yield {stated: 0}, Origin.PROPERTIES


def _places(facts: Facts) -> Iterator[tuple[str, Origin]]:
    """The name of the file, then its folders from the innermost."""
    yield _stem(facts.name), Origin.NAME
    yield from ((folder, Origin.FOLDER) for folder in reversed(facts.folders))


def _sessions(facts: Facts) -> Iterator[tuple[str, Origin]]:
    for folder in reversed(facts.folders):
        if _SESSION.search(folder):
            yield _line(folder.replace("_", " ")), Origin.FOLDER
    if found := _SESSION.search(_stem(facts.name).replace("_", " ")):
        yield _line(found[0]), Origin.NAME


def _days(facts: Facts) -> Iterator[tuple[int, Origin]]:
    for text, source in _places(facts):
        if found := _DAY.search(text.replace("_", " ")):
            yield int(found[1] or found[2]), source


def _dates(facts: Facts) -> Iterator[tuple[str, Origin]]:
    for text, source in _places(facts):
        parts = _ISO.search(text) or _EUROPEAN.search(text)
        if parts:
            year, month, day = parts.groups() if len(parts[1]) == 4 else reversed(parts.groups())
            try:
                yield read_edtf(f"{year}-{month}-{day}").text, source
            except ValueError:
                continue


def _countries(facts: Facts, creators: tuple[Creator, ...]) -> Iterator[tuple[tuple[Country, ...], Origin]]:
    for text, source in _places(facts):
        if codes := _named_in(text):
            yield tuple(Country(code, source) for code in codes), source
    if of_people := dict.fromkeys(one.country for one in creators if one.country):
        yield tuple(Country(code, Origin.SECTION) for code in of_people), Origin.SECTION
    if facts.first:
        lines = f"{facts.first.title}\n{facts.first.body[:2000]}".split("\n")[:_FIRST_LINES]
        telling = " \n ".join(line for line in lines if not (_PLACE.fullmatch(line.strip()) or _YEAR.search(line)))
        if 0 < len(codes := countries_in(telling)) <= 3:
            yield tuple(Country(code, Origin.SECTION) for code in codes), Origin.SECTION


@lru_cache(maxsize=256)
def _named_in(name: str) -> tuple[str, ...]:
    """The countries in the name of a file or folder; many files share a folder."""
    return countries_in(name.replace("_", " "), name=True)


def _keywords(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_line, _SPLIT.split(text)))))[:_MOST_KEYWORDS]


def _claimed(name: str, value: Any, source: Origin) -> Any:
    """What metadata/ states, which is kept as JSON, as the value of its field."""
    match name:
        case "creators":
            return tuple(Creator(**one, source=source) for one in value)
        case "countries":
            return tuple(Country(code, source) for code in value)
        case "languages":
            return MappingProxyType(dict.fromkeys(value, 0))
        case "keywords":
            return tuple(value)
    return value


def _stem(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and stem and len(suffix) <= 5 and suffix.isalnum() and not suffix.isdigit() else name


def _line(text: str) -> str:
    return " ".join(text.split())
