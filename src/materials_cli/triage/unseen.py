"""What nobody sees in a text hides nothing: a text is read with these signs and without them. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from materials_cli.patterns import regex

# What nobody sees between letters and digits: soft hyphens, joiners, places to break a line, marks of direction.
_UNSEEN = regex("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


class Shown(NamedTuple):
    """A text without the signs that nobody sees, and where each of its characters stands in the whole one."""

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Self | None:
        """None if there are no such signs."""
        if not _UNSEEN.search(text):
            return None
        places = [at for at, sign in enumerate(text) if not _UNSEEN.match(sign)]
        return cls("".join(text[at] for at in places), places)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of it stands in the whole text."""
        return self.places[start], self.places[end - 1] + 1
