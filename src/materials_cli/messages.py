"""The language a person is told things in: English is what the code says, Russian comes from locale/ by gettext.

LANGUAGE, LC_ALL, LC_MESSAGES and LANG decide, as with every gettext program; on Windows, where none of them is set, the
language of its windows. Who speaks to a person calls tr(), trn() and retold(). What may be kept or read by programs – errors,
notes, reasons – is made by english() and stays English until it is shown: so no archive, no alarm and no script depends on who
ran the program, and what one person's run wrote another can read.
"""

import gettext as library
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

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
# Fields that may hold a sentence or phrase of ours; all others hold names and numbers, which nobody translates.
_OF_OURS = {"reason", "what", "why", "problem", "holder", "answer", "way", "change", "title"}
_LEAST_SAID = 8
_LONGEST, _DEEPEST = 2_000, 3
_MOST_BEGINNINGS = 100
_SENTENCE_ENDS = re.compile(r"(?<=[.;]) ")
_FIELD = re.compile(r"\{(\w+)\}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_given: list[str] = []
_in_english: ContextVar[bool] = ContextVar("in_english", default=False)


def tr(message: str, /, **fields: object) -> str:
    """A message in the person's language, its {fields} filled in. It must be written where it is called: so it is found."""
    told = _translation().gettext(message) if message else ""
    return told.format(**fields) if fields else told


def trn(one: str, many: str, count: int, /, **fields: object) -> str:
    """The same for what is counted: {count} is the number, and its language decides on the form of the words."""
    return _translation().ngettext(one, many, count).format(count=number(count), **fields)


class Kept(str):  # noqa: SLOT000 - a text of any length can have no slots
    """A sentence in English that remembers what it was made of, so that it can be told in another language."""

    message: str
    fields: Mapping[str, object]

    def __new__(cls, message: str, fields: Mapping[str, object]) -> Self:
        """Fill in the fields."""
        made = super().__new__(cls, message.format(**fields) if fields else message)
        made.message, made.fields = message, fields
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, object]]]:
        """Errors and notes travel between processes."""
        fields: dict[str, object] = {
            name: value if isinstance(value, str | int) else str(value) for name, value in self.fields.items()
        }
        return (type(self), (self.message, fields))


def english(message: str, /, **fields: object) -> Kept:
    """A message that may be kept, or read by a program: in English, until retold() tells it to a person."""
    return Kept(message, fields)


def msgid(message: str, /) -> str:
    """Mark a message that is translated elsewhere, by tr() or retold(): one that stands in a table, or is another's."""
    return message


def msgids(one: str, many: str, /) -> tuple[str, str]:
    """Mark the forms of a message that is translated elsewhere, by trn()."""
    return one, many


def retold(kept: str) -> str:
    """What english() made, in the person's language; of what an earlier run kept of it, as much as is recognised."""
    return _Retelling().told(kept, 0)


def counted(count: int, noun: str) -> str:
    """1 file, 2 files. noun: one of those above, as a unit of sections is."""
    return trn(*_NOUNS.get(noun, _NOUNS["section"]), count)


def placed(unit: str, place: int) -> str:
    """Where in an item: slide 3."""
    return tr(_PLACES.get(unit, _PLACES["section"]), number=place)


def place(unit: str, number: int) -> Kept:
    """The same for an error."""
    return english(_PLACES.get(unit, _PLACES["section"]), number=number)


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


def decide_again(spoken: str = "") -> None:
    """Speak a language from now on; without a name, the one for which the variables ask now."""
    _wanted.cache_clear()
    _given[:] = [spoken] if spoken else []


@contextmanager
def in_english() -> Iterator[None]:
    """Speak English inside, whoever listens: what goes into a pipe is read by programs."""
    token = _in_english.set(True)
    try:
        yield
    finally:
        _in_english.reset(token)


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
        if len(text) < len(self.begins) + len(self.ends):
            return None
        parts = _FIELD.split(self.message)
        rest = text[len(self.begins) : len(text) - len(self.ends)]
        fields: dict[str, str] = {}
        for name, follows in zip(parts[1::2], [*parts[2:-1:2], ""], strict=True):
            value, found, rest = rest.partition(follows) if follows else (rest, " ", "")
            if not found or fields.setdefault(name, value) != value:
                return None
        return fields


