"""The nouns: the folder that a collection comes from, what threatens it, and what follows for each item. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from materials_cli.catalogue.sources import Failing, Told
from materials_cli.model import Item
from materials_cli.values import frozen

Key = tuple[str, str]  # a collection, and the id of an item in it


class Sign(StrEnum):
    """What shows that a source may soon vanish, the surest first."""

    BIN = "bin"
    NOTICE = "notice"
    ACCOUNT = "account"
    PARTS = "parts"
    SHRINKING = "shrinking"
    ORGANISATION = "organisation"
    IDLE = "idle"


@frozen(kw_only=True)
class Source:
    """The folder of a collection, and the items that come from it. listed: when it was last; followed: it is still synced."""

    collection: str
    link: str = ""
    title: str = ""
    items: tuple[Item, ...] = ()
    told: Told = field(default_factory=Told)
    failing: Failing | None = None
    listed: datetime | None = None
    followed: bool = True


@frozen(kw_only=True)
class Danger:
    """A sign that some items of a collection may vanish. owner: whose account it concerns, domain: its domain.

    since: when the sign was first there. expected: when they vanish if nothing is done, if that can be said. words: what was
    announced, as it is written on Drive.
    """

    sign: Sign
    collection: str
    items: tuple[Item, ...]
    since: datetime | None = None
    expected: datetime | None = None
    owner: str | None = None
    domain: str | None = None
    words: str = ""


@frozen(kw_only=True)
class Outlook:
    """What is to be said of the sources at a time.

    dead: the collections whose links have led nowhere for long. last: the items of which only the archive has the bytes, as far
    as it knows, and since when. dangers: what threatens others. untold: the collections whose owners Drive does not tell.
    """

    time: datetime
    sources: tuple[Source, ...] = ()
    dead: frozenset[str] = frozenset()
    last: Mapping[Key, datetime]
    dangers: tuple[Danger, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def endangered(self) -> dict[Key, Danger]:
        """The items that are threatened, each with the surest sign."""
        found: dict[Key, Danger] = {}
        for danger in self.dangers:
            for item in danger.items:
                found.setdefault((item.collection, item.id), danger)
        return found

    def of(self, collections: Collection[str]) -> "Outlook":
        """The part of some collections."""
        return Outlook(
            time=self.time,
            sources=tuple(source for source in self.sources if source.collection in collections),
            dead=self.dead & set(collections),
            last={key: since for key, since in self.last.items() if key[0] in collections},
            dangers=tuple(danger for danger in self.dangers if danger.collection in collections),
            untold=tuple(slug for slug in self.untold if slug in collections),
        )
