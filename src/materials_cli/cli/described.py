"""What an item is and which event it comes from, as people read it: each value with its source."""

from typing import Any

from materials_cli.config import Collection
from materials_cli.describe.countries import country_code, country_name
from materials_cli.describe.description import Creator, Description, Own
from materials_cli.describe.event import event_row
from materials_cli.describe.rights import UNDETERMINED
from materials_cli.fetched import COPY
from materials_cli.messages import Message, language, msgid, number, tr
from materials_cli.model import Item

_SOURCES = {
    "corrected": msgid("corrected"), "agenda": msgid("agenda"), "document properties": msgid("document properties"),
    "first section": msgid("first section"), "file name": msgid("file name"), "folder": msgid("folder"),
    "Drive": msgid("Drive"), "text": msgid("text"), "event": msgid("event"), "default": msgid("default"),
}  # fmt: skip
_WAYS = {
    "keyless": msgid("from the public page"), "key": msgid("with an API key"), "sign-in": msgid("signed in"),
    "emulator": msgid("from the Drive emulator"),
    COPY: msgid("from a copy"),
}  # fmt: skip


def described(item: Item, own: Own, collection: Collection) -> list[tuple[str, object]]:
    """The facts that were derived or corrected, with their labels; empty ones have no value."""
    whole = Description(item=item, own=own, collection=collection)
    rights = tr(msgid("undetermined")) if whole.rights == UNDETERMINED else whole.rights
    if whole.rights_uri and whole.rights_uri != whole.rights:
        rights = f"{rights} ({whole.rights_uri})"
    return [
        (tr("Title"), _withsource_label(own.title, own, "title")),
        (tr("Creators"), "; ".join(map(_creator, own.creators))),
        (tr("Session"), _withsource_label(own.session, own, "session")),
        (tr("Day"), _withsource_label(own.day, own, "day")),
        (tr("Date"), _withsource_label(own.date, own, "date")),
        (tr("Countries"), "; ".join(f"{_country(one.code)} ({source_label(one.source)})" for one in own.countries)),
        (tr("Summary"), _withsource_label(own.description, own, "description")),
        (tr("Keywords"), "; ".join(own.keywords)),
        (tr("Words"), number(own.words) if own.words else None),
        (tr("Application"), own.application),
        ("PRONOM", own.pronom),
        (tr("Rights"), f"{rights}; {source_label(whole.rights_source)}"),
        (tr("Event"), event_line(collection) if collection.about else None),
        (tr("Retrieved"), _retrieved(item)),
    ]


def event_line(collection: Collection) -> str:
    """The event of a collection in one line: its title, date and place."""
    return collection.about.line(collection.title)


def about_row(collection: Collection) -> dict[str, Any] | None:
    """The event for JSON; None if nothing is recorded."""
    return event_row(collection) if collection.about else None


def _retrieved(item: Item) -> str | None:
    came = item.retrieved
    return None if came is None else f"{tr(Message(_WAYS.get(came.way, came.way)))}, {came.program}"


def _creator(one: Creator) -> str:
    rest = ", ".join(filter(None, (one.organisation, one.country and _country(one.country))))
    return f"{one.name}{f', {rest}' if rest else ''} ({source_label(one.source)})"


def _withsource_label(value: object, own: Own, name: str) -> str | None:
    return f"{value} ({source_label(own.sources[name])})" if value and name in own.sources else None


def source_label(source: str) -> str:
    """The source of a value, as people read it."""
    return tr(Message(_SOURCES[source]))


def named_country(text: str) -> str:
    """A country that somebody wrote in any language, by its name in the reader's; what is none, as it is."""
    code = country_code(text) if text else None
    return _country(code) if code else text


def _country(code: str) -> str:
    return country_name(code, russian=language().code == "ru")
