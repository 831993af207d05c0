"""What a collection holds, as an agenda is compared with it, and what the agenda says of its items."""

from collections.abc import Iterator, Mapping
from typing import Any

from materials_cli.agenda.match import Comparison, Deck, Talk, compare
from materials_cli.agenda.slots import Agenda
from materials_cli.catalogue.items import Catalogue
from materials_cli.describe.countries import countries_in, country_code
from materials_cli.kinds import Kind
from materials_cli.model import Item, State

_PRESENTED = {Kind.SLIDES, Kind.PDF, Kind.VIDEO}
_OPENING_SECTIONS, _OPENING_LENGTH = 2, 2_000


def compared(catalogue: Catalogue, collection: str, agenda: Agenda) -> Comparison:
    """Which items of a collection belong to which talk."""
    return compare(agenda, list(_decks(catalogue, collection)), lambda text: frozenset(countries_in(text)))


def told_by(agendas: Mapping[str, Agenda], catalogue: Catalogue) -> dict[tuple[str, str], dict[str, Any]]:
    """What the agendas of collections say of items, by collection and id, as corrections have it."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for collection, agenda in agendas.items():
        told |= {item: _talk_fields(talk) for item, talk in compared(catalogue, collection, agenda).placed.items()}
    return told


def _talk_fields(talk: Talk) -> dict[str, Any]:
    """What an agenda says of the item that was shown in a talk. Its people may be the names of organisations."""
    slot = talk.slot
    creators = [
        {"name": one.name, "organisation": one.organisation or None, "country": country_code(one.country)}
        for one in talk.speakers
        if one.name
    ]
    stated = {
        "session": slot.session or slot.title,
        "day": slot.day_number,
        "date": slot.day and slot.day.isoformat(),
        "creators": [{name: value for name, value in one.items() if value} for one in creators],
    }
    return {name: value for name, value in stated.items() if value}


def _decks(catalogue: Catalogue, collection: str) -> Iterator[Deck]:
    for item in catalogue.each([collection]):
        if item.state is State.HELD:
            yield _deck(catalogue, item)


def _deck(catalogue: Catalogue, item: Item) -> Deck:
    text = catalogue.text(item.collection, item.id)
    opening = "\n".join(f"{section.title}\n{section.body}" for section in text.sections[:_OPENING_SECTIONS]) if text else ""
    return Deck(
        item.collection,
        item.id,
        item.path,
        item.remote.name,
        item.remote.folders,
        item.title or "",
        opening[:_OPENING_LENGTH],
        text.properties.get("author", "") if text else "",
        item.kind in _PRESENTED,
    )
