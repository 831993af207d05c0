"""What a collection holds, as an agenda is compared with it."""

from collections.abc import Iterator

from materials_cli.agenda.match import Comparison, Deck, compare
from materials_cli.agenda.slots import Agenda
from materials_cli.catalogue.items import Catalogue
from materials_cli.describe.countries import countries_in
from materials_cli.kinds import Kind
from materials_cli.model import Item, State

_PRESENTED = {Kind.SLIDES, Kind.PDF, Kind.VIDEO}
_DECK = {*_PRESENTED, Kind.DOCUMENT, Kind.SHEET, Kind.LINK}
_OPENING_SECTIONS, _OPENING_LENGTH = 2, 2_000


def compared(catalogue: Catalogue, collection: str, agenda: Agenda) -> Comparison:
    """Which items of a collection belong to which talk."""
    return compare(agenda, list(_decks(catalogue, collection)), lambda text: frozenset(countries_in(text)))


def _decks(catalogue: Catalogue, collection: str) -> Iterator[Deck]:
    for item in catalogue.each([collection]):
        if item.kind in _DECK and item.state is State.HELD:
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
