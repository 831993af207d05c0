"""The language a person is told things in: English is what the code says, Russian comes from locale/ by gettext.

LANGUAGE, LC_ALL, LC_MESSAGES and LANG decide, in this order, as with every gettext program; on Windows, where none of them
is set, the language of its windows. What programs read stays English: code words, JSON's keys and words, rows in a pipe, the
words of history. Sentences on a failure are kept in the language of the run that met it.
"""

import gettext as library
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DOMAIN = "materials"
FOLDER = Path(__file__).parent / "locale"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_SEPARATORS = {"ru": {",": "\N{NO-BREAK SPACE}", ".": ","}}
_NOUNS = {
    "check": ("{count} check", "{count} checks"),
    "collection": ("{count} collection", "{count} collections"),
    "event": ("{count} event", "{count} events"),
    "file": ("{count} file", "{count} files"),
    "folder": ("{count} folder", "{count} folders"),
    "item": ("{count} item", "{count} items"),
    "page": ("{count} page", "{count} pages"),
    "picture": ("{count} picture", "{count} pictures"),
    "section": ("{count} section", "{count} sections"),
    "sheet": ("{count} sheet", "{count} sheets"),
    "slide": ("{count} slide", "{count} slides"),
    "warning": ("{count} warning", "{count} warnings"),
}
_PLACES = {
    "page": "page {number}",
    "picture": "picture {number}",
    "section": "section {number}",
    "sheet": "sheet {number}",
    "slide": "slide {number}",
}


def tr(message: str, /, **fields: object) -> str:
    """A message in the person's language, its {fields} filled in. It must be written where it is called: so it is found."""
    told = _translation().gettext(message) if message else ""
    return told.format(**fields) if fields else told


def trn(one: str, many: str, count: int, /, **fields: object) -> str:
    """The same for what is counted: {count} is the number, and its language decides on the form of the words."""
    return _translation().ngettext(one, many, count).format(count=number(count), **fields)


def msgid(message: str, /) -> str:
    """Mark a message that is translated elsewhere, by tr(): one that stands in a table, or is kept in English."""
    return message


def msgids(one: str, many: str, /) -> tuple[str, str]:
    """Mark the forms of a message that is translated elsewhere, by trn()."""
    return one, many


def counted(count: int, noun: str) -> str:
    """1 file, 2 files. noun: one of those above, as a unit of sections is."""
    return trn(*_NOUNS.get(noun, _NOUNS["section"]), count)


def placed(unit: str, place: int) -> str:
    """Where in an item: slide 3."""
    return tr(_PLACES.get(unit, _PLACES["section"]), number=place)


def reason(kept: str) -> str:
    """Why something was done, as history keeps it: constants in English, put together with semicolons."""
    return "; ".join(tr(part) for part in kept.split("; "))


def number(value: float, decimals: int = 0) -> str:
    """A number with its thousands apart: 1,234.5."""
    signs = _SEPARATORS.get(language(), {})
    return "".join(signs.get(sign, sign) for sign in f"{value:,.{decimals}f}")


def language() -> str:
    """The language that is spoken: "en", or one that locale/ has."""
    return _translation().info().get("language", "en")


def speak_everywhere() -> None:
    """Let the libraries that use gettext, as the one of the command line does, find their messages in locale/ as well."""
    library.bindtextdomain(DOMAIN, str(FOLDER))
    library.textdomain(DOMAIN)


def _translation() -> library.NullTranslations:
    return _load(_wanted(os.environ))


def _wanted(environ: Mapping[str, str]) -> str:
    """Languages by preference, with colons between them."""
    return next((value for name in _VARIABLES if (value := environ.get(name))), "") or _of_windows()


@cache
def _load(wanted: str) -> library.NullTranslations:
    languages: list[str] = []
    for name in wanted.split(":"):
        # Who prefers English to what follows needs no translation.
        if name.partition("_")[0].partition(".")[0] in {"en", "C", "POSIX"}:
            break
        languages.append(name)
    return library.translation(DOMAIN, FOLDER, languages or ["en"], fallback=True)


@cache
def _of_windows() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes  # noqa: PLC0415 - nothing else needs them
    import locale  # noqa: PLC0415

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
