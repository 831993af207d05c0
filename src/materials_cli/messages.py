"""Messages as values, and the language a person reads them in: English stands in the code, Russian comes from locale/.

A Message is a template and its fields. Errors, plans, notices, notes and events carry Messages; the catalogue stores them as
JSON; str() gives their English, which is what programs, logs and pipes read. Only the command line translates, by tr() and
trn(). LANGUAGE, LC_ALL, LC_MESSAGES and LANG decide on the language, as for every gettext program; on Windows, where none of
them is set, the language of its windows.
"""

import gettext as library
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from materials_cli.values import frozen

DOMAIN = "materials"
FOLDER = Path(__file__).parent / "locale"
_ENGLISH = {"en", "C", "POSIX"}
_NOTHING_CHOSEN = {"C", "POSIX"}
_SEPARATORS = {"ru": {",": "\N{NO-BREAK SPACE}", ".": ","}}
NOUNS = {
    "check": ("{count} check", "{count} checks"),
    "collection": ("{count} collection", "{count} collections"),
    "concept": ("{count} concept", "{count} concepts"),
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
PLACES = {
    "page": "page {number}",
    "picture": "picture {number}",
    "section": "section {number}",
    "sheet": "sheet {number}",
    "slide": "slide {number}",
}
SEVERAL_PLACES = {
    "page": "pages {numbers}",
    "picture": "pictures {numbers}",
    "section": "sections {numbers}",
    "sheet": "sheets {numbers}",
    "slide": "slides {numbers}",
}
SIZES = ("{size} B", "{size} KB", "{size} MB", "{size} GB")
_VERBATIM = "{text}"
_FIELD = re.compile(r"\{(\w+)\}")
_given: list[str] = []
_in_english: ContextVar[bool] = ContextVar("in_english", default=False)


@frozen()
class Message:
    """A sentence or phrase that can be read in any language we have.

    text: the English template, which is its gettext message id; plural: its plural form, chosen by the field `count`.
    fields: names and numbers, which nobody translates, and further Messages. A number that is not a quantity (a port, a year)
    is passed as text, because quantities are grouped by thousands.
    """

    text: str
    fields: "tuple[tuple[str, Value], ...]" = ()
    plural: str = ""

    def __str__(self) -> str:
        """The message in English."""
        return _filled(self, _load("en"), "en")

    def __format__(self, form: str) -> str:
        """Refused, since an f-string cannot know its reader: use str() for English, tr() for a person."""
        raise TypeError(self.text)

    def to_json(self) -> Any:
        """As the catalogue and the history store it: an object; of a verbatim text, the text alone."""
        fields = {name: value.to_json() if isinstance(value, Message) else value for name, value in self.fields}
        if self.text == _VERBATIM:
            return fields["text"]
        return {"text": self.text, "fields": fields} | ({"plural": self.plural} if self.plural else {})

    @classmethod
    def from_json(cls, stored: Any) -> "Message":
        """What to_json() wrote. Text of earlier versions, which stored English sentences, is shown as it is."""
        if not isinstance(stored, Mapping) or not isinstance(stored.get("text"), str):
            return verbatim(stored)
        fields = stored.get("fields")
        values = fields.items() if isinstance(fields, Mapping) else ()
        return cls(stored["text"], tuple((name, _value(value)) for name, value in values), str(stored.get("plural", "")))


Value = str | int | float | Message


def msg(text: str, /, **fields: object) -> Message:
    """A message. Its text must be written out where this is called, so that it is found for translation."""
    return Message(text, tuple((name, _value(value)) for name, value in fields.items()))


def msgn(one: str, many: str, count: int, /, **fields: object) -> Message:
    """A message about a number of things, which stands in the field {count}."""
    return Message(one, (("count", count), *((name, _value(value)) for name, value in fields.items())), many)


def verbatim(text: object) -> Message:
    """A text from outside, which is the same in every language: a name, an answer of another program."""
    return Message(_VERBATIM, (("text", str(text)),))


def joined(messages: Iterable[Message], separator: str = " ") -> Message:
    """Several messages as one."""
    parts = tuple(messages)
    if len(parts) == 1:
        return parts[0]
    fields = tuple((f"_{number}", part) for number, part in enumerate(parts))
    return Message(separator.join(f"{{{name}}}" for name, _ in fields), fields)


def combined(*messages: Message | None) -> Message | None:
    """Those of several sentences that there are, as one message; None when there are none."""
    parts = [message for message in messages if message is not None]
    return joined(parts) if parts else None


def without(message: Message | None, part: Message | None) -> Message | None:
    """A message that combined() made, without one of its parts."""
    if message is None or message == part:
        return None
    parts = [value for name, value in message.fields if name.startswith("_") and isinstance(value, Message)]
    return joined(other for other in parts if other != part) if part in parts else message


def msgid(text: str, /) -> str:
    """Mark a text that becomes a message elsewhere: one that stands in a table."""
    return text


def msgids(one: str, many: str, /) -> tuple[str, str]:
    """Mark both forms of a text that becomes a message elsewhere, by msgn() or trn()."""
    return one, many


def tr(message: Message | str, /, **fields: object) -> str:
    """A message in the reader's language. A text must be written out where this is called, as for msg()."""
    if isinstance(message, str):
        message = msg(message, **fields)
    return language()(message)


def trn(one: str, many: str, count: int, /, **fields: object) -> str:
    """The same for a number of things."""
    return tr(msgn(one, many, count, **fields))


@frozen()
class Language:
    """The language in which a text leaves: called with a message, it says it. code: "en", or one that locale/ has."""

    code: str

    def __call__(self, message: Message) -> str:
        """The message in this language."""
        return _filled(message, _load(self.code), self.code)


def counted(count: int, noun: str) -> Message:
    """1 file, 2 files. noun: a key of NOUNS, as the unit of sections is."""
    return msgn(*NOUNS.get(noun, NOUNS["section"]), count)


def placed(unit: str, number: int) -> Message:
    """Where in an item: slide 3."""
    return msg(PLACES.get(unit, PLACES["section"]), number=str(number))


def placed_at(unit: str, numbers: Sequence[int]) -> Message:
    """Where in an item, at one or several places: slides 3, 6."""
    if len(numbers) == 1:
        return placed(unit, numbers[0])
    return msg(SEVERAL_PLACES.get(unit, SEVERAL_PLACES["section"]), numbers=", ".join(map(str, numbers)))


def size(count: int | None) -> Message:
    """Bytes for people: 4.2 MB; nothing for an unknown size."""
    if count is None:
        return verbatim("")
    value, unit = float(count), SIZES[0]
    for unit in SIZES:
        if value < 1000 or unit == SIZES[-1]:
            break
        value /= 1000
    return msg(unit, size=round(value, 1) if unit != SIZES[0] and value < 10 else round(value))


def number(value: float) -> str:
    """A quantity in the reader's language, its thousands apart: 1,234; of a float, one decimal: 1.5."""
    return _number(value, language().code)


def language() -> Language:
    """The reader's language."""
    return Language(_translation().info().get("language", "en"))


def preferred(choices: Iterable[str]) -> str:
    """Of some languages, by their codes, the one that the reader prefers; English if it is none of them."""
    wanted = (name.partition("_")[0].partition(".")[0] for name in _wanted().split(":"))
    return next((name for name in wanted if name in choices), "en")


def decide_again(chosen: str = "") -> None:
    """Use a language from now on; without a name, the one for which the environment asks now."""
    _wanted.cache_clear()
    _given[:] = [chosen] if chosen else []


@contextmanager
def in_english() -> Iterator[None]:
    """Make tr() English inside, whoever reads: what goes into a pipe is read by programs."""
    token = _in_english.set(True)
    try:
        yield
    finally:
        _in_english.reset(token)


def _value(value: object) -> Value:
    if isinstance(value, Mapping):
        return Message.from_json(value)
    return value if isinstance(value, str | int | float | Message) else str(value)


def _filled(message: Message, translation: library.NullTranslations, spoken: str) -> str:
    """Put the fields into the translated template; a field that is missing stays visible as its name."""
    fields = dict(message.fields)
    if message.plural:
        count = fields.get("count")
        template = translation.ngettext(message.text, message.plural, count if isinstance(count, int) else 0)
    else:
        template = translation.gettext(message.text) if message.text else ""

    def field(found: re.Match[str]) -> str:
        value = fields.get(found[1], found[0])
        if isinstance(value, Message):
            return _filled(value, translation, spoken)
        return value if isinstance(value, str) else _number(value, spoken)

    return _FIELD.sub(field, template) if fields else template


def _number(value: float, spoken: str) -> str:
    digits = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    signs = _SEPARATORS.get(spoken, {})
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
    import locale  # noqa: PLC0415 - as above

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
