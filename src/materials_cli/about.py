"""What a collection is about: the workshop or other event that its materials come from, as `[collections.NAME.about]` says it.

A statement of people, kept word for word: which country or language a word means is decided where it is used (describe/).
Nothing depends on it: a value that cannot be understood costs only itself.
"""

import datetime as dt
from dataclasses import field, fields, replace
from typing import Any

from materials_cli.configfile import Value, key, keys
from materials_cli.edtf import Dates, read_edtf
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.values import frozen


def _date(value: Value) -> str:
    """A date in EDTF; TOML's own dates are such."""
    text = value.content.isoformat() if type(value.content) is dt.date else value.content
    try:
        return read_edtf(text).text if isinstance(text, str) else read_edtf("").text
    except ValueError as error:
        what = msg("must be a date such as “2025-06-24”, “2025-06”, “2025” or “2025-06-23/2025-06-25” (EDTF)")
        raise value.wrong(what) from error


@frozen(kw_only=True)
class About:
    """The event of a collection. date: in EDTF. other: further keys that somebody found worth recording, as text.

    wrong: what is not used, since it cannot be understood.
    """

    title: str = key(Value.text, 'title = "Digital Government Workshop"', msg("The event's full title."), "")
    date: str = key(
        _date,
        'date = "2025-06-23/2025-06-25"',
        msg("When it was: a day, month, year or interval, in the form of ISO 8601-2 (EDTF). “2025-06~” is about June 2025."),
        "",
    )
    place: str = key(Value.text, 'place = "Samarkand, Uzbekistan"', msg("Where it was."), "")
    part_of: str = key(
        Value.text, 'part_of = "UN Public Service Forum 2025"', msg("The larger event that it was a part of."), ""
    )
    organisers: tuple[str, ...] = key(
        Value.words, 'organisers = ["United Nations Development Programme (UNDP)"]', msg("The organisations that held it."), ()
    )
    project: str = key(Value.text, 'project = "Advancing Digital Governance"', msg("The project that it belongs to."), "")
    countries: tuple[str, ...] = key(
        Value.words, 'countries = ["Georgia", "KZ"]', msg("The countries that took part: names in any language, or codes."), ()
    )
    languages: tuple[str, ...] = key(
        Value.words, 'languages = ["en", "ru"]', msg("The languages that it was held in: codes or English names."), ()
    )
    rights: str = key(
        Value.text,
        'rights = "CC-BY-4.0"',
        msg("What others may do with the materials: a licence, a RightsStatements address, a sentence, or “undetermined”."),
        "",
    )
    contact: str = key(Value.text, 'contact = "Secretariat, info@example.org"', msg("Whom to ask about the materials."), "")
    other: tuple[tuple[str, str], ...] = ()
    wrong: tuple[MaterialsError, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        """Whether anything is recorded."""
        return any(getattr(self, each.name) for each in fields(self) if each.compare)

    @property
    def notices(self) -> tuple[Message, ...]:
        """What is not used and why, with its place in the file."""
        return tuple(msg("{what} ({where})", what=error.what, where=error.where) for error in self.wrong)

    @property
    def days(self) -> Dates | None:
        """When it was; None if that is not recorded."""
        return read_edtf(self.date) if self.date else None

    def line(self, title: str) -> str:
        """Title, date and place in one line; empty if nothing is recorded. title: that of the collection, if this has none."""
        return ", ".join(filter(None, (self.title or title, self.date, self.place))) if self else ""

    def row(self) -> dict[str, Any]:
        """What is recorded, for JSON, in the order of the table; keys without a value are left out."""
        stated = {name: getattr(self, name) for name in keys(About)}
        listed = {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items() if value}
        return {**listed, **({"other": dict(self.other)} if self.other else {})}


def read_about(value: Value) -> About:
    """The table; raise bad_settings if it is none. Unknown keys are kept: anything may be worth recording."""
    known = keys(About)
    read: dict[str, Any] = {}
    other: dict[str, str] = {}
    wrong: list[MaterialsError] = []
    for name, inner in value.items():
        row = known.get(name)
        try:
            if row:
                read[name] = row.read(replace(inner, example=row.example))
            else:
                other[name] = _text(inner)
        except MaterialsError as error:
            wrong.append(error)
    return About(**read, other=tuple(other.items()), wrong=tuple(wrong))


def _text(value: Value) -> str:
    try:
        return _plain(value.content)
    except ValueError as error:  # Python's limit for the digits of a number
        raise replace(value, example="attendance = 40").wrong(msg("must be a shorter number")) from error


def _plain(content: object) -> str:
    if isinstance(content, list):
        return "; ".join(map(_plain, content))
    return content if isinstance(content, str) else str(content)
