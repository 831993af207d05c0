"""What is known of an item, as one value: what an export is made from.

How an export uses it: `for one in descriptions(catalogue, collections)` (catalogue/descriptions.py) gives a Description of each
item, sorted by path, without holding all of them. It has

- `one.item`, the model's Item: path, bytes, digests, Drive's statements (`one.item.remote`), times;
- `one.own`, what was derived from the file, its name and its folders, with what people corrected: title, creators, languages …;
  `one.own.sources` names the source of each value, and creators and countries state their own;
- `one.about`, the event of its collection (about.py), `one.collection`, its settings;
- what exists only in relation to others: `one.versions`, `one.same_bytes`, `one.same_text`;
- `one.rights` and `one.rights_uri`, never empty, and `one.fixity` in words.

`one.row()` is all of it for JSON, as the manifest has it. No e-mail address of an owner or uploader is in any of these values.
"""

from collections.abc import Mapping
from dataclasses import asdict, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from materials_cli.about import About
from materials_cli.config import Collection
from materials_cli.describe.rights import UNDETERMINED, rights_uri
from materials_cli.model import Item, Version
from materials_cli.values import frozen


class Origin(StrEnum):
    """Where a value is from. CORRECTED: somebody wrote it, in metadata/."""

    CORRECTED = "corrected"
    AGENDA = "agenda"
    PROPERTIES = "document properties"
    SECTION = "first section"
    NAME = "file name"
    FOLDER = "folder"
    DRIVE = "Drive"
    TEXT = "text"
    EVENT = "event"
    DEFAULT = "default"


# The key under which the corrections of an item have what the agenda of its collection says of it.
AGENDA = str(Origin.AGENDA)


@frozen()
class Creator:
    """Somebody who made or presented it: a claim of its source, not an authority. country: ISO 3166-1 alpha-2."""

    name: str
    organisation: str | None = None
    country: str | None = None
    source: Origin = Origin.CORRECTED


@frozen()
class Country:
    """A country that an item is about or comes from. code: ISO 3166-1 alpha-2."""

    code: str
    source: Origin = Origin.CORRECTED


@frozen(kw_only=True)
class Own:
    """What an item says of itself, and what people corrected.

    languages: ISO 639 codes, and in how many sections each is (0 if that is not known), the most frequent first. session: as a
    folder or name has it. day: the number of the event's day. date: in EDTF. words: 0 if no text was read. rights: as people
    stated them for this item, else None. sources: the source of each value that is set, by its name here.
    """

    title: str
    creators: tuple[Creator, ...] = ()
    languages: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    session: str | None = None
    day: int | None = None
    date: str | None = None
    countries: tuple[Country, ...] = ()
    description: str | None = None
    keywords: tuple[str, ...] = ()
    application: str | None = None
    words: int = 0
    pronom: str | None = None
    rights: str | None = None
    sources: Mapping[str, Origin] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """What is set, for JSON."""
        plain = {
            **{name: getattr(self, name) for name in _PLAIN},
            "creators": [_set(asdict(creator)) for creator in self.creators],
            "languages": dict(self.languages),
            "countries": [asdict(country) for country in self.countries],
            "keywords": list(self.keywords),
            "sources": dict(self.sources),
        }
        return _set(plain)

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Own":
        """What to_json() wrote."""
        return Own(
            **{name: stored[name] for name in _PLAIN if name in stored},
            creators=tuple(
                Creator(**{**creator, "source": Origin(creator["source"])}) for creator in stored.get("creators", ())
            ),
            languages=MappingProxyType(stored.get("languages", {})),
            countries=tuple(Country(each["code"], Origin(each["source"])) for each in stored.get("countries", ())),
            keywords=tuple(stored.get("keywords", ())),
            sources=MappingProxyType({name: Origin(source) for name, source in stored.get("sources", {}).items()}),
        )


_PLAIN = ("title", "session", "day", "date", "description", "application", "words", "pronom", "rights")


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value or (value == 0 and name == "day")}


@frozen(kw_only=True)
class Description:
    """All that is known of one item; see above. same_bytes, same_text: the id of the item that had them first, if another did.

    last_verified: when its bytes were last compared with their checksum; None if never since they arrived.
    """

    item: Item
    own: Own
    collection: Collection
    versions: tuple[Version, ...] = ()
    same_bytes: str | None = None
    same_text: str | None = None
    last_verified: datetime | None = None

    @property
    def about(self) -> About:
        """The event that the item comes from."""
        return self.collection.about

    @property
    def event(self) -> str:
        """The title of the event; that of the collection, or its name, if none is recorded."""
        return self.about.title or self.collection.title or self.collection.slug

    @property
    def rights(self) -> str:
        """What others may do with it: as stated for the item, else for the event, else “undetermined”."""
        return self.own.rights or self.about.rights or UNDETERMINED

    @property
    def rights_source(self) -> Origin:
        """Where the rights are from."""
        if self.own.rights:
            return Origin.CORRECTED
        return Origin.EVENT if self.about.rights else Origin.DEFAULT

    @property
    def rights_uri(self) -> str | None:
        """The address of the licence or RightsStatement; None if the rights are a sentence."""
        return rights_uri(self.rights)

    @property
    def fixity(self) -> str:
        """Whether the bytes were compared with a checksum that the source states."""
        return "verified at source" if self.item.verified else "unverified at source"

    def row(self) -> dict[str, Any]:
        """The values that are no property of the Item, for JSON; every key is present, in a fixed order."""
        own = self.own
        return {
            "title": own.title,
            "creators": [asdict(one) for one in own.creators],
            "languages": [{"code": code, "sections": sections or None} for code, sections in own.languages.items()],
            "session": own.session,
            "day": own.day,
            "date": own.date,
            "countries": [{"code": country.code, "source": country.source} for country in own.countries],
            "description": own.description,
            "keywords": list(own.keywords),
            "application": own.application,
            "words": own.words,
            "pronom": own.pronom,
            "rights": {"statement": self.rights, "uri": self.rights_uri, "source": self.rights_source},
            "same_bytes_as": self.same_bytes,
            "same_text_as": self.same_text,
            "sources": dict(own.sources),
        }
