"""The fields of an item that people can correct: one table, for `materials edit`, its CSV and the files in metadata/. Pure.

A correction is kept as JSON has it: text, a number, a list of texts, for creators a list of tables. An empty one says that
there is none, whatever the file claims.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from materials_cli.configfile import Value
from materials_cli.describe.countries import country_code
from materials_cli.describe.description import Creator, Own
from materials_cli.describe.people import typed_creators, written_creators
from materials_cli.edtf import read_edtf
from materials_cli.messages import Message, msg
from materials_cli.patterns import regex
from materials_cli.values import frozen
from materials_cli.words.languages import code_of

_LONGEST, _MOST = 4000, 100
_LANGUAGE = regex(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CONTROL = regex("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@frozen()
class Field:
    """One field. example: a line of TOML. typed: what a person typed as one text, as TOML has it; raise ValueError.

    read: checks a value from TOML and returns the correction, or raises bad_settings. written: the present value as one text,
    which `typed` reads back.
    """

    example: str
    meaning: Message
    typed: Callable[[str], Any]
    read: Callable[[Value], Any]
    written: Callable[[Own], str]


def _text(value: Value) -> str:
    content = value.content
    if not isinstance(content, str) or len(content) > _LONGEST or _CONTROL.search(content):
        raise value.wrong(msg("must be text in quotes, of at most {most} characters", most=_LONGEST))
    return " ".join(content.split())


def _texts(value: Value) -> list[str]:
    content = value.content
    if not isinstance(content, list) or len(content) > _MOST or not all(isinstance(each, str) for each in content):
        raise value.wrong(msg("must be a list of texts in quotes"))
    return list(dict.fromkeys(filter(None, (_text(_of(value, each)) for each in content))))


def _of(value: Value, content: object) -> Value:
    return Value(content, value.file, value.source, value.key, value.example)


def _languages(value: Value) -> list[str]:
    codes = [code_of(word) or word for word in _texts(value)]
    if not all(map(_LANGUAGE.fullmatch, codes)):
        raise value.wrong(msg("must be a list of languages, by ISO 639 code or English name"))
    return codes


def _countries(value: Value) -> list[str]:
    words = _texts(value)
    codes = [country_code(word) for word in words]
    for word, code in zip(words, codes, strict=True):
        if code is None:
            raise value.wrong(msg("“{value}” is not the name or code of a country", value=word[:60]))
    return [code for code in dict.fromkeys(codes) if code]


def _day(value: Value) -> int | str:
    content = value.content
    if content == "":
        return ""
    if type(content) is not int or not 0 < content < 100:
        raise value.wrong(msg("must be the number of a day"))
    return content


def _date(value: Value) -> str:
    content = value.content if isinstance(value.content, str) else getattr(value.content, "isoformat", lambda: "?")()
    try:
        return content and read_edtf(content).text
    except ValueError as error:
        what = msg("must be a date such as “2025-06-24”, “2025-06”, “2025” or “2025-06-23/2025-06-25” (EDTF)")
        raise value.wrong(what) from error


_NO_PEOPLE = msg("must be a list of people, each with a name")


def _creators(value: Value) -> list[dict[str, Any]]:
    if not isinstance(value.content, list) or len(value.content) > _MOST:
        raise value.wrong(_NO_PEOPLE)
    found: list[dict[str, Any]] = []
    for one in value.content:
        if isinstance(one, str):
            try:
                found += [_person(creator) for creator in typed_creators(one)]
            except ValueError as error:
                raise value.wrong(_NO_PEOPLE) from error
            continue
        if not isinstance(one, Mapping) or not one.get("name") or one.keys() - {"name", "organisation", "country"}:
            raise value.wrong(_NO_PEOPLE)
        name, organisation = (_text(_of(value, one.get(part, ""))) for part in ("name", "organisation"))
        country = _countries(_of(value, [one["country"]])) if one.get("country") else [None]
        found.append(_person(Creator(name, organisation or None, country[0])))
    return found


def _person(creator: Creator) -> dict[str, Any]:
    return {name: value for name, value in asdict(creator).items() if value and name != "source"}


def _split(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"[;\n]", text) if part.strip()]


def _number(text: str) -> int | str:
    return int(text) if text.strip() else ""


def _people(text: str) -> list[dict[str, Any]]:
    return [_person(creator) for creator in typed_creators(text)]


def _plain(name: str) -> Callable[[Own], str]:
    return lambda own: str(getattr(own, name) or "")


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "title": Field('title = "Digital services"', msg("The title."), str, _text, _plain("title")),
        "creators": Field(
            'creators = [{name = "Nino Beridze", organisation = "Ministry of Finance", country = "Georgia"}]',
            msg("Who made or presented it. In a cell: Nino Beridze (Ministry of Finance, Georgia); Anna Lee"),
            _people, _creators, lambda own: written_creators(own.creators),
        ),
        "languages": Field(
            'languages = ["en", "ru"]', msg("Its languages."), _split, _languages, lambda own: "; ".join(own.languages)
        ),
        "session": Field('session = "Session 2"', msg("The session that it was shown in."), str, _text, _plain("session")),
        "day": Field("day = 1", msg("On which day of the event."), _number, _day, _plain("day")),
        "date": Field('date = "2025-06-24"', msg("When it was shown (EDTF)."), str.strip, _date, _plain("date")),
        "countries": Field(
            'countries = ["Georgia", "KZ"]', msg("The countries that it is about."), _split, _countries,
            lambda own: "; ".join(country.code for country in own.countries),
        ),
        "description": Field(
            'description = "What it shows."', msg("A summary."), str, _text, _plain("description")
        ),
        "keywords": Field(
            'keywords = ["X-Road"]', msg("Its subjects."), _split, _texts, lambda own: "; ".join(own.keywords)
        ),
        "rights": Field(
            'rights = "CC-BY-4.0"', msg("What others may do with it, if that differs from the event's."), str, _text,
            _plain("rights"),
        ),
    }
)  # fmt: skip


def read_corrections(table: Value) -> dict[str, Any]:
    """The corrections in a table of TOML, without its key `id`; raise bad_settings, which names the line."""
    found = {}
    for name, value in table.items():
        if row := FIELDS.get(name):
            found[name] = row.read(table.at(name, row.example))
        elif name != "id":
            raise value.unknown(msg("unknown field"), name, FIELDS)
    return found
