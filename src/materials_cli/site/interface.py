"""The sentences of the pages themselves, in the languages of their readers: interface.toml. English stands in the pages.

A page is written in English, with the key of each sentence beside it; in the browser, assets/page.js puts the reader's language
in its place. So a page reads without scripts, and no page is written four times.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from markupsafe import Markup

from materials_cli.tables import table

LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша", "ko": "한국어"}


@cache
def sentences() -> Mapping[str, Mapping[str, Any]]:
    """Each sentence by its key, in each language: a text, or its forms by the category of the number `n` in it."""
    return table(__file__, "interface.toml")


def english(key: str, n: int | None = None, what: object = "") -> str:
    """A sentence in English. n: the number in it; what: the name in it."""
    found = sentences()[key]["en"]
    text = found if isinstance(found, str) else found["one" if n == 1 else "other"]
    return text.replace("{n}", f"{n:,}" if n is not None else "").replace("{what}", str(what))


def sentence(key: str, n: int | None = None, what: object = "") -> Markup:
    """A sentence as an element of a page, which the browser translates."""
    number = Markup(' data-n="{}"').format(n) if n is not None else ""
    name = Markup(' data-what="{}"').format(what) if what else ""
    return Markup('<span data-t="{}"{}{}>{}</span>').format(key, number, name, english(key, n, what))
