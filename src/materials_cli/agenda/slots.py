"""What an agenda says: who speaks when, about what. Plain values, which any of its formats is read to. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as the agenda states it: each part is empty where it does not."""

    name: str = ""
    organisation: str = ""
    country: str = ""

    @property
    def label(self) -> str:
        """What to call the speaker in a list."""
        return ", ".join(filter(None, (self.name or self.organisation, self.country)))


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of an agenda that has slides to expect.

    number: of its session ("3", "2.1"), empty when it has none; session: the title of the session it belongs to, if it is a
    talk in one; day_number: 1 for the first day, 0 when unknown; start: "09:30" or empty; together: its speakers share one
    deck, and do not bring one each.
    """

    title: str
    number: str = ""
    session: str = ""
    day: date | None = None
    day_number: int = 0
    start: str = ""
    speakers: tuple[Speaker, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """The entries of an agenda in its order, without pauses and ceremonies."""

    slots: tuple[Slot, ...]
