"""The language a person is told things in: English is what the code says, Russian comes from locale/ by gettext.

LANGUAGE, LC_ALL, LC_MESSAGES and LANG decide, in this order, as with every gettext program; on Windows, where none of them
is set, the language of its windows. Who speaks to a person calls tr(), trn() and retold(). What may be kept or read by
programs – errors, notes, reasons – is made by english() and stays English until it is shown: so no archive, no alarm and no
script depends on who ran the program, and what one person's run wrote another can read.
"""

import gettext as library
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOMAIN = "materials"
FOLDER = Path(__file__).parent / "locale"
_ENGLISH = {"en", "C", "POSIX"}
_NOTHING_CHOSEN = {"C", "POSIX"}
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
_SIZES = ("{size} B", "{size} KB", "{size} MB", "{size} GB")
# Fields that hold a sentence or phrase of ours; all others hold names and numbers, which nobody translates.
_OF_OURS = {"reason", "what", "why", "problem", "holder", "answer", "way", "change"}
_LEAST_SAID = 8
_FIELD = re.compile(r"\{(\w+)\}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_in_english: ContextVar[bool] = ContextVar("in_english", default=False)


def tr(message: str, /, **fields: object) -> str:
    """A message in the person's language, its {fields} filled in. It must be written where it is called: so it is found."""
    told = _translation().gettext(message) if message else ""
    return told.format(**fields) if fields else told


def trn(one: str, many: str, count: int, /, **fields: object) -> str:
    """The same for what is counted: {count} is the number, and its language decides on the form of the words."""
    return _translation().ngettext(one, many, count).format(count=number(count), **fields)


def english(message: str, /, **fields: object) -> str:
    """A message that may be kept, or read by a program: in English, until retold() tells it to a person."""
    return message.format(**fields) if fields else message


def msgid(message: str, /) -> str:
    """Mark a message that is translated elsewhere, by tr() or retold(): one that stands in a table, or is another's."""
    return message


def msgids(one: str, many: str, /) -> tuple[str, str]:
    """Mark the forms of a message that is translated elsewhere, by trn()."""
    return one, many


def retold(kept: str) -> str:
    """What english() said, here or in the run that kept it, in the person's language; of other texts, what is known of them."""
    if not kept or language() == "en":
        return kept
    whole = _recognised(kept)
    if whole is not None:
        return whole
    for break_ in re.finditer(r"(?<=[.;:!?]) ", kept):
        first, rest = kept[: break_.start()], kept[break_.end() :]
        mark = first[-1] if first[-1] in ";:" else ""
        if (told := _recognised(first.removesuffix(mark))) is not None:
            return f"{told}{mark} {retold(rest)}"
    return kept


def counted(count: int, noun: str) -> str:
    """1 file, 2 files. noun: one of those above, as a unit of sections is."""
    return trn(*_NOUNS.get(noun, _NOUNS["section"]), count)


def placed(unit: str, place: int) -> str:
    """Where in an item: slide 3."""
    return tr(_PLACES.get(unit, _PLACES["section"]), number=place)


def number(value: float, decimals: int = 0) -> str:
    """A number with its thousands apart: 1,234.5."""
    return _localised(f"{value:,.{decimals}f}")


def size(count: int | None) -> str:
    """Bytes for people: 4.2 MB."""
    if count is None:
        return ""
    value, unit = float(count), _SIZES[0]
    for unit in _SIZES:
        if value < 1000 or unit == _SIZES[-1]:
            break
        value /= 1000
    return tr(unit, size=number(value, 1 if unit != _SIZES[0] and value < 10 else 0))


def language() -> str:
    """The language that is spoken: "en", or one that locale/ has."""
    return _translation().info().get("language", "en")


def decide_again() -> None:
    """Forget which language was chosen: the variables have changed."""
    _wanted.cache_clear()


@contextmanager
def in_english() -> Iterator[None]:
    """Speak English inside, whoever listens: what goes into a pipe is read by programs."""
    token = _in_english.set(True)
    try:
        yield
    finally:
        _in_english.reset(token)


def speak_everywhere() -> None:
    """Let the library of the command line, which uses gettext itself, speak our language out of locale/, and all children."""
    os.environ["LANGUAGE"] = language()
    library.bindtextdomain(DOMAIN, str(FOLDER))
    library.textdomain(DOMAIN)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A message as the sentences it makes look: how they begin and end, and all of them."""

    message: str
    begins: str
    ends: str

    def filled(self, text: str) -> dict[str, str] | None:
        """The fields of a sentence that this message made; None for any other."""
        if not (text.startswith(self.begins) and text.endswith(self.ends)):
            return None
        parts = _FIELD.split(self.message)
        seen: set[str] = set()
        pattern = ""
        for place, part in enumerate(parts):
            if place % 2 == 0:
                pattern += re.escape(part)
            else:
                pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.*?)"
                seen.add(part)
        found = re.fullmatch(pattern, text, re.DOTALL)
        return found.groupdict() if found else None


def _recognised(text: str) -> str | None:
    translation = _translation()
    told = translation.gettext(text)
    if told != text:
        return told
    for pattern in _patterns(translation):
        if (fields := pattern.filled(text)) is not None:
            return translation.gettext(pattern.message).format(**{name: _field(name, said) for name, said in fields.items()})
    return None


def _field(name: str, said: str) -> str:
    if name in _OF_OURS:
        return retold(said)
    return _localised(said) if _THOUSANDS.fullmatch(said) else said


@cache
def _patterns(translation: library.NullTranslations) -> tuple[_Pattern, ...]:
    """Messages with fields; those first that begin with a word of their own, and say most: they leave the least to chance."""
    # gettext has no public way to list what it knows.
    known = (key for key in getattr(translation, "_catalog", {}) if isinstance(key, str) and _FIELD.search(key))
    told = sorted(known, key=lambda message: (message.startswith("{"), -len(_FIELD.sub("", message))))
    parts = ((message, _FIELD.split(message)) for message in told if len(_FIELD.sub("", message)) >= _LEAST_SAID)
    return tuple(_Pattern(message, said[0], said[-1]) for message, said in parts)


def _localised(digits: str) -> str:
    signs = _SEPARATORS.get(language(), {})
    return "".join(signs.get(sign, sign) for sign in digits) if signs else digits


def _translation() -> library.NullTranslations:
    return _load("en" if _in_english.get() else _wanted())


@cache
def _wanted() -> str:
    """Languages by preference, with colons between them: decided once, since a program does not change its language."""
    return _chosen(os.environ) or _of_windows()


def _chosen(environ: Mapping[str, str]) -> str:
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return locale if locale in _NOTHING_CHOSEN else environ.get("LANGUAGE") or locale


@cache
def _load(wanted: str) -> library.NullTranslations:
    languages: list[str] = []
    for name in wanted.split(":"):
        # Who prefers English to what follows needs no translation.
        if name.partition("_")[0].partition(".")[0] in _ENGLISH:
            break
        languages.append(name)
    return library.translation(DOMAIN, FOLDER, languages or ["en"], fallback=True)


def _of_windows() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes  # noqa: PLC0415 - nothing else needs them
    import locale  # noqa: PLC0415

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
