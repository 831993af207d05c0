"""What a search finds, and how it was found."""

from collections.abc import Iterable
from enum import StrEnum

from materials_cli.model import Item, Section
from materials_cli.values import frozen


class Match(StrEnum):
    """How the words of a query were found, the surest first: a hit is as sure as its least sure word."""

    EXACT = "exact"  # all words as they were typed, but for case and accents
    FORM = "form"  # in another form, or as the beginning of a word
    ALPHABET = "alphabet"  # in another alphabet
    MEANING = "meaning"  # in other words that mean the same: of another language, or another name
    SOUND = "sound"  # only sounding alike
    SOME = "some"  # only some of the words
    NEAR = "near"  # by what its text means, as a model tells it; it may have none of the words


_ORDER = {match: number for number, match in enumerate(Match)}


def worst(matches: Iterable[Match]) -> Match:
    """The least sure of some matches; EXACT without any."""
    return max(matches, key=_ORDER.__getitem__, default=Match.EXACT)


@frozen()
class Hit:
    """A search result. section is None if only the item's name matched.

    marks: (start, end) offsets of the matching words in snippet, in characters. score: higher is better. match: how sure it
    is; missing: the words, as they were typed, that it lacks. earlier: its text is that of an earlier version of the item.
    archive: the name of the one it is from, where several were searched.
    """

    item: Item
    section: Section | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float
    match: Match = Match.EXACT
    missing: tuple[str, ...] = ()
    earlier: bool = False
    archive: str = ""

    @property
    def place(self) -> tuple[str, str, str, int]:
        """What tells it from others: archive, collection, item and, if it is a section, its number."""
        return self.archive, self.item.collection, self.item.id, self.section.number if self.section else 0
