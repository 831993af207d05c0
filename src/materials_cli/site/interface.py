"""The sentences of the pages themselves, in the languages of their readers: interface.toml and names.toml.

A page is written in English, with the key of each sentence beside it; in the browser, assets/page.js puts the reader's language
in its place. So a page reads without scripts, and no page is written four times.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from markupsafe import Markup

from materials_cli.patterns import regex
from materials_cli.tables import table

LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша", "ko": "한국어"}
_DATE = regex(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_CALENDAR = regex(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?", re.ASCII)  # months alone, no seasons


@cache
def sentences() -> Mapping[str, Mapping[str, Any]]:
    """Each sentence by its key, in each language: a text, or its forms by the category of the number `n` in it."""
    return table(__file__, "interface.toml")


@cache
def _names() -> Mapping[str, Mapping[str, list[str]]]:
    return table(__file__, "names.toml")


def english(key: str, n: int | None = None, what: object = "") -> str:
    """A sentence in English. n: the number in it; what: the name in it."""
    found = sentences()[key]["en"]
    text = found if isinstance(found, str) else found["one" if n == 1 else "other"]
    return text.replace("{n}", "" if n is None else f"{n:,}").replace("{what}", str(what))


def sentence(key: str, n: int | None = None, what: object = "") -> Markup:
    """A sentence as an element of a page, which the browser translates."""
    number = Markup("") if n is None else Markup(' data-n="{}"').format(n)
    name = Markup(' data-what="{}"').format(what) if what else Markup("")
    return Markup('<span data-t="{}"{}{}>{}</span>').format(key, number, name, english(key, n, what))


def country_name(code: str) -> str:
    """The English name of a country."""
    return next(iter(_names()["countries"].get(code, ())), code)


def language_name(code: str) -> str:
    """The English name of a language."""
    return next(iter(_names()["languages"].get(code, ())), code)


def english_date(text: str) -> str:
    """A date in EDTF as English has it: a day, month or year, or an interval of them; any other as it is."""
    first, between, last = text.partition("/")
    read = [_DATE.fullmatch(part) for part in (first, last or first)]
    start, end = (found.groups() if found else None for found in read)
    if start is None or end is None:
        return text
    if not between or start == end:
        return _written(*start)
    if start[:2] == end[:2] and start[2] and end[2]:
        return _written(start[0], start[1], f"{int(start[2])}–{int(end[2])}")
    return f"{_written(*start)} – {_written(*end)}"


def whole_date(text: str) -> bool:
    """Whether HTML can say it: a year, a month or a day, no interval and nothing uncertain."""
    return bool(_CALENDAR.fullmatch(text))


def _written(year: str, month: str | None, day: str | None) -> str:
    names = _names()["months"].get(str(int(month or 0)))
    if names is None:
        return year
    place, count = 0, len(LANGUAGES)
    key = "date_day" if day else "date_month"
    shown = day if day is None or "–" in day else str(int(day))
    text = str(sentences()[key]["en"])
    parts = {"{day}": shown or "", "{month}": names[place], "{alone}": names[count + place], "{year}": year}
    for name, value in parts.items():
        text = text.replace(name, value)
    return text


def words_for(countries: Iterable[str], languages: Iterable[str]) -> dict[str, Any]:
    """All that the browser needs to translate the pages. countries, languages: those that are named in them."""
    names = _names()
    return {
        "order": list(LANGUAGES),
        "sentences": sentences(),
        "countries": {code: names["countries"][code] for code in sorted(set(countries)) if code in names["countries"]},
        "languages": {code: names["languages"][code] for code in sorted(set(languages)) if code in names["languages"]},
        "months": list(names["months"].values()),
    }