@dataclass(slots=True)
class _Retelling:
    """One text being told. However it is put together, only so many beginnings of it are looked up: a name can be anything."""

    beginnings: int = 0

    def told(self, kept: str, depth: int) -> str:
        if not kept or language() == "en" or depth > _DEEPEST:
            return str(kept)
        if isinstance(kept, Kept):
            fields = {name: self._field(name, value, depth) for name, value in kept.fields.items()}
            told = _translation().gettext(kept.message)
            return told.format(**fields) if fields else told
        if len(kept) > _LONGEST:
            return kept
        return self._sentences(kept, depth) or self._sentence(kept, depth) or self._beginning(kept, depth) or kept

    def _sentences(self, text: str, depth: int) -> str | None:
        """Several sentences one after another, if each of them is known."""
        for first, rest in self._first(text, depth):
            if (others := self._sentences(rest, depth) or self._sentence(rest, depth)) is not None:
                return f"{first} {others}"
        return None

    def _beginning(self, text: str, depth: int) -> str | None:
        """What is known of the beginning of a text, and the rest as it is."""
        return next((f"{first} {rest}" for first, rest in self._first(text, depth)), None)

    def _first(self, text: str, depth: int) -> Iterator[tuple[str, str]]:
        """Each first sentence that a text may begin with, told, and the rest of the text."""
        for end in _SENTENCE_ENDS.finditer(text):
            self.beginnings += 1
            if self.beginnings > _MOST_BEGINNINGS:
                return
            first = text[: end.start()]
            mark = ";" if first.endswith(";") else ""
            if (told := self._sentence(first.removesuffix(";"), depth)) is not None:
                yield told + mark, text[end.end() :]

    def _sentence(self, text: str, depth: int) -> str | None:
        """One sentence, by the message that made it."""
        whole, patterns = _known()
        translation = _translation()
        if text in whole:
            return translation.gettext(text)
        for pattern in patterns:
            if (fields := pattern.filled(text)) is not None:
                told = {name: self._field(name, said, depth) for name, said in fields.items()}
                return translation.gettext(pattern.message).format(**told)
        return None

    def _field(self, name: str, value: object, depth: int) -> object:
        if isinstance(value, Kept) or (isinstance(value, str) and name in _OF_OURS):
            return self.told(value, depth + 1)
        return _localised(value) if isinstance(value, str) and _THOUSANDS.fullmatch(value) else value


@cache
def _known() -> tuple[frozenset[str], tuple[_Pattern, ...]]:
    """What english() and the tables of whole texts may have said: messages without fields, and patterns of the others.

    Those patterns come first that begin with a word of their own and say most: they leave the least to chance.
    """
    messages = json.loads((FOLDER / "kept.json").read_text("utf-8"))
    filled = [message for message in messages if _FIELD.search(message)]
    filled.sort(key=lambda message: (message.startswith("{"), -len(_FIELD.sub("", message))))
    parts = ((message, _FIELD.split(message)) for message in filled if len(_FIELD.sub("", message)) >= _LEAST_SAID)
    return frozenset(messages) - set(filled), tuple(_Pattern(message, said[0], said[-1]) for message, said in parts)


def _localised(digits: str) -> str:
    signs = _SEPARATORS.get(language(), {})
    return "".join(signs.get(sign, sign) for sign in digits) if signs else digits


def _translation() -> library.NullTranslations:
    return _load("en" if _in_english.get() else _wanted())


@cache
def _wanted() -> str:
    """Languages by preference, with colons between them: decided once, since a program does not change its language."""
    return next(iter(_given), "") or _chosen(os.environ) or _of_windows()


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
